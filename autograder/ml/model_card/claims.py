"""Which figure is which: every printed number tied to the metric and the subgroup that name it.

A claim is decided from names only: those of the row and the column, of the list item and the items
around it, of the sentence. What the names leave open stays open (`Certainty.UNSURE`): it is
reported, never guessed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from autograder.ml.model_card.claim import Claim
from autograder.ml.model_card.context import Context, Labeller
from autograder.ml.model_card.metrics import DESCRIPTIVE, DRIFT
from autograder.ml.model_card.parse import Block
from autograder.ml.model_card.sections import Outline, Placed
from autograder.ml.model_card.sentences import read_sentences
from autograder.ml.model_card.tables import TableReader

if TYPE_CHECKING:
    from autograder.ml.model_card.truth import Truth

MAX_FIGURES = 1_000
"""Numbers read in a card; a real one has some dozens."""

_DIGITS = re.compile(r"\d[\d.,]*")


class TooManyFigures(ValueError):
    """More figures than anybody reads: the card is not judged by its first ones."""


def read_claims(outlined: Outline, blocks: Sequence[Block], truth: Truth | None) -> list[Claim]:
    """The card's claims in order. Raises `TooManyFigures` beyond `MAX_FIGURES`."""
    labeller = Labeller(truth)
    claims: list[Claim] = []
    intro: Placed | None = None
    left = MAX_FIGURES
    for placed in outlined.placed:
        if placed.block.kind in ("text", "table"):
            left -= _rough_count(placed.block.text)
            if left < 0:
                raise TooManyFigures
            if _DIGITS.search(placed.block.text):
                same = intro is not None and intro.headings == placed.headings
                context = labeller.context(
                    placed, blocks, intro.block if same and intro is not None else None
                )
                claims += _block_claims(placed, context, labeller)
        if placed.block.kind != "text" or not placed.block.level:
            intro = placed if placed.block.kind == "text" else None
    return claims


def _rough_count(text: str) -> int:
    return sum(1 for _ in _DIGITS.finditer(text))


def _block_claims(placed: Placed, context: Context, labeller: Labeller) -> Iterator[Claim]:
    block = placed.block
    if block.table is not None:
        claims = TableReader(block.table, context, labeller).claims()
    else:
        claims = read_sentences(block, context, labeller)
    yield from (claim for claim in claims if _concerns_evaluation(claim, placed.sections))


def _concerns_evaluation(claim: Claim, sections: Sequence[str]) -> bool:
    """Counts and rates elsewhere than in the evaluation's sections are of other rows, and a figure
    with no metric is one only among the metrics."""
    if claim.metric is None:
        return "metrics" in sections
    if claim.metric.name not in DESCRIPTIVE:
        return True
    described = {"metrics", "evaluation_data"} & set(sections)
    return bool(described) and claim.metric.name != DRIFT
