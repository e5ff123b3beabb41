"""``autograder bundle``: the zip for students, or for a platform that grades by itself."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape

from autograder.terminal import CourseOption, Stop, out, writing

BUNDLE_EXAMPLES = (
    "Examples: autograder bundle --output course.zip; "
    "autograder bundle --for gradescope --assignment first-exercise"
)
READERS = ("students", "gradescope")


def bundle(
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="Default: a zip in dist/.")
    ] = None,
    reader: Annotated[
        str, typer.Option("--for", metavar="WHOM", help="students, or gradescope.")
    ] = "students",
    assignment: Annotated[
        str | None, typer.Option("--assignment", "-a", help="Of gradescope's: which one it grades.")
    ] = None,
    course: CourseOption = None,
) -> None:
    """Make the zip that students download: notebooks, data, how to start. No solution, no check.

    For gradescope: the autograder of one assignment, with its checks: configure it there, and do
    not give it to students.

    The same course gives the same bytes, so its SHA-256 can be published.
    """
    from autograder.authoring.bundle import write_bundle
    from autograder.course import Course

    if reader not in READERS:
        raise Stop(f"--for {reader}: choose {' or '.join(READERS)}")
    where = Course.find(course)
    title = where.course_id or where.root.name
    if reader == "students":
        target = output or where.root / "dist" / f"{title}.zip"
        names = writing(target, lambda: write_bundle(where, target))
    elif assignment is None:
        raise Stop("--for gradescope grades one assignment: say which with --assignment")
    else:
        from autograder.authoring.gradescope import write_gradescope

        target = output or where.root / "dist" / f"gradescope-{assignment}.zip"
        names = writing(target, lambda: write_gradescope(where, assignment, target))
    digest = hashlib.sha256(target.read_bytes()).hexdigest()
    out.print(f"{escape(str(target))}: {len(names)} files, SHA-256 {digest}")
