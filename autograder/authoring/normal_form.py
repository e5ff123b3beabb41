"""The form in which a built notebook is committed, and what a reader finds different in two."""

from __future__ import annotations

import hashlib
import re
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import nbformat
from nbformat import NotebookNode

from autograder.cells import Cell

KERNEL = {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"}
LANGUAGE = {
    "codemirror_mode": {"name": "ipython", "version": 3},
    "file_extension": ".py",
    "mimetype": "text/x-python",
    "name": "python",
    "nbconvert_exporter": "python",
    "pygments_lexer": "ipython3",
}
CELL_METADATA = {"deletable", "editable", "jupyter", "nbgrader", "slideshow", "tags"}
CELL_ID = re.compile(r"[a-zA-Z0-9_-]{1,64}")
IGNORE_OUTPUT = "nbval-ignore-output"


def normalise(notebook: NotebookNode, name: str, folder: Path | None) -> None:
    """Leave out what changes from machine to machine; give each cell an id that does not."""
    notebook.metadata = nbformat.from_dict({"kernelspec": KERNEL, "language_info": LANGUAGE})
    notebook.nbformat, notebook.nbformat_minor = 4, 5
    seen: Counter[str] = Counter()
    for cell in notebook.cells:
        kept = {key: value for key, value in cell.metadata.items() if key in CELL_METADATA}
        cell.metadata = nbformat.from_dict(kept)
        cell.id = _cell_id(cell, name, seen)
        if folder is not None:
            for output in cell.get("outputs", ()):
                _hide_paths(output, folder)


def _cell_id(cell: NotebookNode, name: str, seen: Counter[str]) -> str:
    """The cell's ``grade_id`` if it has one, else a digest of what it says.

    A digest of its content and not its position: inserting a cell renames no other.
    """
    grade_id = Cell(cell).grade_id
    if grade_id and CELL_ID.fullmatch(grade_id):
        return grade_id
    content = f"{name}\n{cell.cell_type}\n{cell.source}"
    seen[content] += 1
    return hashlib.sha256(f"{content}\n{seen[content]}".encode()).hexdigest()[:12]


def _hide_paths(output: NotebookNode, folder: Path) -> None:
    """Take this machine's paths out of a cell's text outputs."""
    for key in ("text", "traceback"):
        if key in output:
            output[key] = _without_paths(output[key], folder)
    data = output.get("data", {})
    for mime in data:
        if mime.startswith("text/"):
            data[mime] = _without_paths(data[mime], folder)


def _without_paths(text: Any, folder: Path) -> Any:
    if isinstance(text, list):
        return [_without_paths(line, folder) for line in text]
    for path in (folder, folder.parent.parent, sys.prefix, sys.base_prefix, Path.home()):
        text = text.replace(f"{path}/", "")
    return re.sub(r"\S*/ipykernel_\d+/\d+\.py", "<cell>", text)


def _meaning(cell: NotebookNode) -> list[dict[str, Any]]:
    """What a reader gets from a cell's outputs: texts, and which kinds of image."""
    return [_output_meaning(output) for output in cell.get("outputs", ())]


def _output_meaning(output: NotebookNode) -> dict[str, Any]:
    if output.output_type == "stream":
        return {"stream": output.name, "text": "".join(output.text)}
    if output.output_type == "error":
        return {"error": output.ename, "value": output.evalue}
    texts = {mime: data for mime, data in output.data.items() if not mime.startswith("image/")}
    return {"type": output.output_type, "data": texts, "kinds": sorted(output.data)}


def differences(committed: NotebookNode, current: NotebookNode) -> str:
    """The first thing that a reader would find different, in words; empty if nothing."""
    if (committed.nbformat, committed.metadata) != (current.nbformat, current.metadata):
        return "the notebook's metadata differ"
    for number, (old, new) in enumerate(zip(committed.cells, current.cells, strict=False), 1):
        where = f"cell {number} ({new.id})"
        for key in ("cell_type", "source", "metadata", "id"):
            if old.get(key) != new.get(key):
                return f"{where}: its {key.replace('_', ' ')} differs"
        if old.get("execution_count") != new.get("execution_count"):
            return f"{where}: its execution count differs"
        if IGNORE_OUTPUT not in new.metadata.get("tags", ()) and _meaning(old) != _meaning(new):
            return f"{where}: its output differs"
    if len(committed.cells) != len(current.cells):
        return f"it has {len(committed.cells)} cells; its source gives {len(current.cells)}"
    return ""
