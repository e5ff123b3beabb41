"""Evidence: tables of metrics by group (Markdown, HTML, `model-index`), cell by cell."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell of the evidence, as written and as recognised.

    `group` and `metric`: as written. `text`: the figure as written. `is_global`: the row is the
    whole evaluation set. `column` and `level`: of a row `column = level` (level is "" for ranges
    and gaps, both "" for Global or an unknown group). `key`: the metric's key ("support",
    "accuracy", "precision", "recall", "f1", "roc_auc", "balanced_accuracy", "specificity",
    "brier"), or "" when it is unknown. `is_gap`: a row `Brecha (column)`. `is_true`: None when it
    was not judged.
    """

    group: str
    metric: str
    text: str
    line: int
    key: str = ""
    column: str = ""
    level: str = ""
    is_global: bool = False
    is_gap: bool = False
    is_true: bool | None = None
