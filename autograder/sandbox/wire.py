"""The only language the judge and a student's process share: plain data, never pickles.

This file stands alone (standard library, NumPy, pandas): it is used by the judge and is also
mounted, by itself, into the isolated process.

A message is one frame: two big-endian ``uint32`` lengths, a JSON header, and one block of bytes.
Arrays travel in the block as raw buffers whose dtype comes from a short list and whose size must
match their shape, so nothing that a student writes is ever unpickled or trusted for its length.
"""

from __future__ import annotations

import datetime as dt
import functools
import json
import math
import struct
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, ClassVar

import numpy as np
import pandas as pd

MAX_DEPTH = 40
MAX_NODES = 400_000
MAX_TEXT = 1_000_000
MAX_HEADER = 16 * 2**20  # bytes of JSON, whose objects cost up to twenty times that in memory
MAX_DECODED = 256 * 2**20  # bytes of the arrays of one message, however they share its block
MAX_ROWS = 5_000_000  # of a range, which needs no bytes
MAX_UNSORTED = 200_000  # labels: pandas looks them up in tables that can be made to collide
MAX_KEY = 2**64  # Python hashes integers modulo 2**61 - 1: larger ones can all collide
FRAME = struct.Struct(">II")
NUMERIC_KINDS = "biufMm"
PLAIN = frozenset({type(None), bool, int, float, str})  # as JSON has them


class WireError(Exception):
    """What arrived is not a well-formed message, or exceeds its bounds."""


@dataclass(frozen=True)
class Ref:
    """An argument: the student's own variable ``name``, the object itself.

    Example:
        >>> student = DirectStudent({"limit": 2, "double": lambda x: 2 * x})
        >>> student.call("double", Ref("limit"))
        4
    """

    name: str


@dataclass(frozen=True)
class Expr:
    """An argument: what ``source`` evaluates to in the namespace of ``Student.define``.

    Example:
        >>> student = DirectStudent({"double": lambda x: 2 * x})
        >>> student.define("rows = [3, 4]")
        >>> student.call("double", Expr("rows[0]"))
        6
    """

    source: str


@dataclass(frozen=True)
class Opaque:
    """A value that is not data; only the name of its type crosses."""

    type_name: str


Resolve = Callable[[Ref | Expr], Any]


