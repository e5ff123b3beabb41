"""Evidence: metrics by group in tables (Markdown, HTML) and in `model-index`, cell by cell.

A table is evidence when a column names a metric and its first column names groups. In
`model-index`, a metric's group is said by its `args` (`slice: genero = F`, or `genero: F`) or by
its name (`Recall (genero = F)`); one that says none is Global's.
"""

from __future__ import annotations

import bisect
import itertools
import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import yaml

from autograder.ml.model_card.groups import Group, Groups
from autograder.ml.model_card.sections import Placed
from autograder.ml.model_card.text import VOCABULARY, Phrases, bare, fold
from autograder.ml.model_card.truth import SUPPORT, Mask, Truth

MAX_CELLS = 1_000
"""No honest card has more; a hostile one would take seconds."""

_METRICS = {key: Phrases(names) for key, names in VOCABULARY["metrics"].items()}
_COLUMNS = VOCABULARY["columns"]
_GROUP, _FACTOR, _LEVEL, _NO_VALUE = (
    Phrases(_COLUMNS[name]) for name in ("group", "factor", "level", "undefined")
)
_SUPPORT = frozenset(_COLUMNS["support"]).union(VOCABULARY["fields"]["units"])
_BESIDE = frozenset(_COLUMNS["beside"]).union(VOCABULARY["test"])
_PARENTHESIS = re.compile(r"[(\[]([^()\[\]]*)[)\]]")
_ALL = frozenset(["", "-", "—", "–", *VOCABULARY["groups"]["whole"]])

_NUMBER = re.compile(
    r"[~≈ ]*(?P<number>[-+]?(?:\d{1,3}(?:[., ']\d{3})+(?![\d])(?:,\d{1,9}|\.\d{1,9})?"
    r"|\d{1,12}(?:[.,]\d{1,17})?|[.,]\d{1,17}))\s?(?P<percent>%|por ?ciento|percent|pct)?"
    r"(?:\s*(?:$|[±(\[*†]|\+/?-|ic\b|ci\b).{0,80})"
)
_THOUSANDS = re.compile(r"[-+]?\d{1,3}(?:[.,]\d{3})+")


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure as printed: each way to read it is (value, half a unit of its last digit)."""

    readings: tuple[tuple[float, float], ...]
    decimals: int = 0

    def agrees_with(self, value: float) -> bool:
        """Whether `value`, rounded as printed, is this figure; nan agrees with nan only."""
        if math.isnan(value):
            return any(math.isnan(read) for read, _ in self.readings)
        return any(abs(read - value) <= half + 1e-9 for read, half in self.readings)


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell of the evidence, as written and as recognised.

    `group`, `metric`, `text`: as written. `key`: the metric's (see `find_metric`), "" if unknown.
    `value`: as read; nan where the card says that the metric does not exist, None where the text is
    no figure. `column`, `level`: of a row `column = level`; `level` is "" for ranges and gaps, both
    are for Global and an unknown group. `is_true`: None when it was not judged.
    """

    group: str
    metric: str
    text: str
    line: int
    key: str = ""
    value: float | None = None
    column: str = ""
    level: str = ""
    is_global: bool = False
    is_gap: bool = False
    is_true: bool | None = None

    @property
    def measures(self) -> bool:
        """Whether it says how well the model does, on a group that is known."""
        known = self.is_global or bool(self.column)
        return known and self.key not in ("", SUPPORT) and self.value is not None


@dataclass(frozen=True, slots=True)
class _Value:
    metric: str
    key: str
    text: str
    figure: Figure | None


@dataclass(frozen=True, slots=True)
class EvidenceRow:
    """What a card says of one group; `group`: None when it is no group of the data."""

    text: str
    line: int
    group: Group | None
    values: tuple[_Value, ...]


def find_metric(heading: str) -> tuple[str, bool]:
    """The metric that a column's heading names, or "", and whether it says "%".

    Example:
        >>> find_metric("Precisión (accuracy)"), find_metric("Recall (%)"), find_metric("F1 macro")
        (('accuracy', False), ('recall', True), ('', False))
    """
    folded = fold(heading[:120])
    percent = any(sign in folded for sign in ("%", "porcentaje", "percent"))
    main = _named(_PARENTHESIS.sub(" ", folded))
    inside = [_named(part) for part in _PARENTHESIS.findall(folded)]
    if main and any(key not in ("", SUPPORT) for key in inside):
        return next(key for key in inside if key not in ("", SUPPORT)), percent
    return _named(folded), percent


