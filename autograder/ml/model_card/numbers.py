"""Printed figures: reading them, and telling a metric's value from everything else with digits.

`0.8637`, `0,8637`, `86,4 %`, `~86%` and `86.4 por ciento` are readings of the same figure; a year,
a version, a threshold, an interval or a difference is no reading of any.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from autograder.ml.model_card.metrics import COUNTS, PROPORTIONS

_NUM = r"[-+]?(?:\d{1,9}(?:[.,]\d{1,12})?|[.,]\d{1,12})"
_FIGURE = re.compile(
    r"(?<![\w/#@$])(?<!\d[.,:])(?<![\d]-)"
    r"(?P<number>[-+]?(?:\d{1,3}(?:[.  ' ]\d{3})++(?:,\d{1,6}(?!\d))?|\d{1,12}(?:[.,]\d{1,17})?"
    r"|[.,]\d{1,17}))"
    r"(?P<percent>\s?%|\s?por ?ciento|\s?percent)?"
    r"(?!\w|/\S|[.,:]\d|-\d)"
)
_BEFORE = (
    r"umbral(?:es)?|corte|threshold|cutoff|psi|ks|alfa|alpha|p-?valor(?:es)?|p-?values?|semilla|"
    r"seed|random_state|version|python|scikit-learn|sklearn|pandas|numpy|ano|mes(?:es)?|dias?|"
    r"seccion|tabla|figura|capitulo|paso|top|k|sigma|desvio(?: estandar)?|desviacion(?: estandar)?"
    r"|std|sd|pesos?|ponderacion|coeficiente|correlacion|"
    r"costo|precio|tolerancia|margen|clase|class|nivel de confianza|cada|hace|durante"
)
_LINK = r"(?:\s(?:de|del|la|el|decision|es|fue|en|igual a|mayor a|menor a)){0,3}\s?(?:=|:|>|<)?\s?"
_AFTER = (
    r"umbral|corte|puntos?|pp\b|p\.? ?p\.?|pts?\b|veces|dias?|mes(?:es)?|anos?|semanas?|horas?|"
    r"minutos?|segundos?|ms\b|arboles|trees|folds?|pliegues|columnas|variables|features|mb\b|kb\b|"
    r"gb\b|pesos|usd|estimadores|epocas|epochs|confianza|de confianza|ic\b|ci\b"
)
_BOUND = (  # "por debajo de 0,70", "supera el 80 %": a limit, not a measurement
    r"(?:por )?(?:debajo|encima|arriba|abajo)|(?:menor|mayor|inferior|superior)(?:es)?(?: que)?|"
    r"(?:mas|menos)(?: que)?|super(?:a|an|e|en|ar)|al menos|como (?:minimo|maximo|mucho)|"
    r"minim[oa]|maxim[oa]|(?:baj|ca)(?:a|e|en|an|iera|ara|ar|er|iga)(?= del? )|"
    r"below|above|under|over|"
    r"at (?:least|most)|(?:less|more|lower|higher) than|objetivo|meta|desde"
)
_NOISE = re.compile(
    rf"(?:±|\+/-|\+-)\s?{_NUM}\s?%?"
    rf"|[\[(][^\[\]()\n]{{0,40}}?{_NUM}\s?%?\s?(?:,\s|[;–—-]|\ba\b|\bto\b)\s?{_NUM}\s?%?"
    r"[^\[\]()\n\w]{0,20}[\])]"
    r"|\b(?:ic|ci|intervalos?(?: de confianza)?|confidence interval)\b[^\d\n]{0,20}"
    rf"(?:\d{{1,2}}\s?%)?[^\d\n]{{0,20}}(?:{_NUM}\s?%?\s?(?:,\s|[;–—-]|a|y|to|and)\s?{_NUM}\s?%?)?"
    rf"|{_NUM}\s?%?\s?[–—]\s?{_NUM}\s?%?|(?<![\w.,]){_NUM}\s?%?\s?-\s?\d[\d.,]{{0,12}}\s?%?"
    rf"|(?:>=|<=|=>|=<|[<>≥≤])\s?{_NUM}\s?%?"
    rf"|\b(?:{_BOUND})\s(?:del? |el |la |los |un |una |a ){{0,2}}{_NUM}\s?%?"
    rf"|\b(?:{_BEFORE}){_LINK}{_NUM}\s?%?"
    rf"|(?<![\w.,]){_NUM}\s?%?\s?(?:de )?(?:{_AFTER})"
    rf"|(?<![\w.,]){_NUM}\s?%\s(?:de|of) (?:la |los |las |el |the )?(?:muestra|base|poblacion|"
    r"cartera|filas|registros|dataset|datos|sample|rows|population)\b"
    r"|\b\d{1,4}[-/]\d{1,2}[-/]\d{1,4}\b|\bv\d[\d.]{0,12}"
    r"|\b(?:n_\w{1,20}|max_\w{1,20}|min_\w{1,20}|c|test_size)\s?=\s?[-\d.,]{1,12}"
)
_YEAR = re.compile(r"(?:19|20)\d\d")
_APPROXIMATE = re.compile(r"[~≈]\s?$|(?:aprox(?:imadamente)?\.?|alrededor de|cerca de|casi)\s$")
_CELL = re.compile(r"[\s~≈*_`(]*")
_PLAIN_INTEGER = re.compile(r"\d{1,12}")
_THOUSANDS = re.compile(r"[1-9]\d{0,2}(?:[.,]\d{3})+")
_MAX_HALF = 0.05


@dataclass(frozen=True, slots=True)
class Figure:
    """A number as printed: half-open span, digits, and whether a percent sign follows."""

    start: int
    end: int
    printed: str
    number: str
    percent: bool

    @property
    def is_integer(self) -> bool:
        """No decimals and no percent sign: a count, a year, a level, "1"."""
        return not self.percent and bool(_PLAIN_INTEGER.fullmatch(self.number))

    def readings(self, metric: str, percent: bool = False) -> list[tuple[float, float]]:
        """(value, half a unit of the last printed digit) for each way to read it as `metric`.

        `percent`: the column or the key says "%", so the sign may be missing.
        """
        if metric in COUNTS:
            return self._as_count()
        value, half = self._as_decimal()
        if self.percent:
            return [(value / 100, half / 100)]
        found = []
        if metric in PROPORTIONS and (abs(value) > 1 or percent):
            found.append((value / 100, half / 100))
        if metric not in PROPORTIONS or abs(value) <= 1:
            found.append((value, min(half, _MAX_HALF)))
        return found

    def value(self, metric: str | None) -> float:
        """The figure's likeliest value, for whoever lists it."""
        readings = self.readings(metric or "accuracy") or [self._as_decimal()]
        return readings[0][0]

    def _as_decimal(self) -> tuple[float, float]:
        text = re.sub(r"[  ' ]", "", self.number)
        if re.fullmatch(r"[-+]?\d{1,3}(?:\.\d{3})+,\d+", text):
            text = text.replace(".", "")
        if text.count(".") > 1:
            text = text.replace(".", "")
        text = text.replace(",", ".")
        decimals = len(text.partition(".")[2])
        return float(text), 0.5 * 10.0**-decimals

    def _as_count(self) -> list[tuple[float, float]]:
        digits = re.sub(r"[  ' ]", "", self.number)
        if self.percent:
            return []
        if re.fullmatch(r"\d{1,3}(?:[.,]\d{3})+", digits):
            return [(float(re.sub(r"[.,]", "", digits)), 0.5)]
        return [(float(digits), 0.5)] if digits.isdigit() else []


