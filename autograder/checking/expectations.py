"""``expect(value)``: what a check requires of a value that came from the student."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import Any, NoReturn

import numpy as np
import pandas as pd

from autograder.checking.student import CheckFailed
from autograder.checking.values import as_float_array, as_number, same
from autograder.checking.words import counted, shown


def fail(message: str, hint: str = "") -> NoReturn:
    """Fail the check: what was observed and expected, in Spanish, and what to try next."""
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
            message = f"Se obtuvo {shown(self.value)}; se esperaba {expected}."
            raise CheckFailed(message, hint or self._hint, about=self.value)
        return self

    def to_be_number(self, hint: str = "", expected: str = "un número") -> Expectation:
        """A number: int, float, or an array/Series of exactly one."""
        number = as_number(self.value)
        self._require(number is not None, expected, hint)
        return self

    def _number(self, hint: str, expected: str) -> float:
        self.to_be_number(hint, expected)
        return as_number(self.value)

    def to_be_finite(self, hint: str = "", expected: str = "un número finito") -> Expectation:
        """A number that is neither infinite nor NaN."""
        return self._require(math.isfinite(self._number(hint, expected)), expected, hint)

    def to_be_close(
        self, target: Any, abs: float = 1e-9, rel: float = 1e-6, hint: str = "", expected: str = ""
    ) -> Expectation:
        """A number, or an array of the target's shape, within tolerance of ``target``."""
        if isinstance(target, (int, float)):
            words = expected or "otro valor"
            number = self._number(hint, words)
            near = math.isclose(number, target, abs_tol=abs, rel_tol=rel)
            return self._require(near, words, hint)
        words = expected or "otros valores"
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
        words = expected or f"un número entre {low:g} y {high:g}"
        return self._require(low <= self._number(hint, words) <= high, words, hint)

    def to_be_above(self, bound: float, hint: str = "", expected: str = "") -> Expectation:
        """A number greater than ``bound``."""
        words = expected or f"un número mayor que {bound:g}"
        return self._require(self._number(hint, words) > bound, words, hint)

    def to_be_below(self, bound: float, hint: str = "", expected: str = "") -> Expectation:
        """A number smaller than ``bound``."""
        words = expected or f"un número menor que {bound:g}"
        return self._require(self._number(hint, words) < bound, words, hint)

    def to_be_text(self, hint: str = "", expected: str = "un texto") -> Expectation:
        """A str."""
        return self._require(isinstance(self.value, str), expected, hint)

    def to_be_one_of(
        self, options: Sequence[Any], hint: str = "", expected: str = ""
    ) -> Expectation:
        """Equal to one of ``options``."""
        words = expected or "una de estas opciones: " + ", ".join(map(shown, options))
        return self._require(any(same(self.value, option) for option in options), words, hint)

    def to_be_series(self, hint: str = "", expected: str = "una Series de pandas") -> Expectation:
        """A pandas Series."""
        return self._require(isinstance(self.value, pd.Series), expected, hint)

    def to_be_frame(
        self, columns: Iterable[str] = (), hint: str = "", expected: str = ""
    ) -> Expectation:
        """A DataFrame that has at least ``columns``."""
        wanted = list(columns)
        words = expected or "un DataFrame" + (
            f" con las columnas {', '.join(wanted)}" if wanted else ""
        )
        self._require(isinstance(self.value, pd.DataFrame), words, hint)
        missing = [name for name in wanted if name not in self.value.columns]
        if missing:
            lacks = "le falta la columna" if len(missing) == 1 else "le faltan columnas:"
            raise CheckFailed(f"Al DataFrame {lacks} {', '.join(missing)}.", hint or self._hint)
        return self

    def to_be_array(
        self, shape: tuple[int | None, ...] | None = None, hint: str = "", expected: str = ""
    ) -> Expectation:
        """Numbers in an array, a list or a Series, of the given shape (None: any length)."""
        words = expected or "un arreglo de números" + (
            f" de forma {tuple('n' if s is None else s for s in shape)}" if shape else ""
        )
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
        words = expected or f"algo de {counted(length, 'elemento')}"
        return self._require(
            hasattr(self.value, "__len__") and len(self.value) == length, words, hint
        )

    def to_have_keys(self, keys: Iterable[Any], hint: str = "", expected: str = "") -> Expectation:
        """A dict, Series or DataFrame that has at least ``keys``."""
        wanted = list(keys)
        words = expected or "un diccionario con " + ", ".join(f"`{key}`" for key in wanted)
        self._require(isinstance(self.value, (dict, pd.Series, pd.DataFrame)), words, hint)
        missing = [key for key in wanted if key not in self.value]
        if missing:
            names = ", ".join(f"`{key}`" for key in missing)
            lacks = "Falta la clave" if len(missing) == 1 else "Faltan claves:"
            raise CheckFailed(f"{lacks} {names}.", hint or self._hint)
        return self

    def to_be_true(self, hint: str = "", expected: str = "True") -> Expectation:
        """The bool True."""
        return self._require(self.value is True, expected, hint)
