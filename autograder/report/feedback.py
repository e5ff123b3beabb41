"""Feedback pages for students, through nbgrader's own ``generate_feedback``.

``nbgrader_config.py`` names :class:`Grades` and the template, so the stock command and formgrader's
button write the same pages; :func:`write_feedback` writes many with one converter.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache, partial
from pathlib import Path
from typing import Any

from jinja2 import Environment
from nbconvert.exporters import HTMLExporter
from nbconvert.exporters.exporter import ResourcesDict
from nbconvert.filters.widgetsdatatypefilter import WidgetsDataTypeFilter
from nbformat.notebooknode import NotebookNode
from nbgrader.api import Gradebook
from nbgrader.converters import GenerateFeedback
from nbgrader.converters.base import NbGraderException
from nbgrader.coursedir import CourseDirectory
from nbgrader.preprocessors import NbGraderPreprocessor
from traitlets import Any as AnyTrait

from autograder import UserError
from autograder.cells import FILES, LACKS, VERDICT
from autograder.course import Course
from autograder.grading.answers import EarlierTexts, Opinion, is_outdated
from autograder.messages import gettext, language_in_use, ngettext, using
from autograder.records import QUOTED, Record
from autograder.report.marks import marks
from autograder.report.unread import write_unread
from autograder.settings import Settings
from autograder.text import printable

Progress = Callable[[int, int, str], None]


class FeedbackError(UserError):
    """Some feedback could not be written; the message says whose and why."""


@dataclass(frozen=True)
class Written:
    """What was written: how many pages, and for how many students."""

    pages: int
    students: int


def write_pages(
    course: Course, records: Iterable[Record], progress: Progress | None = None
) -> Written:
    """Write the pages of every submission, of those too in which no notebook could be read.

    Raises:
        FeedbackError: some page could not be written; the others are.
    """
    chosen = list(records)
    values = marks(course, chosen)
    for record in chosen:
        write_unread(course, record, values[record.pair])
    write_feedback(course, [record.pair for record in chosen], progress)
    pages = [page for record in chosen for page in pages_of(course, record)]
    return Written(len(pages), len({page.parents[1] for page in pages}))


def pages_of(course: Course, record: Record) -> list[Path]:
    """The pages of a submission that are there, one a notebook."""
    folder = course.feedback_dir.joinpath(*record.pair)
    names = course.assignment(record.assignment).notebooks
    return [path for name in names if (path := folder / f"{name}.html").is_file()]


def write_feedback(
    course: Course, pairs: list[tuple[str, str]], progress: Progress | None = None
) -> None:
    """Write ``feedback/<student>/<assignment>/<notebook>.html`` for each (student, assignment).

    Existing pages are replaced. A notebook that was not executed has no page here: see
    ``write_pages``.

    Raises:
        FeedbackError: some page could not be written; the others are.
    """
    config = course.nbgrader_config()
    where = CourseDirectory(config=config)
    converter = _Converter(coursedir=where, config=config, force=True, log=_quiet())
    converter.wanted = sorted(set(pairs))
    converter.progress = progress
    try:
        converter.start()
    except NbGraderException as error:
        lost = "; ".join(converter.lost) or str(error)
        raise FeedbackError(f"no feedback could be written for {lost}") from error
    finally:
        _gradebook.cache_clear()


def _quiet() -> logging.Logger:
    """A logger that tells nobody: nbgrader logs tracebacks, and what fails is raised anyway."""
    logger = logging.Logger("autograder.feedback")
    logger.addHandler(logging.NullHandler())
    return logger


class _Converter(GenerateFeedback):  # type: ignore[misc]  # nbgrader has no types
    """nbgrader's converter over a list of submissions, one exporter for all of them."""

    wanted = AnyTrait()
    progress = AnyTrait()
    lost = AnyTrait()

    def init_notebooks(self) -> None:
        self.lost = []
        self._begun = 0
        self.assignments = {}
        for student, assignment in self.wanted:
            folder = Path(self._format_source(assignment, student))
            self.assignments[str(folder)] = [str(path) for path in sorted(folder.glob("*.ipynb"))]

    def _format_source(self, assignment_id: str, student_id: str, escape: bool = False) -> str:
        """As nbgrader's, which does not escape a folder of submissions that is absolute."""
        folder = re.escape(self._input_directory) if escape else self._input_directory
        found: str = self.coursedir.format_path(folder, student_id, assignment_id, escape=escape)
        return found

    def init_destination(self, assignment_id: str, student_id: str) -> bool:
        self._begun += 1
        if self.progress is not None:
            self.progress(self._begun, len(self.assignments), f"{student_id}/{assignment_id}")
        return bool(self.notebooks) and super().init_destination(assignment_id, student_id)

    def convert_single_notebook(self, notebook_filename: str) -> None:
        try:
            super().convert_single_notebook(notebook_filename)
        except Exception as error:
            self.lost.append(f"{notebook_filename} ({_in_words(error)})")
            raise


