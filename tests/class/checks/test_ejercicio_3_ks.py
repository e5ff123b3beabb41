"""Each check of ejercicio-3-ks against right, different and plausibly wrong answers."""

import warnings

import jupytext
import numpy as np
import pandas as pd
import pytest
import the_course
from the_course import ROOT

from autograder.checking import DirectStudent, checks_of, run_checks
from autograder.records import Verdict

checks = the_course.checks("ejercicio-3-ks")
SOURCE = ROOT / "solutions/ejercicio-3-ks/ejercicio-3-ks.py"
CELLS = [cell for cell in jupytext.read(SOURCE).cells if cell.cell_type == "code"]
FUNCTIONS = ("ecdf", "comparar_ks", "ks_por_feature", "alertas_ks")
ALL = {each.id for each in checks_of(checks)}

KS, WHERE = "ks_measures_distance_and_evidence", "ks_says_where"
MISSING = "ks_drops_missing_values_from_each_sample"
TABLE, CORRECTED = "table_has_one_row_per_feature", "p_is_corrected_by_the_number_of_features"
BOTH, BY_CORRECTED = "alert_needs_evidence_and_size", "alert_uses_the_corrected_p"
STRICT, ARGUMENTS = "limits_do_not_alert", "thresholds_are_the_arguments"


def reference() -> dict:
    """The names that the solution's own cells define (and the notebook's imports)."""
    names: dict = {"__name__": "__main__"}
    for cell in CELLS:
        if cell.metadata.get("nbgrader", {}).get("solution"):
            exec(cell.source, names)
        elif "Imports y configuración inicial" in cell.source:
            exec(cell.source.split("DATOS = ")[0], names)
    return names


def graded(source: str = "", seed: int = 1) -> dict[str, Verdict]:
    """The verdicts on the reference with ``source`` (other definitions) run on top of it."""
    names = reference()
    exec(source, names)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        verdicts = run_checks(checks, DirectStudent(names, ROOT), seed=seed)
    return {verdict.id: verdict for verdict in verdicts}


def lost(verdicts: dict[str, Verdict]) -> set[str]:
    return {name for name, verdict in verdicts.items() if verdict.status != "passed"}


@pytest.mark.parametrize("seed", [1, 2, 3, 59])
def test_reference_gets_full_marks(seed: int) -> None:
    verdicts = graded(seed=seed)
    assert lost(verdicts) == set(), [v.message for v in verdicts.values() if v.message]


def test_stub_gets_nothing_and_is_told_so() -> None:
    stubs = "\n".join(
        f"def {name}(*args, **kwargs):\n    raise NotImplementedError('Todavía no')\n"
        for name in FUNCTIONS
    )
    verdicts = graded(stubs)
    assert lost(verdicts) == ALL
    failed = [v for v in verdicts.values() if v.status == "failed"]
    assert failed and all("Todavía no completaste" in v.message for v in failed)


def test_missing_names_are_named() -> None:
    names = {"__name__": "__main__"}
    verdicts = run_checks(checks, DirectStudent(names, ROOT), seed=1)
    failed = [v for v in verdicts if v.status == "failed"]
    assert {v.message for v in failed} == {f"No definiste `{name}`." for name in FUNCTIONS}


