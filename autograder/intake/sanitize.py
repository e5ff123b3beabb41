"""A submitted notebook made safe to run and to mark: what is ours comes back, once.

Locked cells and self-checks are restored from the released notebook, duplicates lose their
nbgrader metadata, missing cells return, points and types are ours again. The student's own cells
keep their text and their order. Every cell is rebuilt field by field.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from autograder.cells import Cell, named_cells

RawCell = dict[str, Any]
CELL_TYPES = ("code", "markdown", "raw")
IMAGE = re.compile(r"image/(png|jpeg|gif|webp)\Z")
CELL_ID = re.compile(r"[A-Za-z0-9_-]{1,64}\Z")


@dataclass
class Sanitized:
    """A notebook ready to run (nbformat 4, plain dicts) and what was mended."""

    notebook: dict[str, Any]
    flags: list[str] = field(default_factory=list)
    unanswered: set[str] = field(default_factory=set)


def sanitize(submitted: dict[str, Any], released: dict[str, Any]) -> Sanitized:
    """Restore what is ours in ``submitted`` from ``released`` (both nbformat 4 dicts)."""
    ours = named_cells(released)
    result = Sanitized({})
    cells: list[dict[str, Any]] = []
    seen: set[str] = set()
    for cell in submitted["cells"]:
        cells.append(_restored(cell, ours, seen, result))
    _add_missing(cells, ours, seen, result)
    _renumber(cells)
    result.notebook = {
        "cells": cells,
        "metadata": released.get("metadata", {}),
        "nbformat": 4,
        "nbformat_minor": 5,
    }
    return result


def _restored(cell: RawCell, ours: dict[str, Cell], seen: set[str], result: Sanitized) -> RawCell:
    plain = _plain(cell)
    name = Cell(cell).grade_id
    if name not in ours:
        if name is not None:
            result.flags.append(f"cell-unknown: {name[:60]}")
        return plain
    if name in seen:
        result.flags.append(f"cell-duplicated: {name}")
        if ours[name].is_locked:
            plain["source"] = ""
        return plain
    seen.add(name)
    if Cell(cell).roles != ours[name].roles:
        result.flags.append(f"metadata-edited: {name}")
    return _ours(plain, ours[name], name, result)


def _ours(plain: RawCell, original: Cell, name: str, result: Sanitized) -> RawCell:
    """A cell of ours: its metadata as released; its text too where students may not write."""
    source = original.source
    if original.is_locked:
        if plain["source"].strip() != source.strip():
            kind = "test-edited" if original.gives_points else "cell-edited"
            result.flags.append(f"{kind}: {name}")
        text = source
    else:
        text = plain["source"] if plain["cell_type"] == original.type else ""
        if text.strip() == source.strip():
            result.unanswered.add(name)
    return _cell(original.type, text, plain, {"nbgrader": dict(original.metadata)})


def _add_missing(
    cells: list[RawCell], ours: dict[str, Cell], seen: set[str], result: Sanitized
) -> None:
    """Put back cells that were deleted, after the one that precedes them in the release.

    A deleted solution cell comes back empty: its code may live in another cell.
    """
    previous = None
    for name, original in ours.items():
        if name not in seen:
            kind = "test-deleted" if original.gives_points else "cell-deleted"
            result.flags.append(f"{kind}: {name}")
            result.unanswered.add(name)
            text = original.source if original.is_locked else ""
            cell = _cell(original.type, text, {}, {"nbgrader": dict(original.metadata)})
            cells.insert(_position(cells, previous), cell)
        previous = name


def _position(cells: list[RawCell], previous: str | None) -> int:
    names = [Cell(cell).grade_id for cell in cells]
    return names.index(previous) + 1 if previous in names else len(cells) if previous else 0


def _plain(cell: dict[str, Any]) -> dict[str, Any]:
    kind = cell.get("cell_type")
    kind = kind if kind in CELL_TYPES else "raw"
    return _cell(kind, Cell(cell).source, cell, {})


def _cell(kind: str, source: str, cell: RawCell, metadata: dict[str, Any]) -> RawCell:
    new: RawCell = {"cell_type": kind, "metadata": metadata, "source": source}
    if isinstance(cell.get("id"), str) and CELL_ID.match(cell["id"]):
        new["id"] = cell["id"]
    if kind == "code":
        new |= {"execution_count": None, "outputs": []}
    elif kind == "markdown":
        images = _images(cell.get("attachments"))
        if images:
            new["attachments"] = images
    return new


def _images(attachments: Any) -> dict[str, dict[str, str]]:
    """Pictures pasted into a Markdown cell; nothing else stays."""
    kept: dict[str, dict[str, str]] = {}
    for name, data in attachments.items() if isinstance(attachments, dict) else ():
        for mime, text in data.items() if isinstance(data, dict) else ():
            if IMAGE.match(mime) and isinstance(text, str):
                kept[name] = {mime: text}
    return kept


def _renumber(cells: list[dict[str, Any]]) -> None:
    """Every cell gets an id of its own."""
    seen: set[str] = set()
    for position, cell in enumerate(cells):
        if cell.get("id") in seen or "id" not in cell:
            cell["id"] = f"cell-{position}"
            while cell["id"] in seen:
                cell["id"] += "x"
        seen.add(cell["id"])
