"""The command line, nothing else: words in, words out, exit status."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from autograder import UserError, __version__

app = typer.Typer(
    name="autograder",
    help="Build the class, grade its submissions, assess model cards.",
    epilog="Example: autograder grade --submitted examples/submitted",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
out = Console(highlight=False, soft_wrap=not sys.stdout.isatty())
err = Console(stderr=True, highlight=False, soft_wrap=True)

OK, PROBLEM, USAGE = 0, 1, 2
CourseOption = Annotated[
    Path | None, typer.Option("--course", help="The course's folder (default: found from here).")
]


class Stop(Exception):
    """End the command with a line for the user and an exit status."""

    def __init__(self, message: str, status: int = USAGE):
        super().__init__(message)
        self.status = status


def _course(folder: Path | None):
    from autograder.course import Course, CourseError

    try:
        return Course.find(folder)
    except CourseError as error:
        raise Stop(str(error)) from error


@app.callback(invoke_without_command=True)
def version(
    show: Annotated[bool, typer.Option("--version", help="Print the version and end.")] = False,
) -> None:
    """Build the class, grade its submissions, assess model cards."""
    if show:
        typer.echo(__version__)
        raise typer.Exit()


@app.command(epilog="Example: autograder grade --submitted submitted --assignment homework")
def grade(
    submitted: Annotated[
        Path | None, typer.Option(help="Folder <student>/<assignment>/ (default: submitted/).")
    ] = None,
    assignment: Annotated[
        list[str] | None, typer.Option("--assignment", "-a", help="Only this one; repeatable.")
    ] = None,
    student: Annotated[
        list[str] | None, typer.Option("--student", "-s", help="Only this one; repeatable.")
    ] = None,
    jobs: Annotated[int, typer.Option("--jobs", "-j", min=0, help="Workers; 0: a core each.")] = 0,
    scheduler: Annotated[
        str | None, typer.Option(help="A Dask scheduler, for example tcp://127.0.0.1:8786.")
    ] = None,
    isolation: Annotated[
        str, typer.Option(help="bwrap, or none: students' code then runs as you.")
    ] = "bwrap",
    seed: Annotated[
        int | None, typer.Option(min=0, help="Seed of the hidden inputs (default: drawn).")
    ] = None,
    force: Annotated[
        bool, typer.Option("--force", help="Grade again what has not changed.")
    ] = False,
    results: Annotated[
        Path | None, typer.Option(help="Where results go (default: results/).")
    ] = None,
    feedback: Annotated[
        bool, typer.Option("--feedback", help="Also write the HTML feedback of the students.")
    ] = False,
    course: CourseOption = None,
) -> None:
    """Grade the submissions that are new or have changed.

    Ends 0 when every submission has a mark (a zero is a mark), 1 when the grader itself could not
    mark something, 2 for a wrong call.
    """
    from autograder import cohort

    where = _course(course)
    options = cohort.Options(
        submitted=submitted or where.submitted_dir,
        results=results or where.root / "results",
        assignments=tuple(assignment or ()),
        students=tuple(student or ()),
        jobs=jobs,
        scheduler=scheduler,
        isolation=isolation,
        seed=seed,
        force=force,
    )
    if isolation not in ("bwrap", "none"):
        raise Stop(f"--isolation {isolation}: choose bwrap or none")
    if isolation == "none":
        _warn_not_isolated()
    run = _with_progress("grading", lambda step: cohort.grade_cohort(where, options, step))
    if feedback:
        _write_feedback(where, run.records)
    _show_run(run, options)
    raise typer.Exit(PROBLEM if run.failures else OK)


def _warn_not_isolated() -> None:
    out.print(
        "[bold red]NOT ISOLATED[/]: students' code runs as you, with your files and your network."
    )


def _with_progress(what: str, work: Callable[[Callable[[int, int, str], None]], Any]) -> Any:
    """Run ``work`` with a bar on a terminal and plain lines elsewhere."""
    if not out.is_terminal:
        return work(lambda done, total, name: out.print(f"{what} {done}/{total} {escape(name)}"))
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, TimeElapsedColumn(), console=out, transient=True) as bar:
        task = bar.add_task(what, total=None)

        def step(done: int, total: int, name: str) -> None:
            bar.update(task, completed=done, total=total, description=f"{what} {escape(name)}")

        return work(step)


def _show_run(run: Any, options: Any) -> None:
    table = Table(title=f"{len(run.records)} submissions · isolation {options.isolation}")
    for heading in ("student", "assignment"):
        table.add_column(heading, overflow="fold")
    for heading in ("score", "of", "by hand"):
        table.add_column(heading, justify="right", no_wrap=True)
    for heading in ("status", "accepted", "look at"):
        table.add_column(heading, overflow="fold")
    for record in sorted(run.records, key=lambda each: (each["assignment"], each["student"])):
        table.add_row(*_row(record))
    out.print(table)
    out.print(
        f"{run.graded} graded now, {run.unchanged} unchanged · seed {run.seed} · "
        f"{escape(str(options.results))}/results.json, results.csv"
    )
    for failure in run.failures:
        err.print(f"[bold red]not marked[/]: {escape(failure)}")


def _row(record: dict[str, Any]) -> list[str]:
    accepted = {None: "", True: "yes", False: "no"}[record["accepted"]]
    pending = f"{record['manual_points']:g}" if record["manual_points"] else ""
    flags = ", ".join(record["flags"][:4]) + (" …" if len(record["flags"]) > 4 else "")
    return [
        escape(record["student"]),
        record["assignment"],
        f"{record['score']:g}",
        f"{record['max_score']:g}",
        pending,
        record["status"],
        accepted,
        escape(flags),
    ]


def _write_feedback(where: Any, records: list[dict[str, Any]]) -> None:
    from autograder.report.feedback import write_feedback

    pairs = [(record["student"], record["assignment"]) for record in records]
    _with_progress("feedback", lambda step: write_feedback(where, pairs, step))


@app.command(epilog="Example: autograder card submitted/ana/homework/MODEL_CARD.md")
def card(
    path: Annotated[Path, typer.Argument(help="A model card in Markdown.")],
    as_json: Annotated[bool, typer.Option("--json", help="Print the assessment as JSON.")] = False,
) -> None:
    """Assess a model card: 0 complete, 1 not, with what is missing (in Spanish)."""
    from autograder.model_card import CardError, assess_file, render, to_json

    try:
        assessment = assess_file(path)
    except CardError as error:
        raise Stop(str(error)) from error
    if as_json:
        typer.echo(json.dumps(to_json(assessment), ensure_ascii=False, indent=2))
    else:
        typer.echo(render(assessment, path))
    raise typer.Exit(OK if assessment.complete else PROBLEM)


@app.command(epilog="Example: autograder build --check")
def build(
    assignment: Annotated[
        list[str] | None, typer.Option("--assignment", "-a", help="Only this one; repeatable.")
    ] = None,
    check: Annotated[
        bool, typer.Option("--check", help="Change nothing; fail if what is committed is stale.")
    ] = False,
    course: CourseOption = None,
) -> None:
    """Generate the executed solutions and the student notebooks from their sources."""
    from autograder.build import build as build_course

    where = _course(course)
    names = tuple(assignment or ()) or None
    stale = _with_progress(
        "checking" if check else "building",
        lambda step: build_course(where, names, check=check, progress=step),
    )
    for each in stale:
        err.print(f"[bold red]stale[/]: {escape(str(each))}")
    if not stale:
        out.print("notebooks are current" if check else "notebooks built")
    raise typer.Exit(PROBLEM if stale else OK)


def main() -> None:
    """Run the command; errors of ours for people become one line, never a traceback."""
    import click

    try:
        app(standalone_mode=False)
    except Stop as stop:
        err.print(f"[bold red]error[/]: {escape(str(stop))}")
        sys.exit(stop.status)
    except click.exceptions.Exit as ended:
        sys.exit(ended.exit_code)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except (KeyboardInterrupt, click.Abort):
        err.print("interrupted: what was graded is recorded; run it again to go on")
        sys.exit(130)
    except UserError as error:
        err.print(f"[bold red]error[/]: {escape(str(error))}")
        sys.exit(USAGE)


if __name__ == "__main__":
    main()
