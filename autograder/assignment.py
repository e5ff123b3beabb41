"""An assignment: its folder of notebooks, checks and companions, and the points of its cells.

Importing this module is cheap: no nbgrader, no Jupyter; notebooks are read as the JSON they are.
"""

from __future__ import annotations

import fnmatch
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, Literal

from autograder.cells import cells_of
from autograder.settings import CourseError, Settings
from autograder.sources import importing

CHECKS = "checks.py"
#: The folder of an assignment's answers, right and wrong, that prove its checks.
ANSWERS = "answers"

NOTEBOOK_START = re.compile(r"\A(# ---\n# jupyter:\n|# %%)")


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
    settings: Settings = field(default_factory=Settings)

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
    def checks(self) -> Path:
        """What is checked: the assignment's ``checks.py``, whether it exists or not."""
        return self.source_dir / CHECKS

    @cached_property
    def checking(self) -> tuple[Path, ...]:
        """``checks.py`` and the modules of the course that it imports; nothing if it is absent.

        They lie beside it, or in the source folder where several assignments share them.
        """
        return importing(self.checks, (self.source_dir, self.source_dir.parent))

    @property
    def answers(self) -> Path:
        """The folder of answers that prove the checks, whether it exists or not.

        Nothing in it is released, judges, or reaches a submission.
        """
        return self.source_dir / ANSWERS

    @cached_property
    def files(self) -> tuple[Path, ...]:
        """Every file of the source folder but the answers that prove the checks, sorted."""
        every = files_below(self.source_dir)
        return tuple(path for path in every if not path.is_relative_to(self.answers))

    @cached_property
    def companions(self) -> tuple[Path, ...]:
        """Files that travel with the notebooks, to students and to submissions."""
        return tuple(path for path in self.files if self._is_companion(path))

    @property
    def references(self) -> tuple[Path, ...]:
        """Reference answers that are files: they stay in the source folder."""
        patterns = self.settings.reference_answers
        return tuple(path for path in self.files if _matches(path, patterns))

    @property
    def kept_back(self) -> tuple[Path, ...]:
        """Files, and the folder of answers, that must reach neither students nor submissions.

        Scripts of notebooks, checks, reference answers, whatever a run left behind. Notebooks are
        not among them: they go through ``nbgrader generate_assignment``.
        """
        files = [path for path in self.files if path.suffix != ".ipynb"]
        kept = [path for path in files if path not in self.companions]
        return tuple([*kept, self.answers] if self.answers.is_dir() else kept)

    def _is_companion(self, path: Path) -> bool:
        unwanted = path in self._only_checked or is_notebook_script(path)
        wanted = _matches(path, self.settings.companions)
        return wanted and not unwanted and not _matches(path, self.settings.reference_answers)

    @cached_property
    def _only_checked(self) -> frozenset[Path]:
        """Modules that only the checks import: students never see them."""
        others = {path for path in self.files if path.suffix == ".py"}
        others -= set(self.checking)
        scripts = {self.script(name) for name in self.notebooks}
        used = {each for path in others | scripts for each in importing(path, (self.source_dir,))}
        return frozenset(self.checking) - (used - {self.checks})

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


def is_notebook_script(path: Path) -> bool:
    """Whether a ``.py`` file is a notebook: it starts with jupytext's header, or with a cell."""
    if path.suffix != ".py":
        return False
    with path.open(encoding="utf-8", errors="replace") as script:
        return bool(NOTEBOOK_START.match(script.readline() + script.readline()))


def notebook_names(folder: Path) -> tuple[str, ...]:
    """Names of the notebooks written in ``folder``, in the order in which they run."""
    scripts = sorted(path.stem for path in folder.glob("*.py") if is_notebook_script(path))
    return tuple(scripts or sorted(path.stem for path in folder.glob("*.ipynb")))


def files_below(folder: Path) -> Iterator[Path]:
    """Every file below ``folder``, sorted, but for hidden ones and caches."""
    for path in sorted(folder.rglob("*")):
        if path.is_file() and not is_hidden(path.relative_to(folder)):
            yield path


def is_hidden(path: Path) -> bool:
    """Whether a file, by its path below a folder, is hidden or in a cache."""
    return any(part.startswith(".") or part == "__pycache__" for part in path.parts)


def read_cells(notebook: Path) -> dict[str, Any]:
    """The JSON of an ``.ipynb`` file of the course. Raises CourseError when it is none."""
    try:
        content: dict[str, Any] = json.loads(notebook.read_text(encoding="utf-8"))
        if not all(isinstance(cell, dict) for cell in content["cells"]):
            raise ValueError("its cells are not cells")
    except (ValueError, KeyError, TypeError) as error:
        raise CourseError(f"{notebook} is not a notebook: {error}") from error
    return content


def grade_cells(notebook: Path) -> Iterator[GradeCell]:
    """The cells of an ``.ipynb`` file that give points.

    Raises:
        CourseError: the file is not a notebook.
    """
    for cell in cells_of(read_cells(notebook)):
        if cell.gives_points and cell.grade_id:
            yield GradeCell(
                grade_id=cell.grade_id,
                points=cell.points,
                notebook=notebook.stem,
                kind="manual" if cell.graded_by == "person" else "autograded",
            )


def _matches(path: Path, patterns: tuple[str, ...]) -> bool:
    return any(fnmatch.fnmatch(path.name, pattern) for pattern in patterns)
