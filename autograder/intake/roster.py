"""Who is in the class: ``people.csv`` (or ``roster.csv``) in the course's folder.

A row a person. Columns are found by their names, in Spanish or English, in any order: Moodle's list
of participants, its grading worksheet and Canvas's gradebook are read as they are. Any other column
is left alone.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TypeVar

from autograder import UserError
from autograder.intake.student_names import first_and_last, name_key, student_id
from autograder.intake.tables import Table, plain_words, read_table
from autograder.intake.words import WORDS

FILES = tuple(WORDS["files"]["roster"])
#: What a column may be called, as ``plain_words`` writes it, and the field that it is.
COLUMNS = {name: field_name for field_name, names in WORDS["headings"].items() for name in names}
#: Columns that may be of one assignment: "participant sums", "sums participant".
OF_AN_ASSIGNMENT = ("participant", "submitted", "extension", "group")
EVERY = ""  # the assignment of a column that names none
NUMBER = re.compile(r"(\d+)\s*\Z")
Value = TypeVar("Value")


class RosterError(UserError):
    """The roster cannot be used; the message names the file and the row."""


@dataclass(frozen=True)
class Person:
    """Somebody of the class; the mappings are by an assignment's words, ``EVERY`` for all.

    ``ids`` are their login, number and address as other systems write them, in lower case.
    """

    student: str
    name: str = ""
    first: str = ""
    last: str = ""
    email: str = ""
    ids: frozenset[str] = frozenset()
    groups: dict[str, tuple[str, ...]] = field(default_factory=dict)
    participants: dict[str, str] = field(default_factory=dict)
    submitted: dict[str, str] = field(default_factory=dict)
    extensions: dict[str, str] = field(default_factory=dict)

    @property
    def keys(self) -> set[str]:
        """What their name is compared by; Canvas writes it in one word, the last name first."""
        sortable = plain_words(f"{self.last} {self.first}").replace(" ", "")
        return {name_key(self.name), sortable} - {""}


@dataclass(frozen=True)
class Roster:
    """The people of a class; ``path`` is where they were read, None where there is no file."""

    people: tuple[Person, ...] = ()
    path: Path | None = None

    @classmethod
    def find(cls, folders: Iterable[Path]) -> Roster:
        """The roster in the first of ``folders`` that has one. Raises RosterError, TableError."""
        for folder in folders:
            for name in FILES:
                if (folder / name).is_file():
                    return cls.read(folder / name)
        return cls()

    @classmethod
    def read(cls, path: Path) -> Roster:
        """Read a roster. Raises RosterError, TableError."""
        table = read_table(path)
        columns = _columns(table)
        known = {name for name, _ in columns}
        if not known & {"student", "login", "name", "first", "last", "email", "number"}:
            raise RosterError(
                f"{path} has no column that says who is who: call one student, name or email "
                f"(it has {', '.join(table.header[:8])})"
            )
        people = [person for row in table.rows if (person := _person(columns, row))]
        return cls(tuple(_told_apart(people, path)), path)

    def with_worksheet(self, worksheet: Roster, assignment: str) -> Roster:
        """This roster with what Moodle's worksheet of one assignment says: numbers, times, groups.

        Somebody of the worksheet who is not in the roster is added to it.
        """
        people = {person.student: person for person in self.people}
        for row in worksheet.people:
            known = self.by_id(row.email, *row.ids)
            named = self.by_name(row.name)
            known = known or (named[0] if len(named) == 1 else None)
            person = known or people.get(row.student) or row
            people[person.student] = replace(
                person,
                participants=_moved(person.participants, row.participants, assignment),
                submitted=_moved(person.submitted, row.submitted, assignment),
                groups=_moved(person.groups, row.groups, assignment),
            )
        return Roster(tuple(people.values()), self.path or worksheet.path)

    def of(self, student: str) -> Person | None:
        """Who a student is."""
        return next((each for each in self.people if each.student == student), None)

    def by_participant(self, number: str, assignment: str) -> Person | None:
        """Whose Moodle's participant number is."""
        found = [
            each
            for each in self.people
            if number and number == of_assignment(each.participants, assignment)
        ]
        return found[0] if len(found) == 1 else None

    def by_id(self, *names: str) -> Person | None:
        """Who has one of these names of folder, logins, numbers or addresses."""
        wanted = {name.casefold() for name in names if name}
        found = [each for each in self.people if wanted & {each.student.casefold(), *each.ids}]
        return found[0] if len(found) == 1 else None

    def by_name(self, name: str) -> list[Person]:
        """Everybody of that name."""
        wanted = {name_key(name), plain_words(name).replace(" ", "")} - {""}
        return [each for each in self.people if wanted & each.keys]

    def group(self, name: str, assignment: str) -> tuple[str, ...]:
        """The students of a group, by its name; none where the roster has no such group."""
        wanted = _key(name)
        return tuple(
            each.student
            for each in self.people
            if wanted in map(_key, _groups_in(each, assignment))
        )


