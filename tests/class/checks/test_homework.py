"""Each check of the homework against right, different and plausibly wrong answers."""

import contextlib
import io
import logging
import os
import shutil
import tempfile
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import joblib
import jupytext
import pandas as pd
import pytest
import the_course
from sklearn.ensemble import HistGradientBoostingClassifier, RandomForestClassifier
from sklearn.linear_model import LinearRegression, LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.svm import LinearSVC
from sklearn.tree import DecisionTreeClassifier
from the_course import ROOT

from autograder.checking import DirectStudent, checks_of, run_checks
from autograder.records import Verdict

checks = the_course.checks("homework")
SOURCE = ROOT / "solutions/homework/homework.py"
CARD = (SOURCE.parent / "MODEL_CARD.md").read_text(encoding="utf-8")
CELLS = [cell for cell in jupytext.read(SOURCE).cells if cell.cell_type == "code"]
FUNCTIONS = ("simular", "psi-por-feature", "alertas")
SELF_TESTS = (
    "modelo-autotest",
    "joblib-autotest",
    "simular-autotest",
    "psi-por-feature-autotest",
    "alertas-autotest",
    "card-autotest",
)
MODEL_PARTS = "modelo joblib card"
CARD_CHECKS = {each.id for each in checks_of(checks) if each.cell == "card-autotest"}
DETECTION = {each.id for each in checks_of(checks) if each.criterion} - CARD_CHECKS


def cell(grade_id: str) -> str:
    return next(
        c.source for c in CELLS if c.metadata.get("nbgrader", {}).get("grade_id") == grade_id
    )


@cache
def trained() -> dict:
    """The names of the notebook's first cells and of its model, with no output on the way."""
    names: dict = {"__name__": "__main__"}
    imports = next(c.source for c in CELLS if "Imports y configuración inicial" in c.source)
    handlers = logging.getLogger().handlers[:]
    before = os.getcwd()
    os.chdir(ROOT)
    try:
        with contextlib.redirect_stdout(io.StringIO()):
            exec(imports.replace("plt.style.use", "str"), names)
            exec(cell("datos"), names)
            exec(cell("modelo"), names)
    finally:
        os.chdir(before)
        logging.getLogger().handlers[:] = handlers
    names["logger"] = logging.getLogger("monitoreo")
    return names


@pytest.fixture()
def folder(tmp_path: Path) -> Path:
    """A working folder with the reference's artefact and card."""
    joblib.dump(trained()["modelo"], tmp_path / "modelo.joblib")
    (tmp_path / "MODEL_CARD.md").write_text(CARD, encoding="utf-8")
    return tmp_path


def namespace(source: str = "") -> dict:
    names = dict(trained())
    for grade_id in FUNCTIONS:
        exec(cell(grade_id), names)
    exec(source, names)
    return names


def graded(
    folder: Path, names: dict | str = "", seed: int = 1, parts: str = ""
) -> dict[str, Verdict]:
    """The verdicts on the reference with other definitions run on top of it.

    ``parts``: the beginnings of the cells to grade; all of them by default.
    """
    names = namespace(names) if isinstance(names, str) else names
    cells = [name for name in SELF_TESTS if not parts or name.startswith(tuple(parts.split()))]
    verdicts = run_checks(checks, DirectStudent(names, folder), seed=seed, cells=cells)
    return {verdict.id: verdict for verdict in verdicts}


def lost(verdicts: dict[str, Verdict]) -> set[str]:
    return {name for name, verdict in verdicts.items() if verdict.status != "passed"}


def failed(verdicts: dict[str, Verdict]) -> set[str]:
    return {name for name, verdict in verdicts.items() if verdict.status == "failed"}


def test_stub_fails_in_words(tmp_path: Path) -> None:
    names = {k: v for k, v in trained().items() if k not in ("modelo", "preparacion")}
    for name in ("simular_mes", "psi_por_feature", "alertas"):
        exec(f"def {name}(*a, **k): raise NotImplementedError('todavía')", names)
    verdicts = graded(tmp_path, names)
    assert lost(verdicts) == set(verdicts)
    assert all(verdict.status != "error" for verdict in verdicts.values())
    for verdict in verdicts.values():
        if verdict.status == "failed":
            assert any(w in verdict.message for w in ("odavía no", "No encuentro `modelo.joblib`"))


def test_empty_submission_is_not_an_error(tmp_path: Path) -> None:
    verdicts = graded(tmp_path, {})
    assert lost(verdicts) == set(verdicts)
    assert all(verdict.status in ("failed", "skipped") for verdict in verdicts.values())


