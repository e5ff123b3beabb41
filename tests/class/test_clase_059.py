"""The class's own moving parts: the service over HTTP, the registry, the alert rules, the image."""

import json
import re
import sys
import threading

import httpx
import joblib
import numpy as np
import pandas as pd
import pytest
import yaml
from sklearn.compose import make_column_transformer
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler
from the_course import ROOT

CLASS = ROOT / "solutions" / "clase-059"
sys.path.append(str(CLASS))  # last: its notebook.py would be taken for Jupyter's package

from arranque import servicio_en_marcha  # noqa: E402
from registro import ArtefactoCorrupto, EntornoDistinto, Registro, verificar  # noqa: E402
from transformadores import RelacionCuotaIngreso  # noqa: E402

NUMERIC = ["edad", "monto", "ingreso", "antiguedad_laboral", "cuotas"]
FEATURES = [*NUMERIC, "canal", "region"]
REQUEST = {
    "edad": 34,
    "monto": 900_000,
    "ingreso": 1_100_000,
    "antiguedad_laboral": 5,
    "cuotas": 12,
    "canal": "web",
    "region": "Centro",
}


def train(rows: pd.DataFrame, *, imputed: bool = True):
    numeric = [SimpleImputer(), StandardScaler()] if imputed else [StandardScaler()]
    columns = make_column_transformer(
        (make_pipeline(*numeric), [*NUMERIC, "cuota_sobre_ingreso"]),
        (OneHotEncoder(handle_unknown="ignore"), ["canal", "region"]),
    )
    model = make_pipeline(RelacionCuotaIngreso(), columns, LogisticRegression())
    return model.fit(rows[FEATURES], rows["mora"])


@pytest.fixture(scope="module")
def rows() -> pd.DataFrame:
    return pd.read_csv(ROOT / "datasets" / "snapshot1.csv").head(800)


@pytest.fixture(scope="module")
def model(rows):
    return train(rows)


@pytest.fixture
def registry(tmp_path, model) -> Registro:
    """A registry whose v1 is promoted."""
    registry = Registro(tmp_path / "registro")
    registry.promover(registry.publicar(model, {"metricas": {}}, "ana"), "ana", "inicio")
    return registry


@pytest.fixture(scope="module")
def service(tmp_path_factory, rows, model):
    """(client, registry, log) of one running service, shared by the tests that only read."""
    folder = tmp_path_factory.mktemp("servicio")
    registry = Registro(folder / "registro")
    registry.promover(registry.publicar(model, {}, "ana"), "ana", "inicio")
    with servicio_en_marcha(registry.carpeta, folder / "log") as client:
        yield client, registry, folder / "log"


# ---------------------------------------------------------------- the service


def test_service_predicts_what_the_model_predicts(service, rows, model):
    client, _, _ = service
    some = pd.concat([rows.head(15), rows[rows["ingreso"].isna()].head(10)])[FEATURES]
    sent = json.loads(some.to_json(orient="records"))
    answers = [client.post("/predict", json=row).json()["probabilidad"] for row in sent]
    expected = model.predict_proba(some)[:, 1]
    assert np.allclose(answers, expected, rtol=0, atol=1e-12)


@pytest.mark.parametrize(
    ("change", "field", "says"),
    [
        ({"edad": 12}, "edad", "mayor o igual que 18"),
        ({"edad": 30.5}, "edad", "número entero"),
        ({"monto": 0}, "monto", "mayor que 0"),
        ({"monto": "mucho"}, "monto", "un número"),
        ({"monto": None}, "monto", "un número"),
        ({"canal": "fax"}, "canal", "sucursal, web, app o telefono"),
        ({"signo": "aries"}, "signo", "no existe"),
        ({"region": ...}, "region", "falta"),
    ],
)
def test_invalid_request_is_422_and_says_why(service, change, field, says):
    client, _, _ = service
    body = {k: v for k, v in {**REQUEST, **change}.items() if v is not ...}
    answer = client.post("/predict", json=body)
    assert answer.status_code == 422
    [error] = answer.json()["errores"]
    assert error["campo"] == field
    assert says in error["mensaje"]


