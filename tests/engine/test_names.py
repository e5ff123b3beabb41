"""Which name was meant: of copies, of what browsers add, of what people change."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograder.intake.names import is_close, is_notebook_name, resolve

STEMS = st.sampled_from(["MODEL_CARD", "evidence", "my notes", "año-2024", "data.v2"])
EXTENSIONS = st.sampled_from(["md", "csv", "joblib", "ipynb", "json"])
BEFORE = st.sampled_from(["", "Copia de ", "Copy of ", "copia_de_", "Kopie von "])
AFTER = st.sampled_from(["", " (1)", "(12)", " - copia", " - Copy (2)", " copy 3", " copia"])
ADDED = st.sampled_from(["", ".txt", ".json", " (1)", ".download"])
FOLDERS = st.sampled_from(["", "entrega/", "a/b/c/"])
CHANGES = st.sampled_from([str, str.lower, str.upper, str.title, lambda t: t.replace("_", "-")])
FORMS = st.sampled_from(["NFC", "NFD"])


@given(STEMS, EXTENSIONS, BEFORE, AFTER, ADDED, FOLDERS, CHANGES, FORMS)
def test_a_name_is_known_however_it_was_changed(
    stem, extension, before, after, added, folder, change, form
):
    name = f"{folder}{before}{change(stem)}{after}.{extension}{added}"
    assert is_close(unicodedata.normalize(form, name), f"{stem}.{extension}")


@pytest.mark.parametrize(
    "name", ["other.md", "MODEL_CARD.csv", "MODEL_CARDS.md", "MODEL_CARD_final.md", "md", ".md", ""]
)
def test_another_name_is_another_file(name):
    assert not is_close(name, "MODEL_CARD.md")
    assert resolve([name], ["MODEL_CARD.md"], {}) == {}


def test_a_file_whose_own_name_is_wanted_is_meant_for_nothing_else():
    assert resolve(["part_1.md"], ["part.md", "part_1.md"], {}) == {}
    assert resolve(["part_2.md"], ["part.md", "part_1.md"], {}) == {}
    assert resolve(["part_2.md"], ["part.md"], {}) == {"part.md": ["part_2.md"]}


def test_of_several_the_right_name_comes_first_then_the_newest():
    names = ["notes (1).md", "notes (2).md", "below/NOTES.md"]
    changed = {"notes (1).md": 9, "notes (2).md": 5}
    found = resolve(names, ["NOTES.md"], changed)
    assert found == {"NOTES.md": ["below/NOTES.md", "notes (1).md", "notes (2).md"]}


@pytest.mark.parametrize("name", ["a.ipynb", "A.IPYNB", "x/a.ipynb.txt", "a.ipynb (1)"])
def test_a_notebook_is_told_by_its_name(name):
    assert is_notebook_name(name) and not is_notebook_name("a.ipynb/x.txt")