@contextlib.contextmanager
def inside(folder: Path) -> Iterator[None]:
    before = os.getcwd()
    os.chdir(folder)
    try:
        yield
    finally:
        os.chdir(before)


# --- right, and different: the model --------------------------------------------------------

COLUMNS = checks.FEATURES


def fitted(classifier: object, rows: pd.DataFrame | None = None) -> object:
    """A classifier behind the reference's preparation, trained on some rows."""
    names = trained()
    rows = names["entrenamiento"] if rows is None else rows
    steps = names["modelo"].steps[0][1]
    from sklearn.base import clone

    return make_pipeline(clone(steps), classifier).fit(rows[COLUMNS], rows["mora"])


@cache
def model(name: str) -> object:
    rows = trained()["entrenamiento"]
    wrong_labels = rows.assign(mora=rows["mora"].sample(frac=1, random_state=0).to_numpy())
    make = {
        "forest": lambda: fitted(RandomForestClassifier(40, min_samples_leaf=5, random_state=0)),
        "deep tree": lambda: fitted(DecisionTreeClassifier(random_state=0)),
        "balanced": lambda: fitted(LogisticRegression(class_weight="balanced", max_iter=500)),
        "boosting": lambda: fitted(HistGradientBoostingClassifier(max_iter=30, random_state=0)),
        "shuffled labels": lambda: fitted(LogisticRegression(max_iter=500), wrong_labels),
        "regressor": lambda: fitted(LinearRegression()),
        "no probabilities": lambda: fitted(LinearSVC(dual=False)),
        "bare": lambda: LogisticRegression(max_iter=500).fit(
            rows[checks.CONTINUOUS].fillna(0), rows["mora"]
        ),
        "not fitted": lambda: make_pipeline(LogisticRegression()),
    }
    return make[name]()


def submit(folder: Path, name: str, saved: str = "") -> dict:
    """Put a model into the working folder; the namespace of a notebook that has it."""
    joblib.dump(model(saved or name), folder / "modelo.joblib")
    return namespace() | {"modelo": model(name)}


def card_of(names: dict) -> str:
    """The reference's card with the table of another model."""
    with (
        tempfile.TemporaryDirectory() as folder,
        inside(Path(folder)),
        contextlib.redirect_stdout(io.StringIO()) as printed,
    ):
        exec(cell("tabla-por-subgrupo"), names)
    table = printed.getvalue().split("\n\n")[0]
    algorithm = type(names["modelo"].steps[-1][1]).__name__
    card = CARD.replace("`LogisticRegression`", f"`{algorithm}`")
    start, end = card.index("| Grupo |"), card.index("- **El grupo al que")
    return f"{card[:start]}{table}\n\n{card[end:]}"


@pytest.mark.parametrize("name", ["forest", "deep tree", "balanced", "boosting"])
def test_any_classifier_gets_full_marks(name: str, folder: Path) -> None:
    names = submit(folder, name)
    (folder / "MODEL_CARD.md").write_text(card_of(names), encoding="utf-8")
    assert lost(graded(folder, names, parts=MODEL_PARTS)) == set()


# --- wrong, and plausible: the model --------------------------------------------------------

TRUTH = "card_is_true_of_the_saved_model"


@pytest.mark.parametrize(
    ("name", "check", "words"),
    [
        ("shuffled labels", "model_ranks_better_than_chance", "AUC es"),
        ("regressor", "model_takes_raw_rows", "no devuelve un 0 o un 1"),
        ("no probabilities", "model_ranks_better_than_chance", "`modelo` no tiene `predict_proba`"),
        ("bare", "model_takes_raw_rows", "columnas crudas"),
        ("not fitted", "model_takes_raw_rows", "columnas crudas"),
    ],
)
@pytest.mark.filterwarnings("ignore::FutureWarning")
def test_wrong_models_fail_where_they_must(name: str, check: str, words: str, folder: Path) -> None:
    verdicts = graded(folder, submit(folder, name), parts=MODEL_PARTS)
    assert check in failed(verdicts)
    assert words in verdicts[check].message and verdicts[check].hint
    assert all(verdict.status != "error" for verdict in verdicts.values())
    assert lost(verdicts) <= {
        "model_takes_raw_rows",
        "model_ranks_better_than_chance",
        "model_has_not_seen_the_evaluation",
        "artefact_works_by_itself",
        "artefact_is_the_model",
        "card_has_model_details",  # the reference card names another algorithm
        TRUTH,
    }