@pytest.mark.parametrize("content", ["{nada", "", "[]", '"texto"', '{"monto": NaN}'])
def test_body_that_is_not_a_request_is_422(service, content):
    client, _, _ = service
    answer = client.post("/predict", content=content, headers={"Content-Type": "application/json"})
    assert answer.status_code == 422
    for error in answer.json()["errores"]:
        assert error["campo"]
        assert not re.search(r"\b(value|field|required|input)\b", error["mensaje"], re.I)


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/health", 200),
        ("GET", "/metrics", 200),
        ("GET", "/nada", 404),
        ("GET", "/predict", 405),
        ("POST", "/predict", 422),
    ],
)
def test_every_answer_carries_the_version(service, method, path, status):
    client, _, _ = service
    answer = client.request(method, path)
    assert answer.status_code == status
    assert answer.headers["X-Modelo-Version"] == "v1"


def test_each_request_leaves_one_structured_line(service):
    client, _, log = service
    client.post("/predict", json=REQUEST, headers={"X-Pedido-Id": "pedido-de-prueba\n{}"[:16]})
    lines = [json.loads(line) for line in log.read_text(encoding="utf-8").splitlines()]
    [line] = [line for line in lines if line["pedido"] == "pedido-de-prueba"]
    assert line["entrada"] == REQUEST
    assert line["salida"]["version"] == line["version"] == "v1"
    assert (line["ruta"], line["estado"]) == ("/predict", 200)
    assert line["ms"] >= 0


def count(client: httpx.Client, series: str) -> float:
    found = re.search(re.escape(series) + r" (\S+)", client.get("/metrics").text)
    return float(found[1]) if found else 0.0


def test_metrics_count_requests_and_missing_inputs(service):
    client, _, _ = service
    series = 'pedidos_total{estado="200",ruta="/predict",version="v1"}'
    missing = 'entradas_faltantes_total{campo="ingreso"}'
    before = count(client, series), count(client, missing)
    client.post("/predict", json={**REQUEST, "ingreso": None})
    assert count(client, series) == before[0] + 1
    assert count(client, missing) == before[1] + 1


def test_unknown_paths_share_one_label(service):
    client, _, _ = service
    for k in range(5):
        client.get(f"/inventada-{k}")
    assert "inventada" not in client.get("/metrics").text


def test_failing_model_is_500_with_version_and_no_traceback(tmp_path, rows):
    fragile = train(rows.dropna(), imputed=False)
    registry = Registro(tmp_path / "registro")
    registry.promover(registry.publicar(fragile, {}, "beto"), "beto", "apuro")
    with servicio_en_marcha(registry.carpeta, tmp_path / "log") as client:
        answer = client.post("/predict", json={**REQUEST, "ingreso": None})
        assert answer.status_code == 500
        assert answer.headers["X-Modelo-Version"] == "v1"
        assert "Traceback" not in answer.text and "sklearn" not in answer.text
        assert client.post("/predict", json=REQUEST).status_code == 200
    assert "ValueError" in (tmp_path / "log").read_text(encoding="utf-8")


def test_rollback_reaches_a_running_service(tmp_path, rows, registry):
    inverted = train(rows.assign(mora=1 - rows["mora"]))
    with servicio_en_marcha(registry.carpeta, tmp_path / "log") as client:
        before = client.post("/predict", json=REQUEST).json()
        registry.promover(registry.publicar(inverted, {}, "beto"), "beto", "apuro")
        during = client.post("/predict", json=REQUEST).json()
        assert registry.volver("guardia", "simulacro") == "v1"
        after = client.post("/predict", json=REQUEST).json()
    assert during["version"] == "v2"
    assert abs(during["probabilidad"] - before["probabilidad"]) > 0.1
    assert after == before


def test_version_that_does_not_load_leaves_the_previous_one_serving(tmp_path, model, registry):
    with servicio_en_marcha(registry.carpeta, tmp_path / "log") as client:
        registry.promover(registry.publicar(model, {}, "beto"), "beto", "nueva")
        corrupt(registry, "v2")
        answer = client.post("/predict", json=REQUEST)
        health = client.get("/health").json()
    assert (answer.status_code, answer.json()["version"]) == (200, "v1")
    assert health["estado"] == "degradado"
    assert "ArtefactoCorrupto" in health["problema"]


