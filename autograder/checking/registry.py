"""Registering checks: what they are called, what they score and what they depend on."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from types import ModuleType

from numpy.random import Generator

from autograder.checking.student import Student


@dataclass(frozen=True)
class Check:
    """One check: its function, the nbgrader cell it scores and what it depends on."""

    function: Callable[[Student, Generator], None]
    cell: str
    points: float
    needs: tuple[str, ...] = ()
    criterion: bool = False

    @property
    def id(self) -> str:
        return self.function.__name__

    @property
    def title(self) -> str:
        return inspect.getdoc(self.function).splitlines()[0]


def check(
    cell: str,
    *,
    points: float,
    needs: Callable | Iterable[Callable] = (),
    criterion: bool = False,
):
    """Attach a function to the nbgrader test cell ``cell`` (its ``grade_id``).

    ``needs`` names checks that must pass first, or this one is skipped. ``criterion`` marks the
    checks that decide ``accepted``. The docstring's first line is what the student reads.
    """
    depends = (needs,) if callable(needs) else tuple(needs)

    def register(function: Callable[[Student, Generator], None]):
        if not inspect.getdoc(function):
            raise ValueError(f"check {function.__name__} needs a docstring: students read it")
        names = tuple(each.__name__ for each in depends)
        function.check = Check(function, cell, float(points), names, criterion)
        return function

    return register


def checks_of(module: ModuleType) -> list[Check]:
    """The checks of a module, in the order in which they are written."""
    functions = [value for value in vars(module).values() if hasattr(value, "check")]
    return [function.check for function in functions]
