"""Groups of the evaluation data, by the names that cards give them. Never guessed from a card."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from autograder.ml.model_card.parse import fold

Aliases = Mapping[str, Mapping[str, Sequence[str]]]
MISSING = "sin dato"
"""The level of rows whose value is missing."""
MAX_LEVELS = 10
"""A numeric column with more distinct values than this is known by ranges (`edad < 30`) only."""

_MISSING = ("sin dato", "sin datos", "nan", "faltante", "faltantes", "missing", "desconocido")
_YES = {"true": ("sí", "yes", "verdadero", "1"), "false": ("no", "falso", "0")}
_GLOBAL = re.compile(
    r"(?:el |la |los |the )?(?:global|total(?: general)?|overall|general|todos?|todas|all"
    r"|(?:todo|todos|todas|all|whole|full|entire|total)(?: (?:el|la|los|las|the|de|del?))* "
    r"(?:conjunto|muestra|datos|casos|filas|personas|grupos|poblacion|data(?:set)?|groups|sample"
    r"|set|evaluacion|evaluation)(?: (?:de |of )?(?:evaluacion|evaluation|test))?"
    r"|(?:conjunto|muestra|dataset|poblacion|evaluacion)(?: de evaluacion| de test)? "
    r"(?:complet[oa]|total|enter[oa]))"
    r"(?: \(?(?:en |de |in )?(?:test|evaluacion|evaluation|prueba)\)?)?"
)
_GAP = re.compile(
    r"(?:brecha|gap|diferencia(?: maxima)?|maximum difference|max difference|disparidad)"
    r"(?: (?:maxima|entre|por|de|del|segun|in|by|between|across|el|la|los|las|the))*"
    r" ?[:(=\[]? ?(?P<column>[^()\[\]]*)[)\]]?"
)
_GAP_AFTER = re.compile(r"(?P<column>.+) (?:gap|disparity)")
_RANGES = (  # (words, whether the lower and the upper end belong to it; None: left open)
    (r"\[ ?LOW ?[,;] ?HIGH ?[\[)]", True, False),
    (r"LOW ?(?:<=|≤) ?x ?< ?HIGH", True, False),
    (r"[(\]] ?LOW ?[,;] ?HIGH ?\]", False, True),
    (r"LOW ?< ?x ?(?:<=|≤) ?HIGH", False, True),
    (r"\[ ?LOW ?[,;] ?HIGH ?\]", True, True),
    (r"LOW ?(?:<=|≤) ?x ?(?:<=|≤) ?HIGH", True, True),
    (r"(?:(?:de|entre|from|between) )?LOW ?(?:-|–|—|a|y|to|and|hasta) ?HIGH", None, None),
    (r"(?:<=|≤|hasta|up to|como maximo) ?HIGH", None, True),
    (r"HIGH (?:o|y|or) (?:menos|less|under)", None, True),
    (r"(?:<|(?:menos|menor(?:es)?|debajo) (?:de|a|que)|under|below|less than) ?HIGH", None, False),
    (r"(?:>=|≥|desde|at least|a partir de) ?LOW", True, None),
    (r"LOW ?(?:\+|(?:o|y|or|and) (?:mas|mayor(?:es)?|more|over|older))", True, None),
    (r"> ?LOW", False, None),
    (r"(?:(?:mas|mayor(?:es)?|encima) (?:de|a|que)|over|above|more than) ?LOW", None, None),
)
_NUMBER = r"-?\d{1,9}(?:[.,]\d{1,6})?"
_ENDS = {"LOW": rf"(?P<low>{_NUMBER})", "HIGH": rf"(?P<high>{_NUMBER})"}
_PATTERNS = [
    (re.compile(re.sub("LOW|HIGH", lambda end: _ENDS[end.group()], words)), low, high)
    for words, low, high in _RANGES
]
_UNIT = re.compile(r" ?(?:anos?|years?(?: old)?|pesos|meses)$")
_COUNT = re.compile(r"[(\[]\s*(?:n\s*=\s*)?[\d.,]+\s*(?:casos|filas|cases|rows)?\s*[)\]]$")
_ORNAMENT = re.compile(r"^[^\w<>≤≥=([-]+")
_SPACES = re.compile(r"[\s_]+")
_BETWEEN = re.compile(r"^\s*(?:==?|:|—|–|-|·|/|es\b|is\b)\s*")

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
    """A column: its levels, whether it takes ranges, and every name of both, normalised."""

    column: str
    numeric: bool
    levels: tuple[str, ...]
    names: frozenset[str]
    level_of: Mapping[str, str]

    @classmethod
    def named(
        cls, column: str, levels: Sequence[str], aliases: Mapping[str, Sequence[str]], numeric: bool
    ) -> Factor:
        """A column by its name, its levels and other names of both."""
        every = tuple(dict.fromkeys([*levels, *(level for level in aliases if level)]))
        level_of: dict[str, str] = {}
        for level in every:
            built_in = _MISSING if level == MISSING else _YES.get(level.lower(), ())
            for name in (level, *aliases.get(level, ()), *built_in):
                level_of.setdefault(normal(name), level)
        names = frozenset(filter(None, map(normal, (column, *aliases.get("", ())))))
        return cls(column, numeric, every, names, level_of)


@dataclass(frozen=True, slots=True)
class Groups:
    """Columns of the course's public data, their levels, and other names of both.

    Example:
        >>> groups = Groups.of(pd.DataFrame({"sexo": ["mujer", "varón"]}), {"sexo": {"": ["sex"]}})
        >>> groups.find("Sex = mujer"), groups.find("mujeres")
        (Group(column='sexo', level='mujer', low=None, high=None, is_gap=False), None)
    """

    factors: tuple[Factor, ...] = field(default=())

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
        numeric = {column for column, table in _tables(path).items() if table.get("numeric")}
        named = read_aliases(path).items()
        return cls(tuple(Factor.named(name, (), each, name in numeric) for name, each in named))

    def column(self, name: str) -> str:
        """The column that a text names, or ""."""
        wanted = normal(name)
        return next((each.column for each in self.factors if wanted in each.names), "")

    def find(self, text: str, column: str = "") -> Group | None:
        """The group that a row names, or None. `column`: what the heading over it says."""
        name = normal(text)
        if _GLOBAL.fullmatch(name):
            return Group()
        if (gap := self._gap(name, column)) is not None:
            return gap
        found = {group for factor in self.factors for group in _in_factor(factor, name)}
        if not found:
            factors = [each for each in self.factors if column in ("", each.column)]
            found = {group for each in factors if (group := _alone(each, name, bool(column)))}
        return found.pop() if len(found) == 1 else None

    def similar(self, text: str) -> list[str]:
        """How a group that was not recognised would be written: at most three forms."""
        name = normal(text)
        forms = [
            (known, f"{each.column} = {level}")
            for each in self.factors
            for known, level in each.level_of.items()
        ]
        near = get_close_matches(name[:60], [known for known, _ in forms], 3, 0.75)
        return list(dict.fromkeys(form for known, form in forms if known in (name, *near)))[:3]

    def _gap(self, name: str, column: str) -> Group | None:
        hit = _GAP.fullmatch(name) or _GAP_AFTER.fullmatch(name)
        if hit is None:
            return None
        said = hit["column"].strip()
        found = self.column(said) if said else column
        return Group(found, is_gap=True) if found else None


def normal(text: str) -> str:
    """A name folded, without decoration: `normal("**Género_X** (n=51)") == "genero x"`."""
    folded = _ORNAMENT.sub("", fold(text[:200])).strip(" *`.:\"'«»“”")
    return _SPACES.sub(" ", _COUNT.sub("", folded).replace("`", "").replace("*", "")).strip()


def _in_factor(factor: Factor, name: str) -> Iterator[Group]:
    """The group of a name that says the column: `sexo = mujer`, `mujer (sexo)`, `edad < 27`."""
    for column in factor.names:
        rest = ""
        if name.startswith(column) and not name[len(column) : len(column) + 1].isalnum():
            rest = name[len(column) :]
        elif name.endswith(f"({column})"):
            rest = name[: -len(column) - 2]
        elif factor.numeric and re.search(r"[<≤].*[<≤]", name) and f" {column} " in f" {name} ":
            rest = f" {name} ".replace(f" {column} ", " x ")
        values = (_BETWEEN.sub("", rest, count=1), rest)
        yield from filter(None, (_valued(factor, value) for value in values if rest))


def _valued(factor: Factor, value: str) -> Group | None:
    """A level of the column, or a range of it."""
    value = value.strip(" :='\"«»")
    for level in (value, value.strip("()[] ")):
        if level in factor.level_of:
            return Group(factor.column, factor.level_of[level])
    return _range(factor, value) or _range(factor, value.strip("() "))


def _alone(factor: Factor, name: str, is_headed: bool) -> Group | None:
    """A level (or, under its column's heading, a range) without its column's name."""
    if is_headed:
        return _valued(factor, name)
    if name in factor.level_of and re.search(r"[^\W\d_]", name):
        return Group(factor.column, factor.level_of[name])
    return None


def _range(factor: Factor, text: str) -> Group | None:
    if not factor.numeric:
        return None
    text = _UNIT.sub("", text)
    for pattern, *closed in _PATTERNS:
        if hit := pattern.fullmatch(text):
            ends = hit.groupdict()
            low, high = (
                (float(ends[name].replace(",", ".")), is_closed) if ends.get(name) else None
                for name, is_closed in zip(("low", "high"), closed, strict=True)
            )
            return Group(factor.column, low=low, high=high)
    return None


def is_numeric(series: pd.Series) -> bool:
    """Whether a column's values are numbers that have an order."""
    return pd.api.types.is_numeric_dtype(series) and not pd.api.types.is_bool_dtype(series)


def level_name(value: Any) -> str:
    """How a level is written: 1.0 is "1", a missing value is `MISSING`."""
    if value is None or value is pd.NA or (isinstance(value, float) and np.isnan(value)):
        return MISSING
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


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
    found = {}
    for column, table in _tables(path).items():
        levels = table.get("levels", {})
        if not isinstance(levels, dict):
            raise ValueError(f"{path.name}: [{column}.levels] is not a table")
        named = {"": table.get("names", []), **levels}
        for level, names in named.items():
            if not (isinstance(names, list) and all(isinstance(name, str) for name in names)):
                raise ValueError(
                    f"{path.name}: the names of {level or column!r} are no list of texts"
                )
        found[column] = {level: tuple(names) for level, names in named.items()}
    return found


def _tables(path: Path) -> dict[str, dict[str, Any]]:
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ValueError(f"{path.name}: {error}") from error
    for column, table in content.items():
        if not isinstance(table, dict):
            raise ValueError(f"{path.name}: [{column}] is not a table")
    return content
