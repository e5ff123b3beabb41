"""Figures in prose and list items: the metric and the subgroup that a sentence ties to each."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from autograder.model_card.context import (
    Context,
    Labeller,
    excluded_by,
    has_qualifier,
    is_conditional,
    without_metrics,
)
from autograder.model_card.metrics import (
    COUNTS,
    DESCRIPTIVE,
    DRIFT,
    Metric,
    MetricMention,
    find_metrics,
    is_count_label,
)
from autograder.model_card.numbers import Figure, could_be, find_figures
from autograder.model_card.parse import Block, fold
from autograder.model_card.subgroups import OVERALL, GroupMention
from autograder.model_card.truth import Group

_KEY_LINE = r"[ \t>*_`-]*[A-ZÁÉÍÓÚÑ][^:=\n\d]{0,50}[:=]"
_SENTENCE = re.compile(
    rf"(?<=[.!?])(?<!\bej\.)(?<!\bvs\.)(?<!prox\.)(?<!\bp\.)\s+(?=\S)|\n(?={_KEY_LINE})"
)
_SEPARATOR = re.compile(
    r"[;,|:](?=\s)|[()]|\s(?:y|e|and|mientras(?: que)?|pero|contra|vs\.?|versus|frente a|while|"
    r"whereas|but|aunque|comparado con|respecto de)\s|(?<=\s)[/–—](?=\s)"
)
_KEY = re.compile(r"^\W{0,4}(?P<key>[^:=→\n]{1,60}?)\s?(?:[:=→]|\s[–—-]\s)(?!=)")
_VALUE = re.compile(r"\d[.,]\d|\d\s?%")
_NOT_A_LEVEL = re.compile(
    r"\b(?:por|segun|by|umbral|factor(?:es)?|metricas?|nota|conclusion|observacion|resultado|"
    r"lectura|fuente|casos|de|del|que|es|son|para)\b"
)
_KEYED = re.compile(r"[:=→]\s{0,2}[~≈*]{0,2}\s?$")
_PAIRED = (
    ("MN", re.compile(r"G?(?P<names>M{2,})G?(?P<values>N{2,})")),
    ("MN", re.compile(r"G?(?P<values>N{2,})(?P<names>M{2,})G?")),
    ("GN", re.compile(r"M?(?P<names>G{2,})M?(?P<values>N{2,})")),
    ("GN", re.compile(r"M?(?P<values>N{2,})M?(?P<names>G{2,})")),
)
_ALTERNATING = (
    ("M", re.compile(r"G?(?:MN){2,}")),
    ("M", re.compile(r"G?(?:NM){2,}G?")),
    ("G", re.compile(r"M?(?:GN){2,}")),
    ("G", re.compile(r"M?(?:NG){2,}")),
)
_STRANGERS = re.compile(  # "en monotributistas": somebody whom the evaluation data do not name
    r"\b(?:en|para|entre|con|de) (?:los |las )?(?!(?:datos|filas|casos|solicitudes|terminos|todos|"
    r"todas|ambos|ambas|mas|menos|dos|tres|evaluaciones|pruebas|clases|probabilidades|aciertos|"
    r"falsos|positivos|negativos|verdaderos|veces|predicciones|nuestros|nuestras|estos|estas|"
    r"registros|observaciones|personas|pasajeros|clientes)\b)[a-z]{4,}s\b"
    r"|^\W{0,4}(?:los|las) (?!(?:metricas|resultados|valores|datos|numeros|cifras|predicciones|"
    r"probabilidades|aciertos)\b)[a-z]{4,}s\b"
    r"|\b(?:clientes|personas|solicitudes|casos|pasajeros|filas) (?:nuev|viej|joven|mayor|menor|"
    r"grande|chic|alt[ao]|baj[ao]|sin |con |que |del? (?!evaluacion|prueba|test|validacion))"
)
_BREAKDOWN = re.compile(
    r"\b(?:por|segun|cada|en cada) (?:tramo|nivel|categoria|grupo|subgrupo|franja|rango|decil|"
    r"quintil|cuartil|tipo|segmento|mes|ano|trimestre|semana)\b"
)
_SOME_RANGE = re.compile(  # "montos mayores a $ 1.000.000": a group, by a column we were not given
    r"\b(?:mayor|menor|inferior|superior)(?:es)? (?:a|de|que)\b|\b(?:mas|menos) de \$?\s?\d"
    r"|\bentre \$?\s?[\d.]{2,12} y \$?\s?\d"
)
_OTHER_THRESHOLD = re.compile(
    r"\b(?:umbral(?:es)?|corte|threshold|cutoff)\b[^.;\d]{0,25}(?:0?[.,](?!50?\b)\d+|\d{1,2}\s?%)"
)
_MAX_OTHERS = 64
_MAX_SENTENCE = 1_500
UNSURE, LIKELY, EXPLICIT = 0, 1, 2


@dataclass(slots=True)
class Read:
    """A figure and what its sentence ties to it (see `claims.Claim`)."""

    line: int
    figure: Figure
    metric: Metric | None
    subgroup: str | None
    options: list[tuple[Metric, Group]]
    others: list[tuple[Metric, Group]]
    certainty: int
    excluded: str
    unknown: bool
    percent: bool


@dataclass(frozen=True, slots=True)
class _Who:
    """Whom a figure is about: the whole set, or a subgroup by the words that name it."""

    groups: tuple[Group, ...] = ((),)
    text: str | None = None

    @property
    def unknown(self) -> bool:
        return self.text is not None and not self.groups


EVERYBODY = _Who()


@dataclass(slots=True)
class _Segment:
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

    def absorb(self, other: _Segment) -> None:
        """Take the names and figures of the clause that follows (its parenthesis)."""
        self.end = other.end
        self.metrics += other.metrics
        self.groups += other.groups
        self.overall |= other.overall
        self.figures += other.figures
        self.text += " " + other.text


def read_sentences(block: Block, context: Context, labeller: Labeller) -> Iterator[Read]:
    """The figures of a paragraph or list item that could be metrics, in order."""
    reader = _BlockReader(block, context, labeller)
    for position, sentence in _split(block.text):
        if any(char.isalnum() for char in sentence):
            line = block.line + block.text.count("\n", 0, position)
            yield from reader.sentence(sentence, line)


def _split(text: str) -> Iterator[tuple[int, str]]:
    """(position, sentence); what no reader would call a sentence is cut by length."""
    position = 0
    for start, end in [*(hit.span() for hit in _SENTENCE.finditer(text)), (len(text),) * 2]:
        for piece in range(position, start, _MAX_SENTENCE):
            yield piece, text[piece : min(start, piece + _MAX_SENTENCE)]
        position = end


def _is_keyed(folded: str, figure: Figure) -> bool:
    """Whether a figure is a key's value ("Exactitud: 84"), so that it may be an integer."""
    return bool(_KEYED.search(folded[max(0, figure.start - 8) : figure.start]))


