"""Who is who: what the class's roster says, and what collecting zips has learned.

What was learned is in ``participants.csv``, in the submitted folder: the number and the name that a
platform gives each student in each assignment (Moodle's number is another in every assignment).
A number that is known is that person in every later zip, whatever name comes with it.
"""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from autograder import UserError
from autograder.intake.layouts import Owner, OwnerKind
from autograder.intake.roster import Person, Roster, of_assignment
from autograder.intake.student_names import first_and_last, name_key, student_id
from autograder.intake.tables import plain_words, read_table
from autograder.intake.words import words
from autograder.records import write_atomically

FILE = "participants.csv"
COLUMNS = ("student", "assignment", "participant", "name", "platform", "kind", "members")
#: Platforms whose number of a person is the same in every assignment.
ONE_NUMBER = ("Canvas", "Gradescope", "ILIAS")
MOODLE = ("", "Moodle")
#: How the name of a team begins, which no person's does.
TEAM_WORDS = words("team")


class ParticipantsError(UserError):
    """participants.csv cannot be read; the message names it."""


class Known(NamedTuple):
    """What a platform calls the student of a submission."""

    participant: str
    name: str
    platform: str = ""
    kind: str = OwnerKind.PERSON
    members: tuple[str, ...] = ()


class Names(NamedTuple):
    """What a student is called, as nbgrader's gradebook keeps it."""

    first: str
    last: str
    email: str


class Found(NamedTuple):
    """Which student an owner is; ``note`` is what whoever collects should know of it."""

    student: str
    note: str = ""


