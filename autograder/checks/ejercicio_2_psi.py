"""What is checked in ejercicio-2-psi: the PSI of numbers, its reading, the PSI of levels.

Samples are continuous, with n - 1 not a multiple of 10, so that no observation falls on a decile
and either closed end of a bin is right. Where ties are the point, every reading is accepted.
"""

from collections.abc import Callable

import numpy as np
import pandas as pd
from numpy.random import Generator

from autograder import drift
from autograder.check import Student, as_number, check, describe, expect, fail

N = 2_000
TOLERANCE = 2e-3  # a few observations on the other side of an edge; the closest mistake is > 0.02


def _close(value: object, wanted: float) -> bool:
    number = as_number(value)
    return number is not None and abs(number - wanted) <= TOLERANCE + 2e-3 * abs(wanted)


def _psi(student: Student, *arguments: object) -> float:
    """The student's PSI as a finite number, or the check fails."""
    value = student.call("psi", *arguments)
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
        "es lo que da cortar cada muestra con sus propios deciles",
        "Calculá los bordes una sola vez, con la referencia, y usalos para las dos.",
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
    """The part of a sample inside the reference's range: open ends are another check's business."""
    return sample[(sample > reference.min()) & (sample < reference.max())]


@check("psi-autotest", points=1.5)
def agrees_with_the_definition(student: Student, rng: Generator) -> None:
    """El PSI de dos muestras corridas es el de la definición del curso."""
    centre, spread = rng.uniform(20, 60), rng.uniform(5, 15)
    pairs = [
        (rng.lognormal(1, 0.7, N), rng.lognormal(1.55, 0.6, N + 500)),
        (rng.normal(centre, spread, N), rng.normal(centre, 0.7 * spread, N)),
        (rng.normal(centre, spread, N), rng.normal(centre, spread, N)),
    ]
    for reference, sample in pairs:
        production = _within(reference, sample)
        value = _psi(student, reference, production)
        expect(value).to_be_finite(
            hint="Hay un bin vacío en las dos muestras (¿el de los faltantes?) y 0/0 da nan: poné "
            "el piso de 0.0001 antes de dividir.",
        )
        if not _close(value, drift.psi_numeric(reference, production)):
            words, hint = _diagnosis(value, reference, production)
            fail(
                f"Con {len(reference)} y {len(production)} valores, `psi` dio {describe(value)}: "
                f"{words}.",
                hint,
            )


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


@check("psi-autotest", points=1, needs=agrees_with_the_definition)
def missing_values_are_a_bin(student: Student, rng: Generator) -> None:
    """Los faltantes son un bin más: si aparecen o desaparecen, el PSI lo nota."""
    complete, other = rng.normal(50, 8, N), rng.normal(50, 8, N)
    some, many = _with_missing(complete, 0.04, rng), _with_missing(other, 0.35, rng)
    cases = {
        "aparecen faltantes en producción": (complete, many),
        "desaparecen los faltantes de la referencia": (many, complete),
        "los faltantes pasan del 4 % al 35 %": (some, many),
    }
    for words, (reference, production) in cases.items():
        value = _psi(student, reference, production)
        if not _close(value, drift.psi_numeric(reference, production)):
            fail(
                f"Cuando {words}, `psi` dio {describe(value)}.",
                "Contá los `nan` en un bin propio y dividí todo por el total de la muestra, "
                "faltantes incluidos. Para calcular los bordes, sacalos antes.",
            )


def _with_missing(values: np.ndarray, share: float, rng: Generator) -> np.ndarray:
    """The values with about ``share`` of them blank; how many present are left is not 1 mod 10."""
    blank = rng.permutation(len(values)) < int(share * len(values)) + 3
    return np.where(blank, np.nan, values)


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
    value = _psi(student, reference, production)
    low, high = drift.psi_bounds(reference, production)
    if not low - TOLERANCE <= value <= high + TOLERANCE:
        fail(
            f"Con un 45 % de ceros en las dos muestras, `psi` dio {describe(value)}.",
            "Varios deciles valen 0: dejá cada borde una sola vez (por ejemplo con `np.unique`).",
        )


# --- Part 2: the reading --------------------------------------------------------------------


def _reads(student: Student, value: float, hint: str) -> None:
    answer = student.call("interpretar_psi", value)
    if not isinstance(answer, str) or answer != drift.reading(value):
        shown = describe(answer)
        fail(f"Para un PSI de {value:.4g}, `interpretar_psi` devolvió {shown}.", hint)


@check("interpretar-autotest", points=0.5)
def reads_the_three_bands(student: Student, rng: Generator) -> None:
    """`interpretar_psi` distingue estable, leve y significativo."""
    hint = 'Devolvé exactamente uno de los tres textos: "estable", "leve" o "significativo".'
    for low, high in ((0.0, 0.099), (0.101, 0.249), (0.251, 0.999), (1.0, 9.0)):
        for value in rng.uniform(low, high, 3):
            _reads(student, float(value), hint)


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
    if not _close(value, drift.psi_categorical(p, q)):
        fail(f"{words}, `psi_categorico` dio {describe(value)}.", hint)


@check("psi-categorico-autotest", points=0.5)
def levels_are_matched_by_name(student: Student, rng: Generator) -> None:
    """Cada nivel se compara con el mismo nivel, aunque cambie cuál es el más frecuente."""
    a, b, c = rng.permutation(["norte", "centro", "sur"]).tolist()
    before = _levels(rng, {a: 0.6, b: 0.3, c: 0.1})
    for after in ({a: 0.3, b: 0.6, c: 0.1}, {a: 0.1, b: 0.2, c: 0.7}, {a: 0.6, b: 0.3, c: 0.1}):
        _categorical(
            student,
            before,
            _levels(rng, after, N + 400),
            f"Con proporciones {_shares(before)} que pasan a {', '.join(map(str, after.values()))}",
            "Alineá las proporciones por el nombre del nivel (`reindex`), no por su posición, y "
            "dividí cada conteo por su propio total.",
        )


def _shares(series: pd.Series) -> str:
    return ", ".join(f"{share:.1f}" for share in series.value_counts(normalize=True))


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
    none = _levels(rng, {"F": 0.52, "M": 0.48})
    hint = "`value_counts` descarta los faltantes si no le pasás `dropna=False`."
    _categorical(student, some, many, "Cuando los faltantes pasan del 5 % al 35 %", hint)
    _categorical(student, none, many, "Cuando aparecen faltantes", hint)
    _categorical(student, many, none, "Cuando desaparecen los faltantes", hint)


@check("psi-categorico-autotest", points=0.5, needs=levels_are_matched_by_name)
def numbers_may_be_levels(student: Student, rng: Generator) -> None:
    """También sirve para números con pocos valores distintos, como las cuotas."""
    before = _levels(rng, {3: 0.2, 6: 0.3, 12: 0.5})
    after = _levels(rng, {6: 0.1, 12: 0.4, 24: 0.5})
    hint = "Cada valor distinto es un nivel: con pocos valores no hay nada que cortar en deciles."
    _categorical(student, before, after, "Con cuotas de 3, 6 y 12 que pasan a 6, 12 y 24", hint)
