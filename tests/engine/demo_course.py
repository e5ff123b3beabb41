"""A small course in English of one assignment, made in a temporary folder.

It is a course as any teacher's: its checks are a file in its solutions folder, its data lie in a
folder of its own, and its configuration says where its folders are and nothing else.
"""

from __future__ import annotations

import contextlib
import copy
import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import ready
from nbformat import from_dict
from nbgrader.utils import compute_checksum

from autograder.grading.blueprint import Blueprint, Part

CONFIG = """\
c = get_config()
c.CourseDirectory.course_id = "demo"
c.CourseDirectory.source_directory = "solutions"
c.CourseDirectory.release_directory = "notebooks"
"""

ASSIGNMENT = "demo"
#: Seconds after which to give up on what must happen, on the slowest machine.
PATIENCE = 900.0
CHECKS = Path(__file__).with_name("demo_checks.py").read_bytes()
CARS = b"name,weight\nbeetle,820\nmini,610\nimpala,1780\n"

STUB = "def square(x):\n    raise NotImplementedError('not yet')"
RIGHT = "def square(x):\n    return x ** 2"
WRITES = "from pathlib import Path\nPath('note.md').write_text('hello\\n')"
READS = """\
from pathlib import Path
import numpy as np
import pandas as pd
data = next(up / "data" for up in Path.cwd().parents if (up / "data").is_dir())
cars = pd.read_csv(data / "cars.csv")"""


def cell(source: str, grade_id: str | None = None, kind: str = "code", **roles: Any) -> dict:
    """One cell, with nbgrader metadata when it has a ``grade_id``."""
    metadata: dict[str, Any] = {}
    if grade_id:
        base = {"grade": False, "locked": False, "solution": False, "task": False}
        metadata["nbgrader"] = {**base, **roles, "grade_id": grade_id, "schema_version": 3}
    made: dict[str, Any] = {"cell_type": kind, "metadata": metadata, "source": source}
    if kind == "code":
        made |= {"execution_count": None, "outputs": []}
    if grade_id:
        made["metadata"]["nbgrader"]["cell_type"] = kind
        made["metadata"]["nbgrader"]["checksum"] = compute_checksum(from_dict(made))
    return made


def notebook(*cells: dict) -> dict[str, Any]:
    """An nbformat 4 notebook of these cells."""
    kernel = {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"}
    numbered = [{**copy.deepcopy(each), "id": f"c{i}"} for i, each in enumerate(cells)]
    return {
        "cells": numbered,
        "metadata": {"kernelspec": kernel, "language_info": {"name": "python"}},
        "nbformat": 4,
        "nbformat_minor": 5,
    }


def released(solution: str = STUB, note: str = "raise NotImplementedError('note')") -> dict:
    """The demo notebook as students get it, or with something in its solution cells."""
    tests = {"grade": True, "locked": True}
    return notebook(
        cell("# Demo", kind="markdown"),
        cell(READS, "imports", locked=True),
        cell(solution, "square", solution=True),
        cell("assert square(2) == 4\nprint('✅')", "square-test", points=3, **tests),
        cell("Why?", "why", "markdown", grade=True, solution=True, points=1),
        cell(note, "note", solution=True),
        cell("assert open('note.md').read()", "note-test", points=2, **tests),
    )


def blueprint(checks: bytes = CHECKS, **companions: bytes) -> Blueprint:
    """What grading needs of the demo assignment."""
    return Blueprint(
        ASSIGNMENT,
        notebooks={"demo": Part(as_bytes(released()))},
        companions={name: Part(content) for name, content in companions.items()},
        given={"data/cars.csv": Part(CARS)},
        judging={"checks.py": Part(checks)},
    )


def answer(*extra: dict, solution: str = RIGHT, note: str = WRITES) -> dict[str, Any]:
    """A submission: the demo notebook, answered, with more cells at its end."""
    made = released()
    made["cells"][2]["source"] = solution
    made["cells"][5]["source"] = note
    made["cells"] += [{**each, "id": f"e{i}"} for i, each in enumerate(extra)]
    return made


def as_bytes(made: dict[str, Any]) -> bytes:
    return json.dumps(made).encode()


def make_course(root: Path, checks: bytes = CHECKS) -> Path:
    """Write the demo course below ``root`` and return it."""
    write(root / "nbgrader_config.py", CONFIG)
    write(root / "data/cars.csv", CARS)
    write(root / "solutions/demo/checks.py", checks)
    write(root / "solutions/demo/demo.ipynb", as_bytes(answer()))
    write(root / "notebooks/demo/demo.ipynb", as_bytes(released()))
    return root


def write(path: Path, content: str | bytes) -> Path:
    """Write a file, and the folders above it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def submit(root: Path, student: str, made: dict | bytes, **files: bytes) -> Path:
    """Hand in a notebook (and other files) as ``student``."""
    folder = root / "submitted" / student / ASSIGNMENT
    write(folder / "demo.ipynb", made if isinstance(made, bytes) else as_bytes(made))
    for name, content in files.items():
        write(folder / name, content)
    return folder


@contextlib.contextmanager
def started(*words: str | Path, cwd: Path, scratch: Path) -> Iterator[subprocess.Popen]:
    """The installed ``autograder`` command while it runs, as in a terminal: what it says is piped.

    Whoever runs the tests in the background has SIGINT ignored, which a process inherits. Its
    temporary files lie in ``scratch``; a command that is left running is killed, and its workers
    end with it.
    """
    running = subprocess.Popen(
        [Path(sys.prefix, "bin", "autograder"), *map(str, words)],
        cwd=cwd,
        env={**os.environ, "COLUMNS": "200", "TMPDIR": str(scratch)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )
    try:
        yield running
    finally:
        running.kill()
        running.wait()
        running.stdout.close()


def command(*words: str | Path, cwd: Path) -> subprocess.CompletedProcess[str]:
    """The ``autograder`` command, run in ``cwd`` as a teacher would, in a process of its own.

    Its modules are imported beforehand; ``from_its_file`` runs it as it is installed.
    """
    return ready.run([str(word) for word in words], cwd, {**os.environ, "COLUMNS": "200"})


def from_its_file(*words: str | Path, cwd: Path) -> subprocess.CompletedProcess[str]:
    """The installed ``autograder`` command, run in ``cwd`` as a teacher would."""
    return subprocess.run(
        [Path(sys.prefix, "bin", "autograder"), *map(str, words)],
        cwd=cwd,
        env={**os.environ, "COLUMNS": "200"},
        capture_output=True,
        text=True,
        check=False,
    )
