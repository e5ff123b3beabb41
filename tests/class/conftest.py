"""What the tests of this class share: the course, one sandbox a session, its language."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

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

#: Nothing here fails because a machine is slow.
hypothesis.settings.register_profile(
    "class", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow]
)
hypothesis.settings.load_profile("class")
AMPLE = Limits(
    cell_seconds=300, call_seconds=300, submission_seconds=900, start_seconds=600, cpu_seconds=900
)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """With ``--dist loadgroup`` a file's tests run together, as its fixtures are costly.

    The groups that a file makes of its own come last, the largest first: whichever worker is free
    takes the next, so that none is left with much when the others have ended.
    """
    groups = {item: _own_group(item) for item in items}
    sizes = Counter(groups.values())
    items.sort(key=lambda item: (groups[item] != "", -sizes[groups[item]] if groups[item] else 0))
    for item in items:
        if not groups[item]:
            item.add_marker(pytest.mark.xdist_group(str(item.path)))


def _own_group(item: pytest.Item) -> str:
    marker = item.get_closest_marker("xdist_group")
    return marker.args[0] if marker else ""


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
