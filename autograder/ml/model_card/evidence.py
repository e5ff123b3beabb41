"""Evidence: metrics by group in tables (Markdown, HTML) and in `model-index`, cell by cell.

A table is evidence when a column names a metric and its first column names groups. In
`model-index`, a metric's group is said by its `args` (`slice: genero = F`, or `genero: F`), by its
name (`Recall (genero = F)`) or by the dataset's `config`; one that says none is Global's.
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
from autograder.ml.model_card.metrics import SUPPORT, Figure, find_metric, read_figure
from autograder.ml.model_card.sections import Placed, bare, is_about_training
from autograder.ml.model_card.truth import Mask, Truth

MAX_CELLS = 1_000
"""No honest card has more; a hostile one would take seconds."""

_GROUP = re.compile(
    r"(?:sub)?(?:grupos?|groups?|segment(?:o?s?|os)|conjunto|set)|cohorte?|corte|slices?|poblacion"
)
_FACTOR = re.compile(
    r"factor|columna?|variable|atributo|caracteristica|dimension|feature|attribute|grupo|segmento|group"
)
_LEVEL = re.compile(r"nivel|level|valor|value|categor(?:ia|y)|(?:sub)?gr(?:upo|oup)|segment(?:o)?")
_NOTHING = frozenset({"", "-", "—", "–", "todos", "todas", "all", "total", "global"})
_NAMED_GROUP = re.compile(r"[(\[]([^()\[\]]+)[)\]]\s*$|\s[-–—|@]\s(.+)$")
_SLICE = frozenset("slice group grupo subgroup subgrupo segment segmento".split())


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


def read_evidence(placed: Sequence[Placed], front_matter: str, groups: Groups) -> list[EvidenceRow]:
    """Every row of the evidence, in the card's order, up to `MAX_CELLS` cells."""
    rows = [*_model_index(front_matter, groups)]
    for each in placed:
        if each.block.kind == "table" and not each.block.quoted and not is_about_training(each):
            rows += _table(each, groups)
    cells = list(itertools.accumulate(len(row.values) for row in rows))
    return rows[: bisect.bisect(cells, MAX_CELLS)]


def _table(placed: Placed, groups: Groups) -> list[EvidenceRow]:
    header, *body = placed.block.rows
    heads = [bare(cell) for cell in header.cells[:2]] + ["", ""]
    start = 2 if _FACTOR.fullmatch(heads[0]) and _LEVEL.fullmatch(heads[1]) else 1
    named = [(at, cell, *find_metric(cell)) for at, cell in enumerate(header.cells)][start:]
    if not any(key and key != SUPPORT for _, _, key, _ in named):
        return []
    column = groups.column(header.cells[0])
    about_groups = column or _GROUP.fullmatch(heads[0]) or start == 2
    rows: list[EvidenceRow] = []
    factor = ""
    for row in body:
        cells = (*row.cells, "", "")
        name = factor = cells[0] if cells[0].strip() else factor
        if start == 2 and cells[1].strip().lower() not in _NOTHING:
            name = f"{factor} = {cells[1]}"
        values = [
            _Value(said, key, cells[at], read_figure(cells[at], key, percent))
            for at, said, key, percent in named
            if at < len(row.cells) and cells[at].strip()
        ]
        if not any(value.figure for value in values):
            column = groups.column(re.sub(r"^\W*(?:por|by) ", "", name.lower())) or column
        elif values:
            rows.append(EvidenceRow(name, row.line, groups.find(name, column), tuple(values)))
    return rows if about_groups or any(row.group for row in rows) else []


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
            dataset = _get(result, "dataset")
            if "train" in _text(_get(dataset, "split")).lower():
                continue
            for metric in _items(_get(result, "metrics")):
                yield from _indexed(metric, dataset, groups)


def _indexed(
    metric: yaml.Node | None, dataset: yaml.Node | None, groups: Groups
) -> Iterator[EvidenceRow]:
    value, name = _get(metric, "value"), _text(_get(metric, "name"))
    kind = _text(_get(metric, "type"))
    if value is None or not _text(value):
        return
    said = _NAMED_GROUP.search(name)
    inside = (said[1] or said[2]).strip() if said else ""
    named = inside if groups.find(inside) or not find_metric(name)[0] else ""
    config = _text(_get(dataset, "config"))
    group = (
        _sliced(_get(metric, "args"), groups)
        or _sliced(_get(dataset, "args"), groups)
        or named
        or (config if groups.find(config) else "")
        or "Global"
    )
    key = find_metric(kind)[0] or find_metric(name)[0]
    figure = read_figure(_text(value), key)
    cell = _Value(name or kind, key, _text(value), figure)
    yield EvidenceRow(group, value.start_mark.line + 2, groups.find(group), (cell,))


def _sliced(args: yaml.Node | None, groups: Groups) -> str:
    """The group that a metric's arguments say: `slice: genero = F`, or `genero: F`."""
    for key, node in _pairs(args):
        if key.lower() in _SLICE:
            return _text(node)
        if groups.column(key):
            return f"{key} = {_text(node)}"
    return ""


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
        for value in row.values:
            possible: Sequence[float] = ()
            if truth is not None and mask is not None:
                possible = truth.values(value.key, mask)
            elif truth is not None and row.group and row.group.is_gap and value.figure:
                key = (value.key, row.group.column, value.figure.decimals)
                if key not in gaps:
                    gaps[key] = truth.gaps(*key[:2], ranges.get(key[1], ()), key[2])
                no_cases = value.key == SUPPORT and math.isnan(value.figure.readings[0][0])
                possible = () if no_cases else gaps[key]
            cells.append(_cell(row, value, _agrees(value, possible)))
    return cells


def _cell(row: EvidenceRow, value: _Value, is_true: bool | None) -> Cell:
    group = row.group or Group()
    return Cell(
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
        is_true=is_true,
    )


def _best_mask(row: EvidenceRow, truth: Truth | None) -> Mask | None:
    if truth is None or row.group is None or row.group.is_gap:
        return None
    masks = truth.masks(row.group)
    agreeing = [
        sum(_agrees(value, truth.values(value.key, mask)) is True for value in row.values)
        for mask in masks
    ]
    return masks[agreeing.index(max(agreeing))] if masks else None


def _agrees(value: _Value, possible: Sequence[float]) -> bool | None:
    if value.figure is None or not possible:
        return None
    return any(value.figure.agrees_with(one) for one in possible)
