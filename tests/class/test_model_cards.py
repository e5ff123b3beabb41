"""The course's own model cards are what it asks of students."""

from __future__ import annotations

from pathlib import Path

import pytest

from autograder.ml.model_card import assess_file, render
from autograder.ml.model_card.content import TEMPLATE

ROOT = Path(__file__).resolve().parents[2]
CARDS = sorted((ROOT / "solutions").glob("*/MODEL_CARD.md"))


@pytest.mark.parametrize("path", CARDS, ids=lambda path: path.parent.name)
def test_reference_card_is_complete(path: Path) -> None:
    found = assess_file(path)
    assert found.complete, render(found, path)
    assert all(found.sections.values())


def test_there_are_reference_cards() -> None:
    assert {path.parent.name for path in CARDS} >= {"ejercicio-5-model-card", "homework"}


def test_template_of_the_course_is_the_engines() -> None:
    assert (ROOT / "model_card_template.md").read_bytes() == TEMPLATE.read_bytes()
