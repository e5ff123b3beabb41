"""What students download: one zip with the notebooks, the data and how to start.

The same course gives the same bytes. No solution, no check, no test of ours goes in; a released
notebook that still holds its solution stops the bundle. Students get an environment of their own
(``environment.py`` says how it is made) and, where the course asks for it, the engine's wheel, for
the commands that students use.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from autograder import UserError
from autograder.assignment import Assignment
from autograder.authoring.environment import student_environment
from autograder.authoring.read_me import ReadMe
from autograder.authoring.reproducible_zip import stored_zip
from autograder.authoring.wheel import requirement_of, wheel
from autograder.cells import cells_of
from autograder.course import Course
from autograder.messages import gettext, using
from autograder.records import write_atomically

LICENSES = "LICENSE*"
MARKS = ("### BEGIN SOLUTION", "### BEGIN HIDDEN TESTS", "=== BEGIN MARK SCHEME ===")
#: What `autograder card` imports: all that students need of what the engine needs.
TOOLS = (
    "typer",
    "rich",
    "markdown-it-py",
    "mdit-py-plugins",
    "numpy",
    "pandas",
    "pyyaml",
    "msgspec",
)


class BundleError(UserError):
    """The bundle cannot be made; the message names the file and what to do."""


def write_bundle(course: Course, output: Path) -> list[str]:
    """Write the zip; the names of what is in it.

    Raises:
        BundleError: a notebook is not built, or holds its solution.
    """
    files = dict(sorted(bundle_files(course).items()))
    write_atomically(output, stored_zip(files))
    return list(files)


def bundle_files(course: Course) -> dict[str, bytes]:
    """What goes into the bundle, by its name there. Raises BundleError, as `write_bundle`."""
    title = course.course_id or course.root.name
    files = {
        f"notebooks/{assignment.name}/{name}": content
        for assignment in course.assignments
        for name, content in _released(assignment)
    }
    files |= {path.relative_to(course.root).as_posix(): path.read_bytes() for path in course.given}
    files |= {path.name: path.read_bytes() for path in course.root.glob(LICENSES)}
    tools = [requirement_of(name) for name in TOOLS] if course.settings.bundle_grader else []
    environment = student_environment(course.root, tools)
    files |= {name: text.encode() for name, text in environment.files.items()}
    wheel_name = ""
    if course.settings.bundle_grader:
        wheel_name, files[wheel_name] = wheel()
    with using(course.settings.language):
        read_me = ReadMe(title, course, files, environment, wheel_name)
        files[gettext("README.md")] = read_me.text.encode()
    return {f"{title}/{name}": content for name, content in files.items()}


def _released(assignment: Assignment) -> Iterator[tuple[str, bytes]]:
    """An assignment's notebooks, proved to be the students', and their companions."""
    for notebook in assignment.notebooks:
        path = assignment.released(notebook)
        if not path.is_file():
            raise BundleError(f"{path} does not exist: run `autograder build` first")
        content = path.read_bytes()
        _prove_unsolved(path, content, assignment.solution(notebook))
        yield path.name, content
    for companion in assignment.companions:
        inside = companion.relative_to(assignment.source_dir)
        path = assignment.release_dir / inside
        if not path.is_file():
            raise BundleError(f"{path} does not exist: run `autograder build` first")
        yield inside.as_posix(), path.read_bytes()


def _prove_unsolved(path: Path, content: bytes, solution: Path) -> None:
    """Raises BundleError when a released notebook holds what students have to write."""
    mark = next((mark for mark in MARKS if mark in content.decode("utf-8")), None)
    if mark:
        raise BundleError(f"{path} holds {mark!r}: run `autograder build`")
    if not solution.is_file():
        return
    solved = dict(_answers(json.loads(solution.read_bytes())))
    for name, source in _answers(json.loads(content)):
        if source.strip() and source == solved.get(name):
            raise BundleError(f"{path}: the cell {name} holds its solution: run `autograder build`")


def _answers(notebook: dict[str, Any]) -> Iterator[tuple[str | None, str]]:
    """The cells that students write: their grade_id and source."""
    for cell in cells_of(notebook):
        if cell.is_answer:
            yield cell.grade_id, cell.source
