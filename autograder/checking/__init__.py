"""The vocabulary of checks: ``check``, ``Student``, ``expect``, ``fail``.

A check reads like a pytest function: it sends seeded inputs to the student's process, receives
plain data and says what it expects. A whole ``checks.py``, which lies beside the notebook's source,
in ``<source>/<assignment>/``::

    from autograder.checking import check, expect, fail

    @check("mean-test", points=1)  # the grade_id of the test cell
    def returns_a_number(student, rng):
        '''`mean` returns a number.'''
        numbers = rng.normal(size=50).tolist()
        expect(student.call("mean", numbers)).to_be_number(hint="Is the `return` there?")

    @check("mean-test", points=1, needs=returns_a_number)
    def warns_of_what_is_missing(student, rng):
        '''It logs one warning where a number is missing.'''
        mean, logs = student.call_logged("mean", [1.0, float("nan"), 3.0])
        expect(mean).to_be_close(2.0, expected="the mean of the numbers that are there")
        if len(logs) != 1:
            fail(f"It logged {len(logs)} records; expected one.", hint="Use logging.warning.")

``autograder truth`` tries it on right and wrong answers; in a test of one's own, ``run_checks``
runs it on a ``DirectStudent``. What a check makes of a value by itself is its own matter: an
exception there is an error of the check, so require a kind (``to_be_frame``) before using it.
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
