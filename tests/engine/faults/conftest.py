"""A cohort to go wrong, for each test."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path

import pytest
from people import PATIENCE, Cohort

from autograder.sandbox.isolation import BWRAP

#: So that time never runs out for a submission, whatever else the machine does.
SECONDS = ("CELL", "CALL", "SUBMISSION", "START", "CPU")


@pytest.fixture(autouse=True)
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """The limits in seconds are far away, here and in the commands that tests run."""
    for each in SECONDS:
        monkeypatch.setenv(f"AUTOGRADER_{each}_SECONDS", str(4 * PATIENCE))


@pytest.fixture()
def people(place: Path, isolation: str) -> Iterator[Cohort]:
    """A cohort of one's own."""
    if isolation != BWRAP:
        pytest.skip("needs bubblewrap and namespaces: see `autograder doctor`")
    with contextlib.closing(Cohort(place)) as made:
        yield made
