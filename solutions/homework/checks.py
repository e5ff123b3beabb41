"""What is checked in the homework: model, artefact, simulated month, PSI, alerts, model card.

Inputs are fresh rows of month 1 drawn with ``datasets/generate.py``, which exist in no file. The
card's figures are compared with those recomputed here from the student's own ``modelo.joblib``
(loaded in isolation) on the evaluation split that the notebook fixes.
"""

import importlib.util
import re
import sys
from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path
from types import ModuleType

import numpy as np
import pandas as pd
from numpy.random import Generator
from scipy.stats import rankdata

from autograder.checking import (
    Log,
    Student,
    as_float_array,
    as_number,
    check,
    counted,
    describe,
    expect,
    fail,
    thousands,
)
from autograder.ml import drift
from autograder.ml.model_card import Assessment, Groups, Kind, Truth, assess, read_aliases
from model_cards import declared, fail_on, read_card, remark

DATASETS = Path(__file__).resolve().parents[2] / "datasets"
CONTINUOUS = ["edad", "monto", "ingreso", "antiguedad_laboral"]
CATEGORICAL = ["canal", "region", "genero"]
FEATURES = [*CONTINUOUS, "cuotas", *CATEGORICAL]
FIRST_OF_EVALUATION = 3_500
BETTER_THAN_CHANCE = 0.60  # the majority class has 0.50; a lone default tree, 0.66
MEMORY = 0.10  # an honest model differs by 0.02 (standard deviation) between two such samples
DAYS, MONTH_ROWS = 30, 3_000
STILL = 0.1  # a column without drift has a PSI of about 0.003 there
ROWS = 1_500
NEW_SHARE = 0.33  # a new level's: PSI 2.7, or 0.13 for who gives it no bin
MISSING_SHARE = 0.40
NUDGED, NUDGE = ("monto", "ingreso"), 0.09  # of the interquartile range


@cache
def _generator() -> ModuleType:
    """``datasets/generate.py``, loaded by its path: it is no part of the package."""
    spec = importlib.util.spec_from_file_location("cartera_059", DATASETS / "generate.py")
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


def _applications(rng: Generator, n: int = ROWS) -> pd.DataFrame:
    """Fresh applications of month 1: ``FEATURES`` and ``mora``."""
    return _generator().cartera(1, n, rng)


@cache
def _evaluation() -> pd.DataFrame:
    """The evaluation rows that the notebook fixes."""
    return pd.read_csv(DATASETS / "snapshot1.csv").iloc[FIRST_OF_EVALUATION:]


def _decimal(value: float, decimals: int = 2, bound: float | None = None) -> str:
    """A figure for prose, with a decimal comma; more decimals when fewer would show the bound."""
    while value != bound and round(value, decimals) == bound and decimals < 6:
        decimals += 1
    return f"{value:.{decimals}f}".replace(".", ",")


# --- Part a: the model ----------------------------------------------------------------------

ASK = """
import io
import numpy as np
import pandas as pd

filas = pd.read_csv(io.StringIO({csv!r}))

def responder(metodo):
    try:
        return np.asarray(getattr(student["modelo"], metodo)(filas))
    except Exception as error:
        return f"{{type(error).__name__}}: {{error}}"
"""


def _ask_model(student: Student, rows: pd.DataFrame, method: str = "predict") -> np.ndarray:
    """What the notebook's own ``modelo`` answers for raw rows, or the check fails."""
    if not student.has("modelo"):
        fail("No definiste `modelo`: todavía no completaste la parte a.", "Entrená y asignalo.")
    student.define(ASK.format(csv=rows[FEATURES].to_csv(index=False)))
    answer = student.probe(f"responder({method!r})")
    if isinstance(answer, str):
        if method == "predict_proba" and "has no attribute 'predict_proba'" in answer:
            fail(
                "`modelo` no tiene `predict_proba`.",
                "La consigna pide probabilidades: elegí un clasificador que las dé, o revisá sus "
                "opciones.",
            )
        fail(
            f"`modelo.{method}` falló con las columnas crudas: {answer[:200]}",
            "Poné la preparación (faltantes y textos) adentro de un Pipeline, y entrenalo.",
        )
    numbers = as_float_array(answer)
    if numbers is None or len(numbers) != len(rows):
        fail(
            f"`modelo.{method}` devolvió {describe(answer)} para {thousands(len(rows))} filas.",
            "Tiene que dar un número por fila: usá un clasificador de scikit-learn.",
        )
    return numbers


