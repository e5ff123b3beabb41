"""Whose a submission is, and what other systems call that person: asked here and nowhere else.

A submission has one folder; a mark has as many rows as people. What is known of people is in
``intake/participants.py``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from autograder.intake.layouts import OwnerKind
from autograder.intake.participants import Participants

NUMBER = re.compile(r"(\d+)\s*\Z")


@dataclass(frozen=True)
class Person:
    """What is known of a student beside the folder's name; empty where it is not.

    ``canvas`` is Canvas's own number of them; ``ids`` are their login, number and address as other
    systems write them.
    """

    student: str
    name: str = ""
    canvas: str = ""
    ids: frozenset[str] = frozenset()

    @property
    def known_as(self) -> frozenset[str]:
        """Whatever a login, a number or an address of theirs may be, in lower case."""
        return frozenset(each.casefold() for each in {self.student, *self.ids} if each)


def members(participants: Participants, student: str, assignment: str) -> tuple[str, ...]:
    """Who gets the mark of a submission: a team's members, else the one student."""
    return participants.members(student, assignment)


def person(participants: Participants, student: str, assignment: str) -> Person:
    """What is known of a student."""
    return Person(
        student,
        name=participants.name(student, assignment) or "",
        canvas=participants.number(student, "Canvas") or "",
        ids=participants.ids(student),
    )


def submission(participants: Participants, student: str, assignment: str) -> Person:
    """Whose a submission is to a platform: a person, or a team by its number there."""
    known = participants.known.get((student, assignment))
    found = person(participants, student, assignment)
    if known is None or known.kind != OwnerKind.TEAM or known.platform != "Canvas":
        return found
    return replace(found, canvas=known.participant)


def moodle_number(identifier: str | None) -> str | None:
    """The number at the end of Moodle's ``Participant 12345``, whatever its language."""
    found = NUMBER.search(identifier or "")
    return found.group(1) if found else None
