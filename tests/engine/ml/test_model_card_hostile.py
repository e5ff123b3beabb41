"""Whatever bytes come, there is an assessment: the same one each time, and bounded."""

from __future__ import annotations

import pytest
from cards.portfolio import TRUTH
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from autograder.ml.model_card import SECTIONS, assess
from autograder.ml.model_card.parse import MAX_CHARACTERS

PIECES = st.sampled_from(
    (
        "## Métricas\n·\n\n·| a | b |\n|---|---|\n·| · |\n·recall ·mujeres ·0,61·exactitud: ·86 %·"
        "[completar]·<!--·-->·```\n·<table><tr><td>·</table>·**·- ·  - ·> ·(·)·; · y ·F = ·"
        "edad < 30·18-30·\\#·---\n·TODO·{{x}}·genero·respectivamente·\r·\0·\ud800·é·e\u0301·1.500·"
        "No debe usarse para ·## Uso previsto\n·Total·n·±·[0,1; 0,2]·&amp;·𝟘"
    ).split("·")
)
QUIET = settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=True
)


@QUIET
@given(st.binary(max_size=400))
def test_any_bytes_give_an_assessment(raw: bytes) -> None:
    found = assess(raw, TRUTH)
    assert list(found.sections) == list(SECTIONS)
    assert found.complete is False


@QUIET
@given(st.lists(PIECES, max_size=60).map("".join))
def test_any_mixture_of_card_pieces_gives_one_answer(text: str) -> None:
    found = assess(text, TRUTH)
    assert assess(text, TRUTH) == found
    assert found.complete == all(finding.severity != "error" for finding in found.findings)
    for number in found.numbers:
        assert number.verdict in ("true", "false", "unmatched")
        assert (number.recomputed is None) == (number.verdict == "unmatched")


@QUIET
@given(st.lists(PIECES, max_size=40).map("".join))
def test_lines_stay_inside_the_card(text: str) -> None:
    last = text.replace("\r\n", "\n").replace("\r", "\n").count("\n") + 1
    found = assess(text)
    assert all(1 <= finding.line <= last for finding in found.findings)


H = "## Métricas\n\n"
HOSTILE = {
    "open brackets": "[" * MAX_CHARACTERS,
    "open images": "![" * (MAX_CHARACTERS // 2),
    "emphasis": "**a *b" * (MAX_CHARACTERS // 6),
    "pipes": "|" * MAX_CHARACTERS,
    "a wide table": H + "|a" * 8_000 + "|\n" + "|-" * 8_000 + "|\n" + "|1" * 8_000 + "|\n",
    "a long table": H + "|a|b|\n|-|-|\n" + "|mujeres|0.5|\n" * 990,
    "deep quotes": ">" * MAX_CHARACTERS,
    "deep lists": "".join(" " * 2 * depth + "- recall 0.5\n" for depth in range(220)),
    "open comments": "<!--" * (MAX_CHARACTERS // 4),
    "open tags": H + "<td" * (MAX_CHARACTERS // 3 - 10),
    "cells never closed": "<table>" + "<tr><td>0.5" * 5_900,
    "digits": H + "1" * (MAX_CHARACTERS - 20),
    "thousands": H + "1" + ".000" * 16_000,
    "numbers": H + "0.5 " * 16_000,
    "metrics": H + "recall " * 9_000,
    "recalls": H + "recall 0.5, " * 990,
    "women": H + "mujeres 0.5 " * 990,
    "parentheses": H + "(" * (MAX_CHARACTERS - 20),
    "half intervals": H + "(0,5 - " * 9_000,
    "ranges": H + "18-30 edad " * 490,
    "blanks": H + "[completar " * 5_900,
    "braces": H + "{A" * 32_000,
    "spaces": H + "0.5" + " " * 65_000,
    "accents": "a" + "\u0301\u0323" * 32_000,
    "dots": H + "." * 65_000,
    "colons": H + "a:" * 32_000,
    "denials": "no se debe " * 5_900,
    "front matter": "---\n" + "{{a}}\n" * 3_900 + "---\n",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_card_is_assessed(name: str) -> None:
    text = HOSTILE[name]
    assert len(text) <= MAX_CHARACTERS, "otherwise it is only too large"
    found = assess(text, TRUTH)
    assert not found.complete
    assert len(found.findings) <= 200
