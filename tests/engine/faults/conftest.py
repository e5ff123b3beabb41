"""Cohorts to go wrong, for one test or for the tests of a module."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path

import pytest
from people import PATIENCE, Cohort

from autograder.grading import workers
from autograder.sandbox.isolation import BWRAP

#: So that time never runs out for a submission, whatever else the machine does.
SECONDS = ("CELL", "CALL", "SUBMISSION", "START", "CPU")


@pytest.fixture(autouse=True)
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """The limits in seconds are far away, here and in the commands that tests run."""
    for each in SECONDS:
        monkeypatch.setenv(f"AUTOGRADER_{each}_SECONDS", str(4 * PATIENCE))


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory, isolation: str):
    """A cohort for the tests of a module: they share its sandbox."""
    yield from _cohort(tmp_path_factory.mktemp("faults"), isolation)


@pytest.fixture()
def people(tmp_path: Path, isolation: str):
    """A cohort of one's own."""
    yield from _cohort(tmp_path, isolation)


def _cohort(folder: Path, isolation: str) -> Iterator[Cohort]:
    if isolation != BWRAP:
        pytest.skip("needs bubblewrap and namespaces: see `autograder doctor`")
    with contextlib.closing(Cohort(folder)) as made:
        yield made
    for sandbox in workers._SANDBOXES.values():
        sandbox.close()
    workers._SANDBOXES.clear()