@dataclass
class _Encoder:
    block: bytearray = field(default_factory=bytearray)
    nodes: int = 0

    def encode(self, value: Any, depth: int = 0) -> Any:
        self.nodes += 1
        if depth > MAX_DEPTH:
            raise WireError("nested too deeply")
        if self.nodes > MAX_NODES:
            raise WireError("too many values")
        if value is None or value is True or value is False:
            return value
        encoder = _encoder_of(type(value))  # type: ignore[arg-type]  # every class is hashable
        if encoder is None:
            return {"t": "opaque", "v": _type_name(value)}
        return encoder(self, value, depth)

    def _numpy_scalar(self, value: np.generic, depth: int) -> Any:
        if isinstance(value, np.datetime64):
            return {"t": "ts", "v": str(pd.Timestamp(value))}
        plain = value.item()
        if isinstance(plain, np.generic):  # longdouble and friends stay NumPy
            return _float(float(value))
        return self.encode(plain, depth + 1)

    def _int(self, value: int, _depth: int) -> Any:
        value = int(value)
        return value if abs(value) < 2**53 else {"t": "int", "v": hex(value)[:1000]}

    def _items(self, values: Any, depth: int) -> list[Any]:
        return [self.encode(item, depth + 1) for item in values]

    def _dict(self, value: dict[Any, Any], depth: int) -> dict[str, Any]:
        pairs = [
            [self.encode(key, depth + 1), self.encode(item, depth + 1)]
            for key, item in dict.items(value)
        ]
        return {"t": "d", "v": pairs}

    def _blob(self, data: bytes) -> dict[str, Any]:
        start = len(self.block)
        self.block += data
        return {"o": start, "n": len(data)}

    def _array(self, value: np.ndarray, depth: int) -> dict[str, Any]:
        value = np.asarray(value)
        if value.dtype.kind in NUMERIC_KINDS and value.dtype.itemsize <= 8:
            data = np.ascontiguousarray(value)
            if not data.dtype.isnative:
                data = data.astype(data.dtype.newbyteorder("="))
            return {
                "t": "a",
                "d": data.dtype.str,
                "s": list(value.shape),
                **self._blob(data.tobytes()),
            }
        return {
            "t": "ao",
            "s": list(value.shape),
            "v": self._items(value.ravel().tolist(), depth + 1),
        }

    def _column(self, value: Any, depth: int) -> dict[str, Any]:
        series = pd.Series(value)
        if isinstance(series.dtype, np.dtype) and series.dtype.kind in NUMERIC_KINDS:
            return self._array(series.to_numpy(), depth)
        if isinstance(series.dtype, pd.CategoricalDtype):
            return self._factor(series.cat.codes.to_numpy(), series.cat.categories, "cat", depth)
        try:
            codes, levels = pd.factorize(series, use_na_sentinel=True)
        except TypeError:  # unhashable cells: no levels to speak of
            return {"t": "ao", "s": [len(series)], "v": self._items(series.tolist(), depth + 1)}
        kind = "str" if isinstance(series.dtype, pd.StringDtype) else "obj"
        return self._factor(codes, levels, kind, depth)

    def _factor(self, codes: np.ndarray, levels: Any, kind: str, depth: int) -> dict[str, Any]:
        return {
            "t": "factor",
            "k": kind,
            "c": self._array(np.asarray(codes, dtype=np.int32), depth),
            "l": self._items(list(levels), depth + 1),
        }

    def _index(self, value: pd.Index, depth: int) -> dict[str, Any]:
        if isinstance(value, pd.RangeIndex):
            return {"t": "range", "v": [value.start, value.stop, value.step]}
        if isinstance(value, pd.MultiIndex):
            value = pd.Index(value.tolist(), tupleize_cols=False)
        name = self.encode(value.name, depth + 1)
        return {"t": "index", "v": self._column(value, depth + 1), "n": name}

    def _series(self, value: pd.Series, depth: int) -> dict[str, Any]:
        return {
            "t": "S",
            "v": self._column(value.array, depth + 1),
            "x": self._index(value.index, depth + 1),
            "n": self.encode(value.name, depth + 1),
        }

    def _frame(self, value: pd.DataFrame, depth: int) -> dict[str, Any]:
        return {
            "t": "F",
            "c": self._items(list(value.columns), depth + 1),
            "v": [
                self._column(value.iloc[:, i].array, depth + 1) for i in range(len(value.columns))
            ],
            "x": self._index(value.index, depth + 1),
        }

    def _generator(self, value: np.random.Generator, depth: int) -> dict[str, Any]:
        state = value.bit_generator.state
        if state.get("bit_generator") != "PCG64":
            return {"t": "opaque", "v": _type_name(value)}
        return {"t": "rng", "v": self.encode(state, depth + 1)}

    _ENCODERS = (
        (np.generic, _numpy_scalar),
        (int, _int),
        (float, lambda _self, v, _: _float(v)),
        (str, lambda _self, v, _: str.__str__(v)[:MAX_TEXT]),
        ((bytes, bytearray), lambda self, v, _: {"t": "b", **self._blob(bytes(v))}),
        (tuple, lambda self, v, d: {"t": "t", "v": self._items(v, d)}),
        (list, _items),
        ((set, frozenset), lambda self, v, d: {"t": "s", "v": self._items(v, d)}),
        (dict, _dict),
        (np.ndarray, _array),
        (pd.Series, _series),
        (pd.DataFrame, _frame),
        (pd.Index, _index),
        (pd.api.extensions.ExtensionArray, lambda self, v, d: self._series(pd.Series(v), d)),
        (type(pd.NaT), lambda _self, v, _: {"t": "ts", "v": "NaT"}),
        (type(pd.NA), lambda _self, v, _: _float(math.nan)),
        ((pd.Timestamp, dt.datetime), lambda _self, v, _: {"t": "ts", "v": v.isoformat()}),
        (dt.date, lambda _self, v, _: {"t": "date", "v": v.isoformat()}),
        ((pd.Timedelta, dt.timedelta), lambda _self, v, _: {"t": "td", "v": v.total_seconds()}),
        (np.random.Generator, _generator),
        (Ref, lambda _self, v, _: {"t": "ref", "v": v.name}),
        (Expr, lambda _self, v, _: {"t": "expr", "v": v.source}),
    )