def test_swapped_probabilities_are_noticed(folder: Path) -> None:
    class Inverted:
        def predict(self, X):
            return trained()["modelo"].predict(X)

        def predict_proba(self, X):
            return trained()["modelo"].predict_proba(X)[:, ::-1]

    verdicts = graded(folder, namespace() | {"modelo": Inverted()}, parts=MODEL_PARTS)
    assert failed(verdicts) == {"model_ranks_better_than_chance"}


def test_another_version_in_the_file_is_noticed(folder: Path) -> None:
    names = submit(folder, "balanced", saved="forest")
    (folder / "MODEL_CARD.md").write_text(
        card_of(names | {"modelo": model("forest")}), encoding="utf-8"
    )
    verdicts = graded(folder, names, parts=MODEL_PARTS)
    assert lost(verdicts) == {"artefact_is_the_model"}
    assert "predicen distinto" in verdicts["artefact_is_the_model"].message


def test_model_saved_before_fitting_is_noticed(folder: Path) -> None:
    joblib.dump(model("not fitted"), folder / "modelo.joblib")
    verdicts = graded(folder, parts=MODEL_PARTS)
    assert failed(verdicts) == {"artefact_works_by_itself"}
    assert lost(verdicts) == {"artefact_works_by_itself", "artefact_is_the_model", TRUTH}


@pytest.mark.parametrize(
    "content", [b"no es joblib", joblib.__version__.encode() * 100, b"\x80\x04N."]
)
def test_odd_artefacts_lose_their_points_only(content: bytes, folder: Path) -> None:
    (folder / "modelo.joblib").write_bytes(content)
    verdicts = graded(folder, parts=MODEL_PARTS)
    assert lost(verdicts) == {"artefact_works_by_itself", "artefact_is_the_model", TRUTH}


def test_missing_artefact_says_so(folder: Path) -> None:
    (folder / "modelo.joblib").unlink()
    verdicts = graded(folder, parts=MODEL_PARTS)
    assert lost(verdicts) == {"artefact_works_by_itself", "artefact_is_the_model", TRUTH}
    assert "No encuentro `modelo.joblib`" in verdicts["artefact_works_by_itself"].message


# --- a simulated month ----------------------------------------------------------------------

MONTH = """
def simular_mes(referencia, feature, rng):
    elegidas = {rows}
    mes = referencia.iloc[elegidas].reset_index(drop=True){copy}
    {change}
    mes["fecha"] = {dates}
    return mes
"""
ROWS = "rng.integers(0, len(referencia), 3000)"
DATES = "np.tile(pd.date_range('2027-01-15', periods=30), 100)"
CHANGE = """if mes[feature].nunique() > 10:
        mes[feature] = (mes[feature] - mes[feature].mean()) * 2.5 + mes[feature].mean()
    else:
        mes.loc[mes[feature] == mes[feature].mode()[0], feature] = np.nan"""


def month(rows: str = ROWS, change: str = CHANGE, dates: str = DATES, copy: str = "") -> str:
    return MONTH.format(rows=rows, change=change, dates=dates, copy=copy)


LOOPS = """
def simular_mes(df, columna, generador):
    filas = []
    for dia in pd.date_range("2026-02-01", periods=30, freq="D"):
        for i in generador.choice(len(df), size=100):
            filas.append({**df.iloc[i].to_dict(), "fecha": dia})
    mes = pd.DataFrame(filas)
    if pd.api.types.is_numeric_dtype(df[columna]):
        mes[columna] = mes[columna] * 3 + 1
    else:
        niveles = sorted(df[columna].dropna().unique())
        resto = [0.1 / (len(niveles) - 1)] * (len(niveles) - 1)
        mes[columna] = generador.choice(niveles, size=len(mes), p=[0.9] + resto)
    return mes[["fecha", *df.columns[::-1]]]
"""
RIGHT_MONTHS = {
    "scale, and levels to NaN": month(),
    "missing values": month(change="mes[feature] = mes[feature].mask(rng.random(3000) < 0.5)"),
    "a new level or a constant": month(
        change="nuevo = 'otro' if mes[feature].dtype.kind not in 'if' else 999\n"
        "    mes[feature] = mes[feature].mask(rng.random(3000) < 0.5, nuevo)"
    ),
    "loops": LOOPS,
    "gradual": month(
        change="avance = np.repeat(np.arange(30) / 29, 100)\n"
        "    toca = rng.random(3000) < avance\n"
        "    extremo = mes[feature].value_counts().index[-1] if mes[feature].nunique() < 11 "
        "else mes[feature].max()\n"
        "    mes.loc[toca, feature] = extremo",
        dates="pd.date_range('2026-03-01', periods=30).repeat(100)",
    ),
    "dates": month(dates="[d.date() for d in pd.date_range('2026-07-01', periods=30)] * 100"),
}


