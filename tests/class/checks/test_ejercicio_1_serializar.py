"""Each check of ejercicio-1-serializar against right, different and plausibly wrong answers."""

import contextlib
import io
import json
import os
import warnings
from collections.abc import Callable

import jupytext
import pytest
import the_course
from the_course import ROOT

from autograder.checking import DirectStudent, checks_of, run_checks
from autograder.records import Verdict

checks = the_course.checks("ejercicio-1-serializar")
SOURCES = [
    ROOT / f"solutions/ejercicio-1-serializar/{name}.py"
    for name in ("1a_entrenar_y_guardar", "1b_cargar_y_verificar")
]
CELLS = [[c for c in jupytext.read(path).cells if c.cell_type == "code"] for path in SOURCES]
FUNCTIONS = (
    "entrenar",
    "sha256_de_archivo",
    "guardar",
    "mismas_predicciones",
    "cargar_verificado",
)
ALL = {each.id for each in checks_of(checks)}
DELIVERED = ("modelo_titanic.joblib", "modelo_titanic.json")

LEARNS, WITHSTANDS = "pipeline_learns_from_what_it_is_given", "pipeline_withstands_production"
REPEATS, HASH = "training_is_reproducible", "hash_is_that_of_the_content"
SAVED, IDENTIFIES = "saved_model_predicts_elsewhere", "card_identifies_the_files"
SAYS, AGREES = "card_says_how_it_was_made", "delivered_model_and_card_agree"
LABELS, PROBABILITIES = "different_labels_are_noticed", "different_probabilities_are_noticed"
LOADS, CHANGED = "good_pair_is_loaded", "changed_file_is_refused_unloaded"
VERSION, SILENT = "other_version_is_refused_unloaded", "silent_card_is_refused_unloaded"

TRAINING = {LEARNS, WITHSTANDS, REPEATS}
SAVING = {SAVED, IDENTIFIES, SAYS}
REFUSALS = {CHANGED, VERSION, SILENT}


def _grade_id(cell) -> str:
    return cell.metadata.get("nbgrader", {}).get("grade_id", "")


def reference() -> dict:
    """The names that the cells of both notebooks define, without their self-checks."""
    names: dict = {"__name__": "__main__"}
    for notebook in CELLS:
        for cell in notebook:
            is_import = "Imports y configuración inicial" in cell.source
            if is_import or cell.metadata.get("nbgrader", {}).get("solution"):
                exec(cell.source, names)
    return names


@pytest.fixture(scope="module")
def delivered(tmp_path_factory) -> dict[str, bytes]:
    """The files that the reference leaves in the folder."""
    folder = tmp_path_factory.mktemp("entrega")
    (folder / "datasets").symlink_to(ROOT / "datasets")
    with contextlib.chdir(folder), contextlib.redirect_stdout(io.StringIO()):
        names = reference()
        for cell in CELLS[0]:
            if _grade_id(cell) == "guardar-titanic":
                names["modelo"] = names["entrenar"](
                    names["X_entrenamiento"], names["y_entrenamiento"]
                )
            if _grade_id(cell) in ("datos", "guardar-titanic"):
                exec(cell.source, names)
    return {name: (folder / name).read_bytes() for name in DELIVERED}


@pytest.fixture
def graded(tmp_path, monkeypatch, delivered) -> Callable[..., dict[str, Verdict]]:
    """Grade the reference with other definitions run on top of it, or with other files."""
    (tmp_path / "datasets").symlink_to(ROOT / "datasets")
    monkeypatch.chdir(tmp_path)

    def grade(source: str = "", seed: int = 1, **files: bytes | None) -> dict[str, Verdict]:
        for name, content in delivered.items():
            content = files.get(name.rpartition(".")[2], content)
            if content is not None:
                (tmp_path / name).write_bytes(content)
        names = reference()
        exec(source, names)
        cells = {each.cell for each in checks_of(checks)}
        if source and "def entrenar" not in source:  # forests are the slow part
            cells.remove("entrenar-autotest")
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            verdicts = run_checks(checks, DirectStudent(names, tmp_path), seed, cells)
        assert not list((tmp_path / checks.FOLDER).iterdir()), "the judge left files behind"
        return {verdict.id: verdict for verdict in verdicts}

    return grade


def lost(verdicts: dict[str, Verdict]) -> set[str]:
    return {name for name, verdict in verdicts.items() if verdict.status != "passed"}


