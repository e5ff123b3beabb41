"""What the evidence should say: every metric recomputed from predictions, for any group."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from autograder.ml.model_card.groups import Aliases, Groups


@dataclass(eq=False)
class Truth:
    """Predictions on the evaluation data. `groups`: the names of their columns and levels."""

    groups: Groups

    @classmethod
    def from_predictions(
        cls,
        y_true: Sequence[Any],
        y_pred: Sequence[Any],
        y_score: Sequence[float] | None,
        frame: pd.DataFrame,
        aliases: Aliases | None = None,
        positive: Any = 1,
    ) -> Truth:
        """`y_true`, `y_pred`, `y_score` (probability of `positive`): shape (n,). `frame`: n rows,
        one column per factor. Raises ValueError when lengths differ or are zero."""
        raise NotImplementedError

    @classmethod
    def read(cls, path: Path, aliases: Aliases | None = None) -> Truth:
        """From an `evidencia.csv`: columns `y_true`, `y_pred`, `y_score` (may be absent or empty);
        every other column that is not an id is a factor. Raises OSError, ValueError."""
        raise NotImplementedError

    @property
    def rows(self) -> int:
        """How many rows were evaluated."""
        raise NotImplementedError
