"""Listed answers get what they must, beside their code and in the sandbox.

Here, with one seed: every right answer, and wrong ones until each check has failed one of them.
``make truth`` tries every answer, and mutants of the solutions, with two hundred seeds; so does CI
every week, and whoever changes an exercise (``autograder truth -a``). Assignments and answers are
those that there are: nothing is listed here.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
from the_course import COURSE, graded, subject

from autograder.checking import checks_of
from autograder.records import CheckStatus
from autograder.sandbox.driver import Sandbox
from autograder.sandbox.limits import Limits
from autograder.truth.answers import Answer, read_answers, reference
from autograder.truth.verdicts import feedback, lost, verdicts

LISTED = {assignment.name: read_answers(assignment) for assignment in COURSE.graded}
ENOUGH = 2  # wrong answers that must be listed of each check
every_graded = pytest.mark.parametrize("assignment", list(LISTED))


def chosen(answers: list[Answer]) -> Iterator[Answer]:
    """The right answers, and the first wrong ones that lose a check that no other has lost."""
    seen: set[str] = set()
    for answer in answers:
        if answer.is_right or not seen.issuperset(answer.loses):
            seen.update(answer.loses)
            yield answer


def every_answer() -> Iterator[Any]:
    """The references and the chosen; after an @, how many cells are run once for several."""
    for name, answers in LISTED.items():
        for answer in (reference(name), *chosen(answers)):
            yield pytest.param(answer, id=f"{answer.id}@{subject(name).shared_cells(answer)}")


@pytest.mark.parametrize("answer", list(every_answer()))
def test_the_answer_loses_exactly_what_it_must(answer: Answer, limits: Limits) -> None:
    tried = subject(answer.assignment)
    assert tried.unknown_cells(answer) == []
    [found] = verdicts(tried, answer, [11], round(limits.submission_seconds))
    assert lost(found) == set(answer.loses), feedback(found)
    assert answer.says.lower() in feedback(found).lower()
    assert all(verdict.status is not CheckStatus.ERROR for verdict in found)


@every_graded
def test_every_check_is_lost_by_enough_wrong_answers(assignment: str) -> None:
    times = Counter(name for answer in LISTED[assignment] for name in answer.loses)
    tried = {name for answer in chosen(LISTED[assignment]) for name in answer.loses}
    checks = [check.id for check in checks_of(subject(assignment).checks)]
    assert [name for name in checks if times[name] < ENOUGH or name not in tried] == []


@every_graded
def test_the_sandbox_gives_the_same_verdicts(assignment: str, sandbox: Sandbox) -> None:
    """A right and a wrong answer of each, handed in and graded as in production."""
    listed = LISTED[assignment]
    for answer in (listed[0], listed[-1]):
        result = graded(answer, sandbox, seed=5)
        assert lost(result.checks) == set(answer.loses)
