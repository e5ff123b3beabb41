"""What is said about a card: what kind of thing, where, what to try; for a terminal and as JSON."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

from autograder.messages import gettext, ngettext
from autograder.ml.model_card.evidence import Cell


class Kind(StrEnum):
    """What a finding is about. Those in `REMARKS` leave a card complete; all others do not."""

    UNREADABLE = "unreadable"  # empty, not text, too long: nothing of the card was judged
    SECTION = "section"  # one of the seven is missing, or says nothing of its own
    BLANK = "blank"  # something was left to fill in
    OUT_OF_SCOPE = "out-of-scope"  # no use is named that the model is not for
    EVIDENCE_MISSING = "evidence-missing"  # no table with Global and at least one group
    CELL_FALSE = "cell-false"  # a figure of the evidence is not what the model gives
    FIELD = "field"  # a declared field is missing, malformed or not so
    UNKNOWN_GROUP = "unknown-group"  # a row of the evidence that names no group of the data
    UNKNOWN_METRIC = "unknown-metric"  # a column of the evidence that is no known metric
    UNKNOWN_VALUE = "unknown-value"  # a cell of the evidence that is no figure
    HIDDEN_TEXT = "hidden-text"  # text that nobody sees: it counts for nothing
    FORMAT = "format"  # encoding, a heading that is not one, an unclosed block


REMARKS = frozenset(
    {Kind.UNKNOWN_GROUP, Kind.UNKNOWN_METRIC, Kind.UNKNOWN_VALUE, Kind.HIDDEN_TEXT, Kind.FORMAT}
)


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing to fix. `section`: a key of `SECTIONS`, or "". `line`: 1-based, or None where the
    finding stands in no line. `message` and `hint` are in the language in use (gettext)."""

    kind: Kind
    section: str
    line: int | None
    message: str
    hint: str

    @property
    def is_remark(self) -> bool:
        """Whether the card may be complete in spite of it."""
        return self.kind in REMARKS

    def __str__(self) -> str:
        """The message, led by its line."""
        if self.line is None:
            return self.message
        said = gettext("Line {line} of the card: {message}")
        return said.format(line=self.line, message=self.message)


@dataclass(frozen=True, slots=True)
class Remark:
    """A figure in prose that the evidence does not contain: not judged, for a person to read."""

    line: int
    text: str
    number: str


@dataclass(frozen=True, slots=True)
class Assessment:
    """`findings` by line; `evidence`: every cell of the evidence; `remarks`: figures in prose that
    the evidence does not contain (no points)."""

    findings: tuple[Finding, ...] = ()
    evidence: tuple[Cell, ...] = ()
    remarks: tuple[Remark, ...] = ()

    @property
    def complete(self) -> bool:
        """Nothing is missing and, when the truth was given, nothing is false."""
        return all(finding.is_remark for finding in self.findings)

    def of(self, *kinds: Kind) -> tuple[Finding, ...]:
        """The findings of some kinds."""
        return tuple(finding for finding in self.findings if finding.kind in kinds)


def summarize(findings: Sequence[Finding]) -> tuple[str, str]:
    """(message, hint) of the first finding, led by its line and followed by how many more there
    are. Raises IndexError when there is none.

    Example:
        >>> finding = Finding(Kind.BLANK, "metrics", 7, "“TBD” was left.", "Fill it in.")
        >>> summarize([finding, finding])
        ('Line 7 of the card: “TBD” was left. (and 1 more thing)', 'Fill it in.')
    """
    message, others = str(findings[0]), len(findings) - 1
    more = ngettext("(and {count} more thing)", "(and {count} more things)", others)
    return f"{message} {more.format(count=others)}" if others else message, findings[0].hint


def render(assessment: Assessment, path: str | Path) -> str:
    """Plain text in the language in use: each finding, the remarks, then the verdict. A hint that
    several findings share stands at the first."""
    lines, said = [], set()
    for finding in assessment.findings:
        mark = "·" if finding.is_remark else "✗"
        hint = "" if finding.hint in said else f" {finding.hint}"
        said.add(finding.hint)
        lines.append(f"{path}:{finding.line or 1}: {mark} {finding.message}{hint}")
    for remark in assessment.remarks:
        message = gettext("{number} stands in no table of metrics: nobody but a person checks it.")
        lines.append(f"{path}:{remark.line}: · {message.format(number=remark.number)}")
    verdict = gettext("complete") if assessment.complete else gettext("incomplete")
    return "\n".join([*lines, f"{path}: {verdict}."])


def to_json(assessment: Assessment) -> dict[str, Any]:
    """The assessment as plain data, ready for `json.dumps`: `complete`, `findings`, `evidence`,
    `remarks`, with the names of their classes' fields; a `value` that does not exist is "nan"."""
    found = {"complete": assessment.complete, **asdict(assessment)}
    for cell in found["evidence"]:
        if cell["value"] is not None and math.isnan(cell["value"]):
            cell["value"] = "nan"
    return found
