"""Figures in prose and list items: the metric and the subgroup that a sentence ties to each."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from autograder.ml.model_card.claim import Certainty, Claim, Option
from autograder.ml.model_card.clauses import Clause, Names, split_clauses, split_sentences
from autograder.ml.model_card.conditions import excluded_by, is_conditional, is_conditioned
from autograder.ml.model_card.context import Context, Labeller, without_metrics
from autograder.ml.model_card.groups import Group
from autograder.ml.model_card.metrics import (
    COUNTS,
    DESCRIPTIVE,
    DRIFT,
    Metric,
    MetricMention,
    find_metrics,
    is_count_label,
)
from autograder.ml.model_card.numbers import Figure, could_be, find_figures
from autograder.ml.model_card.parse import Block, fold
from autograder.ml.model_card.subgroups import OVERALL, GroupMention

_KEY = re.compile(r"^\W{0,4}(?P<key>[^:=→\n]{1,60}?)\s?(?:[:=→]|\s[–—-]\s)(?!=)")
_VALUE = re.compile(r"\d[.,]\d|\d\s?%")
_NOT_A_LEVEL = re.compile(
    r"\b(?:por|segun|by|umbral|factor(?:es)?|metricas?|nota|conclusion|observacion|resultado|"
    r"lectura|fuente|casos|de|del|que|es|son|para)\b"
)
_KEYED = re.compile(r"[:=→]\s{0,2}[~≈*]{0,2}\s?$")
# Sentences that list names and then values: "precisión y recall de 0,71 y 0,64".
_LISTED = (
    ("M", re.compile(r"G?(?P<names>M{2,})G?(?P<values>N{2,})")),
    ("M", re.compile(r"G?(?P<values>N{2,})(?P<names>M{2,})G?")),
    ("G", re.compile(r"M?(?P<names>G{2,})M?(?P<values>N{2,})")),
    ("G", re.compile(r"M?(?P<values>N{2,})M?(?P<names>G{2,})")),
)
# Clauses where names and values alternate: "exactitud 0,84 recall 0,61".
_ALTERNATING = (
    ("M", re.compile(r"G?(?:MN){2,}")),
    ("M", re.compile(r"G?(?:NM){2,}G?")),
    ("G", re.compile(r"M?(?:GN){2,}")),
    ("G", re.compile(r"M?(?:NG){2,}")),
)
_CARRIED = frozenset({"training", "other-data", "baseline"})
_MAX_OTHERS = 64


def read_sentences(block: Block, context: Context, labeller: Labeller) -> Iterator[Claim]:
    """The claims of a paragraph or list item, in order."""
    above: Metric | None = None
    for position, text in split_sentences(block.text):
        if not any(char.isalnum() for char in text):
            continue
        names = _names(text, context, labeller)
        if names.figures:
            line = block.line + block.text.count("\n", 0, position)
            yield from _Sentence(names, line, context, labeller, above).claims()
        measured = [m.metric for m in names.metrics if m.metric.name not in DESCRIPTIVE - {DRIFT}]
        above = measured[-1] if measured else above


def _names(text: str, context: Context, labeller: Labeller) -> Names:
    """What a sentence names. Under a key ("F: 0,81") a short level may stand alone."""
    folded = fold(text)
    metrics = find_metrics(folded)
    bare = without_metrics(folded, metrics)
    groups = labeller.lexicon.find(bare, context.factors)
    key = _KEY.match(folded)
    end = key.end("key") if key else 0
    cuts_a_name = any(group.start < end < group.end for group in groups)
    if key and not cuts_a_name and not _VALUE.search(key.group("key")):
        start = key.start("key")
        groups = [group for group in groups if group.start >= end]
        groups = _key_groups(bare, start, end, context, labeller) + groups
        if is_count_label(folded[start:end]) and not metrics:
            metrics = [MetricMention(start, end, Metric("support"))]
    return Names.of(text, metrics, groups, _figures(text, folded, metrics, groups))


def _key_groups(
    bare: str, start: int, end: int, context: Context, labeller: Labeller
) -> list[GroupMention]:
    """Subgroups that the key of an item names; any name will do under "Por género:"."""
    key = bare[start:end]
    found = labeller.lexicon.find(key, context.factors, whole=True)
    if found:
        return [GroupMention(m.start + start, m.end + start, m.options) for m in found]
    text = key.strip(" *_`")
    is_name = 0 < len(text) < 40 and not OVERALL.search(key) and not excluded_by(key)
    if not is_name or not context.about_subgroups or labeller.class_of(key, whole=True):
        return []
    return [] if _NOT_A_LEVEL.search(key) else [GroupMention(start, end, ())]


def _figures(
    text: str, folded: str, metrics: Sequence[MetricMention], groups: Sequence[GroupMention]
) -> list[Figure]:
    """Figures outside names that could be some metric's value (or a count, where one is named)."""
    every: list[Any] = [*metrics, *groups]
    taken = [(named.start, named.end) for named in every]
    found = find_figures(text, folded, taken)
    if any(mention.metric.name in COUNTS for mention in metrics):
        return found
    return [figure for figure in found if could_be(figure, None, _is_keyed(folded, figure))]


