"""Grading another folder of submissions than the course's own: a trial, which leaves no trace.

A trial has a gradebook, executed notebooks, feedback and results of its own, all in one folder:
``results/<name>/``, or what ``--results`` says.
"""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

from autograder import UserError
from autograder.course import Course
from autograder.settings import GRADEBOOK, sqlite_url

#: In a trial's folder: which submissions it is of.
MARKER = "submitted.txt"


class TrialError(UserError):
    """The results of that folder are another run's; the message says what to do."""


def choose(course: Course, submitted: Path | None, results: Path | None) -> tuple[Course, Path]:
    """The course that a command works on, and where its results are.

    Without ``submitted``, ``results`` may be a trial's folder. Raises TrialError.
    """
    known = None if results is None else _submitted_of(results)
    wanted = (submitted or known or course.submitted_dir).resolve()
    is_own = wanted == course.submitted_dir.resolve()
    folder = results or (course.results_dir if is_own else _folder_of(course, wanted))
    known = _submitted_of(folder)
    if known is not None and known != wanted:
        raise TrialError(f"{folder} is of {known}: choose another --results")
    return (course if is_own else _trial(course, wanted, folder.resolve())), folder


def _trial(course: Course, submitted: Path, folder: Path) -> Course:
    return replace(
        course,
        submitted_dir=submitted,
        autograded_dir=folder / "autograded",
        feedback_dir=folder / "feedback",
        db_url=sqlite_url(folder / GRADEBOOK),
    )


def mark(course: Course, results: Path) -> None:
    """Write into a trial's results which submissions they are of; nothing for the course's own."""
    if course.autograded_dir == results.resolve() / "autograded":
        (results / MARKER).write_text(f"{course.submitted_dir.resolve()}\n", "utf-8")


def _submitted_of(results: Path) -> Path | None:
    try:
        return Path((results / MARKER).read_text("utf-8").strip())
    except (OSError, UnicodeDecodeError):
        return None


def _folder_of(course: Course, submitted: Path) -> Path:
    """The folder of a trial of ``submitted``: called as it, with a number where that is taken."""
    named = submitted.parent if submitted.name == "submitted" else submitted
    name = re.sub(r"[^\w.-]+", "-", named.name).strip("-.") or "trial"
    results, number = course.results_dir, 1
    while True:
        folder = results / (name if number == 1 else f"{name}-{number}")
        if not folder.exists() or _submitted_of(folder) == submitted:
            return folder
        number += 1
