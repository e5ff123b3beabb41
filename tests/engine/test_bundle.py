"""The zip for students, of any course: the same bytes each time, nothing of the grader's in it."""

from __future__ import annotations

import base64
import csv
import hashlib
import io
import json
import os
import zipfile
from importlib.metadata import version
from pathlib import Path

import demo_course
import environment as wheel_environment
import pytest
import yaml
from typer.testing import CliRunner

from autograder import UserError
from autograder.authoring.bundle import TOOLS, BundleError, bundle_files, write_bundle
from autograder.authoring.environment import (
    CourseEnvironmentError,
    pip_requirement,
    student_environment,
)
from autograder.authoring.wheel import wheel
from autograder.cli import app
from autograder.course import Course

CONDA = """\
name: cars
channels: [conda-forge]
dependencies:
  - python>=3.11
  - pip
  - numpy>=2
  # graders only
  - nbgrader
  - typer>=0.12
  # everyone
  - conda-forge::pandas=2.2
  - pip:
      - -e .
      - ./vendored
      - "cars[all]>=1; sys_platform == 'linux'"
      # graders only
      - secret-tool
"""
SOLVED = "def square(x):\n    ### BEGIN SOLUTION\n    return x ** 2\n    ### END SOLUTION"


def rewrite(course: Course, folder: str, position: int, source: str) -> None:
    """Change a cell of the demo notebook of ``folder`` (solutions or notebooks)."""
    path = course.root / folder / "demo" / "demo.ipynb"
    notebook = json.loads(path.read_bytes())
    notebook["cells"][position]["source"] = source
    path.write_bytes(demo_course.as_bytes(notebook))


def configure(course: Course, *lines: str) -> Course:
    """The same course, with more lines in its configuration."""
    path = course.root / "nbgrader_config.py"
    path.write_text("\n".join([path.read_text(), *lines, ""]))
    return Course.at(course.root)


@pytest.fixture()
def course(demo: Course) -> Course:
    """The demo course with its question answered in the solution, and files of all kinds."""
    rewrite(demo, "solutions", 4, "Because it multiplies.")
    (demo.root / "LICENSE").write_text("MIT\n")
    (demo.root / "solutions" / "demo" / "report.md").write_text("the reference report")
    (demo.root / "solutions" / "demo" / "model.joblib").write_bytes(b"model")
    answer = "# Adds.\n# loses: squares_every_element\n# says: use\n# %% square\nsquare = None"
    demo_course.write(demo.root / "solutions" / "demo" / "answers" / "wrong" / "adds.py", answer)
    demo_course.write(demo.root / "solutions" / "demo" / "answers" / "notes.md", "# Of answers")
    (demo.root / "notebooks" / "demo" / "rest.txt").write_text("of an earlier run")
    return configure(demo, "c.Autograder.reference_answers = ['report.md']")


def in_english(files: dict[str, bytes]) -> str:
    return files["demo/README.md"].decode()


def test_the_same_course_gives_the_same_bytes(course: Course, tmp_path: Path) -> None:
    course = configure(course, "c.Autograder.bundle_grader = True")
    write_bundle(course, tmp_path / "a.zip")
    for path in course.root.rglob("*"):
        os.utime(path, (1_700_000_000, 1_700_000_000))
    write_bundle(course, tmp_path / "b.zip")
    assert (tmp_path / "a.zip").read_bytes() == (tmp_path / "b.zip").read_bytes()


def test_what_students_need_is_in_it_and_nothing_else(course: Course, tmp_path: Path) -> None:
    (course.root / "environment.yml").write_text(CONDA)
    names = write_bundle(course, tmp_path / "a.zip")
    assert names == sorted(names)
    assert set(names) == {
        "demo/LICENSE",
        "demo/README.md",
        "demo/data/cars.csv",
        "demo/environment.yml",
        "demo/notebooks/demo/demo.ipynb",
        "demo/requirements.txt",
    }
    with zipfile.ZipFile(tmp_path / "a.zip") as archive:
        assert archive.testzip() is None
        assert archive.namelist() == names
        everything = b"\n".join(map(archive.read, names))
    for secret in (b"Because it multiplies", b"return x ** 2", b"the reference report"):
        assert secret not in everything


def test_a_course_that_states_no_environment_gets_a_bundle_all_the_same(course: Course) -> None:
    read_me = in_english(bundle_files(course))
    assert "`jupyterlab`, `numpy`, `pandas`" in read_me
    for absent in ("conda", "requirements.txt", ".whl", "autograder card"):
        assert absent not in read_me


