"""The same marks wherever and however the grader runs: environment, user, umask, folder."""

from __future__ import annotations

import os
import subprocess
import sys
import sysconfig
from pathlib import Path

import demo_course
import nbgrader
import pytest

from autograder.records import read

SCORES = {"ana": 5.0, "beto": 2.0}
NOBODY = 65534
SURROUNDINGS: dict[str, dict[str, str]] = {
    "optimized": {"PYTHONOPTIMIZE": "2"},
    "no HOME, another zone": {"HOME": "", "TZ": "America/Argentina/Buenos_Aires"},
    "another language": {"LANG": "es_AR.UTF-8", "LANGUAGE": "es"},
    "bytes for text": {"PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0", "LC_ALL": "C"},
}


@pytest.fixture()
def root(tmp_path: Path) -> Path:
    """A course in which ana is right and beto in part."""
    root = demo_course.make_course(tmp_path / "course")
    demo_course.submit(root, "ana", demo_course.answer())
    wrong = demo_course.answer(solution="def square(x):\n    return 1 / 0")
    demo_course.submit(root, "beto", wrong)
    return root


def grade(
    root: Path, isolation: str, cwd: Path | None = None, **started
) -> subprocess.CompletedProcess:
    """The command, as somebody types it; ``started`` is of the process."""
    words = ["grade", "--course", str(root), "--isolation", isolation, "--jobs", "1"]
    program = [str(Path(sys.prefix, "bin", "autograder")), *words]
    environment = {**os.environ, **started.pop("env", {})}
    if not environment.get("HOME"):
        environment.pop("HOME", None)
    return subprocess.run(
        program, cwd=cwd or root, env=environment, capture_output=True, text=True, **started
    )


def check(done: subprocess.CompletedProcess, root: Path) -> None:
    assert done.returncode == 0, done.stderr
    records = read(root / "results/results.json").submissions
    assert {record.student: record.score for record in records} == SCORES
    titles = [verdict.title for record in records for verdict in record.checks]
    assert all(titles)


@pytest.mark.parametrize("name", SURROUNDINGS)
def test_the_environment_changes_no_mark(root: Path, isolation: str, name: str) -> None:
    check(grade(root, isolation, env=SURROUNDINGS[name]), root)


def test_the_umask_changes_no_mark(root: Path, isolation: str) -> None:
    check(grade(root, isolation, umask=0o077), root)
    check(grade(root, isolation, umask=0o077), root)


def test_the_working_directory_changes_no_mark(root: Path, isolation: str, tmp_path: Path) -> None:
    elsewhere = tmp_path / "somewhere else"
    elsewhere.mkdir()
    check(grade(root, isolation, cwd=elsewhere), root)
    assert list(elsewhere.iterdir()) == []


def test_a_user_who_is_not_root_gets_the_same_marks(root: Path, isolation: str) -> None:
    if os.geteuid() != 0:
        pytest.skip("whoever runs this is no root already")
    for folder in root.parents:
        if folder.name.startswith(("pytest-", "test_")):
            folder.chmod(0o755)
    packages = Path(sysconfig.get_path("purelib")).resolve()
    python = Path(sys.executable).resolve()
    places = (Path(sys.prefix), Path(nbgrader.__file__), packages, python, root)
    if any(map(_cannot_reach, places)):
        pytest.skip("the environment of the tests is root's alone")
    for path in (root, *root.rglob("*")):
        os.chown(path, NOBODY, NOBODY)
    done = grade(root, isolation, user=NOBODY, group=NOBODY, extra_groups=[], env={"HOME": ""})
    if "user namespaces" in done.stderr or "cannot start" in done.stderr:
        pytest.skip("this machine gives user namespaces to root alone")
    check(done, root)


def _cannot_reach(path: Path) -> bool:
    """Whether others may not enter a folder above a path."""
    return any(not each.stat().st_mode & 0o001 for each in path.parents)
