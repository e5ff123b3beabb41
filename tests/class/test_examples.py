"""The example cohort gets the marks that are written beside it, in one run of the command."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys

import pytest

from autograder.records import read


@pytest.fixture(scope="module")
def graded(root, isolation, tmp_path_factory):
    """The cohort graded as an instructor does, into a gradebook of its own."""
    folder = tmp_path_factory.mktemp("cohorte")
    here = folder / "curso"
    here.mkdir()
    for name in ("solutions", "notebooks", "datasets"):
        shutil.copytree(root / name, here / name)
    for name in ("nbgrader_config.py", "model_card_template.md"):
        shutil.copyfile(root / name, here / name)
    command = [sys.executable, "-m", "autograder.cli", "grade", "--seed", "20261123"]
    command += [
        "--submitted",
        str(root / "examples/submitted"),
        "--jobs",
        "2",
        "--isolation",
        isolation,
    ]
    done = subprocess.run(command, cwd=here, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    document = read(here / "results/examples/results.json")
    return {record.pair: record for record in document.submissions}


def expected(root):
    for path in sorted((root / "examples/submitted").glob("*/marks.json")):
        for assignment, marks in json.loads(path.read_text()).items():
            yield (path.parent.name, assignment), marks


def test_every_example_gets_its_marks(graded, root):
    wanted = dict(expected(root))
    assert graded.keys() == wanted.keys()
    for name, marks in wanted.items():
        record = graded[name]
        found = {
            key: getattr(record, key)
            for key in ("score", "max_score", "status", "accepted", "flags")
        }
        found["loses"] = [verdict.id for verdict in record.checks if not verdict.passed]
        found["flags"] = sorted(found["flags"])
        assert found == {**marks, "flags": sorted(marks["flags"])}, name


def test_whoever_loses_points_is_told_why_in_words(graded):
    for record in graded.values():
        for verdict in record.checks:
            if not verdict.passed:
                assert len(verdict.message) > 20
                assert "Traceback" not in verdict.message


def test_the_cohort_covers_every_assignment(graded, course):
    assert {assignment for _, assignment in graded} == {each.name for each in course.graded}


def test_the_examples_are_what_their_generator_writes(root):
    command = [sys.executable, "examples/generate.py", "--check"]
    done = subprocess.run(command, cwd=root, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