def said(verdicts: dict[str, Verdict]) -> str:
    return " ".join(f"{v.message} {v.hint}" for v in verdicts.values() if v.status == "failed")


@pytest.mark.parametrize("seed", [1, 2, 59])
def test_reference_gets_full_marks(graded, seed: int) -> None:
    verdicts = graded(seed=seed)
    assert lost(verdicts) == set(), said(verdicts)


def test_stub_gets_nothing_and_is_told_so(graded) -> None:
    stubs = "\n".join(
        f"def {name}(*args, **kwargs):\n    raise NotImplementedError('Todavía no')\n"
        for name in FUNCTIONS
    )
    verdicts = graded(stubs)
    assert lost(verdicts) == ALL - {AGREES}  # the files are those of the reference here
    failed = [v for v in verdicts.values() if v.status == "failed"]
    assert failed and all("Todavía no completaste" in v.message for v in failed)


def test_missing_names_and_files_are_named(tmp_path, monkeypatch) -> None:
    monkeypatch.chdir(tmp_path)
    verdicts = run_checks(checks, DirectStudent({}, tmp_path), seed=1)
    messages = {v.message for v in verdicts if v.status == "failed"}
    files = "Después de correr tu cuaderno no está `modelo_titanic.joblib`."
    assert messages == {f"No definiste `{name}`." for name in FUNCTIONS} | {files}


RIGHT = {
    "training with named steps and another forest": """
from sklearn.compose import ColumnTransformer
def entrenar(datos, respuesta):
    texto = Pipeline([("relleno", SimpleImputer(strategy="most_frequent")),
                      ("unos", OneHotEncoder(handle_unknown="infrequent_if_exist"))])
    numeros = Pipeline([("relleno", SimpleImputer()), ("escala", StandardScaler())])
    columnas = ColumnTransformer([("t", texto, ["sex", "embarked"]),
                                  ("n", numeros, ["pclass", "age", "sibsp", "parch", "fare"])])
    modelo = Pipeline([("columnas", columnas),
                       ("bosque", RandomForestClassifier(80, min_samples_leaf=3, random_state=7))])
    modelo.fit(datos, respuesta)
    return modelo
""",
    "training with ordinal codes and a global seed": """
from sklearn.preprocessing import OrdinalEncoder
def entrenar(X, y):
    np.random.seed(1)
    codigos = OrdinalEncoder(handle_unknown="use_encoded_value", unknown_value=-1,
                             encoded_missing_value=-2)
    previo = make_column_transformer((codigos, ["sex", "embarked"]),
                                     remainder=SimpleImputer(strategy="constant", fill_value=-1))
    return make_pipeline(previo, RandomForestClassifier(50, max_depth=7)).fit(X, y)
""",
    "hash in pieces": """
def sha256_de_archivo(ruta):
    h = hashlib.new("sha256")
    with open(ruta, "rb") as f:
        while pedazo := f.read(4096):
            h.update(pedazo)
    return "".join(f"{byte:02x}" for byte in h.digest())
""",
    "hash with file_digest": """
def sha256_de_archivo(ruta):
    with ruta.open("rb") as archivo:
        return hashlib.file_digest(archivo, "sha256").hexdigest()
""",
    "card with other order, more keys, compressed model": """
def guardar(m, rm, rf, rd, metr):
    with open(rm, "wb") as f:
        joblib.dump(m, f, compress=3)
    f = dict(fecha=str(datetime.now(UTC)), metricas=dict(metr),
             columnas=[str(c) for c in m.feature_names_in_],
             python=".".join(str(p) for p in sys.version_info[:3]), autor="yo",
             scikit_learn=version("scikit-learn"), archivo=os.path.basename(rm))
    f["sha256_datos"], f["sha256"] = sha256_de_archivo(rd), sha256_de_archivo(rm)
    with open(rf, "w", encoding="utf-8") as salida:
        json.dump(f, salida, sort_keys=True)
    return f
import os, sys
from importlib.metadata import version
""",
    "card read back, local date": """
def guardar(modelo, ruta_modelo, ruta_ficha, ruta_datos, metricas):
    joblib.dump(modelo, ruta_modelo)
    huellas = {clave: hashlib.sha256(ruta.read_bytes()).hexdigest()
               for clave, ruta in (("sha256", ruta_modelo), ("sha256_datos", ruta_datos))}
    ficha = huellas | {"archivo": ruta_modelo.name, "scikit_learn": sklearn.__version__,
                       "python": platform.python_version(), "metricas": metricas,
                       "columnas": tuple(modelo.feature_names_in_.tolist()),
                       "fecha": datetime.now().strftime("%Y-%m-%dT%H:%M:%S")}
    ruta_ficha.write_bytes(json.dumps(ficha).encode())
    return json.loads(ruta_ficha.read_text())
""",
    "comparing in a loop": """
def mismas_predicciones(m, datos, y, p):
    for a, b in zip(m.predict(datos), y):
        if a != b:
            return False
    for fila, otra in zip(m.predict_proba(datos).tolist(), p.tolist()):
        if fila != otra:
            return False
    return True
""",
    "comparing with a tolerance": """
def mismas_predicciones(modelo, X, etiquetas, probabilidades):
    iguales = (modelo.predict(X) == etiquetas).all()
    lejos = np.abs(modelo.predict_proba(X) - probabilidades).max()
    return iguales & (lejos <= 1e-9)
""",
    "comparing with allclose as it comes": """
def mismas_predicciones(modelo, X, etiquetas, probabilidades):
    return bool(np.array_equal(modelo.predict(X), etiquetas)
                and np.allclose(modelo.predict_proba(X), probabilidades))
""",
    "comparing with allclose": """
def mismas_predicciones(modelo, X, etiquetas, probabilidades):
    return bool(pd.Series(modelo.predict(X)).equals(pd.Series(etiquetas))
                and np.allclose(modelo.predict_proba(X), probabilidades, rtol=0, atol=1e-9))
""",
    "loading by the path, one error class": """
class Rechazado(ValueError):
    pass
def cargar_verificado(ruta_modelo, ruta_ficha):
    ficha = json.loads(open(ruta_ficha, encoding="utf-8").read())
    try:
        huella, version = ficha["sha256"], ficha["scikit_learn"]
    except KeyError as error:
        raise Rechazado(f"falta {error} en la ficha") from error
    if version != sklearn.__version__:
        raise Rechazado(f"{version} != {sklearn.__version__}")
    if sha256_de_archivo(ruta_modelo) != huella:
        raise Rechazado(f"cambió {ruta_modelo}")
    return joblib.load(ruta_modelo)
""",
    "loading with a list of problems": """
from importlib.metadata import version as instalada
def cargar_verificado(ruta_modelo, ruta_ficha):
    ficha, problemas = json.load(ruta_ficha.open()), []
    esperado = {"sha256": hashlib.sha256(ruta_modelo.read_bytes()).hexdigest(),
                "scikit_learn": instalada("scikit-learn")}
    for clave, valor in esperado.items():
        if ficha.get(clave) != valor:
            problemas.append(f"{ruta_modelo.name}: {clave} es {valor}; ficha: {ficha.get(clave)}")
    if problemas:
        raise ValueError("; ".join(problemas))
    with open(ruta_modelo, "rb") as archivo:
        return joblib.load(archivo)
""",
}