def _is_keyed(folded: str, figure: Figure) -> bool:
    """Whether a figure is a key's value ("Exactitud: 84"), so that it may be an integer."""
    return bool(_KEYED.search(folded[max(0, figure.start - 8) : figure.start]))


@dataclass(frozen=True, slots=True)
class _Who:
    """Whom a figure is about: the whole set, or a subgroup by the words that name it."""

    groups: tuple[Group, ...] = ((),)
    text: str | None = None


_EVERYBODY = _Who()


@dataclass(slots=True)
class _Said:
    """What the clauses so far have named, for the next one to lean on. `sure`: whether the metric
    was named in this sentence or the heading; `pending`: one was named and got no figure."""

    metric: Metric | None = None
    sure: bool = True
    pending: bool = False
    who: _Who | None = None
    excluded: str = ""


class _Sentence:
    """One sentence: clauses from left to right, each may lean on what the ones before named."""

    def __init__(
        self,
        names: Names,
        line: int,
        context: Context,
        labeller: Labeller,
        above: Metric | None,
    ) -> None:
        self._names = names
        self._folded = fold(names.text)
        self._line = line
        self._context = context
        self._labeller = labeller
        self._above = above
        self._average = labeller.class_of(self._folded) or context.average
        self._conditional = is_conditional(names.text)

    def claims(self) -> Iterator[Claim]:
        """The sentence's figures, each with what the words say that it is."""
        yield from self._listed() or self._clauses()

    def _listed(self) -> list[Claim]:
        entities = self._names.in_order()
        kinds = "".join(kind for kind, _ in entities)
        for kind, pattern in _LISTED:
            hit = pattern.fullmatch(kinds)
            if hit and len(hit["names"]) == len(hit["values"]):
                return list(self._pairs(kind, entities))
        return []

    def _pairs(self, kind: str, entities: Sequence[tuple[str, Any]]) -> Iterator[Claim]:
        """First name with first value, second with second; what is named once is everyone's."""
        names = [entity for found, entity in entities if found == kind]
        once = [entity for found, entity in entities if found not in (kind, "N")]
        excluded = self._excluded(self._folded)
        sure = self._certainty(self._folded, names_group=kind == "G" or bool(once))
        for name, figure in zip(names, self._names.figures, strict=True):
            if kind == "M":
                metric, who = name.metric, self._who(once) if once else self._who_above()
            else:
                metric, who = once[0].metric if once else self._metric_above(), self._who([name])
            yield from self._claim(figure, [metric] if metric else [], [who], sure, excluded)

    def _clauses(self) -> Iterator[Claim]:
        said = _Said(self._metric_above(), sure=self._above is None)
        for clause in split_clauses(self._names):
            said.excluded = self._still_excluded(clause, said.excluded)
            if clause.figures:
                yield from self._clause(clause, said)
            self._remember(clause, said)

    def _remember(self, clause: Clause, said: _Said) -> None:
        named = [m.metric for m in clause.metrics if m.metric.name not in DESCRIPTIVE - {DRIFT}]
        if named:
            said.metric, said.sure = named[-1], True
            said.pending = said.pending or not clause.figures
        if clause.names_somebody:
            said.who = self._who(clause.groups) if clause.groups else _EVERYBODY

    def _still_excluded(self, clause: Clause, before: str) -> str:
        """Why this clause is no measurement, if the sentence said so before: "En entrenamiento,
        0,95 y 0,90; en evaluación, 0,86" holds until it is revoked."""
        own = excluded_by(fold(clause.text))
        if own in _CARRIED:
            return own
        return "" if clause.overall else before

    def _clause(self, clause: Clause, said: _Said) -> Iterator[Claim]:
        folded = fold(clause.text)
        excluded = self._excluded(folded) or said.excluded
        own = list(dict.fromkeys(m.metric for m in clause.metrics))
        metrics = own or ([said.metric] if said.metric else [])
        if len(clause.figures) > 1:
            yield from self._several(clause, metrics, said, excluded)
            return
        [figure] = clause.figures
        people, says_who = self._people(clause, said.who)
        sure = self._certainty(folded, clause.names_somebody)
        ambiguous = clause.loose or (len(metrics) > 1 and len(self._names.figures) > 1)
        orphan = not own and not said.sure and not self._is_anchored(clause, said)
        if ambiguous or orphan:
            sure = Certainty.UNSURE
        elif sure and len(own) == 1 and says_who and not said.pending:
            sure = Certainty.EXPLICIT
        yield from self._claim(figure, metrics, people, sure, excluded)

    def _is_anchored(self, clause: Clause, said: _Said) -> bool:
        """A figure whose metric another sentence named needs at least a group or a key."""
        keyed = _is_keyed(self._folded, clause.figures[0])
        return bool(clause.groups) or said.who is not None or keyed

    def _several(
        self, clause: Clause, metrics: list[Metric], said: _Said, excluded: str
    ) -> Iterator[Claim]:
        """More than one figure in a clause: paired when names and values alternate, else open."""
        people, _ = self._people(clause, said.who)
        sure = self._certainty(fold(clause.text), clause.names_somebody)
        entities = Names(clause.text, clause.metrics, clause.groups, clause.figures).in_order()
        kinds = "".join(kind for kind, _ in entities)
        kind = next((kind for kind, pattern in _ALTERNATING if pattern.fullmatch(kinds)), "")
        names = [what for found, what in entities if found == kind]
        for index, figure in enumerate(clause.figures):
            if kind == "M":
                yield from self._claim(figure, [names[index].metric], people, sure, excluded)
            elif kind == "G":
                who = self._who([names[index]])
                yield from self._claim(figure, metrics, [who], sure, excluded)
            else:
                yield from self._claim(figure, metrics, people, Certainty.UNSURE, excluded)

    def _certainty(self, clause: str, names_group: bool) -> Certainty:
        doubtful = is_conditioned(clause, self._folded, names_group)
        return Certainty.UNSURE if doubtful else Certainty.LIKELY

    def _people(self, clause: Clause, who: _Who | None) -> tuple[list[_Who], bool]:
        """Whom a clause is about, and whether it says so itself."""
        if len(clause.groups) == 1:
            return [self._who(clause.groups)], True
        if clause.groups:
            return [self._who(clause.groups), *(self._who([g]) for g in clause.groups)], False
        if clause.overall:
            return [_EVERYBODY], True
        nobody_else = not self._names.groups
        if who is not None:
            return ([who, _EVERYBODY], False) if who.text else ([who], nobody_else)
        return [self._who_above()], nobody_else

    def _who(self, mentions: Sequence[object]) -> _Who:
        named = [mention for mention in mentions if isinstance(mention, GroupMention)]
        if not named:
            return _EVERYBODY
        text = ", ".join(self._names.text[m.start : m.end].strip() for m in named)
        return _Who(tuple(self._labeller.groups(named)), text)

    def _who_above(self) -> _Who:
        if not self._context.groups:
            return _EVERYBODY
        return _Who(tuple(self._labeller.groups(self._context.groups)), self._context.group_text)

    def _metric_above(self) -> Metric | None:
        """The metric that an earlier sentence, or else an item or a heading above, speaks of."""
        return self._above or self._context.metric

    def _excluded(self, folded: str) -> str:
        return excluded_by(folded) or ("target" if self._conditional else self._context.excluded)

    def _claim(
        self,
        figure: Figure,
        metrics: Sequence[Metric],
        people: Sequence[_Who],
        certainty: Certainty,
        excluded: str,
    ) -> Iterator[Claim]:
        """The claim, or none when the figure can be no value of those metrics."""
        keyed = _is_keyed(self._folded, figure)
        averaged = [self._labeller.averaged(metric, self._average) for metric in metrics]
        fitting = [metric for metric in averaged if could_be(figure, metric.name, keyed)]
        if fitting:
            who = people[0]
            yield Claim(
                line=self._line + self._names.text.count("\n", 0, figure.start),
                figure=figure,
                metric=fitting[0],
                subgroup=who.text,
                options=tuple((m, group) for m in fitting for p in people for group in p.groups),
                others=self._others,
                certainty=certainty,
                excluded=excluded,
                unknown=who.text is not None and not who.groups,
                percent="%" in self._names.text or "porcentaje" in self._folded,
            )

    @cached_property
    def _others(self) -> tuple[Option, ...]:
        """Everything that the same words could be about."""
        metrics = [mention.metric for mention in self._names.metrics[:8]]
        metrics += [metric for metric in (self._metric_above(),) if metric]
        groups: list[Group] = [(), *self._who_above().groups]
        for mention in self._names.groups[:12]:
            groups += self._labeller.groups([mention])
        pairs = [(m, g) for m in dict.fromkeys(metrics) for g in dict.fromkeys(groups)]
        return tuple(pairs[:_MAX_OTHERS])
