"""Everything that judges an assignment, as bytes with digests: what a worker needs of a course.

A :class:`Blueprint` is read once from the course's folder. What travels with each job is its
:class:`Manifest`, which names every part by its SHA-256; the parts themselves travel once to each
worker. Two blueprints with the same fingerprint judge alike, whatever folder they came from.
"""

from __future__ import annotations

import hashlib
import json
import math
import threading
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache, cached_property
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

from autograder import UserError
from autograder.assignment import Assignment
from autograder.cells import cells_of
from autograder.course import Course
from autograder.engine import identity
from autograder.intake.matching import Expected
from autograder.sandbox.isolation import WORK
from autograder.scratch import lay_out, make_folder
from autograder.sources import named_files
from autograder.text import instead_of

if TYPE_CHECKING:
    from autograder.checking import Check

_LAYING_OUT = threading.Lock()
#: What the folder is called that a submission runs in, beside the data.
WORKING_FOLDER = Path(WORK).name


class BlueprintError(UserError):
    """An assignment lacks something that judges it; the message names it and what to do."""


@dataclass(frozen=True)
class Part:
    """Some bytes, and the digest that they are known by everywhere."""

    content: bytes

    @cached_property
    def digest(self) -> str:
        """SHA-256, in hexadecimal."""
        return hashlib.sha256(self.content).hexdigest()


@dataclass(frozen=True)
class Manifest:
    """A blueprint without its bytes: every part by its digest.

    Attributes:
        engine: the engine that read it, as ``engine.identity`` says.
        notebooks: released notebooks by name, in the order in which they run.
        companions: files that travel with them, by their path in the working folder.
        given: data that students are given, by their path from the course's root.
        judging: checks, the modules they import and the data they read, likewise.
        checks: which of ``judging`` holds the checks.
        elsewhere: which other assignment has each grade_id, for what is said of a notebook that
            was handed in for another; it takes no part in a mark.
    """

    assignment: str
    language: str
    engine: str
    notebooks: dict[str, str]
    companions: dict[str, str]
    given: dict[str, str]
    judging: dict[str, str]
    checks: str
    elsewhere: dict[str, str] = field(default_factory=dict)

    @cached_property
    def fingerprint(self) -> str:
        """Changes with anything that takes part in a mark: older marks are then stale."""
        judges = {name: part for name, part in vars(self).items() if name != "elsewhere"}
        return hashlib.sha256(json.dumps(judges, sort_keys=True).encode()).hexdigest()

    @property
    def digests(self) -> set[str]:
        """Of every part."""
        groups = (self.notebooks, self.companions, self.given, self.judging)
        return {digest for group in groups for digest in group.values()}


@dataclass(frozen=True)
class Blueprint:
    """An assignment with everything that judges it; the attributes are ``Manifest``'s."""

    assignment: str
    notebooks: dict[str, Part]
    companions: dict[str, Part] = field(default_factory=dict)
    given: dict[str, Part] = field(default_factory=dict)
    judging: dict[str, Part] = field(default_factory=dict)
    checks_path: str = "checks.py"
    language: str = "en"
    elsewhere: dict[str, str] = field(default_factory=dict)

    @cached_property
    def manifest(self) -> Manifest:
        return Manifest(
            assignment=self.assignment,
            language=self.language,
            engine=identity(),
            notebooks=_digests(self.notebooks),
            companions=_digests(self.companions),
            given=_digests(self.given),
            judging=_digests(self.judging),
            checks=self.checks_path,
            elsewhere=self.elsewhere,
        )

    @property
    def fingerprint(self) -> str:
        return self.manifest.fingerprint

    @property
    def parts(self) -> dict[str, Part]:
        """Every part, by its digest."""
        groups = (self.notebooks, self.companions, self.given, self.judging)
        return {part.digest: part for group in groups for part in group.values()}

    @cached_property
    def released(self) -> dict[str, dict[str, Any]]:
        """The released notebooks, parsed."""
        return {name: json.loads(part.content) for name, part in self.notebooks.items()}

    @cached_property
    def expected(self) -> Expected:
        """What a submission of it should hold. The checks name the files that they ask for."""
        sources = (part.content for name, part in self.judging.items() if name.endswith(".py"))
        return Expected(
            notebooks=self.released,
            files=frozenset(name for source in sources for name in named_files(source)),
            companions=frozenset(self.companions),
            elsewhere=self.elsewhere,
        )

    @cached_property
    def checks(self) -> ModuleType:
        """The module of checks, loaded from the blueprint's own bytes.

        Raises BlueprintError where it cannot be, or where its checks do not give the points that
        the notebooks' cells promise.
        """
        if self.checks_path not in self.judging:
            return ModuleType("no_checks")  # every answer is marked by a person
        from autograder.checking import checks_of
        from autograder.checking.loading import fault_in, load

        folder = _laid_out(self)
        try:
            module = load(folder / self.checks_path)
        except (Exception, SystemExit) as error:
            raise BlueprintError(
                f"the checks cannot be loaded: {fault_in(folder, error)}"
            ) from error
        problems = self._unlike_the_cells(checks_of(module))
        if problems:
            raise BlueprintError(f"{self.checks_path}: {'; '.join(problems)}")
        return module

    def _unlike_the_cells(self, checks: Iterable[Check]) -> list[str]:
        """Where the checks' points are not those of the cells that they mark."""
        given: dict[str, float] = {}
        for each in checks:
            given[each.cell] = given.get(each.cell, 0.0) + each.points
        cells = (cell for notebook in self.released.values() for cell in cells_of(notebook))
        points = {cell.grade_id or "": cell.points for cell in cells if cell.graded_by == "check"}
        strange = [
            f"no notebook has a cell {name!r} for checks to mark ({instead_of(name, points)})"
            for name in given.keys() - points
        ]
        return sorted(strange) + [
            f"the cell {name!r} is worth {wanted:g}, its checks {given.get(name, 0.0):g}"
            for name, wanted in points.items()
            if not math.isclose(given.get(name, 0.0), wanted)
        ]


