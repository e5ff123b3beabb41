"""What stands around a figure: the names in a label, and those in the headings and items above."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from autograder.ml.model_card.conditions import excluded_by, is_watched
from autograder.ml.model_card.groups import Group
from autograder.ml.model_card.metrics import (
    AVERAGED,
    DESCRIPTIVE,
    Metric,
    MetricMention,
    distinct,
    find_average,
    find_metrics,
    is_count_label,
)
from autograder.ml.model_card.parse import Block, fold
from autograder.ml.model_card.sections import Placed
from autograder.ml.model_card.subgroups import (
    FACTOR_WORDS,
    OVERALL,
    GroupMention,
    Lexicon,
    group_of,
)

if TYPE_CHECKING:
    from autograder.ml.model_card.truth import Truth

_CLASS = re.compile(
    r"\b(?:clase|class|etiqueta|label)s?\s?[:=]?\s?[\"'`«]?(?P<name>positiva|negativa|positive|"
    r"negative|[\w-]{1,30})"
)


def without_metrics(folded: str, mentions: Iterable[MetricMention]) -> str:
    """`folded` with the metrics' names blanked: in "Recall F", the F stands alone."""
    for mention in mentions:
        blank = " " * (mention.end - mention.start)
        folded = folded[: mention.start] + blank + folded[mention.end :]
    return folded


@dataclass(frozen=True, slots=True)
class Label:
    """The names in a short text: a cell, a heading, the key of an item."""

    text: str = ""
    metrics: tuple[Metric, ...] = ()
    average: str = ""
    groups: tuple[GroupMention, ...] = ()
    group_text: str = ""
    factors: frozenset[str] = frozenset()
    overall: bool = False
    excluded: str = ""
    percent: bool = False

    @classmethod
    def merge(cls, labels: Sequence[Label]) -> Label:
        """All the names of several labels together (a row's cells, a row and a column)."""
        if len(labels) == 1:
            return labels[0]
        options: dict[tuple[Any, ...], GroupMention] = {}
        for label in labels:
            for mention in label.groups:
                options.setdefault(mention.options, mention)
        return cls(
            text=" ".join(label.text for label in labels if label.text),
            metrics=tuple(dict.fromkeys(m for label in labels for m in label.metrics)),
            average=next((label.average for label in labels if label.average), ""),
            groups=tuple(options.values()),
            group_text=", ".join(dict.fromkeys(x.group_text for x in labels if x.group_text)),
            factors=frozenset().union(*(label.factors for label in labels)),
            overall=any(label.overall for label in labels),
            excluded=next((label.excluded for label in labels if label.excluded), ""),
            percent=any(label.percent for label in labels),
        )


@dataclass(frozen=True, slots=True)
class Context:
    """What the headings, the list items above and the caption say about a block's figures."""

    metric: Metric | None = None
    average: str = ""
    groups: tuple[GroupMention, ...] = ()
    group_text: str = ""
    factors: frozenset[str] = frozenset()
    about_subgroups: bool = False
    excluded: str = ""


