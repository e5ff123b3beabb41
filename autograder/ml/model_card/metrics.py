"""The names of metrics, in Spanish and English, as cards write them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

AVERAGED = frozenset({"precision", "recall", "f1"})
"""Metrics of one class, which may also be averaged over classes."""
COUNTS = frozenset({"support"})
DESCRIPTIVE = frozenset({"support", "base_rate", "drift"})
"""They describe the data: a card with only these has measured nothing."""
DRIFT = "drift"
"""PSI, KS and their kin: named so that their figures are taken for no metric's."""
PROPORTIONS = frozenset(
    "accuracy balanced_accuracy precision recall specificity f1 roc_auc average_precision brier "
    "error_rate false_positive_rate false_negative_rate negative_predictive_value base_rate "
    "selection_rate".split()
)
"""Between 0 and 1, so they may be printed as percentages."""

SPANISH = {
    "accuracy": "exactitud",
    "balanced_accuracy": "exactitud balanceada",
    "precision": "precisión",
    "recall": "recall",
    "specificity": "especificidad",
    "f1": "F1",
    "roc_auc": "AUC",
    "average_precision": "AUC-PR",
    "brier": "Brier",
    "log_loss": "log loss",
    "mcc": "MCC",
    "error_rate": "tasa de error",
    "false_positive_rate": "tasa de falsos positivos",
    "false_negative_rate": "tasa de falsos negativos",
    "negative_predictive_value": "valor predictivo negativo",
    "base_rate": "tasa base",
    "selection_rate": "tasa de selección",
    "support": "casos",
    "other": "otra métrica",
}

_NAMES = {  # longer names first where one contains another: alternation takes the first that fits
    "other_at": r"(?:precision|recall|exactitud|accuracy)(?:@\w+| (?:at|en el|en los|en las) "
    r"(?:k\b|top|mejores|primer[oa]?s?|\d+))",
    "balanced_accuracy": r"(?:exactitud|accuracy|precision) (?:balancead|equilibrad)a"
    r"|balanced accuracy|accuracy balancead[oa]|bal acc|bacc",
    "average_precision": r"(?:auc|area)[ -]?\(?(?:pr|precision[ -]recall)\)?|pr[ -]auc|auprc|auc pr"
    r"|average precision|precision (?:media|promedio)(?! (?:macro|ponderad|pesad))",
    "roc_auc": r"area bajo la curva(?: roc)?|area under the (?:roc )?curve|roc[ -]?auc"
    r"|auc[ -]?\(?roc\)?|auroc|auc",
    "negative_predictive_value": r"valor predictivo negativo|negative predictive value|vpn|npv",
    "precision": r"precision|valor predictivo positivo|positive predictive value|vpp|ppv",
    "recall": r"recall|sensibilidad|sensitivity|exhaustividad|tasa de verdaderos positivos"
    r"|true positive rate|tpr|tvp",
    "specificity": r"especificidad|specificity|tasa de verdaderos negativos"
    r"|true negative rate|tnr|tvn",
    "f1": r"(?:puntaje |puntuacion |valor |medida |score )?f-?1(?:[ -]?score)?|f[ -]score"
    r"|f[ -]measure",
    "false_positive_rate": r"tasa de falsos positivos|false positive rate|fpr|tfp",
    "false_negative_rate": r"tasa de falsos negativos|false negative rate|fnr|tfn",
    "brier": r"(?:puntaje |score )?(?:de )?brier(?: score)?",
    "log_loss": r"log[ -]?loss|perdida logaritmica|entropia cruzada|cross[ -]entropy",
    "mcc": r"mcc|(?:coeficiente|correlacion) de matthews|matthews(?: corrcoef)?",
    "error_rate": r"tasa de error|error rate",
    "base_rate": r"tasa base|base rate|prevalencia|prevalence|proporcion de positivos",
    "selection_rate": r"tasa de seleccion|selection rate|positivos predichos",
    "accuracy": r"exactitud|accuracy|tasa de aciertos?|porcentaje de aciertos?|aciertos|acc",
    "other": r"kappa(?: de cohen)?|gini|mae|rmse|mse|r2|mape|lift|equalized odds"
    r"|demographic parity|paridad demografica",
    "support": r"soporte|support",
    # Not a model's performance: a figure beside these names is nobody's recall.
    "drift": r"psi|ks|kolmogorov[ -]smirnov|wasserstein|jensen[ -]shannon|p-?valor(?:es)?"
    r"|p-?values?",
}
_CELL_SUPPORT = re.compile(
    r"#|n|#? ?(?:cantidad|tamano|numero|total|nro)?(?: ?de)?(?: la)? ?(?:casos|filas|registros|"
    r"muestras?|observaciones|personas|solicitudes|clientes|pasajeros|cantidad|tamano|count|size|"
    r"rows|samples|cases|soporte|support)(?: evaluad[oa]s| en evaluacion)?(?: \(?n\)?)?"
)
_SUPPORT_EQUALS = r"(?P<support_equals>\bn(?= ?=))"


