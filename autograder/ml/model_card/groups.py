"""Groups of the evaluation data, by the names that cards give them. Never guessed from a card."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

Aliases = Mapping[str, Mapping[str, Sequence[str]]]


@dataclass(frozen=True, slots=True)
class Groups:
    """Columns of the course's public data, their levels, and other names of both."""

    @classmethod
    def of(cls, frame: pd.DataFrame, aliases: Aliases | None = None) -> Groups:
        """`frame`: n rows, one column per factor. `aliases[column][level]` are other names of a
        level; `aliases[column][""]`, of the column."""
        raise NotImplementedError

    @classmethod
    def read(cls, path: Path) -> Groups:
        """The groups that a `grupos.toml` lists. Raises OSError, ValueError (what is wrong)."""
        raise NotImplementedError


def read_aliases(path: Path) -> dict[str, dict[str, tuple[str, ...]]]:
    """The names of a `grupos.toml`, as `Groups.of` and `Truth.from_predictions` take them.
    Raises OSError, ValueError (what is wrong)."""
    raise NotImplementedError
