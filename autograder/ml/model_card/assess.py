"""Is this card complete and, where the model is known, true?"""

from __future__ import annotations

from dataclasses import dataclass

from autograder.ml.model_card.evidence import Cell
from autograder.ml.model_card.fields import Declared
from autograder.ml.model_card.findings import Finding, Kind, Remark
from autograder.ml.model_card.groups import Groups
from autograder.ml.model_card.truth import Truth


@dataclass(frozen=True, slots=True)
class Assessment:
    """`findings` by line; `evidence`: every cell of the evidence; `remarks`: figures in prose that
    the evidence does not contain (no points); `complete`: no finding but remarks."""

    findings: tuple[Finding, ...] = ()
    evidence: tuple[Cell, ...] = ()
    remarks: tuple[Remark, ...] = ()

    @property
    def complete(self) -> bool:
        """Nothing is missing and, when the truth was given, nothing is false."""
        return all(finding.is_remark for finding in self.findings)

    def of(self, *kinds: Kind) -> tuple[Finding, ...]:
        """The findings of some kinds."""
        return tuple(finding for finding in self.findings if finding.kind in kinds)


def assess(
    card: str | bytes,
    groups: Groups,
    truth: Truth | None = None,
    declared: Declared | None = None,
) -> Assessment:
    """Assess a card. Never raises for what a card holds."""
    raise NotImplementedError