class Labeller:
    """Reads labels and contexts with the names that a `Truth` knows (or none)."""

    def __init__(self, truth: Truth | None) -> None:
        self.lexicon = Lexicon(truth)
        self._classes = frozenset(fold(name) for name in truth.classes) if truth else {"0", "1"}
        self._truth = truth
        self._labels: dict[tuple[str, frozenset[str]], Label] = {}

    def label(self, text: str, hint: frozenset[str] = frozenset()) -> Label:
        """The names in a short text; `hint`: factors that its column or heading speaks of."""
        key = (text, hint)
        if key not in self._labels:
            self._labels[key] = self._read(text[:400], hint)
        return self._labels[key]

    def _read(self, text: str, hint: frozenset[str]) -> Label:
        folded = fold(text)
        mentions = find_metrics(folded)
        metrics = tuple(distinct(mentions))
        if not metrics and is_count_label(folded):
            metrics = (Metric("support"),)
        groups = [
            mention
            for mention in self.lexicon.find(without_metrics(folded, mentions), hint, whole=True)
        ]
        average = find_average(folded) or ("" if groups else self.class_of(folded, whole=True))
        return Label(
            text=text.strip(),
            metrics=metrics,
            average=average,
            groups=tuple(groups),
            group_text=", ".join(text[m.start : m.end].strip() for m in groups),
            factors=self.lexicon.factors(folded),
            overall=bool(OVERALL.search(folded)),
            excluded=excluded_by(folded),
            percent="%" in text or "porcentaje" in folded,
        )

    def class_of(self, folded: str, whole: bool = False) -> str:
        """The average "class:<label>" of a text about one class ("clase 0"), else ""."""
        name = ""
        if hit := _CLASS.search(folded):
            name = hit.group("name")
        elif whole and (bare := re.match(r"[\s*`\"']*([\w-]{1,30})\b", folded)):
            rest = folded[bare.end() :].strip(" *`\"'")
            name = bare.group(1) if not rest or rest[0] in "(–-:=" else ""
            name = name if name in self._classes else ""
        return self._class_average(name)

    def _class_average(self, name: str) -> str:
        if self._truth is None:
            return f"class:{name}" if name in self._classes or name.endswith("tiva") else ""
        if name in ("positiva", "positive") and self._truth.positive is not None:
            return f"class:{self._truth.classes[self._truth.positive]}"
        others = [c for i, c in enumerate(self._truth.classes) if i != self._truth.positive]
        if name in ("negativa", "negative") and len(others) == 1:
            return f"class:{others[0]}"
        return next((f"class:{c}" for c in self._truth.classes if fold(c) == name), "")

    @staticmethod
    def averaged(metric: Metric, average: str) -> Metric:
        """`metric` with the average that its row or heading names, where it may have one."""
        takes_average = metric.name in AVERAGED
        takes_class = metric.name == "support" and average.startswith("class:")
        if average and not metric.average and (takes_average or takes_class):
            return Metric(metric.name, average)
        return metric

    @staticmethod
    def groups(mentions: Iterable[GroupMention]) -> list[Group]:
        """The groups that mentions together may mean."""
        return group_of(mentions)

    def context(self, placed: Placed, blocks: Sequence[Block], intro: Block | None) -> Context:
        """Names above a block: the list items that hold it, its caption, then its headings.

        `intro`: the last text outside any list before the block, under the same heading.
        """
        parents = [self.label(text) for text in _ancestors(placed.block, blocks)]
        caption = [self.label(text) for text in _caption(placed.block, intro)]
        headings = [self.label(text) for text in placed.headings]
        nearest = [*parents, *caption, *headings]
        metric = next((found for label in nearest if (found := _only_metric(label))), None)
        grouped = (
            Label.merge(parents)
            if any(label.groups for label in parents)
            else next(
                (
                    label
                    for label in [*caption, *headings[:1]]
                    if label.groups and not label.overall
                ),
                Label(),
            )
        )
        words = fold(" ".join(label.text for label in [*parents, *caption, *headings[:1]]))
        return Context(
            metric=metric,
            average=next((label.average for label in nearest if label.average), ""),
            groups=grouped.groups,
            group_text=grouped.group_text,
            factors=next((label.factors for label in nearest if label.factors), frozenset()),
            about_subgroups=bool(FACTOR_WORDS.search(words)),
            excluded=_excluded_above(parents, caption, headings),
        )


def _only_metric(label: Label) -> Metric | None:
    measured = [metric for metric in label.metrics if metric.name not in DESCRIPTIVE]
    return measured[0] if len(measured) == 1 else None


def _excluded_above(
    parents: Sequence[Label], caption: Sequence[Label], headings: Sequence[Label]
) -> str:
    for label in [*parents, *caption, *headings[:2]]:
        if is_watched(fold(label.text)) and label not in caption:
            return "target"
        if label.excluded in ("training", "other-data", "baseline") and not label.overall:
            return label.excluded
    if any(label.excluded == "training" and label.overall for label in headings[:2]):
        return "either"  # "Datos de entrenamiento y evaluación": a figure there may be of both
    return ""


def _ancestors(block: Block, blocks: Sequence[Block]) -> list[str]:
    texts: list[str] = []
    parent = block.parent
    while parent is not None and len(texts) < 20:
        texts.append(blocks[parent].text)
        parent = blocks[parent].parent
    return texts


_LAST_SENTENCE = re.compile(r"(?:.*[.!?]\s)?(\S.*)", re.DOTALL)
_FIGURE = re.compile(r"\d[.,]\d|\d\s?%")


def _caption(block: Block, intro: Block | None) -> list[str]:
    """The sentence right before a table, or the one that ends in a colon before a list; a
    sentence with figures of its own introduces nothing."""
    if intro is None or len(intro.text) > 1_000:
        return []
    last = _LAST_SENTENCE.fullmatch(intro.text.strip())
    text = last.group(1) if last else intro.text
    introduces = block.table is not None or (block.level > 0 and text.rstrip().endswith(":"))
    return [text] if introduces and not _FIGURE.search(text) else []
