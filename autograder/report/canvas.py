"""Canvas's gradebook CSV: our assignment's column alone, for those whom it is certain who they are.

What Canvas does with it (``lib/gradebook_importer.rb``):

- ``process_header``: the first columns are *Student*, *ID*, …, *Section*; an assignment's is
  ``Title (12345)``. Assignments that have no column keep their marks, so no other column is
  written: an old file would bring back old marks.
- ``process_student``: a student by *ID*, else by SIS user, SIS login, or the name.
- ``check_for_non_student_row``: *Points Possible* and *Manual Posting* are rows of no student.
- ``semicolon_delimited?`` and ``decimal_comma_to_period``: ";" and decimal commas are read.
- ``process_submissions``: what is written for somebody who does not have the assignment (*N/A*) is
  not used; *EX* is somebody who is excused.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from autograder.intake.participants import Participants
from autograder.report import people
from autograder.report.graded import (
    Exported,
    ExportError,
    Graded,
    Options,
    names,
    only_final,
    scaled,
)
from autograder.report.sheet import Sheet, as_number, number_of

STUDENT = ("student", "lastname")
TITLE = re.compile(r"(?P<title>.*?)\s*\((?P<id>\d+)\)")
POINTS = "points possible"
KEPT_MARKS = ("ex", "n/a")
#: Columns that say who a student is, the surest first; the first is Canvas's own number.
IDENTIFYING = ("id", "sis user id", "sis login id", "email")


@dataclass(frozen=True)
class Gradebook:
    """Where things are in a gradebook: rows of students, and the columns before the assignments."""

    sheet: Sheet
    section: int
    points: int
    students: tuple[int, ...]

    @classmethod
    def of(cls, sheet: Sheet) -> Gradebook:
        """Raises ExportError when it is not Canvas's gradebook."""
        header = [title.casefold() for title in sheet.header]
        if header[0] not in STUDENT or "id" not in header or "section" not in header:
            raise ExportError(
                f"{sheet.path} is not a gradebook that Canvas exported: its columns are Student, "
                "ID, …, Section and the assignments (*Grades*, *Export*)"
            )
        first = [sheet.cell(row, 0).casefold() for row in range(len(sheet.rows))]
        points = next((row for row, text in enumerate(first) if POINTS in text), None)
        if points is None:
            raise ExportError(f"{sheet.path} has no row Points Possible: export it again")
        ids = header.index("id")
        rows = range(points + 1, len(sheet.rows))
        students = tuple(row for row in rows if sheet.cell(row, ids) and first[row])
        return cls(sheet, header.index("section"), points, students)

    def column_of(self, assignment: str, wanted: str | None) -> int:
        """The column of an assignment. Raises ExportError unless there is exactly one."""
        titles = dict(enumerate(self.sheet.header[self.section + 1 :], start=self.section + 1))
        matches = {index: TITLE.fullmatch(title) for index, title in titles.items()}
        found = {index: match["title"] for index, match in matches.items() if match}
        if wanted is not None:
            same = [index for index in titles if wanted in (titles[index], found.get(index))]
        else:
            same = [index for index, title in found.items() if _key(title) == _key(assignment)]
        if len(same) == 1:
            return same[0]
        listed = ", ".join(titles[index] for index in found) or "none"
        raise ExportError(
            f"{self.sheet.path}: which column is {wanted or assignment}? Say it with --column; "
            f"there are: {listed}"
        )

    def row_of(self, person: people.Person) -> int | None:
        """The row of a person, where it is certain: what is known of them is in one row alone."""
        header = [title.casefold() for title in self.sheet.header[: self.section + 1]]
        for title in IDENTIFYING:
            known = {person.canvas} - {""} if title == "id" else person.known_as
            if title in header:
                column = header.index(title)
                found = [row for row in self.students if self._text(row, column) in known]
                if found:
                    return found[0] if len(found) == 1 else None
        called = {_key(person.name or person.student)} - {""}
        found = [row for row in self.students if _key(self._name(row)) in called]
        return found[0] if len(found) == 1 else None

    def _text(self, row: int, column: int) -> str:
        return self.sheet.cell(row, column).casefold()

    def _name(self, row: int) -> str:
        if self.sheet.header[0].casefold() == "lastname":
            return f"{self.sheet.cell(row, 1)} {self.sheet.cell(row, 0)}"
        return self.sheet.cell(row, 0)


def _key(text: str) -> str:
    """The words of a name or title in one order, without accents or signs."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    plain = "".join(char for char in plain if not unicodedata.combining(char))
    return " ".join(sorted(re.findall(r"\w+", plain.replace("_", " "))))


def fill(
    sheet: Sheet, graded: list[Graded], participants: Participants, options: Options
) -> Exported:
    """Write the marks of one assignment, and leave the other assignments out.

    Raises:
        ExportError: it is no gradebook, has no such assignment, or has another maximum.
    """
    gradebook = Gradebook.of(sheet)
    assignments = sorted({each.assignment for each in graded})
    if len(assignments) > 1:
        raise ExportError(f"choose one with --assignment: {', '.join(assignments)}")
    column = gradebook.column_of(assignments[0], options.column)
    theirs = number_of(sheet.cell(gradebook.points, column))
    if theirs is None:
        raise ExportError(f"{sheet.path}: {sheet.header[column]} has no Points Possible")
    exported = Exported()
    rows = _rows(gradebook, only_final(graded, options, exported), participants, exported)
    kept = [row for row in rows if sheet.cell(row, column).casefold() in KEPT_MARKS]
    if kept:
        notes = names(rows.pop(row) for row in kept)
        exported.notes.append(f"left as they are, excused or without the assignment: {notes}")
    for row, each in rows.items():
        what = f"{each.assignment} in {sheet.path.name}"
        total = scaled(each.mark.total, each.mark.max_score, theirs, options, what)
        sheet.set(row, column, as_number(total, sheet.decimal))
    _keep_only(gradebook, column, set(rows))
    return exported


def _rows(
    gradebook: Gradebook, graded: list[Graded], participants: Participants, exported: Exported
) -> dict[int, Graded]:
    """The row of each person; whoever cannot be told is left out and named."""
    found = [
        (gradebook.row_of(people.person(participants, each.student, each.assignment)), each)
        for each in graded
    ]
    taken = [row for row, _ in found if row is not None]
    rows = {row: each for row, each in found if row is not None and taken.count(row) == 1}
    lost = [each for row, each in found if row not in rows]
    if lost:
        exported.notes.append(
            f"not written, for no row or more than one may be theirs: {names(lost)}"
        )
    if not rows:
        raise ExportError(
            f"no row of {gradebook.sheet.path} is certainly one of our students: see that the "
            "roster of the course has their Canvas ID, login or address"
        )
    return rows


def _keep_only(gradebook: Gradebook, column: int, written: set[int]) -> None:
    """Keep the columns that say who a student is, one assignment, and the rows that were written.

    What stands between the header and the first student (points possible, manual posting) stays.
    """
    sheet = gradebook.sheet
    kept = [row for row in range(len(sheet.rows)) if row <= gradebook.points or row in written]
    columns = [*range(gradebook.section + 1), column]
    for row in kept:
        sheet.rows[row] += [""] * (len(sheet.rows[0]) - len(sheet.rows[row]))
    sheet.rows = [[sheet.rows[row][index] for index in columns] for row in kept]
    sheet.ends = [sheet.ends[row] for row in kept]
