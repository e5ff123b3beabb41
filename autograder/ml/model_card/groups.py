"""Groups of the evaluation set, as a card names them: levels and ranges of its columns."""

from __future__ import annotations

from dataclasses import dataclass

MISSING = "sin dato"


@dataclass(frozen=True, slots=True)
class Level:
    """One level of a categorical factor: `genero = F`."""

    factor: str
    name: str

    def __str__(self) -> str:
        return f"{self.factor} = {self.name}"


@dataclass(frozen=True, slots=True)
class Interval:
    """A range of a numeric factor. Each end is (value, closed); closed None: the words leave it
    open whether the end belongs ("18-30"), so both readings are true."""

    factor: str
    low: tuple[float, bool | None] | None
    high: tuple[float, bool | None] | None

    def __str__(self) -> str:
        low, high = (f"{end[0]:g}" if end else "" for end in (self.low, self.high))
        if low and high:
            return f"{self.factor} {low}–{high}"
        return f"{self.factor} < {high}" if high else f"{self.factor} ≥ {low}"


Group = tuple[Level | Interval, ...]
"""What every row of a group fulfils; the empty tuple is the whole evaluation set."""
