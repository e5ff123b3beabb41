"""The closed list of metrics, by the names that cards give them, and figures as they print them."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass

from autograder.ml.model_card.parse import fold

SUPPORT = "support"
"""How many rows: the one metric that does not say how well the model does."""

_CASES = (
    "casos|filas|registros|muestras?|observaciones|personas|solicitudes|solicitantes|clientes"
    "|pasajeros|ejemplos|instancias|rows|samples|cases|examples|instances|records|people|size"
    "|count|cantidad|total|tamano|n|support|soporte|poblacion"
)
_NAMES = {
    SUPPORT: rf"(?:(?:n|no|nro|numero|cantidad|total|tamano|number|count)(?: (?:de|of))? )?"
    rf"(?:{_CASES})(?: n| evaluad[oa]s)?|tamano del? (?:grupo|muestra)|sample size",
    "accuracy": "exactitud|accuracy|acc|(?:tasa|porcentaje) de aciertos?|aciertos",
    "precision": "precision|valor predictivo positivo|positive predictive value|vpp|ppv",
    "recall": "recall|sensibilidad|sensitivity|exhaustividad|tasa de verdaderos positivos"
    "|true positive rate|tpr|tvp|cobertura",
    "f1": "(?:(?:puntaje|puntuacion|valor|medida|score) )?f ?1|f1? (?:measure|score)|f score",
    "roc_auc": "(?:roc )?auc(?: roc)?|auroc|area bajo la curva(?: roc)?|area under (?:the )?"
    "(?:roc )?curve",
    "balanced_accuracy": "(?:exactitud|accuracy) (?:balanceada|equilibrada)|balanced acc(?:uracy)?"
    "|bacc",
    "specificity": "especificidad|specificity|selectividad|tasa de verdaderos negativos"
    "|true negative rate|tnr|tvn",
    "brier": "(?:(?:puntaje|indice|score|perdida) )?(?:de )?brier(?: loss)?",
}
# What may stand beside a name without changing what is measured.
_TEST = "evaluacion|evaluation|eval|test|testing|prueba"
_BESIDE = (
    rf"(?:(?:en|in|on|de|of|the|la|el|conjunto|datos|clase|pos|label) ){{0,4}}"
    rf"(?:{_TEST}|positiv[aeo]|1|n|roc|score)(?: class| clase| set| data)?"
)
_ASIDE = re.compile(rf"(?:{_BESIDE})?")
_EXACT = {
    key: re.compile(rf"(?:(?:{_TEST}) )?(?:{names})(?: score)?(?: {_BESIDE})?")
    for key, names in _NAMES.items()
}
_WORDS = re.compile(r"[^a-z0-9#]+")
_PARENTHESIS = re.compile(r"[(\[]([^()\[\]]*)[)\]]")

UNDEFINED = math.nan
_UNDEFINED = re.compile(
    r"(?:nan|n/?a|none|null|undefined|indefinid[oa]|no (?:existe|esta definid[oa]|definid[oa]"
    r"|aplica|se puede(?: calcular)?|calculable|hay)|not (?:defined|applicable)|s/?d|sin dato"
    r"|[-–—]{1,3})\.?"
)
_NUMBER = re.compile(
    r"[~≈ ]*(?P<number>[-+]?(?:\d{1,3}(?:[., ']\d{3})+(?![\d])(?:,\d{1,9}|\.\d{1,9})?"
    r"|\d{1,12}(?:[.,]\d{1,17})?|[.,]\d{1,17}))\s?(?P<percent>%|por ?ciento|percent|pct)?"
    r"(?P<tail>\s*(?:$|[±(\[*†]|\+/?-|ic\b|ci\b).{0,80})"
)
_GROUPED = re.compile(r"[-+]?\d{1,3}(?:[., ']\d{3})+")


def find_metric(heading: str) -> tuple[str, bool]:
    """The metric that a column's heading names, or "", and whether it says "%".

    Example:
        >>> find_metric("Precisión (accuracy)"), find_metric("Recall (%)"), find_metric("F1 macro")
        (('accuracy', False), ('recall', True), ('', False))
    """
    folded = fold(heading[:120])
    percent = bool(re.search(r"%|\bporcentaje\b|\bpercent", folded))
    main = _exactly(_bare(_PARENTHESIS.sub(" ", folded)))
    inside = [_bare(part) for part in _PARENTHESIS.findall(folded)]
    named = [key for part in inside if (key := _exactly(part)) and key != SUPPORT]
    if main and named:
        return named[0], percent  # "Precisión (accuracy)" is accuracy
    if all(_ASIDE.fullmatch(part) or _exactly(part) == main for part in inside):
        return main, percent
    return "", percent


def _bare(text: str) -> str:
    return _WORDS.sub(" ", text.replace("#", " n ")).strip()


def _exactly(name: str) -> str:
    return next((key for key, names in _EXACT.items() if names.fullmatch(name)), "")


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure as printed: each way to read it is (value, half a unit of its last digit)."""

    readings: tuple[tuple[float, float], ...]
    decimals: int = 0

    def agrees_with(self, value: float) -> bool:
        """Whether `value`, rounded as printed, is this figure; nan agrees with `UNDEFINED` only."""
        if math.isnan(value):
            return any(math.isnan(read) for read, _ in self.readings)
        return any(abs(read - value) <= half + 1e-9 for read, half in self.readings)


def read_figure(text: str, metric: str = "", percent: bool = False) -> Figure | None:
    """What a cell says of `metric`, or None when it is no figure. `percent`: its column says "%".

    Example:
        >>> read_figure("50,0 %").readings, read_figure("1.500", "support").readings
        (((0.5, 0.0005),), ((1500.0, 0.5),))
    """
    folded = fold(text.strip().strip("*_` "))
    if _UNDEFINED.fullmatch(folded):
        return Figure(((UNDEFINED, 0.0),))
    hit = _NUMBER.fullmatch(folded)
    if hit is None:
        return None
    number = hit["number"].replace(" ", "").replace("'", "")
    if metric == SUPPORT:
        return _as_count(number, bool(hit["percent"]))
    if number.count(",") + number.count(".") > 1:
        return None
    value = float(number.replace(",", "."))
    decimals = len(re.split("[.,]", number)[1]) if re.search("[.,]", number) else 0
    half = 0.5 * 10.0**-decimals
    share = (value / 100, half / 100)
    if hit["percent"]:
        return Figure((share,), decimals + 2)
    if abs(value) > 1:
        return Figure((share,), decimals + 2)
    whole = (value, half if decimals else 0.005)
    return Figure((share, whole) if percent else (whole,), decimals or 2)


def _as_count(number: str, percent: bool) -> Figure | None:
    if _GROUPED.fullmatch(number):
        number = re.sub(r"[.,]", "", number)
    elif re.fullmatch(r"\d+[.,]0+", number):
        number = re.split("[.,]", number)[0]
    if percent or not number.isdigit():
        return None
    return Figure(((float(number), 0.5),))