@pytest.mark.parametrize("name", RIGHT_MONTHS)
@pytest.mark.filterwarnings("ignore")
def test_right_months_get_full_marks(name: str, folder: Path) -> None:
    assert lost(graded(folder, RIGHT_MONTHS[name], parts="simular")) == set()


SHAPE, DAYS = "month_has_its_columns", "month_has_thirty_days"
NUMBER, CATEGORY = "number_drifts_alone", "category_drifts_alone"
ALL_OF_IT = {SHAPE, DAYS, NUMBER, CATEGORY}
WRONG_MONTHS = {
    "no row": (
        "def simular_mes(referencia, feature, rng):\n"
        "    return referencia.head(0).assign(fecha=pd.NaT)\n",
        ALL_OF_IT,
        "ninguna fila",
    ),
    "only the feature": (
        month(rows=ROWS)
        + "\n_m = simular_mes\ndef simular_mes(r, f, g): return _m(r, f, g)[[f, 'fecha']]",
        ALL_OF_IT,
        "columnas",
    ),
    "None": (month() + "\n_m = simular_mes\ndef simular_mes(*a): _m(*a)", ALL_OF_IT, "DataFrame"),
    "no drift": (month(change="pass"), {NUMBER, CATEGORY}, "no alcanza"),
    "labels become numbers": (
        month(change="mes[feature] = 'x'"),
        {NUMBER},
        "no son del tipo",
    ),
}


@pytest.mark.parametrize("name", WRONG_MONTHS)
@pytest.mark.filterwarnings("ignore")
def test_wrong_months_fail_where_they_must(name: str, folder: Path) -> None:
    source, where, words = WRONG_MONTHS[name]
    verdicts = graded(folder, source, parts="simular")
    assert lost(verdicts) == where
    first = next(verdict for verdict in verdicts.values() if verdict.status == "failed")
    assert words in first.message and first.hint


@pytest.mark.parametrize(
    ("cut", "words"),
    [
        ("iloc[:1]", "El mes tiene 1 fila en 1 fecha distinta, y 1 por día."),
        ("iloc[:40]", "El mes tiene 40 filas en 30 fechas distintas, y entre 1 y 2 por día."),
    ],
)
def test_short_months_are_counted_in_words(cut: str, words: str, folder: Path) -> None:
    source = month() + f"\n_m = simular_mes\ndef simular_mes(*a): return _m(*a).{cut}"
    assert graded(folder, source, parts="simular")[DAYS].message == words


@pytest.mark.parametrize(
    ("value", "decimals", "bound", "words"),
    [
        (0.567, 2, 0.6, "0,57"),
        (0.598, 2, 0.6, "0,598"),
        (0.25, 2, 0.25, "0,25"),
        (1.23456, 3, None, "1,235"),
    ],
)
def test_figures_in_prose_have_a_comma(
    value: float, decimals: int, bound: float | None, words: str
) -> None:
    assert checks._decimal(value, decimals, bound) == words


# --- PSI by feature -------------------------------------------------------------------------

