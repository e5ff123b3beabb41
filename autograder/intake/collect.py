"""A zip of submissions from an LMS, unpacked as ``<into>/<student>/<assignment>/``.

``layouts.py`` says whose each file is, ``participants.py`` which student that is, ``placing.py``
writes. Nothing is overwritten without being asked, nobody's work is replaced by another's, and
every file of the zip is accounted for: placed, refused with a reason, or ignored.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from datetime import UTC, tzinfo
from pathlib import Path

from autograder import UserError
from autograder.intake.account import Collected
from autograder.intake.archive import Archive, ArchiveError, Bounds, Entry, Reader
from autograder.intake.entry_times import with_times
from autograder.intake.layouts import (
    FOLDERS,
    Contents,
    Layout,
    Owner,
    OwnerKind,
    Piece,
    Unrecognised,
    listed,
    recognise,
)
from autograder.intake.moments import read_moment
from autograder.intake.participants import Participants
from autograder.intake.placing import Delivery, Outcome, place, refusal
from autograder.intake.platforms import PLATFORMS
from autograder.intake.roster import Roster, of_assignment
from autograder.intake.student_names import student_id
from autograder.intake.submissions import TIMESTAMP


class CollectError(UserError):
    """The zip cannot be collected as asked; the message says what to do."""


@dataclass(frozen=True)
class Options:
    """How to collect.

    Attributes:
        assignment: whose the files are when the zip does not say it.
        force: replace submissions that are already there and differ.
        teams: every owner is a team.
        course: the folder of the roster; looked for around the submissions where it is None.
        worksheet: Moodle's grading worksheet of the assignment: who is who, and when.
        zone: what the platform's times are in, where they do not say it.
    """

    assignment: str | None = None
    force: bool = False
    teams: bool = False
    course: Path | None = None
    worksheet: Path | None = None
    zone: tzinfo = UTC


def collect(
    source: Path,
    into: Path,
    notebooks: dict[str, tuple[str, ...]],
    options: Options | None = None,
    bounds: Bounds | None = None,
) -> Collected:
    """Unpack ``source`` below ``into``. ``notebooks`` maps each assignment to its notebooks' names.

    Raises:
        ArchiveError: the file is not a zip, or unfolds beyond ``bounds``.
        CollectError: nothing says whose the files are, or of which assignment.
        UserError: the roster or the list of participants cannot be read.
    """
    options = options or Options()
    people = Participants.read(into, options.course)
    with Reader(bounds) as reader:
        return _Collecting(reader, into, notebooks, options, people).run(source)


class _Collecting:
    """The collecting of one zip."""

    def __init__(
        self,
        reader: Reader,
        into: Path,
        notebooks: dict[str, tuple[str, ...]],
        options: Options,
        people: Participants,
    ):
        self.reader, self.into, self.notebooks = reader, into, notebooks
        self.options, self.people = options, people
        self.result = Collected()

    def run(self, source: Path) -> Collected:
        result = self.result
        layout, pieces = self._recognised(source, self._listed(self.reader.open(source)))
        result.layout = layout.name
        timed = with_times(pieces, layout, self.options.zone)
        pieces = [one for piece in timed for one in self._opened(piece)]
        assignment = self.options.assignment or self._guessed(pieces)
        if self.options.worksheet is not None:
            if assignment is None:
                raise CollectError("of which assignment is the worksheet? Say it with --assignment")
            sheet = Roster.read(self.options.worksheet)
            self.people.roster = self.people.roster.with_worksheet(sheet, assignment)
        deliveries = self._deliveries(pieces, layout, assignment)
        self._make(self.into)
        for delivery in deliveries:
            self._place(delivery, layout)
        if self.people.known:
            self.people.write(self.into)
        if not result.placed and not result.refused:
            raise CollectError(f"{source} holds no submission")
        for name in sorted({each.assignment for each in result.placed}):
            present = {path.parent.name for path in self.into.glob(f"*/{name}/")}
            result.missing[name] = self.people.missing(name, present)
        return result

    def _make(self, folder: Path) -> None:
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            said = (error.strerror or "the disk refuses").lower()
            raise CollectError(f"{folder} cannot be made: {said}") from None

    # --- whose is what -------------------------------------------------------------------------

    def _recognised(self, source: Path, entries: list[Entry]) -> tuple[Layout, list[Piece]]:
        """The layout of the zip, or of the one zip in it. Raises CollectError."""
        try:
            layout, pieces = recognise(self._contents(entries), PLATFORMS)
            if layout is FOLDERS and len(entries) == 1 and _is_zip(entries[0]):
                inner = self.reader.nested(entries[0])
                if inner.entries and all(len(entry.parts) > 1 for entry in inner.entries):
                    return recognise(self._contents(self._inside(entries[0])), PLATFORMS)
            return layout, pieces
        except Unrecognised as error:
            known = "; ".join(listed(PLATFORMS))
            raise CollectError(
                f"{source} is not recognised: {error.reason}. These layouts are: {known}"
            ) from None

    def _contents(self, entries: list[Entry]) -> Contents:
        return Contents(entries, self.reader.content, self.notebooks, self.people.is_student)

    def _listed(self, archive: Archive, prefix: str = "") -> list[Entry]:
        result = self.result
        result.refused += [(prefix + name, reason) for name, reason in archive.refused]
        result.ignored += archive.ignored
        result.files += len(archive.entries) + len(archive.refused) + archive.ignored
        return archive.entries

    def _inside(self, entry: Entry) -> list[Entry]:
        """The files of a zip in the zip, which then stand for it. Raises ArchiveError."""
        archive = self.reader.nested(entry)
        if not (archive.entries or archive.refused or archive.ignored):
            raise ArchiveError("the zip is empty")
        self.result.files -= 1
        return self._listed(archive, f"{entry.origin}: ")

    def _opened(self, piece: Piece) -> list[Piece]:
        """A piece, or, where it is a zip that a student handed in, what that holds."""
        if piece.problem or piece.aside or not _is_zip(piece.entry):
            return [piece]
        outer = piece.entry.origin
        try:
            inner = self._inside(piece.entry)
        except ArchiveError as error:
            self.result.notes.append(f"{outer}: kept as it is, for {error}")
            return [piece]
        return [
            replace(
                piece,
                entry=replace(entry, origin=f"{outer}: {entry.origin}"),
                inside=piece.inside[:-1] + entry.parts,
            )
            for entry in inner
        ]

    def _guessed(self, pieces: list[Piece]) -> str | None:
        """The one assignment whose notebooks these are, if there is no doubt."""
        names = {piece.inside[-1] for piece in pieces if piece.inside and not piece.problem}
        having = [
            assignment
            for assignment, stems in self.notebooks.items()
            if names & {f"{stem}.ipynb" for stem in stems}
        ]
        return having[0] if len(having) == 1 else None

    def _deliveries(
        self, pieces: list[Piece], layout: Layout, assignment: str | None
    ) -> list[Delivery]:
        """Pieces by student and assignment."""
        sorted_out = [(piece, *self._assignment(piece.inside, assignment)) for piece in pieces]
        good = [(p, name, inside) for p, name, inside in sorted_out if self._is_good(p, inside)]
        for piece, name, _ in good:
            if name is None:
                raise CollectError(
                    f"{piece.entry.origin}: of which assignment is it? Say it with --assignment "
                    f"({', '.join(self.notebooks)})"
                )
        found: dict[tuple[object, str], Delivery] = {}
        for piece, name, inside in good:
            assert name is not None
            new = Delivery(piece.owner, "", name, late=piece.late)
            delivery = found.setdefault((piece.owner, name), new)
            if inside in delivery.files:
                reason = "the zip has another file of the same name"
                self.result.refused.append((piece.entry.origin, reason))
                continue
            delivery.files[inside] = piece.entry
            moment = max(filter(None, (delivery.moment, piece.moment)), default=None)
            found[piece.owner, name] = replace(delivery, moment=moment)
        for piece, name, _ in sorted_out:  # whose every file is refused has handed in, too
            if name is not None and not piece.aside and _is_somebody(piece.owner):
                empty = Delivery(piece.owner, "", name, late=piece.late)
                found.setdefault((piece.owner, name), empty)
        return self._of_students(list(found.values()), layout)

    def _assignment(
        self, inside: tuple[str, ...], assignment: str | None
    ) -> tuple[str | None, tuple[str, ...]]:
        """Of which assignment a file is, and its path in what was handed in for it."""
        if not inside:
            return assignment, inside
        named = {name.casefold(): name for name in self.notebooks}.get(inside[0].casefold(), "")
        if len(inside) > 1 and named and self.options.assignment in (None, named):
            return named, inside[1:]
        return assignment, inside

    def _is_good(self, piece: Piece, inside: tuple[str, ...]) -> bool:
        """Whether a piece is somebody's work; what is not is accounted for here."""
        if piece.aside:
            self.result.aside.append((piece.entry.origin, piece.aside))
            return False
        problem = piece.problem
        if not problem and not _is_somebody(piece.owner):
            problem = "its student's name has no letter or digit"
        if not problem and inside == (TIMESTAMP,):
            problem = "students do not set the time of their submission"
        if problem:
            self.result.refused.append((piece.entry.origin, problem))
        return not problem

    # --- which student that is -----------------------------------------------------------------

    def _of_students(self, deliveries: list[Delivery], layout: Layout) -> list[Delivery]:
        """Each delivery with its student; those that would be another's are refused."""
        deliveries = [self._with_kind(each) for each in deliveries]
        bases = Counter((student_id(each.owner.name), each.assignment) for each in deliveries)
        taken: dict[tuple[str, str], Delivery] = {}
        for delivery in sorted(deliveries, key=lambda each: (each.owner.name, each.owner.number)):
            owner, assignment = delivery.owner, delivery.assignment
            alone = bases[student_id(owner.name), assignment] == 1
            found = self.people.student_of(owner, assignment, layout.name, alone)
            delivery = replace(delivery, student=found.student)
            other = taken.get((found.student, assignment))
            if other is not None:
                reason = f"{owner.name!r} and {other.owner.name!r} would be the same student"
                self.result.placed.append(refusal(delivery, reason))
            elif self._is_anothers(delivery):
                known = self.people.name(found.student, assignment)
                reason = (
                    f"{found.student} is {known}, whose work stays: say who {owner.name} is in "
                    "people.csv (columns student and name)"
                )
                self.result.placed.append(refusal(delivery, reason))
            else:
                taken[found.student, assignment] = delivery
                if found.note and found.note not in self.result.notes:
                    self.result.notes.append(found.note)
        return list(taken.values())

    def _with_kind(self, delivery: Delivery) -> Delivery:
        is_team = self.options.teams or self.people.is_team(delivery.owner, delivery.assignment)
        if not is_team or delivery.owner.kind is OwnerKind.BLIND:
            return delivery
        return replace(delivery, owner=replace(delivery.owner, kind=OwnerKind.TEAM))

    def _is_anothers(self, delivery: Delivery) -> bool:
        owner = delivery.owner
        if owner.kind is not OwnerKind.PERSON or self.people.roster.of(delivery.student):
            return False
        return self.people.is_other(delivery.student, owner, delivery.assignment)

    # --- writing -------------------------------------------------------------------------------

    def _place(self, delivery: Delivery, layout: Layout) -> None:
        delivery = self._unwrapped(self._with_roster_time(delivery))
        placed, lost = place(self.reader, delivery, self.into, self.options.force)
        self.result.placed.append(placed)
        self.result.refused += lost
        if placed.outcome is Outcome.REFUSED:
            return
        self._note_missing(delivery)
        if delivery.late and delivery.moment is None:
            self.result.notes.append(
                f"{delivery.student}/{delivery.assignment}: {layout.name} says that it is late, "
                "and not when: give the time in a column submitted of people.csv"
            )
        owner = delivery.owner
        members = [
            self.people.student_of(one, delivery.assignment, layout.name, True).student
            for one in owner.members
        ]
        self.people.add(
            delivery.student,
            delivery.assignment,
            owner.number,
            owner.name,
            layout.name if owner.number else "",
            owner.kind,
            tuple(members) or self._group(delivery),
        )

    def _group(self, delivery: Delivery) -> tuple[str, ...]:
        """The members of a team, by the roster; a team of whom nobody is known is told."""
        owner = delivery.owner
        if owner.kind is not OwnerKind.TEAM:
            return ()
        members = self.people.roster.group(owner.name, delivery.assignment)
        if not members:
            self.result.notes.append(
                f"{delivery.student} is a team, and nobody is known to be in it: give people.csv a "
                "column group"
            )
        return members

    def _with_roster_time(self, delivery: Delivery) -> Delivery:
        """The time that the roster says, which whoever teaches wrote, before the platform's."""
        students = self.people.members(delivery.student, delivery.assignment)
        for person in filter(None, map(self.people.roster.of, students)):
            said = of_assignment(person.submitted, delivery.assignment)
            moment = read_moment(said, self.options.zone) if said else None
            if moment is not None:
                return replace(delivery, moment=moment)
            if said and said.strip(" -–"):
                self.result.notes.append(
                    f"{person.student}: the time {said!r} is not certain, and is left out: write "
                    "2026-11-01 22:05"
                )
        return delivery

    def _unwrapped(self, delivery: Delivery) -> Delivery:
        """Drop the folders that wrap all of it, when that brings a notebook to the top."""
        wanted = {(f"{name}.ipynb",) for name in self.notebooks[delivery.assignment]}
        files = delivery.files
        for depth in range(max((len(path) for path in files), default=0)):
            if len({path[:depth] for path in files}) > 1:
                break
            if any(path[depth:] in wanted for path in files):
                return replace(delivery, files={path[depth:]: each for path, each in files.items()})
        return delivery

    def _note_missing(self, delivery: Delivery) -> None:
        names = self.notebooks[delivery.assignment]
        missing = [name for name in names if (f"{name}.ipynb",) not in delivery.files]
        if missing:
            has = sorted("/".join(path) for path in delivery.files if path[-1].endswith(".ipynb"))
            self.result.notes.append(
                f"{delivery.student}/{delivery.assignment}: there is no {missing[0]}.ipynb"
                + (f"; there is {', '.join(has[:3])}" if has else "")
            )


def _is_somebody(owner: Owner) -> bool:
    """Whether an owner can have a folder: a name with a letter, or a number."""
    return bool(student_id(owner.name) or owner.number)


def _is_zip(entry: Entry) -> bool:
    return entry.parts[-1].lower().endswith(".zip")
