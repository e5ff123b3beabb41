"""Whatever bytes come, there is an assessment: the same one each time, and bounded."""

from __future__ import annotations

import random
import time
from pathlib import Path

import pytest
from cards.portfolio import DECLARED, TRUTH
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from autograder.ml.model_card import Assessment, Kind, assess
from autograder.ml.model_card.parse import MAX_CHARACTERS, MAX_LINES

PIECES = (
    "## Métricas\n·\n\n·| Grupo | Recall |\n|---|---|\n·| · |\n·recall ·mujeres ·0,61·exactitud: ·"
    "86 %·[completar]·<!--·-->·```\n·<table><tr><td>·</table>·<div hidden>·</div>·**·- ·  - ·> ·("
    "·)·; · y ·F = ·edad < 30·18-30·\\#·---\n·TODO·{{x}}·genero·Brecha (·\r·\0·\ud800·é·e\u0301·"
    "1.500·No usar para ·### Usos fuera de alcance\n·Global·n·±·[0,1; 0,2]·&amp;·𝟘·:·`·$·{a}·"
    "---\nmodel-index:\n- name: x\n·  results: [{metrics: [{type: recall, value: 0.5}]}]\n---\n·"
    "Algoritmo: ·Filas: ·Fecha: 2026-·<h2>·<span style='color:white'>·<nombre>·data-line='9'·<p "
).split("·")
QUIET = settings(
    max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=True
)


def whole(text: str | bytes) -> Assessment:
    return assess(text, TRUTH.groups, TRUTH, DECLARED)


@QUIET
@given(st.binary(max_size=400))
def test_any_bytes_give_an_assessment(raw: bytes) -> None:
    assert not whole(raw).complete


@QUIET
@given(st.lists(st.sampled_from(PIECES), max_size=60).map("".join))
def test_any_mixture_of_card_pieces_gives_one_answer_inside_the_card(text: str) -> None:
    found = whole(text)
    assert whole(text) == found
    last = text.replace("\r\n", "\n").replace("\r", "\n").count("\n") + 1
    lines = [*(finding.line for finding in found.findings), *(c.line for c in found.evidence)]
    assert all(line is None or 1 <= line <= last for line in lines)
    assert all(finding.message and finding.hint for finding in found.findings)


def repeated(piece: str, size: int, before: str = "", after: str = "") -> str:
    """A document of about `size` characters and of no more lines than a card may have."""
    times = (size - len(before) - len(after)) // len(piece)
    if piece.count("\n"):
        times = min(times, (MAX_LINES * size // MAX_CHARACTERS - 10) // piece.count("\n"))
    return before + piece * times + after


CARDS = Path(__file__).parent / "cards"
LONG = MAX_CHARACTERS
TABLE = "## Métricas\n\n| Grupo | Recall |\n|---|---|\n"
HOSTILE = {
    "open brackets": ("[", "", ""),
    "open images": ("![", "", ""),
    "links that do not end": ("[a](", "", ""),
    "emphasis": ("**a *b", "", ""),
    "bold": ("**a**", "", ""),
    "pipes": ("|", "", ""),
    "a long table": ("| mujeres | 0.5 |\n", TABLE, ""),
    "a table of ranges": ("| edad 20-30 | 0.5 |\n", TABLE, ""),
    "a table of gaps": ("| Brecha (genero) | 0.5 |\n", TABLE, ""),
    "figures of a long table": (
        "0.999 ",
        TABLE + "".join(f"| mujeres | 0.{n} |\n" for n in range(100, 1_000)) + "\n",
        "",
    ),
    "a table of strangers": ("| gente rara x | 0.5 |\n", TABLE, ""),
    "deep quotes": (">", "", ""),
    "deep lists": ("- ", "", ""),
    "open comments": ("<!--", "", ""),
    "comments": ("<!---->", "", ""),
    "open tags": ("<td", "## Métricas\n\n", ""),
    "cells that do not end": ("<tr><td>0.5", "<table>", ""),
    "words in a cell": ("a\n\n", "<table><tr><td>", ""),
    "hidden parts": ("<p hidden>a", "", ""),
    "zeros in a style": ("0", "<p style='opacity:", "'>a</p>"),
    "spaces in a style": ("display ", "<p style='", "'>a</p>"),
    "digits": ("1", "## Métricas\n\n", ""),
    "thousands": (".000", "## Métricas\n\n1", ""),
    "figures": ("0.5 ", "", ""),
    "blanks": ("[completar ", "", ""),
    "braces": ("{a", "", ""),
    "dollars": ("$a", "", ""),
    "spaces": (" ", "0.5", ""),
    "accents": ("\u0301\u0323", "a", ""),
    "dots": (".", "", ""),
    "colons": ("a:", "", ""),
    "labels": ("- Filas de de la el: 3\n", "## Datos de entrenamiento\n\n", ""),
    "one label": ("de ", "Filas ", ": 3"),
    "denials": ("no se debe usar para ", "", ""),
    "headings": ("# Datos y métricas\n", "", ""),
    "one heading": ("datos y ", "# ", ""),
    "months": ("1 de ", "Fecha: ", ""),
    "front matter": ("{{a}}\n", "---\n", "---\n"),
    "nested yaml": ("[", "---\nmodel-index: ", "\n---\n"),
    "nested yaml lists": ("- ", "---\nmodel-index: \n", "\n---\n"),
    "nested yaml maps": ("? ", "---\nmodel-index: \n", "\n---\n"),
    "yaml aliases": ("- *a\n", "---\nmodel-index:\n- &a x\n", "---\n"),
    "model-index": (
        "    - {type: recall, value: 0.5}\n",
        "---\nmodel-index:\n- results:\n  - metrics:\n",
        "---\n",
    ),
    "bold lines": ("**a**\n\n", "", ""),
    "references": ("[a]: #\n", "", ""),
    "tabs": ("\t", "", ""),
    "code": ("`", "", ""),
}


def seconds(text: str) -> float:
    """CPU time of one assessment, to be compared with another's in the same run."""
    start = time.process_time()
    whole(text)
    return time.process_time() - start


@pytest.fixture(scope="module")
def ordinary() -> float:
    """What an ordinary card costs that is as long as the hostile ones: tables, lists and prose."""
    card = repeated((CARDS / "completa-prosa-larga.md").read_text("utf-8"), LONG)
    return max(seconds(card) for _ in range(3))


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_card_costs_as_much_as_a_few_ordinary_ones(name: str, ordinary: float) -> None:
    """Honest costs are within twice; a quadratic expression costs 6 to 40 times as much."""
    piece, before, after = HOSTILE[name]
    text = repeated(piece, LONG, before, after)
    assert any(seconds(text) < 4 * ordinary for _ in range(3))
    found = whole(text)
    assert not found.complete
    assert len(found.findings) <= 200


def test_a_longer_card_is_not_read() -> None:
    for text in ("a" * (MAX_CHARACTERS + 1), "a\n" * (MAX_LINES + 1), b"a" * 10**6):
        [finding] = whole(text).findings
        assert finding.kind is Kind.UNREADABLE


def generated(seed: int) -> str:
    """A document of random pieces, some of them of real cards."""
    rng = random.Random(seed)
    return "".join(rng.choice(PIECES) for _ in range(rng.randint(1, 120)))


@pytest.mark.parametrize("block", range(4))
def test_no_generated_document_is_a_crash(block: int) -> None:
    for seed in range(75 * block, 75 * (block + 1)):
        assert not whole(generated(seed)).complete
