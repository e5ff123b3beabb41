"""Each check of ejercicio-2-psi against right, different and plausibly wrong answers."""

import jupytext
import pytest
import the_course
from the_course import ROOT

from autograder.checking import DirectStudent, checks_of, run_checks
from autograder.records import Verdict

checks = the_course.checks("ejercicio-2-psi")
SOURCE = ROOT / "solutions/ejercicio-2-psi/ejercicio-2-psi.py"
CELLS = [cell for cell in jupytext.read(SOURCE).cells if cell.cell_type == "code"]
IMPORTS = "import math\nimport numpy as np\nimport pandas as pd\nPISO = 1e-4\n"
LEVEL_CHECKS = {each.id for each in checks_of(checks) if each.cell == "psi-categorico-autotest"}


def reference() -> dict:
    """The names that the solution's own cells define."""
    names: dict = {"__name__": "__main__"}
    exec(IMPORTS, names)
    for cell in CELLS:
        if cell.metadata.get("nbgrader", {}).get("solution"):
            exec(cell.source, names)
    return names


def graded(source: str = "", seed: int = 1) -> dict[str, Verdict]:
    """The verdicts on the reference with ``source`` (other definitions) run on top of it."""
    names = reference()
    exec(source, names)
    verdicts = run_checks(checks, DirectStudent(names, ROOT), seed=seed)
    return {verdict.id: verdict for verdict in verdicts}


def lost(verdicts: dict[str, Verdict]) -> set[str]:
    return {name for name, verdict in verdicts.items() if verdict.status != "passed"}


def failed(verdicts: dict[str, Verdict]) -> set[str]:
    return {name for name, verdict in verdicts.items() if verdict.status == "failed"}


def self_test(grade_id: str, names: dict) -> None:
    """Run a visible test cell of the notebook."""
    source = next(
        cell.source
        for cell in CELLS
        if cell.metadata.get("nbgrader", {}).get("grade_id") == grade_id
    )
    exec(source, names)


def test_stub_fails_in_words() -> None:
    stubs = "".join(
        f"def {name}(*a, **k): raise NotImplementedError('Todavía no completaste esta parte')\n"
        for name in ("psi", "interpretar_psi", "psi_categorico")
    )
    verdicts = graded(stubs)
    assert lost(verdicts) == set(verdicts)
    first = [verdict for verdict in verdicts.values() if verdict.status == "failed"]
    assert all("Todavía no completaste" in verdict.message for verdict in first)


def test_nothing_defined_is_said_so() -> None:
    verdicts = run_checks(checks, DirectStudent({}, ROOT), seed=1)
    assert all(verdict.points == 0 and verdict.status != "error" for verdict in verdicts)
    assert "No definiste `psi`" in verdicts[0].message


# --- right, and different -------------------------------------------------------------------

HISTOGRAM = """
def proporciones(x, bordes):
    x = np.asarray(x, dtype=float)
    llenos, _ = np.histogram(x[~np.isnan(x)], bins=bordes)
    todas = np.r_[llenos, np.isnan(x).sum()] / x.size
    return np.clip(todas, 0.0001, None)

def psi(expected, actual, buckets=10):
    cortes = np.nanquantile(np.asarray(expected, dtype=float), np.arange(buckets + 1) / buckets)
    cortes[0], cortes[-1] = -np.inf, np.inf
    cortes = np.unique(cortes)
    e, a = proporciones(expected, cortes), proporciones(actual, cortes)
    return np.sum((a - e) * np.log(a / e))
"""

LOOP = """
def psi(ref, prod, k=10):
    limpia = sorted(float(x) for x in ref if not math.isnan(x))
    bordes = []
    for i in range(1, k):
        posicion = (len(limpia) - 1) * i / k
        abajo = int(posicion)
        borde = limpia[abajo] + (posicion - abajo) * (limpia[abajo + 1] - limpia[abajo])
        if borde not in bordes:
            bordes.append(borde)

    def contar(muestra):
        conteos = [0] * (len(bordes) + 2)
        for x in muestra:
            if math.isnan(x):
                conteos[-1] += 1
            else:
                conteos[sum(x > borde for borde in bordes)] += 1
        return [max(c / len(muestra), 1e-4) for c in conteos]

    total = 0.0
    for p, q in zip(contar(ref), contar(prod)):
        total += (q - p) * math.log(q / p)
    return total
"""

