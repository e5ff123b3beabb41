"""Moodle's *offline grading worksheet*, filled and given back as it came.

What Moodle does with it (``mod/assign/feedback/offline`` and ``lib/csvlib.class.php``):

- ``importgradeslib.php``, ``init`` and ``next``: columns are found by their names in the language
  of whoever uploads; a participant by the number at the end of ``Identifier``. Every row must have
  as many fields as the header.
- ``importgradesform.php`` and ``locallib.php``, ``process_import_grades``: a grade is skipped that
  is empty, above the maximum of the assignment, or was modified in Moodle more than a minute after
  the row's *Last modified (grade)*. That text is read with ``strtotime``, which knows no language
  but English: a date that Moodle itself wrote in another reads as 1970, and the second upload is
  skipped whole. So a row that is filled says when that was, in ISO 8601.
- ``unformat_float`` takes a point and the decimal sign of the user's language.
- ``fgetcsv`` takes a backslash before a quote as its own: comments have neither.

The table's order is ``gradingtable.php``'s: the maximum follows the grade, the comments follow the
date of the grade. Where the names of the columns are not known, that order and the shape of what
is in them tell.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from autograder.intake.participants import Participants
from autograder.report.graded import (
    Exported,
    ExportError,
    Graded,
    Options,
    comments,
    names,
    only_final,
    scaled,
)
from autograder.report.people import moodle_number
from autograder.report.sheet import Sheet, as_number, number_of

IDENTIFIER = ("identifier", "identificador", "identifiant", "identificativo", "id")
GRADE = (
    "grade",
    "calificación",
    "calificacion",
    "nota",
    "puntuación",
    "qualificació",
    "cualificación",
    "kalifikazioa",
    "note",
    "bewertung",
    "valutazione",
    "avaliação",
)
MODIFIED = ("last modified (grade)", "última modificación (calificación)")
FEEDBACK = ("feedback comments", "comentarios de retroalimentación", "comentarios")
#: The columns of a worksheet of our own, for a site in English.
HEADER = (
    "Identifier",
    "Full name",
    "Grade",
    "Maximum Grade",
    "Last modified (grade)",
    "Feedback comments",
)
PARTICIPANT = re.compile(r"(?P<word>\D*)\d+")


@dataclass(frozen=True)
class Columns:
    """Where things are in a worksheet; the last three may be missing."""

    identifier: int
    grade: int
    maximum: int | None
    modified: int | None
    feedback: int | None


def rows(graded: list[Graded], participants: Participants, options: Options) -> list[list[object]]:
    """One assignment as a worksheet in English, for whoever has none from Moodle."""
    return [
        [*HEADER],
        *(
            [
                participants.identifier(each.student, each.assignment) or each.student,
                participants.name(each.student, each.assignment) or each.student,
                each.mark.total,
                each.mark.max_score,
                _moment(options),
                comments(each),
            ]
            for each in graded
        ),
    ]


def _moment(options: Options) -> str:
    return options.now.strftime("%Y-%m-%dT%H:%M:%S+00:00")


def without_number(graded: list[Graded], participants: Participants) -> list[Graded]:
    """Those for whom no Moodle participant is known: Moodle would skip their rows."""
    return [
        each for each in graded if participants.identifier(each.student, each.assignment) is None
    ]


def fill(
    sheet: Sheet, graded: list[Graded], participants: Participants, options: Options
) -> Exported:
    """Write grades, comments and the time of grading into the rows of those whom we marked.

    Raises:
        ExportError: it is no worksheet, is of another assignment, or has another maximum.
    """
    columns = find_columns(sheet)
    by_number = {
        number: each
        for each in graded
        if (number := moodle_number(participants.identifier(each.student, each.assignment)))
    }
    here = {
        row: by_number[number]
        for row in range(1, len(sheet.rows))
        if (number := moodle_number(sheet.cell(row, columns.identifier))) in by_number
    }
    _refuse_another(sheet, here)
    exported = Exported()
    final = only_final(list(here.values()), options, exported)
    for row, each in here.items():
        if each in final:
            _fill_row(sheet, columns, row, each, options)
    _complete(sheet)
    _note_others(sheet, columns, graded, here, exported)
    if columns.maximum is None:
        exported.notes.append("it has no column of the maximum: compare it with ours in Moodle")
    exported.notes.append(f"upload it with {sheet.described}")
    return exported


def _refuse_another(sheet: Sheet, here: dict[int, Graded]) -> None:
    if not here:
        raise ExportError(
            f"no row of {sheet.path} is a participant whose submission was collected: is it the "
            "worksheet of that assignment? (see --assignment, and `autograder collect`)"
        )
    assignments = sorted({each.assignment for each in here.values()})
    if len(assignments) > 1:
        raise ExportError(
            f"{sheet.path} has participants of {', '.join(assignments)}: choose one with "
            "--assignment"
        )


def _fill_row(sheet: Sheet, columns: Columns, row: int, each: Graded, options: Options) -> None:
    total = each.mark.total
    if columns.maximum is not None:
        maximum = number_of(sheet.cell(row, columns.maximum))
        if maximum is None:
            raise ExportError(
                f"{sheet.path}: the assignment is marked with a scale of words there, not with "
                "points: set a maximum grade in Moodle, and download the worksheet again"
            )
        what = f"{each.assignment} in {sheet.path.name}"
        total = scaled(total, each.mark.max_score, maximum, options, what)
    sheet.set(row, columns.grade, as_number(total, sheet.decimal))
    if columns.modified is not None:
        sheet.set(row, columns.modified, _moment(options))
    if columns.feedback is not None:
        sheet.set(row, columns.feedback, comments(each))


def _complete(sheet: Sheet) -> None:
    """Give rows that a spreadsheet cut short all their fields: Moodle refuses the file otherwise.

    A row longer than the header is of empty columns that a spreadsheet added: the header gets them.
    """
    used = [fields for fields in sheet.rows if any(field.strip() for field in fields)]
    width = max(len(fields) for fields in used)
    for fields in used:
        fields += [""] * (width - len(fields))


def _note_others(
    sheet: Sheet, columns: Columns, graded: list[Graded], here: dict[int, Graded], notes: Exported
) -> None:
    """Say which marks have no row, and how many rows have no mark."""
    [assignment] = {each.assignment for each in here.values()}
    lost = [each for each in graded if each.assignment == assignment and each not in here.values()]
    if lost:
        notes.notes.append(f"no row for {names(lost)}: Moodle gets no mark of them")
    others = [
        row
        for row in range(1, len(sheet.rows))
        if row not in here and moodle_number(sheet.cell(row, columns.identifier))
    ]
    if others:
        notes.notes.append(f"{len(others)} rows left as they were: no submission was marked")


def find_columns(sheet: Sheet) -> Columns:
    """Where things are, by the names of the columns or by what is in them. Raises ExportError."""
    header = [title.casefold() for title in sheet.header]
    identifier = _identifier(sheet, header)
    if identifier is None:
        raise ExportError(
            f"{sheet.path} has no column Identifier (Participant 123…): is it Moodle's worksheet? "
            "(*View all submissions*, *Download grading worksheet*)"
        )
    grade = _named(header, GRADE)
    if grade is None:
        grade = _grade_by_shape(sheet, identifier)
    if grade is None:
        raise ExportError(f"{sheet.path} has no column Grade: is it Moodle's worksheet?")
    maximum = grade + 1 if grade + 1 < len(header) else None
    if maximum is not None and not _is_maximum(sheet, identifier, maximum):
        maximum = None
    modified = _named(header, MODIFIED)
    if modified is None:
        ends = [index for index, title in enumerate(header) if title.endswith(")")]
        modified = ends[-1] if ends and ends[-1] > grade else None
    feedback = _named(header, FEEDBACK)
    if feedback is None and modified is not None and any(header[modified + 1 : modified + 2]):
        feedback = modified + 1
    return Columns(identifier, grade, maximum, modified, feedback)


def _named(header: list[str], known: tuple[str, ...]) -> int | None:
    return next((index for index, title in enumerate(header) if title in known), None)


def _identifier(sheet: Sheet, header: list[str]) -> int | None:
    """The column of participants: the same word and a number, in every row."""
    named = _named(header, IDENTIFIER)
    if named is not None and any(moodle_number(text) for text in sheet.column(named)):
        return named
    for index in range(len(header)):
        found = [PARTICIPANT.fullmatch(text) for text in sheet.column(index) if text]
        words = {each["word"] for each in found if each}
        if found and all(found) and len(words) == 1 and words != {""}:
            return index
    return None


def _participants(sheet: Sheet, identifier: int) -> list[int]:
    return [row for row in range(1, len(sheet.rows)) if moodle_number(sheet.cell(row, identifier))]


def _is_maximum(sheet: Sheet, identifier: int, column: int) -> bool:
    """Whether every participant has the same text there: a number, or the words of a scale."""
    texts = {sheet.cell(row, column) for row in _participants(sheet, identifier)}
    return len(texts) == 1 and texts != {""}


def _grade_by_shape(sheet: Sheet, identifier: int) -> int | None:
    """The grade stands before the maximum, the last of the first columns of one number for all."""
    rows_of_people = _participants(sheet, identifier)
    same = [
        column
        for column in range(identifier + 2, len(sheet.rows[0]))
        if _one_number(sheet, rows_of_people, column)
    ]
    if not same:
        return None
    return same[0] if same[0] + 1 in same else same[0] - 1


def _one_number(sheet: Sheet, rows_of_people: list[int], column: int) -> bool:
    numbers = {number_of(sheet.cell(row, column)) for row in rows_of_people}
    return len(numbers) == 1 and (numbers.pop() or 0) > 0
