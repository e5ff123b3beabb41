"""Is this card complete and, where the model is known, true?"""

from __future__ import annotations

import bisect
import itertools
import math
import re
from collections.abc import Iterator, Sequence

from autograder.messages import gettext
from autograder.ml.model_card.evidence import Cell, judge, read_evidence, read_figure
from autograder.ml.model_card.fields import Declared, Field, blanks_in, label_lines, read_fields
from autograder.ml.model_card.findings import Assessment, Finding, Kind, Remark
from autograder.ml.model_card.groups import Groups
from autograder.ml.model_card.parse import Document, Unreadable, read
from autograder.ml.model_card.sections import (
    OUT_OF_SCOPE,
    SECTIONS,
    Placed,
    name_sections,
    outline,
    section_title,
    states_out_of_scope,
)
from autograder.ml.model_card.text import find_blanks, is_blank, own_words, quote
from autograder.ml.model_card.truth import SUPPORT, Truth

MAX_FINDINGS = 200
MIN_WORDS = 3
"""Different words that a section needs before it says anything ("Developer: Ana Gómez")."""

_PROSE_FIGURE = re.compile(
    r"(?<![\w.,/-])(?:\d{1,3}(?:[.,]\d{1,4})?\s?%|[01]?[.,]\d{1,4})(?![\w%]|[.,/-]\d)"
)


def assess(
    card: str | bytes,
    groups: Groups,
    truth: Truth | None = None,
    declared: Declared | None = None,
) -> Assessment:
    """Assess a card. Never raises for what a card holds.

    Args:
        groups: columns and levels of the course's public data, never guessed from the card.
        truth: what the evidence should say; None: figures are read and not judged.
        declared: what the declared fields should say.

    Example:
        >>> [finding.message for finding in assess("", Groups()).findings]
        ['The file is empty.']
    """
    try:
        document = read(card)
    except Unreadable as error:
        return Assessment((Finding(Kind.UNREADABLE, "", None, error.message, error.hint),))
    return _Assessor(document, groups, truth, declared or Declared()).result()


