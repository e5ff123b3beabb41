"""nbgrader's metadata of a notebook cell, read in one place.

A view over nbformat's dictionaries, safe on those that a student wrote: whatever is not what
nbgrader writes there reads as absent.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

#: What decides how a cell is marked. Its points do not: they are the course's, which may change
#: them when students already have the notebook.
ROLES = ("grade", "locked", "solution", "task")
#: Metadata of the output in which the grader writes its verdicts: a student's outputs have none.
VERDICT = {"autograder": "verdict"}
#: Where a notebook's metadata say what an assignment with a criterion lacks to be accepted.
LACKS = "autograder_lacks"
#: Where they say which files were not used, or used under another name: [name, used as, reason].
FILES = "autograder_files"


@dataclass(frozen=True)
class Cell:
    """One cell of a notebook: ``raw`` is its dictionary, as nbformat has it."""

    raw: dict[str, Any]

    @property
    def metadata(self) -> Mapping[str, Any]:
        """nbgrader's metadata; empty where there are none."""
        metadata = self.raw.get("metadata")
        ours = metadata.get("nbgrader") if isinstance(metadata, dict) else None
        return ours if isinstance(ours, dict) else {}

    @property
    def grade_id(self) -> str | None:
        name = self.metadata.get("grade_id")
        return name if isinstance(name, str) else None

    @property
    def type(self) -> str:
        """``code``, ``markdown`` or ``raw``."""
        return str(self.raw.get("cell_type", ""))

    @property
    def source(self) -> str:
        """The cell's text, without what no text can hold (NUL, lone surrogates)."""
        source = self.raw.get("source")
        if isinstance(source, list):
            source = "".join(line for line in source if isinstance(line, str))
        if not isinstance(source, str):
            return ""
        return source.encode("utf-8", "replace").decode("utf-8").replace("\0", "")

    @property
    def gives_points(self) -> bool:
        return bool(self.metadata.get("grade"))

    @property
    def is_answer(self) -> bool:
        """Whether the student writes it (a manually graded cell is an answer too)."""
        return bool(self.metadata.get("solution"))

    @property
    def is_task(self) -> bool:
        return bool(self.metadata.get("task"))

    @property
    def is_locked(self) -> bool:
        """Whether students may not change it: text of the course's, or a test."""
        return not self.is_answer and bool(self.metadata.get("locked") or self.gives_points)

    @property
    def points(self) -> float:
        """What it is worth; 0 where it gives no points."""
        return float(self.metadata.get("points", 0)) if self.gives_points else 0.0

    @property
    def graded_by(self) -> Literal["check", "person", None]:
        """Who gives its points."""
        if not self.gives_points:
            return None
        return "person" if self.is_answer or self.is_task else "check"

    @property
    def roles(self) -> tuple[Any, ...]:
        """What decides how it is marked: its type and nbgrader's roles."""
        return (self.raw.get("cell_type"), *map(self.metadata.get, ROLES))

    @property
    def checksum(self) -> str | None:
        return self.metadata.get("checksum")


def cells_of(notebook: Mapping[str, Any]) -> Iterator[Cell]:
    """The cells of a notebook, in order."""
    return map(Cell, notebook["cells"])


def named_cells(notebook: Mapping[str, Any]) -> dict[str, Cell]:
    """The cells that have a ``grade_id``, by it, in order."""
    return {cell.grade_id: cell for cell in cells_of(notebook) if cell.grade_id}