QCUT = """
def psi(referencia, produccion, n_bins=10):
    referencia, produccion = pd.Series(referencia), pd.Series(produccion)
    _, bordes = pd.qcut(referencia, n_bins, retbins=True, duplicates="drop")
    bordes = [-np.inf, *bordes[1:-1], np.inf]
    def reparto(s):
        return pd.cut(s, bordes).value_counts(normalize=True, dropna=False)
    tabla = pd.concat([reparto(referencia), reparto(produccion)], axis=1).fillna(0)
    tabla = tabla.where(tabla >= 1e-4, 1e-4)
    p, q = tabla.iloc[:, 0], tabla.iloc[:, 1]
    return ((p - q) * np.log(p / q)).sum()
"""

DIGITIZE = """
class Bins:
    def __init__(self, x, n):
        x = np.asarray(x, dtype=float)
        self.bordes = np.unique(np.percentile(x[np.isfinite(x)], np.linspace(0, 100, n + 1))[1:-1])
    def proporciones(self, x):
        x = np.asarray(x, dtype=float)
        lugar = np.where(np.isnan(x), len(self.bordes) + 1, np.digitize(x, self.bordes))
        p = np.bincount(lugar, minlength=len(self.bordes) + 2) / len(x)
        return np.where(p == 0, 1e-4, p)

def psi(a, b, n_bins=10):
    bins = Bins(a, n_bins)
    p, q = bins.proporciones(a), bins.proporciones(b)
    return np.float64((q * np.log(q / p)).sum() - (p * np.log(q / p)).sum())
"""

EPSILON = """
def psi(referencia, produccion, n_bins=10):
    a, b = np.array(referencia, float), np.array(produccion, float)
    e = np.unique(np.quantile(a[~np.isnan(a)], np.linspace(0, 1, n_bins + 1)))[1:-1]
    def partes(v):
        faltan = np.isnan(v)
        lugares = np.searchsorted(e, v[~faltan])
        partes = [np.mean(lugares == i) * (1 - faltan.mean()) for i in range(len(e) + 1)]
        return np.maximum(partes + [faltan.mean()], 1e-4)
    p, q = partes(a), partes(b)
    return float(np.dot(q - p, np.log(q) - np.log(p)))
"""

COUNTER = """
from collections import Counter
def psi_categorico(antes, despues):
    def contar(s):
        return Counter("__falta__" if pd.isna(x) else x for x in s)
    p, q = contar(antes), contar(despues)
    total = 0
    for nivel in set(p) | set(q):
        a = max(p[nivel] / len(antes), 1e-4)
        b = max(q[nivel] / len(despues), 1e-4)
        total += (b - a) * math.log(b / a)
    return total
"""

CROSSTAB = """
def psi_categorico(referencia, produccion):
    valores = pd.concat([referencia, produccion], ignore_index=True).astype(object)
    valores = valores.where(valores.notna(), "falta")
    mes = np.repeat([0, 1], [len(referencia), len(produccion)])
    tabla = pd.crosstab(valores.astype(str), mes, normalize="columns").clip(lower=1e-4)
    return ((tabla[1] - tabla[0]) * np.log(tabla[1] / tabla[0])).sum()
"""

DICTIONARY = """
def psi_categorico(r, p):
    r, p = pd.Series(r).fillna("NA"), pd.Series(p).fillna("NA")
    niveles = list(dict.fromkeys([*r, *p]))
    a = np.array([(r == n).mean() for n in niveles])
    b = np.array([(p == n).mean() for n in niveles])
    a, b = np.fmax(a, 1e-4), np.fmax(b, 1e-4)
    return float(sum((b - a) * np.log(b / a)))
"""

