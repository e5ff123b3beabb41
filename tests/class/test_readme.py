"""The READMEs promise what there is: every row of the coverage table points to something real."""

from __future__ import annotations

import json
import re
from dataclasses import fields

import pytest
from the_course import checks

from autograder.checking import checks_of
from autograder.settings import Settings
from autograder.truth.answers import read_answers
from autograder.truth.table import rows_of

ROW = re.compile(
    r"^\| (?P<topic>[^|]+) \| (?P<taught>[^|]+) \| (?P<where>[^|]+) \| (?P<by>[^|]+) \|$"
)
READMES = ("README.md", "README.es.md")


def block(text, name):
    return text.split(f"<!-- {name}: begin -->")[1].split(f"<!-- {name}: end -->")[0]


def rows(root, readme):
    lines = block((root / readme).read_text(), "coverage").strip().splitlines()[2:]
    return [ROW.match(line).groupdict() for line in lines]


@pytest.mark.parametrize("readme", READMES)
def test_every_row_is_taught_under_a_heading_of_the_class(root, readme):
    notebook = json.loads((root / "notebooks/clase-059/notebook.ipynb").read_text())
    text = "\n".join("".join(cell["source"]) for cell in notebook["cells"])
    headings = [line.lstrip("# ") for line in text.splitlines() if line.startswith("#")]
    for row in rows(root, readme):
        assert any(row["taught"].strip() in heading for heading in headings), row["taught"]


@pytest.mark.parametrize("readme", READMES)
def test_every_row_is_practised_in_a_cell_and_held_by_a_check(root, course, readme):
    practised = [row for row in rows(root, readme) if "`" in row["where"]]
    assert len(practised) >= 10
    for row in practised:
        assignment, cell = re.findall(r"`([^`]+)`", row["where"])
        found = course.assignment(assignment)
        released = "".join(found.released(name).read_text() for name in found.notebooks)
        assert f'"grade_id": "{cell}"' in released, row
        known = [check.id for check in checks_of(checks(assignment))]
        assert row["by"].strip("` ") in known, row


@pytest.mark.parametrize("readme", READMES)
def test_links_lead_somewhere(root, readme):
    text = (root / readme).read_text()
    for target in re.findall(r"\]\(([^)#]+)\)", text):
        if not target.startswith("https://"):
            assert (root / target).exists(), target


@pytest.mark.parametrize("readme", READMES)
def test_speed_was_measured(root, readme):
    text = block((root / readme).read_text(), "bench")
    for ratio in ("stock nbgrader / autograder", "tuned nbgrader / autograder"):
        assert re.search(rf"^{ratio}: \d", text, re.MULTILINE)
    assert re.search(r"^autograder / floor, CPU: \d", text, re.MULTILINE)


@pytest.mark.parametrize("readme", READMES)
def test_truth_was_measured_with_the_answers_that_there_are(root, course, readme):
    """Of each that has a row: `autograder truth -a NAME --write FILE` brings it up to date."""
    rows = rows_of(block((root / readme).read_text(), "truth"))
    assert rows
    assert [name for name in rows if name not in [each.name for each in course.graded]] == []
    for name, row in rows.items():
        listed = read_answers(course.assignment(name))
        right = sum(answer.is_right for answer in listed)
        assert int(row["checks"]) == len(checks_of(checks(name)))
        assert int(row["right"]) == right + 1  # the reference too
        assert int(row["wrong"]) == len(listed) - right
        assert int(row["mutants"]) == int(row["killed"]) + int(row["equivalent"])
        assert int(row["seeds"]) >= 200
        assert (int(row["flaky"]), int(row["problems"])) == (0, 0)


def test_both_languages_have_the_same_tables(root):
    by = [[row["by"] for row in rows(root, name)] for name in READMES]
    assert by[0] == by[1]
    english, spanish = (block((root / name).read_text(), "truth") for name in READMES)
    assert english == spanish


@pytest.mark.parametrize("readme", READMES)
def test_every_setting_of_a_course_is_in_the_table(root, readme):
    text = (root / readme).read_text()
    table = text[text.index("`c.Autograder`") :].split("\n\n")[1]
    named = re.findall(r"^\| `(\w+)` \|", table, re.MULTILINE)
    assert named == [setting.name for setting in fields(Settings)]