class _BlockReader:
    """Reads sentences in order, remembering the metric that the last one spoke of."""

    def __init__(self, block: Block, context: Context, labeller: Labeller) -> None:
        self._context = context
        self._labeller = labeller
        self._is_item = block.level > 0
        self._last_metric: Metric | None = None

    def sentence(self, text: str, line: int) -> Iterator[Read]:
        folded = fold(text)
        metrics, groups = self._names(text, folded)
        taken = [(m.start, m.end) for m in [*metrics, *groups]]
        counts = any(m.metric.name in COUNTS for m in metrics)
        figures = [
            figure
            for figure in find_figures(text, folded, taken)
            if counts or could_be(figure, None, whole=_is_keyed(folded, figure))
        ]
        if figures:
            reading = _Sentence(self, text, folded, line, metrics, groups, figures)
            yield from reading.read()
        measured = [m.metric for m in metrics if m.metric.name not in DESCRIPTIVE - {DRIFT}]
        self._last_metric = measured[-1] if measured else self._last_metric

    def _names(self, text: str, folded: str) -> tuple[list[MetricMention], list[GroupMention]]:
        metrics = find_metrics(folded)
        bare = without_metrics(folded, metrics)
        groups = self._labeller.lexicon.find(bare, self._context.factors)
        key = _KEY.match(folded)
        end = key.end("key") if key else 0
        cuts_a_name = any(group.start < end < group.end for group in groups)
        if key and not cuts_a_name and not _VALUE.search(key.group("key")):
            start = key.start("key")
            groups = [group for group in groups if group.start >= end]
            groups += self._key_groups(bare, start, end)
            if is_count_label(folded[start:end]) and not metrics:
                metrics = [MetricMention(start, end, Metric("support"))]
        return metrics, sorted(groups, key=lambda mention: mention.start)

    def _key_groups(self, bare: str, start: int, end: int) -> list[GroupMention]:
        """Subgroups that the key of an item names; any name will do under "Por género:"."""
        key = bare[start:end]
        found = self._labeller.lexicon.find(key, self._context.factors, whole=True)
        if found:
            return [GroupMention(m.start + start, m.end + start, m.options) for m in found]
        words = key.strip(" *_`")
        plain = not (words and len(words) < 40) or OVERALL.search(key) or excluded_by(key)
        if plain or not self._context.about_subgroups or self._labeller.class_of(key, whole=True):
            return []
        return [] if _NOT_A_LEVEL.search(key) else [GroupMention(start, end, ())]

    @property
    def context(self) -> Context:
        return self._context

    @property
    def labeller(self) -> Labeller:
        return self._labeller

    @property
    def last_metric(self) -> Metric | None:
        return self._last_metric