@functools.lru_cache(256)
def _encoder_of(kind: type) -> Callable[[_Encoder, Any, int], Any] | None:
    """What encodes values whose real type is ``kind``, whatever they say their class is."""
    return next((way for kinds, way in _Encoder._ENCODERS if issubclass(kind, kinds)), None)


def _type_name(value: Any) -> str:
    kind = type(value)
    return f"{kind.__module__}.{kind.__qualname__}"[:200]


def _float(value: float) -> Any:
    value = float(value)
    return value if math.isfinite(value) else {"t": "f", "v": repr(value)}


class _Decoder:
    """Rebuilds values from a header that may be hostile: every shape and type is checked.

    A small message must not become a large value or a slow one, so what is rebuilt is counted:
    its nodes (``COSTS`` says which count for more) and the bytes of its arrays.
    """

    COSTS = {"ts": 20, "td": 5, "range": 5, "rng": 50, "factor": 100, "S": 100, "F": 100}

    def __init__(self, block: bytes, resolve: Resolve | None = None):
        self.block = block
        self.resolve = resolve
        self.nodes = 0
        self.spent = 0

    def _spend(self, size: int) -> None:
        self.spent += size
        if self.spent > MAX_DECODED:
            raise WireError("too many bytes")

    def decode(self, tree: Any, depth: int = 0) -> Any:
        self.nodes += 1
        if depth > MAX_DEPTH + 2:
            raise WireError("nested too deeply")
        if self.nodes > 2 * MAX_NODES:
            raise WireError("too many values")
        if type(tree) in PLAIN:
            return tree
        if isinstance(tree, list):
            return [self.decode(item, depth + 1) for item in tree]
        if not isinstance(tree, dict):
            raise WireError("unknown value")
        decoder = self._DECODERS.get(tree.get("t"))
        if decoder is None:
            raise WireError("unknown type")
        self.nodes += self.COSTS.get(tree["t"], 0)
        return decoder(self, tree, depth)

    def _list(self, tree: Any, depth: int) -> list[Any]:
        if not isinstance(tree, list):
            raise WireError("a list was due")
        items: list[Any] = self.decode(tree, depth + 1)
        return items

    def _blob(self, tree: dict[str, Any]) -> bytes:
        start, size = tree.get("o"), tree.get("n")
        if type(start) is not int or type(size) is not int or start < 0 or size < 0:
            raise WireError("bad block")
        if start + size > len(self.block):
            raise WireError("bad block")
        self._spend(size)
        return bytes(self.block[start : start + size])

    def _shape(self, tree: dict[str, Any]) -> tuple[int, ...]:
        shape = tree.get("s")
        if not isinstance(shape, list) or len(shape) > 8:
            raise WireError("bad shape")
        if any(type(size) is not int or size < 0 for size in shape):
            raise WireError("bad shape")
        if 0 in shape and math.prod(size or 1 for size in shape) > MAX_NODES:
            raise WireError("bad shape")  # empty, and endless once it is a list
        return tuple(shape)

    def _array(self, tree: dict[str, Any], _depth: int) -> np.ndarray:
        name = tree.get("d")
        if not isinstance(name, str) or len(name) > 12:
            raise WireError("bad dtype")
        try:
            dtype = np.dtype(name)
        except Exception as error:
            raise WireError("bad dtype") from error
        if dtype.kind not in NUMERIC_KINDS or not 1 <= dtype.itemsize <= 8:
            raise WireError("bad dtype")
        shape, data = self._shape(tree), self._blob(tree)
        if math.prod(shape) * dtype.itemsize != len(data):
            raise WireError("size and shape disagree")
        self._spend(8 * math.prod(shape))
        if dtype.kind == "b":  # a byte that is neither 0 nor 1 would be a truth of its own
            truths: np.ndarray = np.frombuffer(data, dtype=np.uint8) != 0
            return truths.reshape(shape)
        return np.frombuffer(data, dtype=dtype).reshape(shape).copy()

    def _object_array(self, tree: dict[str, Any], depth: int) -> np.ndarray:
        items, shape = self._list(tree.get("v"), depth), self._shape(tree)
        if math.prod(shape) != len(items):
            raise WireError("size and shape disagree")
        array = np.empty(len(items), dtype=object)
        array[:] = items
        if items and all(isinstance(item, str) for item in items):
            self._spend(4 * max(map(len, items)) * len(items))  # NumPy pads them all
            array = array.astype(str)
        return array.reshape(shape)

    def _factor(self, tree: dict[str, Any], depth: int) -> Any:
        codes = self.decode(tree.get("c"), depth + 1)
        levels = self._list(tree.get("l"), depth)
        if not isinstance(codes, np.ndarray) or codes.ndim != 1 or codes.dtype.kind not in "iu":
            raise WireError("bad codes")
        if codes.size and (codes.max() >= len(levels) or codes.min() < -1):
            raise WireError("bad codes")
        for level in levels:
            _hashable(level)
        if tree.get("k") == "cat":
            return pd.Categorical.from_codes(codes, categories=pd.Index(levels))
        lookup = np.empty(len(levels) + 1, dtype=object)
        lookup[:-1] = levels
        lookup[-1] = np.nan
        values = lookup[codes]
        if tree.get("k") == "str":
            return pd.array(values, dtype="str")
        # numbers and gaps in a column of objects are numbers: how they were put there is no matter
        numbers = levels and all(type(level) in (int, float) for level in levels)
        return values.astype(float) if numbers else values

    def _column(self, tree: Any, depth: int) -> Any:
        if not isinstance(tree, dict) or tree.get("t") not in ("a", "ao", "factor"):
            raise WireError("bad column")
        column = self.decode(tree, depth + 1)
        if column.ndim != 1:
            raise WireError("bad column")
        return column

    def _range(self, tree: dict[str, Any], _depth: int) -> pd.RangeIndex:
        parts = tree.get("v")
        if not isinstance(parts, list) or len(parts) != 3 or any(type(p) is not int for p in parts):
            raise WireError("bad range")
        if parts[2] == 0 or len(range(*parts)) > MAX_ROWS:
            raise WireError("bad range")
        return pd.RangeIndex(*parts)

    def _index(self, tree: dict[str, Any], depth: int) -> pd.Index:
        column = self._column(tree.get("v"), depth)
        index = pd.Index(column, name=_hashable(self.decode(tree.get("n"), depth + 1)))
        if len(index) > MAX_UNSORTED and not index.is_monotonic_increasing:
            raise WireError("too many labels")
        return index

    def _axis(self, tree: Any, depth: int) -> pd.Index:
        index = self.decode(tree, depth + 1)
        if not isinstance(index, pd.Index):
            raise WireError("bad index")
        return index

    def _series(self, tree: dict[str, Any], depth: int) -> pd.Series:
        column, index = self._column(tree.get("v"), depth), self._axis(tree.get("x"), depth)
        if len(column) != len(index):
            raise WireError("column and index disagree")
        return pd.Series(column, index=index, name=_hashable(self.decode(tree.get("n"), depth + 1)))

    def _frame(self, tree: dict[str, Any], depth: int) -> pd.DataFrame:
        names = [_hashable(name) for name in self._list(tree.get("c"), depth)]
        columns = tree.get("v")
        index = self._axis(tree.get("x"), depth)
        if not isinstance(columns, list) or len(columns) != len(names):
            raise WireError("columns and names disagree")
        values = [self._column(column, depth) for column in columns]
        if any(len(column) != len(index) for column in values):
            raise WireError("columns and index disagree")
        frame = pd.DataFrame(dict(enumerate(values)), index=index)
        frame.columns = pd.Index(names, tupleize_cols=False) if names else pd.Index([])
        return frame

    def _dict(self, tree: dict[str, Any], depth: int) -> dict[Any, Any]:
        pairs = tree.get("v")
        if not isinstance(pairs, list):
            raise WireError("bad dict")
        found = {}
        for pair in pairs:
            if not isinstance(pair, list) or len(pair) != 2:
                raise WireError("bad dict")
            key = _hashable(self.decode(pair[0], depth + 1))
            found[key] = self.decode(pair[1], depth + 1)
        return found

    def _generator(self, tree: dict[str, Any], depth: int) -> np.random.Generator:
        bits = np.random.PCG64()
        try:
            bits.state = self.decode(tree.get("v"), depth + 1)
        except (TypeError, ValueError, KeyError) as error:
            raise WireError("bad generator") from error
        return np.random.Generator(bits)

    def _float(self, tree: dict[str, Any], _depth: int) -> float:
        if tree.get("v") not in ("nan", "inf", "-inf"):
            raise WireError("bad float")
        return float(tree["v"])

    def _int(self, tree: dict[str, Any], _depth: int) -> int:
        return int(_text(tree.get("v"), 1000), 16)

    def _resolve(self, tree: dict[str, Any], _depth: int) -> Any:
        if self.resolve is None:
            raise WireError("a reference came back")
        name = _text(tree.get("v"), MAX_TEXT)
        return self.resolve(Ref(name) if tree["t"] == "ref" else Expr(name))

    _DECODERS: ClassVar[dict[Any, Callable[[_Decoder, dict[str, Any], int], Any]]] = {
        "f": _float,
        "int": _int,
        "b": lambda self, tree, _: self._blob(tree),
        "t": lambda self, tree, depth: tuple(self._list(tree.get("v"), depth)),
        "s": lambda self, tree, depth: {
            _hashable(item) for item in self._list(tree.get("v"), depth)
        },
        "d": _dict,
        "a": _array,
        "ao": _object_array,
        "factor": _factor,
        "range": _range,
        "index": _index,
        "S": _series,
        "F": _frame,
        "ts": lambda _self, tree, _: pd.Timestamp(_text(tree.get("v"), 64)),
        "date": lambda _self, tree, _: dt.date.fromisoformat(_text(tree.get("v"), 32)),
        "td": lambda _self, tree, _: pd.Timedelta(seconds=float(tree["v"])),
        "rng": _generator,
        "ref": _resolve,
        "expr": _resolve,
        "opaque": lambda _self, tree, _: Opaque(_text(tree.get("v"), 200)),
    }


