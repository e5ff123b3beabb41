"""More time for some: ``extensions.csv`` in the course's folder, or columns of the roster.

A row of ``extensions.csv`` is a student (or a team), an assignment (all, where it is empty) and the
extension: so much after the due date (``2 days``, ``48 h``) or a date of its own.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from pathlib import Path

from autograder import UserError
from autograder.intake.moments import read_duration, read_moment
from autograder.intake.participants import Participants
from autograder.intake.roster import EVERY
from autograder.intake.tables import plain_words, read_table
from autograder.intake.words import WORDS

FILES = tuple(WORDS["files"]["extensions"])
HEADINGS: dict[str, list[str]] = WORDS["extensions"]


class ExtensionError(UserError):
    """An extension cannot be read; the message names the file and says how to write it."""


@dataclass(frozen=True)
class Extensions:
    """By student and an assignment's words (``EVERY`` for all): so much more, or until when."""

    given: dict[tuple[str, str], timedelta | datetime]

    @classmethod
    def read(cls, course: Path, people: Participants, zone: tzinfo = UTC) -> Extensions:
        """Those of a course. Raises ExtensionError, TableError."""
        given: dict[tuple[str, str], timedelta | datetime] = {}
        for student, assignment, text, where in (*_of_roster(people), *_of_file(course)):
            value: timedelta | datetime | None = read_duration(text)
            if value is None:
                value = read_moment(text, zone)
            if value is None:
                raise ExtensionError(
                    f"{where}: the extension {text!r} of {student} is not certain: write 2 days, "
                    "48 h or 2026-11-20 23:59"
                )
            given[student, assignment] = value
        return cls(given)

    def of(self, students: tuple[str, ...], assignment: str, due: datetime) -> timedelta | None:
        """The longest that any of a submission's students has; None where nobody has any.

        ``due``: the due date as nbgrader keeps it, in UTC and without a zone.
        """
        found = [
            self.given[student, key]
            for student in students
            for key in (plain_words(assignment), EVERY)
            if (student, key) in self.given
        ]
        return max((_as_time(each, due) for each in found), default=None)


def _as_time(value: timedelta | datetime, due: datetime) -> timedelta:
    if isinstance(value, timedelta):
        return value
    return max(timedelta(0), value.astimezone(UTC).replace(tzinfo=None) - due)


def _of_roster(people: Participants) -> Iterator[tuple[str, str, str, str]]:
    for person in people.roster.people:
        for assignment, text in person.extensions.items():
            yield person.student, assignment, text, str(people.roster.path)


def _of_file(course: Path) -> Iterator[tuple[str, str, str, str]]:
    path = next((course / name for name in FILES if (course / name).is_file()), None)
    if path is None:
        return
    table = read_table(path)
    headings = [plain_words(heading) for heading in table.header]

    def column(field: str) -> int | None:
        return next((headings.index(name) for name in HEADINGS[field] if name in headings), None)

    student, assignment, extension = map(column, ("student", "assignment", "extension"))
    if student is None or extension is None:
        raise ExtensionError(f"{path}: its columns are student, assignment and extension")
    for row in table.rows:
        if row[student] and row[extension]:
            key = EVERY if assignment is None else plain_words(row[assignment])
            yield row[student], key, row[extension], str(path)
