"""One printed figure and what the card says that it is."""

from __future__ import annotations

import enum
from dataclasses import dataclass

from autograder.ml.model_card.groups import Group
from autograder.ml.model_card.metrics import DESCRIPTIVE, Metric
from autograder.ml.model_card.numbers import Figure

Option = tuple[Metric, Group]


class Certainty(enum.IntEnum):
    """How sure the names make us. EXPLICIT: a different value is false. LIKELY: false unless
    another reading of the same words yields it. UNSURE: never false."""

    UNSURE = 0
    LIKELY = 1
    EXPLICIT = 2


@dataclass(frozen=True, slots=True)
class Claim:
    """One printed figure and what the card says that it is.

    `options`: what it may be, `others`: what else the same words could mean. `excluded` says why
    it is no statement about the evaluation set ("training", "target", …). `subgroup` is None for
    the whole set, else its name as printed. `unknown`: the evaluation data have no such subgroup.
    """

    line: int
    figure: Figure
    metric: Metric | None
    subgroup: str | None
    options: tuple[Option, ...] = ()
    others: tuple[Option, ...] = ()
    certainty: Certainty = Certainty.EXPLICIT
    excluded: str = ""
    unknown: bool = False
    percent: bool = False

    @property
    def measures_subgroup(self) -> bool:
        """A figure of a performance metric for a named subgroup."""
        if self.metric is None or self.metric.name in DESCRIPTIVE:
            return False
        return self.subgroup is not None and not self.excluded
