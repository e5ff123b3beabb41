"""Values and calls in a few words, for the messages that students read."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.random import Generator

from autograder.messages import gettext, ngettext
from autograder.sandbox.wire import Expr, Opaque, Ref

_OPAQUE = re.compile(r"Opaque\(type_name='(?:builtins\.)?([^']*)'\)")


def describe(value: Any) -> str:
    """As ``shown``, for ``value``, the whole result of a call: None may be a missing ``return``.

    Example:
        >>> describe(None), describe(3)
        ('None (is the `return` missing?)', '3')
    """
    return gettext("None (is the `return` missing?)") if value is None else shown(value)


def shown(value: Any) -> str:
    """A value in a few words for a message: a number as it is, others by kind, size, beginning.

    Example:
        >>> shown(pd.Series([1, 2])), shown("low"), shown(0.123456789)
        ('a Series of 2 elements', "the text 'low'", '0.123457')
    """
    if value is None:
        return "None"
    if isinstance(value, Opaque):
        name = value.type_name.removeprefix("builtins.")
        return gettext("an object of type {name}").format(name=name)
    if isinstance(value, bool):
        return str(value)
    if isinstance(value, (int, float)):
        return _number_text(value)
    if isinstance(value, str):
        return gettext("the text {text}").format(text=_short(repr(value)))
    if isinstance(value, np.ndarray):
        return gettext("an array of shape {shape}").format(shape=value.shape)
    if isinstance(value, pd.Series):
        length = len(value)
        message = ngettext("a Series of {count} element", "a Series of {count} elements", length)
        return message.format(count=thousands(length))
    if isinstance(value, pd.DataFrame):
        rows, columns = _rows(len(value)), _columns(value.shape[1])
        return gettext("a DataFrame of {rows} and {columns}").format(rows=rows, columns=columns)
    if isinstance(value, (list, tuple, set, dict)):
        return _collection(value)
    return gettext("a value of type {name}").format(name=type(value).__name__)


def _collection(value: Any) -> str:
    kinds: dict[type, str] = {
        list: gettext("the list {items}"),
        tuple: gettext("the tuple {items}"),
        set: gettext("the set {items}"),
        dict: gettext("the dictionary {items}"),
    }
    return kinds[type(value)].format(items=_short(_OPAQUE.sub(r"<\1>", repr(value))))


def _rows(count: int) -> str:
    return ngettext("{count} row", "{count} rows", count).format(count=thousands(count))


def _columns(count: int) -> str:
    return ngettext("{count} column", "{count} columns", count).format(count=thousands(count))


def counted(count: int, one: str, many: str = "") -> str:
    """A count and a check's own noun, for its message.

    Args:
        count: how many there are.
        one: the noun, in the language of the course.
        many: its plural, where it is not the noun and an s.

    Example:
        >>> counted(1, "row"), counted(2_000, "row"), counted(2, "child", "children")
        ('1 row', '2,000 rows', '2 children')
    """
    return f"{thousands(count)} {one if count == 1 else many or f'{one}s'}"


def thousands(count: int) -> str:
    """A count with its thousands apart, as the language in use writes them.

    Example:
        >>> thousands(1_234_567)
        '1,234,567'
    """
    between_thousands, _ = _separators()
    return f"{count:,}".replace(",", between_thousands)


def percent(share: float, decimals: int = 0) -> str:
    """A share as a percentage, rounded down: what falls short is never said to reach.

    Args:
        share: from 0 to 1.
        decimals: how many digits after the point.

    Example:
        >>> percent(0.6599), percent(0.6599, decimals=1)
        ('65%', '65.9%')
    """
    scale = 10**decimals
    number = f"{math.floor(100 * scale * share + 1e-9) / scale:.{decimals}f}"
    _, before_decimals = _separators()
    return gettext("{number}%").format(number=number.replace(".", before_decimals))


def _separators() -> tuple[str, str]:
    """What the language in use writes between thousands, and before decimals."""
    # Translators: this very number, as your language writes it.
    example = gettext("1,000.0")
    return example[1], example[-2]


def _number_text(value: float) -> str:
    if isinstance(value, float):
        return f"{value:.6g}"
    if abs(value) < 10**15:
        return str(value)
    digits = len(hex(value)) - 2
    return gettext("an integer of {count} hexadecimal digits").format(count=digits)


def _short(text: str, limit: int = 160) -> str:
    return text if len(text) <= limit else text[: limit - 1] + "…"


def call_text(name: str, args: Sequence[Any], kwargs: dict[str, Any]) -> str:
    parts = [_argument(value) for value in args]
    parts += [f"{key}={_argument(value)}" for key, value in kwargs.items()]
    return f"{name}({', '.join(parts)})"


def _argument(value: Any) -> str:
    if isinstance(value, np.ndarray):
        if value.ndim != 1:
            return gettext("array of shape {shape}").format(shape=value.shape)
        return gettext("array of {values}").format(values=_values(len(value)))
    if isinstance(value, pd.Series):
        return gettext("Series of {values}").format(values=_values(len(value)))
    if isinstance(value, pd.DataFrame):
        return gettext("DataFrame of {rows}").format(rows=_rows(len(value)))
    if isinstance(value, Generator):
        return "rng"
    if isinstance(value, Ref):
        return value.name
    if isinstance(value, Expr):
        return value.source.split("(")[0]
    return _short(repr(value), 60)


def _values(count: int) -> str:
    return ngettext("{count} value", "{count} values", count).format(count=count)
