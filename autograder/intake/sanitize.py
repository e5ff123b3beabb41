"""A submitted notebook made safe to run and to mark: what is ours comes back, once.

Locked cells and self-checks are restored from the released notebook, duplicates lose their
nbgrader metadata, missing cells return, points and types are ours again. The student's own cells
keep their text and their order, and no text of an answer is lost: whatever became of its cell, it
is in the cell that asks for it. Every cell is rebuilt field by field.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from autograder.cells import Cell, cells_of
from autograder.intake.recover import (
    Found,
    beside,
    find_cells,
    is_answered,
    is_words,
    without_fence,
)
from autograder.messages import gettext
from autograder.text import is_same_text, plain_text, with_newlines

RawCell = dict[str, Any]
CELL_TYPES = ("code", "markdown", "raw")
IMAGE = re.compile(r"image/(png|jpeg|gif|webp)\Z")
CELL_ID = re.compile(r"[A-Za-z0-9_-]{1,64}\Z")


@dataclass
class Sanitized:
    """A notebook ready to run (nbformat 4, plain dicts) and what was mended.

    ``unanswered`` are the cells that say nothing beyond what was released, wherever one looks.
    """

    notebook: dict[str, Any]
    flags: list[str] = field(default_factory=list)
    unanswered: set[str] = field(default_factory=set)


def sanitize(submitted: dict[str, Any], released: dict[str, Any]) -> Sanitized:
    """Restore what is ours in ``submitted`` from ``released`` (both nbformat 4 dicts)."""
    mending = _Mending([*cells_of(submitted)], [*cells_of(released)])
    cells = mending.run()
    _renumber(cells)
    notebook = {
        "cells": cells,
        "metadata": released.get("metadata", {}),
        "nbformat": 4,
        "nbformat_minor": 5,
    }
    return Sanitized(notebook, mending.flags, mending.unanswered)


class _Mending:
    """One notebook while it is put right; cells are known by their positions."""

    def __init__(self, submitted: Sequence[Cell], ours: Sequence[Cell]):
        self.submitted, self.ours = submitted, ours
        self.found: Found = find_cells(submitted, ours)
        self.plain = [_plain(cell) for cell in submitted]
        self.merged = self._merged()
        self.moved: set[int] = set()
        self.flags: list[str] = []
        self.unanswered: set[str] = set()

    def run(self) -> list[RawCell]:
        mended = {
            at: self._ours(place, self.plain[at], original.grade_id)
            for place, original in enumerate(self.ours)
            if (at := self.found.at.get(place)) is not None and original.grade_id is not None
        }
        cells = [
            mended[at] if at in mended else self._theirs(at)
            for at in range(len(self.plain))
            if at not in self.moved
        ]
        self._add_missing(cells)
        return cells

    def _theirs(self, at: int) -> RawCell:
        """A cell of the student's own, or one of ours that is there already."""
        cell, name = self.plain[at], self.submitted[at].grade_id
        if name is None or at in self.found.at.values():
            return cell
        original = next((each for each in self.ours if each.grade_id == name), None)
        if original is None:
            self.flags.append(f"cell-unknown: {name[:60]}")
        else:
            self.flags.append(f"cell-duplicated: {name}")
            if original.is_locked:
                cell["source"] = ""
        return cell

    def _ours(self, place: int, cell: RawCell, name: str) -> RawCell:
        """A cell of ours: its metadata as released; its text too where students may not write."""
        original = self.ours[place]
        self._note_metadata(place, name)
        if original.is_locked:
            text = original.source
            is_merged = plain_text(cell["source"]) in self._merged_texts(place)
            if not is_merged and not is_same_text(cell["source"], text):
                kind = "test-edited" if original.gives_points else "cell-edited"
                self.flags.append(f"{kind}: {name}")
            cell = {**cell, "attachments": _images(original.raw.get("attachments"))}
        else:
            text = cell["source"]
            if original.type == "code" and cell["cell_type"] != "code":
                text = without_fence(text)
            if original.type == "code":
                text = self._with_code_below(place, text)
            else:
                text, cell = self._with_new_cells(place, text, cell)
            if text == cell["source"] and is_same_text(text, original.source):
                self._note_unanswered(place, name)
        return _cell(original.type, text, cell, {"nbgrader": dict(original.metadata)})

    def _note_metadata(self, place: int, name: str) -> None:
        original, cell = self.ours[place], self.submitted[self.found.at[place]]
        if place in self.found.without_metadata:
            self.flags.append(f"metadata-lost: {name}")
        elif cell.roles[1:] != original.roles[1:]:
            self.flags.append(f"metadata-edited: {name}")
        if cell.type != original.type:
            self.flags.append(f"type-changed: {name}")

    def _with_new_cells(self, place: int, text: str, cell: RawCell) -> tuple[str, RawCell]:
        """An answer in words, with that of the new cells around it where it says nothing itself.

        New cells of code stay where they are, and run there.
        """
        original, name = self.ours[place], self.ours[place].grade_id
        below = self.found.new.get(place, [])
        if is_answered(text, original):
            if any(self.plain[at]["cell_type"] != "code" for at in below):
                self.flags.append(f"answer-continues: {name}")
            return text, cell
        around = [
            at
            for at in (*self._above(place), *below)
            if self._has_words(at) and at not in self.moved
        ]
        if not around:
            return text, cell
        self.flags.append(f"answer-elsewhere: {name}")
        texts, images = [text], dict(cell.get("attachments", {}))
        for at in around:
            texts.append(_shown(self.plain[at], images))
            if self.plain[at]["cell_type"] != "code":
                self.moved.add(at)
        return "\n\n".join(filter(None, texts)), {**cell, "attachments": images}

    def _has_words(self, at: int) -> bool:
        return self.plain[at]["cell_type"] != "code" or is_words(self.plain[at]["source"])

    def _with_code_below(self, place: int, text: str) -> str:
        """An answer in code, which may stand in new cells of other types below its own."""
        if is_answered(text, self.ours[place]):
            return text
        found = [text]
        for at in self.found.new.get(place, []):
            source = self.plain[at]["source"]
            kind, code = self.plain[at]["cell_type"], without_fence(source)
            if kind == "raw" or (kind == "markdown" and code != source):
                self.flags.append(f"answer-elsewhere: {self.ours[place].grade_id}")
                self.moved.add(at)
                found.append(code)
        return "\n\n".join(found[1:] or found)

    def _above(self, place: int) -> list[int]:
        """New cells between an answer and what asks for it, where they answer nothing before."""
        last, kind = self.found.last_before(place), self.ours[place].type
        if last >= 0 and self.ours[last].is_answer and self.ours[last].type == kind:
            text = self.plain[self.found.at[last]]["source"]
            if not is_answered(text, self.ours[last]):
                return []
        return self.found.new.get(last, [])

    def _note_unanswered(self, place: int, name: str) -> None:
        """Nothing in the cell itself: for code, what is around it may be the answer."""
        around = [*self._above(place), *self.found.new.get(place, [])]
        has_code = any(self.plain[at]["cell_type"] == "code" for at in around)
        if has_code and self.ours[place].type == "code":
            self.flags.append(f"answer-elsewhere: {name}")
        else:
            self.unanswered.add(name)

    def _merged(self) -> dict[int, str]:
        """Answers that are missing and stand in the cell of ours beside them, merged with it."""
        merged: dict[int, str] = {}
        for place in range(len(self.ours)):
            before, after = self._parts(place) or ("", "")
            for other, text in ((place - 1, before), (place + 1, after)):
                is_missing = 0 <= other < len(self.ours) and other not in self.found.at
                if text and is_missing and self.ours[other].is_answer:
                    merged[other] = text
        return merged

    def _parts(self, place: int) -> tuple[str, str] | None:
        """What stands before and after our text in a cell of ours that is no answer."""
        original, at = self.ours[place], self.found.at.get(place)
        if at is None or original.is_answer:
            return None
        return beside(self.plain[at]["source"], original.source)

    def _merged_texts(self, place: int) -> list[str]:
        """The whole text that a locked cell has where it was merged with what is beside it."""
        parts = self._parts(place)
        if parts is None:
            return []
        extra = "".join(parts)
        missing = [other for other in range(len(self.ours)) if other not in self.found.at]
        texts = [self.merged.get(other, plain_text(self.ours[other].source)) for other in missing]
        whole = plain_text(self.plain[self.found.at[place]]["source"])
        return [whole] if extra in texts else []

    def _add_missing(self, cells: list[RawCell]) -> None:
        """Put back cells that were deleted, after the one that precedes them in the release.

        A deleted solution cell comes back empty: its code may live in another cell.
        """
        previous = None
        for place, original in enumerate(self.ours):
            name = original.grade_id
            if name is None:
                continue
            if place not in self.found.at:
                cell = self._returned(place, name)
                cells.insert(_position(cells, previous), cell)
            previous = name

    def _returned(self, place: int, name: str) -> RawCell:
        original = self.ours[place]
        text = original.source if original.is_locked else self.merged.get(place, "")
        if self._is_inside_another(place):
            self.flags.append(f"cell-merged: {name}")
        else:
            kind = "test-deleted" if original.gives_points else "cell-deleted"
            self.flags.append(f"{kind}: {name}")
        if original.is_answer and not is_answered(text, original):
            new = self.found.new.get(self.found.last_before(place), [])
            if original.graded_by == "person" and new:
                text = "\n\n".join(_shown(self.plain[at], {}) for at in new)
            elif not self._is_beside_an_answer(place):
                self.unanswered.add(name)
            elif original.graded_by == "person":
                note = gettext("This cell was not in the notebook: look for its answer beside it.")
                text = f"*{note}*"
        return _cell(original.type, text, {}, {"nbgrader": dict(original.metadata)})

    def _is_inside_another(self, place: int) -> bool:
        """Whether the text of a cell that is missing is in another cell."""
        wanted = plain_text(self.ours[place].source)
        sources = (plain_text(each["source"]) for each in self.plain)
        return place in self.merged or (bool(wanted) and any(wanted in each for each in sources))

    def _is_beside_an_answer(self, place: int) -> bool:
        """Whether the answer before or after one that is missing says something: maybe both."""
        answers = [other for other, cell in enumerate(self.ours) if cell.is_answer]
        number = answers.index(place)
        beside = answers[max(0, number - 1) : number] + answers[number + 1 :][:1]
        there = [(other, self.found.at[other]) for other in beside if other in self.found.at]
        return any(is_answered(self.plain[at]["source"], self.ours[other]) for other, at in there)