@pytest.mark.parametrize("name", RIGHT)
def test_right_and_different_gets_full_marks(graded, name: str) -> None:
    verdicts = graded(RIGHT[name])
    assert lost(verdicts) == set(), said(verdicts)


@pytest.mark.parametrize("name", ["", *RIGHT])
def test_right_and_different_passes_the_visible_checks(
    name: str, tmp_path, monkeypatch, capsys
) -> None:
    (tmp_path / "datasets").symlink_to(ROOT / "datasets")
    monkeypatch.chdir(tmp_path)
    names = reference()
    exec(RIGHT.get(name, ""), names)
    visible = [cell for notebook in CELLS for cell in notebook if _grade_id(cell)]
    visible = [cell for cell in visible if cell.metadata["nbgrader"]["grade"]]
    for cell in [cell for cell in CELLS[0] if _grade_id(cell) == "datos"] + visible:
        exec(cell.source, names)
    assert capsys.readouterr().out.count("✅") == len(visible)


def _training(preparation: str, forest: str = "", after: str = "modelo.fit(X, y)") -> str:
    forest = forest or "RandomForestClassifier(50, max_depth=6, random_state=0)"
    return f"""
from sklearn.ensemble import GradientBoostingClassifier
def entrenar(X, y):
    unos, textos = OneHotEncoder, ["sex", "embarked"]
    numeros = ["pclass", "age", "sibsp", "parch", "fare"]
    modelo = make_pipeline({preparation}, {forest})
    return {after}
"""


