"""What the tests of this class share: the course, one sandbox a session, its language."""

from __future__ import annotations

import os
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

# Before anything loads OpenMP: a fork of a process that has run its threads hangs in the next.
os.environ.update(OMP_NUM_THREADS="1", OPENBLAS_NUM_THREADS="1", MPLBACKEND="agg")

import hypothesis
import pytest
from the_course import COURSE, LANGUAGE, ROOT

from autograder.course import Course
from autograder.grading.cohort import setting_of
from autograder.messages import using
from autograder.sandbox.driver import Sandbox
from autograder.sandbox.isolation import BWRAP, NONE, IsolationError, probe
from autograder.sandbox.limits import Limits

#: The assignment of an answer, and how many cells it shares with the reference (test_truth).
SHARED = re.compile(r"\[([\w-]+)/.+@(\d+)\]$")
#: Nothing here fails because a machine is slow.
hypothesis.settings.register_profile(
    "class", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow]
)
hypothesis.settings.load_profile("class")
AMPLE = Limits(
    cell_seconds=300, call_seconds=300, submission_seconds=900, start_seconds=600, cpu_seconds=900
)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """With ``-n`` a file's tests run together, as its fixtures are costly.

    Not with ``--dist loadgroup``, which pytest 9.2 and pytest-xdist 3.8 quietly ignore together.
    """
    from xdist.scheduler import LoadScopeScheduling

    class Together(LoadScopeScheduling):
        def _split_scope(self, nodeid: str) -> str:
            return together(nodeid)

    return Together(config, log)


def together(nodeid: str) -> str:
    """Tests that give the same run together: a file's, or answers that share what is run first."""
    shared = SHARED.search(nodeid)
    return shared.expand(r"\1@\2") if shared else nodeid.partition("::")[0]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Answers come last, those of which there are most first.

    Whichever worker is free takes the next, so that none is left with much when all have ended.
    """
    sizes = Counter(together(item.nodeid) for item in items if SHARED.search(item.nodeid))
    items.sort(key=lambda item: -sizes[together(item.nodeid)] or -len(items))


@pytest.fixture(autouse=True)
def language() -> Iterator[None]:
    """Checks that a test runs itself say what students of this class read."""
    with using(LANGUAGE):
        yield


@pytest.fixture(scope="session")
def root() -> Path:
    """The course's folder."""
    return ROOT


@pytest.fixture(scope="session")
def course() -> Course:
    return COURSE


@pytest.fixture(scope="session")
def limits() -> Limits:
    """Far beyond what anything here needs: what ends too late is not these tests' subject."""
    return AMPLE


@pytest.fixture(scope="session")
def isolation(course: Course, limits: Limits) -> str:
    """bwrap where this machine allows it; CI must."""
    try:
        probe(BWRAP, setting_of(course, limits, BWRAP).hidden)
    except IsolationError:
        if os.environ.get("CI"):
            raise
        return NONE
    return BWRAP


@pytest.fixture(scope="session")
def sandbox(course: Course, isolation: str, limits: Limits) -> Iterator[Sandbox]:
    """One warm sandbox, as a worker has it."""
    setting = setting_of(course, limits, isolation)
    with Sandbox(setting.isolation, setting.limits, setting.hidden, setting.modules) as made:
        yield made