RIGHT = {
    "ecdf point by point": """
def ecdf(muestra, donde):
    return [float((muestra <= x).mean()) for x in donde]
""",
    "ecdf by broadcasting": """
def ecdf(valores, puntos):
    return (valores.to_numpy()[:, None] <= puntos[None, :]).mean(axis=0)
""",
    "ecdf with pandas": """
def ecdf(valores, puntos):
    acumulada = valores.value_counts(normalize=True).sort_index().cumsum()
    return pd.Series(puntos).map(lambda x: acumulada[acumulada.index <= x].max()).fillna(0)
""",
    "ecdf from scipy": """
from scipy.stats import ecdf as ecdf_de_scipy
def ecdf(valores, puntos):
    return ecdf_de_scipy(valores.to_numpy()).cdf.evaluate(puntos)
""",
    "nan_policy": """
def comparar_ks(a, b):
    r = ks_2samp(a, b, nan_policy="omit")
    return dict(D=float(r.statistic), p_valor=float(r.pvalue), x=float(r.statistic_location),
                n_referencia=int(a.notna().sum()), n_produccion=int(b.count()), extra="nada")
""",
    "by hand, asymptotic": """
from scipy.special import kolmogorov
def comparar_ks(referencia, produccion):
    a, b = np.array([v for v in referencia if v == v]), np.array([v for v in produccion if v == v])
    todos = np.sort(np.concatenate([a, b]))
    saltos = np.abs(ecdf(pd.Series(a), todos) - ecdf(pd.Series(b), todos))
    d = saltos.max()
    p = kolmogorov(d * np.sqrt(len(a) * len(b) / (len(a) + len(b))))
    return {"D": d, "p_valor": p, "x": todos[saltos.argmax()],
            "n_referencia": np.int64(len(a)), "n_produccion": np.int64(len(b))}
""",
    "where on a fine grid": """
def comparar_ks(referencia, produccion):
    a, b = referencia[referencia.notna()], produccion[produccion.notna()]
    r = ks_2samp(a, b, alternative="two-sided", method="asymp")
    grilla = np.linspace(min(a.min(), b.min()), max(a.max(), b.max()), 20_000)
    lejos = np.abs(ecdf(a, grilla) - ecdf(b, grilla)).argmax()
    return {"n_referencia": len(a), "n_produccion": len(b), "D": r.statistic,
            "p_valor": r.pvalue, "x": grilla[lejos]}
""",
    "table by rows": """
def ks_por_feature(ref, prod, columnas):
    filas = []
    for nombre in columnas:
        r = ks_2samp(ref[nombre].dropna(), prod[nombre].dropna())
        filas.append({"feature": nombre, "p_ajustado": min(r.pvalue * len(columnas), 1.0),
                      "p_valor": r.pvalue, "D": r.statistic})
    return pd.DataFrame(filas).set_index("feature").sort_values(by="D", ascending=False)
""",
    "table with more columns, from statsmodels": """
from statsmodels.stats.multitest import multipletests
def ks_por_feature(referencia, produccion, features):
    tabla = pd.DataFrame([comparar_ks(referencia[f], produccion[f]) for f in features],
                         index=features)
    tabla["p_ajustado"] = multipletests(tabla["p_valor"], method="bonferroni")[1]
    return tabla.iloc[np.argsort(-tabla["D"].to_numpy())]
""",
    "alerts in a loop": """
def alertas_ks(t, a=0.05, d=0.1):
    suenan = []
    for nombre, fila in t.iterrows():
        if fila["D"] > d and fila["p_ajustado"] < a:
            suenan = [nombre, *suenan]
    return suenan
""",
    "alerts by query": """
def alertas_ks(tabla, alfa=0.05, d_minimo=0.1):
    return list(tabla.query("p_ajustado < @alfa and D > @d_minimo").index)
""",
    "alerts with sets": """
def alertas_ks(tabla, alfa=0.05, d_minimo=0.1):
    grandes = set(tabla.index[tabla.D > d_minimo])
    return list(grandes & set(tabla.index[tabla.p_ajustado < alfa]))
""",
}


@pytest.mark.parametrize("name", RIGHT)
def test_right_and_different_gets_full_marks(name: str) -> None:
    verdicts = graded(RIGHT[name])
    assert lost(verdicts) == set(), [v.message for v in verdicts.values() if v.message]


@pytest.mark.parametrize("name", ["", *RIGHT])
def test_right_and_different_passes_the_visible_checks(name: str, capsys) -> None:
    names = reference() | {"marzo": np.array([2, 4, 5, 7, 9]), "abril": np.array([5, 8, 9, 12, 15])}
    exec(RIGHT.get(name, ""), names)
    visible = [cell for cell in CELLS if cell.metadata.get("nbgrader", {}).get("grade")]
    for cell in visible:
        exec(cell.source, names)
    assert capsys.readouterr().out.count("✅") == len(visible)


def _comparar(body: str) -> str:
    """comparar_ks whose ``body`` may change a, b or the result r before the dict is made."""
    return f"""
from scipy.stats import ttest_ind, mannwhitneyu
def comparar_ks(referencia, produccion):
    a, b = referencia.dropna(), produccion.dropna()
    r = ks_2samp(a, b)
    d, p, x, n, m = r.statistic, r.pvalue, r.statistic_location, len(a), len(b)
    {body}
    return {{"D": d, "p_valor": p, "x": x, "n_referencia": n, "n_produccion": m}}
"""


