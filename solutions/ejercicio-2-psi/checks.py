"""What is checked in ejercicio-2-psi: the PSI of numbers, its reading, the PSI of levels.

Samples are continuous, with n - 1 not a multiple of 10, so that no observation falls on a decile
and either closed end of a bin is right. Where ties are the point, every reading is accepted.
"""

from collections.abc import Callable
from itertools import pairwise

import numpy as np
import pandas as pd
from numpy.random import Generator

from autograder.ml import drift
from autograder.checking import CheckFailed, Student, as_number, check, describe, expect, fail

N = 2_000
TOLERANCE = 2e-3  # a few observations on the other side of an edge; the closest mistake is > 0.02


def _close(value: object, wanted: float) -> bool:
    number = as_number(value)
    return number is not None and abs(number - wanted) <= TOLERANCE + 2e-3 * abs(wanted)


def _psi(student: Student, *arguments: object, if_it_raises: str = "") -> float:
    """The student's PSI as a number, or the check fails (with a hint of its own, if given)."""
    try:
        value = student.call("psi", *arguments)
    except CheckFailed as failure:
        raise CheckFailed(failure.message, if_it_raises or failure.hint) from None
    expect(value).to_be_number(hint="`psi` devuelve un solo número: la suma sobre los bins.")
    return as_number(value)


# --- Part 1: numbers ------------------------------------------------------------------------

Mistake = Callable[[np.ndarray, np.ndarray], float]


def _with_edges(edges: np.ndarray, p: np.ndarray, q: np.ndarray) -> float:
    return drift.psi_of_counts(drift.bin_counts(p, edges), drift.bin_counts(q, edges))


def _equal_width(p: np.ndarray, q: np.ndarray) -> float:
    return _with_edges(np.linspace(p.min(), p.max(), 11)[1:-1], p, q)


def _own_edges(p: np.ndarray, q: np.ndarray) -> float:
    return drift.psi_of_counts(
        drift.bin_counts(p, drift.inner_edges(p)), drift.bin_counts(q, drift.inner_edges(q))
    )


def _signed(p: np.ndarray, q: np.ndarray) -> float:
    edges = drift.inner_edges(p)
    shares = (np.maximum(drift.bin_counts(x, edges) / len(x), drift.FLOOR) for x in (p, q))
    p_shares, q_shares = shares
    return float(np.sum((p_shares - q_shares) * np.log(q_shares / p_shares)))


def _one_sided(p: np.ndarray, q: np.ndarray) -> float:
    edges = drift.inner_edges(p)
    shares = (np.maximum(drift.bin_counts(x, edges) / len(x), drift.FLOOR) for x in (p, q))
    p_shares, q_shares = shares
    return float(np.sum(q_shares * np.log(q_shares / p_shares)))


def _of_counts(p: np.ndarray, q: np.ndarray) -> float:
    edges = drift.inner_edges(p)
    before, after = (np.maximum(drift.bin_counts(x, edges), drift.FLOOR) for x in (p, q))
    return float(np.sum((after - before) * np.log(after / before)))


MISTAKES: list[tuple[Mistake, str, str]] = [
    (
        lambda p, q: drift.psi_numeric(q, p),
        "parece cortado con los cuantiles de la producción",
        "Los bordes salen siempre de la referencia, que es el primer argumento.",
    ),
    (
        lambda p, q: _with_edges(drift.inner_edges(np.concatenate([p, q])), p, q),
        "parece cortado con los cuantiles de las dos muestras juntas",
        "Los bordes salen solo de la referencia.",
    ),
    (
        lambda p, q: drift.psi_numeric(p, q) / np.log(10),
        "parece calculado con log10",
        "La fórmula lleva el logaritmo natural: `np.log`.",
    ),
    (
        lambda p, q: drift.psi_numeric(p, q) / np.log(2),
        "parece calculado con log2",
        "La fórmula lleva el logaritmo natural: `np.log`.",
    ),
    (
        _equal_width,
        "parece cortado en bins del mismo ancho",
        "Los bordes son los cuantiles de la referencia: `np.quantile`.",
    ),
    (
        _own_edges,
        "es casi 0, como si nada hubiera cambiado",
        "¿Cortaste cada muestra con sus propios deciles, o comparaste la referencia consigo misma? "
        "¿Multiplicás bin por bin antes de sumar?",
    ),
    (
        _of_counts,
        "parece calculado con cantidades, sin dividir por el total",
        "Dividí el conteo de cada bin por el total de su propia muestra.",
    ),
    (
        lambda p, q: 100 * drift.psi_numeric(p, q),
        "parece calculado con porcentajes",
        "Las proporciones van de 0 a 1: no las multipliques por 100.",
    ),
    (
        lambda p, q: drift.psi_numeric(p, q, 9),
        "parece cortado en una parte menos de las pedidas",
        "Para cortar en `n_bins` partes hacen falta `n_bins + 1` bordes, con los dos extremos.",
    ),
    (_signed, "salió con el signo cambiado", "Los dos factores llevan el mismo orden: q y p."),
    (
        _one_sided,
        "es la divergencia de Kullback-Leibler, no el PSI",
        "El logaritmo se multiplica por la diferencia $q - p$, no por $q$ sola.",
    ),
]


