"""The course of this repository, for tests that are written before any fixture: at import."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from types import ModuleType

from autograder.course import Course
from autograder.grading.blueprint import Blueprint
from autograder.grading.grade import grade
from autograder.records import Result
from autograder.sandbox.driver import Sandbox
from autograder.truth.answers import Answer
from autograder.truth.runs import as_submission
from autograder.truth.subject import Subject

ROOT = Path(__file__).resolve().parents[2]
COURSE = Course.at(ROOT)
LANGUAGE = COURSE.settings.language


@cache
def subject(assignment: str) -> Subject:
    """An assignment with its solution and everything that judges it, read once."""
    return Subject.of(COURSE, COURSE.assignment(assignment))


def blueprint(assignment: str) -> Blueprint:
    """Everything that judges an assignment."""
    return subject(assignment).blueprint


def checks(assignment: str) -> ModuleType:
    """The module of an assignment's checks."""
    return blueprint(assignment).checks


def graded(answer: Answer, sandbox: Sandbox, seed: int) -> Result:
    """Grade an answer as in production."""
    seconds = round(sandbox.limits.submission_seconds)
    handed_in = as_submission(subject(answer.assignment), answer, seconds, "alguien")
    return grade(blueprint(answer.assignment), handed_in, seed, sandbox)
