"""``report.html``: one file that an instructor opens after a run, and can keep or send.

No script, no address outside of it; everything that came from a submission is escaped.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from statistics import mean, median

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from autograder.intake.account import account_of
from autograder.intake.submissions import out_of_the_ordinary
from autograder.records import (
    A_FAULT,
    CheckStatus,
    FileRecord,
    Record,
    ResultsDocument,
    SubmissionStatus,
    Verdict,
    write_atomically,
)
from autograder.report.marks import Mark, Pair
from autograder.sandbox.isolation import NONE

TEMPLATES = Path(__file__).parent / "templates"
BINS = 10
#: Files of a submission that the page lists; results.json has them all.
LISTED = 50
#: Why to look at an answer whose mark or comment is about an earlier text.
CHANGED = "changed after a person marked it"


@dataclass(frozen=True)
class CheckSummary:
    """How a check went over a cohort; ``said`` are its commonest (message, hint, count)."""

    id: str
    cell: str
    title: str
    points: float
    counts: dict[CheckStatus, int]
    said: tuple[tuple[str, str, int], ...]

    @property
    def passed(self) -> int:
        """How many submissions passed."""
        return self.counts[CheckStatus.PASSED]

    @property
    def rate(self) -> float:
        """Share of submissions that passed, from 0 to 1."""
        return self.passed / max(1, sum(self.counts.values()))


@dataclass(frozen=True)
class Row:
    """One submission: its record, the mark that counts, what deserves a look."""

    record: Record
    mark: Mark
    attention: tuple[str, ...]

    @property
    def files(self) -> list[FileRecord]:
        """What was set aside or used under another name."""
        return out_of_the_ordinary(self.record.files)


@dataclass(frozen=True)
class AssignmentSummary:
    """One assignment over a cohort. ``bins`` counts submissions by tenths of the automatic points.

    A mark of exactly nine tenths is in the last bin, with the full ones.
    """

    name: str
    rows: tuple[Row, ...]
    checks: tuple[CheckSummary, ...]
    bins: tuple[int, ...]
    statuses: dict[SubmissionStatus, int]
    accepted: int | None

    @property
    def shares(self) -> list[float]:
        """The automatic mark of each submission, from 0 to 1."""
        return [share(row.record) for row in self.rows]

    @property
    def mean(self) -> float:
        return mean(self.shares)

    @property
    def median(self) -> float:
        return median(self.shares)


def write_report(path: Path, document: ResultsDocument, marks: dict[Pair, Mark]) -> None:
    """Write the report of a results document. ``marks`` has an entry for each submission."""
    write_atomically(path, render(document, marks))


def render(document: ResultsDocument, marks: dict[Pair, Mark]) -> str:
    """The page, as text. The same document and marks always give the same page."""
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["number"] = lambda value: f"{value:.6g}"
    environment.filters["percent"] = lambda value: f"{100 * value:.0f} %"
    assignments = summarize(document.submissions, marks)
    rows = [row for each in assignments for row in each.rows]
    return environment.get_template("report.html.j2").render(
        document=document,
        assignments=assignments,
        students=len({row.record.student for row in rows}),
        rows=rows,
        attention=[row for row in rows if row.attention],
        with_files=[row for row in rows if row.files],
        listed=LISTED,
        account=account_of(file for row in rows for file in row.record.files),
        pending=sum(row.mark.pending for row in rows),
    )


def summarize(records: Iterable[Record], marks: dict[Pair, Mark]) -> list[AssignmentSummary]:
    """Statistics of each assignment, by name; submissions by student."""
    found: dict[str, list[Record]] = {}
    for record in sorted(records, key=lambda record: (record.assignment, record.student)):
        found.setdefault(record.assignment, []).append(record)
    return [_summary(name, some, marks) for name, some in found.items()]


def _summary(name: str, records: list[Record], marks: dict[Pair, Mark]) -> AssignmentSummary:
    decided = [record.accepted for record in records if record.accepted is not None]
    return AssignmentSummary(
        name=name,
        rows=tuple(_row(each, marks[each.pair]) for each in records),
        checks=tuple(check_summaries(records)),
        bins=_bins([share(record) for record in records]),
        statuses=dict(Counter(record.status for record in records)),
        accepted=sum(decided) if decided else None,
    )


def _row(record: Record, mark: Mark) -> Row:
    changed = [f"{CHANGED}: {cell}" for cell in mark.outdated]
    return Row(record, mark, (*attention(record), *changed))


def share(record: Record) -> float:
    """Automatic points over those there are; 0 when there are none."""
    return record.score / record.max_score if record.max_score else 0.0


def _bins(shares: list[float]) -> tuple[int, ...]:
    counts = Counter(min(int(value * BINS), BINS - 1) for value in shares)
    return tuple(counts[index] for index in range(BINS))


def attention(record: Record) -> tuple[str, ...]:
    """Why an instructor should look at a submission: nothing, for most."""
    reasons = [] if record.is_graded else [str(record.status)]
    if record.isolation is NONE:
        reasons.append("not isolated")
    if record.faulty:
        reasons.append(A_FAULT)
    return (*reasons, *record.flags)


def check_summaries(records: list[Record]) -> list[CheckSummary]:
    """Each check over ``records``, the one that most students fail first."""
    found: dict[str, list[Verdict]] = {}
    for record in records:
        for verdict in record.checks:
            found.setdefault(verdict.id, []).append(verdict)
    summaries = [_check_summary(verdicts) for verdicts in found.values()]
    return sorted(summaries, key=lambda each: each.rate)


def _check_summary(verdicts: list[Verdict]) -> CheckSummary:
    first = verdicts[0]
    counts = Counter(verdict.status for verdict in verdicts)
    wrong = (CheckStatus.FAILED, CheckStatus.ERROR)
    said = Counter((each.message, each.hint) for each in verdicts if each.status in wrong)
    return CheckSummary(
        id=first.id,
        cell=first.cell,
        title=first.title,
        points=first.max_points,
        counts={status: counts[status] for status in CheckStatus},
        said=tuple((message, hint, count) for (message, hint), count in said.most_common(3)),
    )
