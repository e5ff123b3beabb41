"""What the commands share: where they print, how they show that work goes on, common options."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, TypeVar

import typer
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

T = TypeVar("T")
out = Console(highlight=False, width=None if sys.stdout.isatty() else 130)
err = Console(stderr=True, highlight=False, soft_wrap=True)

OK, PROBLEM, USAGE, INTERRUPTED = 0, 1, 2, 130
CourseOption = Annotated[
    Path | None, typer.Option("--course", help="The course's folder (default: found from here).")
]
AssignmentOption = Annotated[
    list[str] | None, typer.Option("--assignment", "-a", help="Only this one; repeatable.")
]
StudentOption = Annotated[
    list[str] | None, typer.Option("--student", "-s", help="Only this one; repeatable.")
]
ResultsOption = Annotated[
    Path | None, typer.Option("--results", help="The results of a run (default: results/).")
]
SubmittedOption = Annotated[
    Path | None, typer.Option("--submitted", help="The submissions of a run (default: submitted/).")
]


class Stop(Exception):
    """End the command with a line for the user and an exit status."""

    def __init__(self, message: str, status: int = USAGE):
        super().__init__(message)
        self.status = status


def writing(target: Path, work: Callable[[], T]) -> T:
    """Run ``work``, which writes ``target``; a disk's refusal becomes one line."""
    try:
        return work()
    except OSError as error:
        said = error.strerror or str(error)
        raise Stop(f"{target} cannot be written: {said}", PROBLEM) from error


def with_progress(what: str, work: Callable[[Callable[[int, int, str], None]], T]) -> T:
    """Run ``work`` with a bar on a terminal and plain lines elsewhere."""
    if not out.is_terminal:
        return work(lambda done, total, name: out.print(f"{what} {done}/{total} {escape(name)}"))
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, TimeElapsedColumn(), console=out, transient=True) as bar:
        task = bar.add_task(what, total=None)

        def step(done: int, total: int, name: str) -> None:
            bar.update(task, completed=done, total=total, description=f"{what} {escape(name)}")

        return work(step)
