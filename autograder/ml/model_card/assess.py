"""Is this card complete and, where the model is known, true?"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass

from autograder.messages import gettext
from autograder.ml.model_card import blanks
from autograder.ml.model_card.evidence import Cell, EvidenceRow, judge, read_evidence
from autograder.ml.model_card.fields import Declared, Field, read_fields
from autograder.ml.model_card.findings import Finding, Kind, Remark, quote
from autograder.ml.model_card.groups import Groups
from autograder.ml.model_card.metrics import METRICS, SUPPORT, read_figure
from autograder.ml.model_card.parse import Document, NotText, TooLarge, read
from autograder.ml.model_card.scope import states_out_of_scope
from autograder.ml.model_card.sections import (
    SECTIONS,
    Outline,
    name_sections,
    outline,
    section_title,
)
from autograder.ml.model_card.truth import Truth

MAX_FINDINGS = 200
MIN_WORDS = 3
"""Different words that a section needs before it says anything ("Developer: Ana Gómez")."""

_PROSE_FIGURE = re.compile(
    r"(?<![\w.,/-])(?:\d{1,3}(?:[.,]\d{1,4})?\s?%|[01]?[.,]\d{1,4})(?![\w%]|[.,/-]\d)"
)


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
    except TooLarge:
        return Assessment((_unreadable("too-large"),))
    except NotText:
        return Assessment((_unreadable("not-text"),))
    if not document.blocks and not document.front_matter:
        return Assessment((_unreadable("empty"),))
    return _Assessor(document, groups, truth, declared or Declared()).result()


class _Assessor:
    """One pass over a parsed card."""

    def __init__(
        self, document: Document, groups: Groups, truth: Truth | None, declared: Declared
    ) -> None:
        self._document = document
        self._groups = groups
        self._outline: Outline = outline(document.blocks)
        self._placed = self._outline.placed
        self._rows = read_evidence(self._placed, document.front_matter, groups)
        self._cells = judge(self._rows, truth)
        self._fields = read_fields(self._placed, declared)
        self._left = [*self._left_to_fill_in()]

    def result(self) -> Assessment:
        findings = [
            *self._sections(),
            *self._blanks(),
            *self._declared(),
            *self._scope(),
            *self._evidence(),
            *self._format(),
        ]
        findings.sort(key=lambda finding: (finding.is_remark, finding.line or 0))
        kept = sorted(findings[:MAX_FINDINGS], key=lambda finding: finding.line or 0)
        return Assessment(tuple(kept), tuple(self._cells), tuple(self._remarks()))

    # -- sections -------------------------------------------------------------------------------

    def _sections(self) -> Iterator[Finding]:
        for key in SECTIONS:
            title = section_title(key)
            line = self._outline.headings.get(key)
            if line is None:
                message = gettext("The section “{title}” is missing.").format(title=title)
                yield Finding(Kind.SECTION, key, None, message, self._instead(title))
            elif len(self._own_words(key)) < MIN_WORDS and not self._has_blanks(key):
                message = gettext("“{title}” says nothing of its own.").format(title=title)
                hint = gettext(
                    "Write at least a sentence. Guide paragraphs (with a bar at their side), code, "
                    "declared fields, hidden text and what is to be filled in do not count."
                )
                yield Finding(Kind.SECTION, key, line, message, hint)

    def _instead(self, title: str) -> str:
        hint = gettext("Add it with a heading “## {title}”.").format(title=title)
        fenced = next((block for block in self._document.blocks if _holds_card(block.text)), None)
        if fenced is not None and fenced.kind == "code":
            return gettext(
                "Line {line} opens a block of code (```) with sections inside, which are none "
                "there: delete the lines with ```."
            ).format(line=fenced.line)
        names = [f"«{quote(text)}» ({line})" for line, text in self._outline.unassigned[:8]]
        if names:
            others = gettext("Headings that are no section (and their lines): {names}.")
            return f"{hint} {others.format(names=', '.join(names))}"
        return hint

    def _own_words(self, key: str) -> set[str]:
        declared = {field.line for field in self._fields if field.line is not None}
        said: set[str] = set()
        for placed in self._placed:
            block = placed.block
            if key not in placed.sections or block.quoted or block.kind == "code":
                continue
            lines = [(row.line, " ".join(row.cells)) for row in block.rows] or [
                (block.line + at, text) for at, text in enumerate(block.text.split("\n"))
            ]
            for line, text in lines:
                if line not in declared and not blanks.is_blank(text):
                    said.update(blanks.words(text))
        return said

    def _has_blanks(self, key: str) -> bool:
        return any(section == key for section, _, _ in self._left)

    # -- what was left to fill in, declared fields, out of scope ----------------------------------

    def _left_to_fill_in(self) -> Iterator[tuple[str, int, str]]:
        """(section, line, blank) of everything that was left to fill in."""
        for at, placed in enumerate(self._placed):
            for line, blank in blanks.blanks_of(self._placed, at):
                yield placed.section, line, blank
        for block in self._document.blocks:
            if block.kind == "heading" and not block.quoted:
                yield from (("", block.line, blank) for _, blank in blanks.find(block.text))
        front = self._document.front_matter
        for at, blank in blanks.find(front):
            yield "", 2 + front.count("\n", 0, at), blank

    def _blanks(self) -> Iterator[Finding]:
        for section, line, blank in dict.fromkeys(self._left[:MAX_FINDINGS]):
            message = gettext("It was left to be filled in: “{blank}”.").format(blank=quote(blank))
            hint = gettext("Put what is so of your model there, or delete the line.")
            yield Finding(Kind.BLANK, section, line, message, hint)

    def _declared(self) -> Iterator[Finding]:
        for field in self._fields:
            if field.is_valid and field.is_true is not False:
                continue
            if field.line is not None and blanks.is_blank(field.value):
                continue  # a blank, and told as one
            if any(True for _ in blanks.find(field.value)):
                continue
            yield _field_finding(field)

    def _scope(self) -> Iterator[Finding]:
        if not states_out_of_scope(self._placed):
            line = self._outline.headings.get("out_of_scope")
            message = gettext("It names no use that the model is not for.")
            hint = gettext(
                "Under “### Out-of-scope uses”, name a tempting use that it is not for, and why: "
                "“none” or “any other use” name none."
            )
            yield Finding(Kind.OUT_OF_SCOPE, "intended_use", line, message, hint)

    # -- evidence -------------------------------------------------------------------------------

    def _evidence(self) -> Iterator[Finding]:
        line = self._outline.headings.get("metrics")
        measured = [cell for cell in self._cells if cell.measures and not cell.is_gap]
        if not any(cell.is_global for cell in measured):
            yield self._missing(line, gettext("There is no table with the metrics of “Global”."))
        if all(cell.is_global for cell in measured):
            yield self._missing(line, gettext("There is no table with the metrics of a group."))
        for row in self._rows:
            if row.group is None:
                yield self._unknown_group(row)
        metrics = {(c.metric, c.line): c for c in self._cells if not c.key and c.value is not None}
        for metric in dict.fromkeys(name for name, _ in metrics):
            yield _unknown_metric(next(c for (n, _), c in metrics.items() if n == metric))
        for cell in self._cells:
            if cell.is_true is False:
                yield _false(cell)
            elif cell.key and cell.value is None and not any(True for _ in blanks.find(cell.text)):
                yield _unknown_value(cell)

    def _missing(self, line: int | None, message: str) -> Finding:
        columns = ", ".join(factor.column for factor in self._groups.factors)
        hint = gettext(
            "Evidence is a table whose first column says “Global” or “column = level” and whose "
            "headings are metrics ({metrics}); columns: {columns}."
        ).format(metrics=", ".join(METRICS.values()), columns=columns)
        return Finding(Kind.EVIDENCE_MISSING, "metrics", line, message, hint)

    def _unknown_group(self, row: EvidenceRow) -> Finding:
        message = gettext("“{name}” is no group of the data that is known: it was not checked.")
        columns = ", ".join(factor.column for factor in self._groups.factors)
        hint = gettext(
            "Write it as “column = level”, “column < n”, “column a–b” or “Gap (column)”; columns: "
            "{columns}."
        ).format(columns=columns)
        if similar := self._groups.similar(row.text):
            forms = " / ".join(f"«{form}»" for form in similar)
            hint = gettext("Is it {forms}?").format(forms=forms) + " " + hint
        text = message.format(name=quote(row.text))
        return Finding(Kind.UNKNOWN_GROUP, "metrics", row.line, text, hint)

    # -- remarks --------------------------------------------------------------------------------

    def _format(self) -> Iterator[Finding]:
        for line, text in self._outline.lookalikes:
            message = gettext("“{text}” only looks like a heading.").format(text=quote(text))
            hint = gettext("Write it as “## Name”, with a space after the hashes.")
            yield Finding(Kind.FORMAT, "", line, message, hint)
        for code, line in self._document.oddities:
            yield _oddity(code, line)
        if hidden := self._document.hidden:
            lines = ", ".join(map(str, hidden[:10])) + ("…" if len(hidden) > 10 else "")
            message = gettext("There is text that nobody sees (lines {lines}).")
            hint = gettext("Comments and hidden styles count for nothing: delete them.")
            yield Finding(Kind.HIDDEN_TEXT, "", hidden[0], message.format(lines=lines), hint)

    def _remarks(self) -> Iterator[Remark]:
        """Figures in prose that no cell of the evidence, rounded as they are, contains."""
        values = [c.value for c in self._cells if c.value is not None and not math.isnan(c.value)]
        declared = {field.line for field in self._fields if field.line is not None}
        for placed in self._placed:
            block = placed.block
            if block.quoted or block.kind != "text":
                continue
            for number, text in enumerate(block.text.split("\n"), block.line):
                for hit in _PROSE_FIGURE.finditer(text) if number not in declared else ():
                    figure = read_figure(hit.group())
                    if figure and not any(map(figure.agrees_with, values)):
                        yield Remark(number, quote(text, 200), hit.group())


def _holds_card(text: str) -> bool:
    lines = [line for line in text.split("\n") if line.startswith("#")][:40]
    return len({key for line in lines for key in name_sections(line)[0]}) >= 3


def _unreadable(code: str) -> Finding:
    messages = {
        "empty": (
            gettext("The file is empty."),
            gettext("Copy the template and fill it in."),
        ),
        "not-text": (
            gettext("The file is no text: it cannot be read as Markdown."),
            gettext("Save the card as plain text in UTF-8 (not a .docx or .pdf renamed)."),
        ),
        "too-large": (
            gettext("The card is too long to be read."),
            gettext("A card is read in minutes: take out pasted outputs, data and images."),
        ),
    }
    return Finding(Kind.UNREADABLE, "", None, *messages[code])


def _oddity(code: str, line: int) -> Finding:
    messages = {
        "encoding": (
            gettext("The file is not saved in UTF-8."),
            gettext("Save it as UTF-8, so that accents look right everywhere."),
        ),
        "unclosed-fence": (
            gettext("A block of code (```) opens here and is not closed."),
            gettext("Add a line with ``` where it ends: all that follows is inside."),
        ),
    }
    return Finding(Kind.FORMAT, "", line, *messages[code])


def _field_finding(field: Field) -> Finding:
    names = {
        "algorithm": gettext("Algorithm"),
        "sklearn": gettext("scikit-learn version"),
        "training_rows": gettext("Rows"),
        "evaluation_rows": gettext("Rows"),
        "date": gettext("Date"),
    }
    examples = {
        "algorithm": "RandomForestClassifier",
        "sklearn": "1.7.2",
        "training_rows": "800",
        "evaluation_rows": "200",
        "date": "2026-11-27",
    }
    sections = {"training_rows": "training_data", "evaluation_rows": "evaluation_data"}
    section = sections.get(field.key, "model_details")
    name, title = names[field.key], section_title(section)
    said = {"name": name, "title": title, "value": quote(field.value)}
    example = f"- **{name}:** {examples[field.key]}"
    hint = gettext("In “{title}”, write a line like “{example}”, with what is so of your model.")
    if field.line is None:
        message = gettext("“{title}” does not declare “{name}”.")
    elif not field.is_valid:
        message = {
            "algorithm": gettext("“{name}: {value}” names no algorithm."),
            "sklearn": gettext("“{name}: {value}” says no version."),
            "date": gettext("“{name}: {value}” is no date."),
        }.get(field.key, gettext("“{name}: {value}” says no number of rows ({title})."))
    else:
        message = gettext(
            "{name} ({title}): the card says “{value}”, and the saved model and the data say "
            "otherwise."
        )
        hint = gettext("Look it up in the notebook that saved the model, and copy it.")
    return Finding(
        Kind.FIELD,
        section,
        field.line,
        message.format(**said),
        hint.format(example=example, **said),
    )


def _false(cell: Cell) -> Finding:
    said = {"metric": quote(cell.metric), "group": quote(cell.group), "text": quote(cell.text)}
    message = gettext(
        "{metric} of `{group}`: the card says {text}, and with your model and the evaluation data "
        "it comes out differently."
    )
    hints = {
        SUPPORT: gettext("Count the group's rows in the evaluation data, not in the training's."),
        "precision": gettext("Precision and accuracy are different metrics."),
        "recall": gettext("It is the positive class's, on the evaluation rows of that group."),
        "roc_auc": gettext("It needs probabilities (predict_proba), not classes."),
        "brier": gettext("It needs probabilities (predict_proba), not classes."),
    }
    again = gettext("Print the table again with the saved model, and paste it whole.")
    hint = " ".join(filter(None, (hints.get(cell.key), again)))
    if cell.is_gap:
        hint = gettext("A gap is the column's largest value minus its smallest.") + " " + again
    return Finding(Kind.CELL_FALSE, "metrics", cell.line, message.format(**said), hint)


def _unknown_metric(cell: Cell) -> Finding:
    message = gettext("“{name}” is no metric that is checked.").format(name=quote(cell.metric))
    hint = gettext("Those that are: {metrics}.").format(metrics=", ".join(METRICS.values()))
    return Finding(Kind.UNKNOWN_METRIC, "metrics", cell.line, message, hint)


def _unknown_value(cell: Cell) -> Finding:
    message = gettext("{metric} of `{group}`: “{text}” is no figure.").format(
        metric=quote(cell.metric), group=quote(cell.group), text=quote(cell.text)
    )
    hint = gettext("Write one figure (0.86, 0,86 or 86 %), or “nan” where it does not exist.")
    return Finding(Kind.UNKNOWN_VALUE, "metrics", cell.line, message, hint)
