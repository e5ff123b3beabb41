"""``report.html``: one file that an instructor opens after a run, and can keep or send.

No script, no address outside of it; everything that came from a submission is escaped.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from statistics import mean, median
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from autograder.records import write_atomically
from autograder.report.marks import Mark

TEMPLATES = Path(__file__).parent / "templates"
BINS = 10
STATUSES = ("passed", "failed", "skipped", "error")


@dataclass(frozen=True)
class CheckSummary:
    """How a check went over a cohort; ``said`` are its commonest (message, hint, count)."""

    id: str
    cell: str
    title: str
    points: float
    counts: dict[str, int]
    said: tuple[tuple[str, str, int], ...]

    @property
    def rate(self) -> float:
        """Share of submissions that passed, from 0 to 1."""
        return self.counts["passed"] / max(1, sum(self.counts.values()))


@dataclass(frozen=True)
class Row:
    """One submission: its record, the mark that counts, what deserves a look."""

    record: dict[str, Any]
    mark: Mark
    attention: tuple[str, ...]


@dataclass(frozen=True)
class AssignmentSummary:
    """One assignment over a cohort. ``bins`` counts submissions by tenths of the automatic points.

    A mark of exactly nine tenths is in the last bin, with the full ones.
    """

    name: str
    rows: tuple[Row, ...]
    checks: tuple[CheckSummary, ...]
    bins: tuple[int, ...]
    statuses: dict[str, int]
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


def write_report(path: Path, document: dict[str, Any], marks: dict[tuple[str, str], Mark]) -> None:
    """Write the report of a results document. ``marks`` has an entry for each submission."""
    write_atomically(path, render(document, marks))


def render(document: dict[str, Any], marks: dict[tuple[str, str], Mark]) -> str:
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
    assignments = summarize(document["submissions"], marks)
    rows = [row for each in assignments for row in each.rows]
    return environment.get_template("report.html.j2").render(
        document=document,
        assignments=assignments,
        students=len({row.record["student"] for row in rows}),
        rows=rows,
        attention=[row for row in rows if row.attention],
        pending=sum(row.mark.pending for row in rows),
    )


def summarize(
    records: list[dict[str, Any]], marks: dict[tuple[str, str], Mark]
) -> list[AssignmentSummary]:
    """Statistics of each assignment, by name; submissions by student."""
    names = sorted({record["assignment"] for record in records})
    return [
        _summary(name, [r for r in records if r["assignment"] == name], marks) for name in names
    ]


def _summary(
    name: str, records: list[dict[str, Any]], marks: dict[tuple[str, str], Mark]
) -> AssignmentSummary:
    records = sorted(records, key=lambda record: record["student"])
    decided = [record["accepted"] for record in records if record["accepted"] is not None]
    return AssignmentSummary(
        name=name,
        rows=tuple(Row(r, marks[r["student"], name], attention(r)) for r in records),
        checks=tuple(check_summaries(records)),
        bins=_bins([share(record) for record in records]),
        statuses=dict(Counter(record["status"] for record in records)),
        accepted=sum(decided) if decided else None,
    )


def share(record: dict[str, Any]) -> float:
    """Automatic points over those there are; 0 when there are none."""
    return record["score"] / record["max_score"] if record["max_score"] else 0.0


def _bins(shares: list[float]) -> tuple[int, ...]:
    counts = Counter(min(int(value * BINS), BINS - 1) for value in shares)
    return tuple(counts[index] for index in range(BINS))


def attention(record: dict[str, Any]) -> tuple[str, ...]:
    """Why an instructor should look at a submission: nothing, for most."""
    reasons = [] if record["status"] == "graded" else [record["status"]]
    if record["isolation"] == "none":
        reasons.append("not isolated")
    if any(check["status"] == "error" for check in record["checks"]):
        reasons.append("a check of ours failed")
    return (*reasons, *record["flags"])


def check_summaries(records: list[dict[str, Any]]) -> list[CheckSummary]:
    """Each check over ``records``, the one that most students fail first."""
    found: dict[str, list[dict[str, Any]]] = {}
    for record in records:
        for check in record["checks"]:
            found.setdefault(check["id"], []).append(check)
    summaries = [_check_summary(checks) for checks in found.values()]
    return sorted(summaries, key=lambda each: each.rate)


def _check_summary(checks: list[dict[str, Any]]) -> CheckSummary:
    first = checks[0]
    counts = Counter(check["status"] for check in checks)
    said = Counter(
        (check["message"], check["hint"])
        for check in checks
        if check["status"] in ("failed", "error")
    )
    return CheckSummary(
        id=first["id"],
        cell=first["cell"],
        title=first["title"],
        points=first["max_points"],
        counts={status: counts[status] for status in STATUSES},
        said=tuple((message, hint, count) for (message, hint), count in said.most_common(3)),
    )
