"""Fixtures of the engine's tests: a demo course in a temporary folder, one sandbox a session.

The engine is the one that is installed (see ``environment.py``); nothing here knows a class.
"""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

# Before anything loads OpenMP: a fork of a process that has run its threads hangs in the next.
os.environ.update(OMP_NUM_THREADS="1", OPENBLAS_NUM_THREADS="1")
# What is graded by a command or with a course's own limits takes the time that it takes.
os.environ.update(
    AUTOGRADER_CELL_SECONDS="600",
    AUTOGRADER_CALL_SECONDS="600",
    AUTOGRADER_SUBMISSION_SECONDS="1200",
    AUTOGRADER_START_SECONDS="600",
)

import pytest
from hypothesis import HealthCheck, settings

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))

import demo_course  # noqa: E402
from demo_course import PATIENCE  # noqa: E402

from autograder.course import Course  # noqa: E402
from autograder.sandbox import process  # noqa: E402
from autograder.sandbox.driver import Sandbox  # noqa: E402
from autograder.sandbox.isolation import BWRAP, NONE, IsolationError, probe  # noqa: E402
from autograder.sandbox.limits import MIB, Limits  # noqa: E402
from autograder.sandbox.process import StudentProcess  # noqa: E402

REPOSITORY = HERE.parents[1]
SLOW = ("faults",)
#: How long what never ends may go on; it begins at once on any machine, so little is enough.
ENDLESS_SECONDS = 3.0

settings.register_profile(
    "any machine", deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("any machine")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """With ``--dist loadgroup`` a file's tests run together, the slowest files first."""
    items.sort(key=lambda item: item.path.parent.name not in SLOW)
    for item in items:
        item.add_marker(pytest.mark.xdist_group(str(item.path)))


@pytest.fixture(scope="session")
def repository() -> Path:
    """Where the sources lie, which nothing of the engine may need."""
    return REPOSITORY


@pytest.fixture(scope="session")
def isolation() -> str:
    """bwrap where this machine allows it; CI must."""
    try:
        probe(BWRAP)
    except IsolationError:
        if os.environ.get("CI"):
            raise
        return NONE
    return BWRAP


@pytest.fixture(scope="session")
def limits() -> Limits:
    """Small in bytes and counts; in seconds, more than an honest submission needs anywhere."""
    return Limits(
        cell_seconds=PATIENCE,
        call_seconds=PATIENCE,
        submission_seconds=2 * PATIENCE,
        start_seconds=PATIENCE,
        sandbox_memory_bytes=1536 * MIB,
        disk_bytes=16 * MIB,
    )


@pytest.fixture(scope="session")
def sandbox(isolation: str, limits: Limits) -> Iterator[Sandbox]:
    """One warm sandbox for the tests that do not break it (it repairs itself)."""
    with Sandbox(isolation, limits, (REPOSITORY,), ("matplotlib.pyplot", "pandas")) as made:
        yield made


@pytest.fixture()
def hurry(monkeypatch: pytest.MonkeyPatch) -> Callable[[Callable[[dict[str, Any]], bool]], None]:
    """Makes the clock run out soon on the requests that ``never_ends``, and on no other.

    What is interrupted has all the time it needs to answer that it was.
    """
    exchange = StudentProcess._exchange

    def hurried(never_ends: Callable[[dict[str, Any]], bool]) -> None:
        def exchanged(asked: StudentProcess, request: dict[str, Any], seconds: float) -> Any:
            return exchange(asked, request, ENDLESS_SECONDS if never_ends(request) else seconds)

        monkeypatch.setattr(StudentProcess, "_exchange", exchanged)
        monkeypatch.setattr(process, "GRACE_SECONDS", PATIENCE)

    return hurried


@pytest.fixture(scope="session")
def kept_place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where tests have their courses, one after the other: this process keeps its sandbox."""
    return tmp_path_factory.mktemp("demo") / "course"


@pytest.fixture()
def place(kept_place: Path) -> Path:
    """The same folder for every test, and nothing in it."""
    shutil.rmtree(kept_place, ignore_errors=True)
    return kept_place


@pytest.fixture()
def demo(place: Path) -> Course:
    """A new demo course in a temporary folder."""
    return Course.at(demo_course.make_course(place))