def test_service_is_gone_after_the_with_even_when_its_body_fails(tmp_path, registry):
    with (
        pytest.raises(ZeroDivisionError),
        servicio_en_marcha(registry.carpeta, tmp_path / "log") as client,
    ):
        address = str(client.base_url).rstrip("/")
        raise ZeroDivisionError
    with pytest.raises(httpx.ConnectError):
        httpx.get(f"{address}/health", trust_env=False)


def test_service_without_a_promoted_version_does_not_start(tmp_path):
    registry = Registro(tmp_path / "vacio")
    with (
        pytest.raises(RuntimeError, match="no se promovió ninguna versión"),
        servicio_en_marcha(registry.carpeta, tmp_path / "log"),
    ):
        pytest.fail("it should not have started")


# ---------------------------------------------------------------- the registry


def corrupt(registry: Registro, version: str) -> None:
    file = registry.carpeta / version / "modelo.joblib"
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 1
    file.chmod(0o644)
    file.write_bytes(content)


def test_loaded_model_predicts_bit_for_bit_the_same(registry, model, rows):
    loaded = registry.cargar().predict_proba(rows[FEATURES])
    assert loaded.tobytes() == model.predict_proba(rows[FEATURES]).tobytes()


def test_published_versions_are_read_only_and_numbered(registry, model):
    assert registry.publicar(model, {}, "ana") == "v2"
    assert registry.versiones() == ["v1", "v2"]
    assert registry.actual() == "v1", "publishing does not promote"
    for file in (registry.carpeta / "v2").iterdir():
        assert file.stat().st_mode & 0o222 == 0


