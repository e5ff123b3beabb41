"""Grading another folder of submissions leaves no trace on the course's own marks."""

from __future__ import annotations

import csv
from pathlib import Path

import demo_course
import pytest
from demo_course import command

from autograder.course import Course
from autograder.records import read
from autograder.trial import TrialError, choose, mark


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory, isolation: str) -> Course:
    """Ana's marks are the course's; an example of the same name hands in nothing."""
    root = demo_course.make_course(tmp_path_factory.mktemp("trial") / "course")
    demo_course.submit(root, "ana", demo_course.answer())
    demo_course.submit(root / "examples", "ana", demo_course.released())
    run(root, isolation)
    run(root, isolation, "--submitted", "examples/submitted")
    return Course.at(root)


def run(root: Path, isolation: str, *words: str) -> None:
    done = command("grade", "--isolation", isolation, "--jobs", "1", *words, cwd=root)
    assert done.returncode == 0, done.stderr


def scores(results: Path) -> dict[str, float]:
    return {each.student: each.score for each in read(results / "results.json").submissions}


def test_a_trial_has_marks_of_its_own(course: Course) -> None:
    assert scores(course.root / "results") == {"ana": 5}
    assert scores(course.root / "results/examples") == {"ana": 0}
    assert (course.root / "results/examples/gradebook.db").is_file()
    assert (course.root / "results/examples/autograded/ana/demo/demo.ipynb").is_file()
    assert b"return x ** 2" in (course.root / "autograded/ana/demo/demo.ipynb").read_bytes()


@pytest.mark.parametrize("way", [("--submitted", "examples/submitted"), ("--results",)])
def test_what_shows_marks_finds_those_of_a_trial(course: Course, way, tmp_path: Path) -> None:
    words = way if len(way) == 2 else ("--results", "results/examples")
    before = (course.root / "gradebook.db").read_bytes()
    for number, name in enumerate(("report", "feedback", "export")):
        more = ("--to", "csv", "--output", tmp_path / f"{number}.csv") if name == "export" else ()
        done = command(name, *more, *words, cwd=course.root)
        assert done.returncode == 0, done.stderr
    with (tmp_path / "2.csv").open() as stream:
        assert [(row["student"], row["total"]) for row in csv.DictReader(stream)] == [
            ("ana", "0.0")
        ]
    assert (course.root / "results/examples/report.html").is_file()
    assert (course.root / "results/examples/feedback/ana/demo/demo.html").is_file()
    assert not (course.root / "feedback").exists()
    assert (course.root / "gradebook.db").read_bytes() == before


def test_two_trials_of_one_name_stay_apart(demo: Course) -> None:
    first, second = demo.root / "a/submitted", demo.root / "b/a/submitted"
    one, folder = choose(demo, first, None)
    assert folder == demo.root / "results/a"
    folder.mkdir(parents=True)
    mark(one, folder)
    assert choose(demo, first, None)[1] == folder
    assert choose(demo, second, None)[1] == demo.root / "results/a-2"
    with pytest.raises(TrialError, match="choose another --results"):
        choose(demo, second, folder)
    assert choose(demo, None, folder)[0].submitted_dir == first


def test_the_courses_own_folder_is_no_trial(demo: Course) -> None:
    assert choose(demo, demo.submitted_dir, None) == (demo, demo.root / "results")
    assert choose(demo, None, demo.root / "x") == (demo, demo.root / "x")
