"""Model cards: parse one and say whether it is complete and, given the model, true."""

from autograder.model_card.assess import Assessment, CardError, assess, assess_file
from autograder.model_card.findings import Finding
from autograder.model_card.render import render, to_json
from autograder.model_card.sections import SECTIONS
from autograder.model_card.truth import Truth
from autograder.model_card.verdicts import PrintedNumber

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