def _probability(student: Student, rows: pd.DataFrame) -> np.ndarray:
    """The probability of mora that ``modelo`` gives to each row."""
    answer = _ask_model(student, rows, "predict_proba")
    if answer.ndim != 2 or answer.shape[1] != 2:
        fail(
            f"`modelo.predict_proba` devolvió un array de forma {answer.shape}.",
            "Con dos clases son dos columnas: la segunda es la probabilidad de mora.",
        )
    return answer[:, 1]


def _auc(truth: Sequence[int], score: np.ndarray) -> float:
    """Area under the ROC curve: how often a case of class 1 is ranked above one of class 0."""
    positive = np.asarray(truth) == 1
    ranks, hits = rankdata(score), int(positive.sum())
    misses = len(ranks) - hits
    return float((ranks[positive].sum() - hits * (hits + 1) / 2) / (hits * misses))


def _auc_on_fresh_rows(student: Student, rng: Generator) -> float:
    """The model's AUC on applications that are in no file."""

    def measure() -> float:
        rows = _applications(rng, 2_000)
        return _auc(rows["mora"], _probability(student, rows))

    return student.once("auc", measure)


@check("modelo-autotest", points=1)
def model_takes_raw_rows(student: Student, rng: Generator) -> None:
    """`modelo` recibe las columnas crudas, con textos y faltantes, y devuelve 0 o 1."""
    rows = _applications(rng, 300)
    rows.loc[rng.random(300) < 0.5, "ingreso"] = np.nan
    answer = _ask_model(student, rows)
    if answer.ndim != 1 or not np.isin(answer, (0, 1)).all():
        seen = ", ".join(f"{value:g}" for value in np.unique(answer)[:4])
        fail(
            f"`modelo.predict` no devuelve un 0 o un 1 por fila: devuelve {seen}…",
            "Entrená un clasificador (no un regresor) con la columna `mora` como etiqueta.",
        )


@check("modelo-autotest", points=1, needs=model_takes_raw_rows)
def model_ranks_better_than_chance(student: Student, rng: Generator) -> None:
    """`modelo` ordena mejor que el azar en solicitudes que no están en ningún archivo."""
    auc = _auc_on_fresh_rows(student, rng)
    if auc < BETTER_THAN_CHANCE:
        fail(
            "En 2.000 solicitudes nuevas del mes 1 el AUC es "
            f"{_decimal(auc, bound=BETTER_THAN_CHANCE)}; se pide 0,60 o más (decir siempre lo "
            "mismo da 0,50).",
            "Revisá que las filas de X y las de la etiqueta sean las mismas, y que haya aprendido "
            "algo. ¿La segunda columna de predict_proba es la clase 1?",
        )


@check("modelo-autotest", points=1, needs=model_ranks_better_than_chance)
def model_has_not_seen_the_evaluation(student: Student, rng: Generator) -> None:
    """`modelo` no se entrenó con las filas de evaluación."""
    kept, on_fresh = _evaluation(), _auc_on_fresh_rows(student, rng)
    on_kept = _auc(kept["mora"], _probability(student, kept))
    if on_kept - on_fresh > MEMORY:
        fail(
            f"El AUC es {_decimal(on_kept)} en las filas de evaluación y {_decimal(on_fresh)} en "
            "solicitudes nuevas: parece que el modelo ya conocía las de evaluación.",
            "Entrená solo con `entrenamiento` (las primeras 3.500 filas).",
        )


# --- Part b: the artefact -------------------------------------------------------------------


def _artefact_says(student: Student, rng: Generator) -> tuple[pd.DataFrame, np.ndarray | None]:
    """The evaluation rows and some fresh ones, and what `modelo.joblib` predicts for each."""

    def ask() -> tuple[pd.DataFrame, np.ndarray | None]:
        rows = pd.concat([_evaluation()[FEATURES], _applications(rng, 300)[FEATURES]])
        return rows, as_float_array(student.model("modelo.joblib").predict(rows))

    return student.once("artefact", ask)


@check("joblib-autotest", points=1)
def artefact_works_by_itself(student: Student, rng: Generator) -> None:
    """`modelo.joblib` se carga en un proceso que no corrió tu cuaderno, y predice."""
    _, numbers = _artefact_says(student, rng)
    if numbers is None or not np.isin(numbers, (0, 1)).all():
        fail(
            "El modelo de `modelo.joblib` no devuelve 0 o 1.",
            "Guardá en ese archivo el mismo clasificador que dejaste en `modelo`.",
        )


@check("joblib-autotest", points=1, needs=(artefact_works_by_itself, model_takes_raw_rows))
def artefact_is_the_model(student: Student, rng: Generator) -> None:
    """`modelo.joblib` predice lo mismo que `modelo`."""
    rows, there = _artefact_says(student, rng)
    here = _ask_model(student, rows)
    different = int((here != there).sum())
    if different:
        fail(
            f"`modelo` y `modelo.joblib` predicen distinto en {thousands(different)} de "
            f"{thousands(len(rows))} solicitudes.",
            "Corré todo el cuaderno de nuevo, en orden, para guardar la última versión.",
        )


