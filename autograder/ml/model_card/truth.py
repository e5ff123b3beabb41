"""What the evidence should say: every metric recomputed from predictions, for any group.

By hand, from counts: importing `sklearn.metrics` alone takes longer than judging a card. Tests
compare every figure with scikit-learn's.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from autograder.ml.model_card.groups import (
    MISSING,
    Aliases,
    End,
    Group,
    Groups,
    is_numeric,
    level_name,
    levels_of,
)

SUPPORT = "support"
"""How many rows: the one metric that does not say how well the model does."""
FEW = 10
"""Groups with fewer rows may be left out of a gap: their figures are noise."""

_LABELS = ("y_true", "y_pred", "y_score")
_NO_VALUE = ["", "nan", "NaN"]  # and no more: "NA" and "None" may be levels
_ID = re.compile(r"(?:.*_)?ids?|index|unnamed.*", re.IGNORECASE)
Mask = np.ndarray


@dataclass(eq=False)
class Truth:
    """Predictions on the evaluation data, n rows. `groups`: the names of columns and levels.

    `hits`, `positives`, `predicted`: bool (n,); `score`: float (n,) or None.
    """

    groups: Groups
    hits: Mask
    positives: Mask
    predicted: Mask
    score: np.ndarray | None
    levels: dict[str, np.ndarray]
    numbers: dict[str, np.ndarray]
    _known: dict[bytes, dict[str, tuple[float, ...]]] = field(default_factory=dict)

    @classmethod
    def from_predictions(
        cls,
        y_true: Sequence[Any] | np.ndarray | pd.Series,
        y_pred: Sequence[Any] | np.ndarray | pd.Series,
        y_score: Sequence[float] | np.ndarray | pd.Series | None,
        frame: pd.DataFrame,
        aliases: Aliases | None = None,
        positive: Any = 1,
    ) -> Truth:
        """`y_true`, `y_pred`, `y_score` (probability of `positive`): shape (n,). `frame`: n rows,
        one column per factor. Raises ValueError when lengths differ or are zero.

        Example:
            >>> frame = pd.DataFrame({"sexo": ["F", "F", "M"]})
            >>> truth = Truth.from_predictions([1, 0, 1], [1, 1, 0], None, frame)
            >>> [truth.values("recall", mask) for mask in truth.masks(Group("sexo", "F"))]
            [(1.0,)]
        """
        true, pred = np.asarray(y_true).ravel(), np.asarray(y_pred).ravel()
        score = None if y_score is None else np.asarray(y_score, dtype=float).ravel()
        lengths = {len(true), len(pred), len(frame), len(true if score is None else score)}
        if len(lengths) > 1 or not len(true):
            raise ValueError(f"y_true, y_pred, y_score and frame differ in length: {lengths}")
        if score is not None and not np.isfinite(score).all():
            score = None
        columns = {str(name): frame.iloc[:, at] for at, name in enumerate(frame.columns)}
        levels, numbers = {}, {}
        for name, column in columns.items():
            if levels_of(column):
                levels[name] = np.array([level_name(value) for value in column])
            if is_numeric(column):
                numbers[name] = column.to_numpy(dtype=float, na_value=np.nan)
        groups, said = Groups.of(frame, aliases), pred == positive
        return cls(groups, true == pred, true == positive, said, score, levels, numbers)

    @classmethod
    def read(cls, path: Path, aliases: Aliases | None = None) -> Truth:
        """From an `evidencia.csv`: columns `y_true`, `y_pred`, `y_score` (may be absent or empty);
        every other column that is not an id is a factor. Raises OSError; ValueError says what is
        wrong."""
        try:
            table = pd.read_csv(path, keep_default_na=False, na_values=_NO_VALUE)
        except (UnicodeDecodeError, pd.errors.ParserError, pd.errors.EmptyDataError) as error:
            raise ValueError(f"{path.name}: {error}") from error
        if lacking := [name for name in _LABELS[:2] if name not in table]:
            raise ValueError(f"{path.name}: no column {', '.join(lacking)}")
        score = pd.to_numeric(table["y_score"], errors="coerce") if "y_score" in table else None
        factors = [
            name for name in table.columns if name not in _LABELS and not _is_id(name, table[name])
        ]
        return cls.from_predictions(
            table["y_true"], table["y_pred"], score, table[factors], aliases
        )

    @property
    def rows(self) -> int:
        """How many rows were evaluated."""
        return len(self.hits)

    def masks(self, group: Group) -> list[Mask]:
        """The rows of a group, shape (n,): several masks where words leave a range's ends open."""
        if group.is_global:
            return [np.ones(self.rows, dtype=bool)]
        if group.level:
            levels = self.levels.get(group.column)
            return [np.zeros(self.rows, dtype=bool) if levels is None else levels == group.level]
        numbers = self.numbers.get(group.column)
        if numbers is None:
            return []
        lows = _ends(group.low, numbers, np.greater_equal, np.greater)
        highs = _ends(group.high, numbers, np.less_equal, np.less)
        return [low & high for low in lows for high in highs]

    def values(self, metric: str, mask: Mask) -> tuple[float, ...]:
        """What `metric` may be said to be on some rows: nan where it does not exist, several
        where conventions differ, none where it cannot be recomputed."""
        key = mask.tobytes()
        if key not in self._known:
            self._known[key] = self._measure(mask)
        return self._known[key].get(metric, ())

    def gaps(self, metric: str, column: str, decimals: int, ranges: Sequence[Mask]) -> list[float]:
        """What `metric`'s largest value minus its smallest, over the groups of a column, may be
        said to be: with or without rows of missing value and groups of fewer than `FEW` rows, of
        the values themselves or of the values as printed. `ranges`: those that the card lists."""
        levels = self.levels.get(column, np.array([""])[:0])
        present = list(dict.fromkeys(levels.tolist()))
        named = [levels == level for level in present if level != MISSING]
        everything = [levels == level for level in present]
        found: list[float] = []
        for masks in (named, everything, list(ranges)):
            for enough in (1, FEW):
                first = [self.values(metric, mask)[:1] for mask in masks if mask.sum() >= enough]
                values = [value for one in first for value in one if not math.isnan(value)]
                if len(values) > 1:
                    high, low = max(values), min(values)
                    found += [high - low, round(high, decimals) - round(low, decimals)]
                elif len(masks) > 1:
                    found.append(math.nan)
        return found or [math.nan]

    def _measure(self, mask: Mask) -> dict[str, tuple[float, ...]]:
        total = int(mask.sum())
        positive, predicted = self.positives[mask], self.predicted[mask]
        tp, said, real = (int(x.sum()) for x in (positive & predicted, predicted, positive))
        negative = total - real
        tn = total - said - real + tp
        recall, specificity = _ratio(tp, real), _ratio(tn, negative)
        precision = _ratio(tp, said)
        f1 = _ratio(2 * tp, said + real)
        balanced = (recall + specificity) / 2
        one_class = [rate for rate in (recall, specificity) if not math.isnan(rate)]
        found = {
            SUPPORT: (float(total),),
            "accuracy": (_ratio(int(self.hits[mask].sum()), total),),
            "precision": (precision,),
            "recall": (recall,),
            "specificity": (specificity,),
            # scikit-learn says 0 where precision or recall does not exist, and the recall of the
            # class that is there where the other is not.
            "f1": (f1,) if real and said else (math.nan, f1),
            "balanced_accuracy": (balanced, *(one_class if len(one_class) == 1 else ())),
        }
        if self.score is not None:
            score = self.score[mask]
            found["brier"] = (float(np.mean((score - positive) ** 2)) if total else math.nan,)
            found["roc_auc"] = (_roc_auc(positive, score),)
        return found


def _is_id(name: str, values: pd.Series) -> bool:
    return bool(_ID.fullmatch(name)) or (
        not is_numeric(values) and len(values) > FEW and values.is_unique
    )


def _ends(end: End, values: np.ndarray, closed: np.ufunc, open_: np.ufunc) -> list[Mask]:
    """The rows on the right side of one end of a range: two masks when words leave it open."""
    if end is None:
        return [~np.isnan(values)]
    value, is_closed = end
    compared = {True: (closed,), False: (open_,), None: (closed, open_)}[is_closed]
    return [compare(values, value) for compare in compared]


def _ratio(part: int, whole: int) -> float:
    return part / whole if whole else math.nan


def _roc_auc(positive: Mask, score: np.ndarray) -> float:
    """Mann–Whitney: the share of (positive, negative) pairs in the right order, ties half."""
    hits, misses = np.sort(score[positive]), score[~positive]
    if not len(hits) or not len(misses):
        return math.nan
    not_below = len(hits) - np.searchsorted(hits, misses, side="left")
    above = len(hits) - np.searchsorted(hits, misses, side="right")
    return float((not_below + above).sum() / (2 * len(hits) * len(misses)))
