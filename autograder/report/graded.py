"""A record with its mark, for one person, and what is said beside a mark on another system."""

from __future__ import annotations

import html
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path

from autograder import UserError
from autograder.intake.participants import Participants
from autograder.messages import gettext, ngettext
from autograder.records import FORMULA, Record, Verdict
from autograder.report import people
from autograder.report.marks import CellMark, Mark


class ExportError(UserError):
    """The marks cannot be written as asked; the message says why and what to do."""


@dataclass(frozen=True)
class Graded:
    """A record and the mark that counts; ``person`` is who of a team it is for."""

    record: Record
    mark: Mark
    person: str = ""

    @property
    def student(self) -> str:
        return self.person or self.record.student

    @property
    def assignment(self) -> str:
        return self.record.assignment


@dataclass(frozen=True)
class Options:
    """How marks are written for another system.

    Attributes:
        worksheet: the file that the other system gave, to be filled.
        column: the column of a gradebook, where the assignment's name does not tell it.
        scale: change marks to the other system's maximum where it is another.
        include_pending: write marks too that still wait for a person.
        decimal: the decimal sign of a CSV for people.
        now: when this is written.
    """

    worksheet: Path | None = None
    column: str | None = None
    scale: bool = False
    include_pending: bool = False
    decimal: str = "."
    now: datetime = field(default_factory=lambda: datetime.now(UTC))


@dataclass
class Exported:
    """What was written, and what whoever exported should know before uploading it."""

    paths: list[Path] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def for_each_person(graded: Iterable[Graded], participants: Participants) -> list[Graded]:
    """One entry a person: a team's mark is each of its members'."""
    return [
        replace(each, person=member)
        for each in graded
        for member in people.members(participants, each.record.student, each.assignment)
    ]


def only_final(graded: list[Graded], options: Options, exported: Exported) -> list[Graded]:
    """Those whose mark is final, or all where pending ones were asked for; a note of the others."""
    final = [each for each in graded if options.include_pending or each.mark.pending == 0]
    left_out = [each for each in graded if each not in final]
    if left_out:
        exported.notes.append(
            f"left out, for their marks still wait for a person (formgrader): {names(left_out)}. "
            "Write them all the same with --include-pending"
        )
    outdated = [each for each in graded if each.mark.outdated]
    if outdated:
        exported.notes.append(
            f"answers that changed after a person marked them, to be marked again: "
            f"{names(outdated)}"
        )
    return final


def names(graded: Iterable[Graded], shown: int = 5) -> str:
    """Whose submissions they are, the first few, for a line on a terminal."""
    every = [f"{each.student}/{each.assignment}" for each in graded]
    return ", ".join(every[:shown]) + (f" and {len(every) - shown} more" if every[shown:] else "")


def scaled(total: float, ours: float, theirs: float, options: Options, what: str) -> float:
    """A mark in the other system's points. Raises ExportError unless the maxima are the same."""
    if abs(ours - theirs) < 1e-6:
        return total
    if not options.scale or ours <= 0:
        raise ExportError(
            f"{what}: the maximum there is {theirs:g} and here {ours:g}. Set it to {ours:g} there, "
            "or change the marks to that maximum with --scale"
        )
    return total * theirs / ours


def comments(graded: Graded) -> str:
    """What a student reads beside the mark, as HTML (Moodle's comments are), in one line."""
    lines = [automatic(graded.record)]
    lines += [line for verdict in graded.record.checks for line in _lines(verdict)]
    lines += [remark(cell) for cell in graded.mark.cells if cell.comment]
    if graded.mark.outdated:
        lines.append(gettext("Your submission changed after a person marked it."))
    if graded.mark.pending:
        lines.append(pending(graded.mark.pending))
    if graded.mark.penalty:
        lines.append(_late(graded.mark.penalty))
    # <wbr> is nothing on a page, and no formula in a spreadsheet that splits the text
    return FORMULA.sub(r"\1<wbr>", "<br>".join(_as_html(line) for line in lines))


def _as_html(text: str) -> str:
    """Text as HTML without quotes or backslashes, which PHP's reader of CSV would take for its."""
    escaped = html.escape(text.strip()).replace("\\", "&#92;")
    return "<br>".join(line.strip() for line in escaped.splitlines())


def automatic(record: Record) -> str:
    """The automatic points, in the student's language."""
    message = ngettext(
        "Automatic marking: {got} of {total} point.",
        "Automatic marking: {got} of {total} points.",
        record.max_score,
    )
    return message.format(got=f"{record.score:g}", total=f"{record.max_score:g}")


def pending(points: float) -> str:
    """What is still to come, in the student's language."""
    message = ngettext(
        "{points} point is still to come: a person marks it.",
        "{points} points are still to come: a person marks them.",
        points,
    )
    return message.format(points=f"{points:g}")


def remark(cell: CellMark) -> str:
    """What a person wrote of an answer, and whether the answer is still the one."""
    message = gettext("Comment on {cell}: {text}")
    if cell.is_outdated:
        message = gettext("Comment on an earlier version of {cell}: {text}")
    return message.format(cell=cell.cell, text=cell.comment)


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
