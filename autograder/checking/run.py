"""Running the checks of an assignment on one student's process."""

from __future__ import annotations

import logging
import zlib
from collections.abc import Iterable, Mapping
from pathlib import Path
from types import ModuleType

import numpy as np

from autograder.checking.loading import fault_in
from autograder.checking.registry import Check, checks_of
from autograder.checking.replies import NOTHING, CheckFailed, ProcessGone
from autograder.checking.student import Student
from autograder.messages import gettext
from autograder.records import CheckStatus, Verdict

log = logging.getLogger(__name__)


def run_checks(
    module: ModuleType,
    student: Student,
    seed: int,
    cells: Iterable[str] | None = None,
    known: Mapping[str, Verdict] | None = None,
) -> list[Verdict]:
    """Run a module's checks on one student's process.

    Args:
        module: the module of the checks: a ``checks.py``, or one made for a test.
        student: the student whose answers are judged.
        seed: the run's seed. Each check has a generator seeded by it and by the check's name, so
            that its inputs do not depend on the other checks.
        cells: run only the checks of these cells, by ``grade_id``; all of them by default.
        known: verdicts that were found before, by the check's id; those checks do not run again.

    Returns:
        A verdict for each check, in their order; its status is ``passed``, ``failed``, ``skipped``
        or ``error``. No exception of a check leaves this function: a check with a mistake of its
        own gets ``error``, and ``fault`` says in which line.

    Example:
        >>> from types import ModuleType
        >>> @check("double-test", points=2)
        ... def doubles(student, rng):
        ...     '''It doubles a number.'''
        ...     expect(student.call("double", 3)).to_equal(6)
        >>> module = ModuleType("checks")
        >>> module.doubles = doubles
        >>> [verdict] = run_checks(module, DirectStudent({"double": lambda x: x + 1}), seed=1)
        >>> print(verdict.status, verdict.points, verdict.message)
        failed 0.0 `double(3)`: Got 4; expected 6.
    """
    wanted = None if cells is None else set(cells)
    verdicts: dict[str, Verdict] = {}
    for each in checks_of(module):
        if known and each.id in known:
            verdicts[each.id] = known[each.id]
        elif wanted is None or each.cell in wanted:
            verdicts[each.id] = _run_one(each, student, seed, verdicts)
    return list(verdicts.values())


def _run_one(each: Check, student: Student, seed: int, done: dict[str, Verdict]) -> Verdict:
    blocked = [name for name in each.needs if name in done and not done[name].passed]
    if blocked:
        title = done[blocked[0]].title.rstrip(".")
        skipped = gettext("Skipped: “{title}” has to be solved first.").format(title=title)
        return _verdict(each, CheckStatus.SKIPPED, skipped)
    rng = np.random.default_rng([seed, zlib.crc32(each.id.encode())])
    student.last_call, student.last_value, student.remarks = "", NOTHING, []
    student.focus(each.cell)
    try:
        each.function(student, rng)
    except CheckFailed as failure:
        message = _with_call(failure, student)
        return _verdict(each, CheckStatus.FAILED, message, failure.hint, remarks=student.remarks)
    except ProcessGone as gone:
        message = gettext("It could not be evaluated: {reason}.").format(reason=gone.reason)
        return _verdict(each, CheckStatus.FAILED, message, gone.hint)
    except Exception as error:
        log.error("check %s failed by itself", each.id, exc_info=error)
        message = gettext("The grader could not evaluate this part ({error}).")
        return _verdict(
            each,
            CheckStatus.ERROR,
            message.format(error=type(error).__name__),
            gettext("It is not a mistake of yours: tell your instructor."),
            fault=fault_in(Path(each.function.__code__.co_filename).parent, error),
        )
    return _verdict(each, CheckStatus.PASSED, remarks=student.remarks)


def _with_call(failure: CheckFailed, student: Student) -> str:
    """The message, with the call where the value is its whole result (and not a part of it)."""
    if failure.about is NOTHING or failure.about is not student.last_value:
        return failure.message
    forgotten = [gettext("Is the `return` missing?")] if failure.about is None else []
    return " ".join([f"`{student.last_call}`: {failure.message}", *forgotten])


def _verdict(
    each: Check,
    status: CheckStatus,
    message: str = "",
    hint: str = "",
    *,
    fault: str = "",
    remarks: Iterable[str] = (),
) -> Verdict:
    return Verdict(
        id=each.id,
        cell=each.cell,
        title=each.title,
        status=status,
        points=each.points if status is CheckStatus.PASSED else 0.0,
        max_points=each.points,
        message=message,
        hint=hint,
        fault=fault,
        remarks=tuple(remarks),
    )
