"""What is said about a card: what kind of thing, where, and what to try."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from autograder.messages import gettext, ngettext


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


def quote(text: str, limit: int = 60) -> str:
    """A student's text, safe to print: one line, no control characters, not too long."""
    flat = "".join(char if char.isprintable() else " " for char in " ".join(text.split()))
    return flat if len(flat) <= limit else flat[: limit - 1] + "…"
