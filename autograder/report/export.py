"""Marks in the formats that other systems take: a plain CSV, Moodle's worksheet, Gradescope's JSON.

Moodle: the columns of its *offline grading worksheet* (``mod/assign/feedback/offline``), which
finds a participant by the number at the end of ``Identifier`` and needs ``Grade`` and
``Last modified (grade)``. Its headings follow the site's language, so a worksheet downloaded from
the site can be given, to be filled. Gradescope: ``results.json`` of its autograders.
"""

from __future__ import annotations

import csv
import html
import io
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from autograder import UserError
from autograder.intake.participants import Participants
from autograder.messages import gettext, language_in_use, ngettext, using
from autograder.records import Record, Verdict, safe_cell, to_json, write_atomically
from autograder.report.marks import Mark

FORMATS = ("csv", "moodle", "gradescope")

IDENTIFIER = ("Identifier", "Identificador", "ID")
GRADE = ("Grade", "Calificación", "Nota", "Puntuación")
FEEDBACK = ("Feedback comments", "Comentarios de retroalimentación", "Comentarios")
WORKSHEET = (
    IDENTIFIER[0],
    "Full name",
    GRADE[0],
    "Maximum Grade",
    "Last modified (grade)",
    FEEDBACK[0],
)
NUMBER = re.compile(r"(\d+)\s*\Z")


class ExportError(UserError):
    """The marks cannot be written as asked; the message says why and what to do."""


@dataclass(frozen=True)
class Graded:
    """A record and the mark that counts."""

    record: Record
    mark: Mark

    @property
    def student(self) -> str:
        return self.record.student

    @property
    def assignment(self) -> str:
        return self.record.assignment


def export(
    to: str,
    graded: list[Graded],
    output: Path,
    participants: Participants,
    worksheet: Path | None = None,
    language: str = "",
) -> list[Path]:
    """Write ``graded`` in the format ``to``, below or at ``output``; the files written.

    A ``.csv`` output names the file; any other is a folder. What students read is in ``language``.

    Raises:
        ExportError: nothing to write, or a worksheet that cannot be filled.
    """
    if not graded:
        raise ExportError("there is no mark to export: run `autograder grade` first")
    with using(language or language_in_use()):
        return _export(to, graded, output, participants, worksheet)


def _export(
    to: str,
    graded: list[Graded],
    output: Path,
    participants: Participants,
    worksheet: Path | None,
) -> list[Path]:
    if to == "csv":
        return [_write(output, "marks.csv", plain_csv(graded))]
    if to == "gradescope":
        return [
            _write(output, f"{each.student}/{each.assignment}/results.json", gradescope(each))
            for each in graded
        ]
    if worksheet is not None:
        content = fill_worksheet(worksheet, graded, participants)
        return [_write(output, worksheet.name, content, unless=worksheet)]
    return _write_moodle(graded, output, participants)


def _write_moodle(graded: list[Graded], output: Path, participants: Participants) -> list[Path]:
    names = sorted({each.assignment for each in graded})
    if output.suffix == ".csv" and len(names) > 1:
        raise ExportError(
            f"Moodle takes a file for each assignment: choose one with --assignment "
            f"({', '.join(names)}), or give a folder with --output"
        )
    return [
        _write(
            output,
            f"moodle-{name}.csv",
            moodle_csv([each for each in graded if each.assignment == name], participants),
        )
        for name in names
    ]


def _write(output: Path, name: str, content: str, unless: Path | None = None) -> Path:
    path = output if output.suffix == ".csv" and name.endswith(".csv") else output / name
    if unless is not None and path.resolve() == unless.resolve():
        raise ExportError(f"{path} would be overwritten: name another file with --output")
    write_atomically(path, content)
    return path


def plain_csv(graded: list[Graded]) -> str:
    """A row a submission: automatic points, points by hand, penalty, total, what is pending."""
    columns = (
        "student assignment total max_score automatic automatic_max by_hand pending penalty "
        "status accepted flags"
    ).split()
    rows = [
        (
            each.student,
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
            "; ".join(each.record.flags),
        )
        for each in graded
    ]
    return _csv([columns, *rows])


def moodle_csv(graded: list[Graded], participants: Participants) -> str:
    """One assignment as Moodle's offline grading worksheet, in English."""
    rows = [
        (
            participants.identifier(each.student, each.assignment) or each.student,
            participants.name(each.student, each.assignment) or each.student,
            each.mark.total,
            each.mark.max_score,
            "",
            comments(each),
        )
        for each in graded
    ]
    return _csv([WORKSHEET, *rows])


def unidentified(graded: list[Graded], participants: Participants) -> list[str]:
    """Submissions for which no Moodle participant is known: Moodle will skip their rows."""
    return [
        f"{each.student}/{each.assignment}"
        for each in graded
        if participants.identifier(each.student, each.assignment) is None
    ]


