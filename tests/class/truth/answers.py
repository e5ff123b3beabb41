"""Answers as files: the cells that differ from the reference solution, and what they must get.

``tests/class/truth/<assignment>/right/<name>.py`` and ``…/wrong/<name>.py``::

    # Swaps p and q.
    # loses: matches_the_hand_computed_value, is_close_to_the_oracle
    # says: la referencia va primero
    # %% psi
    def psi(referencia, produccion, n_bins=10):
        ...

The first comment says what the answer is. A wrong answer names the checks it must lose (failed or
skipped: exactly these) and a fragment of what it is told. ``# %% NAME`` replaces the source of the
cell whose grade_id is NAME. ``# %% file PATH`` makes a file of the submission: its body runs in the
namespace that the notebook left (plus ``referencia``, the reference file's text) and sets
``texto``; ``texto = None`` hands in no such file.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path

HERE = Path(__file__).resolve().parent
CELL = re.compile(r"^# %% (?:file (?P<file>\S+)|(?P<cell>\S+))\s*$", re.MULTILINE)
HEADER = re.compile(r"^# (?P<key>loses|says): (?P<value>.+)$", re.MULTILINE)


@dataclass(frozen=True)
class Answer:
    """One way to answer an assignment; ``loses`` is empty exactly when it is right."""

    assignment: str
    name: str
    about: str
    cells: dict[str, str]
    files: dict[str, str] = field(default_factory=dict)
    loses: tuple[str, ...] = ()
    says: str = ""

    @property
    def right(self) -> bool:
        return not self.loses

    @property
    def id(self) -> str:
        return f"{self.assignment}/{'right' if self.right else 'wrong'}/{self.name}"


def reference(assignment: str) -> Answer:
    """The reference solution itself, as the answer that changes nothing."""
    return Answer(assignment, "referencia", "The reference solution.", {})


def load(assignment: str | None = None) -> list[Answer]:
    """Every answer on disk, by assignment and name."""
    folders = sorted(path for path in HERE.iterdir() if (path / "right").is_dir())
    return [
        parse(path, folder.name)
        for folder in folders
        if assignment in (None, folder.name)
        for kind in ("right", "wrong")
        for path in sorted((folder / kind).glob("*.py"))
    ]


def parse(path: Path, assignment: str) -> Answer:
    """Read one answer. Raises ValueError where its header does not fit its folder."""
    text = path.read_text(encoding="utf-8")
    parts = CELL.split(text)
    header = {match["key"]: match["value"] for match in HEADER.finditer(parts[0])}
    cells, files = {}, {}
    for file, cell, body in zip(parts[1::3], parts[2::3], parts[3::3], strict=True):
        (files if file else cells)[file or cell] = body.strip("\n")
    loses = tuple(name.strip() for name in header.get("loses", "").split(",") if name.strip())
    if bool(loses) != (path.parent.name == "wrong") or (loses and not header.get("says")):
        raise ValueError(f"{path}: a wrong answer, and only a wrong one, has `loses` and `says`")
    about = parts[0].lstrip("# ").splitlines()[0]
    return Answer(assignment, path.stem, about, cells, files, loses, header.get("says", ""))
