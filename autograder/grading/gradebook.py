"""The one writer of nbgrader's gradebook: SQLite, or whatever ``CourseDirectory.db_url`` names.

nbgrader's own API opens several sessions and commits for each submission; here a result is one
transaction over objects that are looked up once.
"""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterator
from typing import Any

from nbgrader.api import (
    Comment,
    Grade,
    Student,
    SubmittedAssignment,
    SubmittedNotebook,
)
from nbgrader.preprocessors import SaveCells
from sqlalchemy.exc import DatabaseError, DataError, IntegrityError

from autograder.cells import cells_of, named_cells
from autograder.course import Course
from autograder.grading.answers import Answers, Opinion
from autograder.grading.blueprint import Blueprint
from autograder.grading.opening import GradebookError, open_gradebook
from autograder.grading.penalties import Penalties
from autograder.intake.extensions import Extensions
from autograder.intake.moments import to_utc
from autograder.intake.participants import Participants
from autograder.messages import gettext, ngettext, using
from autograder.records import Result, Verdict

_OF_THE_DATA = (DataError, IntegrityError)  # one result's fault, not the database's
MARKDOWN = str.maketrans({char: f"\\{char}" for char in "\\`*_{}[]()#+-.!|<>&~$"})


class Recorder:
    """Writes results into a gradebook, each in one transaction."""

    def __init__(self, course: Course):
        self.course = course
        self._gradebook = open_gradebook(course)
        self._session = self._gradebook.db
        self._penalties = Penalties(course)

    def ensure(self, blueprint: Blueprint) -> None:
        """Make sure that the gradebook has the assignment with the cells of ``blueprint``."""
        with self._in_use():
            self._gradebook.update_or_create_assignment(blueprint.assignment)
            for name, part in blueprint.notebooks.items():
                self._save_cells(blueprint.assignment, name, part.content)
            self._penalties.set_due_dates(self._session)
            self._session.commit()
            self._session.expire_all()

    @contextlib.contextmanager
    def _in_use(self) -> Iterator[None]:
        """Undo what was begun when it fails; what the database itself says, in a line."""
        try:
            yield
        except BaseException as error:
            self._session.rollback()
            said = _of_the_database(error)
            if said is None:
                raise
            raise GradebookError.of(self.course.db_url, said) from error

    def _save_cells(self, assignment: str, name: str, content: bytes) -> None:
        import nbformat

        if self._has_cells(assignment, name, json.loads(content)):
            return
        resources = {
            "nbgrader": {
                "notebook": name,
                "assignment": assignment,
                "db_url": self.course.db_url,
            }
        }
        self._session.commit()
        try:
            SaveCells().preprocess(nbformat.reads(content.decode(), as_version=4), resources)
        except RuntimeError as error:
            raise GradebookError(
                f"the released {name} has other cells than the gradebook, which has submissions of "
                f"it: {self._changed_cells(assignment, name, json.loads(content))}. If a grade_id "
                "was changed by mistake, restore it and run `autograder build`. Otherwise start a "
                f"new gradebook; `nbgrader db assignment remove {assignment} --force` keeps this "
                "one, and loses the assignment's marks"
            ) from error

    def _changed_cells(self, assignment: str, name: str, notebook: dict[str, Any]) -> str:
        """Which cells the released notebook has and the gradebook has not, and the reverse."""
        self._session.rollback()
        known = {cell.name for cell in self._gradebook.find_notebook(name, assignment).source_cells}
        now = set(named_cells(notebook))
        said = {"new": sorted(now - known), "gone": sorted(known - now)}
        found = [f"{what} {', '.join(cells)}" for what, cells in said.items() if cells]
        return "; ".join(found) or "a cell has another role"

    def _has_cells(self, assignment: str, name: str, notebook: dict[str, Any]) -> bool:
        """Whether the gradebook's cells are those of the released notebook, text included."""
        try:
            known = self._gradebook.find_notebook(name, assignment)
        except Exception:
            return False
        cells = named_cells(notebook)
        ours = {name: cell.checksum for name, cell in cells.items()}
        points = {name: cell.points for name, cell in cells.items() if cell.gives_points}
        return {cell.name: cell.checksum for cell in known.source_cells} == ours and {
            cell.name: cell.max_score for cell in known.grade_cells
        } == points

    def record(self, result: Result, blueprint: Blueprint) -> None:
        """Write one result: student, submission, scores, comments, late penalty; all or nothing."""
        with self._in_use():
            with self._session.no_autoflush:
                submission = self._submission(result)
                answers = Answers(self._session, result)
                for notebook in submission.notebooks:
                    self._fill(notebook, result, blueprint, answers)
            self._session.flush()
            answers.write()
            self._penalties.apply(submission)
            self._session.commit()

    def _submission(self, result: Result) -> SubmittedAssignment:
        """The student's submission, with a row for every graded cell there is now."""
        session = self._session
        assignment = self._gradebook.find_assignment(result.assignment)
        student = self._student(result.student)
        submission = (
            session.query(SubmittedAssignment)
            .filter_by(assignment_id=assignment.id, student_id=student.id)
            .one_or_none()
        )
        if submission is None:
            submission = SubmittedAssignment(assignment=assignment, student=student)
            session.add(submission)
        submission.timestamp = to_utc(result.timestamp)
        self._complete(submission, assignment)
        return submission

    def _student(self, name: str) -> Any:
        student = self._session.get(Student, name)
        if student is None:
            student = Student(id=name)
            self._session.add(student)
        return student

    def _complete(self, submission: SubmittedAssignment, assignment: Any) -> None:
        mine = {each.notebook_id: each for each in submission.notebooks}
        for notebook in assignment.notebooks:
            submitted = mine.get(notebook.id)
            if submitted is None:
                submitted = SubmittedNotebook(notebook=notebook, assignment=submission)
                self._session.add(submitted)
            graded = {grade.cell_id for grade in submitted.grades}
            commented = {comment.cell_id for comment in submitted.comments}
            for cell in [*notebook.grade_cells, *notebook.task_cells]:
                if cell.id not in graded:
                    self._session.add(Grade(cell=cell, notebook=submitted))
            for cell in [*notebook.solution_cells, *notebook.task_cells]:
                if cell.id not in commented:
                    self._session.add(Comment(cell=cell, notebook=submitted))

    def _fill(
        self, notebook: SubmittedNotebook, result: Result, blueprint: Blueprint, answers: Answers
    ) -> None:
        scores: dict[str, float] = {}
        for verdict in result.checks:
            scores[verdict.cell] = scores.get(verdict.cell, 0.0) + verdict.points
        said = {comment.cell.name: comment for comment in notebook.comments}
        for grade in notebook.grades:
            opinion = Opinion.of(grade, said.pop(grade.cell.name, None))
            has_changed = answers.has_changed(grade.cell.name, opinion)
            if grade.cell.name in scores:
                grade.auto_score = scores[grade.cell.name]
                grade.needs_manual_grade = has_changed and opinion.is_marked
            else:
                answered = grade.cell.name not in result.unanswered
                grade.auto_score = None if answered else 0.0
                grade.needs_manual_grade = has_changed if opinion.is_marked else answered
        for name, comment in said.items():
            answers.has_changed(name, Opinion.of(None, comment))
        with using(blueprint.language):
            comments = _comments(result, blueprint.released[notebook.name])
        for comment in notebook.comments:
            comment.auto_comment = comments.get(comment.cell.name)
        notebook.flagged = bool(result.flags)

    def bring_up_to_date(self, extensions: Extensions, people: Participants) -> list[str]:
        """What does not depend on running anything: names, extensions, late penalties.

        Returns:
            The submissions whose total has changed.
        """
        with self._in_use():
            self._session.expire_all()
            for student in self._session.query(Student):
                _introduce(student, people)
            changed = self._penalties.bring_up_to_date(self._session, extensions, people)
            self._session.commit()
        return changed

    def close(self) -> None:
        """Close the session and the connection."""
        self._gradebook.close()

    def __enter__(self) -> Recorder:
        return self

    def __exit__(self, *_exc: object) -> None:
        self.close()


