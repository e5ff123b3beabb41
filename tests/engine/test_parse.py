"""A notebook file's bytes: every encoding that is certain, within bounds, without its outputs."""

from __future__ import annotations

import json

import demo_course as demo
import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograder.intake.parse import InvalidNotebook, parse
from autograder.sandbox.limits import MIB, Limits

LIMITS = Limits()
ENCODINGS = [*"utf-8 utf-8-sig utf-16 utf-16-le utf-16-be utf-32 utf-32-le utf-32-be".split()]


def sources(content: bytes) -> list[str]:
    return [cell["source"] for cell in parse(content, LIMITS)["cells"]]


@given(
    st.sampled_from(ENCODINGS), st.text(st.characters(codec="utf-8"), max_size=20), st.booleans()
)
def test_every_unicode_encoding_is_read(encoding, text, escaped):
    made = demo.answer(demo.cell(text))
    content = json.dumps(made, ensure_ascii=escaped).encode(encoding)
    assert sources(content)[-1] == text


def test_what_windows_wrote_is_read():
    content = json.dumps(demo.notebook(demo.cell("ñandú €")), ensure_ascii=False)
    assert sources(content.encode("cp1252")) == ["ñandú €"]


def test_half_a_surrogate_pair_stops_nothing():
    content = demo.as_bytes(demo.answer(demo.cell("<here>")))
    for half in (b"\\ud83d", b"\xed\xa0\xbd"):
        assert sources(content.replace(b"<here>", half)) == sources(
            content.replace(b"<here>", b"\\ud83d")
        )


@pytest.mark.parametrize("kept", ["source", "attachments"])
def test_what_is_left_without_outputs_is_bounded(kept):
    made = demo.answer()
    cell = made["cells"][0]
    cell[kept] = "x" * 17 * MIB if kept == "source" else {"a": {"image/png": "x" * 17 * MIB}}
    with pytest.raises(InvalidNotebook, match="without its outputs the notebook still has 17"):
        parse(demo.as_bytes(made), LIMITS)


def test_nothing_but_the_cells_own_text_counts():
    made = demo.answer()
    made["cells"][1]["outputs"] = [{"data": "x" * 20 * MIB}]
    made["cells"][1]["metadata"]["widgets"] = "x" * 20 * MIB
    made["metadata"]["widgets"] = json.loads("[" * 90 + "]" * 90)
    assert sources(demo.as_bytes(made)) == sources(demo.as_bytes(demo.answer()))


def test_an_old_notebook_is_bounded_as_a_new_one():
    code = {"cell_type": "code", "input": "1", "language": "python", "metadata": {}}
    old = {"nbformat": 3, "nbformat_minor": 0, "metadata": {"name": ""}}
    big = {**code, "outputs": [{"output_type": "stream", "text": "x" * 20 * MIB}]}
    content = demo.as_bytes({**old, "worksheets": [{"cells": [big]}]})
    assert sources(content) == ["1"]
    many = demo.as_bytes({**old, "worksheets": [{"cells": [code] * 201}, {"cells": [code] * 200}]})
    with pytest.raises(InvalidNotebook, match="more than 400 cells"):
        parse(many, LIMITS)
    large = demo.as_bytes({**old, "worksheets": [{"cells": [{**code, "input": "x" * 17 * MIB}]}]})
    with pytest.raises(InvalidNotebook, match="without its outputs"):
        parse(large, LIMITS)


@pytest.mark.parametrize("content", [b'{"nbformat": 4, "cells": [' + b"1," * 9, b"[" * 9, b"{" * 9])
def test_a_file_of_too_many_values_is_not_read(content):
    with pytest.raises(InvalidNotebook, match="too many values"):
        parse(content, Limits(notebook_values=5))


@given(st.binary(max_size=200))
def test_any_bytes_end_with_a_reason(content):
    with pytest.raises(InvalidNotebook):
        parse(content, LIMITS)