class _Sentence:
    """One sentence: clauses from left to right, each may lean on what the ones before named."""

    def __init__(
        self,
        block: _BlockReader,
        text: str,
        folded: str,
        line: int,
        metrics: Sequence[MetricMention],
        groups: Sequence[GroupMention],
        figures: Sequence[Figure],
    ) -> None:
        self._block = block
        self._text = text
        self._folded = folded
        self._line = line
        self._metrics = list(metrics)
        self._groups = list(groups)
        self._figures = list(figures)
        self._overall = [hit.span() for hit in OVERALL.finditer(folded)]
        self._average = block.labeller.class_of(folded) or block.context.average
        self._conditional = is_conditional(text)

    def read(self) -> Iterator[Read]:
        yield from self._paired() or self._clauses()

    # -- sentences that list names and then values ("precisión y recall de 0,71 y 0,64") ----------

    def _paired(self) -> list[Read]:
        entities = self._entities()
        kinds = "".join(kind for kind, _ in entities)
        for kind, pattern in _PAIRED:
            hit = pattern.fullmatch(kinds)
            if hit and len(hit["names"]) == len(hit["values"]):
                return self._pair(kind[0], entities)
        return []

    def _entities(self) -> list[tuple[str, object]]:
        found = [("M", m.start, m) for m in self._metrics]
        found += [("G", g.start, g) for g in self._groups]
        found += [("G", start, None) for start, _ in self._overall if not self._inside(start)]
        found += [("N", f.start, f) for f in self._figures]
        return [(kind, entity) for kind, _, entity in sorted(found, key=lambda item: item[1])]

    def _inside(self, position: int) -> bool:
        return any(g.start <= position < g.end for g in self._groups)

    def _pair(self, kind: str, entities: Sequence[tuple[str, object]]) -> list[Read]:
        names = [entity for found, entity in entities if found == kind]
        values = [entity for found, entity in entities if found == "N"]
        single = [e for found, e in entities if found not in (kind, "N")]
        excluded = self._excluded(self._folded)
        reads = []
        for name, figure in zip(names, values, strict=True):
            if kind == "M":
                metric = name.metric
                who = self._who(single) if single else self._who_above()
            else:
                metric = single[0].metric if single else self._metric_above()[0]
                who = self._who([name])
            reads += self._make(figure, [metric] if metric else [], [who], LIKELY, excluded)
        return reads

    # -- everything else, clause by clause -------------------------------------------------------

    def _clauses(self) -> Iterator[Read]:
        segments = self._segments()
        if len(self._figures) == 1:
            segments = [self._all_together(segments)]
        metric, metric_sure = self._metric_above()
        who: _Who | None = None
        excluded, pending = "", False
        for segment in segments:
            excluded = self._carried_exclusion(segment, excluded)
            own = [m.metric for m in segment.metrics]
            measured = [m for m in own if m.name not in DESCRIPTIVE or m.name == DRIFT]
            if segment.figures:
                yield from self._segment(segment, metric, metric_sure, who, excluded, pending)
            elif measured:
                pending = pending or metric_sure is None
            if measured:
                metric, metric_sure = measured[-1], True
                pending = pending or (not segment.figures and len(set(measured)) > 1)
            if segment.groups or segment.overall:
                who = self._who(segment.groups) if segment.groups else EVERYBODY

    def _all_together(self, segments: list[_Segment]) -> _Segment:
        """A sentence with one figure is one clause, loose when its metric comes in a later one."""
        holder = next(segment for segment in segments if segment.figures)
        before = [s for s in segments if s.metrics and s.start <= holder.start]
        after = [s for s in segments if s.metrics and s.start > holder.start]
        loose = bool(after) and not before and not after[0].in_parentheses
        whole = segments[0]
        for segment in segments[1:]:
            whole.absorb(segment)
        whole.loose = loose
        return whole

    def _carried_exclusion(self, segment: _Segment, before: str) -> str:
        """ "En entrenamiento, 0,95 y 0,90; en evaluación, 0,86": it holds until it is revoked."""
        own = excluded_by(fold(segment.text))
        if own in ("training", "other-data", "baseline"):
            return own
        return "" if segment.overall else before

    def _segment(
        self,
        segment: _Segment,
        metric: Metric | None,
        metric_sure: bool | None,
        who: _Who | None,
        carried: str,
        pending: bool,
    ) -> Iterator[Read]:
        excluded = self._excluded(fold(segment.text)) or carried
        own = list(dict.fromkeys(m.metric for m in segment.metrics))
        if len(segment.figures) > 1:
            yield from self._several(segment, own, metric, who, excluded)
            return
        figure = segment.figures[0]
        metrics = own or ([metric] if metric else [])
        people, sure_who = self._people(segment, who)
        certainty = EXPLICIT if len(own) == 1 and sure_who and not pending else LIKELY
        if segment.loose or self._is_conditioned(segment):
            certainty = UNSURE
        elif not own and not metric_sure:
            named = bool(segment.groups) or who is not None or _is_keyed(self._folded, figure)
            certainty = LIKELY if named else UNSURE
        if len(metrics) > 1:
            certainty = UNSURE if len(self._figures) > 1 else LIKELY
        yield from self._make(figure, metrics, people, certainty, excluded)

    def _several(
        self,
        segment: _Segment,
        own: list[Metric],
        metric: Metric | None,
        who: _Who | None,
        excluded: str,
    ) -> Iterator[Read]:
        """More than one figure in a clause: paired when names and values alternate, else open."""
        people, _ = self._people(segment, who)
        found = [("M", m.start, m) for m in segment.metrics]
        found += [("G", g.start, g) for g in segment.groups]
        found += [("N", f.start, f) for f in segment.figures]
        found.sort(key=lambda item: item[1])
        kinds = "".join(kind for kind, _, _ in found)
        for kind, pattern in _ALTERNATING:
            if not pattern.fullmatch(kinds):
                continue
            names = [entity for letter, _, entity in found if letter == kind]
            for name, figure in zip(names, segment.figures, strict=True):
                if kind == "M":
                    yield from self._make(figure, [name.metric], people, LIKELY, excluded)
                else:
                    metrics = own or ([metric] if metric else [])
                    whom = [self._who([name])]
                    yield from self._make(figure, metrics, whom, LIKELY, excluded)
            return
        for figure in segment.figures:
            metrics = own or ([metric] if metric else [])
            yield from self._make(figure, metrics, people, UNSURE, excluded)

    def _is_conditioned(self, segment: _Segment) -> bool:
        """Whether a clause is about somebody, or some setting, that no name of ours covers."""
        if _OTHER_THRESHOLD.search(self._folded):
            return True
        if segment.groups or segment.overall:
            return False
        folded = fold(segment.text)
        if _BREAKDOWN.search(self._folded) or has_qualifier(folded):
            return True
        return bool(_STRANGERS.search(folded) or _SOME_RANGE.search(folded))

    def _people(self, segment: _Segment, who: _Who | None) -> tuple[list[_Who], bool]:
        """Whom a clause is about, and whether it says so itself."""
        if segment.groups:
            together = self._who(segment.groups)
            if len(segment.groups) == 1:
                return [together], True
            return [together, *(self._who([g]) for g in segment.groups)], False
        if segment.overall:
            return [EVERYBODY], True
        if who is not None:
            return ([who, EVERYBODY], False) if who.text else ([who], not self._groups)
        return [self._who_above()], not self._groups

    # -- names ----------------------------------------------------------------------------------

    def _who(self, mentions: Sequence[object]) -> _Who:
        named = [m for m in mentions if isinstance(m, GroupMention)]
        if not named:
            return EVERYBODY
        groups = tuple(self._block.labeller.groups(named))
        text = ", ".join(self._text[m.start : m.end].strip() for m in named)
        return _Who(groups, text)

    def _who_above(self) -> _Who:
        context = self._block.context
        if not context.groups:
            return EVERYBODY
        return _Who(tuple(self._block.labeller.groups(context.groups)), context.group_text)

    def _metric_above(self) -> tuple[Metric | None, bool | None]:
        """The metric that an earlier sentence or a heading speaks of; False: not said here."""
        if self._block.last_metric:
            return self._block.last_metric, False
        if self._block.context.metric:
            return self._block.context.metric, True
        return None, None

    def _excluded(self, folded: str) -> str:
        own = excluded_by(folded)
        if own:
            return own
        return "target" if self._conditional else self._block.context.excluded

    def _segments(self) -> list[_Segment]:
        segments, start, depth = [], 0, 0
        for cut in _SEPARATOR.finditer(self._folded):
            if self._splits_name(cut.start()) or self._is_key(start, cut):
                continue
            segments.append(self._fill(_Segment(start, cut.start(), depth > 0)))
            start = cut.end()
            depth += {"(": 1, ")": -1}.get(cut.group(), 0)
        segments.append(self._fill(_Segment(start, len(self._folded), depth > 0)))
        return _merge_parentheses(segments)

    def _is_key(self, start: int, cut: re.Match[str]) -> bool:
        """A colon after names only ("Mujeres: …") belongs to what follows."""
        ended = cut.group() == ":"
        return ended and not any(start <= f.start < cut.start() for f in self._figures)

    def _splits_name(self, position: int) -> bool:
        names = [*self._metrics[:50], *self._groups[:50], *self._figures[:50]]
        return any(name.start <= position < name.end for name in names)

    def _fill(self, segment: _Segment) -> _Segment:
        start, end = segment.start, segment.end
        segment.metrics = [m for m in self._metrics if start <= m.start < end]
        segment.groups = [g for g in self._groups if start <= g.start < end]
        segment.figures = [f for f in self._figures if start <= f.start < end]
        segment.overall = any(start <= position < end for position, _ in self._overall)
        segment.text = self._text[start:end]
        return segment

    # -- the result -----------------------------------------------------------------------------

    def _make(
        self,
        figure: Figure,
        metrics: Sequence[Metric],
        people: Sequence[_Who],
        certainty: int,
        excluded: str,
    ) -> list[Read]:
        averaged = self._block.labeller.averaged
        metrics = [averaged(metric, self._average) for metric in metrics]
        keyed = _is_keyed(self._folded, figure)
        metrics = [m for m in metrics if could_be(figure, m.name, whole=keyed)]
        if not metrics or metrics[0].name == DRIFT:
            return []
        who = people[0]
        options = [(m, group) for m in metrics for person in people for group in person.groups]
        return [
            Read(
                line=self._line + self._text.count("\n", 0, figure.start),
                figure=figure,
                metric=metrics[0],
                subgroup=who.text,
                options=options,
                others=self._others,
                certainty=certainty,
                excluded=excluded,
                unknown=who.unknown,
                percent="%" in self._text or "porcentaje" in self._folded,
            )
        ]

    @cached_property
    def _others(self) -> list[tuple[Metric, Group]]:
        """Everything that the same words could be about."""
        metrics = [m.metric for m in self._metrics[:8]]
        metrics += [m for m in (self._metric_above()[0],) if m]
        groups: list[Group] = [(), *self._who_above().groups]
        for mention in self._groups[:12]:
            groups += self._block.labeller.groups([mention])
        pairs = [(m, g) for m in dict.fromkeys(metrics) for g in dict.fromkeys(groups)]
        return pairs[:_MAX_OTHERS]


def _merge_parentheses(segments: list[_Segment]) -> list[_Segment]:
    """ "mujeres (0,81)" and "0,81 (mujeres)" are one clause; "(mujeres: 0,81; hombres: …)" is
    several of its own."""
    merged: list[_Segment] = []
    for segment in segments:
        last = merged[-1] if merged else None
        names = bool(segment.metrics or segment.groups or segment.overall)
        names = names or bool(excluded_by(fold(segment.text)))
        completes = (
            segment.in_parentheses
            and last is not None
            and (
                (segment.figures and not names and not last.figures)
                or (not segment.figures and names and len(last.figures) == 1)
            )
        )
        if completes:
            last.absorb(segment)
        else:
            merged.append(segment)
    return merged