@dataclass
class Participants:
    """What is known of each (student, assignment), and the roster."""

    known: dict[tuple[str, str], Known] = field(default_factory=dict)
    roster: Roster = field(default_factory=Roster)

    def __post_init__(self) -> None:
        self.known = {pair: Known(*known) for pair, known in self.known.items()}

    @classmethod
    def read(cls, folder: Path, course: Path | None = None) -> Participants:
        """Those of a submitted folder; the roster lies in ``course``, or in or above that folder.

        Raises:
            ParticipantsError, RosterError, TableError: a file is there and cannot be read.
        """
        known = _learned(folder / FILE)
        places = (folder, folder.parent) if course is None else (course, folder)
        return cls(known, Roster.find(places))

    def write(self, folder: Path) -> None:
        """Write what was learned in a submitted folder."""
        buffer = io.StringIO()
        writer = csv.writer(buffer, lineterminator="\n")
        writer.writerow(COLUMNS)
        for pair, known in sorted(self.known.items()):
            writer.writerow((*pair, *known[:4], " ".join(known.members)))
        write_atomically(folder / FILE, buffer.getvalue())

    def add(
        self,
        student: str,
        assignment: str,
        participant: str,
        name: str,
        platform: str = "",
        kind: str = OwnerKind.PERSON,
        members: tuple[str, ...] = (),
    ) -> None:
        """Learn what a platform calls a student; a name that it hides replaces none."""
        before = self.known.get((student, assignment))
        if before is not None and kind == OwnerKind.BLIND:
            name, kind = before.name, before.kind
        self.known[student, assignment] = Known(participant, name, platform, kind, members)

    # --- asked by whoever shows or exports -----------------------------------------------------

    def identifier(self, student: str, assignment: str) -> str | None:
        """As Moodle writes it in its worksheet: ``Participant 12345``; None of a team."""
        person = self.roster.of(student)
        number = of_assignment(person.participants, assignment) if person else None
        known = self.known.get((student, assignment))
        if number is None and known and known.kind != OwnerKind.TEAM and known.platform in MOODLE:
            number = known.participant
        return f"Participant {number}" if number else None

    def number(self, student: str, platform: str) -> str | None:
        """The number that a platform gives a person in every assignment (Canvas, Gradescope)."""
        found = (
            known.participant
            for (each, _), known in self.known.items()
            if each == student and known.platform == platform and known.kind != OwnerKind.TEAM
        )
        return next(filter(None, found), None)

    def name(self, student: str, assignment: str) -> str | None:
        """A person's full name, or a team's."""
        person = self.roster.of(student)
        known = self.known.get((student, assignment))
        return (person.name if person else "") or (known.name if known else None) or None

    def names(self, student: str) -> Names | None:
        """First name, last name and address; None where nothing but the folder is known."""
        person = self.roster.of(student)
        if person is not None:
            return Names(person.first, person.last, person.email)
        for (each, _), known in self.known.items():
            if each == student and known.kind == OwnerKind.PERSON and known.name:
                return Names(*first_and_last(known.name), "")
        return None

    def ids(self, student: str) -> frozenset[str]:
        """A person's logins, numbers and addresses elsewhere, in lower case."""
        person = self.roster.of(student)
        numbers = {
            known.participant.casefold()
            for (each, _), known in self.known.items()
            if each == student and known.platform in ONE_NUMBER and known.kind != OwnerKind.TEAM
        }
        return (person.ids if person else frozenset()) | (numbers - {""})

    def members(self, student: str, assignment: str) -> tuple[str, ...]:
        """Whose a submission is: a team's students, else the one student."""
        known = self.known.get((student, assignment))
        if known is not None and known.kind != OwnerKind.TEAM:
            return (student,)
        if known is None and self.roster.of(student) is not None:
            return (student,)
        group = self.roster.group(known.name if known else student, assignment)
        return (known.members if known else ()) or group or (student,)

    def missing(self, assignment: str, present: set[str]) -> list[Person]:
        """Who of the roster is in no submission of ``present`` (students and teams)."""
        there = {one for each in present for one in self.members(each, assignment)}
        return [each for each in self.roster.people if each.student not in there]

    # --- asked by collect ----------------------------------------------------------------------

    def is_student(self, name: str) -> bool:
        """Whether a folder's name is somebody's, or a group's, that is known."""
        known = {student for student, _ in self.known}
        return (
            student_id(name) in known
            or self.roster.by_id(name) is not None
            or bool(self.roster.by_name(name))
            or bool(self.roster.group(name, ""))
        )

    def is_team(self, owner: Owner, assignment: str) -> bool:
        """Whether an owner is a team: as the platform, the roster or its name says."""
        if owner.kind is not OwnerKind.PERSON:
            return owner.kind is OwnerKind.TEAM
        begins = plain_words(owner.name).split()[:1]
        return bool(self.roster.group(owner.name, assignment)) or (
            bool(TEAM_WORDS & set(begins)) and not self.roster.by_name(owner.name)
        )

    def student_of(self, owner: Owner, assignment: str, platform: str, alone: bool) -> Found:
        """Which student an owner is. ``alone``: nobody else of the zip has that name."""
        known = self._by_number(owner, assignment, platform)
        if known is not None:
            return Found(known)
        if owner.kind is OwnerKind.TEAM:
            return Found(self._free_id(owner, assignment, "team"))
        person = (
            self.roster.by_participant(owner.number, assignment) if platform in MOODLE else None
        )
        if owner.kind is OwnerKind.BLIND:
            return Found(person.student if person else f"participant-{owner.number}")
        person = person or self.roster.by_id(owner.login, owner.email, owner.number, owner.name)
        if person is not None:
            return Found(person.student)
        return self._by_name(owner, assignment, alone)

    def _by_number(self, owner: Owner, assignment: str, platform: str) -> str | None:
        for (student, other), known in self.known.items():
            if (
                owner.number
                and known.participant == owner.number
                and known.platform in ("", platform)
                and (other == assignment or platform in ONE_NUMBER)
                and (known.kind == OwnerKind.TEAM) == (owner.kind is OwnerKind.TEAM)
            ):
                return student
        return None

    def _by_name(self, owner: Owner, assignment: str, alone: bool) -> Found:
        listed = {person.student for person in self.roster.by_name(owner.name)}
        learned = {
            student
            for (student, _), known in self.known.items()
            if known.kind == OwnerKind.PERSON and name_key(known.name) == name_key(owner.name)
        }
        candidates = listed | learned
        free = {each for each in candidates if not self.is_other(each, owner, assignment)}
        if alone and len(candidates) == 1 and free:
            return Found(*candidates)
        student = student_id(owner.name)
        if not candidates and alone and not self.is_other(student, owner, assignment):
            note = "" if not self.roster.people else f"{owner.name} is not in {self.roster.path}"
            return Found(student, note)
        if not owner.number:
            return Found(student)
        numbered = f"{student}-{owner.number}"
        note = f"{owner.name}: several have that name, this is {numbered} (see people.csv)"
        return Found(numbered, note)

    def is_other(self, student: str, owner: Owner, assignment: str) -> bool:
        """Whether a student is known to be somebody else than an owner."""
        known = self.known.get((student, assignment))
        if known is None:
            names = {
                name_key(each.name)
                for (one, _), each in self.known.items()
                if one == student and each.kind == OwnerKind.PERSON and each.name
            }
            return bool(names) and name_key(owner.name) not in names | {name_key(student)}
        if known.participant and owner.number:
            return known.participant != owner.number
        return name_key(known.name) not in ("", name_key(owner.name)) and (
            name_key(owner.name) != name_key(student)
        )

    def _free_id(self, owner: Owner, assignment: str, prefix: str) -> str:
        student = student_id(owner.name) or f"{prefix}-{owner.number}"
        is_person = self.roster.of(student) is not None or any(
            one == student and known.kind != OwnerKind.TEAM
            for (one, _), known in self.known.items()
        )
        known = self.known.get((student, assignment))
        if is_person or (known and owner.number and known.participant != owner.number):
            return f"{prefix}-{student}-{owner.number}".rstrip("-")
        return student


def _learned(path: Path) -> dict[tuple[str, str], Known]:
    if not path.is_file():
        return {}
    table = read_table(path)
    if not set(COLUMNS[:4]) <= set(table.header):
        raise ParticipantsError(
            f"{path} cannot be read: its columns are {', '.join(COLUMNS)} (delete it, and collect "
            "the zips again)"
        )
    found: dict[tuple[str, str], Known] = {}
    for values in table.rows:
        row = dict(zip(table.header, values, strict=True))
        kind = row.get("kind") or OwnerKind.PERSON
        members = tuple(row.get("members", "").split())
        found[row["student"], row["assignment"]] = Known(
            row["participant"], row["name"], row.get("platform", ""), kind, members
        )
    return found