NUMPY = """
def una(ref, prod):
    numerica = ref.dtype.kind in "if"
    ref, prod = ref.to_numpy(), prod.to_numpy()
    falta_r, falta_p = pd.isna(ref), pd.isna(prod)
    unicos = set(ref[~falta_r].tolist())
    if numerica and len(unicos) > 10:
        e = np.unique(np.percentile(ref[~falta_r].astype(float), np.arange(0, 101, 10)))[1:-1]
        lugar = lambda x, f: np.where(f, -1, np.digitize(np.where(f, 0, x).astype(float), e))
        r, p, claves = lugar(ref, falta_r), lugar(prod, falta_p), [-1, *range(len(e) + 1)]
    else:
        r = np.where(falta_r, "<NA>", ref.astype(object)).astype(str)
        p = np.where(falta_p, "<NA>", prod.astype(object)).astype(str)
        claves = sorted(set(r) | set(p))
    a = np.maximum([np.mean(r == c) for c in claves], 1e-4)
    b = np.maximum([np.mean(p == c) for c in claves], 1e-4)
    return float(((b - a) * np.log(b / a)).sum())

def psi_por_feature(referencia, produccion):
    pares = [(una(referencia[c], produccion[c]), c) for c in referencia.columns]
    pares.sort(reverse=True)
    return pd.Series([v for v, _ in pares], index=[c for _, c in pares], name="PSI")
"""
WITH_HISTOGRAM = """
def _psi(e, a):
    return np.sum((a - e) * np.log(a / e))

def psi_por_feature(esperado, real):
    resultado = {}
    for columna in esperado:
        x, y = esperado[columna], real[columna]
        if columna in CATEGORICAS or x.dropna().nunique() <= 10:
            def reparto(s):
                return s.fillna(-1 if s.dtype.kind in "iuf" else "?").value_counts() / len(s)
            partes = pd.DataFrame({"x": reparto(x), "y": reparto(y)}).fillna(0)
            e, a = partes["x"].to_numpy(), partes["y"].to_numpy()
        else:
            bordes = np.unique(x.quantile([i / 10 for i in range(11)]))
            bordes[[0, -1]] = -np.inf, np.inf
            e = np.append(np.histogram(x.dropna(), bordes)[0], x.isna().sum()) / len(x)
            a = np.append(np.histogram(y.dropna(), bordes)[0], y.isna().sum()) / len(y)
        resultado[columna] = _psi(np.clip(e, 1e-4, None), np.clip(a, 1e-4, None))
    return pd.Series(resultado, dtype=object).astype(float).sort_values()[::-1]
"""
WITH_CUT = """
def psi_por_feature(referencia, produccion):
    valores = {
        columna: psi_de_una_columna(referencia[columna], produccion[columna])
        for columna in referencia
    }
    return pd.Series(valores).sort_values(ascending=False)

def psi_de_una_columna(referencia, produccion, n_bins=10, piso=1e-4):
    if pd.api.types.is_numeric_dtype(referencia) and referencia.nunique() > 10:
        bordes = np.unique(referencia.quantile(np.linspace(0, 1, n_bins + 1)))
        bordes[0], bordes[-1] = -np.inf, np.inf
        referencia = pd.cut(referencia, bordes, labels=False)
        produccion = pd.cut(produccion, bordes, labels=False)
    p = referencia.value_counts(normalize=True, dropna=False)
    q = produccion.value_counts(normalize=True, dropna=False)
    niveles = p.index.append(q.index).unique()
    p = p.reindex(niveles, fill_value=0).to_numpy().clip(min=piso)
    q = q.reindex(niveles, fill_value=0).to_numpy().clip(min=piso)
    return float(np.sum((q - p) * np.log(q / p)))
"""
RIGHT_PSI = {"numpy": NUMPY, "histogram": WITH_HISTOGRAM, "cut": WITH_CUT}


@pytest.mark.parametrize("name", RIGHT_PSI)
@pytest.mark.filterwarnings("ignore")
def test_right_psi_gets_full_marks(name: str, folder: Path) -> None:
    assert lost(graded(folder, RIGHT_PSI[name], parts="psi alertas")) == set()


NUMBERS, LEVELS = "numbers_follow_the_definition", "levels_follow_the_definition"


def changed(*pairs: tuple[str, str]) -> str:
    """A right `psi_por_feature` with some text replaced."""
    source = WITH_CUT
    for old, new in pairs:
        assert old in source, old
        source = source.replace(old, new)
    return source


NUMERIC_TEST = "pd.api.types.is_numeric_dtype(referencia) and referencia.nunique() > 10"
WRONG_PSI = {
    "no floor": (changed((".clip(min=piso)", "")), {NUMBERS, LEVELS}, DETECTION),
    "cuotas as deciles, closed on the left": (
        changed(
            (NUMERIC_TEST, "pd.api.types.is_numeric_dtype(referencia)"),
            ("pd.cut(referencia, bordes", "pd.cut(referencia, bordes, right=False"),
            ("pd.cut(produccion, bordes", "pd.cut(produccion, bordes, right=False"),
        ),
        {LEVELS},
        DETECTION,
    ),
    "fixed columns of the notebook's reference": (
        "_antes = psi_por_feature\n"
        "_mes_1 = referencia\n"
        "def psi_por_feature(referencia, produccion): return _antes(_mes_1, produccion)",
        {NUMBERS, LEVELS},
        set(),
    ),
}


