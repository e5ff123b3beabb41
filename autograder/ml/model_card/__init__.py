"""Model cards whose evidence is declared: read a card and say what it lacks and what is not so.

A machine reads declarations (sections, labelled fields, tables of metrics by group); sentences
are for people, so no sentence is interpreted.
"""

from autograder.ml.model_card.assess import assess
from autograder.ml.model_card.evidence import Cell
from autograder.ml.model_card.fields import Declared
from autograder.ml.model_card.findings import (
    Assessment,
    Finding,
    Kind,
    Remark,
    render,
    summarize,
    to_json,
)
from autograder.ml.model_card.groups import Groups, read_aliases
from autograder.ml.model_card.sections import SECTIONS, section_title
from autograder.ml.model_card.truth import Truth

__all__ = [
    "SECTIONS",
    "Assessment",
    "Cell",
    "Declared",
    "Finding",
    "Groups",
    "Kind",
    "Remark",
    "Truth",
    "assess",
    "read_aliases",
    "render",
    "section_title",
    "summarize",
    "to_json",
]
