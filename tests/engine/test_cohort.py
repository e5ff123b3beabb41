"""Many submissions: marks in the gradebook and on disk, again without change, in parallel."""

from __future__ import annotations

import csv
import fcntl

import demo_course as demo
import pytest
from msgspec.structs import replace
from nbgrader.api import Gradebook

from autograder import UserError
from autograder.grading import workers
from autograder.grading.cohort import CohortError, Options, grade_cohort
from autograder.grading.workers import WorkersError
from autograder.records import read


@pytest.fixture()
def run(demo_cohort, isolation):
    def graded(**changed):
        root = demo_cohort.root
        options = {"submitted": root / "submitted", "results": root / "results", "jobs": 1}
        return grade_cohort(demo_cohort, Options(**{**options, "isolation": isolation, **changed}))

    return graded


@pytest.fixture()
def demo_cohort(request):
    course = request.getfixturevalue("demo")
    demo.submit(course.root, "ana", demo.answer())
    demo.submit(course.root, "beto", demo.released())
    demo.submit(course.root, "cruz", demo.answer(solution="def square(x):\n    return 1 / 0"))
    return course


MARKS = {"ana": 5.0, "beto": 0.0, "cruz": 2.0}


def marks(run_or_document):
    records = getattr(run_or_document, "records", None) or run_or_document.submissions
    return {record.student: record.score for record in records}


def test_marks_reach_results_and_gradebook(run, demo_cohort):
    assert marks(run()) == MARKS
    root = demo_cohort.root
    assert marks(read(root / "results/results.json")) == MARKS
    with (root / "results/results.csv").open() as stream:
        rows = list(csv.DictReader(stream))
    assert {row["student"]: float(row["score"]) for row in rows} == MARKS
    with Gradebook(demo_cohort.db_url, "demo") as gradebook:
        found = {each["student"]: each for each in gradebook.submission_dicts("demo")}
        assert {name: each["score"] for name, each in found.items()} == MARKS
        notebook = gradebook.find_submission_notebook("demo", "demo", "cruz")
        comments = {each.cell.name: each.auto_comment for each in notebook.comments}
    assert "ZeroDivisionError" in comments["square"] and comments["note"] is None
    assert found["ana"]["max_score"] == 6


def test_written_answers_wait_for_a_person(run, demo_cohort):
    made = demo.answer()
    made["cells"][4]["source"] = "Because."
    demo.submit(demo_cohort.root, "ana", made)
    run()
    with Gradebook(demo_cohort.db_url, "demo") as gradebook:
        assert gradebook.find_submission("demo", "ana").needs_manual_grade
        assert not gradebook.find_submission("demo", "beto").needs_manual_grade


def test_a_manual_grade_survives_grading_again(run, demo_cohort):
    made = demo.answer()
    made["cells"][4]["source"] = "Because."
    demo.submit(demo_cohort.root, "ana", made)
    run()
    with Gradebook(demo_cohort.db_url, "demo") as gradebook:
        gradebook.find_grade("why", "demo", "demo", "ana").manual_score = 1
        gradebook.db.commit()
    run(force=True)
    with Gradebook(demo_cohort.db_url, "demo") as gradebook:
        assert gradebook.find_submission("demo", "ana").score == 6


def test_grading_again_changes_nothing(run, demo_cohort):
    run(seed=7)
    path = demo_cohort.root / "results/results.json"
    before = path.read_text()
    second = run()
    assert (second.graded, second.unchanged) == (0, 3)
    assert path.read_text() == before


def test_force_with_the_same_seed_gives_the_same_marks(run, demo_cohort):
    def without_time(document):
        return [replace(record, seconds=0.0) for record in document.submissions]

    path = demo_cohort.root / "results/results.json"
    run(seed=7)
    first = without_time(read(path))
    assert run(seed=7, force=True).graded == 3
    assert without_time(read(path)) == first


def test_a_resubmission_is_picked_up_and_replaces_the_mark(run, demo_cohort):
    run()
    demo.submit(demo_cohort.root, "ana", demo.released())
    second = run()
    assert (second.graded, marks(second)["ana"]) == (1, 0)
    with Gradebook(demo_cohort.db_url, "demo") as gradebook:
        assert gradebook.find_submission("demo", "ana").score == 0


def test_only_the_chosen_student_is_graded(run):
    first = run(students=("beto",))
    assert marks(first) == {"beto": 0}
    assert marks(run()) == MARKS


def test_two_workers_give_the_same_marks(run):
    assert marks(run(jobs=2)) == MARKS


def test_a_scheduler_that_does_not_answer_is_one_clear_line(run, monkeypatch):
    monkeypatch.setattr(workers, "CONNECT_SECONDS", 1)
    with pytest.raises(WorkersError, match=r"no Dask scheduler answers at tcp://127\.0\.0\.1:9"):
        run(scheduler="tcp://127.0.0.1:9")


def test_a_second_run_at_once_is_refused(run, demo_cohort):
    with (demo_cohort.root / ".grading.lock").open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        with pytest.raises(CohortError, match="another run is grading"):
            run()


def test_other_files_of_the_submission_are_kept_beside_the_executed_notebook(run, demo_cohort):
    demo.submit(demo_cohort.root, "ana", demo.answer(), **{"MODEL_CARD.md": b"# mine"})
    run(students=("ana",))
    folder = demo_cohort.root / "autograded/ana/demo"
    assert (folder / "MODEL_CARD.md").read_bytes() == b"# mine"
    assert b"Automatic marking" in (folder / "demo.ipynb").read_bytes()