@pytest.mark.parametrize("name", WRONG_PSI)
@pytest.mark.filterwarnings("ignore")
def test_wrong_psi_fails_where_it_must(name: str, folder: Path) -> None:
    source, must, may = WRONG_PSI[name]
    verdicts = graded(folder, source, parts="psi alertas")
    found = lost(verdicts)
    assert all(verdict.status != "error" for verdict in verdicts.values())
    assert must <= found
    assert found <= must | may
    assert found


@pytest.mark.filterwarnings("ignore")
def test_an_infinite_psi_is_named(folder: Path) -> None:
    verdicts = graded(folder, WRONG_PSI["no floor"][0], parts="psi")
    messages = [verdicts[name].message for name in failed(verdicts)]
    assert any("no es un número finito" in message for message in messages)


# --- alerts ---------------------------------------------------------------------------------

ABOVE, LOGGED = "alerts_above_the_threshold_only", "each_alert_is_logged_once"
RIGHT_ALERTS = {
    "root logger in a loop": """
def alertas(psi, umbral=0.25):
    lista = []
    for nombre in sorted(psi.index):
        if psi[nombre] > umbral:
            logging.warning(f"[{nombre}] tiene drift")
            lista.append(nombre)
    return lista
""",
    "own logger that does not propagate": """
_propio = logging.getLogger("mio.sub")
_propio.propagate = False
_propio.addHandler(logging.NullHandler())
def alertas(serie, limite=0.25):
    pasan = [str(k) for k, v in serie.to_dict().items() if v > limite]
    for k in pasan: _propio.log(logging.WARNING, "drift: %s", k)
    _propio.info("revisadas %d", len(serie))
    return pasan
""",
    "a tuple": """
def alertas(psi, umbral=0.25):
    nombres = tuple(psi.index[psi.gt(umbral)])
    for n in nombres: logging.getLogger(__name__).warning("Alerta por " + n + ".")
    return nombres
""",
}


@pytest.mark.parametrize("name", RIGHT_ALERTS)
def test_right_alerts_get_full_marks(name: str, folder: Path) -> None:
    assert lost(graded(folder, RIGHT_ALERTS[name], parts="alertas")) == set()


def alerts(condition: str = "> umbral", inside: str = "", after: str = "", out: str = "n") -> str:
    call = inside or "logging.warning('drift en %s', f)"
    return f"""
def alertas(psi, umbral=0.25):
    n = psi[psi {condition}].index.tolist()
    for f in n:
        {call}
    {after or "pass"}
    return {out}
"""


WRONG_ALERTS = {
    "below": (alerts("< umbral"), {ABOVE, "no_alarm_without_drift"}),
    "one text": (alerts(out="', '.join(n)"), {ABOVE}),
    "prints": (alerts(inside="print(f)"), {LOGGED}),
    "warnings": (
        alerts(inside="__import__('warnings').warn(f)"),
        {LOGGED},
    ),
    "error": (alerts(inside="logging.error(f)"), {LOGGED}),
    "twice": (alerts(inside="logging.warning(f); logging.warning(f)"), {LOGGED}),
    "for every feature": (
        alerts(after="[logging.warning(f) for f in psi.index if f not in n]"),
        {LOGGED},
    ),
}


@pytest.mark.parametrize("name", WRONG_ALERTS)
@pytest.mark.filterwarnings("ignore::UserWarning")
def test_wrong_alerts_fail_where_they_must(name: str, folder: Path) -> None:
    source, must = WRONG_ALERTS[name]
    verdicts = graded(folder, source, parts="alertas")
    assert must <= lost(verdicts) <= must | DETECTION | {LOGGED}
    assert all(verdict.status != "error" for verdict in verdicts.values())
    if must == {LOGGED}:
        assert lost(verdicts) == {LOGGED}


@pytest.mark.parametrize(
    ("heard", "names", "words"),
    [
        (0, {"edad": 0}, "no hubo ningún aviso de nivel WARNING"),
        (1, {"edad": 1, "monto": 1}, "hubo 1 aviso de nivel WARNING, que nombra a `edad`, `monto`"),
        (2, {"edad": 2, "monto": 0}, "hubo 2 avisos de nivel WARNING, que nombran a `edad`"),
        (1, {"edad": 0}, "hubo 1 aviso de nivel WARNING, que no nombra a ninguna"),
    ],
)
def test_what_was_logged_is_said_in_words(heard: int, names: dict[str, int], words: str) -> None:
    assert checks._logged(heard, names) == words


