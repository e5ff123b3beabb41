"""Marks for other systems and for people: which format writes which files.

``moodle.py``, ``canvas.py`` and ``gradescope.py`` know what each system takes; here are the plain
CSVs and the choice among them.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from autograder.intake.participants import Participants
from autograder.messages import language_in_use, using
from autograder.records import safe_cell, write_atomically
from autograder.report import canvas, gradescope, moodle, people
from autograder.report.graded import (
    Exported,
    ExportError,
    Graded,
    Options,
    for_each_person,
    names,
    only_final,
)
from autograder.report.sheet import Sheet, as_number

FORMATS = ("csv", "moodle", "canvas", "gradescope")
SUMMARY = (
    "student name assignment total max_score automatic automatic_max by_hand pending penalty "
    "status accepted changed_since_marked flags"
).split()
#: What a spreadsheet in a language with decimal commas takes for a new column.
SEPARATOR = {".": ",", ",": ";"}


def export(
    to: str,
    graded: list[Graded],
    output: Path,
    participants: Participants,
    options: Options | None = None,
    language: str = "",
) -> Exported:
    """Write ``graded`` in the format ``to``, below or at ``output``.

    A ``.csv`` output names the file; any other is a folder. What students read is in ``language``.

    Raises:
        ExportError, SheetError: nothing to write, or a worksheet that cannot be filled.
    """
    if not graded:
        raise ExportError("there is no mark to export: run `autograder grade` first")
    options = options or Options()
    if options.worksheet is not None and to not in ("moodle", "canvas"):
        raise ExportError(f"--worksheet goes with --to moodle and --to canvas, not with {to}")
    with using(language or language_in_use()):
        if to == "gradescope":
            return _write_gradescope(graded, output)
        everybody = for_each_person(graded, participants)
        if to == "csv":
            return _write_plain(everybody, output, participants, options)
        if options.worksheet is not None:
            return _fill(to, everybody, output, participants, options, options.worksheet)
        if to == "canvas":
            raise ExportError(
                "--to canvas needs the gradebook that Canvas exports (Grades, Export): give it "
                "with --worksheet"
            )
        return _write_moodle(everybody, output, participants, options)


def _write_gradescope(graded: list[Graded], output: Path) -> Exported:
    paths = [
        _write(
            output,
            f"{each.student}/{each.assignment}/results.json",
            gradescope.results_json(each),
        )
        for each in graded
    ]
    return Exported(paths)


def _fill(
    to: str,
    graded: list[Graded],
    output: Path,
    participants: Participants,
    options: Options,
    worksheet: Path,
) -> Exported:
    """Fill the file that the other system gave."""
    sheet = Sheet.read(worksheet)
    fill = moodle.fill if to == "moodle" else canvas.fill
    exported = fill(sheet, graded, participants, options)
    exported.paths.append(_write(output, worksheet.name, sheet.content(), unless=worksheet))
    return exported


def _write_moodle(
    graded: list[Graded], output: Path, participants: Participants, options: Options
) -> Exported:
    """A worksheet an assignment, in English, without what only Moodle's own file says."""
    assignments = sorted({each.assignment for each in graded})
    if output.suffix == ".csv" and len(assignments) > 1:
        raise ExportError(
            f"Moodle takes a file for each assignment: choose one with --assignment "
            f"({', '.join(assignments)}), or give a folder with --output"
        )
    exported = Exported()
    final = only_final(graded, options, exported)
    for name in assignments:
        some = [each for each in final if each.assignment == name]
        content = _csv(moodle.rows(some, participants, options))
        exported.paths.append(_write(output, f"moodle-{name}.csv", content))
    lost = moodle.without_number(final, participants)
    if lost:
        exported.notes.append(
            f"no Moodle participant is known for {len(lost)}: {names(lost)}. Moodle skips those "
            "rows: collect its zip with `autograder collect`"
        )
    exported.notes.append(
        "these are in English, and their maximum is not compared with Moodle's: better fill the "
        "worksheet that Moodle gives, with --worksheet"
    )
    return exported


