"""The command ``autograder new``: what it takes, what it says was made, and what to do next."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import Annotated

import typer

from autograder import UserError
from autograder.messages import SOURCE, languages

#: The word that asks for an exercise; no course can be called so.
EXERCISE = "exercise"


def new(
    what: Annotated[
        str,
        typer.Argument(
            metavar="COURSE|exercise", help="The course's folder, or the word exercise."
        ),
    ],
    name: Annotated[
        str | None, typer.Argument(metavar="NAME", help="After the word exercise: its name.")
    ] = None,
    language: Annotated[
        str | None,
        typer.Option(
            help=f"Of a course, and of what its students read: {' or '.join(languages())} "
            f"(default: {SOURCE})."
        ),
    ] = None,
    course: Annotated[
        Path | None, typer.Option(help="The exercise's course (default: found from here).")
    ] = None,
) -> None:
    """Make a course, or an exercise in one: an example that builds and grades, to be replaced.

    Nothing that exists is changed.
    """
    if what == EXERCISE:
        if name is None or language is not None:
            raise UserError(
                "an exercise has a name, and the language of its course: "
                "autograder new exercise NAME"
            )
        _new_exercise(course, name)
    else:
        if name is not None or course is not None:
            raise UserError(
                "a course is one folder: autograder new COURSE "
                "(in it, autograder new exercise NAME makes an exercise)"
            )
        _new_course(Path(what), SOURCE if language is None else language)


def _new_course(folder: Path, language: str) -> None:
    from autograder.authoring.new import new_course

    _show(new_course(folder, language))
    _show_next(f"cd {_word(folder)}", "autograder new exercise first-one")


def _new_exercise(start: Path | None, name: str) -> None:
    from autograder.authoring.new import new_exercise
    from autograder.course import Course

    course = Course.find(start)
    _show(new_exercise(course, name))
    solution = _relative(course.source_dir / name / f"{name}.ipynb", course.root)
    handed_in = _relative(course.submitted_dir / "ana" / name, course.root)
    there = [] if course.root == Path.cwd() else [f"cd {_word(course.root)}"]
    _show_next(
        *there,
        f"autograder build -a {name}",
        f"autograder truth -a {name} --seeds 20",
        f"mkdir -p {_word(handed_in)}",
        f"cp {_word(solution)} {_word(handed_in)}",
        "autograder grade",
    )


def _show(made: dict[Path, str]) -> None:
    typer.echo("made:")
    for path, about in made.items():
        typer.echo(f"  {_relative(path, Path.cwd())}: {about}")


def _show_next(*commands: str) -> None:
    typer.echo("next:")
    for command in commands:
        typer.echo(f"  {command}")


def _relative(path: Path, folder: Path) -> Path:
    """A path as it is written in ``folder``, where it lies there."""
    return path.relative_to(folder) if path.is_relative_to(folder) else path


def _word(path: Path) -> str:
    """A path as a shell takes it."""
    return shlex.quote(str(path))