def test_people_publishing_at_once_get_different_versions(registry, model):
    got: list[str] = []
    threads = [
        threading.Thread(target=lambda: got.append(registry.publicar(model, {}, "ana")))
        for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(got) == sorted(f"v{n}" for n in range(2, 10))
    assert not list(registry.carpeta.glob(".borrador-*"))


def test_a_reader_never_sees_half_a_pointer(registry, model):
    registry.publicar(model, {}, "ana")
    done, seen = threading.Event(), set()

    def read() -> None:
        while not done.is_set():
            seen.add(registry.actual())

    reader = threading.Thread(target=read)
    reader.start()
    for k in range(60):
        registry.promover(f"v{1 + k % 2}", "ana", "ida y vuelta")
    done.set()
    reader.join()
    assert seen <= {"v1", "v2"}
    assert seen
    assert not list(registry.carpeta.glob(".current-*"))


def test_corrupt_file_is_neither_loaded_nor_promoted(registry):
    corrupt(registry, "v1")
    with pytest.raises(ArtefactoCorrupto, match="v1"):
        registry.cargar("v1")
    with pytest.raises(ArtefactoCorrupto):
        registry.promover("v1", "ana", "otra vez")


def test_a_file_that_fails_its_check_is_never_unpickled(tmp_path):
    class Bomb:
        def __reduce__(self):
            return (tmp_path / "explotó").touch, ()

    registry = Registro(tmp_path / "registro")
    registry.publicar({"un": "modelo"}, {}, "ana")
    file = registry.carpeta / "v1" / "modelo.joblib"
    file.chmod(0o644)
    joblib.dump(Bomb(), file)
    with pytest.raises(ArtefactoCorrupto):
        registry.cargar("v1")
    assert not (tmp_path / "explotó").exists()


@pytest.mark.parametrize(("package", "version"), [("scikit-learn", "1.2.2"), ("python", "3.8")])
def test_another_environment_is_refused_by_name(registry, package, version):
    sidecar = registry.sidecar("v1")
    sidecar["entorno"][package] = version
    with pytest.raises(EntornoDistinto, match=f"{package} {version}"):
        verificar(registry.carpeta / "v1" / "modelo.joblib", sidecar)


def test_second_rollback_goes_further_back_and_not_to_the_bad_version(registry, model):
    for _ in range(2):
        registry.promover(registry.publicar(model, {}, "ana"), "ana", "nueva")
    assert registry.volver("guardia", "v3 falla") == "v2"
    assert registry.volver("guardia", "v2 también") == "v1"
    with pytest.raises(LookupError, match="v1"):
        registry.volver("guardia", "no queda ninguna")
    assert registry.actual() == "v1"


def test_log_tells_who_changed_what_and_why(registry, model):
    registry.promover(registry.publicar(model, {}, "beto"), "beto", "apuro")
    registry.volver("guardia", "tasa-de-rechazo")
    events = registry.bitacora()
    assert [(e["accion"], e["version"], e["quien"]) for e in events] == [
        ("publicar", "v1", "ana"),
        ("promover", "v1", "ana"),
        ("publicar", "v2", "beto"),
        ("promover", "v2", "beto"),
        ("volver", "v1", "guardia"),
    ]
    assert events[-1]["motivo"] == "tasa-de-rechazo"
    assert events[-1]["retirada"] == "v2"


@pytest.mark.parametrize("version", ["v9", "", "../fuera", "current"])
def test_unknown_version_is_a_lookup_error(registry, version):
    with pytest.raises(LookupError):
        registry.promover(version, "ana", "no existe")
    assert registry.actual() == "v1"


# ---------------------------------------------------------------- the rules and the image


def rules() -> list[dict]:
    return yaml.safe_load((CLASS / "alertas.yaml").read_text(encoding="utf-8"))["alertas"]


@pytest.mark.parametrize("rule", rules(), ids=lambda rule: rule["nombre"])
def test_each_rule_says_what_when_who_and_how(rule):
    assert set(rule) == {
        *("nombre", "metrica", "comparacion", "umbral"),
        *("duracion", "severidad", "responsable", "runbook"),
    }
    assert rule["metrica"] in {"psi_max", "exactitud", "faltantes", "tasa_de_rechazo"}
    assert rule["comparacion"] in {"mayor", "menor"}
    assert rule["severidad"] in {"urgente", "aviso"}
    assert 0 < rule["umbral"] < 1
    assert isinstance(rule["duracion"], int) and rule["duracion"] >= 1
    assert rule["responsable"]


@pytest.mark.parametrize("rule", rules(), ids=lambda rule: rule["nombre"])
def test_each_rule_has_its_section_in_the_runbook(rule):
    file, anchor = rule["runbook"].split("#")
    sections = re.split(r"^## ", (CLASS / file).read_text(encoding="utf-8"), flags=re.M)[1:]
    steps = {section.split("\n", 1)[0].strip(): section for section in sections}
    assert "\n1. " in steps[anchor], "the first thing to do"


def test_rule_names_are_unique():
    names = [rule["nombre"] for rule in rules()]
    assert len(set(names)) == len(names)


def test_the_drift_rule_is_the_one_the_course_teaches():
    [rule] = [rule for rule in rules() if rule["metrica"] == "psi_max"]
    assert (rule["comparacion"], rule["umbral"]) == ("mayor", 0.25)


def test_image_copies_files_that_exist_and_pins_what_the_lock_pins():
    dockerfile = (CLASS / "Dockerfile").read_text(encoding="utf-8")
    copied = re.findall(r"^COPY (.+) \.\S*$", dockerfile, flags=re.M)
    names = [name for line in copied for name in line.split()]
    assert {"servicio.py", "registro.py", "transformadores.py"} <= set(names)
    assert all((CLASS / name).is_file() for name in names)
    lock = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    pins = re.findall(
        r"^[a-z].*$", (CLASS / "requirements-servicio.txt").read_text("utf-8"), flags=re.M
    )
    assert pins
    assert [pin for pin in pins if not re.search(rf"^{re.escape(pin)}[ \\]", lock, re.M)] == []


# ---------------------------------------------------------------- the notebook's plan


def headings() -> list[str]:
    text = (CLASS / "notebook.py").read_text(encoding="utf-8")
    return re.findall(r"^# (#{1,3} .+)$", text, flags=re.M)


def test_the_minutes_add_up_to_sixty():
    minutes = [int(m) for h in headings() for m in re.findall(r"\((\d+) min\)", h)]
    assert sum(minutes) == 60


def test_eight_topics_five_errors_five_questions():
    found = "\n".join(headings())
    assert re.findall(r"^## (\d)\. ", found, flags=re.M) == list("12345678")
    assert re.findall(r"^### Error común (\d):", found, flags=re.M) == list("12345")
    assert len(re.findall(r"^### Pregunta frecuente:", found, flags=re.M)) == 5
