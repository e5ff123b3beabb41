"""A zip of submissions from an LMS, unpacked as ``<into>/<student>/<assignment>/``.

Layouts: Moodle's *Download all submissions* (a folder, or a file, named
``Full Name_12345_assignsubmission_file_``), and plain ``<student>/<assignment>/…`` or
``<student>/…``. Nothing is overwritten without being asked, nothing is dropped in silence.
"""

from __future__ import annotations

import filecmp
import os
import re
import shutil
import tempfile
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

from autograder import UserError
from autograder.intake.archive import Archive, ArchiveError, Bounds, Entry, Reader
from autograder.intake.participants import Participants
from autograder.intake.submissions import TIMESTAMP

MOODLE = re.compile(
    r"(?P<name>.+?)_(?P<number>\d+)_assignsubmission_(?P<kind>[a-z]+)(?:_(?P<file>.*))?"
)
STUDENT = re.compile(r"\w[\w.@+-]{0,99}\Z")
NEW, REPLACED, UNCHANGED, REFUSED = "new", "replaced", "unchanged", "refused"


class CollectError(UserError):
    """The zip cannot be collected as asked; the message says what to do."""


@dataclass(frozen=True)
class Owner:
    """Whose a file is, as the archive says it; ``number`` is Moodle's participant."""

    name: str
    number: str | None = None


@dataclass
class Delivery:
    """What one student handed in for one assignment: relative path → entry."""

    owner: Owner
    student: str
    assignment: str
    files: dict[tuple[str, ...], Entry] = field(default_factory=dict)


@dataclass(frozen=True)
class Placed:
    """What became of a delivery: ``outcome`` is new, replaced, unchanged or refused."""

    student: str
    assignment: str
    files: int
    outcome: str
    reason: str = ""
    owner: str = ""


