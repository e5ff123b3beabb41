"""Feedback for whoever handed in nothing that could be read: what was found, what to do.

nbgrader makes pages of notebooks, so a submission without one would get none. This is the page that
takes its place, of the same name and look.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import NamedTuple

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from autograder.assignment import Assignment
from autograder.course import Course
from autograder.intake.submissions import TIMESTAMP
from autograder.messages import gettext, language_in_use, ngettext, using
from autograder.records import FileFate, FileRecord, Record, write_atomically
from autograder.report import safe_html
from autograder.report.marks import CellMark, Mark
from autograder.text import printable_name

TEMPLATES = Path(__file__).parent / "templates"


class FoundFile(NamedTuple):
    """A file that was handed in, what became of it, and why. In the student's language."""

    name: str
    became: str
    reason: str = ""


@dataclass(frozen=True)
class Page:
    """What the page of one notebook that could not be marked says."""

    student: str
    assignment: str
    notebook: str
    mark: Mark
    reasons: tuple[tuple[str, str], ...]
    found: tuple[FoundFile, ...]

    @property
    def file(self) -> str:
        return f"{self.notebook}.ipynb"

    @property
    def comments(self) -> tuple[CellMark, ...]:
        """What people said of the submission, or of what it was."""
        return tuple(cell for cell in self.mark.cells if cell.comment)


def unread(course: Course, record: Record) -> tuple[str, ...]:
    """The assignment's notebooks that were not executed, for which nbgrader makes no page."""
    folder = course.autograded_dir.joinpath(*record.pair)
    names = course.assignment(record.assignment).notebooks
    return tuple(name for name in names if not (folder / f"{name}.ipynb").is_file())


def write_unread(course: Course, record: Record, mark: Mark) -> list[Path]:
    """Write a page for each notebook that could not be marked; what was written."""
    written = []
    with using(course.settings.language):
        for notebook in unread(course, record):
            reasons = _reasons(course.assignment(record.assignment), notebook, record)
            page = Page(*record.pair, notebook, mark, reasons, found_files(record))
            path = course.feedback_dir.joinpath(*record.pair) / f"{notebook}.html"
            write_atomically(path, render(page))
            written.append(path)
    return written


def render(page: Page) -> str:
    """The page, in the language in use."""
    return _environment().get_template("unread.html.j2").render(page=page)


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    said = {"gettext": gettext, "ngettext": ngettext, "language_in_use": language_in_use}
    environment.globals.update(said)
    # both escape or clean what they are given
    safe = environment.filters["safe"]
    environment.filters["with_code"] = lambda text: safe(safe_html.with_code(text))
    environment.filters["markdown"] = lambda text: safe(safe_html.render(text))
    return environment


def _reasons(assignment: Assignment, notebook: str, record: Record) -> tuple[tuple[str, str], ...]:
    """What the notebook's checks said, each sentence once."""
    cells = {cell.grade_id for cell in assignment.grade_cells if cell.notebook == notebook}
    said = [(v.message, v.hint) for v in record.checks if v.cell in cells and v.message]
    return tuple(dict.fromkeys(said))[:3]


def found_files(record: Record) -> tuple[FoundFile, ...]:
    """What was handed in, what became of it and why, in the student's language."""
    return tuple(
        FoundFile(printable_name(file.name), _became(file), file.reason)
        for file in record.files
        if file.name != TIMESTAMP  # the platform's, not the student's
    )


def _became(file: FileRecord) -> str:
    if file.used_as:
        return gettext("used as `{file}`").format(file=printable_name(file.used_as))
    said = {
        FileFate.GRADED: gettext("used"),
        FileFate.COMPANION: gettext("the course's own file was used in its place"),
        FileFate.KEPT: gettext("kept beside the notebook"),
        FileFate.SET_ASIDE: gettext("set aside"),
    }
    return said[file.fate]
