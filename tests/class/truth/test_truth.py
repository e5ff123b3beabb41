"""Every listed answer gets what it must, beside its code and in the sandbox.

One seed here; ``make truth`` tries each answer, and mutants of the solutions, with two hundred.
"""

from __future__ import annotations

from collections import Counter

import pytest
from the_course import COURSE, checks

from autograder.checking import checks_of
from truth import answers, runner

GRADED = [assignment.name for assignment in COURSE.graded]
LISTED = {name: answers.load(name) for name in GRADED}
every_graded = pytest.mark.parametrize("assignment", GRADED)


def every_answer():
    """The references and what is listed; after an @, how many cells are run once for several."""
    for answer in (each for name in GRADED for each in (answers.reference(name), *LISTED[name])):
        yield pytest.param(answer, id=f"{answer.id}@{runner.in_common(answer)}")


@pytest.mark.parametrize("answer", list(every_answer()))
def test_the_answer_loses_exactly_what_it_must(answer):
    [found] = runner.verdicts(answer, seeds=[11])
    assert runner.lost(found) == set(answer.loses), runner.said(found)
    assert answer.says.lower() in runner.said(found).lower()
    assert all(verdict.status != "error" for verdict in found)


def test_every_answer_is_one_of_an_assignment():
    assert {each.assignment for each in answers.load()} <= set(GRADED)


@every_graded
def test_every_check_is_lost_by_two_wrong_answers_at_least(assignment):
    lost = Counter(name for answer in LISTED[assignment] for name in answer.loses)
    assert [each.id for each in checks_of(checks(assignment)) if lost[each.id] < 2] == []


@every_graded
def test_the_sandbox_gives_the_same_verdicts(assignment, sandbox):
    """A right and a wrong answer of each, handed in and graded as in production."""
    listed = LISTED[assignment]
    for answer in (listed[0], listed[-1]):
        result = runner.graded(answer, sandbox, seed=5)
        assert {v.id for v in result.checks if v.status != "passed"} == set(answer.loses)
