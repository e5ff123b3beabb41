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

from autograder.cli import app
from autograder.course import Course
from autograder.intake.participants import Participants, ParticipantsError
from autograder.records import document, safe_cell, write
from autograder.report.export import (
    ExportError,
    Graded,
    comments,
    export,
    fill_worksheet,
    gradescope,
    moodle_csv,
    plain_csv,
    unidentified,
)
from autograder.report.marks import Mark

KNOWN = Participants({("ana", "homework"): ("123", "Ana Pérez")})
FAILED = [check("psi", "failed", "Got <inf>."), check("ks")]


def graded(student: str = "ana", **changes: Any) -> Graded:
    mark = changes.pop("mark", Mark(3.5, 5.0, by_hand=0.5, penalty=1.0))
    return Graded(record(student, **changes), mark)


def rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


def test_csv_has_a_row_a_submission_with_the_mark_that_counts() -> None:
    (row,) = rows(plain_csv([graded(checks=FAILED, flags=["a", "b"])]))
    assert row == {
        "student": "ana",
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
        "flags": "a; b",
    }


@pytest.mark.parametrize("name", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "a;=1", "＝1"])
def test_a_name_that_is_a_formula_is_text_in_every_csv(name: str) -> None:
    each = graded(name, flags=[f"{name}-tried"])
    for text in (plain_csv([each]), moodle_csv([each], Participants())):
        cells = [cell for row in csv.reader(io.StringIO(text, newline="")) for cell in row]
        assert safe_cell(name) in cells
        assert [cell for cell in cells if cell[:1] in tuple("=+-@\t\r")] == []


def test_moodle_has_the_columns_that_its_importer_looks_for() -> None:
    (row,) = rows(moodle_csv([graded(checks=FAILED)], KNOWN))
    assert row["Identifier"] == "Participant 123"
    assert row["Full name"] == "Ana Pérez"
    assert row["Grade"] == "2.5" and row["Maximum Grade"] == "5.0"
    assert "Last modified (grade)" in row
    assert "The psi works. (−2) Got &lt;inf&gt;. Try something else." in row["Feedback comments"]


def test_comments_are_html_with_what_was_lost_and_what_is_pending() -> None:
    text = comments(graded(checks=FAILED, mark=Mark(2.0, 5.0, pending=1.0)))
    assert text.startswith("Automatic marking: 2 of 4 points.<br>")
    assert text.endswith("1 point is still to come: a person marks it.")
    assert "The ks works" not in text


def test_who_moodle_will_not_find_is_known() -> None:
    assert unidentified([graded("ana"), graded("beto")], KNOWN) == ["beto/homework"]


WORKSHEET = (
    "Identificador,Nombre completo,Calificación,Calificación máxima,"
    "Última modificación (calificación),Comentarios de retroalimentación\r\n"
    "Participante 123,Ana Pérez,,5,-,\r\n"
    'Participante 999,"Gómez, Beto",4,5,"lunes, 1 de junio",ya estaba\r\n'
)


def test_a_worksheet_in_another_language_is_filled_where_we_know(tmp_path: Path) -> None:
    path = tmp_path / "sheet.csv"
    path.write_text(WORKSHEET, encoding="utf-8-sig")
    filled = rows(fill_worksheet(path, [graded(checks=FAILED)], KNOWN))
    ana, beto = filled
    assert ana["Identificador"] == "Participante 123" and ana["Calificación"] == "2.5"
    assert "Got" in ana["Comentarios de retroalimentación"]
    assert ana["Última modificación (calificación)"] == "-"
    assert beto["Calificación"] == "4" and beto["Comentarios de retroalimentación"] == "ya estaba"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("", "no column Identifier"),
        ("Identifier,Otra\r\nParticipant 123,x\r\n", "no column Grade"),
        ("Identifier,Grade\r\nParticipant 7,\r\n", "no row of"),
        ("\xff\xfe", "cannot be read|no column"),
    ],
)
def test_a_worksheet_that_is_not_one_is_a_clear_error(
    tmp_path: Path, content: str, said: str
) -> None:
    path = tmp_path / "sheet.csv"
    path.write_bytes(content.encode("latin-1"))
    with pytest.raises(ExportError, match=said):
        fill_worksheet(path, [graded()], KNOWN)


def test_gradescope_has_a_test_a_check() -> None:
    content = json.loads(gradescope(graded(checks=FAILED, mark=Mark(2.0, 5.0, pending=1.0))))
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
    written = export("gradescope", both, tmp_path, Participants())
    assert [str(path.relative_to(tmp_path)) for path in written] == [
        "ana/homework/results.json",
        "beto/homework/results.json",
    ]
    assert all(json.loads(path.read_text())["tests"] for path in written)


def test_moodle_takes_a_file_an_assignment(tmp_path: Path) -> None:
    both = [graded("ana"), graded("ana", assignment="exercise-2")]
    written = export("moodle", both, tmp_path, KNOWN)
    assert [path.name for path in written] == ["moodle-exercise-2.csv", "moodle-homework.csv"]
    assert all(len(rows(path.read_text("utf-8"))) == 1 for path in written)
    with pytest.raises(ExportError, match="--assignment"):
        export("moodle", both, tmp_path / "all.csv", KNOWN)


def test_nothing_to_export_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(ExportError, match="autograder grade"):
        export("csv", [], tmp_path, Participants())


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
    text = (course.root / "results" / "marks.csv").read_text("utf-8")
    assert [row["student"] for row in rows(text)] == ["ana", "beto"]
    assert "2 of 2 marks still wait" in result.output


def test_the_command_writes_moodle_and_says_whom_it_will_skip(course: Course) -> None:
    result = run(course, "--to", "moodle", "--output", str(course.root / "m.csv"))
    assert result.exit_code == 0, result.output
    identifiers = [row["Identifier"] for row in rows((course.root / "m.csv").read_text("utf-8"))]
    assert identifiers == ["Participant 5", "beto"]
    assert "no Moodle participant is known for 1: beto/demo" in result.output


def test_the_command_writes_gradescope_below_results(course: Course) -> None:
    assert run(course, "--to", "gradescope", "--assignment", "demo").exit_code == 0
    path = course.root / "results" / "gradescope" / "beto" / "demo" / "results.json"
    assert json.loads(path.read_text())["score"] == 2.0


def test_the_command_fills_a_worksheet(course: Course) -> None:
    sheet = course.root / "sheet.csv"
    sheet.write_bytes(WORKSHEET.replace("123", "5").encode())
    target = course.root / "filled.csv"
    result = run(course, "--to", "moodle", "--worksheet", str(sheet), "--output", str(target))
    assert result.exit_code == 0, result.output
    assert rows(target.read_text("utf-8"))[0]["Calificación"] == "4"
    assert sheet.read_bytes().decode() == WORKSHEET.replace("123", "5")


def test_the_command_refuses_its_own_source_as_the_place_of_a_worksheet(course: Course) -> None:
    sheet = course.root / "results" / "sheet.csv"
    sheet.write_text(WORKSHEET.replace("123", "5"), encoding="utf-8")
    result = run(course, "--to", "moodle", "--worksheet", str(sheet))
    assert isinstance(result.exception, ExportError)
    assert "overwritten" in str(result.exception)