def test_edad_is_not_heard_inside_antiguedad() -> None:
    from autograder.checking import Log

    logs = [Log(30, "x", "drift en antiguedad_laboral"), Log(30, "x", "monto_edad")]
    assert checks._mentions(logs, "edad") == 0
    assert checks._mentions([Log(30, "x", "edad: 0.4")], "edad") == 1


def test_alarms_by_p_value_ring_without_drift(folder: Path) -> None:
    """With enough rows, some p-value is always small: an alert needs an effect size."""
    source = """
from scipy.stats import ks_2samp
def psi_por_feature(referencia, produccion):
    v = {}
    for c in referencia:
        a, b = (
            x.dropna() if x.dtype.kind in "if" else pd.factorize(x, sort=True)[0]
            for x in (referencia[c], produccion[c])
        )
        v[c] = 1 - ks_2samp(a, b).pvalue
    return pd.Series(v).sort_values(ascending=False)
"""
    found = lost(graded(folder, source, parts="psi alertas"))
    assert {NUMBERS, LEVELS, "no_alarm_without_drift"} <= found


# --- the model card -------------------------------------------------------------------------


def with_card(folder: Path, card: str | bytes) -> dict[str, Verdict]:
    content = card if isinstance(card, bytes) else card.encode()
    (folder / "MODEL_CARD.md").write_bytes(content)
    return graded(folder, parts="joblib card")


def replaced(old: str, new: str) -> str:
    assert old in CARD
    return CARD.replace(old, new)


def between(start: str, end: str) -> str:
    return CARD[CARD.index(start) : CARD.index(end)]


TABLE = between("| Grupo |", "- **El grupo al que")
PROSE = """En el total, la exactitud es 81,1 %, el recall 50,3 % y el AUC 0,846. En NEA, 0,661.

"""


@pytest.mark.parametrize(
    "card",
    [
        CARD.replace("0.", "0,"),
        CARD.replace("\n", "\r\n"),
        "\ufeff" + CARD,
        CARD.replace(TABLE, TABLE + PROSE),
        CARD.replace("## 1. ", "# ").replace("## 2. ", "### II · "),
        CARD.replace("## 5. Métricas", "## Metrics").replace(
            "## 6. Consideraciones éticas", "## Ethical Considerations"
        ),
    ],
    ids=["commas", "CRLF", "BOM", "figures in prose too", "headings", "English headings"],
)
def test_other_cards_get_full_marks(card: str, folder: Path) -> None:
    verdicts = with_card(folder, card)
    assert lost(verdicts) == set(), [v.message for v in verdicts.values() if v.message]


def test_figures_in_prose_are_remarked_on_and_cost_nothing(folder: Path) -> None:
    card = CARD.replace(TABLE, TABLE + "En NEA el recall es 0,912 y nadie lo midió.\n\n")
    verdicts = with_card(folder, card)
    assert lost(verdicts) == set()
    [remark] = verdicts[SUBGROUP].remarks
    assert "0,912" in remark and "lo lee una persona" in remark


def test_an_unknown_group_is_named_and_is_not_called_false(folder: Path) -> None:
    row = "| barrio = Palermo | 10 | 0.111 | 0.222 | 0.333 | 0.444 |\n"
    verdicts = with_card(folder, CARD.replace(TABLE, TABLE.rstrip() + "\n" + row + "\n"))
    assert lost(verdicts) == set()
    assert any("barrio = Palermo" in remark for remark in verdicts[SUBGROUP].remarks)


SECTIONS_OF = {name.removeprefix("card_has_"): name for name in CARD_CHECKS if "card_has" in name}
SUBGROUP, SCOPE = "card_measures_a_subgroup", "card_says_what_is_out_of_scope"
GROUP_ROWS = ("| genero", "| region", "| canal", "| edad", "| Brecha")
ETHICS = between("- **Quién puede salir", "## 7.")
WRONG_CARDS = {
    "empty": ("", {*SECTIONS_OF.values(), SUBGROUP, SCOPE, TRUTH}),
    "a blank title": (
        replaced(
            "# Model card: riesgo de mora en préstamos personales",
            "# Model card: [completar: nombre del modelo]",
        ),
        {SECTIONS_OF["model_details"]},
    ),
    "a section is missing": (
        replaced("## 6. Consideraciones éticas", "").replace(ETHICS, ""),
        {SECTIONS_OF["ethical_considerations"]},
    ),
    "a section says TODO": (replaced(ETHICS, "TODO\n\n"), {SECTIONS_OF["ethical_considerations"]}),
    "not applicable": (replaced(ETHICS, "No aplica.\n\n"), {SECTIONS_OF["ethical_considerations"]}),
    "figures in prose alone": (replaced(TABLE, PROSE), {SUBGROUP, TRUTH}),
    "only the total": (
        "\n".join(line for line in CARD.split("\n") if not line.startswith(GROUP_ROWS)),
        {SUBGROUP, TRUTH},
    ),
    "another algorithm": (
        replaced("`LogisticRegression`", "`RandomForestClassifier`"),
        {SECTIONS_OF["model_details"]},
    ),
    "other rows": (
        replaced("**Filas:** 3.500", "**Filas:** 5.000"),
        {SECTIONS_OF["training_data"]},
    ),
    "a false overall figure": (
        replaced("| Global | 1500 | 0.811", "| Global | 1500 | 0.951"),
        {TRUTH},
    ),
}


