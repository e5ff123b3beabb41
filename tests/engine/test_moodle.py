"""Moodle's worksheet: read as a spreadsheet saved it, written back as it came, taken by Moodle."""

from __future__ import annotations

import codecs
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from importers import MoodleGrade, WeirdColumns, moodle_upload
from test_export import FAILED, graded
from test_report import record
from typer.testing import CliRunner

from autograder.cli import app
from autograder.course import Course
from autograder.intake.participants import Participants
from autograder.intake.roster import Roster
from autograder.records import document, safe_cell, write
from autograder.report.export import export
from autograder.report.graded import ExportError, Options, comments
from autograder.report.marks import CellMark, Mark
from autograder.report.moodle import fill, find_columns
from autograder.report.sheet import SEPARATORS, Sheet, SheetError, as_number

KNOWN = Participants(
    {("ana", "homework"): ("123", "Ana Pérez"), ("beto", "homework"): ("45", "Beto Núñez")}
)
SPANISH = (
    "Identificador;Nombre completo;Dirección de correo;Estado;Calificación;Calificación máxima;"
    "La calificación se puede cambiar;Última modificación (entrega);"
    "Última modificación (calificación);Comentarios de retroalimentación\r\n"
    "Participante 123;Ana Pérez;ana@u.example;Enviado;;5,00;Sí;"
    '"lunes, 1 de junio";-;\r\n'
    'Participante 999;"Gómez; Beto";g@u.example;"Sin ""entrega""";4,50;5,00;Sí;-;'
    '"martes, 2 de junio de 2026, 10:00";ya estaba\r\n'
)
ENGLISH = (
    "Identifier,Full name,Status,Grade,Maximum Grade,Grade can be changed,"
    "Last modified (submission),Last modified (grade),Feedback comments\n"
    'Participant 123,"Ana Pérez",Submitted,,5.00,Yes,"Monday, 1 June 2026, 10:00 AM",-,\n'
    'Participant 45,"Beto Núñez",Submitted,,5.00,Yes,"Monday, 1 June 2026, 10:00 AM",-,\n'
)
GERMAN = (
    "Kennzeichnung,Name,Stand,Resultat,Maximum,Änderbar,"
    "Zuletzt geändert (Abgabe),Zuletzt geändert (Bewertung),Kommentar\n"
    'Teilnehmer/in123,Ana,Abgegeben,"3,00","5,00",Ja,-,-,\n'
    'Teilnehmer/in45,Beto,Abgegeben,"3,00","5,00",Ja,-,-,\n'
)
NOW = datetime(2026, 6, 3, 12, 0, tzinfo=UTC)
WAYS = {
    "as Moodle gives it": ("utf-8", codecs.BOM_UTF8),
    "without a mark": ("utf-8", b""),
    "Excel's CSV in Spanish": ("cp1252", b""),
    "Excel's Unicode text": ("utf-16-le", codecs.BOM_UTF16_LE),
    "UTF-16 of another order": ("utf-16-be", codecs.BOM_UTF16_BE),
}


def sheet(folder: Path, text: str, encoding: str = "utf-8", mark: bytes = b"") -> Sheet:
    path = folder / "sheet.csv"
    path.write_bytes(mark + text.encode(encoding))
    return Sheet.read(path)


def filled(folder: Path, text: str, *some, options: Options | None = None, **how) -> tuple:
    """A worksheet, filled with the marks of some; the sheet and what is said of it."""
    made = sheet(folder, text, **how)
    marks = some or (graded(checks=FAILED),)
    return made, fill(made, list(marks), KNOWN, options or Options(now=NOW))


@pytest.mark.parametrize(("encoding", "mark"), WAYS.values(), ids=WAYS)
@pytest.mark.parametrize("separator", [";", "\t"])
def test_a_worksheet_goes_back_as_it_came(
    tmp_path: Path, encoding: str, mark: bytes, separator: str
) -> None:
    text = SPANISH if separator == ";" else SPANISH.replace(";", "\t")
    made, _ = filled(tmp_path, text, encoding=encoding, mark=mark)
    content = made.content()
    assert content.startswith(mark)
    before, after = text.splitlines(), content[len(mark) :].decode(encoding).splitlines()
    assert after[0] == before[0] and after[2] == before[2]
    assert len(after) == 3 and content.decode(encoding).count("\r\n") == 3
    ana = after[1].split(separator)
    assert ana[4] == "2,5" and ana[5] == "5,00"
    assert "2026-06-03T12:00:00+00:00" in ana
    assert made.described.endswith("semicolon" if separator == ";" else "tab")


