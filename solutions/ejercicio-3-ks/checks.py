"""What is checked in ejercicio-3-ks: the ECDF, the two-sample KS test, many features, the alert.

Source: Hodges (1958), *The significance probability of the Smirnov two-sample test*. Exact and
asymptotic p-values differ by about one per cent at these sizes, so p is compared loosely and
wherever another test or another tail would be far from it.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.random import Generator
from scipy.stats import ks_2samp

from autograder.checking import (
    Student,
    as_float_array,
    as_number,
    check,
    describe,
    expect,
    fail,
    same,
)

RESULT_KEYS = ("D", "p_valor", "x", "n_referencia", "n_produccion")
TABLE_COLUMNS = ("D", "p_valor", "p_ajustado")
P_TOLERANCE = 0.15  # relative; a one-sided p-value is off by half
ALPHA, MINIMUM_D = 0.05, 0.1
NOTEBOOK_FEATURES = ("edad", "monto", "ingreso", "antiguedad_laboral", "cuotas")


# --- ecdf -------------------------------------------------------------------------------------


@check("ecdf-autotest", points=1)
def ecdf_is_a_proportion_at_each_point(student: Student, rng: Generator) -> None:
    """`ecdf` da, en cada punto, la proporción de valores que quedan a su izquierda."""
    values = _series(rng.normal(50, 10, int(rng.integers(1_000, 1_500))), rng)
    points = rng.permutation(np.concatenate([rng.normal(50, 12, 30), [-1e6, 1e6]]))
    answer = student.call("ecdf", values, points)
    expect(answer).to_be_array(
        (len(points),),
        expected="un array con un número por punto",
        hint="Lo que se evalúa son los puntos del segundo argumento, en el orden en que llegan.",
    )
    obtained, wanted = as_float_array(answer), _ecdf(values, points)
    if not np.allclose(obtained, wanted, atol=1e-9):
        worst = _worst(obtained, wanted)
        fail(
            f"Con {len(values)} valores alrededor de 50, en el punto {points[worst]:.1f} `ecdf` "
            f"dio {obtained[worst]:.4g}; se esperaba la proporción de valores menores o iguales "
            "que ese punto.",
            _why_not_the_ecdf(obtained, wanted, len(values)),
        )


def _worst(obtained: np.ndarray, wanted: np.ndarray) -> int:
    """The position of the answer that is farthest from the one wanted."""
    return int(np.argmax(np.abs(np.nan_to_num(obtained, nan=1e9) - wanted)))


def _why_not_the_ecdf(obtained: np.ndarray, wanted: np.ndarray, n: int) -> str:
    """What to try, from the mistakes that are recognised by their values."""
    if np.allclose(obtained, 1 - wanted):
        return "Eso es lo que queda a la derecha del punto: contá los menores o iguales."
    if np.allclose(obtained, 100 * wanted):
        return "Eso son porcentajes: la proporción va de 0 a 1."
    if np.allclose(obtained, n * wanted):
        return "Eso son cantidades: dividí por la cantidad de valores."
    if np.allclose(obtained, np.sort(wanted)):
        return "Los números son esos, pero van en el orden en que llegan los puntos."
    return (
        "Dividí por la cantidad de valores y ordenalos antes de usar searchsorted. A la "
        "izquierda de todos es 0, a la derecha de todos es 1, y en el medio se acumula."
    )


@check("ecdf-autotest", points=1, needs=ecdf_is_a_proportion_at_each_point)
def ecdf_counts_the_equal_ones(student: Student, rng: Generator) -> None:
    """`ecdf` cuenta también los valores iguales al punto."""
    values = _series(rng.integers(18, 40, int(rng.integers(1_000, 1_500))), rng)
    points = rng.permutation(np.arange(16, 43)).astype(float)
    answer, wanted = student.call("ecdf", values, points), _ecdf(values, points)
    expect(answer).to_be_array(
        (len(points),),
        expected="un array con un número por punto",
        hint="También tiene que ser así cuando hay muchos valores repetidos.",
    )
    obtained = as_float_array(answer)
    if not np.allclose(obtained, wanted):
        worst = _worst(obtained, wanted)
        fail(
            f"Con {len(values)} edades enteras, en el punto {points[worst]:.0f} `ecdf` dio "
            f"{obtained[worst]:.4g}; se esperaba la proporción de valores menores o iguales que "
            "ese punto.",
            "Probá con muchos valores repetidos, y con un punto que sea uno de ellos. En "
            "searchsorted, mirá el argumento side.",
        )


# --- comparar_ks ------------------------------------------------------------------------------


@check("comparar-autotest", points=1)
def ks_measures_distance_and_evidence(student: Student, rng: Generator) -> None:
    """`comparar_ks` da la distancia D y el valor p de dos colas."""
    sample, moved = _pair(rng, shift=0.09, p_between=(0.002, 0.05))
    for reference, production in ((sample, moved), (moved, sample)):
        answer, oracle = _compared(student, reference, production), ks_2samp(reference, production)
        _expect_distance(answer, oracle.statistic, (len(reference), len(production)))
        _expect_two_sided(answer["p_valor"], float(oracle.pvalue))
    wider = _series(rng.normal(0, 2, 1_200), rng)
    same_centre = _compared(student, _series(rng.normal(0, 1, 1_200), rng), wider)
    expect(same_centre["p_valor"]).to_be_below(
        1e-4,
        expected="un valor p casi nulo: el centro es el mismo, pero el desvío se duplicó",
        hint="¿Usaste una prueba que solo compara medias o medianas? KS compara toda la curva.",
    )


def _expect_distance(answer: dict[str, Any], distance: float, lengths: tuple[int, int]) -> None:
    hint = "D es resultado.statistic, sin signo y sin redondear."
    if (as_number(answer["n_referencia"]), as_number(answer["n_produccion"])) != lengths:
        hint = f"No se compararon los {lengths[0]} y los {lengths[1]} valores, y ninguno faltaba: "
        hint += "cada muestra se limpia por su lado, sin emparejar filas."
    expect(answer["D"]).to_be_close(
        float(distance),
        expected="en la clave `D`, la mayor distancia vertical entre las dos acumuladas",
        hint=hint,
    )


def _expect_two_sided(value: object, p_value: float) -> None:
    number, hint = as_number(value), "Usá ks_2samp(referencia, produccion) sin otras opciones."
    if number is not None and np.isclose(number, p_value / 2, rtol=P_TOLERANCE):
        hint = "Es más o menos la mitad, como el de una sola cola. Pedí la de dos colas."
    if number is not None and np.isclose(1 - number, p_value, rtol=P_TOLERANCE):
        hint = "Es el complemento: p es chico cuando hay evidencia de un cambio."
    expect(value).to_be_close(
        p_value,
        rel=P_TOLERANCE,
        expected="en la clave `p_valor`, el de dos colas de ks_2samp",
        hint=hint,
    )


@check("comparar-autotest", points=1)
def ks_says_where(student: Student, rng: Generator) -> None:
    """La `x` de `comparar_ks` es el punto donde más se separan las acumuladas."""
    sample = _series(rng.normal(0, 1, 1_500), rng)
    some = rng.random(1_500) < 0.3
    moved = _series(rng.normal(0, 1, 1_500) + np.where(some, rng.normal(3, 1, 1_500), 0), rng)
    for reference, production in ((sample, moved), (moved, sample)):
        answer = _compared(student, reference, production)
        expect(answer["x"]).to_be_finite(
            expected="en la clave `x`, un número",
            hint="Es un valor de los datos: el punto donde más se separan las dos acumuladas.",
        )
        point = np.array([as_number(answer["x"])])
        gap = abs(_ecdf(reference, point) - _ecdf(production, point))[0]
        if gap < ks_2samp(reference, production).statistic - 0.01:
            fail(
                f"En x = {point[0]:.4g} las acumuladas se separan {gap:.3f}, que es menos que la "
                "D de esas muestras.",
                "Buscá el punto donde la diferencia, sin signo, es la mayor. ks_2samp lo devuelve "
                "en statistic_location.",
            )


@check("comparar-autotest", points=1)
def ks_drops_missing_values_from_each_sample(student: Student, rng: Generator) -> None:
    """Con faltantes, `comparar_ks` da lo mismo que con los valores presentes de cada muestra."""
    reference = _with_missing(_series(rng.normal(40, 8, 1_600), rng), rng, 0.10)
    production = _with_missing(_series(rng.normal(46, 8, 1_600), rng), rng, 0.30)
    answer = _compared(student, reference, production)
    expect(answer["D"]).to_be_finite(
        expected="en la clave `D`, un número: había faltantes en las dos muestras",
        hint="Con un solo NaN, ks_2samp devuelve nan. Descartalos antes (dropna).",
    )
    present = _compared(student, reference.dropna(), production.dropna())
    expect(present["D"]).to_be_finite(
        expected="en la clave `D`, un número, con dos muestras sin faltantes",
        hint="Mirá qué devuelve tu comparar_ks con dos muestras completas.",
    )
    expect(answer["D"]).to_be_close(
        as_number(present["D"]),
        expected="la misma D que con los valores presentes",
        hint="Rellenar los faltantes inventa datos, y descartar filas de a pares tira datos "
        "buenos: descartalos de cada Series por separado.",
    )
    for key, sample in (("n_referencia", reference), ("n_produccion", production)):
        expect(answer[key]).to_be_close(
            int(sample.notna().sum()),
            abs=0,
            rel=0,
            expected=f"en la clave `{key}`, cuántos valores quedaron sin los faltantes",
            hint="Contá después de descartar los faltantes, y cada muestra por su lado.",
        )


# --- ks_por_feature ---------------------------------------------------------------------------


@check("por-feature-autotest", points=1)
def table_has_one_row_per_feature(student: Student, rng: Generator) -> None:
    """`ks_por_feature` da D y p de cada feature pedida, de mayor a menor D."""
    reference, production, features, table = _frames_and_table(student, rng)
    for name in features:
        _expect_row(student, table.loc[name], reference[name], production[name])
    distances = table["D"].dropna().to_numpy(dtype=float)
    if not (np.diff(distances) <= 0).all():
        fail(
            f"Las filas vinieron en el orden {list(table.index)}, que no es de mayor a menor D.",
            "Ordená la tabla al final por la columna D, y devolvé la ordenada.",
        )


def _expect_row(student: Student, row: pd.Series, p: pd.Series, q: pd.Series) -> None:
    """The row has the D and p of the feature, or those of the student's own `comparar_ks`:
    a mistake there already lost its points."""
    own = student.attempt("comparar_ks", p, q).value
    if isinstance(own, dict) and all(same(row[key], own.get(key, "")) for key in ("D", "p_valor")):
        return
    oracle = ks_2samp(p.dropna(), q.dropna())
    expect(row["D"]).to_be_close(
        float(oracle.statistic),
        expected=f"la D de `{row.name}` entre las dos muestras, sin sus faltantes",
        hint="Llamá a tu comparar_ks con la misma columna de los dos DataFrames.",
    )
    expect(row["p_valor"]).to_be_close(
        float(oracle.pvalue),
        abs=1e-6,
        rel=P_TOLERANCE,
        expected=f"en `p_valor`, el p de `{row.name}` sin corregir",
        hint="p_valor es el que devuelve comparar_ks; el corregido va en p_ajustado.",
    )


@check("por-feature-autotest", points=1, needs=table_has_one_row_per_feature)
def p_is_corrected_by_the_number_of_features(student: Student, rng: Generator) -> None:
    """`p_ajustado` es el p multiplicado por la cantidad de features, sin pasar de 1."""
    _, _, features, table = _frames_and_table(student, rng)
    for name in features:
        expect(table.loc[name, "p_valor"]).to_be_number(
            expected=f"en `p_valor` de `{name}`, un número",
            hint="p_valor es el que devuelve comparar_ks para esa feature.",
        )
        if np.isnan(as_number(table.loc[name, "p_valor"])):
            continue  # a missing value that `comparar_ks` let through: it lost its points there
        plain, adjusted = as_number(table.loc[name, "p_valor"]), table.loc[name, "p_ajustado"]
        expect(adjusted).to_be_finite(
            expected=f"en `p_ajustado` de `{name}`, una probabilidad",
            hint="Al asignar una Series, pandas la alinea por índice: ¿tiene el de la tabla?",
        )
        expect(adjusted).to_be_between(
            0,
            1,
            expected=f"en `p_ajustado` de `{name}`, una probabilidad",
            hint="Al multiplicar puede pasar de 1: acotalo (min o clip).",
        )
        expect(adjusted).to_be_close(
            min(1.0, plain * len(features)),
            abs=1e-12,
            expected=f"en `p_ajustado` de `{name}`, la corrección de Bonferroni de su p_valor "
            f"({plain:.3g}) para {len(features)} features comparadas",
            hint="Se multiplica por la cantidad de features de la lista, y no por la cantidad de "
            "columnas ni de filas de los DataFrames.",
        )


# --- alertas_ks -------------------------------------------------------------------------------


@check("alertas-autotest", points=1)
def alert_needs_evidence_and_size(student: Student, rng: Generator) -> None:
    """`alertas_ks` alerta lo que es significativo y además grande, y nada más."""
    rows = [(_name("grande", rng), rng.uniform(0.15, 0.5), 10.0 ** -rng.uniform(6, 40))]
    rows += [(_name("enorme", rng), rng.uniform(0.6, 0.9), 10.0 ** -rng.uniform(50, 200))]
    rows += [(_name("justa", rng), rng.uniform(0.15, 0.5), rng.uniform(0.005, 0.009))]
    tiny = [(_name("infimo", rng), rng.uniform(0.005, 0.02), 10.0 ** -rng.uniform(6, 9))]
    noise = [(_name("ruido", rng), rng.uniform(0.15, 0.4), rng.uniform(0.2, 0.9))]
    table = _alert_table(rng, rows + tiny + noise)
    alerted = _alerted(student, table)
    if tiny[0][0] in alerted:
        fail(
            f"Alertaste una feature con D = {tiny[0][1]:.3f}.",
            "Con muchos datos cualquier diferencia es significativa: pedí también que D supere "
            "d_minimo.",
        )
    if noise[0][0] in alerted:
        fail(
            f"Alertaste una feature con valor p = {noise[0][2]:.2f}.",
            "Con pocos datos D es grande por azar: pedí también que p_ajustado sea menor que alfa.",
        )
    missed = [name for name, *_ in rows if name not in alerted]
    if missed:
        row = table.loc[missed[0]]
        fail(
            f"No alertaste una feature con D = {row['D']:.2f} y p_ajustado = "
            f"{row['p_ajustado']:.2g}; devolviste {describe(alerted)}.",
            "Mirá todas las filas, y compará p_ajustado con alfa tal como viene: ya está "
            "corregido.",
        )
    _expect_names(alerted, [name for name, *_ in rows], "Cada nombre va una sola vez.")


@check("alertas-autotest", points=1, needs=alert_needs_evidence_and_size)
def alert_uses_the_corrected_p(student: Student, rng: Generator) -> None:
    """`alertas_ks` decide con el p corregido, no con el original."""
    real = (_name("real", rng), rng.uniform(0.2, 0.5), 10.0 ** -rng.uniform(6, 40))
    by_chance = (_name("azar", rng), rng.uniform(0.15, 0.4), rng.uniform(0.01, 0.04))
    stable = [
        (_name("quieta", rng), rng.uniform(0.01, 0.05), rng.uniform(0.3, 1)) for _ in range(8)
    ]
    alerted = _alerted(student, _alert_table(rng, [real, by_chance, *stable]))
    if by_chance[0] in alerted:
        fail(
            f"Alertaste una feature con p_valor = {by_chance[2]:.3f}, pero con p_ajustado mayor "
            "que alfa.",
            "Con diez features, un p así aparece por azar: la decisión va con p_ajustado.",
        )
    _expect_names(alerted, [real[0]], "Alerta lo que cumple las dos condiciones, y nada más.")


@check("alertas-autotest", points=0.5, needs=alert_needs_evidence_and_size)
def limits_do_not_alert(student: Student, rng: Generator) -> None:
    """Un valor igual al límite no alerta, y sin alertas la lista queda vacía."""
    on_alpha = (_name("en_alfa", rng), rng.uniform(0.2, 0.5), ALPHA)
    on_minimum = (_name("en_d", rng), MINIMUM_D, 1e-9)
    table = _alert_table(rng, [on_alpha, on_minimum], m=1)
    _expect_names(
        _alerted(student, table),
        [],
        "Una feature tenía p_ajustado igual a alfa y otra, D igual a d_minimo: las dos "
        "comparaciones son estrictas (< y >).",
    )


@check("alertas-autotest", points=0.5, needs=alert_needs_evidence_and_size)
def thresholds_are_the_arguments(student: Student, rng: Generator) -> None:
    """`alertas_ks` usa el alfa y el d_minimo que recibe."""
    mild = (_name("leve", rng), rng.uniform(0.06, 0.09), 1e-12)
    doubtful = (_name("dudosa", rng), rng.uniform(0.3, 0.5), rng.uniform(0.08, 0.15))
    table = _alert_table(rng, [mild, doubtful], m=1)
    hint = "Usá los argumentos alfa y d_minimo en la cuenta, y no los números 0.05 y 0.1."
    for alpha, minimum, names in (
        (ALPHA, 0.05, [mild[0]]),
        (0.2, MINIMUM_D, [doubtful[0]]),
        (0.2, 0.05, [mild[0], doubtful[0]]),
    ):
        words = f"Con alfa = {alpha} y d_minimo = {minimum}, "
        _expect_names(_alerted(student, table, alpha, minimum), names, hint, words)


# --- inputs and readings ----------------------------------------------------------------------


def _series(values: np.ndarray, rng: Generator) -> pd.Series:
    """A Series whose index says nothing about its position."""
    return pd.Series(values, index=rng.permutation(len(values)) + 7, dtype=float)


def _with_missing(values: pd.Series, rng: Generator, share: float) -> pd.Series:
    return values.mask(rng.random(len(values)) < share)


def _ecdf(values: pd.Series, points: np.ndarray) -> np.ndarray:
    """Share of ``values`` less than or equal to each point, shape (k,)."""
    return np.searchsorted(np.sort(values.to_numpy()), points, side="right") / len(values)


def _pair(
    rng: Generator, shift: float, p_between: tuple[float, float], n: int = 1_200
) -> tuple[pd.Series, pd.Series]:
    """Two normal samples whose KS p-value falls inside the interval (drawn until it does)."""
    while True:
        reference, production = rng.normal(0, 1, n), rng.normal(shift, 1, n + 150)
        if p_between[0] <= ks_2samp(reference, production).pvalue <= p_between[1]:
            return _series(reference, rng), _series(production, rng)


def _compared(student: Student, reference: pd.Series, production: pd.Series) -> dict[str, Any]:
    answer = student.call("comparar_ks", reference, production)
    expect(answer).to_have_keys(RESULT_KEYS, hint="Las claves y sus nombres están en la tabla.")
    return answer


def _name(stem: str, rng: Generator) -> str:
    return f"{stem}_{rng.integers(10**6)}"


def _frames(rng: Generator) -> tuple[pd.DataFrame, pd.DataFrame, list[str]]:
    """Two frames of different lengths and column order, and the features to compare.

    Two features drifted for sure, one just so (its p is small, not tiny), one stable; besides,
    two columns that nobody asked for.
    """
    n, m = 1_200, 1_350
    slight = _pair(rng, shift=0.1, p_between=(0.002, 0.03), n=n)
    calm = _pair(rng, shift=0.0, p_between=(0.4, 1), n=n)
    columns = {
        _name("sueldo", rng): (rng.normal(0, 1, n), rng.normal(0.5, 1, m)),
        _name("plazo", rng): (rng.normal(9, 2, n), rng.normal(11, 2, m)),
        _name("saldo", rng): tuple(each.to_numpy() for each in slight),
        _name("cupo", rng): tuple(each.to_numpy() for each in calm),
    }
    larger, largest, *_ = columns
    features = [str(name) for name in rng.permutation(list(columns))]
    at, then = features.index(largest), features.index(larger)
    if at < then:  # never asked for in the order of the answer
        features[at], features[then] = larger, largest
    columns["sobra"] = (rng.normal(0, 1, n), rng.normal(3, 1, m))
    columns["texto"] = (rng.choice(["a", "b"], n), rng.choice(["a", "b"], m))
    reference = pd.DataFrame({name: pair[0] for name, pair in columns.items()})
    production = pd.DataFrame({name: pair[1] for name, pair in reversed(columns.items())})
    holed = features[0]
    production[holed] = production[holed].mask(np.arange(m) % 100 == 0)
    return reference, production, features


def _frames_and_table(
    student: Student, rng: Generator
) -> tuple[pd.DataFrame, pd.DataFrame, list[str], pd.DataFrame]:
    """Frames, features, and the student's table of them: once for the checks that look at it."""

    def ask() -> tuple[pd.DataFrame, pd.DataFrame, list[str], pd.DataFrame]:
        reference, production, features = _frames(rng)
        table = _table(student, reference, production, features)
        return reference, production, features, table

    return student.once("table", ask)