class _Assessor:
    """One pass over a parsed card."""

    def __init__(
        self, document: Document, groups: Groups, truth: Truth | None, declared: Declared
    ) -> None:
        self._document = document
        self._outline = outline(document.blocks)
        self._placed = self._outline.placed
        self._columns = ", ".join(factor.column for factor in groups.factors)
        self._groups = groups
        self._cells = judge(read_evidence(self._placed, document.front_matter, groups), truth)
        self._lines = label_lines(self._placed)
        self._fields = read_fields(self._lines, declared)
        self._left = list(dict.fromkeys(self._left_to_fill_in()))[:MAX_FINDINGS]

    def result(self) -> Assessment:
        parts = (self._sections, self._blanks, self._declared, self._scope, self._evidence)
        findings = [finding for part in (*parts, self._format) for finding in part()]
        findings.sort(key=lambda finding: (finding.is_remark, finding.line or 0))
        kept = sorted(findings[:MAX_FINDINGS], key=lambda finding: finding.line or 0)
        remarks = tuple(itertools.islice(self._remarks(), MAX_FINDINGS))
        return Assessment(tuple(kept), tuple(self._cells), remarks)

    def _sections(self) -> Iterator[Finding]:
        unfilled = {section for section, _, _ in self._left}
        for key in SECTIONS:
            line = self._outline.headings.get(key)
            said = {"title": section_title(key)}
            if line is None:
                message = gettext("The section “{title}” is missing.")
                hint = gettext("Add it with a heading “## {title}”.").format(**said)
                hint += self._headings()
            elif key not in unfilled and len(self._own_words(key)) < MIN_WORDS:
                message = gettext("“{title}” says nothing of its own.")
                hint = gettext(
                    "Write at least a sentence. Guide paragraphs (with a bar at their side), code, "
                    "declared fields, hidden text and what is to be filled in do not count."
                )
            else:
                continue
            yield Finding(Kind.SECTION, key, line, message.format(**said), hint)

    def _headings(self) -> str:
        """Where a section that was not found may be: inside a block of code, or misnamed."""
        for block in self._document.blocks:
            lines = [line for line in block.text.split("\n") if line.startswith("#")][:40]
            if block.kind == "code" and any(name_sections(line)[0] for line in lines):
                said = gettext("Line {line} opens a block of code (```) with sections inside.")
                return " " + said.format(line=block.line)
        names = [f"“{quote(text)}” ({line})" for line, text in self._outline.unassigned[:8]]
        said = gettext("Headings that are no section (and their lines): {names}.")
        return " " + said.format(names=", ".join(names)) if names else ""

    def _own_words(self, key: str) -> set[str]:
        own = (text for placed, _, text in self._undeclared() if key in placed.sections)
        return {word for text in own if not is_blank(text) for word in own_words(text)}

    def _undeclared(self) -> Iterator[tuple[Placed, int, str]]:
        """(where, line, text) of each line that somebody wrote and that is no declared field."""
        declared = {field.line for field in self._fields}
        for placed in filter(lambda placed: placed.is_content, self._placed):
            yield from (
                (placed, line, text) for line, text in placed.lines() if line not in declared
            )

    def _left_to_fill_in(self) -> Iterator[tuple[str, int, str]]:
        """(section, line, blank) of everything that was left to fill in."""
        yield from blanks_in(self._placed, self._lines)
        for block in self._document.blocks:
            if block.kind == "heading" and not block.quoted:
                yield from (("", block.line, blank) for _, blank in find_blanks(block.text))
        front = self._document.front_matter
        for at, blank in find_blanks(front):
            yield "", 2 + front.count("\n", 0, at), blank

    def _blanks(self) -> Iterator[Finding]:
        for section, line, blank in self._left:
            said = gettext("It was left to be filled in: “{blank}”.").format(blank=quote(blank))
            hint = gettext("Put what is so of your model there, or delete the line.")
            yield Finding(Kind.BLANK, section, line, said, hint)

    def _declared(self) -> Iterator[Finding]:
        left = {line for _, line, _ in self._left}
        for field in self._fields:
            if (not field.is_valid or field.is_true is False) and field.line not in left:
                yield _field_finding(field)

    def _scope(self) -> Iterator[Finding]:
        if not states_out_of_scope(self._placed):
            line = self._outline.headings.get(OUT_OF_SCOPE)
            message = gettext("It names no use that the model is not for.")
            hint = gettext(
                "Under “### Out-of-scope uses”, name a tempting use that it is not for, and why: "
                "“none” or “any other use” name none."
            )
            yield Finding(Kind.OUT_OF_SCOPE, "intended_use", line, message, hint)

    def _evidence(self) -> Iterator[Finding]:
        if not self._columns:
            message = gettext("The evidence could not be read: no group of the data is known.")
            hint = gettext("Put evidencia.csv, which the notebook writes, beside the card.")
            yield self._missing(message, hint)
            return
        measured = [cell for cell in self._cells if cell.measures and not cell.is_gap]
        hint = gettext(
            "Evidence is a table whose first column says “Global” or “column = level” and whose "
            "headings are metrics ({metrics}); columns: {columns}."
        ).format(metrics=_metrics(), columns=self._columns)
        if not any(cell.is_global for cell in measured):
            message = gettext("There is no table with the metrics of “Global”.")
            yield self._missing(message, hint)
        if all(cell.is_global for cell in measured):
            yield self._missing(gettext("There is no table with the metrics of a group."), hint)
        strangers = {c.group: c for c in self._cells if not c.is_global and not c.column}.values()
        for cell in itertools.islice(strangers, MAX_FINDINGS):
            yield self._unknown_group(cell)
        others = [cell for cell in self._cells if not cell.key and cell.value is not None]
        for cell in {cell.metric: cell for cell in reversed(others)}.values():
            message = gettext("“{metric}” is no metric that is checked.")
            hint = gettext("Those that are: {metrics}.").format(metrics=_metrics())
            yield _about(cell, Kind.UNKNOWN_METRIC, message, hint)
        left = {line for _, line, _ in self._left}
        for cell in self._cells:
            if cell.is_true is False:
                yield _false(cell)
            elif cell.key and cell.value is None and cell.line not in left:
                message = gettext("{metric} of `{group}`: “{text}” is no figure.")
                hint = gettext("Write one figure (0.86, 0,86, 86 %), or “nan” where none exists.")
                yield _about(cell, Kind.UNKNOWN_VALUE, message, hint)

    def _missing(self, message: str, hint: str) -> Finding:
        line = self._outline.headings.get("metrics")
        return Finding(Kind.EVIDENCE_MISSING, "metrics", line, message, hint)

    def _unknown_group(self, cell: Cell) -> Finding:
        message = gettext("“{group}” is no group of the data that is known: it was not checked.")
        hint = gettext(
            "Write it as “column = level”, “column < n”, “column a–b” or “Gap (column)”; columns: "
            "{columns}."
        ).format(columns=self._columns)
        if similar := self._groups.similar(cell.group):
            hint = gettext("Is it {forms}?").format(forms=" / ".join(similar)) + " " + hint
        return _about(cell, Kind.UNKNOWN_GROUP, message, hint)

    def _format(self) -> Iterator[Finding]:
        if not self._document.is_utf8:
            message = gettext("The file is not saved in UTF-8.")
            hint = gettext("Save it as UTF-8, so that accents look right everywhere.")
            yield Finding(Kind.FORMAT, "", 1, message, hint)
        if hidden := self._document.hidden:
            lines = ", ".join(map(str, hidden[:10])) + ("…" if len(hidden) > 10 else "")
            message = gettext("There is text that nobody sees (lines {lines}).").format(lines=lines)
            hint = gettext("Comments and hidden styles count for nothing: delete them.")
            yield Finding(Kind.HIDDEN_TEXT, "", hidden[0], message, hint)

    def _remarks(self) -> Iterator[Remark]:
        """Figures in prose that no cell of the evidence, rounded as they are, contains."""
        values = [c.value for c in self._cells if c.value is not None and not math.isnan(c.value)]
        values.sort()
        for placed, line, text in self._undeclared():
            hits = _PROSE_FIGURE.finditer(text) if placed.block.kind == "text" else ()
            said = quote(text, 200)
            for hit in itertools.islice(hits, MAX_FINDINGS):
                figure = read_figure(hit.group())
                if figure and not any(_is_near(values, *reading) for reading in figure.readings):
                    yield Remark(line, said, hit.group())


