"""Which submitted cell is which of ours, where its metadata, its type or its place were lost.

A cell of ours is known by its ``grade_id``; without one by Jupyter's own id of it, by its text, or
by the place in which the release has it. What is none of ours is a new cell, after one of ours.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from autograder.cells import Cell
from autograder.text import is_same_text, plain_text

FIRST = -1  # the place before every cell
_FENCED = re.compile(r"```[^\n`]*\n(.*?)\n?```", re.DOTALL)
#: A text of ours as short as this says nothing about where it came from.
TELLING = 10


@dataclass
class Found:
    """Where our cells are in a submitted notebook: everything by position.

    Attributes:
        at: which submitted cell each cell of ours is.
        without_metadata: those of ours that were told by something else than their ``grade_id``.
        new: the new cells that have text, by the cell of ours that they follow.
    """

    at: dict[int, int] = field(default_factory=dict)
    without_metadata: set[int] = field(default_factory=set)
    new: dict[int, list[int]] = field(default_factory=dict)

    def last_before(self, place: int) -> int:
        """The last cell of ours that is there before ``place``; FIRST where there is none."""
        return max((other for other in self.at if other < place), default=FIRST)


def find_cells(submitted: Sequence[Cell], ours: Sequence[Cell]) -> Found:
    """Tell which submitted cell is which of ours (the released ones)."""
    found = Found()
    _find_by_grade_id(submitted, ours, found)
    for key in (_jupyter_id, _telling_text):
        _find_by(key, submitted, ours, found)
    found.new = _new_cells(submitted, ours, found)
    _find_answers_by_place(submitted, ours, found)
    found.new = _new_cells(submitted, ours, found)
    return found


def _find_by_grade_id(submitted: Sequence[Cell], ours: Sequence[Cell], found: Found) -> None:
    """Of an answer that is there twice, the first that says something is the one."""
    for place, original in enumerate(ours):
        if original.grade_id is None:
            continue
        same = [at for at, cell in enumerate(submitted) if cell.grade_id == original.grade_id]
        if original.is_answer:
            same.sort(key=lambda at: not is_answered(submitted[at].source, original))
        if same:
            found.at[place] = same[0]


def is_answered(text: str, original: Cell) -> bool:
    """Whether an answer says something that was not released."""
    return bool(text.strip()) and not is_same_text(text, original.source)


def _jupyter_id(cell: Cell) -> str | None:
    name = cell.raw.get("id")
    return name if isinstance(name, str) else None


def _telling_text(cell: Cell) -> str | None:
    text = plain_text(cell.source)
    return text if len(text) >= TELLING else None


def _find_by(
    key: Callable[[Cell], str | None],
    submitted: Sequence[Cell],
    ours: Sequence[Cell],
    found: Found,
) -> None:
    known = {cell.grade_id for cell in ours if cell.grade_id}
    taken = {*found.at.values()}
    free: dict[str, list[int]] = {}
    for at, cell in enumerate(submitted):
        value = key(cell)
        if value is not None and at not in taken and cell.grade_id not in known:
            free.setdefault(value, []).append(at)
    for place, original in enumerate(ours):
        same = free.get(key(original) or "", [])
        if place not in found.at and same:
            found.at[place] = same.pop(0)
            if original.grade_id is not None:
                found.without_metadata.add(place)


def _new_cells(
    submitted: Sequence[Cell], ours: Sequence[Cell], found: Found
) -> dict[int, list[int]]:
    place_of = {at: place for place, at in found.at.items()}
    locked = {cell.grade_id for cell in ours if cell.grade_id and cell.is_locked}
    released = {"", *(plain_text(cell.source) for cell in ours)}
    new: dict[int, list[int]] = {}
    last = FIRST
    for at, cell in enumerate(submitted):
        if at in place_of:
            last = place_of[at]
        elif plain_text(cell.source) not in released and cell.grade_id not in locked:
            new.setdefault(last, []).append(at)
    return new


def _find_answers_by_place(submitted: Sequence[Cell], ours: Sequence[Cell], found: Found) -> None:
    """Answers that are missing are the new cells that stand where the release has them."""
    for last, group in [*_missing_answers(ours, found)]:
        for is_code in (True, False):
            asked = [place for place in group if (ours[place].type == "code") == is_code]
            new = found.new.get(last, [])
            there = [at for at in new if (submitted[at].type == "code") == is_code]
            pairs = dict(zip(asked, there, strict=False))
            found.at |= pairs
            found.without_metadata |= pairs.keys()


def _missing_answers(ours: Sequence[Cell], found: Found) -> Iterator[tuple[int, list[int]]]:
    """Runs of answers that are not there, each with the cell of ours that is there before it."""
    groups: dict[int, list[int]] = {}
    last = FIRST
    for place, original in enumerate(ours):
        if place in found.at:
            last = place
        elif original.is_answer:
            groups.setdefault(last, []).append(place)
    yield from groups.items()


def beside(text: str, original: str) -> tuple[str, str] | None:
    """What a text has before and after one of ours that it begins or ends with.

    None where it does neither. It happens where cells are merged.

    Example:
        >>> beside("import x\\n\\ny = x.f()", "import x")
        ('', 'y = x.f()')
    """
    whole, part = plain_text(text), plain_text(original)
    if not part or whole == part:
        return None
    if whole.startswith(f"{part}\n"):
        return "", whole[len(part) :].strip()
    if whole.endswith(f"\n{part}"):
        return whole[: -len(part)].strip(), ""
    return None


def without_fence(text: str) -> str:
    """The code in a Markdown cell that holds nothing but a fenced block; else the text itself."""
    fenced = _FENCED.fullmatch(text.strip())
    return fenced[1] if fenced else text


def is_words(source: str) -> bool:
    """Whether somebody wrote a text into a cell of code: it is no Python, or comments alone.

    Example:
        >>> is_words("Because the mean moved."), is_words("# Because it did"), is_words("x = 1")
        (True, True, False)
        >>> is_words("%timeit f(1)"), is_words('"Because it did."')
        (False, True)
    """
    lines = source.split("\n")
    code = [line for line in lines if not line.lstrip().startswith(("%", "!", "?"))]
    try:
        statements = ast.parse("\n".join(code)).body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return not lines[0].startswith("%%")
    texts = (
        isinstance(each, ast.Expr) and isinstance(each.value, ast.Constant) for each in statements
    )
    return len(code) == len(lines) and all(texts)
