"""The stock command and the API that formgrader calls give our marks."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import demo_course
from nbgrader.api import Gradebook
from nbgrader.apps import NbGraderAPI

from autograder.grading.cohort import Options, grade_cohort
from autograder.records import read
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


def test_what_nbgrader_graded_is_in_the_results_and_not_graded_again(demo, isolation):
    hand_in(demo.root)
    prepare(demo)
    (demo.root / "submitted/notes.md").write_text("Whose?")
    words = [NBGRADER, "autograde", "demo", f"--Execute.isolation={isolation}"]
    done = subprocess.run(words, cwd=demo.root, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr[-3000:]
    results = read(demo.root / "results/results.json")
    assert {each.student: each.score for each in results.submissions} == MARKS
    assert all(each.files for each in results.submissions)
    assert [each.path for each in results.misplaced] == ["notes.md"]
    options = Options(demo.submitted_dir, demo.root / "results", isolation=isolation)
    again = grade_cohort(demo, options)
    assert (again.graded, again.unchanged) == (0, len(MARKS))
    assert again.seed == results.seed


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


def api_of(course, isolation) -> NbGraderAPI:
    config = load_config(course.root)
    config.Execute.isolation = isolation
    return NbGraderAPI(config=config)


def grade_of(gradebook, cell):
    return gradebook.find_grade(cell, "demo", "demo", "ana")


def test_what_a_person_gave_stands_until_the_answer_changes(demo, isolation, monkeypatch):
    monkeypatch.chdir(demo.root)
    made = demo_course.answer()
    made["cells"][4]["source"] = "Because."
    demo_course.submit(demo.root, "ana", made)
    api = api_of(demo, isolation)
    assert api.autograde("demo", "ana")["success"]
    with Gradebook(demo.db_url, "demo") as gradebook:
        for cell, points in (("why", 1), ("note-test", 1)):
            grade = grade_of(gradebook, cell)
            grade.manual_score, grade.needs_manual_grade = points, False
        gradebook.db.commit()
    waiting = []
    for text in ("Because.", "Because of that."):
        made["cells"][4]["source"] = text
        demo_course.submit(demo.root, "ana", made)
        assert api.autograde("demo", "ana")["success"]
        with Gradebook(demo.db_url, "demo") as gradebook:
            cells = ("why", "note-test")
            waiting.append([grade_of(gradebook, cell).needs_manual_grade for cell in cells])
    assert waiting == [[False, False], [True, True]]


def test_the_command_names_what_it_cannot_grade_and_goes_on(demo, isolation):
    root = demo.root
    late = demo_course.submit(root, "ana", demo_course.answer())
    (late / "timestamp.txt").write_text("yesterday, more or less")
    (root / "submitted/beto/demo").mkdir(parents=True)
    words = [NBGRADER, "autograde", "demo", f"--Execute.isolation={isolation}"]
    for again in ([], [], ["--force"]):
        done = subprocess.run([*words, *again], cwd=root, capture_output=True, text=True)
        assert done.returncode == 0 and "Traceback" not in done.stderr, done.stderr[-3000:]
    assert "notebook-missing: demo" in done.stderr and "timestamp-unreadable" in done.stderr
    assert marks(demo) == {"ana": 5.0, "beto": 0.0}
    done = subprocess.run([*words, "--student", "nadie"], cwd=root, capture_output=True, text=True)
    assert done.returncode == 1 and "no submission of demo by nadie" in done.stderr
    (root / "solutions/demo/checks.py").write_text("import nothing_there")
    done = subprocess.run([*words, "--force"], cwd=root, capture_output=True, text=True)
    assert done.returncode == 1 and "the checks cannot be loaded" in done.stderr
    assert "Traceback" not in done.stderr


def test_what_the_disk_refuses_is_one_line(demo, isolation, monkeypatch):
    monkeypatch.chdir(demo.root)
    demo_course.submit(demo.root, "ana", demo_course.answer())
    (demo.root / ".grading.lock").mkdir()
    outcome = api_of(demo, isolation).autograde("demo", "ana")
    assert not outcome["success"]
    assert ".grading.lock: Is a directory. What is recorded stays" in outcome["log"]
    assert "Traceback" not in outcome["log"]


def test_a_submission_is_graded_again_when_a_later_one_comes(demo, isolation, monkeypatch):
    monkeypatch.chdir(demo.root)
    monkeypatch.setattr(NbGraderAPI.autograde, "__defaults__", (False, True))  # force: no
    api = api_of(demo, isolation)
    found = []
    for solution, hour in (("1/0", 10), (demo_course.RIGHT, 10), (demo_course.RIGHT, 11)):
        folder = demo_course.submit(demo.root, "ana", demo_course.answer(solution=solution))
        (folder / "timestamp.txt").write_text(f"2026-11-23 {hour}:00:00 UTC")
        assert api.autograde("demo", "ana")["success"]
        found.append(marks(demo)["ana"])
    assert found == [2.0, 2.0, 5.0]
