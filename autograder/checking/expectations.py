"""``expect(value)``: what a check requires of a value that came from the student."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import Any, NoReturn

import numpy as np
import pandas as pd

from autograder.checking.student import CheckFailed
from autograder.checking.values import as_float_array, as_number, same
from autograder.checking.words import shown, thousands
from autograder.messages import gettext, ngettext


def fail(message: str, hint: str = "") -> NoReturn:
    """Fail the check: what was observed and expected, and what to try next."""
    raise CheckFailed(message, hint)


def expect(value: Any, hint: str = "") -> Expectation:
    """Begin an expectation on a value that came from the student."""
    return Expectation(value, hint)


class Expectation:
    """Chainable; every method fails with what was observed and what was expected, in words."""

    def __init__(self, value: Any, hint: str = ""):
        self.value, self._hint = value, hint

    def _require(self, holds: bool, expected: str, hint: str) -> Expectation:
        if not holds:
            message = gettext("Got {found}; expected {expected}.")
            text = message.format(found=shown(self.value), expected=expected)
            raise CheckFailed(text, hint or self._hint, about=self.value)
        return self

    def to_be_number(self, hint: str = "", expected: str = "") -> Expectation:
        """A number: int, float, or an array/Series of exactly one."""
        number = as_number(self.value)
        return self._require(number is not None, expected or gettext("a number"), hint)

    def _number(self, hint: str, expected: str) -> float:
        self.to_be_number(hint, expected)
        return as_number(self.value)

    def to_be_finite(self, hint: str = "", expected: str = "") -> Expectation:
        """A number that is neither infinite nor NaN."""
        words = expected or gettext("a finite number")
        return self._require(math.isfinite(self._number(hint, words)), words, hint)

    def to_be_close(
        self, target: Any, abs: float = 1e-9, rel: float = 1e-6, hint: str = "", expected: str = ""
    ) -> Expectation:
        """A number, or an array of the target's shape, within tolerance of ``target``."""
        if isinstance(target, (int, float)):
            words = expected or gettext("another value")
            number = self._number(hint, words)
            near = math.isclose(number, target, abs_tol=abs, rel_tol=rel)
            return self._require(near, words, hint)
        words = expected or gettext("other values")
        actual, wanted = as_float_array(self.value), np.asarray(target, dtype=float)
        self._require(actual is not None and actual.shape == wanted.shape, words, hint)
        near = np.allclose(actual, wanted, atol=abs, rtol=rel, equal_nan=True)
        return self._require(near, words, hint)

    def to_equal(self, target: Any, hint: str = "", expected: str = "") -> Expectation:
        """Equal as data, deeply; numbers compare by value, NaN equals NaN."""
        return self._require(same(self.value, target), expected or shown(target), hint)

    def to_be_between(
        self, low: float, high: float, hint: str = "", expected: str = ""
    ) -> Expectation:
        """A number in [low, high]."""
        between = gettext("a number between {low} and {high}")
        words = expected or between.format(low=f"{low:g}", high=f"{high:g}")
        return self._require(low <= self._number(hint, words) <= high, words, hint)

    def to_be_above(self, bound: float, hint: str = "", expected: str = "") -> Expectation:
        """A number greater than ``bound``."""
        words = expected or gettext("a number greater than {bound}").format(bound=f"{bound:g}")
        return self._require(self._number(hint, words) > bound, words, hint)

    def to_be_below(self, bound: float, hint: str = "", expected: str = "") -> Expectation:
        """A number smaller than ``bound``."""
        words = expected or gettext("a number smaller than {bound}").format(bound=f"{bound:g}")
        return self._require(self._number(hint, words) < bound, words, hint)

    def to_be_text(self, hint: str = "", expected: str = "") -> Expectation:
        """A str."""
        words = expected or gettext("a text")
        return self._require(isinstance(self.value, str), words, hint)

    def to_be_one_of(
        self, options: Sequence[Any], hint: str = "", expected: str = ""
    ) -> Expectation:
        """Equal to one of ``options``."""
        listed = ", ".join(map(shown, options))
        words = expected or gettext("one of these options: {options}").format(options=listed)
        return self._require(any(same(self.value, option) for option in options), words, hint)

    def to_be_series(self, hint: str = "", expected: str = "") -> Expectation:
        """A pandas Series."""
        words = expected or gettext("a pandas Series")
        return self._require(isinstance(self.value, pd.Series), words, hint)

    def to_be_frame(
        self, columns: Iterable[str] = (), hint: str = "", expected: str = ""
    ) -> Expectation:
        """A DataFrame that has at least ``columns``."""
        wanted = list(columns)
        self._require(isinstance(self.value, pd.DataFrame), expected or _frame_words(wanted), hint)
        missing = [name for name in wanted if name not in self.value.columns]
        if missing:
            message = ngettext(
                "The DataFrame lacks the column {names}.",
                "The DataFrame lacks these columns: {names}.",
                len(missing),
            )
            raise CheckFailed(message.format(names=", ".join(missing)), hint or self._hint)
        return self

    def to_be_array(
        self, shape: tuple[int | None, ...] | None = None, hint: str = "", expected: str = ""
    ) -> Expectation:
        """Numbers in an array, a list or a Series, of the given shape (None: any length)."""
        words = expected or _array_words(shape)
        array = as_float_array(self.value)
        self._require(array is not None, words, hint)
        fits = shape is None or (
            array.ndim == len(shape)
            and all(
                want is None or have == want for have, want in zip(array.shape, shape, strict=True)
            )
        )
        return self._require(fits, words, hint)

    def to_have_length(self, length: int, hint: str = "", expected: str = "") -> Expectation:
        """A sized value of ``length`` elements."""
        message = ngettext("something of {count} element", "something of {count} elements", length)
        words = expected or message.format(count=thousands(length))
        return self._require(
            hasattr(self.value, "__len__") and len(self.value) == length, words, hint
        )

    def to_have_keys(self, keys: Iterable[Any], hint: str = "", expected: str = "") -> Expectation:
        """A dict, Series or DataFrame that has at least ``keys``."""
        wanted = list(keys)
        listed = ", ".join(f"`{key}`" for key in wanted)
        words = expected or gettext("a dictionary with {keys}").format(keys=listed)
        self._require(isinstance(self.value, (dict, pd.Series, pd.DataFrame)), words, hint)
        missing = [key for key in wanted if key not in self.value]
        if missing:
            message = ngettext(
                "The key {names} is missing.", "These keys are missing: {names}.", len(missing)
            )
            names = ", ".join(f"`{key}`" for key in missing)
            raise CheckFailed(message.format(names=names), hint or self._hint)
        return self

    def to_be_true(self, hint: str = "", expected: str = "True") -> Expectation:
        """The bool True."""
        return self._require(self.value is True, expected, hint)


def _frame_words(columns: list[str]) -> str:
    if not columns:
        return gettext("a DataFrame")
    message = ngettext(
        "a DataFrame with the column {names}", "a DataFrame with the columns {names}", len(columns)
    )
    return message.format(names=", ".join(columns))


def _array_words(shape: tuple[int | None, ...] | None) -> str:
    if not shape:
        return gettext("an array of numbers")
    letters = tuple("n" if size is None else size for size in shape)
    return gettext("an array of numbers of shape {shape}").format(shape=letters)
