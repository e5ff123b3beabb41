"""Where things are: assignments, paths, points, data, language.

A course is a folder with an ``nbgrader_config.py``. Everything else follows from that file (the
names of the folders, the gradebook's address, the settings under ``c.Autograder``) and from what
lies in the source folder: one folder an assignment, in it one jupytext script a notebook, and
``checks.py``. Nothing here knows which course it is.

Importing this module is cheap: no nbgrader, no Jupyter; notebooks are read as the JSON they are.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from glob import escape
from pathlib import Path
from typing import Any

from autograder.assignment import (
    ANSWERS,
    Assignment,
    files_below,
    is_hidden,
    notebook_names,
    read_cells,
)
from autograder.cells import cells_of
from autograder.defaults import IGNORED, configure
from autograder.settings import CONFIG, CourseError, Settings, load_config
from autograder.sources import importing, imports, mentions

ENVIRONMENT = "AUTOGRADER_COURSE"


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

    def nbgrader_config(self) -> Any:
        """nbgrader's configuration of this course, with the folders and the gradebook of this one.

        They are others than ``nbgrader_config.py`` says where submissions are tried.
        """
        config = load_config(self.root)
        config.CourseDirectory.submitted_directory = str(self.submitted_dir)
        config.CourseDirectory.autograded_directory = str(self.autograded_dir)
        config.CourseDirectory.feedback_directory = str(self.feedback_dir)
        config.CourseDirectory.db_url = self.db_url
        return config

    @property
    def results_dir(self) -> Path:
        """Where the marks of the course's own submissions are written."""
        return self.root / "results"

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
            and not is_hidden(path.relative_to(self.root))
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


def _code(script: Path) -> str:
    """The code cells of a jupytext script: Markdown is in comments."""
    lines = script.read_text("utf-8", "replace").splitlines()
    return "\n".join(line for line in lines if not line.startswith("#"))
