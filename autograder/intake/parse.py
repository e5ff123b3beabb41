"""The bytes of a notebook file, read within bounds into nbformat 4.

What a file carries beside its cells' own text (outputs, widgets, metadata of extensions) is dropped
before anything is measured: it weighs nothing against a submission.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from autograder.messages import gettext, ngettext
from autograder.sandbox.limits import MIB, Limits

#: What is kept of a cell of nbformat 4; of its metadata, nbgrader's alone.
KEPT = ("cell_type", "id", "source", "attachments")


class InvalidNotebook(Exception):
    """The file is not a notebook; ``reason`` tells the student why."""

    def __init__(self, reason: str):
        super().__init__(reason)
        self.reason = reason


def parse(content: bytes, limits: Limits) -> dict[str, Any]:
    """The notebook in ``content`` as nbformat 4, without outputs. Raises InvalidNotebook."""
    notebook = _from_json(content, limits)
    if not isinstance(notebook, dict) or "nbformat" not in notebook:
        raise InvalidNotebook(gettext("the file is JSON, but not a Jupyter notebook"))
    if notebook["nbformat"] != 4:
        notebook = _upgraded(notebook, limits)
    cells = notebook.get("cells")
    if not isinstance(cells, list) or not all(isinstance(cell, dict) for cell in cells):
        raise InvalidNotebook(gettext("the notebook has no list of cells"))
    _require_few(cells, limits)
    return {"nbformat": 4, "cells": _bounded([_bare(cell) for cell in cells], limits)}


def _from_json(content: bytes, limits: Limits) -> Any:
    """Raises InvalidNotebook before it makes more objects than ``limits`` allow."""
    if count_values(content) > limits.notebook_values:
        raise InvalidNotebook(gettext("the file has too many values to be an ordinary notebook"))
    try:
        return json.loads(_decoded(content))
    except (ValueError, RecursionError):
        reason = gettext("the file is not JSON: save it again from JupyterLab")
        raise InvalidNotebook(reason) from None


def count_values(content: bytes) -> int:
    """How many values a JSON file may have, at the most."""
    return sum(map(content.count, (b",", b"{", b"[")))


def _decoded(content: bytes) -> str:
    """The text of a JSON file, whose first bytes tell UTF-8, UTF-16 and UTF-32 apart.

    A file that is no UTF-8 is read as Windows wrote it. Raises ValueError.
    """
    encoding = json.detect_encoding(content)
    if not encoding.startswith("utf-8"):
        return content.decode(encoding, "surrogatepass")
    try:
        return content.decode(encoding, "surrogatepass")
    except UnicodeDecodeError:
        return content.decode("cp1252")


def _upgraded(notebook: dict[str, Any], limits: Limits) -> dict[str, Any]:
    """A notebook of an older format, through nbformat's own converter."""
    import nbformat

    cells = list(_cells_of_version_3(notebook))
    _require_few(cells, limits)
    for cell in cells:
        cell.pop("outputs", None)
        if cell.get("cell_type") == "code":
            cell["outputs"] = []
    _bounded(cells, limits)
    plain = {**notebook, "metadata": {}}
    try:
        upgraded = nbformat.reads(json.dumps(plain), as_version=4)
        found: dict[str, Any] = json.loads(json.dumps(upgraded))
        return found
    except Exception:
        reason = gettext("the notebook's format cannot be read: open it in JupyterLab and save it")
        raise InvalidNotebook(reason) from None


def _cells_of_version_3(notebook: dict[str, Any]) -> Iterator[dict[str, Any]]:
    sheets = notebook.get("worksheets")
    for sheet in sheets if isinstance(sheets, list) else ():
        cells = sheet.get("cells") if isinstance(sheet, dict) else None
        for cell in cells if isinstance(cells, list) else ():
            if isinstance(cell, dict):
                yield cell


def _bare(cell: dict[str, Any]) -> dict[str, Any]:
    bare = {name: cell[name] for name in KEPT if name in cell}
    metadata = cell.get("metadata")
    ours = metadata.get("nbgrader") if isinstance(metadata, dict) else None
    return {**bare, "metadata": {} if ours is None else {"nbgrader": ours}}


def _require_few(cells: list[dict[str, Any]], limits: Limits) -> None:
    if len(cells) > limits.cells:
        message = ngettext(
            "the notebook has more than {count} cell",
            "the notebook has more than {count} cells",
            limits.cells,
        )
        raise InvalidNotebook(message.format(count=limits.cells))


def _bounded(cells: list[dict[str, Any]], limits: Limits) -> list[dict[str, Any]]:
    """The same cells. Raises InvalidNotebook where they are too large or too deep."""
    if _is_deeper_than(cells, limits.notebook_depth):
        reason = gettext("the data of the file are nested too deep: it is no ordinary notebook")
        raise InvalidNotebook(reason)
    size = len(json.dumps(cells, ensure_ascii=False))
    if size > limits.cells_bytes:
        message = gettext(
            "without its outputs the notebook still has {size} MB and the maximum is {most} MB: "
            "take large pictures and data out of its cells"
        )
        size_text, most = f"{size / MIB:.1f}", f"{limits.cells_bytes / MIB:.0f}"
        raise InvalidNotebook(message.format(size=size_text, most=most))
    return cells


def _is_deeper_than(value: Any, limit: int) -> bool:
    level = [value]
    for _ in range(limit):
        level = [
            item
            for each in level
            if isinstance(each, (dict, list))
            for item in (each.values() if isinstance(each, dict) else each)
            if isinstance(item, (dict, list))
        ]
        if not level:
            return False
    return True