def _write_plain(
    graded: list[Graded], output: Path, participants: Participants, options: Options
) -> Exported:
    """Totals of everybody, and for each assignment the points by cell and check."""
    stem = output.stem if output.suffix == ".csv" else "marks"
    folder = output.parent if output.suffix == ".csv" else output
    content = plain_csv(graded, participants, options.decimal)
    exported = Exported([_write(folder, f"{stem}.csv", content)])
    for name in sorted({each.assignment for each in graded}):
        some = [each for each in graded if each.assignment == name]
        content = points_csv(some, participants, options.decimal)
        exported.paths.append(_write(folder, f"{stem}-{name}.csv", content))
    waiting = [each for each in graded if each.mark.pending]
    if waiting:
        exported.notes.append(
            f"{len(waiting)} of {len(graded)} marks still wait for points by hand (formgrader)"
        )
    return exported


def _write(output: Path, name: str, content: str | bytes, unless: Path | None = None) -> Path:
    path = output if output.suffix == ".csv" and name.endswith(".csv") else output / name
    if unless is not None and path.resolve() == unless.resolve():
        raise ExportError(f"{path} would be overwritten: name another file with --output")
    write_atomically(path, content)
    return path


def plain_csv(graded: list[Graded], participants: Participants, decimal: str = ".") -> str:
    """A row a person and assignment: automatic points, points by hand, penalty, total."""
    rows = [
        (
            each.student,
            people.person(participants, each.student, each.assignment).name,
            each.assignment,
            each.mark.total,
            each.mark.max_score,
            each.record.score,
            each.record.max_score,
            each.mark.by_hand,
            each.mark.pending,
            each.mark.penalty,
            each.record.status,
            {None: "", True: "yes", False: "no"}[each.record.accepted],
            "; ".join(each.mark.outdated),
            "; ".join(each.record.flags),
        )
        for each in graded
    ]
    return _csv([SUMMARY, *rows], decimal)


def points_csv(graded: list[Graded], participants: Participants, decimal: str = ".") -> str:
    """One assignment, a row a person: points of each check and of each cell that a person marks.

    What still waits for a person is empty.
    """
    columns: dict[str, None] = {}
    rows = []
    for each in graded:
        points = _points(each)
        columns |= dict.fromkeys(points)
        rows.append((each, points))
    head = ("student", "name", "total", "max_score")
    table = [
        (
            each.student,
            people.person(participants, each.student, each.assignment).name,
            each.mark.total,
            each.mark.max_score,
            *(points.get(column, "") for column in columns),
        )
        for each, points in rows
    ]
    return _csv([(*head, *columns), *table], decimal)


def _points(graded: Graded) -> dict[str, float | str]:
    """Points by column: the check and what it is worth, then the cells that a person marks."""
    points: dict[str, float | str] = {
        f"{verdict.cell}: {verdict.id} ({verdict.max_points:g})": verdict.points
        for verdict in graded.record.checks
    }
    checked = {verdict.cell for verdict in graded.record.checks}
    for cell in graded.mark.cells:
        if cell.max_score and (cell.cell not in checked or cell.by_hand):
            points[f"{cell.cell} ({cell.max_score:g})"] = "" if cell.waits else cell.score
    return points


def _csv(rows: Iterable[Sequence[Any]], decimal: str = ".") -> str:
    """Rows as CSV, nothing of which a spreadsheet would run.

    With decimal commas it is as a spreadsheet of such a language reads it: ";" between fields, and
    a byte order mark, without which accents are lost.
    """
    buffer = io.StringIO()
    writer = csv.writer(buffer, delimiter=SEPARATOR[decimal], lineterminator="\r\n")
    for row in rows:
        writer.writerow([_field(value, decimal) for value in row])
    return ("\ufeff" if decimal == "," else "") + buffer.getvalue()


def _field(value: Any, decimal: str) -> Any:
    is_number = isinstance(value, float) and decimal != "."
    return as_number(value, decimal) if is_number else safe_cell(value)
