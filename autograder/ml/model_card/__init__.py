"""Model cards: parse one and say whether it is complete and, given the model, true."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from autograder.ml.model_card.assess import Assessment, CardError, assess, assess_file
from autograder.ml.model_card.findings import Finding
from autograder.ml.model_card.render import render, to_json
from autograder.ml.model_card.sections import SECTIONS
from autograder.ml.model_card.verdicts import PrintedNumber

if TYPE_CHECKING:
    from autograder.ml.model_card.truth import Truth

__all__ = [
    "SECTIONS",
    "Assessment",
    "CardError",
    "Finding",
    "PrintedNumber",
    "Truth",
    "assess",
    "assess_file",
    "render",
    "to_json",
]


def __getattr__(name: str) -> Any:
    """`Truth` needs numpy and pandas; whoever assesses a card alone need not have them."""
    if name != "Truth":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from autograder.ml.model_card.truth import Truth

    return Truth
