"""Canvas's gradebook: one column, the rows that are certain, and nothing that could undo a mark."""

from __future__ import annotations

from pathlib import Path

import pytest
from importers import canvas_upload
from test_export import graded

from autograder.intake.participants import Participants
from autograder.report.canvas import Gradebook, fill
from autograder.report.graded import Exported, ExportError, Options
from autograder.report.marks import Mark
from autograder.report.people import Person
from autograder.report.sheet import Sheet

HEADER = "Student,ID,SIS Login ID,Section,Homework (77),Exercise: 2 (78),Current Score"
POINTS = "    Points Possible,,,,5.00,10.00,(read only)"
MUTED = ",,,,Manual Posting,,"
ROWS = (
    '"Pérez, Ana",11,ana@u.example,A,1.00,9.00,90',
    '"Núñez, Beto",12,beto,A,,,',
    '"Gil, Caro",13,caro,A,EX,,',
    '"Paz, Dani",14,dani,A,N/A,,',
    '"Sosa, Juan",15,juan1,A,,,',
    '"Sosa, Juan",16,juan2,A,,,',
    '"Student, Test",17,9f,A,,,',
)
KNOWN = Participants(
    {
        ("ana", "homework"): ("5", "Ana Perez"),
        ("juan", "homework"): ("6", "Juan Sosa"),
    }
)


def gradebook(folder: Path, *, text: str = "", separator: str = ",") -> Sheet:
    whole = text or "\n".join([HEADER, MUTED, POINTS, *ROWS, ""])
    path = folder / "Grades.csv"
    path.write_text(whole if separator == "," else whole.replace(",", separator), "utf-8-sig")
    return Sheet.read(path)


def fill_with(sheet: Sheet, *students: str, options: Options | None = None) -> Exported:
    return fill(sheet, [graded(each) for each in students], KNOWN, options or Options())


def test_only_our_column_and_the_rows_that_are_certain_are_written(tmp_path: Path) -> None:
    sheet = gradebook(tmp_path)
    said = fill_with(sheet, "ana", "beto", "caro", "dani", "juan", "zoe")
    assert canvas_upload(sheet.content()) == {
        "11": {"Homework (77)": "2.5"},
        "12": {"Homework (77)": "2.5"},
    }
    lines = sheet.content().decode("utf-8-sig").splitlines()
    assert lines[:3] == [
        "Student,ID,SIS Login ID,Section,Homework (77)",
        ",,,,Manual Posting",
        "    Points Possible,,,,5.00",
    ]
    assert lines[3] == '"Pérez, Ana",11,ana@u.example,A,2.5'
    assert said.notes == [
        "not written, for no row or more than one may be theirs: juan/homework, zoe/homework",
        "left as they are, excused or without the assignment: caro/homework, dani/homework",
    ]


def test_a_student_is_found_by_canvas_number_before_login_before_name(tmp_path: Path) -> None:
    book = Gradebook.of(gradebook(tmp_path))
    rows = {book.sheet.cell(row, 1): row for row in book.students}
    for person, number in (
        (Person("x", "Beto Núñez", canvas="11"), "11"),
        (Person("x", "Beto Núñez", ids=frozenset({"ANA@u.example"})), "11"),
        (Person("juan2", "Juan Sosa"), "16"),
        (Person("x", "nunez  BETO"), "12"),
    ):
        assert book.row_of(person) == rows[number]
    assert book.row_of(Person("x", "Juan Sosa")) is None
    assert book.row_of(Person("x")) is None


def test_semicolons_and_decimal_commas_stay(tmp_path: Path) -> None:
    text = "\n".join([HEADER, POINTS, '"Núñez Beto",12,beto,A,,,', ""]).replace(",", ";")
    sheet = gradebook(tmp_path, text=text.replace("5.00", "5,00"))
    fill_with(sheet, "beto")
    assert b"beto;A;2,5" in sheet.content()
    assert canvas_upload(sheet.content())["12"] == {"Homework (77)": "2.5"}


def test_the_column_is_told_by_its_words_or_by_name(tmp_path: Path) -> None:
    exercise = [graded("beto", assignment="exercise-2", mark=Mark(4.0, 10.0))]
    sheet = gradebook(tmp_path)
    fill(sheet, exercise, KNOWN, Options())
    assert canvas_upload(sheet.content()) == {"12": {"Exercise: 2 (78)": "4"}}
    other = [graded("beto", assignment="final", mark=Mark(4.0, 10.0))]
    with pytest.raises(ExportError, match=r"--column; there are: Homework \(77\), Exercise: 2"):
        fill(gradebook(tmp_path), other, KNOWN, Options())
    for column in ("Exercise: 2", "Exercise: 2 (78)"):
        sheet = gradebook(tmp_path)
        fill(sheet, other, KNOWN, Options(column=column))
        assert canvas_upload(sheet.content()) == {"12": {"Exercise: 2 (78)": "4"}}


def test_another_maximum_is_refused_and_scaled_when_asked(tmp_path: Path) -> None:
    options = Options(column="Exercise: 2")
    with pytest.raises(ExportError, match="the maximum there is 10 and here 5"):
        fill_with(gradebook(tmp_path), "beto", options=options)
    sheet = gradebook(tmp_path)
    fill_with(sheet, "beto", options=Options(column="Exercise: 2", scale=True))
    assert canvas_upload(sheet.content())["12"] == {"Exercise: 2 (78)": "5"}


def test_marks_that_wait_are_left_out(tmp_path: Path) -> None:
    waiting = graded("ana", mark=Mark(2.0, 5.0, pending=1.0))
    sheet = gradebook(tmp_path)
    said = fill(sheet, [waiting, graded("beto")], KNOWN, Options())
    assert list(canvas_upload(sheet.content())) == ["12"]
    assert "still wait for a person (formgrader): ana/homework" in said.notes[0]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a,b\n1,2\n", "is not a gradebook that Canvas exported"),
        (f"{HEADER}\n{ROWS[1]}\n", "no row Points Possible"),
        (f"{HEADER}\n{POINTS}\n{ROWS[6]}\n", "certainly one of our students"),
        (f"{HEADER}\n{POINTS.replace('5.00', '')}\n{ROWS[1]}\n", "has no Points Possible"),
    ],
)
def test_what_is_no_gradebook_of_ours_is_refused(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(ExportError, match=said):
        fill_with(gradebook(tmp_path, text=text), "beto")
