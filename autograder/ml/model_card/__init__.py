"""Model cards: parse one and say whether it is complete and, given the model, true."""

from autograder.ml.model_card.assess import Assessment, CardError, assess, assess_file
from autograder.ml.model_card.findings import Finding
from autograder.ml.model_card.render import render, to_json
from autograder.ml.model_card.sections import SECTIONS
from autograder.ml.model_card.truth import Truth
from autograder.ml.model_card.verdicts import PrintedNumber

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
