"""What the card's figures should say: metrics recomputed from predictions, overall and by group.

Computed by hand from the confusion matrix: a card is judged for every submission, and importing
`sklearn.metrics` alone takes longer than judging it. The tests compare every figure with
scikit-learn's.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from autograder.ml.model_card.groups import MISSING, Group, Interval, Level
from autograder.ml.model_card.metrics import Metric

MAX_LEVELS = 10
"""A numeric column with more distinct values than this is known by ranges ("edad < 30") only."""
_PLAIN = (
    "accuracy balanced_accuracy precision recall specificity f1 error_rate false_positive_rate "
    "false_negative_rate negative_predictive_value mcc base_rate selection_rate support"
).split()
_SCORED = ("roc_auc", "average_precision", "brier", "log_loss")

Aliases = Mapping[str, Mapping[Any, Sequence[str]]]


def level_name(value: Any) -> str:
    """How a level is written: 1.0 is "1", a missing value is "sin dato"."""
    if value is None or value is pd.NA or (isinstance(value, float) and np.isnan(value)):
        return MISSING
    if isinstance(value, (float, np.floating)) and float(value).is_integer():
        return str(int(value))
    return str(value)


@dataclass(eq=False)
class Truth:
    """Predictions on the evaluation split, and every metric of any group of them.

    Build it with `from_predictions`. `factors` maps each column of `groups` to its levels (empty
    for a numeric column known by ranges only); `numeric` names the columns that take ranges.
    """

    true_codes: np.ndarray
    pred_codes: np.ndarray
    classes: tuple[str, ...]
    positive: int | None
    score: np.ndarray | None
    factors: dict[str, tuple[str, ...]]
    numeric: dict[str, np.ndarray]
    level_codes: dict[str, np.ndarray]
    aliases: dict[str, dict[str, tuple[str, ...]]]
    _cache: dict[tuple[str, str, Group], tuple[float, ...]] = field(default_factory=dict)

    @classmethod
    def from_predictions(
        cls,
        y_true: Any,
        y_pred: Any,
        y_score: Any | None = None,
        groups: pd.DataFrame | None = None,
        positive: Any = 1,
        aliases: Aliases | None = None,
    ) -> Truth:
        """Recompute from labels, predictions and the positive class's probabilities.

        `y_true`, `y_pred`, `y_score`: shape (n,); `groups`: n rows, one column per factor.
        `aliases[factor][level]` are other names of a level; `aliases[factor][""]`, of the factor.
        Raises ValueError when the lengths differ or are zero.
        """
        true, pred = _flat(y_true), _flat(y_pred)
        score = None if y_score is None else np.asarray(y_score, dtype=float).ravel()
        frame = pd.DataFrame(index=range(len(true))) if groups is None else groups
        lengths = {len(true), len(pred), len(frame)} | (
            {len(score)} if score is not None else set()
        )
        if len(lengths) > 1 or not len(true):
            raise ValueError(
                f"y_true, y_pred, y_score and groups must have equal length: {lengths}"
            )
        codes, labels = pd.factorize(np.concatenate([true, pred]), sort=False)
        classes = tuple(level_name(label) for label in labels)
        name = level_name(positive)
        factors, numeric, level_codes = _factors(frame)
        return cls(
            true_codes=codes[: len(true)],
            pred_codes=codes[len(true) :],
            classes=classes,
            positive=classes.index(name) if name in classes else None,
            score=score,
            factors=factors,
            numeric=numeric,
            level_codes=level_codes,
            aliases={
                factor: {level_name(level): tuple(names) for level, names in levels.items()}
                for factor, levels in (aliases or {}).items()
            },
        )

    @cached_property
    def overall(self) -> dict[str, float]:
        """Every metric of the whole evaluation set, by its key in `metrics.py`."""
        return self._all(())

    @cached_property
    def by_group(self) -> dict[str, dict[str, dict[str, float]]]:
        """factor → level → metric → value."""
        return {
            factor: {level: self._all((Level(factor, level),)) for level in levels}
            for factor, levels in self.factors.items()
        }

    def values(self, metric: Metric, group: Group = ()) -> tuple[float, ...]:
        """What `metric` may be for `group`: one value, several when the words leave the ends of a
        range open, none when it cannot be computed."""
        key = (metric.name, metric.average, group)
        if key not in self._cache:
            found = (self._value(metric, mask) for mask in self._masks(group))
            self._cache[key] = tuple(dict.fromkeys(v for v in found if v is not None))
        return self._cache[key]

    def _all(self, group: Group) -> dict[str, float]:
        names = [*_PLAIN, *_SCORED]
        found = {name: self.values(Metric(name), group) for name in names}
        return {name: values[0] for name, values in found.items() if values}

    def _masks(self, group: Group) -> list[np.ndarray]:
        masks = [np.ones(len(self.true_codes), dtype=bool)]
        for part in group:
            options = self._options(part)
            masks = [mask & option for mask in masks for option in options][:16]
        return masks

    def _options(self, part: Level | Interval) -> list[np.ndarray]:
        if isinstance(part, Level):
            levels = self.factors.get(part.factor, ())
            if part.name not in levels:
                return []
            return [self.level_codes[part.factor] == levels.index(part.name)]
        values = self.numeric.get(part.factor)
        if values is None:
            return []
        lows = _ends(part.low, values, np.greater, np.greater_equal)
        highs = _ends(part.high, values, np.less, np.less_equal)
        return [low & high for low in lows for high in highs]

    def _value(self, metric: Metric, mask: np.ndarray) -> float | None:
        total = int(mask.sum())
        if metric.name == "support":
            return self._support(metric, mask)
        if not total:
            return None
        if metric.name in _SCORED:
            return self._scored(metric.name, mask)
        matrix = self._confusion(mask)
        if metric.average:
            return _averaged(matrix, metric, self.classes)
        return _plain(metric.name, matrix, self.positive)

    def _support(self, metric: Metric, mask: np.ndarray) -> float | None:
        label = metric.average.removeprefix("class:")
        if label == metric.average:
            return float(mask.sum())
        if label not in self.classes:
            return None
        return float((self.true_codes[mask] == self.classes.index(label)).sum())

    def _confusion(self, mask: np.ndarray) -> np.ndarray:
        size = len(self.classes)
        pairs = self.true_codes[mask] * size + self.pred_codes[mask]
        return np.bincount(pairs, minlength=size * size).reshape(size, size)

    def _scored(self, name: str, mask: np.ndarray) -> float | None:
        if self.score is None or self.positive is None:
            return None
        truth, score = self.true_codes[mask] == self.positive, self.score[mask]
        if not np.isfinite(score).all():
            return None
        if name == "brier":
            return float(np.mean((score - truth) ** 2))
        if name == "log_loss":
            kept = np.clip(score, np.finfo(float).eps, 1 - np.finfo(float).eps)
            return float(-np.mean(np.where(truth, np.log(kept), np.log1p(-kept))))
        if truth.all() or not truth.any():
            return None
        return _roc_auc(truth, score) if name == "roc_auc" else _average_precision(truth, score)


def _flat(values: Any) -> np.ndarray:
    array = np.asarray(values)
    return array.ravel() if array.ndim else array.reshape(1)


def _factors(
    frame: pd.DataFrame,
) -> tuple[dict[str, tuple[str, ...]], dict[str, np.ndarray], dict[str, np.ndarray]]:
    """Levels, numeric columns and level codes of each column of `frame`."""
    factors: dict[str, tuple[str, ...]] = {}
    numeric: dict[str, np.ndarray] = {}
    codes: dict[str, np.ndarray] = {}
    for column in frame.columns:
        name, series = str(column), frame[column]
        if pd.api.types.is_numeric_dtype(series) and not pd.api.types.is_bool_dtype(series):
            numeric[name] = series.to_numpy(dtype=float, na_value=np.nan)
            if series.nunique() > MAX_LEVELS:
                missing = series.isna().to_numpy()
                factors[name] = (MISSING,) if missing.any() else ()
                codes[name] = np.where(missing, 0, -1)
                continue
        texts = np.array([level_name(value) for value in series], dtype=object)
        codes[name], levels = pd.factorize(texts, sort=False)
        factors[name] = tuple(str(level) for level in levels)
    return factors, numeric, codes


def _ends(end: Any, values: np.ndarray, strict: Any, closed: Any) -> list[np.ndarray]:
    """Masks of the rows inside one end of a range: two when the words leave it open."""
    if end is None:
        return [~np.isnan(values)]
    value, is_closed = end
    readings = (strict, closed) if is_closed is None else ((closed,) if is_closed else (strict,))
    return [compare(values, value) for compare in readings]


def _ratio(part: float, whole: float) -> float:
    """`part / whole`, 0 when there is nothing to divide by (scikit-learn's `zero_division`)."""
    return float(part / whole) if whole else 0.0


def _plain(name: str, matrix: np.ndarray, positive: int | None) -> float | None:
    total, hits = matrix.sum(), np.trace(matrix)
    if name == "accuracy":
        return _ratio(hits, total)
    if name == "error_rate":
        return 1 - _ratio(hits, total)
    if name == "balanced_accuracy":
        present = matrix.sum(axis=1) > 0
        return float(np.mean(np.diag(matrix)[present] / matrix.sum(axis=1)[present]))
    if name == "mcc":
        return _matthews(matrix)
    return None if positive is None else _of_class(name, matrix, positive)


def _of_class(name: str, matrix: np.ndarray, label: int) -> float | None:
    """A metric of one class against the rest; `matrix` is true × predicted."""
    tp = matrix[label, label]
    fn, fp = matrix[label].sum() - tp, matrix[:, label].sum() - tp
    tn = matrix.sum() - tp - fn - fp
    pairs = {
        "precision": (tp, tp + fp),
        "recall": (tp, tp + fn),
        "specificity": (tn, tn + fp),
        "f1": (2 * tp, 2 * tp + fp + fn),
        "false_positive_rate": (fp, tn + fp),
        "false_negative_rate": (fn, tp + fn),
        "negative_predictive_value": (tn, tn + fn),
        "base_rate": (tp + fn, matrix.sum()),
        "selection_rate": (tp + fp, matrix.sum()),
    }
    return _ratio(*pairs[name]) if name in pairs else None


def _averaged(matrix: np.ndarray, metric: Metric, classes: tuple[str, ...]) -> float | None:
    """Precision, recall or F1 averaged over the classes that appear, or of a named class."""
    if metric.average.startswith("class:"):
        label = metric.average.removeprefix("class:")
        return _of_class(metric.name, matrix, classes.index(label)) if label in classes else None
    if metric.average == "micro":
        return _plain("accuracy", matrix, None)
    support = matrix.sum(axis=1)
    present = np.flatnonzero(support + matrix.sum(axis=0))
    values = np.array([_of_class(metric.name, matrix, int(label)) or 0.0 for label in present])
    if metric.average == "macro":
        return float(values.mean())
    return float((values * support[present]).sum() / support.sum())


def _matthews(matrix: np.ndarray) -> float:
    true, pred = matrix.sum(axis=1).astype(float), matrix.sum(axis=0).astype(float)
    total, hits = float(matrix.sum()), float(np.trace(matrix))
    spread = (total**2 - (true**2).sum()) * (total**2 - (pred**2).sum())
    return _ratio(hits * total - (true * pred).sum(), np.sqrt(spread))


def _roc_auc(truth: np.ndarray, score: np.ndarray) -> float:
    """Mann–Whitney: the share of (positive, negative) pairs in the right order, ties half."""
    positives, negatives = np.sort(score[truth]), score[~truth]
    below = len(positives) - np.searchsorted(positives, negatives, side="right")
    ties = len(positives) - np.searchsorted(positives, negatives, side="left") - below
    return float((below.sum() + ties.sum() / 2) / (len(positives) * len(negatives)))


def _average_precision(truth: np.ndarray, score: np.ndarray) -> float:
    order = np.argsort(-score, kind="stable")
    truth, score = truth[order], score[order]
    last = np.append(np.flatnonzero(np.diff(score)), len(score) - 1)
    hits = np.cumsum(truth)[last]
    gained = np.diff(hits, prepend=0)
    return float((gained * hits / (last + 1)).sum() / hits[-1])