_GOOD = (
    "make_column_transformer((unos(handle_unknown='ignore'), textos), "
    "(SimpleImputer(strategy='median'), numeros))"
)


def _saving(change: str = "", before: str = "", returned: str = "ficha") -> str:
    """guardar that is right but for ``change``, made just before the card is written."""
    return f"""
def guardar(modelo, ruta_modelo, ruta_ficha, ruta_datos, metricas):
    {before or "pass"}
    joblib.dump(modelo, ruta_modelo)
    ficha = {{
        "archivo": ruta_modelo.name,
        "sha256": sha256_de_archivo(ruta_modelo),
        "sha256_datos": sha256_de_archivo(ruta_datos),
        "scikit_learn": sklearn.__version__,
        "python": platform.python_version(),
        "columnas": modelo.feature_names_in_.tolist(),
        "metricas": metricas,
        "fecha": datetime.now(UTC).isoformat(),
    }}
    {change or "pass"}
    ruta_ficha.write_text(json.dumps(ficha), encoding="utf-8")
    return {returned}
"""


def _loading(body: str) -> str:
    return f"""
def cargar_verificado(ruta_modelo, ruta_ficha):
    ficha = json.loads(ruta_ficha.read_text(encoding="utf-8"))
{body}
"""


_KEYS = """
    for clave in ("sha256", "scikit_learn"):
        if clave not in ficha:
            raise ValueError(f"falta {clave}")
"""
_SHA = """
    if sha256_de_archivo(ruta_modelo) != ficha["sha256"]:
        raise ValueError(f"{ruta_modelo.name} cambió")
"""
_VERSION = """
    if ficha["scikit_learn"] != sklearn.__version__:
        raise ValueError(f"{ficha['scikit_learn']} no es {sklearn.__version__}")
"""
_LOAD = "\n    return joblib.load(ruta_modelo)\n"