def _tabla(adjusted: str, after: str = "tabla.sort_values('D', ascending=False)") -> str:
    return f"""
def ks_por_feature(referencia, produccion, features):
    m = len(features)
    tabla = pd.DataFrame({{f: comparar_ks(referencia[f], produccion[f]) for f in features}}).T
    p = tabla["p_valor"]
    tabla["p_ajustado"] = {adjusted}
    return {after}
"""


def _alertas(condition: str, result: str = "tabla.index[si].tolist()") -> str:
    return f"""
def alertas_ks(tabla, alfa=0.05, d_minimo=0.1):
    si = {condition}
    return {result}
"""


WRONG = {
    "rows dropped in pairs": (
        """
def comparar_ks(a, b):
    juntas = pd.DataFrame({"a": a.to_numpy(), "b": b.to_numpy()[:len(a)]}).dropna() \
        if len(a) == len(b) else None
    a, b = (juntas["a"], juntas["b"]) if juntas is not None else (a.dropna(), b.dropna())
    r = ks_2samp(a, b)
    return {"D": r.statistic, "p_valor": r.pvalue, "x": r.statistic_location,
            "n_referencia": len(a), "n_produccion": len(b)}
""",
        {MISSING},
        "que con los valores presentes",
    ),
    "one-sided test": (
        _comparar("d, p = ks_2samp(a, b, alternative='less')[:2]"),
        {KS},
        "",
    ),
    "p of a t test": (
        _comparar("p = ttest_ind(a, b).pvalue"),
        {KS},
        "",
    ),
    "D of the medians": (
        _comparar("d = abs(a.median() - b.median())"),
        {KS},
        "distancia",
    ),
    "x is the largest value": (_comparar("x = a.max()"), {WHERE}, "se separan"),
    "table not corrected": (_tabla("p"), {CORRECTED}, "Bonferroni"),
    "table by Sidak": (_tabla("1 - (1 - p) ** m"), {CORRECTED}, "Bonferroni"),
    "table whose p does not find its row": (
        _tabla("pd.Series((p * m).to_numpy()).clip(upper=1)"),
        {CORRECTED},
        "la alinea por índice",
    ),
    "table with another name for p": (
        _tabla("tabla['p']"),
        {TABLE, CORRECTED},
        "KeyError muestra el nombre",
    ),
    "table by p": (
        _tabla("(p * m).clip(upper=1)", "tabla.sort_values('p_valor', ascending=False)"),
        {TABLE, CORRECTED},
        "el orden",
    ),
    "alert on either": (
        _alertas("(tabla['p_ajustado'] < alfa) | (tabla['D'] > d_minimo)"),
        {BOTH, BY_CORRECTED, STRICT, ARGUMENTS},
        "Alertaste",
    ),
}


@pytest.mark.parametrize("name", WRONG)
def test_wrong_and_plausible_loses_its_points(name: str) -> None:
    source, losses, words = WRONG[name]
    verdicts = graded(source)
    assert lost(verdicts) == losses
    messages = " ".join(f"{v.message} {v.hint}" for v in verdicts.values() if v.status == "failed")
    assert words in messages, messages


ODD = [None, 3, "x", [], {}, np.nan, [[1, 2]], [None], pd.DataFrame(), pd.Series(dtype=float)]


@pytest.mark.parametrize("answer", ODD, ids=repr)
def test_odd_answers_fail_without_breaking_the_grader(answer: object) -> None:
    names = {name: (lambda *args, answer=answer: answer) for name in FUNCTIONS}
    verdicts = run_checks(checks, DirectStudent(names, ROOT), seed=1)
    assert {v.status for v in verdicts} <= {"failed", "skipped"}, verdicts


def test_inputs_do_not_break_the_inputs() -> None:
    """A solution may sort or fill what it receives: the judge keeps its own copy."""
    source = """
def comparar_ks(a, b):
    a.dropna(inplace=True), b.dropna(inplace=True)
    r = ks_2samp(a, b)
    return {"D": r.statistic, "p_valor": r.pvalue, "x": r.statistic_location,
            "n_referencia": len(a), "n_produccion": len(b)}
"""
    assert lost(graded(source)) == set()
