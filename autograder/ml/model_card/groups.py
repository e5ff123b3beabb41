"""Groups of the evaluation data, by the names that cards give them. Never guessed from a card."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path
from typing import Any

import msgspec
import pandas as pd

from autograder.ml.model_card.text import VOCABULARY, bare, fold

Aliases = Mapping[str, Mapping[str, Sequence[str]]]
MISSING = "sin dato"
"""The level of rows whose value is missing."""
MAX_LEVELS = 10
"""A numeric column with more distinct values than this is known by ranges (`edad < 30`) only."""

_NAMES, _RANGES = VOCABULARY["groups"], VOCABULARY["ranges"]
_WHOLE, _GAP = frozenset(_NAMES["whole"]), frozenset(_NAMES["gap"])
_BESIDE_WHOLE = _WHOLE.union(_NAMES["beside"], VOCABULARY["test"])
_BESIDE_GAP = _GAP.union(_NAMES["gap_beside"])
_COUNT = re.compile(r"[(\[]\s*(?:n\s*=\s*)?[\d.,]+\s*(?:casos|filas|cases|rows)?\s*[)\]]\s*$")
_ORNAMENT = re.compile(r"^[^\w<>≤≥=([+-]+|[`*\"'«»“”]")
_SIGNS = re.compile(r"\s+(?:[-–—]|es|is)\s+|[=:()\[\]/·|_,;.\s]+")
_NUMBER = re.compile(r"(?<!\d)-?\d{1,9}(?:[.,]\d{1,6})?")
_UNITS = re.compile(rf"(?<=\d) ?(?:{'|'.join(_RANGES['units'])})\b")
_AROUND_SIGNS = re.compile(r" ?([-<>=+;\[\]()]) ?")
_SIGNS_ALIKE = str.maketrans({"≤": "<=", "≥": ">=", "–": "-", "—": "-", "_": " "})
_ENDS: dict[
    str, dict[str, bool | None]
] = {  # of each list of shapes, which end each of its numbers is, and whether it belongs to it
    "below": {"high": False},
    "up_to": {"high": True},
    "above": {"low": False},
    "at_least": {"low": True},
    "over": {"low": None},
    "between": {"low": None, "high": None},
    "closed": {"low": True, "high": True},
    "closed_low": {"low": True, "high": False},
    "closed_high": {"low": False, "high": True},
}
_SHAPES = {shape: ends for name, ends in _ENDS.items() for shape in _RANGES[name]}

End = tuple[float, bool | None] | None
"""A range's end: (value, whether it belongs to the range; None: the words leave it open)."""


@dataclass(frozen=True, slots=True)
class Group:
    """What a row of the evidence is about: everything, a level, a range, or a column's gap."""

    column: str = ""
    level: str = ""
    low: End = None
    high: End = None
    is_gap: bool = False

    @property
    def is_global(self) -> bool:
        """Whether it is the whole evaluation set."""
        return not self.column


@dataclass(frozen=True, slots=True)
class Factor:
    """A column: whether it takes ranges, its names, and each name of a level → the level."""

    column: str
    numeric: bool
    names: tuple[str, ...]
    level_of: Mapping[str, str]

    @classmethod
    def named(
        cls, column: str, levels: Sequence[str], aliases: Mapping[str, Sequence[str]], numeric: bool
    ) -> Factor:
        """A column by its name, its levels and other names of both (see `Groups.of`)."""
        level_of: dict[str, str] = {}
        for level in dict.fromkeys([*levels, *filter(None, aliases)]):
            usual = "missing" if level == MISSING else level.lower()
            known = _NAMES[usual] if usual in ("missing", "true", "false") else ()
            for name in (level, *aliases.get(level, ()), *known):
                level_of.setdefault(normal(name), level)
        names = filter(None, map(normal, (column, *aliases.get("", ()))))
        return cls(column, numeric, tuple(dict.fromkeys(names)), level_of)