def read(course: Course, assignment: Assignment) -> Blueprint:
    """Read what judges an assignment. Raises BlueprintError when something is not there."""
    by_checks = any(each.kind == "autograded" for each in assignment.grade_cells)
    if by_checks and not assignment.checking:
        raise BlueprintError(
            f"{assignment.name} gives points, but there is no {assignment.checks}: write it, "
            "with a check for each graded cell"
        )
    notebooks = {name: assignment.released(name) for name in assignment.notebooks}
    for path in notebooks.values():
        if not path.is_file():
            raise BlueprintError(f"{path} does not exist: run `autograder build` first")
    companions = {
        path.relative_to(assignment.source_dir).as_posix(): path for path in assignment.companions
    }
    given = _by_path(course, course.data_read_by(assignment))
    if any(name.partition("/")[0] == WORKING_FOLDER for name in given):
        raise BlueprintError(
            f"the data in {course.root / WORKING_FOLDER} would lie where submissions run: "
            "give that folder another name"
        )
    judging = (*assignment.checking, *course.data_checked_with(assignment))
    return Blueprint(
        assignment=assignment.name,
        notebooks=_parts(notebooks),
        companions=_parts(companions),
        given=_parts(given),
        judging=_parts(_by_path(course, judging)),
        checks_path=_inside(course, assignment.checks),
        language=course.settings.language,
        elsewhere={
            cell.grade_id: other.name
            for other in course.graded
            for cell in other.grade_cells
            if other.name != assignment.name and cell.grade_id not in assignment.points
        },
    )


def assemble(manifest: Manifest, parts: Mapping[str, Part]) -> Blueprint:
    """The blueprint of a manifest whose parts are at hand."""
    return Blueprint(
        assignment=manifest.assignment,
        notebooks={name: parts[digest] for name, digest in manifest.notebooks.items()},
        companions={name: parts[digest] for name, digest in manifest.companions.items()},
        given={name: parts[digest] for name, digest in manifest.given.items()},
        judging={name: parts[digest] for name, digest in manifest.judging.items()},
        checks_path=manifest.checks,
        language=manifest.language,
        elsewhere=manifest.elsewhere,
    )


def _by_path(course: Course, paths: Iterable[Path]) -> dict[str, Path]:
    return {_inside(course, path): path for path in paths}


def _inside(course: Course, path: Path) -> str:
    """A path from the course's root; a source folder elsewhere counts as ``source``."""
    if path.is_relative_to(course.root):
        return path.relative_to(course.root).as_posix()
    return f"source/{path.relative_to(course.source_dir).as_posix()}"


def _digests(parts: Mapping[str, Part]) -> dict[str, str]:
    return {name: part.digest for name, part in parts.items()}


def contents_of(parts: Mapping[str, Part]) -> dict[str, bytes]:
    """The bytes of some parts, by the same names."""
    return {name: part.content for name, part in parts.items()}


def _parts(paths: Mapping[str, Path]) -> dict[str, Part]:
    return {name: Part(path.read_bytes()) for name, path in paths.items()}


def _laid_out(blueprint: Blueprint) -> Path:
    """A folder with what judges, laid out as in the course: once in each process."""
    folder = _layouts() / blueprint.fingerprint
    with _LAYING_OUT:
        lay_out(folder, contents_of(blueprint.judging))
    return folder


@cache
def _layouts() -> Path:
    return make_folder("checks-")