def _alternative(names: str) -> str:
    # A card may write balanced_accuracy, balanced-accuracy or "balanced accuracy".
    return re.sub(r"\[ -\]| ", "[ _-]", names)


_METRIC = re.compile(
    "|".join(
        [
            rf"(?<![a-z0-9])(?P<{name}>{_alternative(names)})(?:[ _-]score|es|s)?(?![a-z0-9])"
            for name, names in _NAMES.items()
        ]
        + [_SUPPORT_EQUALS]
    )
)
_AVERAGES = (
    r"\b(?:(?P<macro>macro)|(?P<weighted>weighted|ponderad[oa]s?(?! por)|pesad[oa]s?)"
    r"|(?P<micro>micro))\b"
)
_AVERAGE = re.compile(_AVERAGES)
_AVERAGE_AFTER = re.compile(rf"[\s_(-]{{0,3}}(?:(?:promedio|media|avg|average) )?{_AVERAGES}")
_AVERAGE_BEFORE = re.compile(rf"{_AVERAGES}[\s_-]{{0,2}}(?:(?:promedio|avg|average|de) ?)?$")
_SAME_THING = re.compile(r"\s{0,2}\(\s?|\s?[/=|]\s?|\s(?:o|u|or)\s")


@dataclass(frozen=True, slots=True)
class Metric:
    """A metric and, for those of one class, what was averaged: "", "macro", "weighted", "micro" or
    "class:<label>". Without an average it is the positive class's."""

    name: str
    average: str = ""

    def __str__(self) -> str:
        detail = {"macro": " macro", "weighted": " ponderado", "micro": " micro"}
        if self.average.startswith("class:"):
            return f"{SPANISH[self.name]} de la clase {self.average.removeprefix('class:')}"
        return SPANISH.get(self.name, self.name) + detail.get(self.average, "")


@dataclass(frozen=True, slots=True)
class MetricMention:
    """Where a text names a metric: half-open span."""

    start: int
    end: int
    metric: Metric


def find_metrics(folded: str) -> list[MetricMention]:
    """The metrics that a folded text names, in order. "Precisión (accuracy)" is one: accuracy."""
    mentions: list[MetricMention] = []
    for hit in _METRIC.finditer(folded):
        name = (hit.lastgroup or "").removesuffix("_equals").removesuffix("_at")
        metric = Metric(name, _average_near(folded, hit) if name in AVERAGED else "")
        mention = MetricMention(hit.start(), hit.end(), metric)
        if mentions and _renames(folded, mentions[-1], mention):
            mention = MetricMention(mentions.pop().start, hit.end(), metric)
        mentions.append(mention)
    return mentions


def _average_near(folded: str, hit: re.Match[str]) -> str:
    """The average named right beside a metric ("F1 macro", "weighted F1"), or ""."""
    after = _AVERAGE_AFTER.match(folded, hit.end())
    found = after or _AVERAGE_BEFORE.search(folded[max(0, hit.start() - 24) : hit.start()])
    return (found.lastgroup or "") if found else ""


def _renames(folded: str, first: MetricMention, second: MetricMention) -> bool:
    gap = folded[first.end : second.start]
    if not _SAME_THING.fullmatch(gap):
        return False
    return "(" in gap or first.metric.name == second.metric.name


def find_average(folded: str) -> str:
    """The average that a text names ("macro", "weighted", "micro"), or "" (none, or several)."""
    found = {hit.lastgroup for hit in _AVERAGE.finditer(folded)}
    return found.pop() or "" if len(found) == 1 else ""


def is_count_label(folded: str) -> bool:
    """True when a cell or a key is only the name of a count: "n", "Casos", "soporte"."""
    return bool(_CELL_SUPPORT.fullmatch(folded.strip(" *`.:")))


def distinct(mentions: list[MetricMention]) -> Iterator[Metric]:
    """Each metric once, in order."""
    yield from dict.fromkeys(mention.metric for mention in mentions)