@dataclass(frozen=True)
class Groups:
    """Columns of the course's public data, their levels, and other names of both.

    Example:
        >>> groups = Groups.of(pd.DataFrame({"sexo": ["mujer", "varón"]}), {"sexo": {"": ["sex"]}})
        >>> groups.find("Sex = mujer"), groups.find("mujeres")
        (Group(column='sexo', level='mujer', low=None, high=None, is_gap=False), None)
    """

    factors: tuple[Factor, ...] = ()
    _levels: dict[str, set[Group]] = field(default_factory=dict, compare=False, repr=False)
    _columns: dict[str, str] = field(default_factory=dict, compare=False, repr=False)

    def __post_init__(self) -> None:
        for factor in self.factors:
            for name in factor.names:
                self._columns.setdefault(name, factor.column)
                self._columns.setdefault(bare(name), factor.column)
            for known, level in factor.level_of.items():
                forms = [f"{name} {known}" for name in factor.names]
                forms += [f"{known} {name}" for name in factor.names]
                for form in forms + [known] * bool(re.search(r"[^\W\d]", known)):
                    self._levels.setdefault(form, set()).add(Group(factor.column, level))

    @classmethod
    def of(cls, frame: pd.DataFrame, aliases: Aliases | None = None) -> Groups:
        """`frame`: n rows, one column per factor; text, booleans and few-valued columns have
        levels, numbers take ranges too. `aliases[column][level]` are other names of a level;
        `aliases[column][""]`, of the column."""
        named = aliases or {}
        columns = [(str(column), frame[column]) for column in frame.columns]
        return cls(
            tuple(
                Factor.named(name, levels_of(values), named.get(name, {}), is_numeric(values))
                for name, values in columns
            )
        )

    @classmethod
    def read(cls, path: Path) -> Groups:
        """The groups that a `grupos.toml` lists. Raises OSError; ValueError says what is wrong."""
        named = _columns(path).items()
        return cls(
            tuple(Factor.named(name, (), each.aliases, each.numeric) for name, each in named)
        )

    def column(self, name: str) -> str:
        """The column that a text names, or ""."""
        return self._columns.get(normal(name), "")

    def find(self, text: str, column: str = "") -> Group | None:
        """The group that a row names, or None. `column`: what the heading over it says."""
        name = normal(text)
        for form in (f"{column.lower()} {name}" if column else name, name):
            found = self._levels.get(form, set())
            if found:
                return next(iter(found)) if len(found) == 1 else None
        words = bare(name).split()
        if _WHOLE.intersection(words) and _BESIDE_WHOLE.issuperset(words):
            return Group()
        if _GAP.intersection(words):
            named = " ".join(word for word in words if word not in _BESIDE_GAP)
            gap = self._columns.get(named, "") if named else column
            return Group(gap, is_gap=True) if gap else None
        ranges = [group for factor in self.factors for group in _ranges(factor, text, column)]
        return ranges[0] if len(set(ranges)) == 1 else None

    def similar(self, text: str) -> list[str]:
        """How a group that was not recognised would be written: at most three forms."""
        name = normal(text)
        forms = [
            (known, f"{factor.column} = {level}")
            for factor in self.factors
            for known, level in factor.level_of.items()
        ]
        near = get_close_matches(name[:60], [known for known, _ in forms], 3, 0.75)
        return list(dict.fromkeys(form for known, form in forms if known in (name, *near)))[:3]


def normal(text: str) -> str:
    """A name folded, without signs: `normal("**Género = 'X'** (n=51)") == "genero x"`."""
    return " ".join(_SIGNS.sub(" ", _COUNT.sub("", _plain(text))).split())


def _plain(text: str) -> str:
    return _ORNAMENT.sub("", fold(text[:200]).strip())


def _ranges(factor: Factor, text: str, column: str) -> Iterator[Group]:
    """The range of a numeric column that a text names: `edad < 30`, `30 ≤ edad ≤ 49`."""
    said = " ".join(_COUNT.sub("", _plain(text)).translate(_SIGNS_ALIKE).split())
    for name in factor.names * factor.numeric:
        rest, found = re.subn(rf"(?<!\w){re.escape(name)}(?!\w)", "x", said, count=1)
        if found or column == factor.column:
            rest = _UNITS.sub("", re.sub(r"^x\s*[:=]?\s*|\s*\(?x\)?$", "", rest))
            if rest[:1] in ("[", "(") and rest.count(",") == 1:
                rest = rest.replace(",", ";")  # [30,49], which is no decimal comma
            numbers = [float(number.replace(",", ".")) for number in _NUMBER.findall(rest)]
            shape = _AROUND_SIGNS.sub(r"\1", _NUMBER.sub("n", rest))
            if ends := _SHAPES.get(shape) or _SHAPES.get(shape.strip("()")):
                limits = {
                    end: (number, is_closed)
                    for (end, is_closed), number in zip(ends.items(), numbers, strict=True)
                }
                yield Group(factor.column, low=limits.get("low"), high=limits.get("high"))


def is_numeric(series: pd.Series) -> bool:
    """Whether a column's values are numbers that have an order."""
    return pd.api.types.is_numeric_dtype(series) and not pd.api.types.is_bool_dtype(series)


def level_name(value: Any) -> str:
    """How a level is written: 1.0 is "1", a missing value is `MISSING`."""
    if pd.isna(value):
        return MISSING
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)


def levels_of(series: pd.Series) -> tuple[str, ...]:
    """The levels of a column; a number with many values has none but the missing one's."""
    values = series.unique().tolist()
    if is_numeric(series) and series.nunique() > MAX_LEVELS:
        values = [None] if series.hasnans else []
    return tuple(dict.fromkeys(map(level_name, values)))


def read_aliases(path: Path) -> dict[str, dict[str, tuple[str, ...]]]:
    """The names in a `grupos.toml`, as `Groups.of` and `Truth.from_predictions` take them.

    Each table is a column: `names`, `numeric` and, below it, `levels` with the names of each.
    Raises OSError; ValueError says what is wrong.
    """
    return {name: column.aliases for name, column in _columns(path).items()}


class _Column(msgspec.Struct):
    names: list[str] = []
    numeric: bool = False
    levels: dict[str, list[str]] = {}

    @property
    def aliases(self) -> dict[str, tuple[str, ...]]:
        """The other names of the column ("") and of each level."""
        return {level: tuple(names) for level, names in {"": self.names, **self.levels}.items()}


def _columns(path: Path) -> dict[str, _Column]:
    try:
        return msgspec.toml.decode(path.read_bytes(), type=dict[str, _Column])
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise ValueError(f"{path.name}: {error}") from error
