"""An answer that changes after a person marked it: the mark and the comment are of the old text."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from demo_course import answer, cell, submit
from hypothesis import given
from hypothesis import strategies as st
from nbgrader.api import Gradebook

from autograder.course import Course
from autograder.grading.answers import answer_digests
from autograder.grading.cohort import Options, grade_cohort
from autograder.records import read
from autograder.report.feedback import write_feedback
from autograder.report.html import render
from autograder.report.marks import Mark, marks

COMMENT = "Say it with an example."


def answered(words: str, *extra: dict, solution: str = "def square(x):\n    return x ** 2") -> dict:
    """The demo notebook, its question answered in these words."""
    made = answer(*extra, solution=solution)
    made["cells"][4]["source"] = words
    return made


class Class:
    """A demo course of one student, and what people do with it."""

    def __init__(self, course: Course, isolation: str):
        self.course, self.isolation = course, isolation

    def hand_in(self, made: dict | bytes, force: bool = False) -> Mark:
        """Hand in, grade, and read the mark that counts."""
        submit(self.course.root, "ana", made)
        return self.grade(force)

    def grade(self, force: bool = False) -> Mark:
        results = self.course.root / "results"
        options = Options(
            self.course.submitted_dir, results, isolation=self.isolation, seed=1, force=force
        )
        assert grade_cohort(self.course, options).failures == []
        return self.mark

    def autograde(self) -> None:
        """Grade with nbgrader's own command."""
        nbgrader = Path(sys.prefix, "bin", "nbgrader")
        command = [
            nbgrader,
            "autograde",
            "demo",
            "--force",
            f"--Execute.isolation={self.isolation}",
        ]
        done = subprocess.run(
            command, cwd=self.course.root, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr[-3000:]

    @property
    def mark(self) -> Mark:
        return marks(self.course, self._document.submissions)["ana", "demo"]

    @property
    def _document(self):
        return read(self.course.root / "results" / "results.json")

    def say(self, score: float | None, comment: str = COMMENT, name: str = "why") -> None:
        """What a person does in formgrader: a mark, a comment."""
        with Gradebook(self.course.db_url) as gradebook:
            if score is not None:
                grade = gradebook.find_grade(name, "demo", "demo", "ana")
                grade.manual_score, grade.needs_manual_grade = score, False
            if comment:
                remark = gradebook.find_comment(name, "demo", "demo", "ana")
                remark.manual_comment = comment
            gradebook.db.commit()

    def page(self) -> str:
        """The student's page, as text."""
        write_feedback(self.course, [("ana", "demo")])
        path = self.course.feedback_dir / "ana" / "demo" / "demo.html"
        soup = BeautifulSoup(path.read_text("utf-8"), "html.parser")
        return " ".join(soup.get_text(" ").split())

    def report(self) -> str:
        return render(self._document, marks(self.course, self._document.submissions))


@pytest.fixture()
def ana(demo: Course, isolation: str) -> Class:
    """A student whose answer has been marked by a person: half a point, and a comment."""
    made = Class(demo, isolation)
    made.hand_in(answered("Because it multiplies."))
    made.say(0.5)
    return made


def test_a_mark_by_hand_stays_while_its_answer_is_the_same(ana: Class) -> None:
    assert ana.mark.total == 5.5 and ana.mark.pending == 0
    same = answered("Because it multiplies.  \r\n")
    for mark in (ana.grade(force=True), ana.hand_in(same)):
        assert (mark.total, mark.pending, mark.outdated) == (5.5, 0, ())
    assert "Comment Say it with an example." in ana.page()


def test_the_mark_of_an_earlier_text_is_not_counted_and_everybody_is_told(ana: Class) -> None:
    mark = ana.hand_in(answered("Because it adds."))
    assert (mark.total, mark.pending, mark.by_hand, mark.outdated) == (5.0, 1.0, 0.0, ("why",))
    page = ana.page()
    assert "5 of 6 points" in page and "5.5" not in page
    assert "A person has yet to mark 1 point" in page
    assert "Your submission changed after a person marked it" in page
    assert f"Comment on an earlier version of your answer {COMMENT}" in page
    assert "changed after a person marked it: why" in ana.report()


def test_marked_again_it_counts_again(ana: Class) -> None:
    ana.hand_in(answered("Because it adds."))
    ana.say(1.0, comment="")
    assert (ana.mark.total, ana.mark.outdated) == (6.0, ())
    assert f"Comment {COMMENT}" in ana.page()
    assert ana.grade(force=True).total == 6.0
    assert "changed after" not in ana.report()


def test_several_changes_are_measured_from_the_text_that_was_marked(ana: Class) -> None:
    for words in ("Because it adds.", "Because it divides."):
        assert ana.hand_in(answered(words)).outdated == ("why",)
    mark = ana.hand_in(answered("Because it multiplies."))
    assert (mark.total, mark.outdated) == (5.5, ())


@pytest.mark.parametrize(
    "made",
    [
        pytest.param(answered("Why?"), id="the answer is gone"),
        pytest.param(b"this is no notebook", id="the notebook cannot be read"),
        pytest.param(
            answered("Because it multiplies.", cell("And more.", kind="markdown")),
            id="more below",
        ),
    ],
)
def test_an_answer_that_is_gone_or_goes_on_below_is_another(made: dict | bytes, ana: Class) -> None:
    if isinstance(made, dict) and len(made["cells"]) > 7:
        made["cells"].insert(5, made["cells"].pop())
    mark = ana.hand_in(made)
    assert mark.outdated == ("why",) and mark.pending == 1.0


def test_a_test_that_a_person_marked_is_about_the_whole_notebook(ana: Class) -> None:
    ana.say(2.0, comment="", name="square-test")
    assert ana.grade(force=True).total == 4.5
    wrong = answered("Because it multiplies.", solution="def square(x):\n    return x * x")
    mark = ana.hand_in(wrong)
    assert mark.outdated == ("square-test",)
    assert mark.score == 5.5  # what the check says of the new text


def test_a_comment_without_a_mark_is_of_its_text_too(ana: Class) -> None:
    ana.say(None, "Neat.", name="square")
    other = answered("Because it multiplies.", solution="def square(x):\n    return x * x")
    assert ana.hand_in(other).outdated == ("square",)
    page = ana.page()
    assert "Comment on an earlier version of your answer Neat." in page
    assert "A person has yet to mark" not in page
    ana.say(None, "Neater.", name="square")
    assert ana.mark.outdated == ()
    assert "Comment Neater." in ana.page()
    assert ana.grade(force=True).outdated == ()


def test_what_was_not_marked_never_becomes_outdated(demo: Course, isolation: str) -> None:
    student = Class(demo, isolation)
    for words in ("Why?", "Because it adds.", "Because it multiplies."):
        assert student.hand_in(answered(words)).outdated == ()
    assert student.mark.pending == 1.0


def test_nbgraders_own_command_keeps_a_mark_and_outdates_it_alike(ana: Class) -> None:
    ana.autograde()
    assert (ana.mark.total, ana.mark.outdated) == (5.5, ())
    submit(ana.course.root, "ana", answered("Because it adds."))
    ana.autograde()
    assert (ana.mark.total, ana.mark.pending, ana.mark.outdated) == (5.0, 1.0, ("why",))
    assert ana.grade().outdated == ("why",)


@given(words=st.text(), blanks=st.sampled_from(["", " ", "\t", "\n", " \n\n"]))
def test_blanks_at_ends_of_lines_and_line_ends_do_not_count(words: str, blanks: str) -> None:
    plain = answered(words)
    dressed = answered("\r\n".join(line + " " for line in words.splitlines()) + blanks)
    assert answer_digests([plain])["why"] == answer_digests([dressed])["why"]


@given(one=st.text(), other=st.text())
def test_another_text_is_another_answer(one: str, other: str) -> None:
    lines = [[line.rstrip() for line in text.rstrip().splitlines()] for text in (one, other)]
    if lines[0] != lines[1]:
        first, second = answered(one), answered(other)
        assert answer_digests([first])["why"] != answer_digests([second])["why"]
        assert answer_digests([first])["square"] == answer_digests([second])["square"]
