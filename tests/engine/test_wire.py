"""Only plain data crosses, whatever bytes arrive."""

from __future__ import annotations

import contextlib
import json

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autograder.sandbox import wire

SCALARS = (
    st.none() | st.booleans() | st.integers(-(2**70), 2**70) | st.floats() | st.text(max_size=20)
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.text(max_size=5), inner, max_size=4)
        | st.tuples(inner, inner)
    ),
    max_leaves=12,
)


def round_trip(value):
    return wire.loads(wire.dumps(value))


@given(VALUES)
def test_plain_data_survives_the_crossing(value):
    assert repr(round_trip(value)) == repr(value)


def test_a_table_keeps_its_types_and_its_gaps():
    frame = pd.DataFrame(
        {
            "edad": [31.0, np.nan, 44.0],
            "canal": ["web", None, "app"],
            "grupo": pd.Categorical(["a", "b", "a"]),
            "fecha": pd.date_range("2026-01-01", periods=3),
            "mora": [True, False, True],
        },
        index=["x", "y", "z"],
    )
    pd.testing.assert_frame_equal(round_trip(frame), frame)


def test_numbers_and_gaps_in_a_column_of_objects_are_numbers():
    series = pd.Series([0.5, None, 2], dtype=object)
    np.testing.assert_array_equal(round_trip(series), [0.5, np.nan, 2.0])


def test_a_series_keeps_its_name_and_order():
    series = pd.Series([0.4, 0.1], index=["edad", "monto"], name="psi")
    pd.testing.assert_series_equal(round_trip(series), series)


def test_a_generator_goes_on_where_it_was():
    rng = np.random.default_rng(7)
    rng.normal(size=3)
    copy = round_trip(rng)
    assert copy.normal() == rng.normal()


@pytest.mark.parametrize("array", [np.arange(6).reshape(2, 3), np.array(["a", "b"]), np.array(3.5)])
def test_arrays_keep_shape_and_values(array):
    np.testing.assert_array_equal(round_trip(array), array)


class Liar(float):
    def __eq__(self, other):
        return True

    __hash__ = float.__hash__


def test_a_number_that_lies_about_equality_arrives_as_the_number_it_is():
    value = round_trip(Liar(0.3))
    assert type(value) is float and value != 99


def test_an_object_that_is_not_data_arrives_as_the_name_of_its_type():
    assert round_trip(object()) == wire.Opaque("builtins.object")


@settings(max_examples=400)
@given(st.binary(max_size=200))
def test_any_bytes_are_data_or_a_wire_error(content):
    with contextlib.suppress(wire.WireError):
        wire.loads(content)


JSONISH = st.recursive(
    st.none() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from("t v o n d s c l k x".split()), inner, max_size=5)
    ),
)


@settings(max_examples=400)
@given(
    st.sampled_from([*wire._Decoder._DECODERS]),
    st.dictionaries(st.sampled_from("v o n d s c l k x".split()), JSONISH, max_size=6),
    st.binary(max_size=64),
)
def test_a_hostile_header_is_data_or_a_wire_error(kind, fields, block):
    header = json.dumps({"t": kind, **fields}).encode()
    frame = wire.FRAME.pack(len(header), len(block)) + header + block
    with contextlib.suppress(wire.WireError):
        wire.loads(frame)


def test_a_shape_larger_than_its_bytes_is_refused():
    header = json.dumps({"t": "a", "d": "<f8", "s": [10**9, 10**9], "o": 0, "n": 8}).encode()
    frame = wire.FRAME.pack(len(header), 8) + header + b"\0" * 8
    with pytest.raises(wire.WireError):
        wire.loads(frame)


def test_objects_and_structured_types_are_refused_as_arrays():
    for dtype in ("O", "V8", "<U5", "f8,f8", "<f16"):
        header = json.dumps({"t": "a", "d": dtype, "s": [0], "o": 0, "n": 0}).encode()
        with pytest.raises(wire.WireError):
            wire.loads(wire.FRAME.pack(len(header), 0) + header)


def test_what_is_nested_too_deeply_does_not_leave():
    value: list = []
    for _ in range(100):
        value = [value]
    with pytest.raises(wire.WireError):
        wire.dumps(value)


def test_references_are_not_resolved_on_the_judges_side():
    with pytest.raises(wire.WireError):
        wire.loads(wire.dumps(wire.Ref("modelo")))
