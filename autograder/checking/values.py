"""Reading plain data: the number, the array in a value, and whether two values are equal."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pandas as pd

from autograder.sandbox.wire import Opaque


def as_number(value: Any) -> float | None:
    """The number in ``value`` (int, float, array, Series or Index of one); None if there is none.

    A bool or a text is not a number; an integer too large for a float is infinite.

    Example:
        >>> as_number(np.array([2.5])), as_number(True), as_number("2.5")
        (2.5, None, None)
    """
    if isinstance(value, (np.ndarray, pd.Series, pd.Index)):
        if value.size != 1 or np.asarray(value).dtype.kind not in "iuf":
            return None
        return float(np.asarray(value).ravel()[0])
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return None
    try:
        return float(value)
    except OverflowError:
        return math.inf if value > 0 else -math.inf


def as_float_array(value: Any) -> np.ndarray | None:
    """The numbers in ``value`` (array, list, tuple, Series, DataFrame); None if one is no number.

    Returns:
        Floats, in an array of the same shape; bools become 0 and 1.

    Example:
        >>> as_float_array([[1, 2], [3, 4]]).shape
        (2, 2)
        >>> as_float_array([1, "2"]) is None
        True
    """
    if isinstance(value, (str, bytes, dict, set, Opaque)) or value is None or _has_text(value):
        return None
    try:
        array = np.asarray(value)
        return array.astype(float) if array.dtype.kind in "iufb" else None
    except (ValueError, TypeError):
        return None


def _has_text(value: Any) -> bool:
    """Whether a list holds a text: NumPy would pad every other one to the longest."""
    if isinstance(value, (list, tuple)):
        return any(map(_has_text, value))
    return isinstance(value, (str, bytes))


def same(left: Any, right: Any) -> bool:
    """Whether ``left`` and ``right``, plain data, are equal; numbers by value, NaN equal to NaN.

    A bool equals only a bool; a list, tuple, array or Series another with equal elements, in order.

    Example:
        >>> same([1, float("nan")], np.array([1.0, float("nan")])), same(True, 1)
        (True, False)
    """
    if isinstance(left, (np.ndarray, pd.Series, pd.Index)):
        left = left.tolist()
    if isinstance(right, (np.ndarray, pd.Series, pd.Index)):
        right = right.tolist()
    if isinstance(left, bool) or isinstance(right, bool):
        return left is right
    if isinstance(left, (int, float)) and isinstance(right, (int, float)):
        return left == right or (left != left and right != right)
    if isinstance(left, (list, tuple)) and isinstance(right, (list, tuple)):
        return len(left) == len(right) and all(map(same, left, right))
    if isinstance(left, dict) and isinstance(right, dict):
        return left.keys() == right.keys() and all(same(left[key], right[key]) for key in left)
    if isinstance(left, pd.DataFrame) and isinstance(right, pd.DataFrame):
        return bool(left.equals(right))
    return type(left) is type(right) and bool(left == right)