def _moved(
    ours: Mapping[str, Value], theirs: Mapping[str, Value], assignment: str
) -> dict[str, Value]:
    """What one person's columns say, with what those of an assignment's own table do."""
    said = theirs.get(EVERY)
    kept = {key: value for key, value in ours.items() if value is not said or key != EVERY}
    return kept if said is None else {**kept, plain_words(assignment): said}


def _told_apart(people: list[Person], path: Path) -> Iterator[Person]:
    """Namesakes get a number in their folder's name. Raises RosterError where they have none."""
    counts = Counter(person.student for person in people)
    seen: set[str] = set()
    for person in people:
        number = person.participants.get(EVERY) or next(iter(sorted(person.ids)), "")
        student = person.student
        if counts[student] > 1 and number:
            student = f"{student}-{student_id(number)}"
        if student in seen:
            raise RosterError(
                f"{path}: {person.student} is in two rows. Give namesakes a column student, with "
                "a name of their own for each"
            )
        seen.add(student)
        yield replace(person, student=student)


def _key(group: str) -> str:
    """What two ways of writing a group's name have in common: Canvas writes it in one word."""
    return plain_words(group).replace(" ", "")


def _groups_in(person: Person, assignment: str) -> tuple[str, ...]:
    return of_assignment(person.groups, assignment) or ()


def of_assignment(values: Mapping[str, Value], assignment: str) -> Value | None:
    """What a person's columns say of an assignment: that of its own, else that of all."""
    return values.get(plain_words(assignment)) or values.get(EVERY)


def _columns(table: Table) -> dict[tuple[str, str], int]:
    """Where each (field, assignment) is in a row; the first of two that say the same."""
    found: dict[tuple[str, str], int] = {}
    for position, heading in enumerate(table.header):
        words = plain_words(heading)
        key = (COLUMNS[words], EVERY) if words in COLUMNS else _of_an_assignment(words)
        if key is not None:
            found.setdefault(key, position)
    return found


def _of_an_assignment(words: str) -> tuple[str, str] | None:
    """The field and the assignment of a heading such as "participant sums"."""
    for name in sorted(COLUMNS, key=len, reverse=True):
        rest = words.removeprefix(f"{name} ").removesuffix(f" {name}")
        if rest != words and COLUMNS[name] in OF_AN_ASSIGNMENT:
            return COLUMNS[name], rest
    return None


def _person(columns: dict[tuple[str, str], int], row: tuple[str, ...]) -> Person | None:
    """The person of a row; None of an empty one."""

    def said(name: str) -> str:
        return row[columns[name, EVERY]] if (name, EVERY) in columns else ""

    def by_assignment(name: str) -> dict[str, str]:
        return {
            assignment: row[position]
            for (each, assignment), position in columns.items()
            if each == name and row[position]
        }

    first, last, name = said("first"), said("last"), said("name")
    if not (first or last):
        first, last = first_and_last(name)
    name = f"{first} {last}".strip() if (first or last) else name
    email = said("email")
    student = said("student") or said("login") or name or email or said("number")
    if not student_id(student):
        return None
    numbers = {key: NUMBER.search(text) for key, text in by_assignment("participant").items()}
    ids = {said("login"), said("number"), email} - {""}
    return Person(
        student=student_id(student),
        name=name,
        first=first,
        last=last,
        email=email,
        ids=frozenset(each.casefold() for each in ids),
        groups={
            key: tuple(filter(None, map(str.strip, re.split(r"[,;|]", text))))
            for key, text in by_assignment("group").items()
        },
        participants={key: found.group(1) for key, found in numbers.items() if found},
        submitted=by_assignment("submitted"),
        extensions=by_assignment("extension"),
    )
