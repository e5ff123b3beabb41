"""Marks in the formats of other systems."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any

import pytest
from test_report import check, record
from typer.testing import CliRunner

from autograder import UserError
from autograder.cli import app
from autograder.course import Course
from autograder.intake.participants import Participants, ParticipantsError
from autograder.records import document, safe_cell, write
from autograder.report.export import export, plain_csv, points_csv
from autograder.report.graded import ExportError, Graded, Options, comments
from autograder.report.gradescope import results_json
from autograder.report.marks import CellMark, Mark

NOBODY = Participants()
KNOWN = Participants({("ana", "homework"): ("123", "Ana Pérez")})
FAILED = [check("psi", "failed", "Got <inf>."), check("ks")]


def graded(student: str = "ana", **changes: Any) -> Graded:
    mark = changes.pop("mark", Mark(3.5, 5.0, by_hand=0.5, penalty=1.0))
    return Graded(record(student, **changes), mark)


def rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


def test_csv_has_a_row_a_submission_with_the_mark_that_counts() -> None:
    (row,) = rows(plain_csv([graded(checks=FAILED, flags=["a", "b"])], KNOWN))
    assert row == {
        "student": "ana",
        "name": "Ana Pérez",
        "assignment": "homework",
        "total": "2.5",
        "max_score": "5.0",
        "automatic": "2.0",
        "automatic_max": "4.0",
        "by_hand": "0.5",
        "pending": "0.0",
        "penalty": "1.0",
        "status": "graded",
        "accepted": "yes",
        "changed_since_marked": "",
        "flags": "a; b",
    }


@pytest.mark.parametrize("name", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "a;=1", "＝1"])
def test_a_name_that_is_a_formula_is_text_in_every_csv(name: str) -> None:
    each = graded(name, flags=[f"{name}-tried"])
    for text in (plain_csv([each], NOBODY), points_csv([each], NOBODY)):
        cells = [cell for row in csv.reader(io.StringIO(text, newline="")) for cell in row]
        assert safe_cell(name) in cells
        assert [cell for cell in cells if cell[:1] in tuple("=+-@\t\r")] == []


def test_points_are_a_column_a_check_and_a_cell_that_a_person_marks() -> None:
    cells = (CellMark("why", 0.5, 1.0, by_hand=True), CellMark("what", 0.0, 1.0, waits=True))
    checked = CellMark("psi-autotest", 0.0, 2.0)
    mark = Mark(2.5, 6.0, by_hand=0.5, cells=(*cells, checked))
    assert rows(points_csv([graded(checks=FAILED, mark=mark)], KNOWN)) == [
        {
            "student": "ana",
            "name": "Ana Pérez",
            "total": "2.5",
            "max_score": "6.0",
            "psi-autotest: psi (2)": "0.0",
            "ks-autotest: ks (2)": "2.0",
            "why (1)": "0.5",
            "what (1)": "",
        }
    ]


def test_a_csv_with_decimal_commas_is_one_that_its_spreadsheet_reads() -> None:
    text = plain_csv([graded(checks=FAILED)], KNOWN, ",")
    assert text.startswith("\ufeffstudent;name;assignment;total;")
    assert ";2,5;5;2;4;0,5;0;1;" in text


def test_comments_are_html_with_what_was_lost_and_what_is_pending() -> None:
    text = comments(graded(checks=FAILED, mark=Mark(2.0, 5.0, pending=1.0)))
    assert text.startswith("Automatic marking: 2 of 4 points.<br>")
    assert text.endswith("1 point is still to come: a person marks it.")
    assert "The ks works" not in text


def test_gradescope_has_a_test_a_check() -> None:
    content = json.loads(results_json(graded(checks=FAILED, mark=Mark(2.0, 5.0, pending=1.0))))
    assert content["score"] == 2.0
    assert content["stdout_visibility"] == "hidden"
    assert "1 point is still to come" in content["output"]
    first, second = content["tests"]
    assert first == {
        "name": "The psi works.",
        "number": "1",
        "score": 0.0,
        "max_score": 2.0,
        "status": "failed",
        "output": "Got <inf>.\nTry something else.",
        "output_format": "text",
        "visibility": "visible",
    }
    assert second["status"] == "passed" and second["output"] == ""


def test_gradescope_writes_a_file_a_submission(tmp_path: Path) -> None:
    both = [graded("ana"), graded("beto")]
    written = export("gradescope", both, tmp_path, NOBODY).paths
    assert [str(path.relative_to(tmp_path)) for path in written] == [
        "ana/homework/results.json",
        "beto/homework/results.json",
    ]
    assert all(json.loads(path.read_text())["tests"] for path in written)


def test_moodle_takes_a_file_an_assignment(tmp_path: Path) -> None:
    both = [graded("ana"), graded("ana", assignment="exercise-2")]
    written = export("moodle", both, tmp_path, KNOWN).paths
    assert [path.name for path in written] == ["moodle-exercise-2.csv", "moodle-homework.csv"]
    assert all(len(rows(path.read_text("utf-8"))) == 1 for path in written)
    with pytest.raises(ExportError, match="--assignment"):
        export("moodle", both, tmp_path / "all.csv", KNOWN)


def test_nothing_to_export_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(ExportError, match="autograder grade"):
        export("csv", [], tmp_path, NOBODY)


@pytest.mark.parametrize(
    ("to", "options", "said"),
    [
        ("csv", Options(worksheet=Path("a.csv")), "--worksheet goes with"),
        ("canvas", Options(), "needs the gradebook that Canvas exports"),
        ("moodle", Options(worksheet=Path("/nowhere/a.csv")), "cannot be read"),
    ],
)
def test_options_that_do_not_go_together_are_refused(
    to: str, options: Options, said: str, tmp_path: Path
) -> None:
    with pytest.raises(UserError, match=said):
        export(to, [graded()], tmp_path, KNOWN, options)


def test_participants_survive_a_round_trip(tmp_path: Path) -> None:
    known = Participants({("ana", "homework"): ("1", 'Ana "la" Pérez, hija')})
    known.write(tmp_path)
    assert Participants.read(tmp_path) == known
    assert Participants.read(tmp_path / "other") == Participants()
    (tmp_path / "participants.csv").write_text("student\nana\n")
    with pytest.raises(ParticipantsError, match=r"participants\.csv"):
        Participants.read(tmp_path)


@pytest.fixture()
def course(demo: Course) -> Course:
    """The demo course with the results of a run, and no gradebook."""
    records = [record("ana", "demo"), record("beto", "demo", checks=FAILED)]
    write(demo.root / "results", document(records, 7))
    Participants({("ana", "demo"): ("5", "Ana")}).write(demo.submitted_dir)
    return demo


def run(course: Course, *words: str) -> Any:
    environment = {"COLUMNS": "200"}
    return CliRunner().invoke(
        app, ["export", *words, "--course", str(course.root)], env=environment
    )


def test_the_command_writes_csv(course: Course) -> None:
    result = run(course, "--to", "csv")
    assert result.exit_code == 0, result.output
    for name in ("marks.csv", "marks-demo.csv"):
        text = (course.root / "results" / name).read_text("utf-8")
        assert [row["student"] for row in rows(text)] == ["ana", "beto"]
    assert "2 of 2 marks still wait" in result.output


def test_the_command_writes_gradescope_below_results(course: Course) -> None:
    assert run(course, "--to", "gradescope", "--assignment", "demo").exit_code == 0
    path = course.root / "results" / "gradescope" / "beto" / "demo" / "results.json"
    assert json.loads(path.read_text())["score"] == 2.0