LOOKUP = """
def interpretar_psi(x):
    return np.select([x > 0.25, x >= 0.1], ["significativo", "leve"], "estable").item()
"""

RIGHT = {
    "np.histogram": HISTOGRAM,
    "loops": LOOP,
    "qcut": QCUT,
    "digitize in a class": DIGITIZE,
    "searchsorted": EPSILON,
    "Counter": COUNTER,
    "crosstab": CROSSTAB,
    "levels as a dictionary": DICTIONARY,
    "np.select": LOOKUP,
}


@pytest.mark.parametrize("name", RIGHT)
def test_right_and_different_gets_full_marks(name: str) -> None:
    assert lost(graded(RIGHT[name])) == set()


@pytest.mark.parametrize("name", ["", *RIGHT])
def test_right_answers_pass_the_visible_tests(name: str, capsys: pytest.CaptureFixture) -> None:
    names = reference()
    exec(RIGHT.get(name, ""), names)
    for grade_id in ("psi-autotest", "interpretar-autotest", "psi-categorico-autotest"):
        self_test(grade_id, names)
    assert capsys.readouterr().out.count("✅") == 3


# --- wrong, and plausible -------------------------------------------------------------------

BODY = """
def psi(referencia, produccion, n_bins=10):
    referencia, produccion = np.array(referencia, float), np.array(produccion, float)
    bordes = np.unique(np.nanquantile({cut}, np.linspace(0, 1, n_bins + 1)))
    bordes[0], bordes[-1] = -np.inf, np.inf
    p, q = [], []
    for muestra, destino in ((referencia, p), (produccion, q)):
        conteos = np.append(np.histogram(muestra, bordes)[0], np.isnan(muestra).sum())
        destino.extend(np.maximum(conteos / len(muestra), 1e-4))
    p, q = np.array(p), np.array(q)
    return float(np.sum({sum}))
"""
RIGHT_SUM = "(q - p) * np.log(q / p)"


def body(*changes: tuple[str, str], cut: str = "referencia", total: str = RIGHT_SUM) -> str:
    source = BODY.format(cut=cut, sum=total)
    for old, new in changes:
        assert old in source
        source = source.replace(old, new)
    return source


OWN_EDGES = """
def psi(referencia, produccion, n_bins=10):
    deciles = np.linspace(0, 1, n_bins + 1)
    p = np.histogram(referencia, np.nanquantile(referencia, deciles))[0] / len(referencia)
    q = np.histogram(produccion, np.nanquantile(produccion, deciles))[0] / len(produccion)
    return float(np.sum((q - p) * np.log(q / p)))
"""
QUANTILES = "np.unique(np.nanquantile(referencia, np.linspace(0, 1, n_bins + 1)))"
COUNTS = "np.append(np.histogram(muestra, bordes)[0], np.isnan(muestra).sum())"
FLOORED = "np.maximum(conteos / len(muestra), 1e-4)"
EQUAL_WIDTH = body(
    (QUANTILES, "np.linspace(np.nanmin(referencia), np.nanmax(referencia), n_bins + 1)")
)
NO_FLOOR = body((FLOORED, "conteos[: len(bordes) - 1 + np.isnan(muestra).any()] / len(muestra)"))
SKIPS = body(
    (FLOORED, "conteos / len(muestra)"),
    (RIGHT_SUM, "np.where((p > 0) & (q > 0), (q - p) * np.log(q / p), 0)"),
)
CLOSED_ENDS = body(("bordes[0], bordes[-1] = -np.inf, np.inf", "pass"))
DROPS_NAN = body(
    (COUNTS, "np.histogram(muestra, bordes)[0]"),
    ("len(muestra)", "(~np.isnan(muestra)).sum()"),
)
TEN_FIXED = body(("np.linspace(0, 1, n_bins + 1)", "np.linspace(0, 1, 11)"))
REPEATED = body(
    (QUANTILES, QUANTILES.removeprefix("np.unique(").removesuffix(")")),
    ("np.histogram(muestra, bordes)[0]", "pd.cut(muestra, bordes).value_counts()"),
)
RENORMALISED = body(("return", "p, q = p / p.sum(), q / q.sum()\n    return"))

