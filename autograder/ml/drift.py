"""Reference statistics of drift: the oracle that the checks compare a student's answer with.

The population stability index follows the definition that the assignments fix: deciles of the
reference with open ends, proportions floored at ``FLOOR`` and not renormalised, missing values
in a bin of their own, natural logarithm. Which end of a bin is closed is not part of the
definition: `psi_bounds` gives the interval of every admissible reading.

Sources: Siddiqi (2006), *Credit Risk Scorecards*, ch. 6 (PSI and its thresholds); Yurdakul (2018),
*Statistical Properties of the Population Stability Index* (its distribution without drift);
Lin (1991), *Divergence measures based on the Shannon entropy* (Jensen-Shannon).
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray
from scipy import stats
from scipy.spatial import distance

FLOOR = 1e-4
SLIGHT = 0.1
SIGNIFICANT = 0.25
MAX_LEVELS = 10

Closed = Literal["right", "left"]
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class KolmogorovSmirnov:
    """Largest distance between two empirical distribution functions, and its two-sided p-value."""

    statistic: float
    p_value: float


def psi_of_proportions(reference: ArrayLike, production: ArrayLike, floor: float = FLOOR) -> float:
    """Sum of ``(q - p) ln(q / p)`` over bins, p and q floored at `floor`.

    Both arguments have shape (bins,). Raises ValueError when their shapes differ.
    """
    p, q = np.asarray(reference, dtype=float), np.asarray(production, dtype=float)
    if p.shape != q.shape:
        raise ValueError(f"{p.shape} bins in the reference, {q.shape} in production")
    p, q = np.maximum(p, floor), np.maximum(q, floor)
    return float(np.sum((q - p) * np.log(q / p)))


def psi_of_counts(reference: ArrayLike, production: ArrayLike) -> float:
    """PSI of two vectors of counts, shape (bins,), each divided by its own total."""
    p, q = np.asarray(reference, dtype=float), np.asarray(production, dtype=float)
    return psi_of_proportions(p / p.sum(), q / q.sum())


def inner_edges(reference: ArrayLike, n_bins: int = 10, keep_extremes: bool = True) -> Floats:
    """Edges between bins: quantiles of the reference without its NaN, ascending, no duplicates.

    The two outer bins are open, so minimum and maximum are not edges. They take part in removing
    duplicates (`keep_extremes`) or not: that matters only if ties reach as far as an extreme.
    """
    values = _present(reference)
    quantiles = np.unique(np.quantile(values, np.linspace(0, 1, n_bins + 1)))
    if keep_extremes:
        return quantiles[1:-1]
    return np.unique(np.quantile(values, np.linspace(0, 1, n_bins + 1)[1:-1]))


def bin_counts(values: ArrayLike, edges: Floats, closed: Closed = "right") -> Floats:
    """Counts in ``len(edges) + 1`` bins with open ends, and the count of NaN as a last one."""
    every = np.asarray(values, dtype=float)
    side: Closed = "left" if closed == "right" else "right"
    place = np.searchsorted(edges, _present(every), side=side)
    counts = np.bincount(place, minlength=len(edges) + 1)
    return np.append(counts, np.isnan(every).sum()).astype(float)


def psi_numeric(
    reference: ArrayLike,
    production: ArrayLike,
    n_bins: int = 10,
    closed: Closed = "right",
    keep_extremes: bool = True,
) -> float:
    """PSI over quantile bins of the reference; shapes (n,) and (m,), NaN allowed in both."""
    edges = inner_edges(reference, n_bins, keep_extremes)
    return psi_of_counts(
        bin_counts(reference, edges, closed), bin_counts(production, edges, closed)
    )


def psi_categorical(reference: ArrayLike, production: ArrayLike) -> float:
    """PSI with a bin for each level that either sample has; missing values are one level more."""
    p, q = pd.Series(reference), pd.Series(production)
    codes, levels = pd.factorize(pd.concat([p, q]), use_na_sentinel=False)
    counts = (
        np.bincount(part, minlength=len(levels)) for part in (codes[: len(p)], codes[len(p) :])
    )
    return psi_of_counts(*counts)


def is_categorical(reference: ArrayLike) -> bool:
    """Whether the definition takes levels rather than deciles: text, or few distinct numbers."""
    series = pd.Series(reference)
    if not pd.api.types.is_numeric_dtype(series) or pd.api.types.is_bool_dtype(series):
        return True
    return bool(series.nunique() <= MAX_LEVELS)


def psi(reference: ArrayLike, production: ArrayLike, n_bins: int = 10) -> float:
    """PSI by levels or by quantiles, as `is_categorical` says of the reference."""
    if is_categorical(reference):
        return psi_categorical(reference, production)
    return psi_numeric(reference, production, n_bins)


def psi_bounds(
    reference: ArrayLike, production: ArrayLike, n_bins: int = 10
) -> tuple[float, float]:
    """Smallest and largest PSI among the admissible readings of the definition.

    They differ in the closed end of a bin and in duplicates at the extremes; without ties all
    agree but for an observation that falls exactly on an edge.
    """
    if is_categorical(reference):
        value = psi_categorical(reference, production)
        return value, value
    readings = [
        psi_numeric(reference, production, n_bins, closed, keep_extremes)
        for closed in ("right", "left")
        for keep_extremes in (True, False)
    ]
    return min(readings), max(readings)


def psi_by_feature(reference: pd.DataFrame, production: pd.DataFrame) -> pd.Series:
    """PSI of each column of `reference`, largest first; columns that only production has do
    not count."""
    values = {name: psi(reference[name], production[name]) for name in reference.columns}
    return pd.Series(values, dtype=float).sort_values(ascending=False)


def reading(value: float) -> str:
    """The course's reading of a PSI: ``estable``, ``leve`` (0.1 to 0.25, both included) or
    ``significativo``."""
    if value < SLIGHT:
        return "estable"
    return "leve" if value <= SIGNIFICANT else "significativo"


def expected_psi_without_drift(n: int, m: int, n_bins: int = 10) -> float:
    """Mean PSI of two samples of the same distribution, sizes n and m (Yurdakul 2018)."""
    return (1 / n + 1 / m) * (n_bins - 1)


def ks(reference: ArrayLike, production: ArrayLike) -> KolmogorovSmirnov:
    """Two-sample Kolmogorov-Smirnov test; NaN are left out of both samples."""
    result = stats.ks_2samp(_present(reference), _present(production))
    return KolmogorovSmirnov(float(result.statistic), float(result.pvalue))


def wasserstein(reference: ArrayLike, production: ArrayLike, standardize: bool = False) -> float:
    """Earth mover's distance in the feature's own unit, or in SDs of the reference."""
    p, q = _present(reference), _present(production)
    unit = p.std(ddof=1) if standardize else 1.0
    return float(stats.wasserstein_distance(p, q) / unit)


def jensen_shannon(reference: ArrayLike, production: ArrayLike, n_bins: int = 10) -> float:
    """Jensen-Shannon distance (base 2, 0 to 1) over the same bins as `psi_numeric`."""
    edges = inner_edges(reference, n_bins)
    p, q = bin_counts(reference, edges), bin_counts(production, edges)
    return float(distance.jensenshannon(p, q, base=2))


def _present(values: ArrayLike) -> Floats:
    every = np.asarray(values, dtype=np.float64)
    present: Floats = every[~np.isnan(every)]
    return present
