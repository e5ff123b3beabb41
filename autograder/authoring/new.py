"""``autograder new``: a course, or an exercise of one, that builds and grades as it is.

Every file is a template in ``templates/``, written in the course's language: the code is there
once, and its sentences are messages of the catalogue like all others, so that a change of the code
reaches every language and a sentence that lacks its translation is noticed.
"""

from __future__ import annotations

import os
import re
import sys
import tempfile
import textwrap
import unicodedata
from importlib.util import find_spec
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from autograder import UserError
from autograder.assignment import CHECKS
from autograder.course import Course
from autograder.messages import gettext, languages, using

TEMPLATES = Path(__file__).parent / "templates"
#: What the template of an exercise's notebook is called: the notebook has the exercise's name.
NOTEBOOK = "notebook"
#: The files of a new course, and what each is for.
COURSE_FILES = {
    "nbgrader_config.py": "its name, its source folder, its language",
    "README.md": "its folders and commands",
    ".gitignore": "what git leaves out: submissions and marks",
    "tests/test_course.py": "its proof: notebooks are current, checks tell right from wrong",
}
#: The files of a new exercise, and what each is for.
EXERCISE_FILES = {
    "{name}.py": "the notebook: text, reference solution, visible test, question",
    "checks.py": "what decides the points",
    "answers/right/with-statistics.py": "an answer that keeps every point",
    "answers/wrong/unsorted.py": "an answer that loses some, and what it is told",
    "answers/wrong/upper-middle.py": "another",
}
NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]*")
WIDTH = 99  # of a line of text
CODE = re.compile(r"`[^`]*`")
JOINT = "\0"  # in place of a space at which no line may end


class NewError(UserError):
    """A name or a language that cannot be used, or a folder that cannot be made: which and why."""


def new_course(folder: Path, language: str) -> dict[Path, str]:
    """Make a course without exercises in ``folder``, whose name becomes the course's.

    Args:
        folder: the folder to make, with those above it.
        language: of everything in it; one of ``autograder.messages.languages()``.

    Returns:
        What each file is for, in English, by its path.

    Raises:
        NewError: the name or the language cannot be used, or ``folder`` exists or cannot be
            written.
    """
    name = folder.absolute().name
    _require_free(folder)
    _require_usable(name)
    if language not in languages():
        raise NewError(f"there are no texts in {language!r}: choose {' or '.join(languages())}")
    return _make(folder, name, "course", COURSE_FILES, language)


def new_exercise(course: Course, name: str) -> dict[Path, str]:
    """Make an exercise of ``course`` in its source folder, in its language.

    It is an example to replace, and complete: a notebook of 3 points (2 by a check, 1 by a
    person), the check, and answers that prove it.

    Returns:
        What each file is for, in English, by its path.

    Raises:
        NewError: the name cannot be used, or its folder exists or cannot be written.
    """
    folder = course.source_dir / name
    _require_usable(name)
    _require_free(folder)
    _require_importable(name)
    return _make(folder, name, "exercise", EXERCISE_FILES, course.settings.language)


def _require_usable(name: str) -> None:
    if not NAME.fullmatch(name):
        plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
        usable = re.sub(r"[^A-Za-z0-9_]+", "-", plain).strip("-_") or "first-one"
        raise NewError(
            f"{name!r} is no name for a folder that goes into commands, web addresses and the "
            "file names of students: use letters without accents, digits, - and _, no spaces, and "
            f"begin with a letter or a digit, for example {usable}"
        )


def _require_free(folder: Path) -> None:
    if os.path.lexists(folder):
        raise NewError(
            f"{folder} exists already, and nothing in it is changed: choose another name"
        )


def _require_importable(name: str) -> None:
    """Refuse a notebook whose file would be the checks, or hide a module that they import."""
    script = f"{name}.py"
    if script.lower() == CHECKS:
        raise NewError(f"{script} is where the checks of an exercise are: choose another name")
    if name in sys.stdlib_module_names or (name.isidentifier() and find_spec(name)):
        raise NewError(
            f"{name} is also a Python module, and checks that import it would find the notebook "
            f"{script} instead: choose another name, for example {name}-exercise"
        )


def _make(
    folder: Path, name: str, kind: str, files: dict[str, str], language: str
) -> dict[Path, str]:
    """Write every file of ``templates/<kind>``, or none of them."""
    paths = {path: path.format(name=name) for path in files}
    with using(language):
        texts = {
            paths[path]: _render(f"{kind}/{_template(path)}", name, language) for path in files
        }
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=folder.parent, prefix=".new-") as scratch:
            made = Path(scratch, "made")
            for path, text in texts.items():
                (made / path).parent.mkdir(parents=True, exist_ok=True)
                (made / path).write_text(text, "utf-8")
            made.rename(folder)
    except OSError as error:
        raise NewError(f"{folder} cannot be written: {error.strerror or error}") from error
    return {folder / paths[path]: about for path, about in files.items()}


def _template(path: str) -> str:
    """The template of a file; no template's name begins with a dot, which would hide it."""
    return f"{path.format(name=NOTEBOOK).removeprefix('.')}.j2"


def _render(template: str, name: str, language: str) -> str:
    """A template's text in the language in use."""
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES), undefined=StrictUndefined, keep_trailing_newline=True
    )
    environment.filters |= {"paragraph": _paragraph, "comment": _comment}
    return environment.get_template(template).render(
        gettext=gettext, name=name, language=language, **_identifiers()
    )


def _identifiers() -> dict[str, str]:
    """The names in the example that students read or type, by what they are in English."""
    return {
        # Translators: a Python identifier, as are the next ones: no spaces, no accents.
        "numbers": gettext("numbers"),
        # Translators: a Python identifier: a function that students write.
        "median": gettext("median"),
        # Translators: a Python identifier: the numbers, sorted.
        "ordered": gettext("ordered"),
        # Translators: a Python identifier: an index.
        "middle": gettext("middle"),
    }


def _paragraph(text: str, indent: str = "") -> str:
    """A sentence or more, in lines that break between words and never within `code`."""
    joined = CODE.sub(lambda span: span[0].replace(" ", JOINT), text)
    lines = textwrap.fill(
        joined,
        WIDTH,
        initial_indent=indent,
        subsequent_indent=indent,
        break_long_words=False,
        break_on_hyphens=False,
    )
    return lines.replace(JOINT, " ")


def _comment(text: str, indent: str = "") -> str:
    """A sentence or more, in lines of comment."""
    return _paragraph(text, f"{indent}# ")
