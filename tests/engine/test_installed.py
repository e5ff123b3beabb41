"""These tests run against the wheel: no file of the repository's package takes part."""

from __future__ import annotations

import importlib.metadata
import subprocess
import sys
from pathlib import Path

import demo_course
import pytest
from joblib import Parallel, delayed
from joblib.externals.loky import get_reusable_executor

import autograder
from autograder.grading.grade import grade
from autograder.intake.submissions import Submission
from autograder.sandbox.isolation import BWRAP

PREFIX = Path(sys.prefix).resolve()


SOURCE = "import autograder; print(autograder.__file__)"


def said(*command: str | Path, cwd: Path) -> Path:
    """The path that a command prints."""
    done = subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=True)
    return Path(done.stdout.strip())


def where_it_is() -> str:
    return autograder.__file__


def test_the_engine_is_the_one_of_the_environment(repository: Path) -> None:
    where = Path(autograder.__file__).resolve()
    assert where.is_relative_to(PREFIX)
    assert where.parent != repository / "autograder"
    assert [each for each in sys.path if Path(each or ".").resolve() == repository] == []


def test_it_was_installed_as_a_wheel_and_not_linked() -> None:
    origin = importlib.metadata.distribution("autograder").read_text("direct_url.json") or ""
    assert ".whl" in origin and "editable" not in origin


@pytest.mark.parametrize("folder", ["repository", "tmp_path"])
def test_so_is_that_of_every_process_that_a_test_starts(
    request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch, folder: str
) -> None:
    """Also in the repository's folder, which holds a package of the same name."""
    where = request.getfixturevalue(folder)
    script = request.getfixturevalue("tmp_path") / "command"  # as bin/autograder is
    script.write_text(SOURCE)
    assert said(sys.executable, "-P", "-c", SOURCE, cwd=where) == Path(autograder.__file__)
    assert said(sys.executable, script, cwd=where) == Path(autograder.__file__)
    monkeypatch.chdir(where)
    places = Parallel(n_jobs=2, backend="loky")(delayed(where_it_is)() for _ in range(2))
    get_reusable_executor().shutdown()
    assert places == [autograder.__file__] * 2


def test_no_sandbox_sees_the_repository(sandbox, repository: Path) -> None:
    if sandbox.isolation != BWRAP:
        pytest.skip("this machine cannot isolate")
    places = [repository / name for name in ("autograder", "tests", "pyproject.toml", "solutions")]
    places += [Path(autograder.__file__).with_name(name) for name in ("grading", "checking")]
    seen = f"import os\nprint('seen:', [p for p in {list(map(str, places))} if os.path.lexists(p)])"
    made = demo_course.answer(demo_course.cell(seen))
    handed_in = Submission("ana", "demo", {"demo.ipynb": demo_course.as_bytes(made)})
    result = grade(demo_course.blueprint(), handed_in, 1, sandbox)
    assert "seen: []" in result.notebooks["demo"].decode()
    assert result.score == 5


def test_the_places_that_it_looks_at_are_there_for_us(repository: Path) -> None:
    assert (repository / "autograder" / "grading").is_dir()
    assert Path(autograder.__file__).with_name("grading").is_dir()
