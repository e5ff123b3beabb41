"""What grading takes and gives, as plain data.

Light to import: who dispatches submissions and records their marks needs nothing else of the judge.
"""

from __future__ import annotations

import importlib
from dataclasses import dataclass, field
from types import ModuleType


@dataclass(frozen=True)
class Blueprint:
    """What grading needs to know of an assignment: released notebooks and companion files.

    ``notebooks`` maps names, in the order in which they run, to the released ``.ipynb`` bytes.
    """

    assignment: str
    notebooks: dict[str, bytes]
    companions: dict[str, bytes]
    checks_module: str
    fingerprint: str

    @property
    def checks(self) -> ModuleType:
        return importlib.import_module(self.checks_module)


@dataclass(frozen=True)
class Verdict:
    """The outcome of one check, as results.json holds it."""

    id: str
    cell: str
    title: str
    status: str
    points: float
    max_points: float
    message: str = ""
    hint: str = ""


@dataclass(frozen=True)
class Result:
    """What one submission got. ``notebooks`` are the executed ones, as JSON bytes."""

    student: str
    assignment: str
    score: float
    max_score: float
    manual_points: float
    status: str
    accepted: bool | None
    seconds: float
    seed: int
    digest: str
    flags: tuple[str, ...] = ()
    checks: tuple[Verdict, ...] = ()
    unanswered: tuple[str, ...] = ()
    notebooks: dict[str, bytes] = field(default_factory=dict)
    timestamp: str | None = None

    @property
    def faulty(self) -> bool:
        """Whether a check of ours failed by itself: the mark is not to be trusted."""
        return any(verdict.status == "error" for verdict in self.checks)