def test_what_an_encoding_has_not_is_written_as_html_has_it(tmp_path: Path) -> None:
    made, _ = filled(tmp_path, SPANISH, encoding="cp1252")
    assert "&#10060; The psi works." in made.content().decode("cp1252")


TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0\ufeff"))
FIELD = st.tuples(TEXT, st.booleans()).map(
    lambda made: '"' + made[0].replace('"', '""') + '"' if made[1] else made[0]
)


@given(
    data=st.data(), separator=st.sampled_from([*SEPARATORS]), end=st.sampled_from(["\n", "\r\n"])
)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_what_is_not_written_stays_the_same_bytes(
    tmp_path: Path, data: st.DataObject, separator: str, end: str
) -> None:
    fields = data.draw(st.lists(st.lists(FIELD, min_size=1, max_size=4), max_size=4))
    header = separator.join(["Identifier", "Grade", "Maximum", "a", "b", "c"])
    text = end.join([header, *(separator.join(row) for row in fields), ""])
    made = sheet(tmp_path, text)
    assert made.content() == text.encode()


@given(text=TEXT, separator=st.sampled_from([*SEPARATORS]))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_what_is_written_is_what_is_read(tmp_path: Path, text: str, separator: str) -> None:
    made = sheet(tmp_path, separator.join("abc") + "\n" + separator.join("123"))
    made.set(1, 1, text)
    made.path.write_bytes(made.content())
    again = Sheet.read(made.path)
    assert again.cell(1, 1) == text.strip()
    assert (again.cell(1, 0), again.cell(1, 2), len(again.rows)) == ("1", "3", 2)


def test_the_columns_of_another_language_are_told_by_their_shape(tmp_path: Path) -> None:
    columns = find_columns(sheet(tmp_path, GERMAN))
    assert (columns.identifier, columns.grade, columns.maximum) == (0, 3, 4)
    assert (columns.modified, columns.feedback) == (7, 8)
    made, _ = filled(tmp_path, GERMAN)
    assert made.cell(1, 3) == "2,5" and "Automatic marking" in made.cell(1, 8)
    assert made.cell(2, 3) == "3,00"


def test_the_comments_of_a_person_go_along_in_html(tmp_path: Path) -> None:
    remark = CellMark("why", 0.5, 1.0, by_hand=True, comment='Say "why" <b>\nin C:\\ ')
    old = CellMark("what", 0.0, 1.0, comment="Old.", is_outdated=True)
    mark = Mark(2.5, 5.0, cells=(remark, old))
    made, _ = filled(tmp_path, SPANISH, graded(mark=mark))
    comment = made.cell(1, 9)
    assert "Comment on why: Say &quot;why&quot; &lt;b&gt;<br>in C:&#92;" in comment
    assert "Comment on an earlier version of what: Old." in comment
    assert '"' not in comment and "\\" not in comment and "\n" not in comment


@given(text=TEXT | st.text(st.sampled_from("=+-@,;\t\n <&'a")))
def test_no_separator_makes_a_formula_of_a_comment(text: str) -> None:
    said = comments(graded(mark=Mark(2.5, 5.0, cells=(CellMark("why", 0.5, 1.0, comment=text),))))
    for field in re.split("[,;\t\r\n]", said):
        assert not field.strip(' "').startswith(("=", "+", "-", "@", "＝", "＋", "－", "＠"))
    assert safe_cell(said) == said


