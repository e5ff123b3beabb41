"""An assignment whose checks are to be proved, as bytes: what judges it, and its solution."""

from __future__ import annotations

import hashlib
import json
import pickle
from dataclasses import dataclass, field, replace
from functools import cached_property
from types import ModuleType

from autograder.assignment import Assignment
from autograder.cells import cells_of
from autograder.course import Course
from autograder.grading.blueprint import Blueprint, BlueprintError, read
from autograder.truth.answers import Answer


@dataclass(frozen=True)
class CodeCell:
    """A code cell of a solution: the notebook that it is in, its grade_id, its source.

    ``is_answer`` says whether students write it.
    """

    notebook: str
    name: str | None
    source: str
    is_answer: bool


@dataclass(frozen=True)
class Subject:
    """An assignment's blueprint with its solution: all that running its answers needs.

    Attributes:
        blueprint: what judges it.
        solutions: its executed solutions, in the order in which they run, by name.
        references: its reference answers that are files, by their path in the working folder.
        given: all the data that students are given, by its path from the course's root.
        imported: modules that the course's notebooks import, to be imported beforehand.
    """

    blueprint: Blueprint
    solutions: dict[str, bytes]
    references: dict[str, bytes]
    given: dict[str, bytes] = field(default_factory=dict)
    imported: tuple[str, ...] = ()

    @classmethod
    def of(cls, course: Course, assignment: Assignment) -> Subject:
        """Read it from the course. Raises BlueprintError when something is not there."""
        solutions = {name: assignment.solution(name) for name in assignment.notebooks}
        for path in solutions.values():
            if not path.is_file():
                raise BlueprintError(f"{path} does not exist: run `autograder build` first")
        references = {
            path.relative_to(assignment.source_dir).as_posix(): path.read_bytes()
            for path in assignment.references
        }
        contents = {name: path.read_bytes() for name, path in solutions.items()}
        given = {
            path.relative_to(course.root).as_posix(): path.read_bytes() for path in course.given
        }
        return cls(read(course, assignment), contents, references, given, course.imported)

    @property
    def name(self) -> str:
        return self.blueprint.assignment

    @property
    def checks(self) -> ModuleType:
        """The module of its checks, loaded in this process."""
        return self.blueprint.checks

    @cached_property
    def cells(self) -> tuple[CodeCell, ...]:
        """The code cells of all its notebooks, in the order in which they run."""
        return tuple(
            CodeCell(notebook, cell.grade_id, cell.source, cell.is_answer)
            for notebook, content in self.solutions.items()
            for cell in cells_of(json.loads(content))
            if cell.type == "code"
        )

    @cached_property
    def notebook_of(self) -> dict[str, str]:
        """The notebook of each cell that has a ``grade_id``."""
        return {
            cell.grade_id: notebook
            for notebook, content in self.solutions.items()
            for cell in cells_of(json.loads(content))
            if cell.grade_id
        }

    @cached_property
    def fingerprint(self) -> str:
        """Changes with anything that what is measured of its answers depends on."""
        every = self.solutions | self.references | self.given
        digests = {name: hashlib.sha256(each).hexdigest() for name, each in every.items()}
        described = json.dumps([self.blueprint.fingerprint, digests])
        return hashlib.sha256(described.encode()).hexdigest()

    @cached_property
    def packed(self) -> bytes:
        """The subject for another process, without the module of checks that this one loaded."""
        return pickle.dumps(replace(self, blueprint=replace(self.blueprint)))

    def shared_cells(self, answer: Answer) -> int:
        """How many cells come before the first that the answer changes."""
        changed = (number for number, cell in enumerate(self.cells) if cell.name in answer.cells)
        return next(changed, len(self.cells))

    def unknown_cells(self, answer: Answer) -> list[str]:
        """The cells that the answer changes and no notebook has, sorted."""
        return sorted(answer.cells.keys() - {cell.name for cell in self.cells})