WRONG_PSI = {
    "edges of production": (body(cut="produccion"), "agrees_with_the_definition"),
    "edges of both": (
        body(cut="np.concatenate([referencia, produccion])"),
        "agrees_with_the_definition",
    ),
    "edges of each": (OWN_EDGES, "agrees_with_the_definition"),
    "equal width": (EQUAL_WIDTH, "agrees_with_the_definition"),
    "log10": (body(total="(q - p) * np.log10(q / p)"), "agrees_with_the_definition"),
    "log2": (body(total="(q - p) * np.log2(q / p)"), "agrees_with_the_definition"),
    "wrong sign": (body(total="(p - q) * np.log(q / p)"), "agrees_with_the_definition"),
    "KL": (body(total="q * np.log(q / p)"), "agrees_with_the_definition"),
    "counts": (
        body(("conteos / len(muestra)", "conteos.astype(float)")),
        "agrees_with_the_definition",
    ),
    "a vector": (
        body((f"float(np.sum({RIGHT_SUM}))", RIGHT_SUM)),
        "agrees_with_the_definition",
    ),
    "no floor": (NO_FLOOR, "stays_finite_when_a_bin_is_empty"),
    "another floor": (body(("1e-4", "1e-6")), "stays_finite_when_a_bin_is_empty"),
    "skips empty bins": (SKIPS, "stays_finite_when_a_bin_is_empty"),
    "closed ends": (CLOSED_ENDS, "new_extremes_are_not_lost"),
    "drops NaN": (DROPS_NAN, "missing_values_are_a_bin"),
    "ten bins always": (TEN_FIXED, "number_of_bins_is_obeyed"),
    "repeated edges": (REPEATED, "repeated_edges_do_not_break_it"),
}


@pytest.mark.parametrize("name", WRONG_PSI)
@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_wrong_psi_fails_where_it_must(name: str) -> None:
    source, check = WRONG_PSI[name]
    found = failed(graded(source))
    assert check in found
    assert found <= {check}


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("edges of production", "cuantiles de la producción"),
        ("edges of both", "las dos muestras juntas"),
        ("edges of each", "sus propios deciles"),
        ("equal width", "mismo ancho"),
        ("log10", "log10"),
        ("log2", "log2"),
        ("wrong sign", "signo cambiado"),
        ("KL", "Kullback-Leibler"),
        ("counts", "sin dividir por el total"),
        ("a vector", "se esperaba un número"),
    ],
)
@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_mistake_is_named(name: str, words: str) -> None:
    verdict = graded(WRONG_PSI[name][0])["agrees_with_the_definition"]
    assert words in f"{verdict.message} {verdict.hint}" and verdict.hint


@pytest.mark.parametrize(("value", "words"), [("nan", "en las dos"), ("inf", "una sola")])
def test_hint_of_what_is_not_finite_depends_on_which(value: str, words: str) -> None:
    verdict = graded(f"def psi(p, q, n_bins=10):\n    return float('{value}')")
    assert words in verdict["agrees_with_the_definition"].hint


def test_infinite_psi_gets_the_hint_of_the_floor() -> None:
    verdict = graded(NO_FLOOR)["stays_finite_when_a_bin_is_empty"]
    assert "inf" in verdict.message and "piso" in verdict.hint


def test_renormalising_after_the_floor_is_within_tolerance() -> None:
    """It moves the third decimal: no reading changes, so no point is lost for it."""
    assert lost(graded(RENORMALISED)) == set()


