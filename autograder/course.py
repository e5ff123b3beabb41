"""Where things are: assignments, paths, points, checks.

A course is a folder with an ``nbgrader_config.py``. Everything else follows from that file (the
names of the folders, the gradebook's address) and from what lies in the source folder: one folder
an assignment, one jupytext script a notebook. Nothing here knows which class it is.

Importing this module is cheap: no nbgrader, no Jupyter; notebooks are read as the JSON they are.
"""

from __future__ import annotations

import fnmatch
import importlib
import importlib.util
import json
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from importlib.machinery import ModuleSpec
from pathlib import Path
from types import ModuleType
from typing import Any, Literal

from autograder import UserError

CONFIG = "nbgrader_config.py"
ENVIRONMENT = "AUTOGRADER_COURSE"

#: What the notebooks may read from the course's root, found by walking up.
SHARED = ("datasets", "model_card_template.md")
#: What travels with the notebooks, besides them: code and documents that they import or read.
#: Anything else in a source folder stays there: what a run left behind, for example.
COMPANIONS = ("*.py", "*.md", "*.yml", "*.yaml", "*.toml", "*.txt", "*.html", "Dockerfile")
#: Reference answers that are files: never released, never copied over a student's own.
REFERENCES = ("MODEL_CARD.md",)

JUPYTEXT_HEADER = re.compile(r"\A# ---\n# jupyter:\n")
HIDDEN = (".", "__")


class CourseError(UserError):
    """What was asked for is not in the course; the message names it and what to do."""


@dataclass(frozen=True)
class GradeCell:
    """A cell that gives points, as the source notebook declares it."""

    grade_id: str
    points: float
    notebook: str
    kind: Literal["autograded", "manual"]


@dataclass(frozen=True)
class Assignment:
    """One folder of notebooks: where it is written and where it is released."""

    name: str
    notebooks: tuple[str, ...]
    source_dir: Path
    release_dir: Path
    companions: tuple[Path, ...] = ()

    def script(self, notebook: str) -> Path:
        """The jupytext script in which ``notebook`` is written."""
        return self.source_dir / f"{notebook}.py"

    def solution(self, notebook: str) -> Path:
        """The executed solution of ``notebook``."""
        return self.source_dir / f"{notebook}.ipynb"

    def released(self, notebook: str) -> Path:
        """The notebook that a student opens."""
        return self.release_dir / f"{notebook}.ipynb"

    @cached_property
    def grade_cells(self) -> tuple[GradeCell, ...]:
        """The cells that give points, in the order of the notebooks.

        Read from the executed solution or, before it is built, from the released notebook.

        Raises:
            CourseError: neither notebook has been built.
        """
        return tuple(cell for name in self.notebooks for cell in self._grade_cells(name))

    @property
    def points(self) -> dict[str, float]:
        """Points of each graded cell, by its ``grade_id``."""
        return {cell.grade_id: cell.points for cell in self.grade_cells}

    @property
    def max_score(self) -> float:
        """What a perfect submission gets, manual cells included."""
        return sum(self.points.values())

    @property
    def graded(self) -> bool:
        """Whether any cell gives points (the class itself has none)."""
        return bool(self.grade_cells)

    def _grade_cells(self, notebook: str) -> Iterator[GradeCell]:
        for path in (self.solution(notebook), self.released(notebook)):
            if path.is_file():
                return grade_cells(path)
        raise CourseError(f"{self.solution(notebook)} does not exist: run `autograder build`.")


@dataclass(frozen=True)
class Course:
    """A course: its root and the folders that ``nbgrader_config.py`` names."""

    root: Path
    course_id: str
    source_dir: Path
    release_dir: Path
    submitted_dir: Path
    autograded_dir: Path
    feedback_dir: Path
    db_url: str

    @classmethod
    def find(cls, start: Path | str | None = None) -> Course:
        """The course that holds ``start``, walking up; without it, ``AUTOGRADER_COURSE`` or here.

        Raises:
            CourseError: no ``nbgrader_config.py`` in that folder or in any above it.
        """
        folder = Path(start or os.environ.get(ENVIRONMENT) or Path.cwd()).resolve()
        for candidate in (folder, *folder.parents):
            if (candidate / CONFIG).is_file():
                return cls.at(candidate)
        raise CourseError(
            f"no {CONFIG} in {folder} or above it: go to the course's folder, "
            f"or say where it is with --course or {ENVIRONMENT}."
        )

    @classmethod
    def at(cls, root: Path) -> Course:
        """The course whose ``nbgrader_config.py`` lies in ``root``."""
        root = root.resolve()
        config = load_config(root)["CourseDirectory"]

        def folder(step: str, default: str) -> Path:
            return root / config.get(f"{step}_directory", default)

        return cls(
            root=root,
            course_id=config.get("course_id", ""),
            source_dir=folder("source", "source"),
            release_dir=folder("release", "release"),
            submitted_dir=folder("submitted", "submitted"),
            autograded_dir=folder("autograded", "autograded"),
            feedback_dir=folder("feedback", "feedback"),
            db_url=config.get("db_url", f"sqlite:///{root / 'gradebook.db'}"),
        )

    @cached_property
    def assignments(self) -> tuple[Assignment, ...]:
        """Every assignment that has a notebook in the source folder, by name."""
        folders = sorted(self.source_dir.glob("[!._]*/"))
        found = (self._assignment(folder) for folder in folders)
        return tuple(assignment for assignment in found if assignment.notebooks)

    @property
    def graded(self) -> tuple[Assignment, ...]:
        """The assignments that give points."""
        return tuple(assignment for assignment in self.assignments if assignment.graded)

    def assignment(self, name: str) -> Assignment:
        """The assignment called ``name``.

        Raises:
            CourseError: there is none; the message lists those that there are.
        """
        for assignment in self.assignments:
            if assignment.name == name:
                return assignment
        known = ", ".join(assignment.name for assignment in self.assignments) or "none"
        raise CourseError(f"no assignment {name!r} in {self.source_dir} (there are: {known}).")

    def _assignment(self, folder: Path) -> Assignment:
        return Assignment(
            name=folder.name,
            notebooks=notebook_names(folder),
            source_dir=folder,
            release_dir=self.release_dir / folder.name,
            companions=companions(folder),
        )