@pytest.mark.parametrize("name", WRONG_CARDS)
def test_wrong_cards_fail_where_they_must(name: str, folder: Path) -> None:
    card, where = WRONG_CARDS[name]
    verdicts = with_card(folder, card)
    assert lost(verdicts) == where
    assert all(verdicts[check].message and verdicts[check].hint for check in where)


@pytest.mark.parametrize(
    ("card", "words"),
    [
        ("", "El archivo está vacío"),
        (b"PK\x03\x04\x14\x00\x06\x00", "no es texto"),
        ("a\n" * 70_000, "demasiado larga"),
    ],
    ids=["empty", "not text", "too large"],
)
def test_card_that_cannot_be_read_is_told_so_and_nothing_else(
    card: str | bytes, words: str, folder: Path
) -> None:
    verdicts = with_card(folder, card)
    assert lost(verdicts) == CARD_CHECKS
    for name in CARD_CHECKS:
        assert words in verdicts[name].message
        assert "Línea" not in verdicts[name].message


def test_missing_section_is_in_no_line(folder: Path) -> None:
    verdicts = with_card(folder, WRONG_CARDS["a section is missing"][0])
    verdict = verdicts[SECTIONS_OF["ethical_considerations"]]
    assert verdict.message.startswith("Falta la sección «Consideraciones éticas».")


def test_figures_of_the_training_rows_are_not_true(folder: Path) -> None:
    names = namespace() | {"evaluacion": trained()["entrenamiento"]}
    assert lost(with_card(folder, card_of(names))) == {TRUTH}


def test_figures_of_another_model_are_not_true(folder: Path) -> None:
    names = namespace() | {"modelo": model("forest")}
    card = card_of(names).replace("`RandomForestClassifier`", "`LogisticRegression`")
    assert lost(with_card(folder, card)) == {TRUTH}


def test_missing_card_says_so(folder: Path) -> None:
    (folder / "MODEL_CARD.md").unlink()
    verdicts = graded(folder, parts=MODEL_PARTS)
    assert lost(verdicts) == CARD_CHECKS
    assert all("Todavía no hay `MODEL_CARD.md`" in verdicts[name].message for name in CARD_CHECKS)


def test_directory_called_as_the_card_is_no_card(folder: Path) -> None:
    (folder / "MODEL_CARD.md").unlink()
    (folder / "MODEL_CARD.md").mkdir()
    assert lost(graded(folder, parts="joblib card")) == CARD_CHECKS


# --- the visible tests ----------------------------------------------------------------------


@pytest.mark.parametrize(
    "source",
    ["", *RIGHT_MONTHS.values(), *RIGHT_PSI.values(), *list(RIGHT_ALERTS.values())[:2]],
)
@pytest.mark.filterwarnings("ignore")
def test_right_answers_pass_the_visible_tests(
    source: str, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = namespace(source)
    monkeypatch.syspath_prepend(SOURCE.parent)
    shutil.copy(SOURCE.parent / "grupos.toml", folder)
    with inside(folder), contextlib.redirect_stdout(io.StringIO()) as printed:
        for grade_id in ("tabla-por-subgrupo", *SELF_TESTS):
            exec(cell(grade_id), names)
    assert printed.getvalue().count("✅") == len(SELF_TESTS)


def test_criterion_is_detection_and_the_card() -> None:
    assert len(DETECTION) == 4
    criterion = {each.id for each in checks_of(checks) if each.criterion}
    assert criterion - DETECTION == CARD_CHECKS - {TRUTH}


@pytest.mark.parametrize("seed", [11, 12, 13])
def test_marks_do_not_depend_on_the_seed(seed: int, folder: Path) -> None:
    assert lost(graded(folder, seed=seed)) == set()
