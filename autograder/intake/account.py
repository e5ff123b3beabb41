"""The account of every file: what came in, and what became of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from autograder.intake.placing import Outcome, Placed
from autograder.intake.roster import Person
from autograder.records import FileFate, FileRecord


@dataclass
class Collected:
    """What a zip held: deliveries, single files refused with their reason, files ignored.

    ``aside`` are files of the platform's own, each with what it is; ``ignored`` counts those of the
    system; ``missing`` is who of the roster handed in nothing.
    """

    placed: list[Placed] = field(default_factory=list)
    refused: list[tuple[str, str]] = field(default_factory=list)
    aside: list[tuple[str, str]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    missing: dict[str, list[Person]] = field(default_factory=dict)
    layout: str = ""
    files: int = 0
    ignored: int = 0

    @property
    def complete(self) -> bool:
        """Whether everything that the zip held is in place."""
        return not self.refused and not any(self._of(refused=True))

    def _of(self, refused: bool) -> list[int]:
        return [each.files for each in self.placed if (each.outcome is Outcome.REFUSED) == refused]

    @property
    def account(self) -> str:
        """One line that adds up: the files of the zip, and what became of them."""
        placed = sum(self._of(refused=False))
        refused = len(self.refused) + sum(self._of(refused=True))
        ignored = self.ignored + len(self.aside)
        return (
            f"{self.files} files in the zip = {placed} placed + {refused} refused + "
            f"{ignored} ignored"
        )


def account_of(files: Iterable[FileRecord]) -> str:
    """One line that adds up: the files of graded submissions, and what became of them."""
    counts: Counter[FileFate] = Counter()
    for file in files:
        counts[file.fate] += file.files
    companions = counts[FileFate.COMPANION] + counts[FileFate.KEPT]
    return (
        f"{counts.total()} files in = {counts[FileFate.GRADED]} graded + {companions} companions + "
        f"{counts[FileFate.SET_ASIDE]} set aside"
    )
