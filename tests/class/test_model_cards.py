"""The course's own model cards are what it asks of students, and so are the files beside them."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pandas as pd
import pytest
import the_course
from the_course import ROOT

from autograder.ml.model_card import Groups, Kind, assess, render

CARDS = sorted((ROOT / "solutions").glob("*/MODEL_CARD.md"))
ASSIGNMENTS = [path.parent.name for path in CARDS]
SELF_CHECK = ("leer_card", "revisar_card", "tabla_card")
TEMPLATE = ROOT / "model_card_template.md"


def data_of(assignment: str) -> pd.DataFrame:
    """The factors of the rows that an assignment's cards are measured on."""
    checks = the_course.checks(assignment)
    if assignment == "homework":
        return checks._evaluation()[checks.FEATURES]
    return checks._groups(checks._split()[1])


def groups_of(assignment: str) -> Groups:
    return Groups.of(data_of(assignment), the_course.checks(assignment).ALIASES)


@pytest.mark.parametrize("path", CARDS, ids=ASSIGNMENTS)
def test_reference_card_is_complete(path: Path) -> None:
    found = assess(path.read_bytes(), groups_of(path.parent.name))
    assert found.complete, render(found, path)
    assert found.findings == ()


def test_there_are_reference_cards() -> None:
    assert set(ASSIGNMENTS) == {"ejercicio-5-model-card", "homework"}


@pytest.mark.parametrize("assignment", ASSIGNMENTS)
def test_the_template_as_it_comes_is_all_to_be_filled_in(assignment: str) -> None:
    content = TEMPLATE.read_text("utf-8")
    found = assess(content, groups_of(assignment))
    blank = {
        number
        for number, line in enumerate(content.splitlines(), 1)
        if "[completar" in line and not line.startswith(">")
    }
    assert {each.line for each in found.of(Kind.BLANK)} == blank
    assert found.of(Kind.EVIDENCE_MISSING) and found.of(Kind.OUT_OF_SCOPE)
    assert not found.of(Kind.HIDDEN_TEXT, Kind.FORMAT)


@pytest.mark.parametrize("assignment", ASSIGNMENTS)
def test_the_names_of_groups_list_every_column_and_level_of_the_data(assignment: str) -> None:
    listed = tomllib.loads((ROOT / "solutions" / assignment / "grupos.toml").read_text("utf-8"))
    data = data_of(assignment)
    assert list(listed) == list(data.columns)
    for column, about in listed.items():
        is_number = pd.api.types.is_numeric_dtype(data[column])
        assert about.get("numeric", False) == is_number, column
        levels = {str(level) for level in data[column].dropna().unique()}
        if not is_number or "levels" in about:
            assert set(about["levels"]) == levels, column


@pytest.mark.parametrize("assignment", ASSIGNMENTS)
def test_the_command_knows_the_groups_that_the_checks_know(assignment: str) -> None:
    listed = Groups.read(ROOT / "solutions" / assignment / "grupos.toml")
    card = (ROOT / "solutions" / assignment / "MODEL_CARD.md").read_bytes()
    assert assess(card, listed).findings == assess(card, groups_of(assignment)).findings


@pytest.mark.parametrize("name", SELF_CHECK)
def test_both_notebooks_have_the_same_self_check(name: str) -> None:
    copies = [ROOT / "solutions" / assignment / f"{name}.py" for assignment in ASSIGNMENTS]
    assert len({path.read_bytes() for path in copies}) == 1