def _table(
    student: Student, reference: pd.DataFrame, production: pd.DataFrame, features: list[str]
) -> pd.DataFrame:
    outcome = student.attempt("ks_por_feature", reference, production, features)
    if outcome.error is not None and "KeyError" in outcome.error.bases:
        message = outcome.error.message
        fail(f"`ks_por_feature` terminó con un error: KeyError: {message}", _why_no_key(message))
    table = student.succeed("ks_por_feature", outcome)
    expect(table).to_be_frame(
        TABLE_COLUMNS, hint="Las tres columnas y sus nombres están en la consigna."
    )
    if sorted(map(str, table.index)) != sorted(features):
        fail(
            f"El índice de la tabla es {describe(list(table.index))}; se pidieron {features}.",
            "Una fila por cada feature de la lista, con su nombre como índice; las demás columnas "
            "se ignoran.",
        )
    return table


def _why_no_key(message: str) -> str:
    """What to try after a KeyError: a column of the notebook's, or any other name."""
    if any(repr(name) in message for name in NOTEBOOK_FEATURES):
        return (
            "Recorré la lista `features` que recibe la función, y no otra: las columnas cambian "
            "de un caso a otro."
        )
    return (
        "KeyError muestra el nombre que no se encontró. ¿Es una columna de los DataFrames, que "
        "tiene que salir de `features`, o una clave de tu comparar_ks o una columna de tu tabla? "
        "Revisá cómo la escribiste en cada lugar."
    )


