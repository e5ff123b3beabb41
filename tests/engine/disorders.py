"""What editors, browsers and people do to a notebook without meaning to, as functions.

Each disorder takes the cells of a notebook, the position of an answer and that answer's text, and
changes the cells in place as if the student had written the text by that way. ``ALL`` has them by
name.
"""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

import demo_course as demo

Cells = list[dict[str, Any]]
Disorder = Callable[[Cells, int, str], None]
ALL: dict[str, Disorder] = {}
SPACES = "with spaces and a mark around every cell"


def disorder(name: str) -> Callable[[Disorder], Disorder]:
    def register(function: Disorder) -> Disorder:
        ALL[name] = function
        return function

    return register


def new_cell(source: str, kind: str) -> dict[str, Any]:
    """A cell that the student added."""
    return {**demo.cell(source, kind=kind), "id": f"new-{abs(hash((source, kind)))}"}


@disorder("as it should be")
def plain(cells: Cells, at: int, text: str) -> None:
    cells[at]["source"] = text


def with_type(kind: str) -> Disorder:
    def changed(cells: Cells, at: int, text: str) -> None:
        cells[at] |= {"source": text, "cell_type": kind}

    return changed


for each in ("code", "markdown", "raw"):
    ALL[f"type changed to {each}"] = with_type(each)


@disorder("without metadata")
def without_metadata(cells: Cells, at: int, text: str) -> None:
    cells[at] |= {"source": text, "metadata": {}}


@disorder("without metadata and Jupyter's id")
def without_id(cells: Cells, at: int, text: str) -> None:
    cells[at] |= {"source": text, "metadata": {}}
    del cells[at]["id"]


@disorder("with another grade_id")
def other_grade_id(cells: Cells, at: int, text: str) -> None:
    cells[at]["source"] = text
    cells[at]["metadata"]["nbgrader"]["grade_id"] += "-copia"


@disorder("split in two")
def split(cells: Cells, at: int, text: str) -> None:
    lines = text.split("\n")
    cells[at]["source"] = "\n".join(lines[: len(lines) // 2])
    rest = "\n".join(lines[len(lines) // 2 :])
    cells.insert(at + 1, new_cell(rest, cells[at]["cell_type"]))


@disorder("merged with the cell below")
def merge_with_below(cells: Cells, at: int, text: str) -> None:
    cells[at]["source"] = f"{text}\n\n{cells[at + 1]['source']}"
    del cells[at + 1]


@disorder("merged with the cell above")
def merge_with_above(cells: Cells, at: int, text: str) -> None:
    cells[at]["source"] = f"{cells[at - 1]['source']}\n\n{text}"
    del cells[at - 1]


@disorder("merged into the cell below")
def merge_into_below(cells: Cells, at: int, text: str) -> None:
    cells[at + 1]["source"] = f"{text}\n\n{cells[at + 1]['source']}"
    del cells[at]


@disorder("merged into the cell above")
def merge_into_above(cells: Cells, at: int, text: str) -> None:
    cells[at - 1]["source"] += f"\n\n{text}"
    del cells[at]


def below(kind: str | None) -> Disorder:
    def added(cells: Cells, at: int, text: str) -> None:
        cells.insert(at + 1, new_cell(text, kind or cells[at]["cell_type"]))

    return added


ALL["in a new cell below"] = below(None)
ALL["in a new raw cell below"] = below("raw")
ALL["in a new code cell below"] = below("code")


@disorder("in a new cell above")
def above(cells: Cells, at: int, text: str) -> None:
    cells.insert(at, new_cell(text, cells[at]["cell_type"]))


@disorder("in a new cell, its own deleted")
def replaced(cells: Cells, at: int, text: str) -> None:
    cells[at] = new_cell(text, cells[at]["cell_type"])


@disorder("in a second copy of the cell")
def copied(cells: Cells, at: int, text: str) -> None:
    cells.insert(at + 1, {**copy.deepcopy(cells[at]), "id": f"copy-{at}", "source": text})


@disorder("with Windows' line ends")
def windows(cells: Cells, at: int, text: str) -> None:
    cells[at]["source"] = text.replace("\n", "\r\n")
    for cell in cells:
        cell["source"] = cell["source"].replace("\r\n", "\n").replace("\n", "\r\n")


@disorder(SPACES)
def spaces(cells: Cells, at: int, text: str) -> None:
    cells[at]["source"] = text
    for cell in cells:
        lines = cell["source"].replace("\r\n", "\n").split("\n")
        cell["source"] = "\ufeff" + "  \n".join(line.rstrip() for line in lines) + "\n\n"