@dataclass
class Collected:
    """What a zip held: deliveries, single files refused with their reason, files ignored."""

    placed: list[Placed] = field(default_factory=list)
    refused: list[tuple[str, str]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    ignored: int = 0

    @property
    def complete(self) -> bool:
        """Whether everything that the zip held is in place."""
        return not self.refused and all(each.outcome != REFUSED for each in self.placed)


def collect(
    source: Path,
    into: Path,
    notebooks: dict[str, tuple[str, ...]],
    assignment: str | None = None,
    force: bool = False,
    bounds: Bounds | None = None,
) -> Collected:
    """Unpack ``source`` below ``into``.

    ``notebooks`` maps each assignment of the course to its notebooks' names. ``assignment`` says
    whose the files are when the zip does not; it is guessed when the notebooks' names leave no
    doubt. ``force`` replaces submissions that are already there and differ.

    Raises:
        ArchiveError: the file is not a zip, or unfolds beyond ``bounds``.
        CollectError: the assignment is not known and cannot be guessed.
    """
    with Reader(bounds) as reader:
        result = Collected()
        entries = _unnested(reader, reader.open(source), result)
        deliveries = _deliveries(entries, notebooks, assignment, result)
        into.mkdir(parents=True, exist_ok=True)
        participants = Participants.read(into)
        for delivery in deliveries:
            _unwrap(delivery, notebooks[delivery.assignment])
            placed = _place(reader, delivery, into, force, result)
            result.placed.append(placed)
            _note_missing(delivery, notebooks[delivery.assignment], result)
            owner = delivery.owner
            if owner.number and placed.outcome != REFUSED:
                participants.add(placed.student, placed.assignment, owner.number, owner.name)
        if participants.known:
            participants.write(into)
    if not result.placed and not result.refused:
        raise CollectError(f"{source} holds no submission")
    return result


def _unnested(reader: Reader, archive: Archive, result: Collected) -> list[Entry]:
    """The entries, with zips that students handed in opened (one level) in their place."""
    entries: list[Entry] = []
    for entry in _kept(archive, result):
        if not entry.parts[-1].lower().endswith(".zip"):
            entries.append(entry)
            continue
        try:
            inner = reader.nested(entry)
        except ArchiveError as error:
            result.refused.append((entry.origin, str(error)))
            continue
        for each in _kept(inner, result, f"{entry.origin}: "):
            entries.append(_moved(each, _folder_of(entry) + each.parts, entry.origin))
    return entries


def _kept(archive: Archive, result: Collected, prefix: str = "") -> list[Entry]:
    result.refused += [(prefix + name, reason) for name, reason in archive.refused]
    result.ignored += archive.ignored
    return archive.entries


def _folder_of(entry: Entry) -> tuple[str, ...]:
    """Where the content of a nested zip belongs: its folder, or Moodle's prefix of its name."""
    if len(entry.parts) > 1:
        return entry.parts[:-1]
    found = MOODLE.fullmatch(entry.parts[0])
    if found:
        return (f"{found['name']}_{found['number']}_assignsubmission_file_",)
    return (entry.parts[0][: -len(".zip")],)


def _moved(entry: Entry, parts: tuple[str, ...], outer: str) -> Entry:
    return replace(entry, parts=parts, origin=f"{outer}: {entry.origin}")


def _deliveries(
    entries: list[Entry],
    notebooks: dict[str, tuple[str, ...]],
    assignment: str | None,
    result: Collected,
) -> list[Delivery]:
    """Entries by owner and assignment, in the order of their students."""
    entries = _without_root(entries, notebooks)
    assignment = assignment or _guessed(entries, notebooks)
    found: dict[tuple[Owner, str], Delivery] = {}
    for entry in entries:
        owner, inside, problem = _owner(entry.parts)
        name, inside = _assignment(inside, notebooks, assignment)
        problem = problem or _file_problem(owner, inside)
        if problem:
            result.refused.append((entry.origin, problem))
            continue
        if name is None:
            raise CollectError(
                f"{entry.origin}: of which assignment is it? Say it with --assignment "
                f"({', '.join(notebooks)})"
            )
        delivery = found.setdefault((owner, name), Delivery(owner, student_id(owner.name), name))
        if inside in delivery.files:
            result.refused.append((entry.origin, "the zip has another file of the same name"))
        else:
            delivery.files[inside] = entry
    return _told_apart(list(found.values()), result)


def _without_root(entries: list[Entry], notebooks: dict[str, tuple[str, ...]]) -> list[Entry]:
    """Drop a folder that holds everything and is nobody's: students begin one level below."""
    roots = {entry.parts[0] for entry in entries}
    if len(roots) != 1 or any(len(entry.parts) < 3 for entry in entries):
        return entries
    (root,) = roots
    below = {entry.parts[1] for entry in entries}
    students = all(MOODLE.fullmatch(name) for name in below) or all(
        len(entry.parts) > 3 and entry.parts[2] in notebooks for entry in entries
    )
    if MOODLE.fullmatch(root) or not students:
        return entries
    return [replace(entry, parts=entry.parts[1:]) for entry in entries]


def _guessed(entries: list[Entry], notebooks: dict[str, tuple[str, ...]]) -> str | None:
    """The one assignment whose notebooks these are, if there is no doubt."""
    names = {inside[-1] for entry in entries if (inside := _owner(entry.parts)[1])}
    having = [
        assignment
        for assignment, stems in notebooks.items()
        if names & {f"{stem}.ipynb" for stem in stems}
    ]
    return having[0] if len(having) == 1 else None


def _owner(parts: tuple[str, ...]) -> tuple[Owner, tuple[str, ...], str | None]:
    """Whose an entry is, its path inside what was handed in, and what is wrong with it."""
    found = MOODLE.fullmatch(parts[0])
    if found is None:
        problem = None if len(parts) > 1 else "it is in no student's folder"
        return Owner(parts[0]), parts[1:], problem
    owner = Owner(found["name"], found["number"])
    if found["kind"] != "file":
        return owner, parts, f"it is not a file handed in but Moodle's {found['kind']}"
    if len(parts) > 1:
        return owner, parts[1:], None
    inside = (found["file"],) if found["file"] else ()
    return owner, inside, None if inside else "it has no name"


def _assignment(
    inside: tuple[str, ...], notebooks: dict[str, tuple[str, ...]], assignment: str | None
) -> tuple[str | None, tuple[str, ...]]:
    if len(inside) > 1 and inside[0] in notebooks and assignment in (None, inside[0]):
        return inside[0], inside[1:]
    return assignment, inside


def _file_problem(owner: Owner, inside: tuple[str, ...]) -> str | None:
    if not student_id(owner.name):
        return "its student's name has no letter or digit"
    if inside == (TIMESTAMP,) and owner.number:
        return "students do not set the time of their submission"
    return None


def student_id(name: str) -> str:
    """A student's folder: the name itself if it is plain, else in lower case and with hyphens.

    ``Ana Müller`` is ``ana-muller``; ``ana.muller@uni.example`` stays.
    """
    if STUDENT.match(name):
        return name
    plain = unicodedata.normalize("NFKD", name.lower())
    plain = "".join(char for char in plain if not unicodedata.combining(char))
    return re.sub(r"[^\w.@+]+", "-", plain).strip("-._@+")[:100]


def _told_apart(deliveries: list[Delivery], result: Collected) -> list[Delivery]:
    """Namesakes get their Moodle number; folders that become one student are refused but one."""
    kept: dict[tuple[str, str], Delivery] = {}
    for delivery in sorted(deliveries, key=lambda each: (each.student, each.owner.number or "")):
        same = [
            each
            for each in deliveries
            if (each.student, each.assignment) == (delivery.student, delivery.assignment)
        ]
        student = delivery.student
        if len(same) > 1 and delivery.owner.number:
            student = f"{student}-{delivery.owner.number}"
            result.notes.append(f"{delivery.owner.name}: several have that name, this is {student}")
        if (student, delivery.assignment) in kept:
            other = kept[student, delivery.assignment].owner.name
            reason = f"{delivery.owner.name!r} and {other!r} would be the same student"
            result.placed.append(_refusal(delivery, reason))
            continue
        kept[student, delivery.assignment] = replace(delivery, student=student)
    return list(kept.values())


def _refusal(delivery: Delivery, reason: str) -> Placed:
    return Placed(
        delivery.student,
        delivery.assignment,
        len(delivery.files),
        REFUSED,
        reason,
        delivery.owner.name,
    )


def _unwrap(delivery: Delivery, notebooks: tuple[str, ...]) -> None:
    """Drop the folders that wrap everything handed in, when that brings a notebook to the top."""
    wanted = {(f"{name}.ipynb",) for name in notebooks}
    for depth in range(max(len(path) for path in delivery.files)):
        if len({path[:depth] for path in delivery.files}) > 1:
            return
        if any(path[depth:] in wanted for path in delivery.files):
            delivery.files = {path[depth:]: entry for path, entry in delivery.files.items()}
            return


def _note_missing(delivery: Delivery, notebooks: tuple[str, ...], result: Collected) -> None:
    missing = [name for name in notebooks if (f"{name}.ipynb",) not in delivery.files]
    if missing:
        has = sorted("/".join(path) for path in delivery.files if path[-1].endswith(".ipynb"))
        result.notes.append(
            f"{delivery.student}/{delivery.assignment}: there is no {missing[0]}.ipynb"
            + (f"; there is {', '.join(has[:3])}" if has else "")
        )


def _place(
    reader: Reader, delivery: Delivery, into: Path, force: bool, result: Collected
) -> Placed:
    """Write one delivery beside its place and move it there, whole."""
    target = into / delivery.student / delivery.assignment
    staged = Path(tempfile.mkdtemp(prefix=".collect-", dir=into))
    try:
        count = _extract(reader, delivery, staged, result)
        if count == 0:
            return _refusal(delivery, "none of its files could be read")
        outcome = _outcome(staged, target, force)
        if outcome == REFUSED:
            return _refusal(delivery, f"{target} is already there and differs: see --force")
        if outcome != UNCHANGED:
            _move(staged, target)
        return Placed(
            delivery.student, delivery.assignment, count, outcome, owner=delivery.owner.name
        )
    except OSError as error:
        return _refusal(delivery, f"it cannot be written: {error}")
    finally:
        shutil.rmtree(staged, ignore_errors=True)


def _extract(reader: Reader, delivery: Delivery, staged: Path, result: Collected) -> int:
    count = 0
    for path, entry in delivery.files.items():
        target = staged.joinpath(*path)
        target.parent.mkdir(parents=True, exist_ok=True)
        with target.open("xb") as stream:
            problem = reader.copy(entry, stream)
        if problem:
            target.unlink()
            result.refused.append((entry.origin, problem))
        else:
            count += 1
    return count


def _outcome(staged: Path, target: Path, force: bool) -> str:
    if not os.path.lexists(target):
        return NEW
    if _same(staged, target):
        return UNCHANGED
    return REPLACED if force else REFUSED


def _same(left: Path, right: Path) -> bool:
    """Whether two folders hold the same files."""
    ours, theirs = dict(_files(left)), dict(_files(right))
    return ours.keys() == theirs.keys() and all(
        filecmp.cmp(ours[name], theirs[name], shallow=False) for name in ours
    )


def _files(folder: Path) -> Iterator[tuple[str, Path]]:
    for path in folder.rglob("*"):
        if path.is_file() and not path.is_symlink():
            yield str(path.relative_to(folder)), path


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