def _named(text: str) -> str:
    words = bare(text.replace("#", " n ")).split()
    if words and _SUPPORT.issuperset(words):
        return SUPPORT
    forms = (" ".join(words), " ".join(word for word in words if word not in _BESIDE))
    return next((key for form in forms for key in _METRICS if _METRICS[key].is_all(form)), "")


def read_figure(text: str, metric: str = "", percent: bool = False) -> Figure | None:
    """What a cell says of `metric`, or None when it is no figure. `percent`: its column says "%".

    Example:
        >>> read_figure("50,0 %").readings, read_figure("1.500", "support").readings
        (((0.5, 0.0005),), ((1500.0, 0.5),))
    """
    folded = fold(text[:200].strip().strip("*_` "))
    if _NO_VALUE.is_all(bare(folded)) or (folded and not folded.strip("-–—")):
        return Figure(((math.nan, 0.0),))
    hit = _NUMBER.fullmatch(folded)
    if hit is None:
        return None
    number, is_share = re.sub("[ ']", "", hit["number"]), bool(hit["percent"])
    if metric == SUPPORT:
        number = re.sub("[.,]", "" if _THOUSANDS.fullmatch(number) else ".", number)
        value = float(number) if number.count(".") < 2 else 0.5
        return Figure(((value, 0.5),)) if value.is_integer() and not is_share else None
    if number.count(",") + number.count(".") > 1:
        return None
    value = float(number.replace(",", "."))
    decimals = len(re.split("[.,]", number)[1]) if re.search("[.,]", number) else 0
    half = 0.5 * 10.0**-decimals
    share = (value / 100, half / 100)
    if is_share or abs(value) > 1:
        return Figure((share,), decimals + 2)
    whole = (value, half if decimals else 0.005)
    return Figure((share, whole) if percent else (whole,), decimals or 2)


def read_evidence(placed: Sequence[Placed], front_matter: str, groups: Groups) -> list[EvidenceRow]:
    """Every row of the evidence, in the card's order, up to `MAX_CELLS` cells."""
    rows = [*_model_index(front_matter, groups)]
    for here in placed:
        if here.block.kind == "table" and not here.block.quoted and not here.is_about_training:
            rows += _table(here, groups)
    cells = list(itertools.accumulate(len(row.values) for row in rows))
    return rows[: bisect.bisect(cells, MAX_CELLS)]


def _table(placed: Placed, groups: Groups) -> list[EvidenceRow]:
    header, *body = placed.block.rows
    heads = [bare(cell) for cell in header.cells[:2]] + ["", ""]
    start = 2 if _FACTOR.is_all(heads[0]) and _LEVEL.is_all(heads[1]) else 1
    named = [(at, cell, *find_metric(cell)) for at, cell in enumerate(header.cells)][start:]
    if not any(key and key != SUPPORT for _, _, key, _ in named):
        return []
    column = groups.column(header.cells[0])
    is_about_groups = column or _GROUP.is_all(heads[0]) or start == 2
    rows: list[EvidenceRow] = []
    factor = ""
    for row in body[:MAX_CELLS]:
        cells = (*row.cells, "", "")
        name = factor = cells[0] if cells[0].strip() else factor
        if start == 2 and cells[1].strip().lower() not in _ALL:
            name = f"{factor} = {cells[1]}"
        values = [
            _Value(said, key, cells[at], read_figure(cells[at], key, percent))
            for at, said, key, percent in named
            if at < len(row.cells) and cells[at].strip()
        ]
        if not any(value.figure for value in values):  # a row that is a title: "Por género"
            column = groups.column(re.sub(r"^\W*(?:por|by) ", "", name.lower())) or column
        elif values:
            rows.append(EvidenceRow(name, row.line, groups.find(name, column), tuple(values)))
    return rows if is_about_groups or any(row.group for row in rows) else []


