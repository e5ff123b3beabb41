"""Feedback pages for students, through nbgrader's own ``generate_feedback``.

``nbgrader_config.py`` names :class:`Grades` and the template, so the stock command and formgrader's
button write the same pages; :func:`write_feedback` writes many with one converter.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from functools import lru_cache
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
from autograder.cells import LACKS, VERDICT
from autograder.course import Course
from autograder.messages import gettext, language_in_use, ngettext, using
from autograder.settings import Settings

Progress = Callable[[int, int, str], None]


class FeedbackError(UserError):
    """Some feedback could not be written; the message says whose and why."""


def write_feedback(
    course: Course, pairs: list[tuple[str, str]], progress: Progress | None = None
) -> None:
    """Write ``feedback/<student>/<assignment>/<notebook>.html`` for each (student, assignment).

    Existing pages are replaced. A submission without a notebook has no page.

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

    def init_destination(self, assignment_id: str, student_id: str) -> bool:
        self._begun += 1
        if self.progress is not None:
            self.progress(self._begun, len(self.assignments), f"{student_id}/{assignment_id}")
        return bool(self.notebooks) and super().init_destination(assignment_id, student_id)

    def convert_single_notebook(self, notebook_filename: str) -> None:
        try:
            super().convert_single_notebook(notebook_filename)
        except Exception as error:
            self.lost.append(f"{notebook_filename} ({error})")
            raise


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
            _mark_cells(nb, submission)
            _mark_page(names, submission, any(map(_has_math, nb.cells)))
            names["lacks"] = nb.metadata.get(LACKS)
        finally:
            gradebook.db.remove()
        return nb, resources


@lru_cache(maxsize=1)
def _gradebook(db_url: str) -> Gradebook:
    return Gradebook(db_url)


def _mark_cells(nb: NotebookNode, submission: Any) -> None:
    grades = {grade.cell.name: grade for grade in submission.grades}
    comments = {comment.cell.name: comment for comment in submission.comments}
    for cell in nb.cells:
        ours = cell.metadata.get("nbgrader")
        if not ours:
            continue
        grade = grades.get(ours["grade_id"])
        if grade is not None:
            ours["score"], ours["points"] = grade.score, grade.max_score
            ours["pending"] = _is_pending(grade)
        ours["comment"] = _remark(comments.get(ours["grade_id"]), ours)
        ours["verdict"] = _take_verdict(cell)


def _remark(comment: Any, ours: dict[str, Any]) -> str | None:
    """What a person wrote; the grader's own comment only where no verdict line repeats it."""
    if comment is None:
        return None
    return comment.manual_comment or (comment.auto_comment if ours["grade"] else None)


def _is_pending(grade: Any) -> bool:
    """Whether the points of a cell wait for a person: nobody and nothing has marked it."""
    return bool(grade.needs_manual_grade and grade.manual_score is None)


def _take_verdict(cell: NotebookNode) -> str | None:
    """The grader's lines, which are the last output of a self-check, out of its outputs."""
    outputs = cell.get("outputs") or [{}]
    text = outputs[-1].get("data", {}).get("text/plain", "")
    if outputs[-1].get("metadata") != VERDICT:
        return None
    cell.outputs.pop()
    return str(text)


def _has_math(cell: NotebookNode) -> bool:
    return cell.cell_type == "markdown" and ("$" in cell.source or "\\begin{" in cell.source)


def _mark_page(names: dict[str, Any], submission: Any, has_math: bool) -> None:
    penalty = submission.late_submission_penalty or 0
    waiting = [grade.max_score for grade in submission.grades if _is_pending(grade)]
    names["score"] = submission.score - penalty
    names["max_score"] = submission.max_score
    names["late_penalty"] = penalty
    names["pending"] = sum(waiting)
    names["has_math"] = has_math