def _is_near(values: Sequence[float], wanted: float, half: float) -> bool:
    """Whether one of some sorted values is at most `half` from a figure."""
    at = bisect.bisect_left(values, wanted - half - 1e-9)
    return at < len(values) and values[at] <= wanted + half + 1e-9


def _metrics() -> str:
    return gettext(
        "Cases, Accuracy, Precision, Recall, F1, AUC, Balanced accuracy, Specificity, Brier"
    )


def _about(cell: Cell, kind: Kind, message: str, hint: str) -> Finding:
    said = {"metric": quote(cell.metric), "group": quote(cell.group), "text": quote(cell.text)}
    return Finding(kind, "metrics", cell.line, message.format(**said), hint)


def _false(cell: Cell) -> Finding:
    message = gettext(
        "{metric} of `{group}`: the card says {text}, and with your model and the evaluation data "
        "it comes out differently."
    )
    again = gettext("Print the table again with the saved model, and paste it whole.")
    why = {
        SUPPORT: gettext("Count the group's rows in the evaluation data, not in the training's."),
        "precision": gettext("Precision and accuracy are different metrics."),
        "recall": gettext("It is the positive class's, on the evaluation rows of that group."),
        "roc_auc": gettext("It needs probabilities (predict_proba), not classes."),
    }.get(cell.key, "")
    if cell.is_gap:
        why = gettext("A gap is the column's largest value minus its smallest.")
    return _about(cell, Kind.CELL_FALSE, message, f"{why} {again}".strip())


def _field_finding(field: Field) -> Finding:
    name, example, section = {
        "algorithm": (gettext("Algorithm"), "RandomForestClassifier", "model_details"),
        "sklearn": (gettext("scikit-learn version"), "1.7.2", "model_details"),
        "training_rows": (gettext("Rows"), "800", "training_data"),
        "evaluation_rows": (gettext("Rows"), "200", "evaluation_data"),
        "date": (gettext("Date"), "2026-11-27", "model_details"),
    }[field.key]
    hint = gettext("In “{title}”, write a line like “- **{name}:** {example}”, true of your model.")
    if field.line is None:
        message = gettext("“{title}” does not declare “{name}”.")
    elif not field.is_valid:
        message = gettext("“{value}” is not what “{name}” asks for.")
    else:
        message = gettext(
            "{name} ({title}): the card says “{value}”, and the saved model and the data say "
            "otherwise."
        )
    said = {"name": name, "example": example, "title": section_title(section)}
    message = message.format(value=quote(field.value), **said)
    return Finding(Kind.FIELD, section, field.line, message, hint.format(**said))
