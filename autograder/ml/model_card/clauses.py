"""A sentence in clauses: the names and the figures between two separators."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from autograder.ml.model_card.conditions import excluded_by
from autograder.ml.model_card.metrics import MetricMention
from autograder.ml.model_card.numbers import Figure
from autograder.ml.model_card.parse import fold
from autograder.ml.model_card.subgroups import OVERALL, GroupMention

_KEY_LINE = r"[ \t>*_`-]*[A-ZÁÉÍÓÚÑ][^:=\n\d]{0,50}[:=]"
_SENTENCE = re.compile(
    rf"(?<=[.!?])(?<!\bej\.)(?<!\bvs\.)(?<!prox\.)(?<!\bp\.)\s+(?=\S)|\n(?={_KEY_LINE})"
)
_SEPARATOR = re.compile(
    r"[;,|:](?=\s)|[()]|\s(?:y|e|and|mientras(?: que)?|pero|contra|vs\.?|versus|frente a|while|"
    r"whereas|but|aunque|comparado con|respecto de)\s|(?<=\s)[/–—](?=\s)"
)
_MAX_SENTENCE = 1_500


def split_sentences(text: str) -> Iterator[tuple[int, str]]:
    """(position, sentence); what no reader would call a sentence is cut by length."""
    position = 0
    for start, end in [*(hit.span() for hit in _SENTENCE.finditer(text)), (len(text),) * 2]:
        for piece in range(position, start, _MAX_SENTENCE):
            yield piece, text[piece : min(start, piece + _MAX_SENTENCE)]
        position = end


@dataclass(frozen=True, slots=True)
class Names:
    """What a sentence names, in order: metrics, subgroups, the whole set, and its figures."""

    text: str
    metrics: Sequence[MetricMention]
    groups: Sequence[GroupMention]
    figures: Sequence[Figure]
    overall: Sequence[int] = ()

    @classmethod
    def of(
        cls,
        text: str,
        metrics: Sequence[MetricMention],
        groups: Sequence[GroupMention],
        figures: Sequence[Figure],
    ) -> Names:
        """The names found, with the places where the whole set is named outside a group."""
        wholes = [hit.start() for hit in OVERALL.finditer(fold(text))]
        free = [at for at in wholes if not any(g.start <= at < g.end for g in groups)]
        return cls(text, metrics, groups, figures, free)

    def in_order(self) -> list[tuple[str, Any]]:
        """(kind, what): M a metric, G a subgroup (None: the whole set), N a figure."""
        found: list[tuple[str, int, Any]] = [("M", m.start, m) for m in self.metrics]
        found += [("G", g.start, g) for g in self.groups]
        found += [("G", start, None) for start in self.overall]
        found += [("N", f.start, f) for f in self.figures]
        return [(kind, what) for kind, _, what in sorted(found, key=lambda item: item[1])]


@dataclass(slots=True)
class Clause:
    """A clause: the names and figures between two separators."""

    start: int
    end: int
    in_parentheses: bool = False
    metrics: list[MetricMention] = field(default_factory=list)
    groups: list[GroupMention] = field(default_factory=list)
    overall: bool = False
    figures: list[Figure] = field(default_factory=list)
    text: str = ""
    loose: bool = False

    def absorb(self, other: Clause) -> None:
        """Take the names and figures of the clause that follows (its parenthesis)."""
        self.end = other.end
        self.metrics += other.metrics
        self.groups += other.groups
        self.overall |= other.overall
        self.figures += other.figures
        self.text += " " + other.text

    @property
    def names_somebody(self) -> bool:
        """Whether it says whom its figures are about."""
        return bool(self.groups) or self.overall


def split_clauses(names: Names) -> list[Clause]:
    """The clauses of a sentence; one with a single figure is one clause."""
    clauses, start, depth = [], 0, 0
    folded = fold(names.text)
    for cut in _SEPARATOR.finditer(folded):
        if _splits_name(names, cut.start()) or _ends_key(names, start, cut):
            continue
        clauses.append(_clause(names, start, cut.start(), depth > 0))
        start = cut.end()
        depth += {"(": 1, ")": -1}.get(cut.group(), 0)
    clauses.append(_clause(names, start, len(folded), depth > 0))
    merged = _merge_parentheses(clauses)
    return [_all_together(merged)] if len(names.figures) == 1 else merged


def _ends_key(names: Names, start: int, cut: re.Match[str]) -> bool:
    """A colon after names only ("Mujeres: …") belongs to what follows."""
    return cut.group() == ":" and not any(start <= f.start < cut.start() for f in names.figures)


def _splits_name(names: Names, position: int) -> bool:
    spans: list[Any] = [*names.metrics[:50], *names.groups[:50], *names.figures[:50]]
    return any(span.start <= position < span.end for span in spans)


def _clause(names: Names, start: int, end: int, in_parentheses: bool) -> Clause:
    return Clause(
        start,
        end,
        in_parentheses,
        metrics=[m for m in names.metrics if start <= m.start < end],
        groups=[g for g in names.groups if start <= g.start < end],
        overall=any(start <= position < end for position in names.overall),
        figures=[f for f in names.figures if start <= f.start < end],
        text=names.text[start:end],
    )


def _all_together(clauses: list[Clause]) -> Clause:
    """A sentence with one figure is one clause, loose when its metric comes in a later one."""
    holder = next(clause for clause in clauses if clause.figures)
    before = [c for c in clauses if c.metrics and c.start <= holder.start]
    after = [c for c in clauses if c.metrics and c.start > holder.start]
    loose = bool(after) and not before and not after[0].in_parentheses
    whole = clauses[0]
    for clause in clauses[1:]:
        whole.absorb(clause)
    whole.loose = loose
    return whole


def _merge_parentheses(clauses: list[Clause]) -> list[Clause]:
    """So "mujeres (0,81)" and "0,81 (mujeres)" are one clause; "(mujeres: 0,81; hombres: …)" is
    several of its own."""
    merged: list[Clause] = []
    for clause in clauses:
        last = merged[-1] if merged else None
        names = bool(clause.metrics or clause.groups or clause.overall)
        names = names or bool(excluded_by(fold(clause.text)))
        completes = (
            clause.in_parentheses
            and last is not None
            and (
                (clause.figures and not names and not last.figures)
                or (not clause.figures and names and len(last.figures) == 1)
            )
        )
        if completes and last is not None:
            last.absorb(clause)
        else:
            merged.append(clause)
    return merged
