"""What lies in the submitted folder: what is graded, and what is told to be elsewhere."""

from __future__ import annotations

import os
from pathlib import Path

import demo_course
import pytest
from demo_course import command

from autograder.course import Course
from autograder.grading.cohort import Options, grade_cohort
from autograder.intake.folders import survey
from autograder.intake.submissions import SubmissionError
from autograder.records import read

NOTEBOOKS = {"homework": ("homework",), "serializar": ("1a", "1b")}


@pytest.fixture()
def root(tmp_path: Path) -> Path:
    """A submitted folder in which ana is in her right place."""
    (tmp_path / "submitted/ana/homework").mkdir(parents=True)
    return tmp_path / "submitted"


def told(root: Path) -> dict[str, tuple[str, str]]:
    return {each.path: (each.reason, each.place) for each in survey(root, NOTEBOOKS).misplaced}


def test_what_is_in_its_right_place_is_found_and_nothing_told(root: Path) -> None:
    (root / "ana/serializar").mkdir()
    (root / "ana/.ipynb_checkpoints").mkdir()
    (root / "ana/marks.json").write_text("{}")
    (root / "participants.csv").write_text("")
    found = survey(root, NOTEBOOKS)
    assert found.pairs == [("ana", "homework"), ("ana", "serializar")]
    assert found.misplaced == []


MISPLACED = {
    "beto/Homework/x": ("the assignment is called homework", "beto/homework/"),
    "beto/home_work/x": ("no assignment of that name (did you mean homework?)", "<assignment>"),
    "beto/otra/x": ("no assignment of that name", "beto/<assignment>/"),
    "beto/homework.ipynb": ("directly in the student's folder", "beto/homework/"),
    "beto/1b.ipynb": ("directly in the student's folder", "beto/serializar/"),
    "beto/x.ipynb": ("directly in the student's folder", "beto/<assignment>/"),
    "homework/beto/homework.ipynb": ("an assignment, in the place", "<student>/homework/"),
    "todo.zip": ("in no student's folder", "<student>/<assignment>/"),
}


@pytest.mark.parametrize("path", MISPLACED)
def test_what_lies_elsewhere_is_told_with_its_place(root: Path, path: str) -> None:
    demo_course.write(root / path, b"")
    reason, place = MISPLACED[path]
    [(said, where)] = told(root).values()
    assert reason in said and place in where
    assert survey(root, NOTEBOOKS).pairs == [("ana", "homework")]


@pytest.mark.parametrize("path", ["beto", "ana/serializar"])
def test_a_link_is_told_and_not_followed(root: Path, path: str) -> None:
    (root / path).symlink_to(root / "ana/homework")
    assert "it is a link" in told(root)[path][0]
    assert survey(root, NOTEBOOKS).pairs == [("ana", "homework")]


@pytest.mark.parametrize("name", ["<b>ana", "a\nb", "a;rm", "a" * 129, "Ana (2)", "🐍", "a&b"])
def test_a_name_that_pages_cannot_show_is_graded_under_another(root: Path, name: str) -> None:
    (root / name / "homework").mkdir(parents=True)
    found = survey(root, NOTEBOOKS)
    [other] = [pair for pair in found.pairs if pair[0] != "ana"]
    assert found.of[other] == root / name / "homework"
    [each] = found.misplaced
    assert each.graded and other[0] in each.reason and each.path.isprintable()


def test_names_of_people_stay(root: Path) -> None:
    (root / "Núñez, María-José O'Hara" / "homework").mkdir(parents=True)
    found = survey(root, NOTEBOOKS)
    assert ("Núñez, María-José O'Hara", "homework") in found.of and found.misplaced == []


def test_two_folders_that_would_be_one_student_are_not_mixed(root: Path) -> None:
    for name in ("Mun\u0303oz", "Muñoz"):
        demo_course.write(root / name / "homework/who.txt", name)
    found = survey(root, NOTEBOOKS)
    assert found.of["Muñoz", "homework"] == root / "Muñoz/homework"
    assert [each.graded for each in found.misplaced] == [False]


def test_a_folder_that_is_not_there_or_empty_is_one_line(tmp_path: Path) -> None:
    with pytest.raises(SubmissionError, match="there is no folder"):
        survey(tmp_path / "nothing", NOTEBOOKS)
    with pytest.raises(SubmissionError, match="the layout is"):
        survey(tmp_path, NOTEBOOKS)
    demo_course.write(tmp_path / "ana/Homework/x.ipynb", b"")
    with pytest.raises(SubmissionError, match="ana/Homework: the assignment is called homework"):
        survey(tmp_path, NOTEBOOKS)


def test_grade_tells_it_at_its_end_and_grades_the_others(demo: Course, isolation: str) -> None:
    demo_course.submit(demo.root, "ana", demo_course.answer())
    demo_course.submit(demo.root, "Bet\u0301o (2) 🐍", demo_course.answer())
    demo_course.write(demo.root / "submitted/cruz/Demo/demo.ipynb", b"{}")
    done = command("grade", "--isolation", isolation, "--jobs", "1", cwd=demo.root)
    assert done.returncode == 0, done.stderr
    assert "misplaced, not graded: cruz/Demo: the assignment is called demo" in done.stderr
    assert "it is graded as beto-2" in done.stderr
    assert done.stdout.splitlines()[-1] == "2 files in = 2 graded + 0 companions + 0 set aside"
    document = read(demo.root / "results/results.json")
    assert {each.student: each.score for each in document.submissions} == {"ana": 5, "beto-2": 5}
    assert [each.path for each in document.misplaced if not each.graded] == ["cruz/Demo"]


def test_points_that_change_after_release_change_marks_and_accuse_nobody(
    demo: Course, isolation: str
) -> None:
    demo_course.submit(demo.root, "ana", demo_course.answer())
    options = Options(demo.submitted_dir, demo.root / "results", jobs=1, isolation=isolation)
    assert [record.score for record in grade_cohort(demo, options).records] == [5]
    for folder in ("notebooks", "solutions"):
        path = demo.root / folder / "demo/demo.ipynb"
        path.write_bytes(path.read_bytes().replace(b'"points": 2', b'"points": 4'))
    checks = demo_course.CHECKS.replace(b'"note-test", points=2', b'"note-test", points=4')
    demo_course.write(demo.root / "solutions/demo/checks.py", checks)
    [ana] = grade_cohort(Course.at(demo.root), options).records
    assert (ana.score, ana.max_score, ana.flags) == (7, 7, ())


def test_an_unreadable_folder_is_told(root: Path) -> None:
    if os.geteuid() == 0:
        pytest.skip("root reads everything")
    (root / "beto").mkdir(mode=0)
    assert "cannot be read" in told(root)["beto"][0]
