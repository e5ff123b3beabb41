"""The marks that count: automatic points, points given by hand, late penalties.

``results.json`` knows the automatic points; the rest is in nbgrader's gradebook.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from autograder.course import Course
from autograder.records import Record
from autograder.settings import sqlite_file

Pair = tuple[str, str]


@dataclass(frozen=True)
class Mark:
    """What a submission is worth, in points.

    ``pending`` are the points that still wait for a person; ``by_hand`` those that a person gave;
    ``penalty`` what is taken off for being late.
    """

    score: float
    max_score: float
    by_hand: float = 0.0
    pending: float = 0.0
    penalty: float = 0.0

    @property
    def total(self) -> float:
        """The mark to hand in."""
        return max(0.0, round(self.score - self.penalty, 6))


def marks(course: Course, records: Iterable[Record]) -> dict[Pair, Mark]:
    """The mark of each record, from the gradebook; without it, the automatic points alone.

    Raises:
        GradebookError: there is a gradebook and it cannot be read.
    """
    known = _from_gradebook(course) if _exists(course.db_url) else {}
    return {record.pair: known.get(record.pair) or _automatic(record) for record in records}


def _automatic(record: Record) -> Mark:
    manual = record.manual_points
    return Mark(record.score, record.max_score + manual, pending=manual)


def _exists(db_url: str) -> bool:
    """Whether there is a gradebook: reading must not make an empty one."""
    path = sqlite_file(db_url)
    return path is None or path.is_file()


def _from_gradebook(course: Course) -> dict[Pair, Mark]:
    from nbgrader.api import Gradebook
    from sqlalchemy.exc import SQLAlchemyError

    from autograder.grading.opening import GradebookError

    try:
        with Gradebook(course.db_url, course.course_id) as gradebook:
            return _late(gradebook.db, _grades(gradebook.db))
    except SQLAlchemyError as error:
        raise GradebookError.of(course.db_url, error, "cannot be read") from error


def _grades(session: Any) -> dict[Pair, Mark]:
    """The sum of every submission's cells, in one query."""
    from nbgrader.api import Assignment, Grade, GradeCell, SubmittedAssignment, SubmittedNotebook

    rows = (
        session.query(
            SubmittedAssignment.student_id,
            Assignment.name,
            Grade.score,
            Grade.manual_score,
            Grade.needs_manual_grade,
            GradeCell.max_score,
        )
        .join(Assignment, Assignment.id == SubmittedAssignment.assignment_id)
        .join(SubmittedNotebook, SubmittedNotebook.assignment_id == SubmittedAssignment.id)
        .join(Grade, Grade.notebook_id == SubmittedNotebook.id)
        .join(GradeCell, GradeCell.id == Grade.cell_id)
    )
    found: dict[Pair, Mark] = {}
    for student, assignment, score, manual, waiting, points in rows:
        mark = found.get((student, assignment), Mark(0.0, 0.0))
        found[student, assignment] = replace(
            mark,
            score=round(mark.score + score, 6),
            max_score=mark.max_score + points,
            by_hand=mark.by_hand + (score if manual is not None else 0.0),
            pending=mark.pending + (points if waiting and manual is None else 0.0),
        )
    return found


def _late(session: Any, found: dict[Pair, Mark]) -> dict[Pair, Mark]:
    from nbgrader.api import Assignment, SubmittedAssignment, SubmittedNotebook

    rows = (
        session.query(
            SubmittedAssignment.student_id,
            Assignment.name,
            SubmittedNotebook.late_submission_penalty,
        )
        .join(Assignment, Assignment.id == SubmittedAssignment.assignment_id)
        .join(SubmittedNotebook, SubmittedNotebook.assignment_id == SubmittedAssignment.id)
        .filter(SubmittedNotebook.late_submission_penalty.isnot(None))
    )
    for student, assignment, penalty in rows:
        mark = found.get((student, assignment))
        if mark is not None:
            found[student, assignment] = replace(mark, penalty=mark.penalty + penalty)
    return found