def _diagnosis(value: float, reference: np.ndarray, production: np.ndarray) -> tuple[str, str]:
    """Which mistake gives this value, and what to try."""
    values = [mistake(reference, production) for mistake, _, _ in MISTAKES]
    nearest = int(np.argmin(np.abs(np.array(values) - value)))
    if _close(value, values[nearest]):
        return MISTAKES[nearest][1:]
    return (
        "no coincide con la definición de la parte 1",
        "Repasá los seis pasos con una muestra chica: ¿los conteos de cada bin suman el total?",
    )


def _within(reference: np.ndarray, sample: np.ndarray) -> np.ndarray:
    """The sample without what the reference's range leaves out, which is another check's business.

    Missing values stay.
    """
    outside = (sample <= np.nanmin(reference)) | (sample >= np.nanmax(reference))
    return sample[~outside]


@check("psi-autotest", points=1)
def agrees_with_the_definition(student: Student, rng: Generator) -> None:
    """El PSI de dos muestras corridas es el de la definición del curso."""
    centre, spread = rng.uniform(20, 60), rng.uniform(5, 15)
    pairs = [
        (rng.lognormal(1, 0.7, N), rng.lognormal(1.55, 0.6, N + 500)),
        (rng.normal(centre, spread, N), rng.normal(centre, 0.7 * spread, N)),
        (rng.normal(centre, spread, N), rng.normal(centre, spread, N)),
        _crowded(rng.normal(centre, spread, N)),
    ]
    for reference, sample in pairs:
        production = _within(reference, sample)
        value = _psi(student, reference, production)
        expect(value).to_be_finite(hint=_why_not_finite(value))
        if not _close(value, drift.psi_numeric(reference, production)):
            words, hint = _diagnosis(value, reference, production)
            fail(
                f"Con {len(reference)} y {len(production)} valores, `psi` dio {describe(value)}: "
                f"{words}.",
                hint,
            )


def _why_not_finite(value: float) -> str:
    """What usually gives nan, or inf, and what to try."""
    where = "que quedó vacío en una sola de las muestras"
    if np.isnan(value):
        where = "vacío en las dos muestras (¿el de los faltantes?)"
    return f"Suele ser un bin {where}: poné el piso de 0.0001 a cada proporción antes de calcular."


