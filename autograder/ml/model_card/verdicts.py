"""Printed against recomputed: true, false, or nothing to compare with."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from autograder.ml.model_card import findings as say
from autograder.ml.model_card.claim import Certainty, Claim, Option
from autograder.ml.model_card.conditions import is_firm
from autograder.ml.model_card.findings import Finding
from autograder.ml.model_card.metrics import COUNTS, DESCRIPTIVE

if TYPE_CHECKING:
    from autograder.ml.model_card.truth import Truth

Verdict = Literal["true", "false", "unmatched"]
_ROUNDING = 1e-9


@dataclass(frozen=True, slots=True)
class PrintedNumber:
    """A figure of the card: as printed, read as a number (proportions in 0–1), and recomputed.

    `subgroup` is None for the whole evaluation set. `recomputed` is None when nothing in the
    evaluation data answers to its names; the verdict is then "unmatched".
    """

    line: int
    metric: str | None
    subgroup: str | None
    printed: str
    value: float
    recomputed: float | None
    verdict: Verdict


def judge_numbers(
    claims: Sequence[Claim], truth: Truth | None, line: int
) -> tuple[list[PrintedNumber], list[Finding]]:
    """Every claim with its verdict, and what to tell about those that are not true.

    Without a truth everything is "unmatched" and nothing is told. `line`: where the metrics are.
    """
    numbers, found = [], []
    for claim in claims:
        number, why = _judge(claim, truth)
        numbers.append(number)
        if truth is not None and number.verdict != "true" and why != "excluded":
            found.append(_tell(claim, number, why))
    if truth is not None and claims and not _anything_decided(claims, numbers):
        found.append(say.nothing_verified(line))
    return numbers, found


def _anything_decided(claims: Sequence[Claim], numbers: Sequence[PrintedNumber]) -> bool:
    """Some performance metric was confirmed (or refuted, which has its own finding)."""
    return any(
        number.verdict != "unmatched" and claim.metric and claim.metric.name not in DESCRIPTIVE
        for claim, number in zip(claims, numbers, strict=True)
    )


def _judge(claim: Claim, truth: Truth | None) -> tuple[PrintedNumber, str]:
    if claim.metric is None:
        return _number(claim, None, "unmatched"), "no-metric"
    if truth is None:
        return _number(claim, None, "unmatched"), "no-recomputation"
    if is_firm(claim.excluded):
        return _number(claim, None, "unmatched"), "excluded"
    values = _values(claim.options, truth)
    for value in values:
        if _agrees(claim, value):
            return _number(claim, value, "true"), ""
    if claim.excluded:
        return _number(claim, None, "unmatched"), "excluded"
    if not values:
        why = "unknown-group" if claim.unknown else "no-recomputation"
        return _number(claim, None, "unmatched"), why
    if _may_be_something_else(claim, truth):
        return _number(claim, None, "unmatched"), "ambiguous"
    return _number(claim, values[0], "false"), ""


def _may_be_something_else(claim: Claim, truth: Truth) -> bool:
    if claim.certainty is Certainty.EXPLICIT:
        return False
    if claim.certainty is Certainty.UNSURE:
        return True
    return any(_agrees(claim, value) for value in _values(claim.others, truth))


def _values(options: Iterable[Option], truth: Truth) -> list[float]:
    return [value for metric, group in options for value in truth.values(metric, group)]


def _agrees(claim: Claim, value: float) -> bool:
    assert claim.metric is not None
    readings = claim.figure.readings(claim.metric.name, claim.percent)
    return any(abs(read - value) <= half + _ROUNDING for read, half in readings)


def _number(claim: Claim, recomputed: float | None, verdict: Verdict) -> PrintedNumber:
    return PrintedNumber(
        line=claim.line,
        metric=str(claim.metric) if claim.metric else None,
        subgroup=claim.subgroup,
        printed=claim.figure.printed,
        value=claim.figure.value(claim.metric.name if claim.metric else None),
        recomputed=recomputed,
        verdict=verdict,
    )


def _tell(claim: Claim, number: PrintedNumber, why: str) -> Finding:
    if number.verdict == "false":
        assert claim.metric is not None
        if claim.metric.name in COUNTS:
            return say.count_mismatch(claim.line, number.printed, claim.subgroup)
        return say.number_mismatch(
            claim.line, number.printed, number.metric or "", claim.metric.name, claim.subgroup
        )
    severity: Literal["warning", "info"] = (
        "warning" if why in ("unknown-group", "no-recomputation") else "info"
    )
    return say.number_unverifiable(claim.line, number.printed, number.metric, why, severity)