def _model_index(front_matter: str, groups: Groups) -> Iterator[EvidenceRow]:
    nested = front_matter.count("[") + front_matter.count("{") + front_matter.count("- - ")
    if "model-index" not in front_matter or max(len(front_matter) // 80, nested) > 200:
        return  # no honest card has more, and reading yaml is not linear
    try:
        root = yaml.compose(front_matter, Loader=yaml.SafeLoader)
    except (yaml.YAMLError, RecursionError, ValueError):
        return
    for model in _items(_get(root, "model-index")):
        for result in _items(_get(model, "results")):
            if "train" not in _text(_get(_get(result, "dataset"), "split")).lower():
                for metric in _items(_get(result, "metrics")):
                    yield from _indexed(metric, groups)


def _indexed(metric: yaml.Node, groups: Groups) -> Iterator[EvidenceRow]:
    value, name, kind = (_get(metric, key) for key in ("value", "name", "type"))
    if value is None or not _text(value):
        return
    inside = " ".join(_PARENTHESIS.findall(_text(name)))
    group = inside if groups.find(inside) or not find_metric(_text(name))[0] else ""
    for key, node in _pairs(_get(metric, "args")):
        if _GROUP.is_all(key.lower()):
            group = _text(node)
        elif groups.column(key):
            group = f"{key} = {_text(node)}"
    key = find_metric(_text(kind))[0] or find_metric(_text(name))[0]
    cell = _Value(_text(name) or _text(kind), key, _text(value), read_figure(_text(value), key))
    group = group or "Global"
    yield EvidenceRow(group, value.start_mark.line + 2, groups.find(group), (cell,))


def _pairs(node: yaml.Node | None) -> list[tuple[str, yaml.Node]]:
    pairs = node.value[:200] if isinstance(node, yaml.MappingNode) else []
    return [(_text(key), value) for key, value in pairs]


def _get(node: yaml.Node | None, key: str) -> yaml.Node | None:
    return next((value for name, value in _pairs(node) if name == key), None)


def _items(node: yaml.Node | None) -> list[yaml.Node]:
    return node.value[:200] if isinstance(node, yaml.SequenceNode) else []


def _text(node: yaml.Node | None) -> str:
    return str(node.value)[:300].strip() if isinstance(node, yaml.ScalarNode) else ""


def judge(rows: Sequence[EvidenceRow], truth: Truth | None) -> list[Cell]:
    """Every cell of the evidence; with a truth, whether it is so.

    A range whose ends the words leave open is read as suits its row best, once for all its cells.
    """
    masks = [_best_mask(row, truth) for row in rows]
    ranges: dict[str, list[Mask]] = {}
    for row, mask in zip(rows, masks, strict=True):
        if row.group and mask is not None and not row.group.level:
            ranges.setdefault(row.group.column, []).append(mask)
    gaps: dict[tuple[str, str, int], list[float]] = {}
    cells = []
    for row, mask in zip(rows, masks, strict=True):
        group = row.group or Group()
        for value in row.values:
            possible: Sequence[float] = ()
            if truth is not None and mask is not None:
                possible = truth.values(value.key, mask)
            elif truth is not None and group.is_gap and value.figure:
                key = (value.key, group.column, value.figure.decimals)
                if key not in gaps:
                    gaps[key] = truth.gaps(*key, ranges.get(group.column, ()))
                no_cases = value.key == SUPPORT and math.isnan(value.figure.readings[0][0])
                possible = () if no_cases else gaps[key]
            cells.append(
                Cell(
                    group=row.text,
                    metric=value.metric,
                    text=value.text,
                    line=row.line,
                    key=value.key,
                    value=value.figure.readings[0][0] if value.figure else None,
                    column=group.column,
                    level=group.level,
                    is_global=row.group is not None and group.is_global,
                    is_gap=group.is_gap,
                    is_true=_agrees(value, possible),
                )
            )
    return cells


def _best_mask(row: EvidenceRow, truth: Truth | None) -> Mask | None:
    if truth is None or row.group is None or row.group.is_gap:
        return None
    return max(
        truth.masks(row.group),
        key=lambda mask: sum(_agrees(v, truth.values(v.key, mask)) is True for v in row.values),
        default=None,
    )


def _agrees(value: _Value, possible: Sequence[float]) -> bool | None:
    if value.figure is None or not possible:
        return None
    return any(map(value.figure.agrees_with, possible))