def test_the_read_me_says_what_to_hand_in(course: Course) -> None:
    read_me = in_english(bundle_files(course))
    assert "| demo | `demo.ipynb`, `report.md` (you write it) |" in read_me


def test_the_read_me_is_in_the_courses_language(course: Course) -> None:
    files = bundle_files(configure(course, "c.Autograder.language = 'es'"))
    assert "Entregá" in files["demo/LEEME.md"].decode()
    assert "demo/README.md" not in files


def test_the_read_me_speaks_only_of_files_that_are_there(course: Course) -> None:
    (course.root / "environment.yml").write_text(CONDA)
    course = configure(course, "c.Autograder.bundle_grader = True")
    files = bundle_files(course)
    named = [word.strip("`./") for word in in_english(files).split() if "." in word.strip("`.")]
    known = {name.removeprefix("demo/") for name in files} | {Path(n).name for n in files}
    written = {"report.md", "notebooks/demo/report.md"}
    paths = [n for n in named if Path(n).suffix in (".md", ".yml", ".txt", ".whl", ".ipynb")]
    assert len(paths) >= 5
    assert set(paths) <= known | written


# -- what must never be in it


def test_a_released_notebook_with_a_mark_of_the_source_stops_it(course: Course) -> None:
    rewrite(course, "notebooks", 2, SOLVED)
    with pytest.raises(BundleError, match="BEGIN SOLUTION"):
        bundle_files(course)


@pytest.mark.parametrize("position", [2, 4])
def test_a_released_notebook_with_a_solution_stops_it(course: Course, position: int) -> None:
    solution = json.loads((course.root / "solutions/demo/demo.ipynb").read_bytes())
    rewrite(course, "notebooks", position, solution["cells"][position]["source"])
    with pytest.raises(BundleError, match="holds its solution"):
        bundle_files(course)


def test_a_notebook_that_is_not_built_stops_it(course: Course) -> None:
    (course.root / "notebooks/demo/demo.ipynb").unlink()
    with pytest.raises(BundleError, match="autograder build"):
        bundle_files(course)


# -- dates


def dates(path: Path) -> set[tuple[int, ...]]:
    with zipfile.ZipFile(path) as archive:
        assert {info.external_attr >> 16 for info in archive.infolist()} == {0o100644}
        return {info.date_time for info in archive.infolist()}


