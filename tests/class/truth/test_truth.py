"""Every listed answer gets what it must: beside its code with two seeds, and in the sandbox."""

from __future__ import annotations

import pytest

from autograder.course import Course
from truth import answers, runner

ANSWERS = answers.load()
GRADED = [assignment.name for assignment in Course.at(runner.ROOT).graded]


@pytest.mark.parametrize("answer", ANSWERS, ids=lambda answer: answer.id)
def test_the_answer_loses_exactly_what_it_must(answer):
    for found in runner.verdicts(answer, seeds=(11, 12)):
        assert runner.lost(found) == set(answer.loses), runner.said(found)
        assert answer.says.lower() in runner.said(found).lower()
        assert all(verdict.status != "error" for verdict in found)


@pytest.mark.parametrize("assignment", GRADED)
def test_the_sandbox_gives_the_same_verdicts(assignment, sandbox):
    """The first right and the first wrong answer of each, handed in and graded as in production."""
    listed = [each for each in ANSWERS if each.assignment == assignment]
    for answer in (listed[0], listed[-1]):
        result = runner.graded(answer, sandbox, seed=5)
        assert {v.id for v in result.checks if v.status != "passed"} == set(answer.loses)


@pytest.mark.parametrize("assignment", GRADED)
def test_the_stub_gets_zero_and_is_told_that_it_is_not_done(assignment, sandbox):
    from autograder.grading.cohort import blueprint
    from autograder.grading.grade import grade
    from autograder.intake.submissions import Submission

    plan = blueprint(runner.COURSE.assignment(assignment))
    files = {f"{name}.ipynb": content for name, content in plan.notebooks.items()}
    result = grade(plan, Submission("nadie", assignment, files), 3, sandbox)
    assert result.score == 0
    told = [verdict for verdict in result.checks if verdict.status == "failed"]
    assert any("odavía no" in verdict.message for verdict in told)
    assert not any("Traceback" in verdict.message for verdict in told)