# --- Part c: a simulated month --------------------------------------------------------------


def _month(student: Student, reference: pd.DataFrame, feature: str, seed: int) -> pd.DataFrame:
    """The student's month, with the columns that it must have."""
    month = student.call("simular_mes", reference, feature, np.random.default_rng(seed))
    expect(month).to_be_frame(hint="`simular_mes` devuelve un DataFrame: ¿falta el `return`?")
    if month.empty:
        fail("El mes no tiene ninguna fila.", "Son 30 días de 100 solicitudes cada uno.")
    odd = sorted(set(map(str, month.columns)) ^ {*FEATURES, "fecha"})
    if odd or len(month.columns) != len(FEATURES) + 1:
        fail(
            f"Las columnas del mes no son las de la referencia más `fecha`; revisá {odd}.",
            "Partí de una copia de filas de `referencia` y agregale una sola columna, `fecha`.",
        )
    return month


def _days(month: pd.DataFrame) -> pd.Series:
    """How many rows each day has."""
    try:
        dates = pd.to_datetime(month["fecha"], errors="coerce").dt.normalize()
    except (ValueError, TypeError, AttributeError):
        dates = pd.Series(pd.NaT, index=month.index)
    if dates.isna().any():
        fail(
            "Hay valores de `fecha` que no son fechas.",
            "Usá `pd.date_range(inicio, periods=30)`, que da fechas de pandas.",
        )
    return dates.value_counts().sort_index()


def _by_day(days: pd.Series) -> str:
    """How many rows the days have, in words; "" when there are none."""
    if days.empty:
        return ""
    low, high = int(days.min()), int(days.max())
    if low == high:
        return f", y {thousands(low)} por día"
    return f", y entre {thousands(low)} y {thousands(high)} por día"


def _month_of_edad(student: Student, rng: Generator) -> pd.DataFrame:
    """A month whose shape is looked at."""

    def ask() -> pd.DataFrame:
        return _month(student, _applications(rng)[FEATURES], "edad", int(rng.integers(2**31)))

    return student.once("month", ask)


@check("simular-autotest", points=0.5)
def month_has_its_columns(student: Student, rng: Generator) -> None:
    """El mes es un DataFrame con las columnas de la referencia y `fecha`."""
    _month_of_edad(student, rng)