def test_late_submissions_get_the_penalty_of_the_configured_plugin(run, demo_cohort):
    with (demo_cohort.root / "nbgrader_config.py").open("a") as config:
        config.write('c.LateSubmissionPlugin.penalty_method = "zero"\n')
    folder = demo.submit(demo_cohort.root, "ana", demo.answer())
    (folder / "timestamp.txt").write_text("2026-11-23 10:00:00 UTC")
    run()
    with Gradebook(demo_cohort.db_url, "demo") as gradebook:
        assert gradebook.find_submission("demo", "ana").score == 5
        gradebook.update_or_create_assignment("demo", duedate="2026-11-22 10:00:00 UTC")
    run(force=True)
    with Gradebook(demo_cohort.db_url, "demo") as gradebook:
        submission = gradebook.find_submission("demo", "ana")
        assert submission.late_submission_penalty == 5


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"students": ("nobody",)}, "no submission of nobody"),
        ({"assignments": ("other",)}, "no assignment 'other'"),
        ({"isolation": "docker"}, "choose bwrap or none"),
    ],
)
def test_a_wrong_call_is_one_clear_line(run, changed, words):
    with pytest.raises(UserError, match=words):
        run(**changed)


BROKEN = {
    "nothing to check": (b"'''Nothing.'''\n", "'square-test' is worth 3, its checks 0"),
    "a cell too few": (
        demo.CHECKS.replace(b'@check("note-test", points=2, criterion=True)', b"@str"),
        "solutions/demo/checks.py: the cell 'note-test' is worth 2, its checks 0",
    ),
    "other points": (
        demo.CHECKS.replace(b"points=1", b"points=1.5"),
        "the cell 'square-test' is worth 3, its checks 3.5",
    ),
    "a cell that is not there": (
        demo.CHECKS.replace(b'"note-test", points=2', b'"note", points=2'),
        "no notebook has a cell 'note' for checks to mark (did you mean note-test?)",
    ),
    "no Python": (b"import os\ndef ) :\n", "cannot be loaded: solutions/demo/checks.py:2: Synt"),
    "a missing library": (
        b"\nimport no_such_library\n",
        "solutions/demo/checks.py:2: ModuleNotFoundError: ",
    ),
    "an exit": (b"raise SystemExit(0)\n", "cannot be loaded: solutions/demo/checks.py:1: Sys"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_checks_that_cannot_mark_what_was_promised_mark_nobody(name, run, demo_cohort):
    checks, said = BROKEN[name]
    demo.write(demo_cohort.root / "solutions/demo/checks.py", checks)
    first = run()
    assert first.graded == 0 and first.records == []
    [problem] = first.failures
    assert problem.startswith("demo: ") and said in problem
    demo.write(demo_cohort.root / "solutions/demo/checks.py", demo.CHECKS)
    assert marks(run()) == MARKS


def test_a_check_that_fails_by_itself_is_one_line_that_says_where(run, demo_cohort):
    line = demo.CHECKS.count(b"\n") + 6
    broken = (
        b"\n\n@check('note-test', points=0)\ndef breaks(student, rng):\n    'It breaks.'\n    1 / 0"
    )
    demo.write(demo_cohort.root / "solutions/demo/checks.py", demo.CHECKS + broken)
    found = run()
    assert found.failures == [
        f"demo: the check breaks failed by itself, in {len(MARKS)} submissions: checks.py:{line}: "
        "ZeroDivisionError: division by zero. Mend it and grade again"
    ]
    assert all(record.faulty for record in found.records)


def test_where_a_person_marks_everything_there_is_nothing_to_check(run, demo_cohort):
    root = demo_cohort.root
    asks = demo.cell("Why?", "why", "markdown", grade=True, solution=True, points=4)
    demo.write(root / "notebooks/demo/demo.ipynb", demo.as_bytes(demo.notebook(asks)))
    demo.write(root / "solutions/demo/demo.ipynb", demo.as_bytes(demo.notebook(asks)))
    (root / "solutions/demo/checks.py").unlink()
    answered = demo.notebook({**asks, "source": "Because."})
    demo.submit(root, "ana", answered)
    [ana] = [each for each in run().records if each.student == "ana"]
    assert (ana.score, ana.max_score, ana.manual_points) == (0, 0, 4)
    assert ana.is_graded


def test_a_grade_id_changed_after_the_first_marks_is_named_and_nothing_is_lost(run, demo_cohort):
    assert marks(run()) == MARKS
    path = demo_cohort.root / "notebooks/demo/demo.ipynb"
    released = path.read_bytes()
    path.write_bytes(released.replace(b'"note-test"', b'"note-tets"'))
    checks = demo.CHECKS.replace(b'"note-test"', b'"note-tets"')
    demo.write(demo_cohort.root / "solutions/demo/checks.py", checks)
    with pytest.raises(UserError, match="new note-tets; gone note-test"):
        run()
    path.write_bytes(released)
    demo.write(demo_cohort.root / "solutions/demo/checks.py", demo.CHECKS)
    again = run()
    assert (again.graded, marks(again)) == (0, MARKS)