WRONG = {
    "returns nothing": (_training(_GOOD, after="None"), TRAINING, "se esperaba un Pipeline"),
    "not fitted": (_training(_GOOD, after="modelo"), TRAINING, "¿Lo devolviste ya entrenado?"),
    "only the forest": (
        _training(_GOOD, after="modelo.fit(X, y)[-1]"),
        TRAINING,
        "se esperaba un Pipeline",
    ),
    "unknown ports": (
        _training("make_column_transformer((unos(), textos), (SimpleImputer(), numeros))"),
        {WITHSTANDS},
        "categoría desconocida",
    ),
    "rows with missing values dropped": (
        _training(
            "make_column_transformer((unos(handle_unknown='ignore'), textos), "
            "(StandardScaler(), numeros))",
            after="modelo.fit(X.dropna(), y[X.notna().all(axis=1)])",
        ).replace("StandardScaler()", "make_pipeline(FunctionTransformer(exigir))")
        + """
from sklearn.preprocessing import FunctionTransformer
def exigir(X):
    if np.isnan(np.asarray(X, dtype=float)).any():
        raise ValueError("Input contains NaN")
    return X
""",
        TRAINING,
        "no pudo predecir",
    ),
    "hash of the name": (
        "def sha256_de_archivo(r):\n    return hashlib.sha256(str(r).encode()).hexdigest()",
        {HASH, IDENTIFIES},
        "huella del nombre",
    ),
    "md5": (
        "def sha256_de_archivo(r):\n    return hashlib.md5(r.read_bytes()).hexdigest()",
        {HASH, IDENTIFIES},
        "64 cifras",
    ),
    "sha1 padded": (
        "def sha256_de_archivo(r):\n"
        "    return hashlib.sha1(r.read_bytes()).hexdigest().ljust(64, '0')",
        {HASH, IDENTIFIES},
        "SHA-256",
    ),
    "hash as bytes": (
        "def sha256_de_archivo(r):\n    return hashlib.sha256(r.read_bytes()).digest()",
        {HASH, *SAVING},
        "hexdigest",
    ),
    "hash as an object": (
        "def sha256_de_archivo(r):\n    return hashlib.sha256(r.read_bytes())",
        {HASH, *SAVING},
        "hexdigest",
    ),
    "hash of the text": (
        "def sha256_de_archivo(r):\n"
        "    return hashlib.sha256(r.read_text(errors='ignore').encode()).hexdigest()",
        {HASH, IDENTIFIES},
        "sin decodificarlo",
    ),
    "hash of the first block": (
        "def sha256_de_archivo(r):\n    return hashlib.sha256(r.open('rb').read(4096)).hexdigest()",
        {HASH, IDENTIFIES},
        "todo el contenido",
    ),
    "hash of the stripped bytes": (
        "def sha256_de_archivo(r):\n    return hashlib.sha256(r.read_bytes().strip()).hexdigest()",
        {HASH, IDENTIFIES},
        "sin decodificarlo ni quitarle nada",
    ),
    "python's hash": (
        "def sha256_de_archivo(r):\n    return hash(r.read_bytes())",
        {HASH, IDENTIFIES},
        "hexdigest",
    ),
    "saves another model": (
        _saving(before="columnas = modelo").replace(
            "joblib.dump(modelo,",
            "joblib.dump(LogisticRegression().fit([[0, 0, 0], [1, 1, 1]], [0, 1]),",
        ),
        {SAVED},
        "no predice lo mismo",
    ),
    "saves nothing": (
        _saving().replace("joblib.dump(modelo, ruta_modelo)", "pass"),
        SAVING,
        "FileNotFoundError",
    ),
    "model written again after its hash": (
        _saving("joblib.dump(modelo, ruta_modelo, compress=1)"),
        {IDENTIFIES},
        "no vuelvas a escribir",
    ),
    "hash of the data as that of the model": (
        _saving("ficha['sha256'] = ficha['sha256_datos']"),
        {IDENTIFIES},
        "está la huella de los datos",
    ),
    "numpy's version": (
        _saving("ficha['scikit_learn'] = np.__version__"),
        {SAYS},
        "la versión instalada",
    ),
    "columns of the Titanic": (
        _saving("ficha['columnas'] = ['pclass', 'sex', 'age']"),
        {SAYS},
        "feature_names_in_",
    ),
    "metrics rounded": (
        _saving("ficha['metricas'] = {k: round(v, 1) for k, v in metricas.items()}"),
        {SAYS},
        "sin redondear",
    ),
    "metrics flattened": (
        _saving("ficha.update(ficha.pop('metricas'))"),
        {IDENTIFIES, SAYS},
        "`metricas`",
    ),
    "date of another format": (
        _saving("ficha['fecha'] = datetime.now().strftime('%d/%m/%Y %H:%M')"),
        {SAYS},
        "ISO 8601",
    ),
    "date as a number": (_saving("ficha['fecha'] = 1.7e9"), {SAYS}, "ISO 8601"),
    "card as repr": (
        _saving().replace("json.dumps(ficha)", "str(ficha)"),
        {IDENTIFIES, SAYS},
        "no es JSON",
    ),
    "card not written": (
        _saving()
        .replace("ruta_ficha.write_text(json.dumps(ficha), encoding='utf-8')", "")
        .replace('ruta_ficha.write_text(json.dumps(ficha), encoding="utf-8")', "pass"),
        {IDENTIFIES, SAYS},
        "no dejó ningún archivo en `ruta_ficha`",
    ),
    "compares the accuracy": (
        "def mismas_predicciones(m, X, y, p):\n"
        "    return bool(m.predict(X).mean() == y.mean() and (m.predict_proba(X) == p).all())",
        {LABELS},
        "Contarlas o promediarlas",
    ),
    "tolerance of a few ten-thousandths": (
        "def mismas_predicciones(m, X, y, p):\n"
        "    return bool((m.predict(X) == y).all() and np.allclose(m.predict_proba(X), p, "
        "atol=5e-4))",
        {PROBABILITIES},
        "corrida en 0,00005 y",
    ),
    "compares the sum of probabilities": (
        "def mismas_predicciones(m, X, y, p):\n"
        "    return bool((m.predict(X) == y).all() and np.isclose(m.predict_proba(X).sum(), "
        "p.sum()))",
        {PROBABILITIES},
        "todas las probabilidades",
    ),
    "always true": (
        "def mismas_predicciones(m, X, y, p):\n    return True",
        {LABELS, PROBABILITIES},
        "devolvió True",
    ),
    "always false": (
        "def mismas_predicciones(m, X, y, p):\n    return False",
        {LABELS, PROBABILITIES},
        "devolvió False",
    ),
    "refuses everything": (
        _loading("    raise ValueError('no')"),
        {LOADS, *REFUSALS},
        "ValueError",
    ),
    "returns the card": (
        _loading(_KEYS + _SHA + _VERSION + "\n    return ficha\n"),
        {LOADS, *REFUSALS},
        "el modelo cargado, y nada más",
    ),
    "returns the model and the card": (
        _loading(_KEYS + _SHA + _VERSION + "\n    return joblib.load(ruta_modelo), ficha\n"),
        {LOADS, *REFUSALS},
        "devolvió la tupla (<sklearn.tree",
    ),
    "compares only the major version": (
        _loading(
            _KEYS
            + _SHA
            + """
    if ficha["scikit_learn"].split(".")[:2] != sklearn.__version__.split(".")[:2]:
        raise ValueError(f"{ficha['scikit_learn']} no es {sklearn.__version__}")
"""
            + _LOAD
        ),
        {VERSION},
        "aceptó un modelo",
    ),
    "accepts newer versions": (
        _loading(
            _KEYS
            + _SHA
            + """
    partes = [[int(p) for p in v.split(".")] for v in (ficha["scikit_learn"], sklearn.__version__)]
    if partes[0] < partes[1]:
        raise ValueError(f"{ficha['scikit_learn']} no es {sklearn.__version__}")
"""
            + _LOAD
        ),
        {VERSION},
        "aceptó un modelo",
    ),
    "compares the beginning of the hash of the name": (
        _loading(
            _KEYS
            + _VERSION
            + """
    if ruta_modelo.name != ficha["archivo"]:
        raise ValueError(f"{ruta_modelo.name} cambió")
"""
            + _LOAD
        ),
        {CHANGED},
        "aceptó un archivo",
    ),
    "turns the error of loading into a ValueError": (
        _loading(
            _KEYS
            + _VERSION
            + """
    try:
        modelo = joblib.load(ruta_modelo)
        modelo.predict
    except Exception:
        raise ValueError(f"{ruta_modelo.name} no carga") from None
    return modelo
"""
        ),
        {CHANGED},
        "ya había cargado",
    ),
}