@check("simular-autotest", points=0.5, needs=month_has_its_columns)
def month_has_thirty_days(student: Student, rng: Generator) -> None:
    """El mes tiene 30 días corridos, de 100 solicitudes cada uno."""
    month = _month_of_edad(student, rng)
    days = _days(month)
    if len(month) != MONTH_ROWS or len(days) != DAYS or set(days) != {MONTH_ROWS // DAYS}:
        fail(
            f"El mes tiene {counted(len(month), 'fila', 'filas')} en "
            f"{counted(len(days), 'fecha distinta', 'fechas distintas')}{_by_day(days)}.",
            "Son 30 días de 100 solicitudes cada uno: 3.000 filas, cualquiera sea el largo de "
            "`referencia`.",
        )
    if (days.index[-1] - days.index[0]).days != DAYS - 1:
        fail(
            f"Las 30 fechas no son corridas: van de {days.index[0]:%d/%m/%Y} a "
            f"{days.index[-1]:%d/%m/%Y}.",
            "Un día detrás del otro: `pd.date_range(inicio, periods=30)`.",
        )


def _psi(reference: pd.DataFrame, month: pd.DataFrame, column: str) -> float:
    """The oracle's PSI of one column of what a student made."""
    try:
        return drift.psi(reference[column], month[column])
    except (TypeError, ValueError):
        fail(
            f"En el mes, la columna `{column}` tiene valores que no son del tipo de la referencia.",
            "Un número sigue siendo número y un texto, texto; los faltantes, `nan`.",
        )


def _drifts_alone(student: Student, rng: Generator, features: Sequence[str]) -> None:
    """Each feature, asked for in its turn, drifts and no other does; the same seed, the same."""
    reference, seed = _applications(rng)[FEATURES], int(rng.integers(2**31))
    for feature in features:
        month = _month(student, reference, feature, seed)
        values = {column: _psi(reference, month, column) for column in FEATURES}
        if values[feature] <= drift.SIGNIFICANT:
            fail(
                f"Al pedir drift en `{feature}`, su PSI quedó en "
                f"{_decimal(values[feature], bound=drift.SIGNIFICANT)}: no alcanza para una "
                "alerta, que pide más de 0,25.",
                "Cambialo más. Un número: corré la media casi un desvío, o duplicá la escala. Un "
                "texto o un número con pocos valores: cambiá las proporciones de los niveles.",
            )
        moved = [c for c in FEATURES if c != feature and values[c] >= STILL]
        if moved:
            names = ", ".join(f"`{c}` (PSI {_decimal(values[c])})" for c in moved)
            verb = "cambió" if len(moved) == 1 else "cambiaron"
            fail(
                f"Al pedir drift en `{feature}` también {verb} {names}.",
                "Sacá filas al azar, parejo, con reposición, y después modificá solo esa columna: "
                "si elegís filas según su valor, arrastrás a las variables relacionadas.",
            )
    if not month.equals(_month(student, reference, features[-1], seed)):
        fail(
            "Dos llamadas con la misma semilla dieron dos meses distintos.",
            "Que todo el azar salga de `rng`: `sample(..., random_state=rng)`, `rng.random(n)`.",
        )


@check("simular-autotest", points=1, needs=month_has_its_columns)
def number_drifts_alone(student: Student, rng: Generator) -> None:
    """Al pedir drift en una variable numérica, cambia esa y ninguna otra."""
    _drifts_alone(student, rng, [*CONTINUOUS, "cuotas"])


@check("simular-autotest", points=1, needs=month_has_its_columns)
def category_drifts_alone(student: Student, rng: Generator) -> None:
    """Al pedir drift en una variable categórica, cambia esa y ninguna otra."""
    _drifts_alone(student, rng, CATEGORICAL)


# --- Part d: PSI by feature -----------------------------------------------------------------

Change = Callable[[pd.Series, Generator], pd.Series]


def _shift(column: pd.Series, rng: Generator) -> pd.Series:
    return column + 1.2 * column.std()


def _spread(column: pd.Series, rng: Generator) -> pd.Series:
    return column.median() + 3 * (column - column.median())


def _mix(column: pd.Series, rng: Generator) -> pd.Series:
    rarest = column.value_counts().index[-1]
    return column.mask(rng.random(len(column)) < 0.5, rarest)


def _new_level(column: pd.Series, rng: Generator) -> pd.Series:
    return column.mask(rng.random(len(column)) < NEW_SHARE, "nuevo")


def _lost_level(column: pd.Series, rng: Generator) -> pd.Series:
    first, second = column.value_counts().index[:2]
    return column.where(column != first, second)


def _nudge(column: pd.Series) -> pd.Series:
    """A change that deserves no alert (PSI about 0.04, never 0.1), but that any p-value notices."""
    low, high = column.quantile([0.25, 0.75])
    return column + NUDGE * (high - low)


def _hide(column: pd.Series, rng: Generator) -> pd.Series:
    return column.mask(rng.random(len(column)) < MISSING_SHARE)


def _without_extremes(column: pd.Series, rng: Generator, share: float = 1.0) -> pd.Series:
    """The lowest and the highest level move to their neighbours, which deciles do not notice."""
    levels = sorted(column.unique())
    moved = column.replace({levels[0]: levels[1], levels[-1]: levels[-2]})
    return moved.where(rng.random(len(column)) < share, column)


def _few_values(levels: int, missing: int = 0) -> pd.Series:
    """``ROWS`` whole numbers, ``levels`` distinct: two common ones, the others rare and larger.

    All the rare ones fall beyond the last decile, whichever end of a bin is closed.
    """
    rare = np.resize(np.arange(2, levels), 90)
    common = np.repeat([0, 1], [700, ROWS - 700 - len(rare) - missing])
    return pd.Series([*common, *rare, *[np.nan] * missing], dtype=float)


def _gather(column: pd.Series, rng: Generator) -> pd.Series:
    """Every rare value becomes the largest one: a change of levels that no decile notices."""
    return column.mask(column > 1, column.max())


def _without_ties(frame: pd.DataFrame, rng: Generator) -> pd.DataFrame:
    """The rows with their numbers jittered: either closed end of a bin gives the same PSI."""
    jitter = {name: frame[name] + rng.random(len(frame)) for name in CONTINUOUS}
    return frame[FEATURES].assign(**jitter)


def _series(student: Student, reference: pd.DataFrame, production: pd.DataFrame) -> pd.Series:
    """The student's Series: one finite number for each column of the reference."""
    series = student.call("psi_por_feature", reference, production)
    expect(series).to_be_series(hint="Armá un diccionario nombre → PSI y devolvé `pd.Series(...)`.")
    if sorted(map(str, series.index)) != sorted(reference.columns):
        fail(
            f"El índice de la Series es {[str(name) for name in series.index][:10]}.",
            "Una entrada por cada columna de `referencia`, con su nombre en el índice; las que "
            "solo tiene `produccion` no van.",
        )
    numbers = as_float_array(series)
    if numbers is None or not np.isfinite(numbers).all():
        wrong = [name for name in series.index if as_number(series[name]) is None] or [
            name for name in series.index if not np.isfinite(as_number(series[name]))
        ]
        fail(
            f"El PSI de {', '.join(f'`{name}`' for name in wrong)} no es un número finito.",
            "Poné el piso de 0.0001 a las proporciones, y contá los faltantes en su propio bin.",
        )
    return pd.Series(numbers, index=[str(name) for name in series.index])


def _two_months(rng: Generator) -> tuple[pd.DataFrame, pd.DataFrame]:
    """A reference and a month with a date, where two features changed."""
    reference, production = (_without_ties(_applications(rng), rng) for _ in range(2))
    production["region"] = _mix(production["region"], rng)
    production["ingreso"] = _spread(production["ingreso"], rng)
    production["fecha"] = pd.Timestamp("2026-07-01")
    return reference, production


def _series_of_two_months(student: Student, rng: Generator) -> pd.Series:
    """What the student's function says of them."""
    return student.once("series", lambda: _series(student, *_two_months(rng)))


@check("psi-por-feature-autotest", points=0.5)
def one_psi_for_each_feature(student: Student, rng: Generator) -> None:
    """`psi_por_feature` da una Series con una entrada por cada columna de la referencia."""
    _series_of_two_months(student, rng)


@check("psi-por-feature-autotest", points=0.5, needs=one_psi_for_each_feature)
def largest_psi_first(student: Student, rng: Generator) -> None:
    """La Series va de mayor a menor PSI."""
    series = _series_of_two_months(student, rng)
    if (np.diff(series.to_numpy()) > 1e-9).any():
        fail(
            f"La Series no va de mayor a menor: empieza con {_decimal(series.iloc[0], 3)} y "
            f"termina con {_decimal(series.iloc[-1], 3)}.",
            "Ordenala por valor, de mayor a menor: `sort_values(ascending=False)`.",
        )


def _agree(
    student: Student, rng: Generator, changes: dict[str, tuple[str, Change]], hint: str
) -> None:
    """The student's PSI of each changed column is the oracle's."""
    reference, production = (_without_ties(_applications(rng), rng) for _ in range(2))
    # few extremes: no decile falls between two terms, whichever the draw
    reference["cuotas"] = _without_extremes(reference["cuotas"], rng, share=0.5)
    for frame in (reference, production):
        frame["hijos"], frame["anticipos"] = _few_values(10, missing=60), _few_values(11)
    reference, production = reference[[*changes]], production[[*changes]]
    changed = {name: change(production[name], rng) for name, (_, change) in changes.items()}
    production = production.assign(**changed)
    series = _series(student, reference, production)
    for name, (words, _) in changes.items():
        low, high = drift.psi_bounds(reference[name], production[name])
        slack = 3e-3 + 4e-3 * high
        if not low - slack <= series[name] <= high + slack:
            fail(
                f"En `{name}`, {words}, y tu PSI da {_decimal(series[name], 3)}: no es el de la "
                "definición.",
                _as_deciles(series[name], reference[name], production[name])
                or _as_levels(series[name], reference[name], production[name])
                or _other_logarithm(series[name], low)
                or hint,
            )


def _other_logarithm(value: float, right: float) -> str:
    """A hint for another base of the logarithm; "" when that is not what happened."""
    if any(abs(value * base - right) < 1e-2 * right for base in (np.log(2), np.log(10))):
        return "Coincide con la definición, salvo por la base del logaritmo: va el natural, np.log."
    return ""


def _as_deciles(value: float, reference: pd.Series, production: pd.Series) -> str:
    """A hint for few numbers cut into deciles; "" when that is not what happened."""
    if not pd.api.types.is_numeric_dtype(reference) or not drift.is_categorical(reference):
        return ""
    cut = [
        drift.psi_numeric(reference, production, closed=closed, keep_extremes=keep)
        for closed in ("right", "left")
        for keep in (True, False)
    ]
    if not any(abs(value - other) < 5e-3 for other in cut):
        return ""
    return "Tiene pocos valores distintos: va un bin por valor, no deciles."


def _as_levels(value: float, reference: pd.Series, production: pd.Series) -> str:
    """A hint for many numbers taken as levels; "" when that is not what happened."""
    if drift.is_categorical(reference):
        return ""
    if abs(value - drift.psi_categorical(reference, production)) > 5e-3:
        return ""
    return "Tiene más de 10 valores distintos: van deciles, no un bin por valor."


@check("psi-por-feature-autotest", points=1, needs=one_psi_for_each_feature)
def numbers_follow_the_definition(student: Student, rng: Generator) -> None:
    """El PSI de las variables numéricas es el de la definición, con corrimientos y faltantes."""
    changes = {
        "edad": ("se corrió la media", _shift),
        "monto": ("creció la dispersión", _spread),
        "ingreso": ("aumentaron los faltantes", _hide),
        "antiguedad_laboral": ("no cambió nada", lambda column, _: column),
        "anticipos": ("con 11 valores, cambiaron los más raros", _gather),
    }
    hint = (
        "Bordes: deciles de la referencia sin nan, extremos abiertos. Los nan, en un bin propio. "
        "Proporciones sobre el total, con piso de 0.0001. Logaritmo natural."
    )
    _agree(student, rng, changes, hint)


@check("psi-por-feature-autotest", points=1, needs=one_psi_for_each_feature)
def levels_follow_the_definition(student: Student, rng: Generator) -> None:
    """El PSI de las categóricas y de `cuotas` va por niveles: nuevos, perdidos y faltantes."""
    changes = {
        "cuotas": ("desaparecieron el plazo más corto y el más largo", _without_extremes),
        "canal": ("apareció un nivel nuevo", _new_level),
        "region": ("desapareció un nivel", _lost_level),
        "genero": ("aparecieron faltantes", _hide),
        "hijos": ("con 10 valores y algunos faltantes, cambiaron los más raros", _gather),
    }
    hint = (
        "Un bin por cada nivel de cualquiera de las dos muestras, alineados por nombre; los "
        "faltantes son un nivel más (`dropna=False`)."
    )
    _agree(student, rng, changes, hint)


# --- Part e: alerts -------------------------------------------------------------------------


def _names(value: object) -> list[str]:
    """The list of features that ``alertas`` returned."""
    if isinstance(value, (list, tuple, np.ndarray, pd.Index)):
        items = list(value)
        if all(isinstance(item, str) for item in items):
            return items

    fail(
        f"`alertas` devolvió {describe(value)}; se esperaba una lista de nombres de features.",
        "Devolvé una lista de textos; si ninguna supera el umbral, una lista vacía.",
    )


def _values(rng: Generator, values: Sequence[float]) -> pd.Series:
    """A Series of PSI with some features' names, largest first."""
    names = rng.permutation(FEATURES)[: len(values)].tolist()
    return pd.Series(sorted(values, reverse=True), index=names)


@check("alertas-autotest", points=0.5)
def alerts_above_the_threshold_only(student: Student, rng: Generator) -> None:
    """Alerta cuando el PSI es mayor que el umbral; con 0,25 exacto, no."""
    high, low = rng.uniform(0.3, 3, 2).tolist(), rng.uniform(0.11, 0.24, 2).tolist()
    psi = _values(rng, [*high, 0.25, *low, 0.0])
    for arguments in ((), (0.1,), (0.4,)):
        threshold = arguments[0] if arguments else 0.25
        names = _names(student.call("alertas", psi, *arguments))
        wanted = psi.index[psi > threshold]
        if sorted(names) != sorted(wanted):
            shown = ", ".join(f"{value:.3f}" for value in psi)
            asked = f"con umbral {threshold}" if arguments else "sin pasarle `umbral`"
            fail(
                f"Con PSI {shown}, y {asked}, `alertas` devolvió "
                f"{counted(len(names), 'feature', 'features')}: {', '.join(names) or 'ninguna'}.",
                "Alertan las que tienen PSI mayor que `umbral`: estrictamente, y usando el "
                "argumento. Cada nombre, una vez.",
            )


def _mentions(logs: Sequence[Log], feature: str) -> int:
    """How many WARNING records name the feature as a whole word."""
    word = re.compile(rf"(?<!\w){re.escape(feature)}(?!\w)")
    return sum(1 for log in logs if log.level == 30 and word.search(log.message))


def _logged(heard: int, counts: dict[str, int]) -> str:
    """How many WARNING records there were and which features they name, in words."""
    if not heard:
        return "no hubo ningún aviso de nivel WARNING"
    names = ", ".join(f"`{name}`" for name, n in counts.items() if n)
    verb = "nombra" if heard == 1 else "nombran"
    named = f"{verb} a {names}" if names else f"no {verb} a ninguna"
    return f"hubo {counted(heard, 'aviso', 'avisos')} de nivel WARNING, que {named}"


@check("alertas-autotest", points=0.5, needs=alerts_above_the_threshold_only)
def each_alert_is_logged_once(student: Student, rng: Generator) -> None:
    """Por cada alerta hay un WARNING de logging que la nombra; sin alertas, ninguno."""
    psi = _values(rng, [*rng.uniform(0.3, 2, 3), *rng.uniform(0, 0.2, 3)])
    _, logs = student.call_logged("alertas", psi)
    counts = {name: _mentions(logs, name) for name in psi.index}
    wanted = {name: int(value > 0.25) for name, value in psi.items()}
    heard = sum(1 for log in logs if log.level == 30)
    if counts != wanted or heard != sum(wanted.values()):
        fail(
            f"Con {sum(wanted.values())} features por encima del umbral {_logged(heard, counts)}; "
            "se esperaba uno por cada una.",
            "Uno por feature, con su nombre en el mensaje: `logger.warning(...)` dentro del bucle. "
            "`print` y `warnings.warn` no son logging.",
        )
    _, logs = student.call_logged("alertas", psi[psi < 0.25])
    if any(log.level >= 30 for log in logs):
        fail(
            "Sin ninguna feature por encima del umbral, hubo un aviso igual.",
            "Si la lista está vacía, no avises nada.",
        )


def _alarms(student: Student, reference: pd.DataFrame, production: pd.DataFrame) -> list[str]:
    """What the student's monitoring says of a production sample, end to end."""
    return _names(student.call("alertas", student.call("psi_por_feature", reference, production)))


def _detects(student: Student, rng: Generator, rounds: Sequence[dict[str, Change]]) -> None:
    """What changes in a round raises the alarm, and nothing else does; each round by itself."""
    reference, production = (_applications(rng)[FEATURES] for _ in range(2))
    for changes in rounds:
        hardly = {name: _nudge(production[name]) for name in NUDGED}
        drifted = {name: change(production[name], rng) for name, change in changes.items()}
        alarms = _alarms(student, reference, production.assign(**{**hardly, **drifted}))
        if sorted(alarms) != sorted(changes):
            fail(
                f"En el mes de prueba {_injected(changes)}; lo demás casi no cambió. Tu monitoreo "
                f"{_heard(alarms, changes)}.",
                "Reproducilo en una celda: copiá `referencia`, cambiale lo mismo a esa columna y "
                "mirá qué PSI le da `psi_por_feature`. Tiene que avisar de eso y de nada más.",
            )


def _injected(changes: dict[str, Change]) -> str:
    """What changed, in words: each kind with its features."""
    kinds = {how: [f"`{name}`" for name in changes if changes[name] is how] for how in WORDS}
    return "; ".join(f"{WORDS[how]} en {', '.join(names)}" for how, names in kinds.items() if names)


def _heard(alarms: Sequence[str], changes: dict[str, Change]) -> str:
    """How the alarms differ from what changed, in words."""
    missed = ", ".join(f"`{name}`" for name in changes if name not in alarms)
    false = ", ".join(f"`{name}`" for name in dict.fromkeys(alarms) if name not in changes)
    words = [f"no avisó de {missed}"] if missed else []
    words += [f"avisó de {false}, sin motivo"] if false else []
    return " y ".join(words) or "avisó más de una vez de la misma variable"


WORDS: dict[Change, str] = {
    _shift: "se corrió la media",
    _spread: "creció la dispersión",
    _mix: "cambió la mezcla de niveles",
    _new_level: "apareció un nivel nuevo",
    _lost_level: "desapareció un nivel",
    _hide: "aparecieron faltantes",
}


@check("alertas-autotest", points=0.5, criterion=True)
def no_alarm_without_drift(student: Student, rng: Generator) -> None:
    """Cuando no cambió nada, el monitoreo no avisa."""
    reference = _applications(rng)[FEATURES]
    for _ in range(2):  # what is unlikely once hardly happens twice
        alarms = _alarms(student, reference, _applications(rng, 2 * ROWS)[FEATURES])
        if alarms:
            fail(
                f"Con {thousands(ROWS)} y {thousands(2 * ROWS)} solicitudes del mismo mes, avisó "
                f"de {', '.join(f'`{name}`' for name in alarms)}.",
                "¿El umbral es 0,25? ¿Las proporciones se dividen por el total de cada muestra?",
            )


@check("alertas-autotest", points=0.5, criterion=True)
def detects_a_shift_or_a_new_mix(student: Student, rng: Generator) -> None:
    """Avisa de las variables cuya media o mezcla cambió, y de ninguna otra."""
    levels = ["cuotas", *CATEGORICAL]
    halves = (slice(0, None, 2), slice(1, None, 2))
    _detects(
        student,
        rng,
        [dict.fromkeys(CONTINUOUS[h], _shift) | dict.fromkeys(levels[h], _mix) for h in halves],
    )


@check("alertas-autotest", points=0.5, criterion=True)
def detects_a_change_of_scale_or_levels(student: Student, rng: Generator) -> None:
    """Avisa cuando cambia la dispersión, o aparece o desaparece un nivel."""
    rounds: list[dict[str, Change]] = [
        dict.fromkeys(["edad", "monto"], _spread)
        | dict.fromkeys(["canal", "genero"], _new_level)
        | dict.fromkeys(["region", "cuotas"], _lost_level),
        dict.fromkeys(["ingreso", "antiguedad_laboral"], _spread)
        | dict.fromkeys(["canal", "genero"], _lost_level)
        | {"region": _new_level},
    ]
    _detects(student, rng, rounds)


@check("alertas-autotest", points=0.5, criterion=True)
def detects_missing_values(student: Student, rng: Generator) -> None:
    """Avisa de las variables que empezaron a llegar con faltantes."""
    _detects(student, rng, [dict.fromkeys(FEATURES[i::2], _hide) for i in range(2)])


# --- Part f: the model card -----------------------------------------------------------------

#: Names of columns and levels: students have the same file, and so has `autograder card`.
ALIASES = read_aliases(Path(__file__).with_name("grupos.toml"))
TITLES = {
    "model_details": "Detalles del modelo",
    "intended_use": "Uso previsto",
    "training_data": "Datos de entrenamiento",
    "evaluation_data": "Datos de evaluación",
    "metrics": "Métricas",
    "ethical_considerations": "Consideraciones éticas",
    "caveats": "Limitaciones y recomendaciones",
}


def _assessed(student: Student) -> Assessment:
    """What the card says, without looking at whether its figures are true."""
    groups = Groups.of(_evaluation()[FEATURES], ALIASES)

    def read() -> Assessment:
        rows = declared(student, FIRST_OF_EVALUATION, len(_evaluation()))
        return assess(read_card(student), groups, declared=rows)

    return student.once("assessed", read)


def _section_check(key: str) -> Callable[[Student, Generator], None]:
    """The check of one section; what belongs to no section counts in the first."""
    places = ("", key) if key == next(iter(TITLES)) else (key,)

    def section_is_real(student: Student, rng: Generator) -> None:
        found = _assessed(student)
        fail_on(found.of(Kind.UNREADABLE))
        mine = found.of(Kind.SECTION, Kind.BLANK, Kind.FIELD)
        fail_on([each for each in mine if each.section in places])

    section_is_real.__name__ = f"card_has_{key}"
    section_is_real.__doc__ = f"La card tiene la sección «{TITLES[key]}», con contenido propio."
    return check("card-autotest", points=0.5, criterion=True)(section_is_real)


for _key in TITLES:
    globals()[f"card_has_{_key}"] = _section_check(_key)


@check("card-autotest", points=0.5, criterion=True)
def card_says_what_is_out_of_scope(student: Student, rng: Generator) -> None:
    """La card nombra un uso para el que no se debe usar el modelo."""
    fail_on(_assessed(student).of(Kind.UNREADABLE, Kind.OUT_OF_SCOPE))


@check("card-autotest", points=1, criterion=True)
def card_measures_a_subgroup(student: Student, rng: Generator) -> None:
    """La card mide por subgrupo: una tabla con el total y al menos un grupo."""
    found = _assessed(student)
    remark(student, found)
    fail_on(found.of(Kind.UNREADABLE, Kind.EVIDENCE_MISSING))


def _truth(student: Student, rng: Generator) -> Truth:
    """Every metric of the student's saved model on the evaluation rows, recomputed."""
    rows = _evaluation()
    _, every = _artefact_says(student, rng)
    predicted = every[: len(rows)]
    score = as_float_array(student.model("modelo.joblib").predict_proba(rows[FEATURES])[:, 1])
    return Truth.from_predictions(
        rows["mora"], predicted.astype(int), score, rows[FEATURES], aliases=ALIASES
    )


@check("card-autotest", points=1, needs=artefact_works_by_itself)
def card_is_true_of_the_saved_model(student: Student, rng: Generator) -> None:
    """Las celdas de la tabla son las de `modelo.joblib`, en el total y por subgrupo."""
    truth = _truth(student, rng)
    found = assess(read_card(student), truth.groups, truth)
    fail_on(found.of(Kind.UNREADABLE, Kind.EVIDENCE_MISSING, Kind.CELL_FALSE))
    shown = [cell for cell in found.evidence if cell.is_true and cell.key != "support"]
    for is_global, where in ((True, "del total"), (False, "por subgrupo")):
        if not any(cell.is_global == is_global for cell in shown):
            fail(
                f"En la tabla no hay ninguna métrica {where} que se pueda confirmar.",
                "Pegá filas de la tabla que imprime el cuaderno: `Global` y las de un grupo.",
            )
