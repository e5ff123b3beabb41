"""Answers as files: the cells that differ from the reference solution, and what they must get.

``<assignment>/answers/right/<name>.py`` and ``…/answers/wrong/<name>.py``, in the source folder::

    # Divides by n instead of n - 1.
    # loses: agrees_with_the_definition, of_two_values
    # says: one degree of freedom
    # %% variance
    def variance(values):
        ...

The first line says what the answer is. A wrong answer names the checks that it must lose (failed or
skipped: exactly these) and some words of what its student is told; a right one has neither line.
``# %% NAME`` replaces the source of the cell whose grade_id is NAME. ``# %% file PATH`` makes a
file of the submission: its body runs in the namespace that the notebooks left, where ``reference``
is the text of the reference answer of that path, and sets ``text`` (a str, or bytes); with
``text = None`` no such file is handed in.

``<assignment>/answers/equivalent.json`` holds the mutants of the solution that cannot be told from
it: their names, each with the reason.
"""

from __future__ import annotations

import difflib
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from autograder import UserError
from autograder.assignment import Assignment

RIGHT, WRONG, EQUIVALENT = "right", "wrong", "equivalent.json"
HEADING = re.compile(r"^# %% (?:file (?P<file>\S+)|(?P<cell>\S+))\s*$", re.MULTILINE)
CELL_MARK = re.compile(r"^# ?%%.*$", re.MULTILINE)
HEADER = re.compile(r"^# (?P<key>\w+): (?P<value>.+)$", re.MULTILINE)
KEYS = ("loses", "says")


class AnswerError(UserError):
    """A file of answers that cannot be used; the message names it and what to write."""


@dataclass(frozen=True)
class Answer:
    """One way to answer an assignment.

    Attributes:
        assignment: its name.
        name: the answer's own.
        about: what it is, in a line.
        cells: the source of the cells that differ from the solution, by grade_id.
        files: for each file of the submission, the code that sets its ``text``.
        loses: ids of the checks that it must lose; empty exactly when the answer is right.
        says: words of what its student is told.
    """

    assignment: str
    name: str
    about: str
    cells: dict[str, str]
    files: dict[str, str] = field(default_factory=dict)
    loses: tuple[str, ...] = ()
    says: str = ""

    @property
    def is_right(self) -> bool:
        return not self.loses

    @property
    def id(self) -> str:
        """``<assignment>/right/<name>``, or ``wrong``."""
        return f"{self.assignment}/{RIGHT if self.is_right else WRONG}/{self.name}"


def reference(assignment: str) -> Answer:
    """The reference solution itself, as the answer that changes nothing."""
    return Answer(assignment, "reference", "The reference solution.", {})


def answer_files(assignment: Assignment) -> Iterator[Path]:
    """The files of an assignment's answers: right ones, then wrong ones, by name."""
    for kind in (RIGHT, WRONG):
        yield from sorted((assignment.answers / kind).glob("*.py"))


def read_answers(assignment: Assignment) -> list[Answer]:
    """Every answer of an assignment, the right ones first. Raises AnswerError, as ``parse``."""
    return [parse(path, assignment.name) for path in answer_files(assignment)]


def parse(path: Path, assignment: str) -> Answer:
    """Read one answer.

    Raises:
        AnswerError: its header does not fit its folder, or it changes nothing.
    """
    try:
        parts = HEADING.split(path.read_text(encoding="utf-8"))
    except UnicodeDecodeError as error:
        raise AnswerError(f"{path} is not UTF-8: {error}") from error
    _require_known_words(path, parts)
    header = _header(parts[0])
    cells: dict[str, str] = {}
    files: dict[str, str] = {}
    for file, cell, body in zip(parts[1::3], parts[2::3], parts[3::3], strict=True):
        (files if file else cells)[file or cell] = body.strip("\n")
    about = parts[0].partition("\n")[0]
    if not about.startswith("# ") or _header(about):
        raise AnswerError(f"{path}: say what the answer is in its first line, after `# `")
    if not cells and not files:
        raise AnswerError(f"{path} changes nothing: write `# %% NAME`, and the cell of that name")
    loses = tuple(name.strip() for name in header.get("loses", "").split(",") if name.strip())
    _require_header_of(path, loses, header)
    name, says = path.stem, header.get("says", "")
    return Answer(assignment, name, about.removeprefix("# "), cells, files, loses, says)


def _header(text: str) -> dict[str, str]:
    """What an answer says of itself before its first cell."""
    found = HEADER.finditer(text)
    return {each["key"]: each["value"].strip() for each in found if each["key"] in KEYS}


def _require_known_words(path: Path, parts: list[str]) -> None:
    """Raises AnswerError where a line begins a cell or says a thing in words that mean nothing."""
    for match in HEADER.finditer(parts[0]):
        near = difflib.get_close_matches(match["key"].lower(), KEYS, 1)
        if near and match["key"] not in KEYS:
            raise AnswerError(f"{path}: `# {match['key']}:` says nothing: write `# {near[0]}:`")
    for text in (parts[0], *parts[3::3]):
        if mark := CELL_MARK.search(text):
            raise AnswerError(
                f"{path}: `{mark[0]}` begins nothing: write `# %% NAME`, with the grade_id of the "
                "cell that is answered so, or `# %% file NAME`"
            )


def _require_header_of(path: Path, loses: tuple[str, ...], header: dict[str, str]) -> None:
    """Raises AnswerError unless exactly the wrong answers say what they lose and are told."""
    if path.parent.name == RIGHT and header:
        lines = " and ".join(f"`# {key}:`" for key in header)
        raise AnswerError(
            f"{path}: a right answer loses nothing: drop {lines}, or move it to wrong/"
        )
    if path.parent.name == WRONG and not loses:
        raise AnswerError(f"{path}: name the checks that it loses: `# loses: a_check, another`")
    if path.parent.name == WRONG and "says" not in header:
        raise AnswerError(
            f"{path}: copy some words of the message or hint that tell its student what is wrong: "
            "`# says: the words`. A student who loses points is told why"
        )


def read_equivalents(assignment: Assignment) -> dict[str, str]:
    """Mutants that were looked at and are equivalent: their names, each with the reason.

    Raises:
        AnswerError: the file is not a JSON object of texts.
    """
    path = assignment.answers / EQUIVALENT
    if not path.is_file():
        return {}
    try:
        notes = json.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise AnswerError(f"{path} is not JSON: {error}") from error
    if not isinstance(notes, dict) or not all(isinstance(why, str) for why in notes.values()):
        raise AnswerError(f'{path}: write {{"name of the mutant": "why no check can tell it"}}')
    return notes
