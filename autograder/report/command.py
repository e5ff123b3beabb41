"""``autograder feedback``, ``report`` and ``export``: what goes out, to whom, and what is said."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.markup import escape

from autograder.terminal import (
    PROBLEM,
    AssignmentOption,
    CourseOption,
    ResultsOption,
    Stop,
    StudentOption,
    SubmittedOption,
    err,
    out,
    with_progress,
    writing,
)

if TYPE_CHECKING:
    from autograder.course import Course
    from autograder.records import Record, ResultsDocument
    from autograder.report.feedback import Written

FEEDBACK_EXAMPLES = (
    "Examples: autograder feedback --assignment first-exercise; "
    "autograder feedback -a first-exercise --zip moodle; "
    "autograder feedback -a first-exercise --zip canvas --submissions submissions.zip"
)
REPORT_EXAMPLES = "Example: autograder report --output /tmp/report.html"
EXPORT_EXAMPLES = (
    "Examples: autograder export --to csv --decimal comma; "
    "autograder export --to moodle -a first-exercise --worksheet Grades.csv; "
    "autograder export --to canvas -a first-exercise --worksheet Gradebook.csv"
)
DECIMALS = {"point": ".", "comma": ","}
SHOWN = 6
WorksheetOption = Annotated[
    Path | None,
    typer.Option(help="The file that Moodle or Canvas gave, to be filled and given back."),
]


def feedback(
    assignment: AssignmentOption = None,
    student: StudentOption = None,
    zip_for: Annotated[
        str | None,
        typer.Option("--zip", metavar="PLATFORM", help="Also a zip for moodle or canvas."),
    ] = None,
    submissions: Annotated[
        Path | None,
        typer.Option(help="The zip that Canvas gave: it wants its names back.", metavar="ZIP"),
    ] = None,
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", help="Folder of the zip (default: results/)."),
    ] = None,
    submitted: SubmittedOption = None,
    results: ResultsOption = None,
    course: CourseOption = None,
) -> None:
    """Write the HTML feedback of what is graded: feedback/<student>/<assignment>/.

    Who handed in nothing that could be read gets a page too: what was found, what to do.

    A zip for Moodle is for *Upload multiple feedback files in a zip*; one for Canvas, for
    *Re-upload submissions*. Canvas shows a page under the name of the file that was handed in:
    students save it with the ending .html.

    Ends 0 when everybody has a page (and a place in the zip), 1 when somebody has none.
    """
    from autograder.report.feedback_zip import PLATFORMS

    if zip_for is not None and zip_for not in PLATFORMS:
        raise Stop(f"--zip {zip_for}: choose {' or '.join(PLATFORMS)}")
    where, folder = find_run(course, submitted, results)
    records = chosen(folder, assignment, student).submissions
    written = write_feedback(where, records)
    out.print(
        f"{written.pages} pages of {_count(written.students, 'student')} in "
        f"{escape(str(where.feedback_dir))}"
    )
    everybody = written.students == len({record.student for record in records})
    if zip_for is not None:
        everybody &= _write_zips(zip_for, where, records, output or folder, submissions)
    raise typer.Exit(0 if everybody else PROBLEM)


def _write_zips(
    platform: str, where: Course, records: Iterable[Record], target: Path, submissions: Path | None
) -> bool:
    """Write the zips; whether everybody is in them."""
    from autograder.intake.participants import Participants
    from autograder.report.feedback_zip import write_zips

    known = Participants.read(where.submitted_dir, where.root)
    zips = writing(target, lambda: write_zips(platform, where, records, known, target, submissions))
    for each in zips:
        if each.pages:
            out.print(
                f"{escape(str(each.path))}: {each.pages} pages of "
                f"{_count(each.students, 'student')}"
            )
        if each.left_out:
            lost = ", ".join(each.left_out[:SHOWN]) + (" …" if each.left_out[SHOWN:] else "")
            err.print(
                f"not in {escape(each.path.name)}, for {platform} has no number of theirs: "
                f"{escape(lost)}. Collect its zip with `autograder collect`, or return their pages "
                "by hand"
            )
    return not any(each.left_out for each in zips)


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def write_feedback(where: Course, records: Iterable[Record]) -> Written:
    """Write the pages of these submissions, with a bar."""
    from autograder.report.feedback import write_pages

    return writing(
        where.feedback_dir,
        lambda: with_progress("feedback", lambda step: write_pages(where, records, step)),
    )


def report(
    assignment: AssignmentOption = None,
    student: StudentOption = None,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="Default: results/report.html.")
    ] = None,
    submitted: SubmittedOption = None,
    results: ResultsOption = None,
    course: CourseOption = None,
) -> None:
    """Write the report of the last run: one HTML file, with every mark and its reasons."""
    from autograder.report.html import write_report
    from autograder.report.marks import marks

    where, folder = find_run(course, submitted, results)
    document = chosen(folder, assignment, student)
    target = output or folder / "report.html"
    writing(target, lambda: write_report(target, document, marks(where, document.submissions)))
    out.print(f"report of {len(document.submissions)} submissions: {escape(str(target))}")


def export(
    to: Annotated[str, typer.Option("--to", help="csv, moodle, canvas or gradescope.")],
    assignment: AssignmentOption = None,
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", help="A .csv file, or a folder (default: results/)."),
    ] = None,
    worksheet: WorksheetOption = None,
    column: Annotated[
        str | None, typer.Option(help="Which column of Canvas's gradebook the assignment is.")
    ] = None,
    scale: Annotated[
        bool, typer.Option("--scale", help="Change marks to the other system's maximum.")
    ] = False,
    include_pending: Annotated[
        bool,
        typer.Option("--include-pending", help="Also marks that still wait for a person."),
    ] = False,
    decimal: Annotated[
        str, typer.Option(help="Of a CSV for people: point, or comma (fields then end in ;).")
    ] = "point",
    submitted: SubmittedOption = None,
    results: ResultsOption = None,
    course: CourseOption = None,
) -> None:
    """Write the marks, points by hand and penalties included, for another system.

    csv: everybody's totals, and for each assignment a file with the points of each check.

    moodle, canvas: the file that the platform gave (--worksheet), filled and given back as it came.
    Marks that wait for a person are left out, and a maximum that is another is refused, unless
    --include-pending and --scale say otherwise.

    gradescope: a results.json a submission, in <output>/<student>/<assignment>/. The autograder
    itself is `autograder bundle --for gradescope`.
    """
    from autograder.intake.participants import Participants
    from autograder.report.export import FORMATS
    from autograder.report.export import export as write_marks
    from autograder.report.graded import Graded, Options
    from autograder.report.marks import marks

    if to not in FORMATS:
        raise Stop(f"--to {to}: choose {', '.join(FORMATS)}")
    if decimal not in DECIMALS:
        raise Stop(f"--decimal {decimal}: choose {' or '.join(DECIMALS)}")
    where, folder = find_run(course, submitted, results)
    records = chosen(folder, assignment, None).submissions
    values = marks(where, records)
    graded = [Graded(record, values[record.pair]) for record in records]
    participants = Participants.read(where.submitted_dir, where.root)
    target = output or folder
    target = target / "gradescope" if to == "gradescope" and output is None else target
    options = Options(worksheet, column, scale, include_pending, DECIMALS[decimal])
    language = where.settings.language
    written = writing(
        target, lambda: write_marks(to, graded, target, participants, options, language)
    )
    shown = [str(path) for path in written.paths[:SHOWN]]
    more = len(written.paths) - len(shown)
    for line in [*shown, *([f"… {more} more"] if more else [])]:
        out.print(escape(line))
    for note in written.notes:
        err.print(f"note: {escape(note)}")


def find_run(
    folder: Path | None, submitted: Path | None, results: Path | None
) -> tuple[Course, Path]:
    """The course, or a trial of it with other submissions, and the folder of its results."""
    from autograder.course import Course
    from autograder.trial import choose

    return choose(Course.find(folder), submitted, results)


def chosen(
    results: Path, assignments: list[str] | None, students: list[str] | None
) -> ResultsDocument:
    """results.json with the submissions that were asked for. Raises ResultsError, Stop."""
    from msgspec.structs import replace

    from autograder.records import read

    document = read(results / "results.json")
    wanted = tuple(
        record
        for record in document.submissions
        if record.assignment in (assignments or [record.assignment])
        and record.student in (students or [record.student])
    )
    if not wanted:
        asked = ", ".join([*(assignments or ()), *(students or ())])
        raise Stop(f"results.json has no submission of {asked}" if asked else "nothing is graded")
    return replace(document, submissions=wanted)
