"""Gradescope's autograder: unpacked as Gradescope does, one submission, its results.json."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import demo_course
import pytest
from typer.testing import CliRunner

from autograder.authoring.gradescope import gradescope_files, write_gradescope
from autograder.cli import app
from autograder.course import Course


@pytest.fixture(scope="module")
def container(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder as Gradescope's ``/autograder`` once the zip is unpacked; the course is gone."""
    folder = tmp_path_factory.mktemp("gradescope")
    course = Course.at(demo_course.make_course(folder / "course"))
    write_gradescope(course, "demo", folder / "demo.zip")
    root = folder / "autograder"
    with zipfile.ZipFile(folder / "demo.zip") as archive:
        archive.extractall(root / "source")
        for info in archive.infolist():
            (root / "source" / info.filename).chmod(info.external_attr >> 16)
    (folder / "course").rename(folder / "gone")
    for name in ("results", "submission"):
        (root / name).mkdir()
    return root


def run(root: Path) -> subprocess.CompletedProcess:
    variables = {"AUTOGRADER_ROOT": str(root), "AUTOGRADER_PYTHON": sys.executable}
    return subprocess.run(
        [root / "source" / "run_autograder"],
        env={**os.environ, **variables},
        cwd=root,
        capture_output=True,
        text=True,
        check=False,
    )


def hand_in(root: Path, **files: bytes) -> dict:
    """Submit these files alone; what Gradescope is given."""
    for path in (root / "submission").iterdir():
        path.unlink()
    for name, content in files.items():
        (root / "submission" / name).write_bytes(content)
    (root / "results" / "results.json").unlink(missing_ok=True)
    done = run(root)
    assert done.returncode == 0, done.stderr
    assert "Traceback" not in done.stderr
    return json.loads((root / "results" / "results.json").read_text("utf-8"))


def test_a_submission_gets_its_points_check_by_check(container: Path) -> None:
    wrong = demo_course.answer(solution="def square(x): return x")
    content = hand_in(
        container,
        **{"demo.ipynb": demo_course.as_bytes(wrong), "timestamp.txt": b"2001-01-01 00:00:00 UTC"},
    )
    assert content["score"] == 2.0
    assert {test["status"] for test in content["tests"]} == {"passed", "failed"}
    assert sum(test["max_score"] for test in content["tests"]) == 5.0
    assert content["stdout_visibility"] == "hidden"


def test_a_submission_without_a_notebook_is_told_so(container: Path) -> None:
    content = hand_in(container, **{"answer.pdf": b"%PDF"})
    assert content["score"] == 0.0
    assert "is missing from your submission" in content["tests"][0]["output"]


def test_what_cannot_be_graded_is_a_line_and_no_result(container: Path, tmp_path: Path) -> None:
    (tmp_path / "source").symlink_to(container / "source")
    done = run(tmp_path)
    assert done.returncode == 1 and not (tmp_path / "results").exists()
    assert done.stderr.startswith("the submission could not be graded:")
    assert "Errno" not in done.stderr and "Traceback" not in done.stderr


def test_the_zip_has_what_judges_and_no_solution(demo: Course) -> None:
    files = gradescope_files(demo, "demo")
    assert {"setup.sh", "run_autograder", "blueprint/manifest.json"} <= files.keys()
    assert any(name.endswith(".whl") for name in files)
    solution = json.dumps(demo_course.RIGHT)[1:-1].encode()
    parts = [content for name, content in files.items() if name.startswith("blueprint/parts/")]
    assert demo_course.CHECKS in parts and demo_course.CARS in parts
    assert not any(solution in content for content in parts)
    assert gradescope_files(demo, "demo") == files


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({}, "uv pip install --python environment/bin/python ./autograder-"),
        ({"requirements.txt": "numpy>=2\n"}, "-r requirements.txt ./autograder-"),
        ({"requirements.lock": "numpy==2.0 --hash=sha256:0\n"}, "--require-hashes -r"),
    ],
)
def test_the_environment_is_the_courses_own(demo: Course, given: dict, said: str) -> None:
    for name, text in given.items():
        (demo.root / name).write_text(text)
    files = gradescope_files(demo, "demo")
    assert said in files["setup.sh"].decode() and given.keys() <= files.keys()
    for name in ("setup.sh", "run_autograder"):
        done = subprocess.run(["bash", "-n"], input=files[name], check=False)
        assert done.returncode == 0


def test_the_command_writes_it_and_says_what_it_lacks(demo: Course) -> None:
    where = ["--course", str(demo.root)]
    done = CliRunner().invoke(app, ["bundle", "--for", "gradescope", "-a", "demo", *where])
    assert done.exit_code == 0, done.output
    assert zipfile.is_zipfile(demo.root / "dist" / "gradescope-demo.zip")
    for words, said in (
        (["--for", "gradescope"], "say which with --assignment"),
        (["--for", "moodle"], "choose students or gradescope"),
        (["--for", "gradescope", "-a", "other"], "no assignment 'other'"),
    ):
        refused = CliRunner().invoke(app, ["bundle", *words, *where])
        assert said in str(refused.exception)
