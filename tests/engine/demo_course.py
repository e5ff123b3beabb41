"""A small course of one assignment, made in a temporary folder: the engine knows no class."""

from __future__ import annotations

import copy
import json
import shutil
from pathlib import Path
from typing import Any

from nbformat import from_dict
from nbgrader.utils import compute_checksum

from autograder.grading.blueprint import Blueprint

CONFIG = """
from autograder.defaults import configure

c = get_config()
c.CourseDirectory.course_id = "demo"
c.CourseDirectory.root = {root!r}
c.CourseDirectory.source_directory = "solutions"
c.CourseDirectory.release_directory = "notebooks"
configure(c)
c.Autograde.sanitize_preprocessors = ["autograder.nbgrader_plugin.Sanitize"]
c.Autograde.autograde_preprocessors = [
    "autograder.nbgrader_plugin.Execute",
    "autograder.nbgrader_plugin.SaveScores",
]
"""

ASSIGNMENT = "demo"


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


STUB = "def cuadrado(x):\n    raise NotImplementedError('todavía no')"
RIGHT = "def cuadrado(x):\n    return x ** 2"
WRITES = "from pathlib import Path\nPath('nota.md').write_text('hola\\n')"


def released(solution: str = STUB, note: str = "raise NotImplementedError('nota')") -> dict:
    """The demo notebook as students get it, or with something in its solution cells."""
    tests = {"grade": True, "locked": True}
    return notebook(
        cell("# Demo", kind="markdown"),
        cell("import numpy as np", "importar", locked=True),
        cell(solution, "cuadrado", solution=True),
        cell("assert cuadrado(2) == 4\nprint('✅')", "cuadrado-autotest", points=3, **tests),
        cell("¿Por qué?", "porque", "markdown", grade=True, solution=True, points=1),
        cell(note, "nota", solution=True),
        cell("assert open('nota.md').read()", "nota-autotest", points=2, **tests),
    )


def blueprint(**companions: bytes) -> Blueprint:
    """What grading needs of the demo assignment."""
    content = json.dumps(released()).encode()
    return Blueprint(ASSIGNMENT, {"demo": content}, companions, "demo_checks", "0" * 64)


def answer(*extra: dict, solution: str = RIGHT, note: str = WRITES) -> dict[str, Any]:
    """A submission: the demo notebook, answered, with more cells at its end."""
    made = released()
    made["cells"][2]["source"] = solution
    made["cells"][5]["source"] = note
    made["cells"] += [{**each, "id": f"e{i}"} for i, each in enumerate(extra)]
    return made


def as_bytes(made: dict[str, Any]) -> bytes:
    return json.dumps(made).encode()


def make_course(root: Path, datasets: Path) -> Path:
    """Write the demo course below ``root`` and return it."""
    for folder in ("solutions", "notebooks"):
        (root / folder / ASSIGNMENT).mkdir(parents=True)
    (root / "nbgrader_config.py").write_text(CONFIG.format(root=str(root)))
    (root / "notebooks/demo/demo.ipynb").write_bytes(as_bytes(released()))
    (root / "solutions/demo/demo.ipynb").write_bytes(as_bytes(answer()))
    shutil.copytree(datasets, root / "datasets", ignore=shutil.ignore_patterns("*.py", "__*"))
    return root


def submit(root: Path, student: str, made: dict | bytes, **files: bytes) -> Path:
    """Hand in a notebook (and other files) as ``student``."""
    folder = root / "submitted" / student / ASSIGNMENT
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "demo.ipynb").write_bytes(made if isinstance(made, bytes) else as_bytes(made))
    for name, content in files.items():
        (folder / name).write_bytes(content)
    return folder
