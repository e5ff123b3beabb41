"""The command line, nothing else: words in, words out, exit status."""

from __future__ import annotations

import atexit
import contextlib
import gc
import io
import sys
from importlib.metadata import entry_points
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.markup import escape

from autograder import COLLECT_SELDOM, UserError, __version__
from autograder.authoring.bundle_command import BUNDLE_EXAMPLES, bundle
from autograder.authoring.command import new
from autograder.report import command as report_commands
from autograder.summaries import show_collected, show_limits, show_run, warn_not_isolated
from autograder.terminal import (
    INTERRUPTED,
    OK,
    PROBLEM,
    USAGE,
    AssignmentOption,
    CourseOption,
    Stop,
    StudentOption,
    err,
    out,
    with_progress,
)
from autograder.truth.command import truth

if TYPE_CHECKING:
    from autograder.course import Course
    from autograder.sandbox.isolation import Isolation

app = typer.Typer(
    name="autograder",
    help="Build a course, grade its submissions, return marks and feedback.",
    epilog="Example: autograder grade --submitted examples/submitted",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
GO_ON = "interrupted: what was done is recorded; run it again to go on"


def _course(folder: Path | None) -> Course:
    from autograder.course import Course
    from autograder.settings import CourseError

    try:
        return Course.find(folder)
    except CourseError as error:
        raise Stop(str(error)) from error


def _chosen(
    folder: Path | None, submitted: Path | None, results: Path | None
) -> tuple[Course, Path]:
    """The course, or a trial of it with other submissions, and the folder of its results."""
    from autograder.trial import choose

    return choose(_course(folder), submitted, results)


@app.callback(invoke_without_command=True)
def version(
    show: Annotated[bool, typer.Option("--version", help="Print the version and end.")] = False,
) -> None:
    """Build a course, grade its submissions, return marks and feedback."""
    if show:
        typer.echo(__version__)
        raise typer.Exit()


app.command(
    epilog="Examples: autograder new curso-060 --language en; "
    "then, in that folder: autograder new exercise first-one"
)(new)


@app.command(epilog="Example: autograder grade --submitted submitted --assignment first-exercise")
def grade(
    submitted: Annotated[
        Path | None, typer.Option(help="Folder <student>/<assignment>/ (default: submitted/).")
    ] = None,
    assignment: AssignmentOption = None,
    student: StudentOption = None,
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

    Another --submitted than the course's own is a trial: its gradebook, executed notebooks and
    results are in results/<name>/, and the course's stay as they are.

    Ends 0 when every submission has a mark (a zero is a mark), 1 when the grader itself could not
    mark something, 2 for a wrong call.
    """
    from autograder.grading import cohort
    from autograder.sandbox.isolation import NONE

    where, folder = _chosen(course, submitted, results)
    options = cohort.Options(
        submitted=where.submitted_dir,
        results=folder,
        assignments=tuple(assignment or ()),
        students=tuple(student or ()),
        jobs=jobs,
        scheduler=scheduler,
        isolation=_isolation(isolation),
        seed=seed,
        force=force,
    )
    if options.isolation is NONE:
        warn_not_isolated()
    run = with_progress("grading", lambda step: cohort.grade_cohort(where, options, step))
    if feedback:
        report_commands.write_feedback(where, run.records)
    show_run(run, options)
    raise typer.Exit(PROBLEM if run.failures else OK)


def _isolation(name: str) -> Isolation:
    from autograder.sandbox.isolation import Isolation

    try:
        return Isolation(name)
    except ValueError:
        raise Stop(f"--isolation {name}: choose {' or '.join(Isolation)}") from None


@app.command(epilog="Example: autograder build --check")
def build(
    assignment: AssignmentOption = None,
    check: Annotated[
        bool, typer.Option("--check", help="Change nothing; fail if what is committed is stale.")
    ] = False,
    no_execute: Annotated[
        bool,
        typer.Option(
            "--no-execute",
            help="With --check: run nothing. Sources, metadata, ids and the student notebooks are "
            "compared; the outputs of the executed solutions are not (nbval compares those).",
        ),
    ] = False,
    course: CourseOption = None,
) -> None:
    """Generate the executed solutions and the student notebooks from their sources."""
    from autograder.authoring.build import build as build_course

    if no_execute and not check:
        raise Stop("--no-execute goes with --check: what is written has been executed")
    where = _course(course)
    names = tuple(assignment or ()) or None
    stale = with_progress(
        "checking" if check else "building",
        lambda step: build_course(where, names, check=check, progress=step, execute=not no_execute),
    )
    for each in stale:
        err.print(f"[bold red]stale[/]: {escape(str(each))}")
    if not stale:
        out.print("notebooks are current" if check else "notebooks built")
    raise typer.Exit(PROBLEM if stale else OK)


app.command(epilog=report_commands.FEEDBACK_EXAMPLES)(report_commands.feedback)
app.command(epilog=report_commands.REPORT_EXAMPLES)(report_commands.report)
app.command(epilog=report_commands.EXPORT_EXAMPLES)(report_commands.export)


@app.command(epilog="Example: autograder collect submissions.zip --assignment first-exercise")
def collect(
    source: Annotated[Path, typer.Argument(metavar="ZIP", help="Submissions, from an LMS.")],
    assignment: Annotated[
        str | None, typer.Option("--assignment", "-a", help="Of which assignment, if it is one.")
    ] = None,
    into: Annotated[
        Path | None, typer.Option(help="Folder <student>/<assignment>/ (default: submitted/).")
    ] = None,
    force: Annotated[
        bool, typer.Option("--force", help="Replace submissions that are there and differ.")
    ] = False,
    teams: Annotated[
        bool, typer.Option("--teams", help="Each submission is a team's, not a person's.")
    ] = False,
    worksheet: Annotated[
        Path | None,
        typer.Option(help="Moodle's grading worksheet: who is who, and when each handed in."),
    ] = None,
    course: CourseOption = None,
) -> None:
    """Unpack a zip of submissions, as the platform gives it or as folders of students.

    Knows the zips of Moodle, Canvas, Blackboard, ILIAS, Gradescope and Google Classroom, and
    folders <student>/ or <student>/<assignment>/. Who is who is in people.csv, in the course's
    folder.

    Ends 0 when everything is in place, 1 when something was refused (the list says what and why),
    2 when the zip cannot be used.
    """
    from autograder.intake.collect import Options
    from autograder.intake.collect import collect as unpack

    where = _course(course)
    if assignment is not None:
        where.assignment(assignment)
    notebooks = {each.name: each.notebooks for each in where.graded}
    target = into or where.submitted_dir
    options = Options(assignment, force, teams, where.root, worksheet, where.settings.zone)
    found = unpack(source, target, notebooks, options)
    show_collected(found, target)
    raise typer.Exit(OK if found.complete else PROBLEM)


app.command(epilog=BUNDLE_EXAMPLES)(bundle)


@app.command(epilog="Example: autograder doctor")
def doctor(
    isolation: Annotated[
        str, typer.Option(help="bwrap; none shows what it leaves open.")
    ] = "bwrap",
    course: CourseOption = None,
) -> None:
    """Try this machine's isolation for real, and look at what grading needs.

    Ends 0 when everything works, 1 when something does not (its line says what to do).
    """
    from autograder.doctor import examine, limits_in_force

    chosen = _isolation(isolation)
    where = _course(course)
    well = True
    for item in examine(where, chosen):
        well = well and item.ok
        state = "[green]ok[/]     " if item.ok else "[bold red]problem[/]"
        out.print(f"{state} {item.name:<17} {escape(item.detail)}")
    with contextlib.suppress(ValueError):  # a limit that is not a number is among the problems
        show_limits(limits_in_force())
    raise typer.Exit(OK if well else PROBLEM)


app.command(epilog="Example: autograder truth --assignment first-exercise --seeds 20")(truth)


#: typer carries a click of its own or uses the installed one: this is the one that it raises.
ClickException: Any = next(
    each for each in typer.BadParameter.__mro__ if each.__name__ == "ClickException"
)


def add_installed_commands() -> None:
    """Commands that packages bring, by the entry points of the group ``autograder.commands``."""
    for entry in entry_points(group="autograder.commands"):
        with contextlib.suppress(ImportError):  # an extra that is not installed brings none
            command = entry.load()
            app.command(name=entry.name, epilog=getattr(command, "epilog", None))(command)


add_installed_commands()


def main() -> None:
    """Run the command; errors of ours for people become one line, never a traceback."""
    gc.set_threshold(*COLLECT_SELDOM)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):  # a terminal without UTF-8 shows ? for a letter
            stream.reconfigure(errors="replace")
    atexit.register(gc.freeze)  # nothing is left to collect: the last collection takes 0.5 s
    try:
        status = app(standalone_mode=False)
        if status == INTERRUPTED:  # typer makes this of a KeyboardInterrupt
            err.print(GO_ON)
        sys.exit(status)
    except Stop as stop:
        err.print(f"[bold red]error[/]: {escape(str(stop))}")
        sys.exit(stop.status)
    except ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except (KeyboardInterrupt, typer.Abort):
        err.print(GO_ON)
        sys.exit(INTERRUPTED)
    except UserError as error:
        err.print(f"[bold red]error[/]: {escape(str(error))}")
        sys.exit(USAGE)


if __name__ == "__main__":
    main()