def _alert_table(
    rng: Generator, rows: Sequence[tuple[str, float, float]], m: int | None = None
) -> pd.DataFrame:
    """A table as ks_por_feature gives it, from (name, D, p) rows; m features were compared."""
    table = pd.DataFrame(rows, columns=["feature", "D", "p_valor"]).set_index("feature")
    table["p_ajustado"] = np.minimum(1, table["p_valor"] * (m or len(rows)))
    table.index.name = None
    return table.sort_values("D", ascending=False)


def _alerted(student: Student, table: pd.DataFrame, *thresholds: float) -> list[Any]:
    answer = student.call("alertas_ks", table, *thresholds)
    if not isinstance(answer, list):
        fail(
            f"`{student.last_call}` devolvió {describe(answer)}; se esperaba una lista.",
            "Devolvé una list con los nombres del índice; vacía, si no alerta ninguna.",
        )
    if not all(isinstance(name, str) for name in answer):
        fail(
            f"La lista tiene elementos que no son nombres de features: {describe(answer)}.",
            "Los nombres están en el índice de la tabla.",
        )
    return answer


def _expect_names(alerted: list[Any], names: list[str], hint: str, words: str = "") -> None:
    if sorted(map(str, alerted)) != sorted(names):
        kinds = {0: "una lista vacía", 1: "una lista con un solo nombre"}
        wanted = kinds.get(len(names), f"una lista con {len(names)} nombres")
        text = f"{words}devolviste {describe(alerted)}; se esperaba {wanted}."
        fail(text[0].upper() + text[1:], hint)