@pytest.mark.parametrize(
    ("condition", "check"),
    [
        ("'estable' if v < 0.1 else 'leve' if v < 0.25 else 'significativo'", "edges"),
        ("'estable' if v <= 0.1 else 'leve' if v <= 0.25 else 'significativo'", "edges"),
        ("'Estable' if v < 0.1 else 'Leve' if v <= 0.25 else 'Significativo'", "reads"),
        ("'estable' if v < 0.1 else 'leve' if v <= 0.2 else 'significativo'", "reads"),
        ("print('leve')", "reads"),
        ("0 if v < 0.1 else 1 if v <= 0.25 else 2", "reads"),
    ],
)
def test_wrong_readings_fail(condition: str, check: str) -> None:
    found = failed(graded(f"def interpretar_psi(v): return {condition}"))
    assert {name.split("_")[0] for name in found} == {check}


BY_POSITION = """
def psi_categorico(r, p):
    a, b = (x.value_counts(normalize=True, dropna=False) for x in (r, p))
    n = max(len(a), len(b))
    a, b = (np.pad(x.to_numpy(), (0, n - len(x)), constant_values=1e-4) for x in (a, b))
    return float(np.sum((b - a) * np.log(b / a)))
"""
REFERENCE_LEVELS = """
def psi_categorico(r, p):
    a = r.value_counts(normalize=True, dropna=False)
    b = p.value_counts(normalize=True, dropna=False).reindex(a.index).fillna(0).clip(lower=1e-4)
    return float(((b - a) * np.log(b / a)).sum())
"""
NO_NAN_LEVEL = COUNTER.replace(
    '"__falta__" if pd.isna(x) else x for x in s', "x for x in s if not pd.isna(x)"
)
COUNTS_OF_LEVELS = """
def psi_categorico(r, p):
    a, b = r.value_counts(dropna=False), p.value_counts(dropna=False)
    n = a.index.union(b.index, sort=False)
    a, b = (x.reindex(n, fill_value=0).clip(lower=1e-4) for x in (a, b))
    return float(((b - a) * np.log(b / a)).sum())
"""
DECILES_OF_LEVELS = """
def psi_categorico(r, p):
    return psi(r.astype("category").cat.codes, p.astype("category").cat.codes)
"""
ANY_KIND = {"numbers_may_be_levels"}
WRONG_LEVELS = {
    "by position": (BY_POSITION, {"levels_are_matched_by_name"}),
    "counts": (COUNTS_OF_LEVELS, {"levels_are_matched_by_name"}),
    "levels of the reference": (REFERENCE_LEVELS, {"levels_may_appear_and_vanish"}),
    "NaN dropped": (NO_NAN_LEVEL, {"missing_values_are_a_level"}),
    "codes": (DECILES_OF_LEVELS, {"levels_may_appear_and_vanish"}),
    "numbers refused": (
        COUNTER.replace("def contar(s):", "def contar(s):\n        s = s.str.strip()"),
        ANY_KIND,
    ),
}


@pytest.mark.parametrize("name", WRONG_LEVELS)
def test_wrong_levels_fail_where_they_must(name: str) -> None:
    source, checks_that_fail = WRONG_LEVELS[name]
    assert checks_that_fail <= failed(graded(source))
    assert lost(graded(source)) <= LEVEL_CHECKS


@pytest.mark.parametrize(
    "answer", ["None", "float('nan')", "'0.2'", "True", "[0.1]", "np.zeros(3)", "{}", "pd.Series()"]
)
def test_weird_answers_are_just_wrong(answer: str) -> None:
    verdicts = graded(
        f"psi = psi_categorico = lambda *a, **k: {answer}\ninterpretar_psi = lambda v: {answer}"
    )
    assert all(verdict.status in ("failed", "skipped") for verdict in verdicts.values())


@pytest.mark.parametrize("seed", range(5))
def test_marks_do_not_depend_on_the_seed(seed: int) -> None:
    assert lost(graded(seed=seed)) == set()
    assert "agrees_with_the_definition" in lost(graded(body(cut="produccion"), seed))
