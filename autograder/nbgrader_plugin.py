"""Our reading, execution and marks inside ``nbgrader autograde`` and formgrader's button.

nbgrader finds notebooks by their names, copies what lies beside them (links followed), and reads
them before any preprocessor may. So the two steps of its converter that do this are ours here: a
submission is read as ``autograder grade`` reads it, graded once, whole, and recorded by the same
writer. nbgrader hard-codes that converter's class, but takes the exporter's from the configuration:
``defaults.py`` names :class:`NotebookExporter` here, so that whoever makes a converter has this
module imported before it starts.
"""

from __future__ import annotations

from dataclasses import replace
from fnmatch import fnmatchcase
from pathlib import Path

from nbconvert.exporters import NotebookExporter
from nbgrader.converters import Autograde
from nbgrader.converters.base import NbGraderException
from traitlets import Enum, Integer
from traitlets.config import LoggingConfigurable

from autograder import UserError
from autograder.course import Course
from autograder.grading import blueprint as blueprints
from autograder.grading.blueprint import Blueprint
from autograder.grading.cohort import (
    alone,
    draw_seed,
    folders_of,
    read_folder,
    setting_of,
    write_results,
)
from autograder.grading.recording import Recording
from autograder.grading.workers import Setting, grade_with
from autograder.intake.extensions import Extensions
from autograder.intake.moments import to_utc
from autograder.intake.participants import Participants
from autograder.intake.submissions import TIMESTAMP, Submission
from autograder.messages import using
from autograder.records import Records
from autograder.sandbox.isolation import BWRAP, Isolation
from autograder.sandbox.limits import Limits
from autograder.text import printable

__all__ = ["Execute", "NotebookExporter"]


class Execute(LoggingConfigurable):
    """How submissions are run: ``c.Execute.isolation`` and ``c.Execute.seed``."""

    isolation = Enum(
        [str(each) for each in Isolation], default_value=str(BWRAP), help="bwrap, or none."
    ).tag(config=True)
    seed = Integer(-1, help="Seed of the hidden inputs; -1 draws one.").tag(config=True)


def _init_notebooks(converter: Autograde) -> None:
    """Which submissions are asked for: folders, whatever is in them; never a link."""
    where = converter.coursedir
    try:
        course = _course(converter)
        asked = course.assignment(where.assignment_id).name
        folders = folders_of(course, course.submitted_dir)
    except UserError as error:
        converter.log.error("%s", error)
        raise NbGraderException(str(error)) from error
    converter.course, converter.folders = course, folders
    wanted = [
        student
        for student, assignment in folders.pairs
        if assignment == asked and fnmatchcase(student, where.student_id)
    ]
    excluded = where.student_id_exclude.split(",")
    converter.notebooks = []
    converter.assignments = {student: [] for student in wanted if student not in excluded}
    if not wanted:
        message = f"no submission of {where.assignment_id} by {where.student_id}"
        converter.log.error("%s", message)
        raise NbGraderException(message)


def _convert_notebooks(converter: Autograde) -> None:
    """Grade each of them; what goes wrong with one stops no other."""
    lost = []
    course: Course = converter.course
    assignment = converter.coursedir.assignment_id
    how = Execute(parent=converter)
    seed = how.seed if how.seed >= 0 else draw_seed()
    try:
        blueprint = blueprints.read(course, course.assignment(assignment))
        people = Participants.read(course.submitted_dir, course.root)
        extensions = Extensions.read(course.root, people, course.settings.zone)
        setting = setting_of(course, Limits.from_environment(), Isolation(how.isolation))
        records = Records(course.results_dir)
        graded = False
        with (
            alone(course),
            Recording.open(course, records, [blueprint], setting.isolation) as recording,
        ):
            for student in converter.assignments:
                try:
                    submission = _submission(converter, student, blueprint, setting.limits)
                    if submission is not None:
                        _grade(converter, submission, blueprint, setting, seed, recording)
                        graded = True
                except UserError:
                    raise
                except Exception as error:
                    converter.log.error("%s/%s: %s", student, assignment, error)
                    converter.log.debug("%s", student, exc_info=True)
                    lost.append(student)
            recording.bring_up_to_date(extensions, people)
            _results, damaged = write_results(records, converter.folders, seed if graded else None)
        for line in damaged:
            converter.log.error("%s", line)
    except UserError as error:
        converter.log.error("%s", error)
        raise NbGraderException(str(error)) from error
    if lost:
        raise NbGraderException(f"no mark for {', '.join(lost)}: the log says why")


def _submission(
    converter: Autograde, student: str, blueprint: Blueprint, limits: Limits
) -> Submission | None:
    """What a student handed in; None where it is graded and nothing newer came."""
    with using(blueprint.language):
        folder = converter.folders.of[student, blueprint.assignment]
        submission = read_folder(folder, student, limits)
    target = Path(converter._format_dest(blueprint.assignment, student))
    if target.is_dir() and not converter.force and not _is_newer(submission, target):
        converter.log.info("Skipping existing assignment: %s", target)
        return None
    return submission


def _grade(
    converter: Autograde,
    submission: Submission,
    blueprint: Blueprint,
    setting: Setting,
    seed: int,
    recording: Recording,
) -> None:
    """Grade and record one submission. Raises what keeps it from being recorded."""
    converter.run_pre_convert_hook()
    if setting.isolation is Isolation.NONE:
        converter.log.warning("NOT ISOLATED: students' code runs as you")
    result = grade_with(blueprint, submission, seed, setting)
    for flag in result.flags:
        converter.log.warning("%s: %s", printable(submission.student), flag)
    problem = recording.record(result, submission, blueprint)
    if problem is not None:
        raise problem
    converter.set_permissions(blueprint.assignment, submission.student)
    converter.run_post_convert_hook()


def _is_newer(submission: Submission, target: Path) -> bool:
    """Whether a submission is of a later date than the one that was graded."""
    graded = target / TIMESTAMP
    handed_in = to_utc(submission.timestamp)
    before = to_utc(graded.read_text("utf-8", "replace")) if graded.is_file() else None
    return handed_in is not None and before is not None and handed_in > before


def _course(converter: Autograde) -> Course:
    """The course, with the folders that nbgrader was told."""
    where = converter.coursedir
    root = Path(where.root)
    return replace(
        Course.find(root),
        submitted_dir=root / str(where.submitted_directory),
        autograded_dir=root / str(where.autograded_directory),
    )


Autograde.init_notebooks = _init_notebooks
Autograde.convert_notebooks = _convert_notebooks