def find_figures(text: str, folded: str, taken: list[tuple[int, int]]) -> list[Figure]:
    """Figures of `text` that may be a metric's value: not in `taken` (names, ranges), not noise."""
    blocked = sorted([*taken, *(hit.span() for hit in _NOISE.finditer(_hide(folded, taken)))])
    return list(_outside(text, folded, blocked))


def _hide(folded: str, spans: list[tuple[int, int]]) -> str:
    pieces, position = [], 0
    for start, end in sorted(spans):
        if start >= position:
            pieces += [folded[position:start], "|" * (end - start)]
            position = end
    return "".join([*pieces, folded[position:]])


def _outside(text: str, folded: str, blocked: list[tuple[int, int]]) -> Iterator[Figure]:
    pointer = 0
    reach = -1
    for hit in _FIGURE.finditer(folded):
        while pointer < len(blocked) and blocked[pointer][0] < hit.end():
            reach = max(reach, blocked[pointer][1])
            pointer += 1
        if reach <= hit.start():
            yield _figure(text, folded, hit)


def _figure(text: str, folded: str, hit: re.Match[str]) -> Figure:
    number = hit.group("number")
    printed = text[hit.start() : hit.end()].strip()
    if about := _APPROXIMATE.search(folded[max(0, hit.start() - 20) : hit.start()]):
        printed = f"{about.group().strip()} {printed}" if len(about.group()) > 2 else f"~{printed}"
    return Figure(hit.start(), hit.end(), printed, number, bool(hit.group("percent")))


def cell_figure(cell: str, folded: str) -> Figure | None:
    """The figure that a table cell is, with or without its interval; None when it is a label."""
    lead = _CELL.match(cell)
    start = lead.end() if lead else 0
    hit = _FIGURE.match(folded, start)
    if hit is None:
        return None
    rest = folded[hit.end() :].strip(" *_`)")
    if rest and not re.fullmatch(r"(?:±|\+/-|\+-|[\[(<]|ic|ci|\bn ?=).{0,60}", rest):
        return None
    return _figure(cell, folded, hit)


def could_be(figure: Figure, metric: str | None, whole: bool) -> bool:
    """Whether `figure` may be a value of `metric`. `whole`: it is all that a cell or key says, so
    an integer is no year and no level."""
    if metric in COUNTS:
        return bool(figure.readings(metric or ""))
    if _YEAR.fullmatch(figure.number) and not figure.percent:
        return False
    if metric is not None and metric not in PROPORTIONS:
        return True
    if not whole and not figure.percent and _THOUSANDS.fullmatch(figure.number):
        return False
    value = abs(figure.readings("accuracy")[0][0]) if figure.readings("accuracy") else 2.0
    return value <= 1 and (whole or not figure.is_integer)
