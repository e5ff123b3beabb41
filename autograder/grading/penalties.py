"""Late penalties, computed again in every run: they depend on more than a submission.

A due date moves, a student gets an extension, the rule changes, a person marks what was pending:
none of it needs a notebook to be run. The rule is nbgrader's own plugin, which the course names
(``c.AssignLatePenalties.plugin_class``).
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from nbgrader.api import Assignment, SubmittedAssignment, SubmittedNotebook
from nbgrader.preprocessors import AssignLatePenalties
from sqlalchemy.orm import Session

from autograder import UserError
from autograder.course import Course
from autograder.intake.extensions import Extensions
from autograder.intake.moments import read_moment
from autograder.intake.participants import Participants
from autograder.settings import load_config
from autograder.text import printable


class PenaltyError(UserError):
    """A due date or the course's rule cannot be used; the message says which and why."""


class Penalties:
    """The rule of a course, and its due dates."""

    def __init__(self, course: Course):
        self._rule = AssignLatePenalties(config=load_config(course.root))
        self._rule.init_plugin()
        self._due = {name: _due(course, name, text) for name, text in course.settings.due.items()}

    def apply(self, submission: SubmittedAssignment) -> bool:
        """Give each notebook of a submission its penalty; whether any has changed.

        Raises:
            PenaltyError: the course's rule fails.
        """
        late = seconds_late(submission)
        changed = False
        for notebook in submission.notebooks:
            penalty = self._of(notebook, submission.student_id, late) if late > 0 else None
            if penalty != notebook.late_submission_penalty:
                notebook.late_submission_penalty = penalty
                changed = True
        return changed

    def _of(self, notebook: SubmittedNotebook, student: str, late: float) -> float | None:
        try:
            penalty = self._rule.plugin_inst.late_submission_penalty(student, notebook.score, late)
            return None if penalty is None else self._rule._check_late_penalty(notebook, penalty)
        except Exception as error:
            said = printable(f"{type(error).__name__}: {error}", 200)
            name = type(self._rule.plugin_inst).__name__
            raise PenaltyError(f"the rule of late penalties, {name}, fails: {said}") from error

    def set_due_dates(self, session: Session) -> None:
        """Write the due dates that the course's configuration gives into the gradebook."""
        for assignment in session.query(Assignment).filter(Assignment.name.in_(self._due)):
            assignment.duedate = self._due[assignment.name]

    def bring_up_to_date(
        self, session: Session, extensions: Extensions, people: Participants
    ) -> list[str]:
        """Compute every penalty of a gradebook again; the submissions whose total has changed.

        Extensions that the course gives are written into the gradebook; those that it already has
        (``Gradebook.grant_extension``) stay. The caller commits.
        """
        self.set_due_dates(session)
        changed = []
        for submission in session.query(SubmittedAssignment):
            _extend(submission, extensions, people)
            if self.apply(submission):
                changed.append(f"{submission.student_id}/{submission.assignment.name}")
        return sorted(changed)


def seconds_late(submission: SubmittedAssignment) -> float:
    """How late a submission is, its extension counted; 0 where nobody says when it was due.

    nbgrader's own sum fails for an extension of what has no due date.
    """
    due, handed_in = submission.assignment.duedate, submission.timestamp
    if due is None or handed_in is None:
        return 0.0
    late: timedelta = handed_in - due - (submission.extension or timedelta(0))
    return max(0.0, late.total_seconds())


def _extend(submission: Any, extensions: Extensions, people: Participants) -> None:
    name, due = submission.assignment.name, submission.assignment.duedate
    if due is None or not extensions.given:
        return
    team = people.members(submission.student_id, name)
    given = extensions.of((submission.student_id, *team), name, due)
    if given is not None and given != (submission.extension or timedelta(0)):
        submission.extension = given or None


def _due(course: Course, name: str, text: str) -> datetime:
    course.assignment(name)
    moment = read_moment(text, course.settings.zone)
    if moment is None:
        raise PenaltyError(
            f"c.Autograder.due: {text!r}, of {name}, is not certain: write 2026-11-20 23:59"
        )
    return moment.astimezone(UTC).replace(tzinfo=None)
