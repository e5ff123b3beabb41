"""Where things are: assignments, paths, points, data, language.

A course is a folder with an ``nbgrader_config.py``. Everything else follows from that file (the
names of the folders, the gradebook's address, the settings under ``c.Autograder``) and from what
lies in the source folder: one folder an assignment, in it one jupytext script a notebook, and
``checks.py``. Nothing here knows which course it is.

Importing this module is cheap: no nbgrader, no Jupyter; notebooks are read as the JSON they are.
"""

from __future__ import annotations

import fnmatch
import json
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from glob import escape
from pathlib import Path
from typing import Any, Literal

from autograder.cells import cells_of
from autograder.defaults import IGNORED, configure
from autograder.settings import CONFIG, CourseError, Settings, load_config
from autograder.sources import importing, imports, mentions

ENVIRONMENT = "AUTOGRADER_COURSE"
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
    settings: Settings = field(default_factory=Settings)

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
        every = load_config(root)
        config = every["CourseDirectory"]

        def folder(step: str, default: str) -> Path:
            return root / str(config.get(f"{step}_directory", default))

        return cls(
            root=root,
            course_id=config.get("course_id", ""),
            source_dir=folder("source", "source"),
            release_dir=folder("release", "release"),
            submitted_dir=folder("submitted", "submitted"),
            autograded_dir=folder("autograded", "autograded"),
            feedback_dir=folder("feedback", "feedback"),
            db_url=config["db_url"],
            settings=Settings.of(every),
        )

    @cached_property
    def assignments(self) -> tuple[Assignment, ...]:
        """Every assignment that has a notebook in the source folder, by name.

        Raises:
            CourseError: the source folder does not exist.
        """
        if not self.source_dir.is_dir():
            raise CourseError(
                f"there is no source folder {self.source_dir}: make it, or name another with "
                f"c.CourseDirectory.source_directory in {self.root / CONFIG}."
            )
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

    @property
    def ignored(self) -> list[str]:
        """Patterns of what nbgrader must neither release nor copy over a student's file.

        nbgrader matches each as a glob: with a whole path, a student's own file of the name of a
        reference answer is left alone, while ours stays where it is. The path is as nbgrader
        writes it: "." stands for the student.
        """
        source = self.source_dir
        kept_back = [path for assignment in self.assignments for path in assignment.kept_back]
        paths = [f"{source}/./{path.relative_to(source)}" for path in kept_back]
        return [*IGNORED, *map(escape, paths)]

    def _assignment(self, folder: Path) -> Assignment:
        return Assignment(
            name=folder.name,
            notebooks=notebook_names(folder),
            source_dir=folder,
            release_dir=self.release_dir / folder.name,
            settings=self.settings,
        )

    @cached_property
    def given(self) -> tuple[Path, ...]:
        """Data that students are given, from the course's root (none is a link out of it)."""
        found = {path for pattern in self.settings.data for path in self._matching(pattern)}
        return tuple(
            path
            for path in sorted(found)
            if path.is_file()
            and path.suffix != ".py"
            and not _is_hidden(path.relative_to(self.root))
            and path.resolve().is_relative_to(self.root)
            and not self._is_answer(path)
        )

    def _is_answer(self, path: Path) -> bool:
        """Whether a file is among the answers that prove an assignment's checks."""
        inside = path.relative_to(self.source_dir) if path.is_relative_to(self.source_dir) else path
        return inside.parts[1:2] == (ANSWERS,) and inside != path

    def _matching(self, pattern: str) -> Iterator[Path]:
        """What a glob matches; before Python 3.13 a last ``**`` would give folders alone."""
        return self.root.glob(f"{pattern}/*" if pattern.endswith("**") else pattern)

    @cached_property
    def imported(self) -> tuple[str, ...]:
        """Modules that the graded notebooks import, sorted: a sandbox imports them beforehand."""
        names = {
            name
            for assignment in self.graded
            for source in self._code_of(assignment)
            for name in imports(source)
        }
        local = {path.stem for each in self.assignments for path in each.files}
        return tuple(sorted(name for name in names if name.partition(".")[0] not in local))

    def data_read_by(self, assignment: Assignment) -> tuple[Path, ...]:
        """Of the data that students are given, what an assignment's notebooks read.

        The files that its code names; all of them, where it names none. ``c.Autograder.reads``
        says it where code cannot be read so.
        """
        declared = self._declared_for(assignment)
        if declared is not None:
            return tuple(path for path in declared if path in self.given)
        texts = [path.read_text("utf-8", "replace") for path in assignment.companions]
        texts += self._code_of(assignment)
        named = tuple(path for path in self.given if mentions(texts, path.name))
        return named or self.given

    def _code_of(self, assignment: Assignment) -> list[str]:
        """The code of an assignment's notebooks: scripts, executed solutions, released ones."""
        texts = []
        for name in assignment.notebooks:
            for path in (assignment.solution(name), assignment.released(name)):
                if path.is_file():
                    texts += [c.source for c in cells_of(read_cells(path)) if c.type == "code"]
            if assignment.script(name).is_file():
                texts.append(_code(assignment.script(name)))
        return texts

    def data_checked_with(self, assignment: Assignment) -> tuple[Path, ...]:
        """Files of the course that an assignment's checks read: those that their code names.

        Among the data folders' files and what travels with the notebooks; a module there brings
        those beside it that it imports.
        """
        declared = self._declared_for(assignment)
        texts = [path.read_text("utf-8", "replace") for path in assignment.checking]
        candidates = (*self._data_files, *assignment.companions)
        found = {path for path in candidates if mentions(texts, path.name)}
        modules = {each for path in found for each in importing(path, (path.parent,))}
        return tuple(sorted({*found, *modules, *(declared or ())}))

    def _declared_for(self, assignment: Assignment) -> tuple[Path, ...] | None:
        patterns = self.settings.reads.get(assignment.name)
        if patterns is None:
            return None
        found = {path for pattern in patterns for path in self._matching(pattern)}
        return tuple(sorted(path for path in found if path.is_file()))

    @cached_property
    def _data_files(self) -> tuple[Path, ...]:
        """What students are given, and all that lies beside it (what generates it, for one)."""
        folders = {path.parent for path in self.given} - {self.root}
        found = (path for folder in folders for path in files_below(folder))
        every = {path for path in found if not self._is_answer(path)}
        return tuple(sorted({*self.given, *every}))


def configure_for_nbgrader(config: Any) -> None:
    """What nbgrader's own commands need to know of the course of the current folder.

    ``etc/jupyter/nbgrader_config.py`` calls it, with the ``config`` that nbgrader is reading:
    the engine's defaults, the course's configuration, and what must never be released.
    """
    configure(config)
    try:
        course = Course.find()
        ignored = course.ignored
    except CourseError:  # no course here, or not one yet: nbgrader says what it lacks
        return
    config.merge(load_config(course.root))
    config.CourseDirectory.ignore = ignored


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
        if path.is_file() and not _is_hidden(path.relative_to(folder)):
            yield path


def _is_hidden(path: Path) -> bool:
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


def _code(script: Path) -> str:
    """The code cells of a jupytext script: Markdown is in comments."""
    lines = script.read_text("utf-8", "replace").splitlines()
    return "\n".join(line for line in lines if not line.startswith("#"))


def _matches(path: Path, patterns: tuple[str, ...]) -> bool:
    return any(fnmatch.fnmatch(path.name, pattern) for pattern in patterns)