def _in_words(error: Exception) -> str:
    """What a failure says, for people: no number of the system's, no name of an encoding."""
    if isinstance(error, OSError):
        return (error.strerror or "it cannot be read or written").lower()
    if isinstance(error, UnicodeError):
        return "it is no text: grade it again"
    return printable(str(error).partition("\n")[0], QUOTED)


class FeedbackExporter(HTMLExporter):
    """Writes pages in the language of the course whose configuration it has.

    Without the HTML exporter's last step, which parses each page again to add ``alt`` texts: our
    template writes them, and that step costs two thirds of the time.
    """

    def _create_environment(self) -> Environment:
        environment: Environment = super()._create_environment()
        said = {"gettext": gettext, "ngettext": ngettext, "language_in_use": language_in_use}
        environment.globals.update(said)
        return environment

    def from_notebook_node(  # type: ignore[override]  # as nbconvert's own exporters: text
        self, nb: NotebookNode, resources: dict[str, Any] | None = None, **kwargs: Any
    ) -> tuple[str, dict[str, Any]]:
        resources = self._init_resources(resources)
        types = WidgetsDataTypeFilter(notebook_metadata={}, parent=self, resources=resources)
        self.register_filter("filter_data_type", types)
        with using(Settings.of(self.config).language):
            return super(HTMLExporter, self).from_notebook_node(nb, resources, **kwargs)


class Grades(NbGraderPreprocessor):  # type: ignore[misc]  # nbgrader has no types
    """Marks and comments of a submission, from the gradebook into the notebook.

    As nbgrader's ``GetGrades``, in one reading of the gradebook, and it also says which points
    still wait for a person.
    """

    def preprocess(
        self, nb: NotebookNode, resources: ResourcesDict
    ) -> tuple[NotebookNode, ResourcesDict]:
        names = resources["nbgrader"]
        gradebook = _gradebook(names["db_url"])
        try:
            submission = gradebook.find_submission_notebook(
                names["notebook"], names["assignment"], names["student"]
            )
            pair = names["student"], names["assignment"]
            _mark_cells(nb, submission, partial(EarlierTexts(gradebook.db).has_comment, *pair))
            _mark_page(names, submission)
            names["lacks"] = nb.metadata.get(LACKS)
            names["files"] = nb.metadata.get(FILES, [])
        finally:
            gradebook.db.remove()
        return nb, resources


@lru_cache(maxsize=1)
def _gradebook(db_url: str) -> Gradebook:
    return Gradebook(db_url)


def _mark_cells(
    nb: NotebookNode, submission: Any, is_earlier: Callable[[str, Opinion], bool]
) -> None:
    grades = {grade.cell.name: grade for grade in submission.grades}
    comments = {comment.cell.name: comment for comment in submission.comments}
    for cell in nb.cells:
        ours = cell.metadata.get("nbgrader")
        if not ours:
            continue
        name = ours["grade_id"]
        grade, comment = grades.get(name), comments.get(name)
        if grade is not None:
            ours["score"], ours["points"] = grade.score, grade.max_score
            ours["pending"] = grade.needs_manual_grade
        ours["comment"] = _remark(comment, ours)
        ours["outdated"] = is_earlier(name, Opinion.of(grade, comment))
        ours["verdict"] = _take_verdict(cell)


def _remark(comment: Any, ours: dict[str, Any]) -> str | None:
    """What a person wrote; the grader's own comment only where no verdict line repeats it."""
    if comment is None:
        return None
    return comment.manual_comment or (comment.auto_comment if ours["grade"] else None)


def _take_verdict(cell: NotebookNode) -> str | None:
    """The grader's lines, which are the last output of a self-check, out of its outputs."""
    outputs = cell.get("outputs") or [{}]
    text = outputs[-1].get("data", {}).get("text/plain", "")
    if outputs[-1].get("metadata") != VERDICT:
        return None
    cell.outputs.pop()
    return str(text)


def _mark_page(names: dict[str, Any], submission: Any) -> None:
    """The totals. A mark of an earlier text waits with the others, and is not counted."""
    penalty = submission.late_submission_penalty or 0
    outdated = [grade for grade in submission.grades if is_outdated(grade)]
    not_counted = sum(grade.score - (grade.auto_score or 0) for grade in outdated)
    names["score"] = max(0, submission.score - not_counted - penalty)
    names["max_score"] = submission.max_score
    names["late_penalty"] = penalty
    waiting = [grade.max_score for grade in submission.grades if grade.needs_manual_grade]
    names["pending"] = sum(waiting)
    names["has_outdated"] = bool(outdated)