def load_config(root: Path) -> Any:
    """``nbgrader_config.py`` of a course as traitlets reads it (a ``Config``).

    Raises:
        CourseError: the file is missing or cannot be run.
    """
    from traitlets.config.loader import ConfigFileNotFound, PyFileConfigLoader

    try:
        return PyFileConfigLoader(CONFIG, path=str(root)).load_config()
    except ConfigFileNotFound as error:
        raise CourseError(f"no {CONFIG} in {root}.") from error
    except Exception as error:
        raise CourseError(f"{root / CONFIG} cannot be read: {error!r}") from error


def is_notebook_script(path: Path) -> bool:
    """Whether a ``.py`` file is a notebook (it starts with jupytext's header)."""
    if path.suffix != ".py":
        return False
    with path.open(encoding="utf-8", errors="replace") as script:
        return bool(JUPYTEXT_HEADER.match(script.readline() + script.readline()))


def notebook_names(folder: Path) -> tuple[str, ...]:
    """Names of the notebooks written in ``folder``, in the order in which they run."""
    scripts = sorted(path.stem for path in folder.glob("*.py") if is_notebook_script(path))
    return tuple(scripts or sorted(path.stem for path in folder.glob("*.ipynb")))


def companions(folder: Path) -> tuple[Path, ...]:
    """Files of an assignment that travel with its notebooks, to students and to submissions."""
    return tuple(path for path in _files(folder) if _is_companion(path))


def references(folder: Path) -> tuple[Path, ...]:
    """Reference answers of an assignment that are files: they stay in its source folder."""
    return tuple(path for path in _files(folder) if _matches(path, REFERENCES))


def kept_back(source_dir: Path) -> tuple[Path, ...]:
    """Files under ``source_dir`` that must reach neither students nor their submissions.

    Scripts of notebooks, reference answers (a model card), whatever a run left behind. Notebooks
    are not listed: they go through ``nbgrader generate_assignment``.
    """
    folders = sorted(path for path in source_dir.glob("[!._]*") if path.is_dir())
    files = (path for folder in folders for path in _files(folder))
    return tuple(path for path in files if path.suffix != ".ipynb" and not _is_companion(path))


def grade_cells(notebook: Path) -> Iterator[GradeCell]:
    """The cells of an ``.ipynb`` file that give points.

    Raises:
        CourseError: the file is not a notebook.
    """
    try:
        cells = json.loads(notebook.read_text(encoding="utf-8"))["cells"]
    except (ValueError, KeyError, TypeError) as error:
        raise CourseError(f"{notebook} is not a notebook: {error}") from error
    for cell in cells:
        nbgrader = cell["metadata"].get("nbgrader", {})
        if nbgrader.get("grade"):
            manual = nbgrader.get("solution") or nbgrader.get("task")
            yield GradeCell(
                grade_id=nbgrader["grade_id"],
                points=float(nbgrader["points"]),
                notebook=notebook.stem,
                kind="manual" if manual else "autograded",
            )


def checks_spec(assignment: str) -> ModuleSpec:
    """Where the module with an assignment's checks is, found without importing it.

    Raises:
        CourseError: there is no such module.
    """
    name = f"autograder.checks.{assignment.replace('-', '_')}"
    spec = importlib.util.find_spec(name)
    if spec is None:
        raise CourseError(f"{assignment} gives points, but there is no module {name}.")
    return spec


def checks(assignment: str) -> ModuleType:
    """The module that holds an assignment's checks. Raises CourseError as ``checks_spec`` does."""
    return importlib.import_module(checks_spec(assignment).name)


def _files(folder: Path) -> Iterator[Path]:
    for path in sorted(folder.rglob("*")):
        parts = path.relative_to(folder).parts
        if path.is_file() and not any(part.startswith(HIDDEN) for part in parts):
            yield path


def _is_companion(path: Path) -> bool:
    wanted = _matches(path, COMPANIONS) and not _matches(path, REFERENCES)
    return wanted and not is_notebook_script(path)


def _matches(path: Path, patterns: tuple[str, ...]) -> bool:
    return any(fnmatch.fnmatch(path.name, pattern) for pattern in patterns)
