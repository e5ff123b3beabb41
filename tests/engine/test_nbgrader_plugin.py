"""The stock command and the API that formgrader calls give our marks."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import demo_course
from nbgrader.api import Gradebook
from nbgrader.apps import NbGraderAPI

from autograder.settings import load_config

NBGRADER = Path(sys.prefix, "bin", "nbgrader")
MARKS = {"ana": 5.0, "beto": 0.0, "cruz": 2.0, "dani": 2.0}


def hand_in(root):
    demo_course.submit(root, "ana", demo_course.answer())
    demo_course.submit(root, "beto", demo_course.released())
    demo_course.submit(
        root, "cruz", demo_course.answer(solution="def square(x):\n    return 1 / 0")
    )
    edited = demo_course.answer(solution="def square(x):\n    return -x")
    edited["cells"][3]["source"] = "1"
    demo_course.submit(root, "dani", edited)


def prepare(course):
    """What `autograder grade` does by itself and the stock command asks for beforehand."""
    from autograder.grading.gradebook import Recorder

    with Recorder(course) as recorder:
        recorder.ensure(demo_course.blueprint())


def marks(course):
    with Gradebook(course.db_url, "demo") as gradebook:
        return {each["student"]: each["score"] for each in gradebook.submission_dicts("demo")}


def test_nbgrader_autograde_gives_the_same_marks(demo, isolation):
    hand_in(demo.root)
    prepare(demo)
    done = subprocess.run(
        [NBGRADER, "autograde", "demo", f"--Execute.isolation={isolation}"],
        cwd=demo.root,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    assert marks(demo) == MARKS
    executed = demo.root / "autograded/ana/demo/demo.ipynb"
    assert "Automatic marking" in executed.read_text()


def test_the_api_behind_formgraders_button_gives_the_same_marks(demo, isolation, monkeypatch):
    monkeypatch.chdir(demo.root)
    hand_in(demo.root)
    prepare(demo)
    config = load_config(demo.root)
    config.Execute.isolation = isolation
    api = NbGraderAPI(config=config)
    for student in MARKS:
        outcome = api.autograde("demo", student)
        assert outcome["success"], outcome["log"][-2000:]
    assert marks(demo) == MARKS
