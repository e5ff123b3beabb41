"""Who is who in Moodle: the participant number that it gives a student in each assignment.

Collecting a zip of Moodle's learns them; exporting marks to Moodle needs them. They are kept in
``participants.csv`` in the submitted folder.
"""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass, field
from pathlib import Path

from autograder import UserError
from autograder.records import write_atomically

FILE = "participants.csv"
COLUMNS = ("student", "assignment", "participant", "name")


class ParticipantsError(UserError):
    """participants.csv cannot be read; the message names it."""


@dataclass
class Participants:
    """Moodle's number and name of each (student, assignment)."""

    known: dict[tuple[str, str], tuple[str, str]] = field(default_factory=dict)

    @classmethod
    def read(cls, folder: Path) -> Participants:
        """Those of a submitted folder; none when it has no file. Raises ParticipantsError."""
        path = folder / FILE
        if not path.is_file():
            return cls()
        try:
            rows = list(csv.DictReader(io.StringIO(path.read_text("utf-8"))))
            return cls(
                {
                    (row["student"], row["assignment"]): (row["participant"], row["name"])
                    for row in rows
                }
            )
        except (OSError, ValueError, KeyError, csv.Error) as error:
            raise ParticipantsError(
                f"{path} cannot be read ({error}): its columns are {', '.join(COLUMNS)}"
            ) from error

    def write(self, folder: Path) -> None:
        """Write them in a submitted folder."""
        buffer = io.StringIO()
        writer = csv.writer(buffer, lineterminator="\n")
        writer.writerow(COLUMNS)
        writer.writerows((*pair, *who) for pair, who in sorted(self.known.items()))
        write_atomically(folder / FILE, buffer.getvalue())

    def add(self, student: str, assignment: str, participant: str, name: str) -> None:
        self.known[student, assignment] = (participant, name)

    def identifier(self, student: str, assignment: str) -> str | None:
        """As Moodle writes it in its worksheet: ``Participant 12345``."""
        found = self.known.get((student, assignment))
        return f"Participant {found[0]}" if found else None

    def name(self, student: str, assignment: str) -> str | None:
        found = self.known.get((student, assignment))
        return found[1] if found else None
