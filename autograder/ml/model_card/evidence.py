"""Evidence: metrics by group in tables (Markdown, HTML) and in `model-index`, cell by cell.

A table is evidence when a column names a metric and its first column names groups. In
`model-index`, a metric's group is said by its `args` (`slice: genero = F`, or `genero: F`) or by
its name (`Recall (genero = F)`); one that says none is Global's.
"""

from __future__ import annotations

import itertools
import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache

import yaml

from autograder.ml.model_card.groups import Group, Groups
from autograder.ml.model_card.parse import Row
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

    @property
    def is_undefined(self) -> bool:
        """Whether it says that the metric does not exist."""
        return math.isnan(self.readings[0][0])

    def agrees_with(self, value: float) -> bool:
        """Whether `value`, rounded as printed, is this figure; nan agrees with nan only."""
        if math.isnan(value):
            return self.is_undefined
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
class Reading:
    """A cell that was not judged yet, its figure, and the group of its row (None: unknown)."""

    cell: Cell
    figure: Figure | None
    group: Group | None

    @classmethod
    def of(
        cls, row: tuple[str, int, Group | None], metric: str, key: str, text: str, percent: bool
    ) -> Reading:
        """What a text says of a metric in a row: (its name, its line, its group)."""
        name, line, group = row
        figure, known = read_figure(text, key, percent), group or Group()
        value = figure.readings[0][0] if figure else None
        is_global = group is not None and group.is_global
        recognised = (key, value, known.column, known.level, is_global, known.is_gap)
        return cls(Cell(name, metric, text, line, *recognised), figure, group)


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


def read_evidence(placed: Sequence[Placed], front_matter: str, groups: Groups) -> list[Reading]:
    """Every cell of the evidence, in the card's order, up to `MAX_CELLS`."""
    readings = [*_model_index(front_matter, groups)]
    for here in placed:
        if here.block.kind == "table" and not here.block.quoted and not here.is_about_training:
            readings += _table(here.block.rows, groups)
    return readings[:MAX_CELLS]


def _table(table: Sequence[Row], groups: Groups) -> list[Reading]:
    header, *rows = table
    heads = [bare(cell) for cell in header.cells[:2]] + ["", ""]
    start = 2 if _FACTOR.is_all(heads[0]) and _LEVEL.is_all(heads[1]) else 1
    named = [(at, cell, *find_metric(cell)) for at, cell in enumerate(header.cells)][start:]
    if not any(key and key != SUPPORT for _, _, key, _ in named):
        return []
    factor, column = "", groups.column(header.cells[0])
    is_evidence = bool(column) or _GROUP.is_all(heads[0]) or start == 2
    readings: list[Reading] = []
    for row in rows[:MAX_CELLS]:
        cells = (*row.cells, *[""] * len(header.cells))
        name = factor = cells[0] if cells[0].strip() else factor
        if start == 2 and cells[1].strip().lower() not in _ALL:
            name = f"{factor} = {cells[1]}"
        about = (name, row.line, groups.find(name, column))
        found = [
            Reading.of(about, metric, key, cells[at], percent)
            for at, metric, key, percent in named
            if cells[at].strip()
        ]
        if any(reading.figure for reading in found):
            readings += found
            is_evidence = is_evidence or about[2] is not None
        else:  # a row that is a title: "Por género"
            column = groups.column(re.sub(r"^\W*(?:por|by) ", "", name.lower())) or column
    return readings if is_evidence else []


def _model_index(front_matter: str, groups: Groups) -> Iterator[Reading]:
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


def _indexed(metric: yaml.Node, groups: Groups) -> Iterator[Reading]:
    value, name = _get(metric, "value"), _text(_get(metric, "name"))
    kind = _text(_get(metric, "type"))
    inside = " ".join(_PARENTHESIS.findall(name))
    group = inside if groups.find(inside) or not find_metric(name)[0] else ""
    for key, node in _pairs(_get(metric, "args")):
        is_column = bool(groups.column(key))
        group = f"{key} = {_text(node)}" if is_column else group
        group = _text(node) if _GROUP.is_all(key.lower()) else group
    if value is not None and _text(value):
        about = (group or "Global", value.start_mark.line + 2, groups.find(group or "Global"))
        key = find_metric(kind)[0] or find_metric(name)[0]
        yield Reading.of(about, name or kind, key, _text(value), False)


def _pairs(node: yaml.Node | None) -> list[tuple[str, yaml.Node]]:
    pairs = node.value[:200] if isinstance(node, yaml.MappingNode) else []
    return [(_text(key), value) for key, value in pairs]


def _get(node: yaml.Node | None, key: str) -> yaml.Node | None:
    return next((value for name, value in _pairs(node) if name == key), None)


def _items(node: yaml.Node | None) -> list[yaml.Node]:
    return node.value[:200] if isinstance(node, yaml.SequenceNode) else []


def _text(node: yaml.Node | None) -> str:
    return str(node.value)[:300].strip() if isinstance(node, yaml.ScalarNode) else ""


def judge(readings: Sequence[Reading], truth: Truth | None) -> list[Cell]:
    """Every cell of the evidence; with a truth, whether it is so."""
    if truth is None:
        return [reading.cell for reading in readings]
    rows = [list(row) for _, row in itertools.groupby(readings, lambda r: (r.cell.line, r.group))]
    masks = [_best_mask(row, truth) for row in rows]
    ranges: dict[str, list[Mask]] = {}
    for row, mask in zip(rows, masks, strict=True):
        if mask is not None and not row[0].cell.level:
            ranges.setdefault(row[0].cell.column, []).append(mask)
    gap = cache(lambda key, column, digits: truth.gaps(key, column, digits, ranges.get(column, ())))
    cells = []
    for row, mask in zip(rows, masks, strict=True):
        for cell, figure in ((reading.cell, reading.figure) for reading in row):
            possible: Sequence[float] = ()
            if mask is not None:
                possible = truth.values(cell.key, mask)
            elif cell.is_gap and figure and not (cell.key == SUPPORT and figure.is_undefined):
                possible = gap(cell.key, cell.column, figure.decimals)
            cells.append(replace(cell, is_true=_agrees(figure, possible)))
    return cells


def _best_mask(row: Sequence[Reading], truth: Truth) -> Mask | None:
    """The rows of a group; of a range whose ends the words leave open, those that suit the card's
    row best, once for all its cells."""
    group = row[0].group
    if group is None or group.is_gap:
        return None

    def agreeing(mask: Mask) -> int:
        return sum(bool(_agrees(each.figure, truth.values(each.cell.key, mask))) for each in row)

    return max(truth.masks(group), key=agreeing, default=None)


def _agrees(figure: Figure | None, possible: Sequence[float]) -> bool | None:
    return any(map(figure.agrees_with, possible)) if figure and possible else None
