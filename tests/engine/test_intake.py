"""The corpus of what is handed in: graded right or named, and accounted for, by both ways in."""

from __future__ import annotations

import os
import re
import shutil
from pathlib import Path
from types import SimpleNamespace

import pytest
from intake.cases import CASES
from intake.course import make
from nbgrader.api import Gradebook
from nbgrader.apps import NbGraderAPI

from autograder.course import Course
from autograder.grading.cohort import Options, grade_cohort
from autograder.intake.account import account_of
from autograder.records import FileFate, read
from autograder.settings import load_config

#: What no message may be: a traceback, a codec's name, an errno.
NOT_FOR_PEOPLE = re.compile(r"Traceback|Errno|codec|0x[0-9a-f]{2}\b|\b[A-Z]\w+Error\b")


@pytest.fixture(scope="module")
def handed_in(tmp_path_factory) -> Path:
    root = tmp_path_factory.mktemp("corpus") / "course"
    make(root)
    for number, case in enumerate(CASES.values()):
        case.write(root / "submitted" / f"s{number:03}" / case.assignment)
    return root


def marks(course: Course) -> dict[tuple[str, str], tuple[float, bool]]:
    """Of each student: the automatic points, and whether the answer in words waits for a person."""
    found = {}
    with Gradebook(course.db_url, "demo") as gradebook:
        for assignment in ("demo", "pair"):
            for submission in gradebook.assignment_submissions(assignment):
                grades = [grade for each in submission.notebooks for grade in each.grades]
                points = sum(grade.auto_score or 0 for grade in grades)
                waits = any(grade.needs_manual_grade for grade in grades)
                found[submission.student.id, assignment] = points, waits
    return found


@pytest.fixture(scope="module")
def graded(handed_in, isolation) -> SimpleNamespace:
    course = Course.at(handed_in)
    options = Options(handed_in / "submitted", handed_in / "results", isolation=isolation)
    run = grade_cohort(course, options)
    assert run.failures == []
    records = {each.student: each for each in read(handed_in / "results/results.json").submissions}
    return SimpleNamespace(records=records, marks=marks(course), autograded=course.autograded_dir)


def student_of(name: str) -> str:
    return f"s{[*CASES].index(name):03}"


@pytest.mark.parametrize("name", CASES)
def test_each_is_graded_right_or_named(name, graded, handed_in):
    case, record = CASES[name], graded.records[student_of(name)]
    assert (record.score, str(record.status)) == (case.score, case.status), record.flags
    assert graded.marks[record.student, record.assignment] == (case.score, case.queued)
    for start in case.flags:
        assert any(flag.startswith(start) for flag in record.flags), record.flags
    assert case.flags or not record.flags, record.flags
    fates = {each.name: str(each.fate) for each in record.files}
    assert {name: fates.get(name) for name in case.fates} == dict(case.fates)
    folder = handed_in / "submitted" / record.student / record.assignment
    files = [path for path in folder.rglob("*") if path.is_symlink() or not path.is_dir()]
    assert sum(each.files for each in record.files) == len(files)
    for each in record.files:
        assert each.reason or each.fate is not FileFate.SET_ASIDE
    if record.status in ("missing", "invalid"):
        assert any(verdict.message for verdict in record.checks)
        said = [text for each in record.checks for text in (each.message, each.hint)]
        assert not NOT_FOR_PEOPLE.search("\n".join(said))
    said = [*record.flags, *(each.reason for each in record.files)]
    assert not NOT_FOR_PEOPLE.search("\n".join(said))


def test_the_account_of_the_whole_corpus_adds_up(graded, handed_in):
    assert len(CASES) >= 120
    every = (handed_in / "submitted").rglob("*")
    files = [path for path in every if path.is_symlink() or not path.is_dir()]
    line = account_of(file for record in graded.records.values() for file in record.files)
    total, *parts = map(int, re.findall(r"\d+", line))
    assert total == sum(parts) == len(files), line


def test_nothing_that_a_link_points_to_is_kept(graded):
    every = [path for path in graded.autograded.rglob("*") if not path.is_dir()]
    assert every and not [path for path in every if path.is_symlink()]
    assert not any(b"root:" in path.read_bytes() for path in every)


def test_nbgrader_gives_the_same_marks_in_every_case(graded, handed_in, isolation, monkeypatch):
    root = handed_in.with_name("nbgrader")
    make(root)
    shutil.copytree(handed_in / "submitted", root / "submitted", symlinks=True, copy_function=_copy)
    monkeypatch.chdir(root)
    config = load_config(root)
    config.Execute.isolation = isolation
    api = NbGraderAPI(config=config)
    for assignment in ("demo", "pair"):
        outcome = api.autograde(assignment, "*")
        assert outcome["success"], outcome["log"][-2000:]
        assert not NOT_FOR_PEOPLE.search(outcome["log"])
    assert marks(Course.at(root)) == graded.marks
    files = sorted(path.relative_to(root / "autograded") for path in root.rglob("autograded/*/*/*"))
    there = graded.autograded.glob("*/*/*")
    assert files == sorted(path.relative_to(graded.autograded) for path in there)


def _copy(source: str, target: str) -> None:
    """Copy a file with its date; of a pipe, make another."""
    if Path(source).is_file():
        shutil.copy2(source, target)
    else:
        os.mkfifo(target)
