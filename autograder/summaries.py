"""What the commands print when their work is done: tables, counts, what to look at."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from rich.markup import escape
from rich.table import Table

from autograder.terminal import err, out
from autograder.text import printable

if TYPE_CHECKING:
    from autograder.grading.cohort import Options, Run
    from autograder.intake.account import Collected
    from autograder.records import Record


def warn_not_isolated() -> None:
    """Say first that students' code is about to run with everything that one has."""
    out.print(
        "[bold red]NOT ISOLATED[/]: students' code runs as you, with your files and your network."
    )


def show_run(run: Run, options: Options) -> None:
    """Print a table of the marks, what was done, and what could not be marked."""
    from autograder.intake.account import account_of

    table = Table(title=f"{len(run.records)} submissions · isolation {options.isolation}")
    for heading in ("student", "assignment"):
        table.add_column(heading, overflow="fold")
    for heading in ("score", "of", "by hand"):
        table.add_column(heading, justify="right", no_wrap=True)
    for heading in ("status", "accepted", "look at"):
        table.add_column(heading, overflow="fold")
    for record in sorted(run.records, key=lambda record: (record.assignment, record.student)):
        table.add_row(*_row(record))
    out.print(table)
    out.print(
        f"{run.graded} graded now, {run.unchanged} unchanged · seed {run.seed} · "
        f"{escape(str(options.results))}/results.json, results.csv"
    )
    for pair in run.updated:
        out.print(f"late penalty brought up to date: {escape(pair)}")
    for each in run.misplaced:
        place = f". Its place: {each.place}" if each.place and not each.graded else ""
        name = "look at" if each.graded else "misplaced, not graded"
        err.print(f"[bold yellow]{name}[/]: {escape(f'{each.path}: {each.reason}{place}')}")
    for failure in run.failures:
        err.print(f"[bold red]not marked[/]: {escape(failure)}")
    out.print(account_of(file for record in run.records for file in record.files))


def _row(record: Record) -> list[str]:
    from autograder.records import A_FAULT

    accepted = {None: "", True: "yes", False: "no"}[record.accepted]
    pending = f"{record.manual_points:g}" if record.manual_points else ""
    reasons = [A_FAULT, *record.flags] if record.faulty else record.flags
    shown = ", ".join(reasons[:4]) + (" …" if len(reasons) > 4 else "")
    return [
        escape(record.student),
        record.assignment,
        f"{record.score:g}",
        f"{record.max_score:g}",
        pending,
        record.status,
        accepted,
        escape(shown),
    ]


def show_collected(found: Collected, target: Path) -> None:
    """Print where each submission of a zip went, and what was refused."""
    table = Table(title=escape(str(target)))
    for heading in ("student", "assignment", "files", "outcome", "from", "reason"):
        table.add_column(heading, overflow="fold")
    for each in found.placed:
        words = (each.student, each.assignment, each.files, each.outcome, each.owner, each.reason)
        table.add_row(*(escape(printable(str(word))) for word in words))
    out.print(table)
    for note in found.notes:
        out.print(f"note: {escape(printable(note))}")
    for name, reason in found.refused:
        err.print(f"[bold red]refused[/]: {escape(printable(name))}: {escape(printable(reason))}")
    for name, reason in found.aside:
        out.print(f"ignored: {escape(printable(name))}: {escape(printable(reason))}")
    if found.ignored:
        out.print(f"{found.ignored} files of the system ignored (such as __MACOSX, .DS_Store)")
    for assignment, people in found.missing.items():
        names = ", ".join(person.name or person.student for person in people)
        if people:
            out.print(f"{assignment}: {len(people)} handed in nothing: {escape(printable(names))}")
    out.print(f"{escape(found.layout)}: {escape(found.account)}")


def show_limits(limits: Iterable[tuple[str, str, str]]) -> None:
    """Print each limit: its name, its value, and the variable that sets it."""
    lines = [f"  {name:<25} {value:>8}  {variable}" for name, value, variable in limits]
    out.print("\nlimits of a submission, and what sets them", *lines, sep="\n")
