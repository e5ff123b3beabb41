"""Writing what one student handed in, whole or not at all, and never over another's."""

from __future__ import annotations

import filecmp
import os
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from pathlib import Path

from autograder.intake.archive import Entry, Reader
from autograder.intake.layouts import Owner
from autograder.intake.moments import as_timestamp
from autograder.intake.submissions import TIMESTAMP


class Outcome(StrEnum):
    """What became of a delivery."""

    NEW = "new"
    REPLACED = "replaced"
    UNCHANGED = "unchanged"
    REFUSED = "refused"


@dataclass(frozen=True)
class Delivery:
    """What one student handed in for one assignment: relative path → entry, and when."""

    owner: Owner
    student: str
    assignment: str
    files: dict[tuple[str, ...], Entry] = field(default_factory=dict)
    moment: datetime | None = None
    late: bool = False


@dataclass(frozen=True)
class Placed:
    """What became of a delivery, and of how many files of the archive."""

    student: str
    assignment: str
    files: int
    outcome: Outcome
    reason: str = ""
    owner: str = ""


def place(
    reader: Reader, delivery: Delivery, into: Path, force: bool
) -> tuple[Placed, list[tuple[str, str]]]:
    """Write one delivery beside its place and move it there, whole.

    Returns:
        What became of it, and the files that could not be read, each with why.
    """
    target = into / delivery.student / delivery.assignment
    lost: list[tuple[str, str]] = []
    try:
        staged = Path(tempfile.mkdtemp(prefix=".collect-", dir=into))
    except OSError as error:
        return _refused_by_disk(delivery, error), []
    try:
        count = _extract(reader, delivery, staged, lost)
        placed = replace(refusal(delivery, ""), files=count)
        if count == 0 and os.path.lexists(target):
            return replace(placed, reason="none of its files could be read"), lost
        outcome = _outcome(staged, target, force)
        if outcome is Outcome.REFUSED:
            reason = f"{target} is already there and differs: see --force"
            return replace(placed, reason=reason), lost
        if outcome is Outcome.UNCHANGED:
            _bring_time(staged, target)
        else:
            _move(staged, target)
        return replace(placed, outcome=outcome), lost
    except OSError as error:
        return _refused_by_disk(delivery, error), []
    finally:
        shutil.rmtree(staged, ignore_errors=True)


def refusal(delivery: Delivery, reason: str) -> Placed:
    """A delivery that stays out, with all its files."""
    name, count = delivery.owner.name, len(delivery.files)
    return Placed(delivery.student, delivery.assignment, count, Outcome.REFUSED, reason, name)


def _refused_by_disk(delivery: Delivery, error: OSError) -> Placed:
    said = (error.strerror or "the disk refuses").lower()
    return refusal(delivery, f"it cannot be written: {said}")


def _extract(reader: Reader, delivery: Delivery, staged: Path, lost: list[tuple[str, str]]) -> int:
    count = 0
    for path, entry in delivery.files.items():
        target = staged.joinpath(*path)
        target.parent.mkdir(parents=True, exist_ok=True)
        with target.open("xb") as stream:
            problem = reader.copy(entry, stream)
        if problem:
            target.unlink()
            lost.append((entry.origin, problem))
        else:
            count += 1
    if delivery.moment is not None:
        (staged / TIMESTAMP).write_text(f"{as_timestamp(delivery.moment)}\n")
    return count


def _outcome(staged: Path, target: Path, force: bool) -> Outcome:
    if not os.path.lexists(target):
        return Outcome.NEW
    if target.is_dir() and not target.is_symlink() and _same(staged, target):
        return Outcome.UNCHANGED
    return Outcome.REPLACED if force else Outcome.REFUSED


def _same(left: Path, right: Path) -> bool:
    """Whether two folders hold the same files, the time of the submission apart."""
    ours, theirs = dict(_files(left)), dict(_files(right))
    return ours.keys() == theirs.keys() and all(
        filecmp.cmp(ours[name], theirs[name], shallow=False) for name in ours
    )


def _files(folder: Path) -> Iterator[tuple[str, Path]]:
    for path in folder.rglob("*"):
        if path.is_file() and not path.is_symlink() and path != folder / TIMESTAMP:
            yield str(path.relative_to(folder)), path


def _bring_time(staged: Path, target: Path) -> None:
    """The same work, of which the platform now says when: the time alone is new."""
    if (staged / TIMESTAMP).is_file():
        os.replace(staged / TIMESTAMP, target / TIMESTAMP)


def _move(staged: Path, target: Path) -> None:
    """Put ``staged`` at ``target``; what was there goes only once the new one is ready."""
    target.parent.mkdir(parents=True, exist_ok=True)
    staged.chmod(0o755)
    if os.path.lexists(target):
        old = Path(tempfile.mkdtemp(prefix=".collect-", dir=staged.parent))
        os.replace(target, old / "old")
        os.replace(staged, target)
        shutil.rmtree(old)
    else:
        os.replace(staged, target)
