"""The zip for students: the same bytes each time, and nothing of ours in it."""

from __future__ import annotations

import hashlib
import io
import json
import os
import zipfile
from pathlib import Path

import demo_course
import pytest
from typer.testing import CliRunner

from autograder.authoring.bundle import BundleError, bundle_files, write_bundle
from autograder.cli import app
from autograder.course import Course

SOLVED = "def cuadrado(x):\n    ### BEGIN SOLUTION\n    return x ** 2\n    ### END SOLUTION"


def rewrite(course: Course, folder: str, change) -> None:
    """Change the demo notebook of ``folder`` (solutions or notebooks)."""
    path = course.root / folder / "demo" / "demo.ipynb"
    notebook = json.loads(path.read_bytes())
    change(notebook["cells"])
    path.write_bytes(demo_course.as_bytes(notebook))


@pytest.fixture()
def course(demo: Course) -> Course:
    """The demo course with its question answered in the solution, and the files of a course."""
    rewrite(demo, "solutions", lambda cells: cells[4].update(source="Porque multiplica."))
    (demo.root / "environment.yml").write_text("name: entorno-demo\n")
    (demo.root / "model_card_template.md").write_text("# Model card\n")
    (demo.root / "LICENSE").write_text("MIT\n")
    (demo.root / "solutions" / "demo" / "MODEL_CARD.md").write_text("la card de referencia")
    (demo.root / "solutions" / "demo" / "modelo.joblib").write_bytes(b"modelo")
    (demo.root / "notebooks" / "demo" / "resto.txt").write_text("de una corrida anterior")
    return Course.at(demo.root)


def test_the_same_course_gives_the_same_bytes(course: Course, tmp_path: Path) -> None:
    write_bundle(course, tmp_path / "a.zip")
    for path in course.root.rglob("*"):
        os.utime(path, (1_700_000_000, 1_700_000_000))
    write_bundle(course, tmp_path / "b.zip")
    assert (tmp_path / "a.zip").read_bytes() == (tmp_path / "b.zip").read_bytes()


def test_what_students_need_is_in_it(course: Course, tmp_path: Path) -> None:
    names = write_bundle(course, tmp_path / "a.zip")
    assert names == sorted(names)
    for name in (
        "demo/LEEME.md",
        "demo/LICENSE",
        "demo/datasets/snapshot1.csv",
        "demo/datasets/estilo.mplstyle",
        "demo/environment.yml",
        "demo/model_card_template.md",
        "demo/notebooks/demo/demo.ipynb",
    ):
        assert name in names
    with zipfile.ZipFile(tmp_path / "a.zip") as archive:
        assert archive.testzip() is None
        assert archive.namelist() == names
        read_me = archive.read("demo/LEEME.md").decode()
    assert "conda activate entorno-demo" in read_me
    assert "`notebooks/demo/demo.ipynb`" in read_me


def test_nothing_else_is_in_it(course: Course) -> None:
    files = bundle_files(course)
    folders = {name.split("/")[1] for name in files}
    assert folders <= {
        "notebooks", "datasets", "model_card_template.md", "environment.yml", "LICENSE", "LEEME.md"
    }  # fmt: skip
    everything = b"\n".join(files.values())
    for secret in (b"Porque multiplica", b"return x ** 2", b"la card de referencia"):
        assert secret not in everything
    assert not any(name.endswith((".py", ".joblib", "resto.txt")) for name in files)


def test_the_real_bundle_holds_no_solution_no_check_no_test(course_is_built: Course) -> None:
    files = bundle_files(course_is_built)
    text = "\n".join(content.decode("utf-8") for content in files.values())
    for ours in (
        "BEGIN SOLUTION",
        "BEGIN HIDDEN",
        "autograder.check",
        "autograder.checks",
        "@check(",
    ):
        assert ours not in text
    released = {source for name, content in files.items() for source in sources(name, content)}
    assert released.isdisjoint(solved_cells(course_is_built))
    references = {path.read_bytes() for path in course_is_built.source_dir.rglob("MODEL_CARD.md")}
    assert references.isdisjoint(files.values())
    ours = {path.read_bytes() for path in (course_is_built.root / "tests").rglob("*.py")}
    assert ours.isdisjoint(set(files.values()) - {b""})
    assert not any("solutions/" in name or "checks" in name for name in files)


@pytest.fixture()
def course_is_built(course: Course, root: Path) -> Course:
    """The real course."""
    return Course.at(root)


def sources(name: str, content: bytes) -> list[str]:
    """The cells of a notebook; none of any other file."""
    cells = json.loads(content)["cells"] if name.endswith(".ipynb") else []
    return ["".join(cell["source"]) for cell in cells]


def solved_cells(course: Course) -> set[str]:
    """Every solved cell of the course's solutions."""
    found = {
        "".join(cell["source"])
        for assignment in course.graded
        for name in assignment.notebooks
        for cell in json.loads(assignment.solution(name).read_bytes())["cells"]
        if cell["metadata"].get("nbgrader", {}).get("solution")
    }
    assert len(found) > 5
    return found


def test_a_released_notebook_with_a_mark_of_the_source_stops_it(course: Course) -> None:
    rewrite(course, "notebooks", lambda cells: cells[2].update(source=SOLVED))
    with pytest.raises(BundleError, match="BEGIN SOLUTION"):
        bundle_files(course)


@pytest.mark.parametrize("cell", [2, 4])
def test_a_released_notebook_with_a_solution_stops_it(course: Course, cell: int) -> None:
    solution = json.loads((course.root / "solutions/demo/demo.ipynb").read_bytes())
    solved = solution["cells"][cell]["source"]
    rewrite(course, "notebooks", lambda cells: cells[cell].update(source=solved))
    with pytest.raises(BundleError, match="holds its solution"):
        bundle_files(course)


def test_a_notebook_that_is_not_built_stops_it(course: Course) -> None:
    (course.root / "notebooks/demo/demo.ipynb").unlink()
    with pytest.raises(BundleError, match="autograder build"):
        bundle_files(course)


def test_entries_are_plain_files_of_1980(course: Course, tmp_path: Path) -> None:
    write_bundle(course, tmp_path / "a.zip")
    with zipfile.ZipFile(io.BytesIO((tmp_path / "a.zip").read_bytes())) as archive:
        for info in archive.infolist():
            assert info.date_time == (1980, 1, 1, 0, 0, 0)
            assert info.external_attr >> 16 == 0o100644


def test_the_command_prints_the_hash(course: Course, tmp_path: Path) -> None:
    target = tmp_path / "sub" / "x.zip"
    command = ["bundle", "--course", str(course.root), "--output", str(target)]
    result = CliRunner().invoke(app, command)
    assert result.exit_code == 0
    assert hashlib.sha256(target.read_bytes()).hexdigest() in result.output.replace("\n", "")
