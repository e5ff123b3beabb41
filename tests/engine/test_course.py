"""Where things are: roots, assignments, points, what stays back."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from autograder import course as courses
from autograder.course import Course, CourseError

HEADER = "# ---\n# jupyter:\n#   jupytext: {}\n# ---\n"


def cell(grade_id: str, **roles: object) -> dict:
    """A code cell with nbgrader metadata."""
    return {"cell_type": "code", "metadata": {"nbgrader": {"grade_id": grade_id, **roles}}}


def write_notebook(path: Path, *cells: dict) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps({"cells": list(cells), "metadata": {}, "nbformat": 4}))


@pytest.fixture()
def made(tmp_path: Path, root: Path) -> Course:
    """A course of two assignments, configured as the real one."""
    shutil.copy(root / "nbgrader_config.py", tmp_path)
    graded, plain = tmp_path / "solutions" / "tarea", tmp_path / "solutions" / "la-clase"
    write_notebook(
        graded / "1b.ipynb",
        cell("b", grade=True, points=2, solution=False),
        cell("palabras", grade=True, points=1, solution=True),
    )
    write_notebook(graded / "1a.ipynb", cell("a", grade=True, points=3), cell("s", grade=False))
    write_notebook(plain / "notebook.ipynb", {"cell_type": "markdown", "metadata": {}})
    for path in (graded / "1b.py", graded / "1a.py", plain / "notebook.py"):
        path.write_text(HEADER)
    (graded / "ayuda.py").write_text("DOS = 2\n")
    (graded / "MODEL_CARD.md").write_text("# La de referencia\n")
    (graded / "modelo.joblib").write_bytes(b"left by a run")
    return Course.at(tmp_path)


def test_the_course_is_found_from_any_folder_inside_it(made: Course) -> None:
    assert Course.find(made.source_dir / "tarea").root == made.root


def test_the_course_is_found_through_the_environment(
    made: Course, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(courses.ENVIRONMENT, str(made.root))
    monkeypatch.chdir("/")
    assert Course.find().root == made.root


def test_no_course_is_said_with_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(CourseError, match="--course"):
        Course.find(tmp_path)


def test_a_broken_configuration_is_named(tmp_path: Path) -> None:
    (tmp_path / "nbgrader_config.py").write_text("c = get_config(\n")
    with pytest.raises(CourseError, match=r"nbgrader_config\.py cannot be read"):
        Course.at(tmp_path)


def test_folders_and_database_come_from_the_configuration(tmp_path: Path) -> None:
    (tmp_path / "nbgrader_config.py").write_text(
        "c = get_config()\n"
        "c.CourseDirectory.source_directory = 'fuente'\n"
        "c.CourseDirectory.db_url = 'postgresql:///notas'\n"
    )
    course = Course.at(tmp_path)
    assert course.source_dir == tmp_path / "fuente"
    assert course.release_dir == tmp_path / "release"
    assert course.db_url == "postgresql:///notas"


def test_assignments_and_their_notebooks_come_in_order(made: Course) -> None:
    found = {assignment.name: assignment.notebooks for assignment in made.assignments}
    assert found == {"la-clase": ("notebook",), "tarea": ("1a", "1b")}
    assert [assignment.name for assignment in made.graded] == ["tarea"]


def test_points_are_those_of_every_notebook(made: Course) -> None:
    assignment = made.assignment("tarea")
    assert assignment.points == {"a": 3.0, "b": 2.0, "palabras": 1.0}
    assert assignment.max_score == 6.0
    kinds = {cell.grade_id: cell.kind for cell in assignment.grade_cells}
    assert kinds == {"a": "autograded", "b": "autograded", "palabras": "manual"}


def test_points_come_from_the_released_notebook_where_there_is_no_solution(made: Course) -> None:
    assignment = made.assignment("tarea")
    for name in assignment.notebooks:
        assignment.release_dir.mkdir(parents=True, exist_ok=True)
        assignment.solution(name).rename(assignment.released(name))
    assert made.assignment("tarea").points["a"] == 3.0


def test_an_assignment_that_was_never_built_says_so(made: Course) -> None:
    made.assignment("tarea").solution("1a").unlink()
    with pytest.raises(CourseError, match="autograder build"):
        _ = made.assignment("tarea").points


def test_a_file_that_is_no_notebook_is_named(made: Course) -> None:
    made.assignment("tarea").solution("1a").write_text("[]")
    with pytest.raises(CourseError, match=r"1a\.ipynb is not a notebook"):
        _ = made.assignment("tarea").points


def test_an_unknown_assignment_is_answered_with_those_that_exist(made: Course) -> None:
    with pytest.raises(CourseError, match="la-clase, tarea"):
        made.assignment("homwork")


def test_companions_travel_and_everything_else_is_kept_back(made: Course) -> None:
    assignment = made.assignment("tarea")
    assert [path.name for path in assignment.companions] == ["ayuda.py"]
    kept = {path.name for path in courses.kept_back(made.source_dir)}
    assert kept == {"1a.py", "1b.py", "notebook.py", "MODEL_CARD.md", "modelo.joblib"}


def test_nbgrader_ignores_our_card_and_not_a_students(made: Course) -> None:
    from nbgrader.coursedir import CourseDirectory
    from nbgrader.utils import find_all_files

    coursedir = CourseDirectory(config=courses.load_config(made.root))
    source = coursedir.format_path(coursedir.source_directory, ".", "tarea")
    submitted = coursedir.format_path(coursedir.submitted_directory, "ana", "tarea")
    entrega = made.root / "submitted" / "ana" / "tarea"
    entrega.mkdir(parents=True)
    (entrega / "MODEL_CARD.md").write_text("# La de Ana\n")
    ours = {Path(path).name for path in find_all_files(source, coursedir.ignore)}
    hers = {Path(path).name for path in find_all_files(submitted, coursedir.ignore)}
    assert ours == {"ayuda.py", "1a.ipynb", "1b.ipynb"}
    assert hers == {"MODEL_CARD.md"}


def test_checks_of_an_unknown_assignment_name_the_module() -> None:
    with pytest.raises(CourseError, match=r"autograder\.checks\.otra_clase"):
        courses.checks("otra-clase")


def test_importing_it_is_cheap() -> None:
    heavy = "{'nbgrader', 'nbformat', 'jupyter_core', 'numpy', 'pandas', 'traitlets'}"
    code = f"import sys, autograder.course; print(*({heavy} & set(sys.modules)))"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.split() == []