def test_entries_have_one_date(
    course: Course, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SOURCE_DATE_EPOCH", raising=False)
    write_bundle(course, tmp_path / "a.zip")
    assert dates(tmp_path / "a.zip") == {(2026, 1, 1, 0, 0, 0)}


def test_source_date_epoch_sets_it(
    course: Course, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000000")
    write_bundle(course, tmp_path / "a.zip")
    assert dates(tmp_path / "a.zip") == {(2023, 11, 14, 22, 13, 20)}


@pytest.mark.parametrize("told", ["yesterday", "-1", "0", "99999999999999"])
def test_a_source_date_epoch_that_no_zip_can_hold_is_refused(
    course: Course, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, told: str
) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", told)
    with pytest.raises(UserError, match="SOURCE_DATE_EPOCH"):
        write_bundle(course, tmp_path / "a.zip")


# -- the students' environment


def test_graders_part_and_local_installs_stay_out(tmp_path: Path) -> None:
    (tmp_path / "environment.yml").write_text(CONDA)
    made = student_environment(tmp_path)
    assert (made.name, made.python) == ("cars", "python>=3.11")
    for_linux = "cars[all]>=1; sys_platform == 'linux'"
    assert yaml.safe_load(made.files["environment.yml"]) == {
        "name": "cars",
        "channels": ["conda-forge"],
        "dependencies": [
            "python>=3.11",
            "pip",
            "numpy>=2",
            "conda-forge::pandas=2.2",
            {"pip": [for_linux]},
        ],
    }
    lines = made.files["requirements.txt"].splitlines()[1:]
    assert lines == ["numpy>=2", "pandas==2.2.*", for_linux]


def test_tools_are_added_as_the_course_lists_them(tmp_path: Path) -> None:
    (tmp_path / "environment.yml").write_text(CONDA)
    made = student_environment(tmp_path, ["Typer>=0.9", "rich>=13"])
    dependencies = yaml.safe_load(made.files["environment.yml"])["dependencies"]
    assert "typer>=0.12" in dependencies
    assert "rich>=13" in dependencies[-1]["pip"]
    lines = made.files["requirements.txt"].splitlines()
    assert "typer>=0.12" in lines and "rich>=13" in lines and "Typer>=0.9" not in lines


def test_a_courses_own_requirements_go_as_they_are(tmp_path: Path) -> None:
    (tmp_path / "environment.yml").write_text(CONDA)
    own = "torch==2.6  # for pip\n-e .\n\n# plots\nseaborn\n# graders only\nnbgrader\n"
    (tmp_path / "requirements.txt").write_text(own)
    lines = student_environment(tmp_path, ["rich>=13"]).files["requirements.txt"].splitlines()
    assert lines[1:] == ["torch==2.6  # for pip", "", "# plots", "seaborn", "rich>=13"]


def test_only_requirements_is_enough(tmp_path: Path) -> None:
    (tmp_path / "requirements.txt").write_text("numpy\n")
    assert list(student_environment(tmp_path).files) == ["requirements.txt"]


def test_nothing_stated_is_nothing_made(tmp_path: Path) -> None:
    assert student_environment(tmp_path).files == {}


@pytest.mark.parametrize("text", ["name: cars\n", "[", "- numpy\n", "", "dependencies: 3\n"])
def test_what_is_no_environment_is_refused_by_name(tmp_path: Path, text: str) -> None:
    (tmp_path / "environment.yml").write_text(text)
    with pytest.raises(CourseEnvironmentError, match=r"environment\.yml"):
        student_environment(tmp_path)


@pytest.mark.parametrize(
    ("conda", "pip"),
    [
        ("numpy", "numpy"),
        ("numpy>=2.0,<3", "numpy>=2.0,<3"),
        ("numpy >=2.0, <3", "numpy>=2.0,<3"),
        ("numpy=1.26", "numpy==1.26.*"),
        ("numpy=1.26.*", "numpy==1.26.*"),
        ("numpy==1.26.4", "numpy==1.26.4"),
        ("numpy 1.26.4", "numpy==1.26.4"),
        ("numpy=1.26.4=py311h64a7726_0", "numpy==1.26.4.*"),
        ("numpy 1.26.4 py311h64a7726_0", "numpy==1.26.4"),
        ("conda-forge::prometheus_client>=0.21", "prometheus_client>=0.21"),
        ("numpy>=1.8|1.7", "numpy"),
        ("numpy[version='>=1']", "numpy"),
    ],
)
def test_what_conda_asks_for_in_pips_words(conda: str, pip: str) -> None:
    assert pip_requirement(conda) == pip


# -- the engine's wheel


def test_the_wheel_is_in_it_only_where_the_course_asks(course: Course) -> None:
    assert not any(name.endswith(".whl") for name in bundle_files(course))
    files = bundle_files(configure(course, "c.Autograder.bundle_grader = True"))
    assert f"demo/autograder-{version('autograder')}-py3-none-any.whl" in files
    needed = files["demo/requirements.txt"].decode()
    assert all(any(line.startswith(name) for line in needed.splitlines()) for name in TOOLS)


def members(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def test_the_wheel_is_the_one_that_hatchling_builds(repository: Path, tmp_path: Path) -> None:
    built = wheel_environment.build_wheel(repository, tmp_path)
    name, content = wheel()
    assert name == built.name
    ours, theirs = members(content), members(built.read_bytes())
    assert ours.keys() == theirs.keys()
    own = {each for each in ours if each.endswith((".dist-info/RECORD", ".dist-info/WHEEL"))}
    assert len(own) == 2
    assert [each for each in ours.keys() - own if ours[each] != theirs[each]] == []


def test_the_wheels_record_holds_every_file(course: Course) -> None:
    files = members(wheel()[1])
    [record] = [name for name in files if name.endswith("/RECORD")]
    rows = {row[0]: row[1:] for row in csv.reader(files[record].decode().splitlines())}
    assert rows.keys() == files.keys()
    assert rows.pop(record) == ["", ""]
    for name, (digest, size) in rows.items():
        sha = base64.urlsafe_b64encode(hashlib.sha256(files[name]).digest()).decode().rstrip("=")
        assert (digest, int(size)) == (f"sha256={sha}", len(files[name]))


def test_the_command_prints_the_hash(course: Course, tmp_path: Path) -> None:
    target = tmp_path / "sub" / "x.zip"
    command = ["bundle", "--course", str(course.root), "--output", str(target)]
    result = CliRunner().invoke(app, command)
    assert result.exit_code == 0
    assert hashlib.sha256(target.read_bytes()).hexdigest() in result.output.replace("\n", "")
