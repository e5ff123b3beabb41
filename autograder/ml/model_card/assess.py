"""Is this card complete? Seven real sections, a subgroup metric, an out-of-scope statement, no
blanks left and, where the model is known, figures that are true."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from autograder.ml.model_card import findings as say
from autograder.ml.model_card import placeholders
from autograder.ml.model_card.claims import TooManyFigures, read_claims
from autograder.ml.model_card.content import (
    MIN_WORDS,
    Own,
    empty_values,
    is_padding,
    own_content,
    repeated_texts,
    template_text,
)
from autograder.ml.model_card.findings import Finding
from autograder.ml.model_card.parse import MAX_CHARACTERS, Document, NotText, TooLarge, read
from autograder.ml.model_card.scope import states_out_of_scope
from autograder.ml.model_card.sections import (
    SECTIONS,
    Outline,
    Placed,
    closest_heading,
    name_sections,
    outline,
)
from autograder.ml.model_card.verdicts import PrintedNumber, judge_numbers

if TYPE_CHECKING:
    from autograder.ml.model_card.truth import Truth

MAX_FINDINGS = 200


@dataclass(frozen=True, slots=True)
class Assessment:
    """The result. `complete` is true when no finding is an error.

    `sections`: one bool for each key of `SECTIONS`. `numbers`: every printed figure that the card
    ties to a metric, with its verdict.
    """

    complete: bool
    findings: list[Finding] = field(default_factory=list)
    sections: dict[str, bool] = field(default_factory=lambda: dict.fromkeys(SECTIONS, False))
    has_subgroup_metric: bool = False
    has_out_of_scope: bool = False
    numbers: list[PrintedNumber] = field(default_factory=list)


class CardError(Exception):
    """A path that holds no card; the message names it and says what to do, in Spanish."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


def assess_file(path: str | Path, truth: Truth | None = None) -> Assessment:
    """Assess the card at `path`. Raises `CardError` when there is no readable file there."""
    path = Path(path)
    if path.is_dir():
        raise CardError(f"{path} es una carpeta: pasá la ruta del archivo MODEL_CARD.md.")
    if not path.exists():
        raise CardError(f"No existe {path}. Copiá model_card_template.md con ese nombre.")
    if not path.is_file():
        raise CardError(f"{path} no es un archivo común: no se puede leer.")
    try:
        with path.open("rb") as file:
            raw = file.read(4 * MAX_CHARACTERS + 1)
    except OSError as error:
        raise CardError(f"No se puede leer {path}: {error.strerror}.") from None
    return assess(raw, truth)


def assess(text: str | bytes, truth: Truth | None = None) -> Assessment:
    """Assess a card. Never raises: whatever comes in, the findings say what is wrong with it."""
    try:
        document = read(text)
    except TooLarge:
        return Assessment(False, [say.unreadable("too-large")])
    except NotText:
        return Assessment(False, [say.unreadable("not-text")])
    if not document.blocks and not document.front_matter:
        return Assessment(False, [say.unreadable("empty-card")])
    return _Assessor(document, truth).result()


