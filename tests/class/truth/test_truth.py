"""Every listed answer gets what it must, beside its code and in the sandbox.

One seed here; ``make truth`` tries each answer, and mutants of the solutions, with two hundred.
"""

from __future__ import annotations

import pytest
from the_course import COURSE, blueprint

from autograder.grading.grade import grade
from autograder.intake.submissions import Submission
from truth import answers, runner

GRADED = [assignment.name for assignment in COURSE.graded]
LISTED = {name: answers.load(name) for name in GRADED}
ANSWERS = [each for name in GRADED for each in (answers.reference(name), *LISTED[name])]
every_graded = pytest.mark.parametrize("assignment", GRADED)


@pytest.mark.parametrize("answer", ANSWERS, ids=lambda answer: answer.id)
def test_the_answer_loses_exactly_what_it_must(answer):
    [found] = runner.verdicts(answer, seeds=[11])
    assert runner.lost(found) == set(answer.loses), runner.said(found)
    assert answer.says.lower() in runner.said(found).lower()
    assert all(verdict.status != "error" for verdict in found)


def test_every_answer_is_one_of_an_assignment():
    assert {each.assignment for each in answers.load()} <= set(GRADED)


@every_graded
def test_the_sandbox_gives_the_reference_everything(assignment, sandbox):
    result = runner.graded(answers.reference(assignment), sandbox, seed=1)
    assert (result.score, result.status, result.flags) == (result.max_score, "graded", ())


@every_graded
def test_the_sandbox_gives_the_same_verdicts(assignment, sandbox):
    """A right and a wrong answer of each, handed in and graded as in production."""
    listed = LISTED[assignment]
    for answer in (listed[0], listed[-1]):
        result = runner.graded(answer, sandbox, seed=5)
        assert {v.id for v in result.checks if v.status != "passed"} == set(answer.loses)


@every_graded
def test_the_stub_gets_zero_and_is_told_that_it_is_not_done(assignment, sandbox):
    plan = blueprint(assignment)
    files = {f"{name}.ipynb": part.content for name, part in plan.notebooks.items()}
    result = grade(plan, Submission("nadie", assignment, files), 3, sandbox)
    assert result.score == 0
    told = [verdict for verdict in result.checks if verdict.status == "failed"]
    assert any("odavía no" in verdict.message for verdict in told)
    assert not any("Traceback" in verdict.message for verdict in told)
