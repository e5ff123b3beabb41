"""Registering checks: what they are called, what they score and what they depend on."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from types import ModuleType
from typing import TypeVar

from numpy.random import Generator

from autograder.checking.student import Student

#: What is checked: it returns when the answer is right, and fails (``expect``, ``fail``) otherwise.
CheckFunction = Callable[[Student, Generator], None]
Function = TypeVar("Function", bound=CheckFunction)


@dataclass(frozen=True)
class Check:
    """One check of an assignment, as ``check`` registered it.

    Attributes:
        function: the function that judges, called as ``function(student, rng)``.
        cell: ``grade_id`` of the nbgrader test cell that it scores.
        points: what it is worth.
        needs: ids of the checks that must pass first.
        criterion: whether it takes part in deciding ``accepted``.
    """

    function: CheckFunction
    cell: str
    points: float
    needs: tuple[str, ...] = ()
    criterion: bool = False

    @property
    def id(self) -> str:
        """The name of its function, by which results and answers refer to it."""
        return self.function.__name__

    @property
    def title(self) -> str:
        """The first line of its docstring: what students read."""
        return (inspect.getdoc(self.function) or self.id).splitlines()[0]


def check(
    cell: str,
    *,
    points: float,
    needs: CheckFunction | Iterable[CheckFunction] = (),
    criterion: bool = False,
) -> Callable[[Function], Function]:
    """Register a function as a check of its assignment, in whose ``checks.py`` it is written.

    The function is called as ``function(student, rng)``: a ``Student``, and a
    ``numpy.random.Generator`` of its own. The generator's seed comes from the run's seed
    (``autograder grade --seed``; drawn anew for each run by default) and the check's name: students
    graded in one run get the same numbers, and a later run gives others.

    The check passes when the function returns, whatever it returns: ``return False`` passes. It
    fails by ``expect`` or ``fail``, and where the student's process does not answer. Any other
    exception, a bare ``assert`` included, is a mistake of the check: its status is ``error``, and
    the instructor is told the line. Checks run in the order in which they are written; what one
    changes in the student's process or folder, the next ones find changed.

    Args:
        cell: ``grade_id`` of the notebook's test cell that it scores.
        points: what it is worth. The points of a cell's checks must add up to the cell's; grading
            refuses the assignment otherwise.
        needs: a check, or several, of any cell, that must pass first. Where one fails, is skipped
            or has a mistake, this one is skipped, with the reason, and loses its points.
        criterion: whether a submission must pass it to be accepted: ``accepted`` is whether all
            checks with a criterion pass, and says nothing where no check has one. Points do not
            depend on it.

    Returns:
        A decorator, which returns the function itself, with its ``Check`` in ``.check``.

    Raises:
        ValueError: the function has no docstring; students read its first line.

    Example:
        >>> @check("mean-test", points=2)
        ... def agrees_on_new_numbers(student, rng):
        ...     '''The mean is right for numbers that are not in the example.'''
        ...     numbers = rng.normal(size=50).tolist()
        ...     expect(student.call("mean", numbers)).to_be_close(sum(numbers) / 50)
        >>> @check("mean-test", points=1, needs=agrees_on_new_numbers)
        ... def ignores_what_is_missing(student, rng):
        ...     '''Values that are missing do not count.'''
        ...     expect(student.call("mean", [1.0, float("nan"), 3.0])).to_be_close(2.0)
        >>> ignores_what_is_missing.check.needs
        ('agrees_on_new_numbers',)
    """
    depends = (needs,) if callable(needs) else tuple(needs)

    def register(function: Function) -> Function:
        if not inspect.getdoc(function):
            raise ValueError(f"check {function.__name__} needs a docstring: students read it")
        names = tuple(each.__name__ for each in depends)
        vars(function)["check"] = Check(function, cell, float(points), names, criterion)
        return function

    return register


def checks_of(module: ModuleType) -> list[Check]:
    """The checks of a module, in the order in which they are written.

    Example:
        >>> from types import ModuleType
        >>> @check("f-test", points=1)
        ... def returns_a_number(student, rng):
        ...     '''It returns a number.'''
        >>> module = ModuleType("checks")
        >>> module.returns_a_number = returns_a_number
        >>> [(each.id, each.title, each.points) for each in checks_of(module)]
        [('returns_a_number', 'It returns a number.', 1.0)]
    """
    marked = [getattr(value, "check", None) for value in vars(module).values()]
    return [each for each in marked if isinstance(each, Check)]