class _Assessor:
    """One pass over a parsed card; the findings gather here."""

    def __init__(self, document: Document, truth: Truth | None) -> None:
        self._document = document
        self._truth = truth
        self._outline: Outline = outline(document.blocks)
        self._template = template_text()
        self._owned = [(p, own_content(p.block, self._template)) for p in self._outline.placed]
        self._findings: list[Finding] = [say.oddity(*oddity) for oddity in document.oddities]

    def result(self) -> Assessment:
        unfilled = self._unfilled()
        sections = {key: self._is_real(key) and key not in unfilled for key in SECTIONS}
        for line, text, style in self._outline.lookalikes:
            self._findings.append(say.not_a_heading(line, text, style))
        in_scope = states_out_of_scope(self._owned, self._document.blocks)
        if not in_scope:
            self._findings.append(say.no_out_of_scope(self._line_of("intended_use")))
        numbers, by_subgroup = self._numbers()
        found = _in_order(self._findings)
        return Assessment(
            complete=all(finding.severity != "error" for finding in self._findings),
            findings=found,
            sections=sections,
            has_subgroup_metric=by_subgroup,
            has_out_of_scope=in_scope,
            numbers=numbers,
        )

    def _line_of(self, section: str) -> int:
        return self._outline.headings.get(section, 1)

    # -- blanks ---------------------------------------------------------------------------------

    def _unfilled(self) -> set[str]:
        """Report every blank; return the sections that have one."""
        touched: set[str] = set()
        for sections, finding in self._blanks():
            self._findings.append(finding)
            touched |= set(sections)
        return touched

    def _blanks(self) -> Iterator[tuple[Sequence[str], Finding]]:
        for block in self._document.blocks:
            if block.kind == "heading":
                keys = name_sections(block.text).keys if block.level <= 3 else ()
                for _, blank in placeholders.find(block.text):
                    yield keys, say.placeholder(_first(keys), block.line, blank)
        front = self._document.front_matter
        for position, blank in placeholders.find(front):
            yield (), say.placeholder("", 2 + front.count("\n", 0, position), blank)
        for placed, own in self._owned:
            section = _first(placed.sections)
            for line, blank in own.blanks:
                make = say.empty_value if blank.endswith("| ") else say.placeholder
                yield placed.sections, make(section, line, blank)
            table = placed.block.table
            if table is not None and not table.rows:
                yield placed.sections, say.empty_table(section, placed.block.line)
        for placed, key in empty_values(self._outline.placed):
            section = _first(placed.sections)
            yield placed.sections, say.empty_value(section, placed.block.line, key)

    # -- sections -------------------------------------------------------------------------------

    def _is_real(self, key: str) -> bool:
        """Whether the section says something of its own; reports why when it does not."""
        if key not in self._outline.headings:
            self._report_missing(key)
            return False
        mine = [(placed, own) for placed, own in self._owned if key in placed.sections]
        finding = self._weakness(key, mine)
        if finding is not None:
            self._findings.append(finding)
        return finding is None

    def _weakness(self, key: str, mine: Sequence[tuple[Placed, Own]]) -> Finding | None:
        line = self._line_of(key)
        repeated = self._repeated
        kept = [own for _, own in mine if " ".join(own.words) not in repeated]
        said = [word for own in kept for word in own.words]
        if len(set(said)) >= MIN_WORDS:
            if is_padding(said, [own.text for own in kept]):
                return say.filler(key, line)
            return None
        if len(kept) < len(mine):
            return say.repeated_text(key, line)
        if not mine:
            return say.empty_section(key, line)
        if said:
            return say.thin_section(key, line)
        return self._nothing_said(key, line, mine)

    def _nothing_said(self, key: str, line: int, mine: Sequence[tuple[Placed, Own]]) -> Finding:
        if all(placed.block.kind == "code" for placed, _ in mine):
            return say.only_code(key, line)
        if any(placeholders.is_not_applicable(placed.block.text) for placed, _ in mine):
            return say.not_applicable(key, line)
        if any(own.was_template for _, own in mine):
            return say.template_text(key, line)
        return say.unfilled_section(key, line)

    @cached_property
    def _repeated(self) -> frozenset[str]:
        return repeated_texts(self._owned)

    def _report_missing(self, key: str) -> None:
        near = closest_heading(key, self._outline)
        self._findings.append(say.missing_section(key, near, self._outline.deep.get(key)))
        if any(finding.code == "fenced-card" for finding in self._findings):
            return
        for block in self._document.blocks:
            if block.kind == "code" and _holds_sections(block.text):
                self._findings.append(say.fenced_card(block.line))
                return

    # -- figures --------------------------------------------------------------------------------

    def _numbers(self) -> tuple[list[PrintedNumber], bool]:
        try:
            claims = read_claims(self._outline, self._document.blocks, self._truth)
        except TooManyFigures:
            self._findings.append(say.unreadable("too-many-figures"))
            return [], False
        line = self._line_of("metrics")
        numbers, found = judge_numbers(claims, self._truth, line)
        by_subgroup = any(claim.measures_subgroup for claim in claims)
        if not by_subgroup:
            self._findings.append(say.no_subgroup_metric(line))
            found = [finding for finding in found if finding.code != "nothing-verified"]
        self._findings += found
        return numbers, by_subgroup


def _first(sections: Sequence[str]) -> str:
    return sections[0] if sections else ""


def _holds_sections(code: str) -> bool:
    lines = [line for line in code.splitlines() if line.startswith("#")][:60]
    return len({key for line in lines for key in name_sections(line).keys}) >= 3


def _in_order(findings: Sequence[Finding]) -> list[Finding]:
    """By line, errors first within a line, without repeats, and no more than can be read."""
    rank = {"error": 0, "warning": 1, "info": 2}
    ordered = sorted(dict.fromkeys(findings), key=lambda f: (f.line, rank[f.severity], f.code))
    if len(ordered) <= MAX_FINDINGS:
        return ordered
    return sorted(ordered, key=lambda f: rank[f.severity])[:MAX_FINDINGS]
