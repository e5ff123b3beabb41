"""The demo's checks and more: ``conftest`` writes this after them into a course's ``checks.py``."""

import os
import signal
import time
from pathlib import Path

from numpy.random import Generator

from autograder.checking import Student, check

#: A folder beside the course's: who waits leaves a file there, and goes on when there is ``open``.
GATE = Path("@GATE@")


@check("note-test", points=0)
def waits_at_the_gate(student: Student, rng: Generator) -> None:
    """The judge is busy with who defines `gate`, until a test opens it."""
    if student.has("gate"):
        (GATE / f"waiting-{os.getpid()}").touch()
        while not (GATE / "open").exists():
            time.sleep(0.01)


@check("note-test", points=0)
def ends_its_worker(student: Student, rng: Generator) -> None:
    """The judge runs out of memory with who defines `poison`."""
    if student.has("poison"):
        os.kill(os.getpid(), signal.SIGKILL)
