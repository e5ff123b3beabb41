"""The names of subgroups: the levels that the evaluation data have, or words that mean one.

With a `Truth` the levels are known, with their aliases. Without one (a student checking a card at
home) a subgroup is whatever reads like one: "mujeres", "edad < 30", "region = norte".
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from autograder.ml.model_card.groups import MISSING, Group, Interval, Level
from autograder.ml.model_card.parse import fold

if TYPE_CHECKING:
    from autograder.ml.model_card.truth import Truth

_WOMEN = ("mujeres", "mujer", "femenino", "femenina", "femenil", "female", "women", "woman")
_MEN = ("hombres", "hombre", "varones", "varon", "masculino", "masculina", "male", "men", "man")
_GENDERED = {
    frozenset(pair): {pair[0]: _WOMEN, pair[1]: _MEN}
    for pair in (("f", "m"), ("m", "h"), ("f", "v"), ("female", "male"), ("mujer", "hombre"),
                 ("mujer", "varon"), ("femenino", "masculino"), ("mujeres", "hombres"),
                 ("mujeres", "varones"))
}  # fmt: skip
_FACTOR_SYNONYMS = (
    {"genero", "sexo", "sex", "gender"},
    {"edad", "age", "edades", "grupo etario", "tramo etario", "rango etario"},
    {"region", "regiones", "zona"},
    {"canal", "canales", "channel"},
    {"clase", "pclass", "class"},
    {"puerto", "embarked", "puerto de embarque"},
)
_ORDINALS = {
    "1": ("primera", "primera clase", "1ra", "1ra clase", "1era clase", "first class", "1st class"),
    "2": ("segunda", "segunda clase", "2da", "2da clase", "second class", "2nd class"),
    "3": ("tercera", "tercera clase", "3ra", "3ra clase", "third class", "3rd class"),
}
_MISSING_NAMES = ("sin datos", "faltante", "nan", "desconocido", "desconocida", "missing")
_NOT_LEVELS = frozenset(
    "no si yes total global general todos todas uno una con sin mas menos alto baja bajo alta "
    "modelo test train datos caso casos error tasa valor media the and for true false".split()
)

_NUMBER = r"\d{1,7}(?:[.,]\d{1,4})?"
_UNIT = r"(?:\s?(?:anos?|years?(?: old)?|\$|pesos|meses))?"
_RANGES = (  # (pattern, closed low, closed high): None when the words leave the end open
    (rf"(?:entre|de|between|from)?\s?(?P<low>{_NUMBER})\s?(?:-|–|—|\ba\b|\by\b|\bto\b|\band\b|"
     rf"\bhasta\b)\s?(?P<high>{_NUMBER}){_UNIT}", None, None),
    (rf"[\[(](?P<low>{_NUMBER})\s?[,;]\s?(?P<high>{_NUMBER}|inf)[\])]", None, None),
    (rf"(?:<=|≤|=<|hasta|up to)\s?(?P<high>{_NUMBER}){_UNIT}", None, True),
    (rf"(?:>=|≥|=>|desde|a partir de|from)\s?(?P<low>{_NUMBER}){_UNIT}", True, None),
    (rf"(?:<|menos de|menor(?:es)? (?:de|a|que)|under|younger than)\s?(?P<high>{_NUMBER}){_UNIT}",
     None, False),
    (rf"(?:>|mas de|mayor(?:es)? (?:de|a|que)|over|older than)\s?(?P<low>{_NUMBER}){_UNIT}",
     None, None),
    (rf"(?P<low>{_NUMBER}){_UNIT}\s?(?:\+|o mas|y mas|or more|en adelante)", True, None),
    (rf"(?P<high>{_NUMBER}){_UNIT}\s?(?:o menos|y menos|or less)", None, True),
)  # fmt: skip
_RANGES_COMPILED = tuple(
    (re.compile(rf"(?<![\w.,])(?:{pattern})(?![\w%]|[.,]\d)"), low, high)
    for pattern, low, high in _RANGES
)
_AGE_WORDS = re.compile(
    r"\banos\b|\byears?\b|\b(?:menor|mayor)(?:es)? de \d|\byounger|\bolder|\betari[oa]"
)

_GENERIC_FACTOR = (
    r"sexo|genero|sex|gender|edad|age|region|zona|provincia|canal|sector|segmento|pclass|embarked|"
    r"puerto|raza|etnia|race|nivel educativo|estado civil|grupo etario|subgrupo|grupo|group|"
    r"subgroup|clase social|antiguedad|ingreso|monto|factor"
)
_GENERIC_LEVEL = re.compile(
    r"\b(?:mujer(?:es)?|hombres?|varon(?:es)?|femenin[oa]s?|masculin[oa]s?|females?|males?|women|"
    r"men|jovenes|adult[oa]s(?: mayores)?|jubilad[oa]s|extranjer[oa]s|"
    r"(?:primera|segunda|tercera|1ra|2da|3ra|1\.?[aª]|2\.?[aª]|3\.?[aª]) clase|"
    r"(?:first|second|third|1st|2nd|3rd) class|clase [23]|pclass ?=? ?[123])\b"
    rf"|\b(?:{_GENERIC_FACTOR})\s?(?:==?|:)\s?[\"'`«]?"
    r"(?!(?:el|la|los|las|un|una|se|en|no|por|con|de|que|hay|es|son|para|psi|ks)\b|\d*[.,]\d)\w+"
    r"|\b(?:region|zona|canal|provincia|sector|segmento|puerto|subgrupo|grupo)\s"
    r"(?!de\b|del\b|y\b|o\b|con\b|en\b|es\b|que\b|por\b|se\b|a\b)[\w-]{1,30}"
    r"|(?:menores|mayores|mas|menos) de \d{1,3}(?: anos)?"
    r"|\b\d{1,3}\s?(?:-|–|a|y)\s?\d{1,3} anos"
    r"|\bedad(?:es)?\s?(?:<|>|≤|≥|<=|>=)\s?\d{1,3}"
)
FACTOR_WORDS = re.compile(
    rf"\b(?:por|by|segun|cada)?\s?(?:{_GENERIC_FACTOR})(?:es|s)?\b|\bsubgrupos?\b|\bfactor(?:es)?\b"
    r"|\bsubgroups?\b|\bnivel(?:es)?\b"
)
OVERALL = re.compile(
    r"(?<![a-z0-9])(?:global(?:es)?|general(?:es)?|total(?:es)?|overall|todos|todas|all|"
    r"conjunto completo|"
    r"whole|en conjunto|agregad[oa]s?|promedio general|poblacion completa|"
    r"(?:conjunto|datos|set|muestra|split|filas)? ?(?:de )?(?:evaluacion|prueba|test|testeo|"
    r"evaluation|holdout|hold-out|validacion))(?![a-z0-9])"
)


@dataclass(frozen=True, slots=True)
class GroupMention:
    """Where a text names a subgroup (half-open span) and what it may be: several options when a
    name is a level of two factors, none when the evaluation data have no such group."""

    start: int
    end: int
    options: tuple[Level | Interval, ...]


@dataclass(frozen=True, slots=True)
class _Name:
    factor: str
    level: str
    short: bool


class Lexicon:
    """Finds subgroups in folded text."""

    def __init__(self, truth: Truth | None) -> None:
        self._truth = truth
        self._factors: dict[str, set[str]] = {}
        self._levels: dict[str, list[_Name]] = {}
        if truth is not None:
            self._learn(truth)
        self._factor_words = _alternation(self._factors)
        self._level_words = _alternation(self._levels, plural=True)

    def _learn(self, truth: Truth) -> None:
        for factor, levels in truth.factors.items():
            for name in self._factor_names(truth, factor):
                self._factors.setdefault(name, set()).add(factor)
            gendered = _gendered(levels)
            for level in levels:
                names = [fold(level), *gendered.get(fold(level), ())]
                names += [fold(name) for name in truth.aliases.get(factor, {}).get(level, ())]
                names += _MISSING_NAMES if level == MISSING else ()
                names += _ORDINALS.get(level, ()) if self._is_class(factor) else ()
                for name in dict.fromkeys(_key(name.strip()) for name in names if name.strip()):
                    short = len(name) < 3 or name in _NOT_LEVELS or name.isdigit()
                    self._levels.setdefault(name, []).append(_Name(factor, level, short))

    @staticmethod
    def _factor_names(truth: Truth, factor: str) -> Iterable[str]:
        own = _key(fold(factor)).strip()
        yield own
        yield from (_key(fold(name)) for name in truth.aliases.get(factor, {}).get("", ()))
        for synonyms in _FACTOR_SYNONYMS:
            if own in synonyms:
                yield from synonyms

    def _is_class(self, factor: str) -> bool:
        return factor in self._factors.get("pclass", ())

    def factors(self, folded: str) -> frozenset[str]:
        """The factors that a text names ("por género")."""
        found = (self._factors[_key(hit.group())] for hit in self._factor_words.finditer(folded))
        return frozenset(factor for factors in found for factor in factors)

    def find(
        self, folded: str, hint: frozenset[str] = frozenset(), whole: bool = False
    ) -> list[GroupMention]:
        """Subgroups named in `folded`, in order.

        `hint`: factors that the heading, column or list speaks of. `whole`: the text is a cell or
        a key, where a short level ("F", "1") may stand alone.
        """
        if self._truth is None:
            return self._generic(folded)
        factors = {
            hit.end(): self._factors[_key(hit.group())]
            for hit in self._factor_words.finditer(folded)
        }
        found = list(self._find_ranges(folded, factors, hint, whole))
        rest = _blanked(folded, found)
        for hit in self._level_words.finditer(rest):
            mention = self._level(rest, hit, factors, hint, whole)
            if mention is not None:
                found.append(mention)
        found += self._generic(_blanked(folded, found))
        return sorted(found, key=lambda mention: mention.start)

    def _level(
        self,
        folded: str,
        hit: re.Match[str],
        factors: dict[int, set[str]],
        hint: frozenset[str],
        whole: bool,
    ) -> GroupMention | None:
        word = _key(hit.group())
        names = self._levels.get(word) or self._levels.get(_singular(word, self._levels), [])
        near = _factor_before(folded, hit.start(), factors)
        named = [name for name in names if name.factor in near]
        hinted = [name for name in names if name.factor in hint]
        if named:
            names = named
        elif not (whole and (hinted or _stands_alone(folded, hit))):
            keyed = _KEYED.match(folded, hit.end()) and _STARTS.search(folded[: hit.start()][-4:])
            names = [n for n in names if not n.short or (keyed and not n.level.isdigit())]
        if len(names) > 1 and hinted and not named:
            names = hinted
        options = dict.fromkeys(Level(name.factor, name.level) for name in names)
        return GroupMention(hit.start(), hit.end(), tuple(options)) if options else None

    def _find_ranges(
        self, folded: str, factors: dict[int, set[str]], hint: frozenset[str], whole: bool
    ) -> Iterable[GroupMention]:
        numeric = self._truth.numeric if self._truth else {}
        if not numeric:
            return
        for pattern, closed_low, closed_high in _RANGES_COMPILED:
            for hit in pattern.finditer(folded):
                named = self._range_factors(folded, hit, factors, hint, whole)
                options = tuple(
                    _interval(factor, hit, closed_low, closed_high)
                    for factor in sorted(named)
                    if factor in numeric
                )
                if options:
                    folded = folded[: hit.start()] + "|" * len(hit.group()) + folded[hit.end() :]
                    yield GroupMention(hit.start(), hit.end(), options)

    def _range_factors(
        self,
        folded: str,
        hit: re.Match[str],
        factors: dict[int, set[str]],
        hint: frozenset[str],
        whole: bool,
    ) -> frozenset[str]:
        near = _factor_before(folded, hit.start(), factors)
        if near:
            return frozenset(near)
        if _AGE_WORDS.search(hit.group()):
            ages = (self._factors.get(name, set()) for name in ("edad", "age"))
            return frozenset().union(*ages)
        return hint if whole else frozenset()

    def _generic(self, folded: str) -> list[GroupMention]:
        return [GroupMention(hit.start(), hit.end(), ()) for hit in _GENERIC_LEVEL.finditer(folded)]


def _gendered(levels: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """Other names of F/M, M/H… when the two levels say which is which."""
    folded = frozenset(fold(level) for level in levels if level != MISSING)
    for pair, names in _GENDERED.items():
        if pair <= folded:
            return names
    return {}


def _alternation(names: Iterable[str], plural: bool = False) -> re.Pattern[str]:
    ordered = sorted(names, key=len, reverse=True)
    if not ordered:
        return re.compile(r"(?!)")
    words = "|".join(re.sub(r"(?:\\[ -]|[ _-])+", r"[\\s_-]+", re.escape(name)) for name in ordered)
    ending = "(?:s|es)?" if plural else ""
    return re.compile(rf"(?<![a-z0-9.,])(?:{words}){ending}(?![a-z0-9]|[.,]\d)")


_GAPS = re.compile(r"[\s_-]+")


def _key(text: str) -> str:
    return _GAPS.sub(" ", text)


def _singular(word: str, names: dict[str, list[_Name]]) -> str:
    for ending in ("s", "es"):
        if word.endswith(ending) and word.removesuffix(ending) in names:
            return word.removesuffix(ending)
    return word


_BETWEEN = re.compile(r"\s{0,3}(?:==?|:|es|de|del|,|\(|\[|–|-)?\s{0,3}[\"'`«(]{0,2}")


def _factor_before(folded: str, start: int, factors: dict[int, set[str]]) -> set[str]:
    """Factors named right before `start`: "genero = F", "region: norte", "edad (18-30)"."""
    for end in range(start, max(0, start - 9), -1):
        if end in factors and _BETWEEN.fullmatch(folded, end, start):
            return factors[end]
    return set()


_KEYED = re.compile(r"[\"'`*]{0,3}\s?(?:[:=→]|\s[–—-]\s)")
_STARTS = re.compile(r"(?:^|[,;:(|])[\s\"'`*]{0,3}$")


def _stands_alone(folded: str, hit: re.Match[str]) -> bool:
    before, after = folded[: hit.start()], folded[hit.end() :]
    return not before.strip(" \"'`*«(") and not after.strip(" \"'`*»).:")


def _blanked(folded: str, mentions: Iterable[GroupMention]) -> str:
    """`folded` with the mentions crossed out, so that nothing else is found inside them."""
    pieces, position = [], 0
    for mention in sorted(mentions, key=lambda found: found.start):
        if mention.start >= position:
            pieces += [folded[position : mention.start], "|" * (mention.end - mention.start)]
            position = mention.end
    return "".join([*pieces, folded[position:]])


def _number(text: str | None) -> float | None:
    if text is None or text == "inf":
        return None
    if re.fullmatch(r"\d{1,3}[.,]\d{3}", text):
        return float(re.sub(r"[.,]", "", text))
    return float(text.replace(",", "."))


def _interval(factor: str, hit: re.Match[str], closed_low: Any, closed_high: Any) -> Interval:
    parts = hit.groupdict()
    low, high = _number(parts.get("low")), _number(parts.get("high"))
    return Interval(
        factor,
        None if low is None else (low, closed_low),
        None if high is None else (high, closed_high),
    )


def group_of(mentions: Iterable[GroupMention]) -> list[Group]:
    """Every group that mentions together may mean ("mujeres" + "norte" is both at once)."""
    groups: list[Group] = [()]
    for mention in mentions:
        if not mention.options:
            return []
        groups = [
            (*group, option)
            for group in groups
            for option in mention.options
            if option not in group
        ][:8] or groups
    return groups