@pytest.mark.parametrize("name", WRONG)
def test_wrong_and_plausible_loses_its_points(graded, name: str) -> None:
    source, losses, words = WRONG[name]
    verdicts = graded(source)
    assert lost(verdicts) == losses, said(verdicts)
    assert words in said(verdicts), said(verdicts)


def test_delivered_model_that_its_card_does_not_describe(graded, delivered) -> None:
    card = json.loads(delivered["modelo_titanic.json"]) | {"sha256": "0" * 64}
    verdicts = graded(json=json.dumps(card).encode())
    assert lost(verdicts) == {AGREES}
    assert "se guardan juntos" in said(verdicts)


def test_delivered_card_without_the_hash(graded, delivered) -> None:
    card = json.loads(delivered["modelo_titanic.json"])
    del card["sha256"]
    verdicts = graded(json=json.dumps(card).encode())
    assert lost(verdicts) == {AGREES}
    assert "A `modelo_titanic.json` le falta la clave `sha256`." in said(verdicts)


@pytest.mark.parametrize("missing", ["joblib", "json"])
def test_delivered_file_that_is_missing(graded, missing: str) -> None:
    verdicts = graded(**{missing: None})
    assert lost(verdicts) == {AGREES}
    assert f"no está `modelo_titanic.{missing}`" in said(verdicts)


@pytest.mark.parametrize("card", [b"", b"\xff\xfe", b"[1]", b"{'a': 1}", b"[" * 10_000])
def test_delivered_card_that_is_not_a_card(graded, card: bytes) -> None:
    assert lost(graded(json=card)) == {AGREES}


def test_the_witness_leaves_its_mark_when_loaded(tmp_path, monkeypatch) -> None:
    """What the refusals rest on: unpickling it does leave the file."""
    import pickle

    monkeypatch.chdir(tmp_path)
    pickle.loads(pickle.dumps(checks._Witness("marca")))
    assert os.listdir(tmp_path) == ["marca"]


ODD = [None, 3, "x", b"x", [], {}, float("nan"), [[1, 2]], (1, 2, 3), "é" * 64, {"sha256": 1}]


@pytest.mark.parametrize("answer", ODD, ids=repr)
def test_odd_answers_fail_without_breaking_the_grader(tmp_path, monkeypatch, answer) -> None:
    monkeypatch.chdir(tmp_path)
    names = {name: (lambda *args, answer=answer: answer) for name in FUNCTIONS}
    verdicts = run_checks(checks, DirectStudent(names, tmp_path), seed=1)
    assert {v.status for v in verdicts} <= {"failed", "skipped"}, verdicts