def _introduce(student: Student, people: Participants) -> None:
    """Give a student the name and address that are known; what is known of nobody stays."""
    names = people.names(student.id)
    for attribute, value in zip(("first_name", "last_name", "email"), names or (), strict=False):
        if value and value != getattr(student, attribute):
            setattr(student, attribute, value[:128])


def _of_the_database(error: BaseException | None) -> DatabaseError | None:
    """The database's own error in ``error`` (nbgrader wraps them), unless the data are at fault."""
    while error is not None and not isinstance(error, DatabaseError):
        error = error.__cause__ or error.__context__
    return None if isinstance(error, _OF_THE_DATA) else error


def _comments(result: Result, released: dict[str, Any]) -> dict[str, str]:
    """What did not pass, as a comment on the solution cell that precedes the check's cell."""
    said: dict[str, list[str]] = {}
    target = None
    for cell in cells_of(released):
        name = cell.grade_id
        if cell.is_answer and not cell.gives_points:
            target = name
        lost = [v for v in result.checks if v.cell == name and not v.passed]
        if target and lost:
            said.setdefault(target, []).extend(_comment(verdict) for verdict in lost)
    comments = {name: "\n\n".join(lines) for name, lines in said.items()}
    for name in result.unanswered:
        comments[name] = gettext("No answer.")
    return comments


def _comment(verdict: Verdict) -> str:
    """One verdict in Markdown, every special character escaped: it may quote the student."""
    text = " ".join(part for part in (verdict.title, verdict.message, verdict.hint) if part)
    message = ngettext(
        "{got} of {total} point: {text}", "{got} of {total} points: {text}", verdict.max_points
    )
    return message.format(
        got=f"{verdict.points:g}", total=f"{verdict.max_points:g}", text=text.translate(MARKDOWN)
    )