def test_a_mark_that_waits_for_a_person_is_left_out_unless_asked(tmp_path: Path) -> None:
    waiting = graded(mark=Mark(2.0, 5.0, pending=1.0))
    made, said = filled(tmp_path, SPANISH, waiting)
    assert made.content() == SPANISH.encode()
    assert "ana/homework" in said.notes[0] and "--include-pending" in said.notes[0]
    made, _ = filled(tmp_path, SPANISH, waiting, options=Options(include_pending=True, now=NOW))
    assert made.cell(1, 4) == "2" and "1 point is still to come" in made.cell(1, 9)


def test_another_maximum_is_refused_by_name_and_scaled_when_asked(tmp_path: Path) -> None:
    text = SPANISH.replace("5,00", "10,00")
    with pytest.raises(ExportError, match=r"homework in sheet.csv: the maximum there is 10 and"):
        filled(tmp_path, text)
    made, _ = filled(tmp_path, text, options=Options(scale=True, now=NOW))
    assert made.cell(1, 4) == "5"


def test_a_scale_of_words_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ExportError, match="a scale of words"):
        filled(tmp_path, SPANISH.replace("5,00", '"Mal\nBien"'))


def test_who_has_no_row_and_which_rows_have_no_mark_is_said(tmp_path: Path) -> None:
    _, said = filled(tmp_path, SPANISH, graded("ana"), graded("beto"), graded("caro"))
    text = " ".join(said.notes)
    assert "no row for beto/homework, caro/homework" in text
    assert "1 rows left as they were" in text
    assert "upload it with encoding UTF-8, separator semicolon" in text


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "no columns"),
        (b"nothing but words", "no columns"),
        (b"Identifier,Otra\r\nParticipant 123,x\r\n", "no column Grade"),
        (b"a,Grade,Max\r\nb,3,5\r\n", "no column Identifier"),
        (b"Identifier,Grade\r\nParticipant 7,\r\n", "no row of"),
        (b"\xff\xfea", "cut short or damaged"),
        (b"PK\x03\x04whatever", "is a workbook: save it as CSV"),
        (bytes(range(256)) * 2, "damaged"),
    ],
)
def test_what_is_no_worksheet_is_refused_in_words(
    tmp_path: Path, content: bytes, said: str
) -> None:
    path = tmp_path / "sheet.csv"
    path.write_bytes(content)
    with pytest.raises((ExportError, SheetError), match=said) as refused:
        fill(Sheet.read(path), [graded()], KNOWN, Options())
    assert not any(word in str(refused.value) for word in ("codec", "Errno", "utf-8", "utf_16"))


def test_a_worksheet_of_several_assignments_is_refused(tmp_path: Path) -> None:
    both = Participants({("ana", "homework"): ("123", "Ana"), ("ana", "exercise"): ("999", "Ana")})
    with pytest.raises(ExportError, match="exercise, homework: choose one with --assignment"):
        fill(sheet(tmp_path, SPANISH), [graded(), graded(assignment="exercise")], both, Options())


@pytest.mark.parametrize("cut", ["short", "long"])
def test_rows_that_a_spreadsheet_cut_or_lengthened_are_mended(tmp_path: Path, cut: str) -> None:
    lines = SPANISH.splitlines()
    lines[2 if cut == "short" else 1] = (
        lines[2].rpartition(";")[0] if cut == "short" else lines[1] + ";;"
    )
    made, _ = filled(tmp_path, "\r\n".join([*lines, ""]))
    grades = {123: MoodleGrade(), 999: MoodleGrade(4.5)}
    assert moodle_upload(made.content(), "utf-8", ";", grades, 5.0, 0.0) == 1
    with pytest.raises(WeirdColumns):
        moodle_upload("\n".join(lines).encode(), "utf-8", ";", grades, 5.0, 0.0)


@pytest.mark.parametrize(
    ("text", "separator"), [(SPANISH, ";"), (ENGLISH, ",")], ids=["Spanish", "English"]
)
def test_moodle_takes_a_second_upload_of_the_same_worksheet(
    tmp_path: Path, text: str, separator: str
) -> None:
    grades = {number: MoodleGrade() for number in (123, 45, 999)}
    days = [NOW, NOW + timedelta(days=1)]
    totals = []
    for day, score in zip(days, (2.0, 3.25), strict=True):
        options = Options(now=day)
        made, _ = filled(tmp_path, text, graded(mark=Mark(score, 5.0)), options=options)
        later = (day + timedelta(minutes=5)).timestamp()
        moodle_upload(made.content(), "utf-8", separator, grades, 5.0, later)
        totals.append(grades[123].grade)
    assert totals == [2.0, 3.25]
    assert grades[123].comment.startswith("Automatic marking")


