"""Values and calls in a few words, for the messages that students read."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.random import Generator

from autograder.sandbox.wire import Expr, Opaque, Ref

_OPAQUE = re.compile(r"Opaque\(type_name='(?:builtins\.)?([^']*)'\)")


def describe(value: Any) -> str:
    """The whole result of a call in a few Spanish words; a part of one is for ``shown``."""
    return "None (¿falta el `return`?)" if value is None else shown(value)


def shown(value: Any) -> str:
    """A value in a few Spanish words: what kind it is, how large, and its beginning."""
    if value is None:
        return "None"
    if isinstance(value, Opaque):
        return f"un objeto de tipo {value.type_name.removeprefix('builtins.')}"
    if isinstance(value, bool):
        return str(value)
    if isinstance(value, (int, float)):
        return _number_text(value)
    if isinstance(value, str):
        return f"el texto {_short(repr(value))}"
    if isinstance(value, np.ndarray):
        return f"un array de forma {value.shape}"
    if isinstance(value, pd.Series):
        return f"una Series de {counted(len(value), 'elemento')}"
    if isinstance(value, pd.DataFrame):
        rows, columns = counted(len(value), "fila"), counted(value.shape[1], "columna")
        return f"un DataFrame de {rows} y {columns}"
    if isinstance(value, (list, tuple, set, dict)):
        kind = {list: "la lista", tuple: "la tupla", set: "el conjunto", dict: "el diccionario"}
        text = _OPAQUE.sub(r"<\1>", repr(value))
        return f"{kind[type(value)]} {_short(text)}"
    return f"un {type(value).__name__}"


def counted(count: int, one: str, many: str = "") -> str:
    """A count and its noun: «1 fila», «2.000 filas»; `many` where the plural is not with an s."""
    return f"{thousands(count)} {one if count == 1 else many or f'{one}s'}"


def thousands(count: int) -> str:
    """A count with a point between its thousands."""
    return f"{count:,}".replace(",", ".")


def percent(share: float, decimals: int = 0) -> str:
    """A share as a percentage, rounded down: what falls short is never said to reach."""
    scale = 10**decimals
    return f"{math.floor(100 * scale * share + 1e-9) / scale:.{decimals}f} %".replace(".", ",")


def _number_text(value: float) -> str:
    if isinstance(value, float):
        return f"{value:.6g}"
    return str(value) if abs(value) < 10**15 else f"un entero de {len(hex(value)) - 2} cifras hex."


def _short(text: str, limit: int = 160) -> str:
    return text if len(text) <= limit else text[: limit - 1] + "…"


def call_text(name: str, args: Sequence[Any], kwargs: dict[str, Any]) -> str:
    parts = [_argument(value) for value in args]
    parts += [f"{key}={_argument(value)}" for key, value in kwargs.items()]
    return f"{name}({', '.join(parts)})"


def _argument(value: Any) -> str:
    if isinstance(value, np.ndarray):
        size = _values(len(value)) if value.ndim == 1 else value.shape
        return f"array de {size}"
    if isinstance(value, pd.Series):
        return f"Series de {_values(len(value))}"
    if isinstance(value, pd.DataFrame):
        return f"DataFrame de {counted(len(value), 'fila')}"
    if isinstance(value, Generator):
        return "rng"
    if isinstance(value, Ref):
        return value.name
    if isinstance(value, Expr):
        return value.source.split("(")[0]
    return _short(repr(value), 60)


def _values(count: int) -> str:
    return "1 valor" if count == 1 else f"{count} valores"
