"""Fixtures shared by the tests: the real course, a demo course, one sandbox a session."""

from __future__ import annotations

import os
import sys
from pathlib import Path

# Before anything loads OpenMP: a fork of a process that has run its threads hangs in the next.
os.environ.update(OMP_NUM_THREADS="1", OPENBLAS_NUM_THREADS="1")

import pytest

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))

import demo_course  # noqa: E402

from autograder import course as courses  # noqa: E402
from autograder.course import Course  # noqa: E402
from autograder.sandbox.driver import Sandbox  # noqa: E402
from autograder.sandbox.isolation import BWRAP, NONE, IsolationError, probe  # noqa: E402
from autograder.sandbox.limits import Limits  # noqa: E402

ROOT = HERE.parent
SLOW = ("truth", "faults")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """With ``--dist loadgroup`` a file's tests run together; the answers, by assignment.

    The slowest groups come first, so that no worker has one left when the others have ended.
    """
    items.sort(key=lambda item: item.path.parent.name not in SLOW)
    for item in items:
        parameters = item.callspec.params if hasattr(item, "callspec") else {}
        assignment = getattr(parameters.get("answer"), "assignment", "")
        item.add_marker(pytest.mark.xdist_group(f"{item.path} {assignment}"))


@pytest.fixture(scope="session")
def root() -> Path:
    """The real course's folder."""
    return ROOT


@pytest.fixture(scope="session")
def course() -> Course:
    """The real course."""
    return Course.at(ROOT)


@pytest.fixture(scope="session")
def isolation() -> str:
    """bwrap where this machine allows it; CI must."""
    try:
        probe(BWRAP, ROOT / "datasets")
    except IsolationError:
        if os.environ.get("CI"):
            raise
        return NONE
    return BWRAP


@pytest.fixture(scope="session")
def limits() -> Limits:
    """Small limits: a hostile submission of the tests ends soon."""
    return Limits(cell_seconds=4, call_seconds=4, submission_seconds=25)


@pytest.fixture(scope="session")
def sandbox(isolation: str, limits: Limits):
    """One warm sandbox for the tests that do not break it (it repairs itself)."""
    with Sandbox(ROOT / "datasets", isolation, limits) as made:
        yield made


@pytest.fixture()
def demo(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Course:
    """A demo course in a temporary folder, its checks in tests/demo_checks.py."""
    monkeypatch.setattr(courses, "checks_spec", _demo_checks)
    monkeypatch.setenv("PYTHONPATH", str(HERE))
    return Course.at(demo_course.make_course(tmp_path / "curso", ROOT / "datasets"))


def _demo_checks(_assignment: str):
    import demo_checks

    return demo_checks.__spec__
