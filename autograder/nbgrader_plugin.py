"""Our reading, execution and marks inside ``nbgrader autograde`` and formgrader's button.

nbgrader finds notebooks by their names, copies what lies beside them (links followed), and reads
them before any preprocessor may. So the two steps of its converter that do this are ours here: a
submission is read as ``autograder grade`` reads it, graded once, whole, and recorded by the same
writer. nbgrader hard-codes that converter's class, but takes the exporter's from the configuration:
``defaults.py`` names :class:`NotebookExporter` here, so that whoever makes a converter has this
module imported before it starts.
"""

from __future__ import annotations

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
from autograder.grading.cohort import draw_seed, read_folder, setting_of
from autograder.grading.gradebook import Recorder
from autograder.grading.recording import write_autograded
from autograder.grading.workers import grade_with
from autograder.intake.extensions import Extensions
from autograder.intake.folders import survey
from autograder.intake.moments import to_utc
from autograder.intake.participants import Participants
from autograder.intake.submissions import TIMESTAMP, Submission
from autograder.messages import using
from autograder.sandbox.isolation import BWRAP, NONE, Isolation
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
        assignment = _course(converter).assignment(where.assignment_id)
        folders = survey(_submitted(converter), {assignment.name: assignment.notebooks})
    except UserError as error:
        converter.log.error("%s", error)
        raise NbGraderException(str(error)) from error
    converter.folders = folders
    wanted = [student for student, _ in folders.pairs if fnmatchcase(student, where.student_id)]
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
    assignment = converter.coursedir.assignment_id
    try:
        course = _course(converter)
        blueprint = blueprints.read(course, course.assignment(assignment))
        with Recorder(course) as recorder:
            recorder.ensure(blueprint)
            for student in converter.assignments:
                try:
                    _grade(converter, student, blueprint, recorder)
                except UserError:
                    raise
                except Exception as error:
                    converter.log.error("%s/%s: %s", student, assignment, error)
                    converter.log.debug("%s", student, exc_info=True)
                    lost.append(student)
            people = Participants.read(_submitted(converter), course.root)
            zone = course.settings.zone
            recorder.bring_up_to_date(Extensions.read(course.root, people, zone), people)
    except UserError as error:
        converter.log.error("%s", error)
        raise NbGraderException(str(error)) from error
    if lost:
        raise NbGraderException(f"no mark for {', '.join(lost)}: the log says why")


def _grade(converter: Autograde, student: str, blueprint: Blueprint, recorder: Recorder) -> None:
    """Read, grade and record one submission, unless it is recorded and nothing newer came."""
    course, limits = _course(converter), Limits.from_environment()
    how = Execute(parent=converter)
    with using(blueprint.language):
        folder = converter.folders.of[student, blueprint.assignment]
        submission = read_folder(folder, student, limits)
    target = Path(converter._format_dest(blueprint.assignment, student))
    if target.is_dir() and not converter.force and not _is_newer(submission, target):
        converter.log.info("Skipping existing assignment: %s", target)
        return
    converter.run_pre_convert_hook()
    isolation = Isolation(how.isolation)
    if isolation is NONE:
        converter.log.warning("NOT ISOLATED: students' code runs as you")
    seed = how.seed if how.seed >= 0 else draw_seed()
    result = grade_with(blueprint, submission, seed, setting_of(course, limits, isolation))
    for flag in result.flags:
        converter.log.warning("%s: %s", printable(student), flag)
    write_autograded(target, result, submission, blueprint)
    recorder.record(result, blueprint)
    converter.set_permissions(blueprint.assignment, student)
    converter.run_post_convert_hook()


def _is_newer(submission: Submission, target: Path) -> bool:
    """Whether a submission is of a later date than the one that was graded."""
    graded = target / TIMESTAMP
    handed_in = to_utc(submission.timestamp)
    before = to_utc(graded.read_text("utf-8", "replace")) if graded.is_file() else None
    return handed_in is not None and before is not None and handed_in > before


def _course(converter: Autograde) -> Course:
    return Course.find(converter.coursedir.root)


def _submitted(converter: Autograde) -> Path:
    where = converter.coursedir
    return Path(where.root) / str(where.submitted_directory)


Autograde.init_notebooks = _init_notebooks
Autograde.convert_notebooks = _convert_notebooks