def _text(value: Any, limit: int) -> str:
    if not isinstance(value, str) or len(value) > limit:
        raise WireError("a text was due")
    return value


def _hashable(value: Any) -> Any:
    """``value`` if it may be a key: hashable, with no integer made to collide with others."""
    try:
        hash(value)
    except TypeError as error:
        raise WireError("not a usable key") from error
    for part in value if isinstance(value, tuple) else (value,):
        if isinstance(part, tuple):
            _hashable(part)
        elif isinstance(part, int) and abs(part) >= MAX_KEY:
            raise WireError("too large a key")
    return value


def dumps(value: Any) -> bytes:
    """Encode ``value`` as one frame. Raises WireError when it is too deep or too large."""
    encoder = _Encoder()
    tree = encoder.encode(value)
    header = json.dumps(tree, separators=(",", ":"), allow_nan=False).encode(
        "utf-8", "surrogatepass"
    )
    return FRAME.pack(len(header), len(encoder.block)) + header + bytes(encoder.block)


def loads(frame: bytes, resolve: Resolve | None = None) -> Any:
    """Decode one frame. ``resolve`` maps Ref and Expr to objects (inside only).

    Raises WireError for anything malformed, whatever the bytes are.
    """
    if len(frame) < FRAME.size:
        raise WireError("truncated")
    header_size, block_size = FRAME.unpack_from(frame)
    if header_size > MAX_HEADER:
        raise WireError("too long a header")
    if len(frame) != FRAME.size + header_size + block_size:
        raise WireError("truncated")
    header = frame[FRAME.size : FRAME.size + header_size]
    try:
        tree = json.loads(header.decode("utf-8", "surrogatepass"))
        return _Decoder(frame[FRAME.size + header_size :], resolve).decode(tree)
    except WireError:
        raise
    except Exception as error:  # pandas raises many kinds
        raise WireError(f"malformed message: {type(error).__name__}") from error
