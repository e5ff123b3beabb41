"""``expect(value)``: what a check requires of a value that came from the student."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import Any, NoReturn

import numpy as np
import pandas as pd

from autograder.checking.replies import CheckFailed
from autograder.checking.values import as_float_array, as_number, same
from autograder.checking.words import shown, thousands
from autograder.messages import gettext, ngettext


def fail(message: str, hint: str = "") -> NoReturn:
    """Fail the check, where no expectation says it.

    Args:
        message: what was observed and what was expected, for the student to read.
        hint: what to try next.

    Raises:
        CheckFailed: always; the check ends there.

    Example:
        >>> student = DirectStudent({"clean": lambda rows: [row for row in rows if row]})
        >>> rows = student.call("clean", [3, None, 1])
        >>> if rows != sorted(rows):
        ...     fail("The rows are not in order.", hint="Sort them at the end.")
        Traceback (most recent call last):
            ...
        CheckFailed: The rows are not in order.
    """
    raise CheckFailed(message, hint)


def expect(value: Any, hint: str = "") -> Expectation:
    """Begin an expectation on a value that came from the student.

    Args:
        value: what a call or a variable gave; plain data of any kind.
        hint: what the student should try when one of the expectations fails. An expectation's own
            ``hint`` is shown instead of it.

    Returns:
        An Expectation, whose methods can be chained: the first that does not hold fails the check.

    Example:
        >>> student = DirectStudent({"mean": lambda numbers: sum(numbers) / len(numbers)})
        >>> average = student.call("mean", [1.0, 3.0])
        >>> passed = expect(average).to_be_number().to_be_close(2.0)
        >>> expect(average, hint="Divide by how many there are.").to_be_close(4.0)
        Traceback (most recent call last):
            ...
        CheckFailed: Got 2; expected another value.
        >>> from types import ModuleType
        >>> @check("mean-test", points=1)
        ... def is_right(student, rng):
        ...     '''The mean is right.'''
        ...     average = student.call("mean", [1.0, 3.0])
        ...     expect(average).to_be_close(4.0, hint="Divide by how many there are.")
        >>> module = ModuleType("checks")
        >>> module.is_right = is_right
        >>> [verdict] = run_checks(module, student, seed=1)
        >>> verdict.message, verdict.hint
        ('`mean([1.0, 3.0])`: Got 2; expected another value.', 'Divide by how many there are.')
    """
    return Expectation(value, hint)


class Expectation:
    """What a check requires of one value, ``value``; made by ``expect``.

    Every method returns the same Expectation, so that they can be chained, and takes two texts for
    the student, in the language of the course: ``expected``, words for what the value should have
    been, and ``hint``, what to try next. By default the student reads words for the kind of value
    (``to_be_close`` never shows its target; ``to_equal`` and ``to_be_one_of`` do, unless
    ``expected`` is given). Where ``value`` is the whole result of the last call, the message begins
    with that call, shortened; where it is a part of it, say in ``expected`` what of.

    A value of another kind, a NaN or an array of another shape is a wrong answer like any other:
    an expectation never raises anything but CheckFailed.

    Raises:
        CheckFailed: what was required does not hold; its ``message`` says what came back and what
            was expected, its ``hint`` what to try.

    Example:
        >>> expect("3").to_be_number(expected="the sum, a number", hint="Do not make a text of it.")
        Traceback (most recent call last):
            ...
        CheckFailed: Got the text '3'; expected the sum, a number.
    """

    def __init__(self, value: Any, hint: str = ""):
        self.value, self._hint = value, hint

    def _require(self, holds: bool, expected: str, hint: str) -> Expectation:
        if not holds:
            self._fail(expected, hint)
        return self

    def _fail(self, expected: str, hint: str) -> NoReturn:
        message = gettext("Got {found}; expected {expected}.")
        text = message.format(found=shown(self.value), expected=expected)
        raise CheckFailed(text, hint or self._hint, about=self.value)

    def to_be_number(self, hint: str = "", expected: str = "") -> Expectation:
        """Require a number: an int, a float, or an array, Series or Index of exactly one.

        NumPy's numbers arrive as Python's. A bool or a text is not a number; infinity and NaN are
        (see ``to_be_finite``).

        Example:
            >>> expect([0.5, 0.7]).to_be_number()
            Traceback (most recent call last):
                ...
            CheckFailed: Got the list [0.5, 0.7]; expected a number.
        """
        self._number(hint, expected or gettext("a number"))
        return self

    def _number(self, hint: str, expected: str) -> float:
        number = as_number(self.value)
        if number is None:
            self._fail(expected, hint)
        return number

    def to_be_finite(self, hint: str = "", expected: str = "") -> Expectation:
        """Require a number that is neither infinite nor NaN.

        Example:
            >>> expect(float("inf")).to_be_finite()
            Traceback (most recent call last):
                ...
            CheckFailed: Got inf; expected a finite number.
        """
        words = expected or gettext("a finite number")
        return self._require(math.isfinite(self._number(hint, words)), words, hint)

    def to_be_close(
        self, target: Any, abs: float = 1e-9, rel: float = 1e-6, hint: str = "", expected: str = ""
    ) -> Expectation:
        """Require a number, or an array of the target's shape, within tolerance of ``target``.

        Args:
            target: a number, or an array, list or Series of numbers. In an array NaN equals NaN; a
                number is never close to NaN.
            abs: the largest difference allowed, in the units of the value.
            rel: the largest difference allowed, as a share: of the larger of two numbers, which
                need be within one tolerance (``math.isclose``); of the target's elements in arrays,
                whose two tolerances add up (``numpy.allclose``). With both 0, exactly equal.

        Example:
            >>> expect(3.15).to_be_close(3.14159, abs=0.001, expected="pi, to three decimals")
            Traceback (most recent call last):
                ...
            CheckFailed: Got 3.15; expected pi, to three decimals.
            >>> passed = expect([1.0, 2.0]).to_be_close([1.0, 2.0000001])
        """
        if isinstance(target, (int, float)):
            words = expected or gettext("another value")
            number = self._number(hint, words)
            near = math.isclose(number, target, abs_tol=abs, rel_tol=rel)
            return self._require(near, words, hint)
        words = expected or gettext("other values")
        actual, wanted = as_float_array(self.value), np.asarray(target, dtype=float)
        if actual is None or actual.shape != wanted.shape:
            self._fail(words, hint)
        near = np.allclose(actual, wanted, atol=abs, rtol=rel, equal_nan=True)
        return self._require(near, words, hint)

    def to_equal(self, target: Any, hint: str = "", expected: str = "") -> Expectation:
        """Require data equal to ``target``, deeply.

        Numbers compare by value (1 equals 1.0) and NaN equals NaN. True is not 1. Lists, tuples,
        arrays, Series and Index are equal to each other when their elements are, in order; the
        labels of a Series do not count: compare its ``index`` too where they matter. DataFrames are
        equal when ``DataFrame.equals`` says so: index, columns, their order and types included; to
        be less strict, compare a column at a time. Without ``expected`` the student reads the
        target itself.

        Example:
            >>> table = pd.DataFrame({"n": [2, 3]}, index=["east", "west"])
            >>> passed = expect(table.index).to_equal(["east", "west"])
            >>> passed = expect(table["n"]).to_be_close([2, 3], expected="the rows of each group")
            >>> expect(["a", "b"]).to_equal(["b", "a"], expected="the names, the newest first")
            Traceback (most recent call last):
                ...
            CheckFailed: Got the list ['a', 'b']; expected the names, the newest first.
        """
        return self._require(same(self.value, target), expected or shown(target), hint)

    def to_be_between(
        self, low: float, high: float, hint: str = "", expected: str = ""
    ) -> Expectation:
        """Require a number in [low, high], both included; NaN is not.

        Example:
            >>> expect(1.2).to_be_between(0, 1)
            Traceback (most recent call last):
                ...
            CheckFailed: Got 1.2; expected a number between 0 and 1.
        """
        between = gettext("a number between {low} and {high}")
        words = expected or between.format(low=f"{low:g}", high=f"{high:g}")
        return self._require(low <= self._number(hint, words) <= high, words, hint)

    def to_be_at_least(self, bound: float, hint: str = "", expected: str = "") -> Expectation:
        """Require a number that is ``bound`` or greater; NaN is not.

        Example:
            >>> expect(0.68).to_be_at_least(0.7, expected="an accuracy of 70% or more")
            Traceback (most recent call last):
                ...
            CheckFailed: Got 0.68; expected an accuracy of 70% or more.
        """
        words = expected or gettext("{bound} or more").format(bound=f"{bound:g}")
        return self._require(self._number(hint, words) >= bound, words, hint)

    def to_be_at_most(self, bound: float, hint: str = "", expected: str = "") -> Expectation:
        """Require a number that is ``bound`` or smaller; NaN is not.

        Example:
            >>> expect(51).to_be_at_most(50)
            Traceback (most recent call last):
                ...
            CheckFailed: Got 51; expected 50 or less.
        """
        words = expected or gettext("{bound} or less").format(bound=f"{bound:g}")
        return self._require(self._number(hint, words) <= bound, words, hint)

    def to_be_above(self, bound: float, hint: str = "", expected: str = "") -> Expectation:
        """Require a number greater than ``bound``, not equal to it; NaN is not.

        Example:
            >>> expect(0.25).to_be_above(0.25)
            Traceback (most recent call last):
                ...
            CheckFailed: Got 0.25; expected a number greater than 0.25.
        """
        words = expected or gettext("a number greater than {bound}").format(bound=f"{bound:g}")
        return self._require(self._number(hint, words) > bound, words, hint)

    def to_be_below(self, bound: float, hint: str = "", expected: str = "") -> Expectation:
        """Require a number smaller than ``bound``, not equal to it; NaN is not.

        Example:
            >>> expect(7).to_be_below(5)
            Traceback (most recent call last):
                ...
            CheckFailed: Got 7; expected a number smaller than 5.
        """
        words = expected or gettext("a number smaller than {bound}").format(bound=f"{bound:g}")
        return self._require(self._number(hint, words) < bound, words, hint)

    def to_be_text(self, hint: str = "", expected: str = "") -> Expectation:
        """Require a text (a str), empty or not.

        Example:
            >>> expect(3).to_be_text()
            Traceback (most recent call last):
                ...
            CheckFailed: Got 3; expected a text.
        """
        words = expected or gettext("a text")
        return self._require(isinstance(self.value, str), words, hint)

    def to_be_one_of(
        self, options: Sequence[Any], hint: str = "", expected: str = ""
    ) -> Expectation:
        """Require data equal to one of ``options``, as ``to_equal`` compares.

        Example:
            >>> expect("High").to_be_one_of(["low", "high"], expected="low or high")
            Traceback (most recent call last):
                ...
            CheckFailed: Got the text 'High'; expected low or high.
        """
        listed = ", ".join(map(shown, options))
        words = expected or gettext("one of these options: {options}").format(options=listed)
        return self._require(any(same(self.value, option) for option in options), words, hint)

    def to_be_series(self, hint: str = "", expected: str = "") -> Expectation:
        """Require a pandas Series, of any length and type.

        Example:
            >>> expect([1, 2]).to_be_series()
            Traceback (most recent call last):
                ...
            CheckFailed: Got the list [1, 2]; expected a pandas Series.
        """
        words = expected or gettext("a pandas Series")
        return self._require(isinstance(self.value, pd.Series), words, hint)

    def to_be_frame(
        self, columns: Iterable[str] = (), hint: str = "", expected: str = ""
    ) -> Expectation:
        """Require a DataFrame that has at least ``columns``, in any order.

        ``expected`` is for what is no DataFrame; missing columns are named by themselves.

        Example:
            >>> table = pd.DataFrame({"name": ["ana"]})
            >>> expect(table).to_be_frame(columns=["name", "age"])
            Traceback (most recent call last):
                ...
            CheckFailed: The DataFrame lacks the column age.
        """
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
        """Require numbers (bools count) in an array, list, tuple, Series or DataFrame.

        Args:
            shape: their shape, with None for a dimension of any length; by default any shape.

        Example:
            >>> expect(np.zeros(5)).to_be_array((None, 2))
            Traceback (most recent call last):
                ...
            CheckFailed: Got an array of shape (5,); expected an array of numbers of shape ('n', 2).
        """
        words = expected or _array_words(shape)
        array = as_float_array(self.value)
        if array is None:
            self._fail(words, hint)
        fits = shape is None or (
            array.ndim == len(shape)
            and all(
                want is None or have == want for have, want in zip(array.shape, shape, strict=True)
            )
        )
        return self._require(fits, words, hint)

    def to_have_length(self, length: int, hint: str = "", expected: str = "") -> Expectation:
        """Require something of ``length`` elements: a list, text, dict, array; a DataFrame's rows.

        Example:
            >>> expect([1, 2]).to_have_length(3)
            Traceback (most recent call last):
                ...
            CheckFailed: Got the list [1, 2]; expected something of 3 elements.
        """
        message = ngettext("something of {count} element", "something of {count} elements", length)
        words = expected or message.format(count=thousands(length))
        return self._require(
            hasattr(self.value, "__len__") and len(self.value) == length, words, hint
        )

    def to_have_keys(self, keys: Iterable[Any], hint: str = "", expected: str = "") -> Expectation:
        """Require a dict, Series or DataFrame that has at least ``keys``.

        Of a Series they are the labels of its index; of a DataFrame, its columns.

        Example:
            >>> expect({"mean": 2.0}).to_have_keys(["mean", "count"])
            Traceback (most recent call last):
                ...
            CheckFailed: The key `count` is missing.
        """
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
        """Require the bool True: not 1, nor what counts as true in an ``if``.

        Example:
            >>> expect(1).to_be_true()
            Traceback (most recent call last):
                ...
            CheckFailed: Got 1; expected True.
        """
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
