"""A mark is as old as what judged it: one byte of it changed, and only that is graded again."""

from __future__ import annotations

import shutil
from pathlib import Path

import demo_course
import pytest
from demo_course import cell, command, write

from autograder.course import Course
from autograder.grading.cohort import Options, grade_cohort
from autograder.records import read

BOTH = {"first", "second"}
#: Each file of the course, and the assignments whose marks depend on it.
READ_BY = {
    "data/rain.csv": {"first"},
    "data/wind.csv": {"second"},
    "data/held_out.csv": {"second"},
    "solutions/first/checks.py": {"first"},
    "solutions/first/near.py": {"first"},
    "solutions/first/behind.py": {"first"},
    "solutions/second/checks.py": {"second"},
    "solutions/shared.py": BOTH,
    "solutions/second/notes.md": {"second"},
    "notebooks/first/first.ipynb": {"first"},
    "data/nobody.csv": set(),
    "solutions/second/scratch.joblib": set(),
    "solutions/first/answers/right/shared.py": set(),
    "solutions/first/answers/equivalent.json": set(),
    "README.txt": set(),
}
CHECKS = """\
from pathlib import Path
import shared
from autograder.checking import check, expect
{more}

@check("twice-test", points=1)
def doubles(student, rng):
    '''It doubles.'''
    expect(student.call("twice", 2)).to_equal(shared.EXPECTED)
#1"""


def notebook(data: str) -> dict:
    reads = (
        "from pathlib import Path\n"
        "data = next(up / 'data' for up in Path.cwd().parents if (up / 'data').is_dir())\n"
        f"text = (data / '{data}').read_text()"
    )
    roles = {"grade": True, "locked": True, "points": 1}
    return demo_course.notebook(
        cell(reads, "reads", locked=True),
        cell("def twice(x):\n    return 2 * x", "twice", solution=True),
        cell("assert twice(1) == 2", "twice-test", **roles),
    )


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Course:
    """Two assignments that share a module; each reads data, modules and companions of its own."""
    root = tmp_path_factory.mktemp("stale") / "course"
    for name in READ_BY:
        write(root / name, b"1")
    write(root / "nbgrader_config.py", demo_course.CONFIG)
    write(root / "solutions/shared.py", "EXPECTED = 4\n#1")
    write(root / "solutions/first/near.py", "import behind\n#1")
    write(root / "solutions/first/behind.py", "#1")
    write(root / "solutions/first/checks.py", CHECKS.format(more="import near"))
    held_out = "TRUTH = (Path(__file__).parents[2] / 'data' / 'held_out.csv').read_bytes()"
    write(root / "solutions/second/checks.py", CHECKS.format(more=held_out))
    for name, data in (("first", "rain.csv"), ("second", "wind.csv")):
        content = demo_course.as_bytes(notebook(data)) + b" "
        for folder in ("solutions", "notebooks"):
            write(root / folder / name / f"{name}.ipynb", content)
        for student in ("ana", "beto"):
            write(root / "submitted" / student / name / f"{name}.ipynb", content)
    return Course.at(root)


@pytest.fixture(scope="module")
def grade_again(course: Course, isolation: str):
    """Grade what is stale: the assignments whose submissions were, each with all of its own."""

    def graded() -> set[str]:
        done: list[str] = []
        options = Options(
            course.submitted_dir, course.root / "results", jobs=1, isolation=isolation, seed=1
        )
        run = grade_cohort(Course.at(course.root), options, lambda *step: done.append(step[2]))
        assert run.failures == [] and run.graded == len(done)
        assert run.graded + run.unchanged == 4
        names = {label.partition("/")[2] for label in done}
        assert sorted(done) == sorted(f"{who}/{name}" for who in ("ana", "beto") for name in names)
        return names

    assert graded() == BOTH
    return graded


def change_one_byte(path: Path) -> None:
    """Change its last byte, for another that means the same there."""
    content = path.read_bytes()
    other = {b"1": b"2", b"2": b"1", b" ": b"\n", b"\n": b" "}[content[-1:]]
    path.write_bytes(content[:-1] + other)


@pytest.mark.parametrize("name", READ_BY)
def test_one_byte_makes_stale_what_was_judged_with_it(course: Course, grade_again, name) -> None:
    assert grade_again() == set()
    change_one_byte(course.root / name)
    assert grade_again() == READ_BY[name]
    assert grade_again() == set()


def test_the_command_says_how_many_were_graded_now(course, grade_again, isolation) -> None:
    grade_again()
    words = ("grade", "--isolation", isolation, "--jobs", "1")
    assert "0 graded now, 4 unchanged" in command(*words, cwd=course.root).stdout
    change_one_byte(course.root / "data/rain.csv")
    assert "2 graded now, 2 unchanged" in command(*words, cwd=course.root).stdout
    change_one_byte(course.root / "solutions/shared.py")
    assert "4 graded now, 0 unchanged" in command(*words, cwd=course.root).stdout


def test_what_changed_is_what_judges_then(course: Course, grade_again) -> None:
    shared = course.root / "solutions/shared.py"
    before = shared.read_bytes()
    assert scores(course) == {1.0}
    shared.write_bytes(before.replace(b"4", b"5"))
    assert grade_again() == BOTH
    assert scores(course) == {0.0}
    shared.write_bytes(before)
    assert grade_again() == BOTH
    assert scores(course) == {1.0}


def scores(course: Course) -> set[float]:
    records = read(course.root / "results/results.json").submissions
    return {record.score for record in records}


def test_two_courses_with_modules_of_the_same_names_are_not_mixed(
    course: Course, tmp_path: Path, isolation: str
) -> None:
    root = tmp_path / "other"
    shutil.copytree(
        course.root, root, ignore=shutil.ignore_patterns("results", "autograded", "*.db")
    )
    write(root / "solutions/shared.py", "EXPECTED = 'something else'\n")
    other = Course.at(root)
    options = Options(other.submitted_dir, root / "results", jobs=1, isolation=isolation, seed=1)
    assert grade_cohort(other, options).failures == []
    assert scores(other) == {0.0}


def test_a_folder_that_moved_is_not_stale(
    course: Course, grade_again, tmp_path: Path, isolation: str
) -> None:
    grade_again()
    moved = tmp_path / "moved"
    shutil.copytree(course.root, moved)
    options = Options(moved / "submitted", moved / "results", jobs=1, isolation=isolation, seed=1)
    assert grade_cohort(Course.at(moved), options).graded == 0
