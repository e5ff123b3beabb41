"""The marks that count: automatic points, points given by hand, late penalties.

``results.json`` knows the automatic points; the rest is in nbgrader's gradebook.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from autograder.course import Course
from autograder.records import Record
from autograder.settings import sqlite_file

if TYPE_CHECKING:
    from autograder.grading.answers import EarlierTexts

Pair = tuple[str, str]


@dataclass(frozen=True)
class CellMark:
    """What one cell is worth, in points, and what a person wrote about it.

    ``waits``: a person has yet to mark it. ``is_outdated``: a person marked it or commented on it,
    and the answer has changed since; such a mark is not counted in ``score``.
    """

    cell: str
    score: float
    max_score: float
    by_hand: bool = False
    waits: bool = False
    is_outdated: bool = False
    comment: str = ""


@dataclass(frozen=True)
class Mark:
    """What a submission is worth, in points.

    ``pending`` are the points that still wait for a person, those of outdated marks among them;
    ``by_hand`` those that a person gave; ``penalty`` what is taken off for being late. ``cells``
    is empty where there is no gradebook.
    """

    score: float
    max_score: float
    by_hand: float = 0.0
    pending: float = 0.0
    penalty: float = 0.0
    cells: tuple[CellMark, ...] = ()

    @property
    def total(self) -> float:
        """The mark to hand in."""
        return max(0.0, round(self.score - self.penalty, 6))

    @property
    def outdated(self) -> tuple[str, ...]:
        """The cells whose answer changed after a person marked it."""
        return tuple(cell.cell for cell in self.cells if cell.is_outdated)


def marks(course: Course, records: Iterable[Record]) -> dict[Pair, Mark]:
    """The mark of each record, from the gradebook; without it, the automatic points alone.

    Raises:
        GradebookError: there is a gradebook and it cannot be read.
    """
    known = _from_gradebook(course) if _exists(course.db_url) else {}
    return {record.pair: known.get(record.pair) or automatic_mark(record) for record in records}


def automatic_mark(record: Record) -> Mark:
    """What a record says by itself: automatic points; those of a person wait."""
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
    """Every submission's cells, in two queries: those that give points, and what was said."""
    from nbgrader.api import Comment, Grade

    from autograder.grading.answers import EarlierTexts

    earlier = EarlierTexts(session)
    comments = {row[:4]: row for row in _by_submission(session, Comment, Comment.manual_comment)}
    columns = (Grade.auto_score, Grade.manual_score, Grade.needs_manual_grade, Grade.score)
    grades = {row[:4]: row for row in _by_submission(session, Grade, *columns, Grade.max_score)}
    found: dict[Pair, list[CellMark]] = {}
    for key in [*grades, *(key for key in comments if key not in grades)]:
        student, assignment, _notebook, _cell = key
        mark = _cell_mark(earlier, key, grades.get(key), comments.get(key))
        if mark.max_score or mark.comment:
            found.setdefault((student, assignment), []).append(mark)
    return {pair: _sum(cells) for pair, cells in found.items()}


def _cell_mark(earlier: EarlierTexts, key: tuple[str, ...], grade: Any, comment: Any) -> CellMark:
    """What one cell is worth, from the rows of its grade and of its comment, if it has them."""
    from autograder.grading.answers import Opinion

    student, assignment, _notebook, cell = key
    opinion = Opinion.of(grade, comment)
    outdated = earlier.has_comment(student, assignment, cell, opinion)
    if grade is None:
        return CellMark(cell, 0.0, 0.0, is_outdated=outdated, comment=opinion.comment)
    waits = bool(grade.needs_manual_grade)
    return CellMark(
        cell=cell,
        score=(grade.auto_score or 0.0) if opinion.is_outdated else grade.score,
        max_score=grade.max_score,
        by_hand=opinion.is_marked and not waits,
        waits=waits,
        is_outdated=outdated,
        comment=opinion.comment,
    )


def _by_submission(session: Any, kind: Any, *columns: Any) -> Any:
    """The rows of ``kind`` (grades or comments): student, assignment, notebook, cell, columns."""
    from nbgrader.api import Assignment, BaseCell, Notebook, SubmittedAssignment, SubmittedNotebook

    names = (SubmittedAssignment.student_id, Assignment.name, Notebook.name, BaseCell.name)
    return (
        session.query(*names, *columns)
        .select_from(kind)
        .join(BaseCell, BaseCell.id == kind.cell_id)
        .join(SubmittedNotebook, SubmittedNotebook.id == kind.notebook_id)
        .join(Notebook, Notebook.id == SubmittedNotebook.notebook_id)
        .join(SubmittedAssignment, SubmittedAssignment.id == SubmittedNotebook.assignment_id)
        .join(Assignment, Assignment.id == SubmittedAssignment.assignment_id)
        .order_by(Notebook.name, BaseCell.name)
    )


def _sum(cells: list[CellMark]) -> Mark:
    return Mark(
        score=round(sum((cell.score for cell in cells), 0.0), 6),
        max_score=sum((cell.max_score for cell in cells), 0.0),
        by_hand=sum((cell.score for cell in cells if cell.by_hand), 0.0),
        pending=sum((cell.max_score for cell in cells if cell.waits), 0.0),
        cells=tuple(cells),
    )


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
