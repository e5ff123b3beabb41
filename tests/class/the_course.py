"""The course of this repository, for tests that are written before any fixture: at import."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from types import ModuleType

from autograder.course import Course
from autograder.grading.blueprint import Blueprint, read

ROOT = Path(__file__).resolve().parents[2]
COURSE = Course.at(ROOT)
LANGUAGE = COURSE.settings.language


@cache
def blueprint(assignment: str) -> Blueprint:
    """Everything that judges an assignment, read once."""
    return read(COURSE, COURSE.assignment(assignment))


def checks(assignment: str) -> ModuleType:
    """The module of an assignment's checks."""
    return blueprint(assignment).checks