def fill_worksheet(path: Path, graded: list[Graded], participants: Participants) -> str:
    """A worksheet downloaded from Moodle, with the grades and comments of those we have marked.

    Raises:
        ExportError: it cannot be read, lacks a column, or no row is one of ours.
    """
    try:
        rows = list(csv.reader(io.StringIO(path.read_text("utf-8-sig"))))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise ExportError(f"{path} cannot be read as a worksheet: {error}") from error
    header = rows[0] if rows else []
    identifier, grade = _column(path, header, IDENTIFIER), _column(path, header, GRADE)
    feedback = _column(path, header, FEEDBACK, required=False)
    known = {_number(participants.identifier(g.student, g.assignment)): g for g in graded}
    known.pop(None, None)
    filled = 0
    for row in rows[1:]:
        ours = known.get(_number(row[identifier])) if len(row) == len(header) else None
        if ours is not None:
            row[grade] = f"{ours.mark.total:g}"
            filled += 1
            if feedback is not None:
                row[feedback] = comments(ours)
    if not filled:
        raise ExportError(
            f"no row of {path} is a participant whose submission was collected: is it the "
            "worksheet of that assignment? (see --assignment, and `autograder collect`)"
        )
    return _text(rows)


def _column(path: Path, header: list[str], names: tuple[str, ...], required: bool = True) -> Any:
    for index, title in enumerate(header):
        if title.strip() in names:
            return index
    if required:
        raise ExportError(f"{path} has no column {' or '.join(names)}: is it Moodle's worksheet?")
    return None


def _number(identifier: str | None) -> str | None:
    found = NUMBER.search(identifier or "")
    return found.group(1) if found else None


def _csv(rows: Iterable[Sequence[Any]]) -> str:
    """Rows as CSV, nothing of which a spreadsheet would run."""
    return _text([safe_cell(value) for value in row] for row in rows)


def _text(rows: Iterable[Sequence[Any]]) -> str:
    buffer = io.StringIO()
    csv.writer(buffer, lineterminator="\r\n").writerows(rows)
    return buffer.getvalue()


def comments(graded: Graded) -> str:
    """What a student reads beside the mark, as HTML (Moodle's comments are)."""
    lines = [_automatic(graded.record)]
    lines += [html.escape(line) for verdict in graded.record.checks for line in _lines(verdict)]
    if graded.mark.pending:
        lines.append(_pending(graded.mark.pending))
    if graded.mark.penalty:
        lines.append(_late(graded.mark.penalty))
    return "<br>".join(lines)


def _automatic(record: Record) -> str:
    message = ngettext(
        "Automatic marking: {got} of {total} point.",
        "Automatic marking: {got} of {total} points.",
        record.max_score,
    )
    return message.format(got=f"{record.score:g}", total=f"{record.max_score:g}")


def _pending(points: float) -> str:
    message = ngettext(
        "{points} point is still to come: a person marks it.",
        "{points} points are still to come: a person marks them.",
        points,
    )
    return message.format(points=f"{points:g}")


def _late(points: float) -> str:
    message = ngettext(
        "Handed in late: {points} point less.", "Handed in late: {points} points less.", points
    )
    return message.format(points=f"{points:g}")


def _lines(verdict: Verdict) -> list[str]:
    if verdict.passed:
        return []
    text = " ".join(part for part in (verdict.message, verdict.hint) if part)
    lost = verdict.max_points - verdict.points
    return [f"{verdict.status.symbol} {verdict.title} (−{lost:g}) {text}".rstrip()]


def gradescope(graded: Graded) -> str:
    """One submission as the ``results.json`` that a Gradescope autograder writes."""
    record, mark = graded.record, graded.mark
    tests = [
        {
            "name": verdict.title,
            "number": str(number),
            "score": verdict.points,
            "max_score": verdict.max_points,
            "status": "passed" if verdict.passed else "failed",
            "output": "\n".join(part for part in (verdict.message, verdict.hint) if part),
            "output_format": "text",
            "visibility": "visible",
        }
        for number, verdict in enumerate(record.checks, start=1)
    ]
    content = {
        "score": mark.total,
        "execution_time": record.seconds,
        "output": _summary(graded),
        "output_format": "text",
        "visibility": "visible",
        "stdout_visibility": "hidden",
        "tests": tests,
    }
    return to_json(content)


def _summary(graded: Graded) -> str:
    parts = [_automatic(graded.record)]
    if graded.mark.pending:
        parts.append(_pending(graded.mark.pending))
    if graded.record.manual_points and not graded.mark.pending:
        by_hand = gettext("Points that a person gave: {points}.")
        parts.append(by_hand.format(points=f"{graded.mark.by_hand:g}"))
    return " ".join(parts)
