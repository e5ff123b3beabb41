"""The vocabulary of checks: ``check``, ``Student``, ``expect``, ``fail``.

A check reads like a pytest function: it sends seeded inputs to the student's process, receives
plain data and says what it expects::

    from autograder.checking import Student, check, expect

    @check("mean-test", points=2)
    def ignores_missing_values(student: Student, rng) -> None:
        '''The mean ignores missing values.'''
        expect(student.call("mean", [1.0, float("nan"), 3.0])).to_be_close(2.0)
"""

from autograder.checking.direct import DirectStudent
from autograder.checking.expectations import Expectation, expect, fail
from autograder.checking.model import Model
from autograder.checking.registry import Check, check, checks_of
from autograder.checking.replies import CheckFailed, Log, Outcome, ProcessGone, Raised
from autograder.checking.run import run_checks
from autograder.checking.student import Student
from autograder.checking.values import as_float_array, as_number, same
from autograder.checking.words import counted, describe, percent, shown, thousands
from autograder.records import Verdict
from autograder.sandbox.wire import Expr, Opaque, Ref

__all__ = [
    "Check",
    "CheckFailed",
    "DirectStudent",
    "Expectation",
    "Expr",
    "Log",
    "Model",
    "Opaque",
    "Outcome",
    "ProcessGone",
    "Raised",
    "Ref",
    "Student",
    "Verdict",
    "as_float_array",
    "as_number",
    "check",
    "checks_of",
    "counted",
    "describe",
    "expect",
    "fail",
    "percent",
    "run_checks",
    "same",
    "shown",
    "thousands",
]