def _crowded(reference: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The reference, and the same with its fifth decile six times: no other cut gives its PSI."""
    low, high = np.quantile(reference, [0.4, 0.5])
    return reference, np.append(reference, np.linspace(low, high, N // 2 + 2)[1:-1])


@check("psi-autotest", points=0.5, needs=agrees_with_the_definition)
def takes_series_as_well(student: Student, rng: Generator) -> None:
    """Con Series de pandas da lo mismo que con arreglos."""
    reference, production = _tied_in_the_middle(rng.normal(50, 8, N)), rng.normal(54, 9, N)
    from_arrays = _psi(student, reference, production)
    series = [pd.Series(x, index=rng.permutation(len(x)) + 7) for x in (reference, production)]
    hint = "Los índices pueden ser cualesquiera, y `serie[0]` busca la etiqueta 0, no la primera "
    hint += "fila. Podés empezar con `np.asarray`."
    from_series = _psi(student, *series, if_it_raises=hint)
    expect(from_series).to_be_finite(hint=hint)
    if not abs(from_series - from_arrays) <= TOLERANCE:
        fail(
            f"Con los mismos valores, `psi` dio {describe(from_arrays)} en arreglos y "
            f"{describe(from_series)} en Series.",
            "Las Series se alinean por índice al operar, y `value_counts` de una Series ordena "
            "por frecuencia (`sort=False` lo evita). Podés empezar con `np.asarray`.",
        )


def _tied_in_the_middle(values: np.ndarray) -> np.ndarray:
    """The middle 8 % turned into one value: no edge repeats, but the bins are unequal."""
    low, high = np.quantile(values, [0.46, 0.54])
    return np.where((values > low) & (values < high), np.median(values), values)


@check("psi-autotest", points=1, needs=agrees_with_the_definition)
def stays_finite_when_a_bin_is_empty(student: Student, rng: Generator) -> None:
    """El PSI es finito, y grande, aunque haya bins vacíos."""
    reference = rng.normal(40, 12, N)
    for production in (reference[reference > 41], reference[np.abs(reference - 40) < 9]):
        value = _psi(student, reference, production)
        expect(value).to_be_finite(
            hint="Con un bin vacío hay un logaritmo de cero. Poné un piso de 0.0001 a cada "
            "proporción antes de calcular.",
        )
        if not _close(value, drift.psi_numeric(reference, production)):
            fail(
                f"Con varios bins vacíos en producción, `psi` dio {describe(value)}: es finito, "
                "pero no el que sale con el piso de la consigna.",
                "Los bins vacíos no se saltean: su proporción pasa a valer 0.0001, y no se "
                "renormaliza.",
            )


@check("psi-autotest", points=0.5, needs=agrees_with_the_definition)
def new_extremes_are_not_lost(student: Student, rng: Generator) -> None:
    """Los valores más chicos o más grandes que toda la referencia también cuentan."""
    reference = rng.normal(100, 10, N)
    low, high = reference.min() - 50, reference.max() + 50
    production = np.concatenate([rng.normal(100, 10, 1_400), rng.normal(high, 5, 600)])
    mirrored = np.concatenate([rng.normal(100, 10, 1_400), rng.normal(low, 5, 600)])
    for sample, where in ((production, "por encima"), (mirrored, "por debajo")):
        value = _psi(student, reference, sample)
        if not _close(value, drift.psi_numeric(reference, sample)):
            fail(
                f"Con un 30 % de la producción {where} de toda la referencia, `psi` dio "
                f"{describe(value)}: esos valores se perdieron o cayeron en un bin aparte.",
                "Abrí los extremos: el primer borde en -inf y el último en +inf.",
            )


@check("psi-autotest", points=0.5, needs=agrees_with_the_definition)
def missing_values_are_a_bin(student: Student, rng: Generator) -> None:
    """Los faltantes son un bin más: si su proporción cambia, el PSI lo nota."""
    few, many = _with_missing(rng, 0.04), _with_missing(rng, 0.35)
    _missing_values_count(student, few, many, "los faltantes pasan del 4 % al 35 %")
    _missing_values_count(student, many, few, "los faltantes pasan del 35 % al 4 %")


@check(
    "psi-autotest",
    points=0.5,
    needs=(missing_values_are_a_bin, stays_finite_when_a_bin_is_empty),
)
def missing_values_may_appear_and_vanish(student: Student, rng: Generator) -> None:
    """Los faltantes pueden estar en una sola de las dos muestras."""
    complete, many = rng.normal(50, 8, N), _with_missing(rng, 0.35)
    _missing_values_count(student, complete, many, "aparecen faltantes en producción")
    _missing_values_count(student, many, complete, "desaparecen los faltantes de la referencia")


def _missing_values_count(student: Student, p: np.ndarray, q: np.ndarray, words: str) -> None:
    q = _within(p, q)
    value = _psi(student, p, q)
    if _close(value, drift.psi_numeric(p, q)):
        return
    hint = "Contá los `nan` en un bin propio. Para calcular los bordes, sacalos antes."
    present = [x[~np.isnan(x)] for x in (p, q)]
    if _close(value, drift.psi_numeric(*present)):
        hint = "Parece que los faltantes se descartaron: contalos en un bin propio."
    elif value > drift.psi_numeric(p, q):
        hint += " Y dividí cada conteo por el total de la muestra, faltantes incluidos."
    fail(f"Cuando {words}, `psi` dio {describe(value)}, que no es el de la definición.", hint)


def _with_missing(rng: Generator, share: float) -> np.ndarray:
    """Values with about ``share`` of them blank; how many present are left is not 1 mod 10."""
    blank = rng.permutation(N) < int(share * N) + 3
    return np.where(blank, np.nan, rng.normal(50, 8, N))


@check("psi-autotest", points=0.5, needs=agrees_with_the_definition)
def number_of_bins_is_obeyed(student: Student, rng: Generator) -> None:
    """`n_bins` cambia en cuántas partes se corta la referencia."""
    reference = rng.lognormal(0, 1, N)
    production = _within(reference, rng.lognormal(0.4, 0.8, N))
    for n_bins in (4, 20):
        value = _psi(student, reference, production, n_bins)
        if not _close(value, drift.psi_numeric(reference, production, n_bins)):
            fail(
                f"Con {n_bins} bins, `psi` dio {describe(value)}, que no es el PSI con la "
                f"referencia cortada en {n_bins} partes iguales.",
                "Usá el argumento `n_bins` al calcular los cuantiles; que no quede un 10 fijo.",
            )


@check("psi-autotest", points=0.5, needs=agrees_with_the_definition)
def repeated_edges_do_not_break_it(student: Student, rng: Generator) -> None:
    """Si un valor se repite tanto que ocupa varios deciles, igual funciona."""
    reference = np.where(rng.random(N) < 0.45, 0.0, rng.lognormal(2, 0.5, N))
    production = np.where(rng.random(N) < 0.45, 0.0, rng.lognormal(2.4, 0.4, N))
    production = production[production < reference.max()]
    hint = "Con un 45 % de ceros, varios deciles valen 0: dejá cada borde una sola vez (por "
    hint += "ejemplo, con `np.unique`)."
    value = _psi(student, reference, production, if_it_raises=hint)
    low, high = drift.psi_bounds(reference, production)
    if np.isnan(value):
        hint = "Suele ser un bin vacío en las dos muestras, como el que queda entre dos bordes "
        hint += "iguales: dejá cada borde una sola vez (por ejemplo, con `np.unique`) y poné el "
        hint += "piso de 0.0001 a cada proporción."
    elif np.isinf(value):
        hint = _why_not_finite(value)
    if not low - TOLERANCE <= value <= high + TOLERANCE:
        fail(
            f"Con un 45 % de ceros en las dos muestras, `psi` dio {describe(value)}, que no es el "
            "de la definición.",
            hint,
        )


# --- Part 2: the reading --------------------------------------------------------------------


READINGS = ("estable", "leve", "significativo")


def _reads(student: Student, value: float, hint: str) -> None:
    answer = student.call("interpretar_psi", value)
    if not isinstance(answer, str) or answer not in READINGS:
        hint = 'Devolvé (`return`) exactamente uno de los tres textos: "estable", "leve" o '
        hint += '"significativo", en minúsculas.'
    if not isinstance(answer, str) or answer != drift.reading(value):
        fail(
            f"`interpretar_psi({value:.10g})` devolvió {describe(answer)}; se esperaba la lectura "
            "que da la tabla.",
            hint,
        )


@check("interpretar-autotest", points=0.5)
def reads_the_three_bands(student: Student, rng: Generator) -> None:
    """`interpretar_psi` distingue estable, leve y significativo."""
    hint = "Buscá ese valor en la tabla: las franjas se cortan en 0,1 y en 0,25."
    limits = (0.0, 0.05, 0.099, None, 0.101, 0.15, 0.19, None, 0.21, 0.249, None, 0.251, 0.5, 9.0)
    for low, high in pairwise(limits):
        if low is not None and high is not None:
            _reads(student, round(float(rng.uniform(low, high)), 4), hint)


@check("interpretar-autotest", points=0.5, needs=reads_the_three_bands)
def edges_of_the_bands_are_slight(student: Student, rng: Generator) -> None:
    """Los bordes 0,1 y 0,25 son los dos «leve»."""
    hint = "La franja del medio incluye sus dos bordes: 0,1 y 0,25. Revisá `<` y `<=`."
    for value in (0.1, 0.25, 0.1 - 1e-9, 0.25 + 1e-9):
        _reads(student, value, hint)


# --- Part 4: levels -------------------------------------------------------------------------


def _levels(rng: Generator, shares: dict[object, float], n: int = N) -> pd.Series:
    """About ``n`` values with exactly these shares, shuffled."""
    values = [level for level, share in shares.items() for _ in range(round(share * n))]
    order = rng.permutation(len(values))
    return pd.Series([values[i] for i in order])


def _categorical(student: Student, p: pd.Series, q: pd.Series, words: str, hint: str) -> None:
    value = student.call("psi_categorico", p, q)
    expect(value).to_be_number(hint="`psi_categorico` devuelve un solo número.")
    wanted = drift.psi_categorical(p, q)
    if not _close(value, wanted):
        fail(
            f"{words}, `psi_categorico` dio {describe(as_number(value))}, que no es el de la "
            "definición.",
            _why(value, wanted, p, q) or hint,
        )


def _why(value: object, wanted: float, p: pd.Series, q: pd.Series) -> str:
    """What to try where the value is that of a known mistake; nothing where it is not."""
    before, after = (x.value_counts(dropna=False) for x in (p, q))
    levels = before.index.append(after.index).unique()
    before, after = (x.reindex(levels, fill_value=0) for x in (before, after))
    counts = np.sum((after - before) * np.log(np.maximum(after, 1e-4) / np.maximum(before, 1e-4)))
    if _close(value, counts):
        return "Parece calculado sin dividir: cada conteo va sobre el total de su propia muestra."
    if _close(value, wanted / np.log(2)) or _close(value, wanted / np.log(10)):
        return "El logaritmo de la fórmula es el natural: `np.log`."
    if _close(value, 100 * wanted):
        return "Parece calculado con porcentajes: las proporciones van de 0 a 1."
    return ""


@check("psi-categorico-autotest", points=0.5)
def levels_are_matched_by_name(student: Student, rng: Generator) -> None:
    """Cada nivel se compara con el mismo nivel, aunque cambie cuál es el más frecuente."""
    a, b, c = rng.permutation(["norte", "centro", "sur"]).tolist()
    first = {a: 0.6, b: 0.3, c: 0.1}
    before = _levels(rng, first)
    for after in ({a: 0.3, b: 0.6, c: 0.1}, {a: 0.1, b: 0.2, c: 0.7}, {a: 0.6, b: 0.3, c: 0.1}):
        _categorical(
            student,
            before,
            _levels(rng, after, N + 400),
            f"Con tres niveles ({_shares(first)} en la referencia, y {_shares(after)} en "
            "producción)",
            "Alineá las proporciones por el nombre del nivel (`reindex`), no por su posición, y "
            "dividí cada conteo por su propio total.",
        )


def _shares(shares: dict[object, float]) -> str:
    *others, last = (f"{share:.0%}".replace("%", " %") for share in shares.values())
    return f"{', '.join(others)} y {last}"


@check("psi-categorico-autotest", points=0.5, needs=levels_are_matched_by_name)
def levels_may_appear_and_vanish(student: Student, rng: Generator) -> None:
    """Un nivel que aparece o que desaparece suma, y el resultado es finito."""
    few = _levels(rng, {"web": 0.7, "sucursal": 0.3})
    more = _levels(rng, {"web": 0.5, "sucursal": 0.2, "app": 0.3})
    hint = "Recorré los niveles de las dos muestras (la unión) y poné el piso de 0.0001."
    _categorical(student, few, more, "Cuando aparece el nivel 'app'", hint)
    _categorical(student, more, few, "Cuando desaparece el nivel 'app'", hint)


@check("psi-categorico-autotest", points=0.5, needs=levels_are_matched_by_name)
def missing_values_are_a_level(student: Student, rng: Generator) -> None:
    """Los faltantes son un nivel más."""
    some = _levels(rng, {"F": 0.48, "M": 0.47, None: 0.05})
    many = _levels(rng, {"F": 0.33, "M": 0.32, None: 0.35})
    hint = "`value_counts` descarta los faltantes si no le pasás `dropna=False`."
    _categorical(student, some, many, "Cuando los faltantes pasan del 5 % al 35 %", hint)
    _categorical(student, many, some, "Cuando los faltantes pasan del 35 % al 5 %", hint)


@check("psi-categorico-autotest", points=0.5, needs=levels_are_matched_by_name)
def numbers_may_be_levels(student: Student, rng: Generator) -> None:
    """También sirve para números con pocos valores distintos, como las cuotas."""
    before = _levels(rng, {3: 0.25, 6: 0.3, 12: 0.3, 24: 0.15})
    after = _levels(rng, {3: 0.05, 6: 0.3, 12: 0.15, 24: 0.5})
    words = "Con planes de 3, 6, 12 y 24 cuotas, y más gente en el más largo"
    hint = "Cada valor distinto es un nivel: con pocos valores no hay nada que cortar en deciles."
    _categorical(student, before, after, words, hint)