def test_what_moodle_wrote_in_another_language_would_be_skipped() -> None:
    """Why the time is written anew: strtotime does not read Spanish."""
    grades = {123: MoodleGrade(1.0, modified=NOW.timestamp()), 999: MoodleGrade(4.5)}
    text = SPANISH.replace(";;5,00", ";3,00;5,00").replace(
        ";-;\r\n", ";miércoles, 3 de junio de 2026, 12:00;\r\n"
    )
    assert moodle_upload(text.encode(), "utf-8", ";", grades, 5.0, 0.0) == 0


@given(value=st.floats(0, 1e9))
def test_a_number_has_no_power_and_no_idle_zeros(value: float) -> None:
    text = as_number(value, ",")
    assert "e" not in text and not text.startswith(",")
    assert abs(float(text.replace(",", ".")) - value) <= 1e-5 + value * 1e-12


def test_a_teams_mark_is_each_members(tmp_path: Path) -> None:
    team = Participants(
        {("team-7", "homework"): ("77", "Team 7", "Moodle", "team", ("ana", "beto"))}
    )
    worksheet = tmp_path / "sheet.csv"
    worksheet.write_text(ENGLISH, "utf-8")
    (tmp_path / "people.csv").write_text(
        "student,name,participant\nana,Ana Pérez,123\nbeto,Beto Núñez,45\n", "utf-8"
    )
    team.roster = Roster.read(tmp_path / "people.csv")
    target = tmp_path / "filled.csv"
    export("moodle", [graded("team-7")], target, team, Options(worksheet=worksheet, now=NOW))
    made = Sheet.read(target)
    assert made.column(3) == ["2.5", "2.5"]


@pytest.fixture()
def course(demo: Course) -> Course:
    """The demo course with the results of a run, and no gradebook."""
    records = [record("ana", "demo", manual_points=0.0), record("beto", "demo", manual_points=0.0)]
    write(demo.root / "results", document(records, 7))
    Participants({("ana", "demo"): ("123", "Ana")}).write(demo.submitted_dir)
    return demo


def run(course: Course, *words: str) -> Any:
    command = ["export", "--to", "moodle", *words, "--course", str(course.root)]
    return CliRunner().invoke(app, command, env={"COLUMNS": "200"})


def test_the_command_fills_a_worksheet_and_says_how_to_upload_it(course: Course) -> None:
    path, target = course.root / "sheet.csv", course.root / "filled.csv"
    content = SPANISH.replace("5,00", "4,00").encode("cp1252")
    path.write_bytes(content)
    done = run(course, "--worksheet", str(path), "--output", str(target))
    assert done.exit_code == 0, done.output
    assert Sheet.read(target).cell(1, 4) == "4" and path.read_bytes() == content
    assert "no row for beto/demo" in done.output
    assert "upload it with encoding Windows-1252, separator semicolon" in done.output


def test_the_command_does_not_write_over_the_worksheet(course: Course) -> None:
    path = course.root / "results" / "sheet.csv"
    path.write_text(SPANISH.replace("5,00", "4,00"), "utf-8")
    done = run(course, "--worksheet", str(path))
    assert isinstance(done.exception, ExportError) and "overwritten" in str(done.exception)


def test_without_a_worksheet_it_writes_one_in_english_and_says_what_that_lacks(
    course: Course,
) -> None:
    done = run(course)
    assert done.exit_code == 0, done.output
    made = Sheet.read(course.root / "results" / "moodle-demo.csv")
    assert made.column(0) == ["Participant 123", "beto"] and made.column(2) == ["4.0", "4.0"]
    assert "no Moodle participant is known for 1: beto/demo" in done.output
    assert "better fill the worksheet that Moodle gives" in done.output