def _shown(cell: RawCell, images: dict[str, dict[str, str]]) -> str:
    """A cell's text as Markdown shows it; its pictures join ``images`` under names of their own."""
    text = str(cell["source"]).strip()
    if cell["cell_type"] == "code":
        return f"```python\n{text}\n```"
    for name, image in cell.get("attachments", {}).items():
        new = name
        while images.get(new, image) != image:
            new = f"_{new}"
        text = text.replace(f"attachment:{name}", f"attachment:{new}")
        images[new] = image
    return text


def _position(cells: list[RawCell], previous: str | None) -> int:
    names = [Cell(cell).grade_id for cell in cells]
    return names.index(previous) + 1 if previous in names else len(cells) if previous else 0


def _plain(cell: Cell) -> RawCell:
    kind = cell.raw.get("cell_type")
    kind = kind if kind in CELL_TYPES else "raw"
    images = _images(cell.raw.get("attachments"))
    source = with_newlines(cell.source).removeprefix("\ufeff")  # which Python cannot read
    return _cell(kind, source, {**cell.raw, "attachments": images}, {})


def _cell(kind: str, source: str, cell: RawCell, metadata: dict[str, Any]) -> RawCell:
    new: RawCell = {"cell_type": kind, "metadata": metadata, "source": source}
    if isinstance(cell.get("id"), str) and CELL_ID.match(cell["id"]):
        new["id"] = cell["id"]
    if kind == "code":
        new |= {"execution_count": None, "outputs": []}
    elif kind == "markdown" and cell.get("attachments"):
        new["attachments"] = cell["attachments"]
    return new


def _images(attachments: Any) -> dict[str, dict[str, str]]:
    """Pictures pasted into a Markdown cell; nothing else stays."""
    kept: dict[str, dict[str, str]] = {}
    for name, data in attachments.items() if isinstance(attachments, dict) else ():
        for mime, text in data.items() if isinstance(data, dict) else ():
            if IMAGE.match(mime) and isinstance(text, str):
                kept[name] = {mime: text}
    return kept


def _renumber(cells: list[RawCell]) -> None:
    """Every cell gets an id of its own."""
    seen: set[str] = set()
    for position, cell in enumerate(cells):
        if cell.get("id") in seen or "id" not in cell:
            cell["id"] = f"cell-{position}"
            while cell["id"] in seen:
                cell["id"] += "x"
        seen.add(cell["id"])
