"""What lies in what: Python, the course, and what of either a student's code may see."""

from __future__ import annotations

import sys
import time
from pathlib import Path

import pytest
from demo_course import PATIENCE, write

from autograder.sandbox.driver import Sandbox
from autograder.sandbox.isolation import BWRAP, NONE, IsolationError, launch, probe
from autograder.sandbox.limits import Limits

WALKS = """\
import os
found = [os.path.join(top, name) for top, _, names in os.walk({top!r}) for name in names]
print(sorted(os.path.relpath(each, {top!r}) for each in found))
"""


@pytest.fixture()
def outer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A Python that holds a course that holds packages that hold the engine."""
    top = tmp_path / "outer"
    packages = top / "course/.venv/lib/site-packages"
    for name in ("lib/tool.py", "course/secret.txt", "course/solutions/checks.py"):
        write(top / name, "x")
    for name in ("package.py", "engine/secret.py"):
        write(packages / name, "x")
    monkeypatch.setattr(sys, "base_exec_prefix", str(top))
    monkeypatch.syspath_prepend(packages)
    return top


def test_each_is_hidden_or_shown_however_they_lie_in_one_another(
    outer: Path, isolation: str, limits: Limits
) -> None:
    if isolation != BWRAP:
        pytest.skip("this machine cannot isolate")
    course = outer / "course"
    engine = course / ".venv/lib/site-packages/engine"
    with Sandbox(BWRAP, limits, (engine, course, course / "solutions")) as sandbox:
        child = sandbox.fork(1, time.monotonic() + PATIENCE)
        [output] = child.run_cell(WALKS.format(top=str(outer)), 10_000).outputs
    shown = ["course/.venv/lib/site-packages/package.py", "lib/tool.py"]
    assert output["text"] == f"{shown}\n"


def test_python_itself_cannot_be_hidden(outer: Path) -> None:
    with pytest.raises(IsolationError, match="move the course to a folder of its own"):
        launch(BWRAP, outer, Limits(), 0, (outer,))


def test_isolation_is_one_of_two(tmp_path: Path) -> None:
    probe(NONE)
    with pytest.raises(IsolationError, match="choose bwrap or none"):
        probe("docker")
