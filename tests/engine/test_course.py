"""Where things are: roots, assignments, points, what stays back."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import create_engine

from autograder import course as courses
from autograder.course import Course
from autograder.grading.blueprint import BlueprintError, read
from autograder.settings import CourseError, load_config, sqlite_file

HEADER = "# ---\n# jupyter:\n#   jupytext: {}\n# ---\n"


def cell(grade_id: str, **roles: object) -> dict:
    """A code cell with nbgrader metadata."""
    return {"cell_type": "code", "metadata": {"nbgrader": {"grade_id": grade_id, **roles}}}


def write_notebook(path: Path, *cells: dict) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps({"cells": list(cells), "metadata": {}, "nbformat": 4}))


CONFIG = """\
c = get_config()
c.CourseDirectory.source_directory = "solutions"
c.CourseDirectory.release_directory = "notebooks"
c.Autograder.reference_answers = ["MODEL_CARD.md"]
"""


@pytest.fixture()
def made(tmp_path: Path) -> Course:
    """A course of two assignments: a graded one of two notebooks, and a lesson."""
    (tmp_path / "nbgrader_config.py").write_text(CONFIG)
    graded, plain = tmp_path / "solutions" / "task", tmp_path / "solutions" / "lesson"
    write_notebook(
        graded / "1b.ipynb",
        cell("b", grade=True, points=2, solution=False),
        cell("words", grade=True, points=1, solution=True),
    )
    write_notebook(graded / "1a.ipynb", cell("a", grade=True, points=3), cell("s", grade=False))
    write_notebook(plain / "notebook.ipynb", {"cell_type": "markdown", "metadata": {}})
    for path in (graded / "1b.py", graded / "1a.py", plain / "notebook.py"):
        path.write_text(HEADER)
    (graded / "helper.py").write_text("TWO = 2\n")
    (graded / "MODEL_CARD.md").write_text("# The reference\n")
    (graded / "model.joblib").write_bytes(b"left by a run")
    return Course.at(tmp_path)


def test_the_course_is_found_from_any_folder_inside_it(made: Course) -> None:
    assert Course.find(made.source_dir / "task").root == made.root


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
        "c.CourseDirectory.source_directory = 'origin'\n"
        "c.CourseDirectory.db_url = 'postgresql:///marks'\n"
    )
    course = Course.at(tmp_path)
    assert course.source_dir == tmp_path / "origin"
    assert course.release_dir == tmp_path / "release"
    assert course.db_url == "postgresql:///marks"


@pytest.mark.parametrize(
    "name", ["plain", "a b", "¿llovió?", "100%", "#1", "%41", "[2026]", "it's"]
)
def test_the_gradebook_is_in_the_course_whatever_its_path(tmp_path: Path, name: str) -> None:
    root = tmp_path / name
    root.mkdir()
    (root / "nbgrader_config.py").write_text("c = get_config()\n")
    course = Course.at(root)
    assert sqlite_file(course.db_url) == root / "gradebook.db"
    with create_engine(course.db_url).connect() as connection:
        connection.exec_driver_sql("CREATE TABLE marks (mark)")
    assert sorted(tmp_path.rglob("*.db")) == [root / "gradebook.db"]
    assert sorted(tmp_path.iterdir()) == [root]
    assert sqlite_file("postgresql:///marks") is None


def test_assignments_and_their_notebooks_come_in_order(made: Course) -> None:
    found = {assignment.name: assignment.notebooks for assignment in made.assignments}
    assert found == {"lesson": ("notebook",), "task": ("1a", "1b")}
    assert [assignment.name for assignment in made.graded] == ["task"]


def test_points_are_those_of_every_notebook(made: Course) -> None:
    assignment = made.assignment("task")
    assert assignment.points == {"a": 3.0, "b": 2.0, "words": 1.0}
    assert assignment.max_score == 6.0
    kinds = {cell.grade_id: cell.kind for cell in assignment.grade_cells}
    assert kinds == {"a": "autograded", "b": "autograded", "words": "manual"}


def test_points_come_from_the_released_notebook_where_there_is_no_solution(made: Course) -> None:
    assignment = made.assignment("task")
    for name in assignment.notebooks:
        assignment.release_dir.mkdir(parents=True, exist_ok=True)
        assignment.solution(name).rename(assignment.released(name))
    assert made.assignment("task").points["a"] == 3.0


def test_an_assignment_that_was_never_built_says_so(made: Course) -> None:
    made.assignment("task").solution("1a").unlink()
    with pytest.raises(CourseError, match="autograder build"):
        _ = made.assignment("task").points


def test_a_file_that_is_no_notebook_is_named(made: Course) -> None:
    made.assignment("task").solution("1a").write_text("[]")
    with pytest.raises(CourseError, match=r"1a\.ipynb is not a notebook"):
        _ = made.assignment("task").points


def test_an_unknown_assignment_is_answered_with_those_that_exist(made: Course) -> None:
    with pytest.raises(CourseError, match="lesson, task"):
        made.assignment("homwork")


def test_companions_travel_and_everything_else_is_kept_back(made: Course) -> None:
    assignment = made.assignment("task")
    assert [path.name for path in assignment.companions] == ["helper.py"]
    kept = {path.name for each in made.assignments for path in each.kept_back}
    assert kept == {"1a.py", "1b.py", "notebook.py", "MODEL_CARD.md", "model.joblib"}


def test_nbgrader_ignores_our_card_and_not_a_students(made: Course) -> None:
    from nbgrader.coursedir import CourseDirectory
    from nbgrader.utils import find_all_files

    coursedir = CourseDirectory(config=load_config(made.root))
    source = coursedir.format_path(coursedir.source_directory, ".", "task")
    submitted = coursedir.format_path(coursedir.submitted_directory, "ana", "task")
    handed_in = made.root / "submitted" / "ana" / "task"
    handed_in.mkdir(parents=True)
    (handed_in / "MODEL_CARD.md").write_text("# Hers\n")
    ours = {Path(path).name for path in find_all_files(source, made.ignored)}
    hers = {Path(path).name for path in find_all_files(submitted, made.ignored)}
    assert ours == {"helper.py", "1a.ipynb", "1b.ipynb"}
    assert hers == {"MODEL_CARD.md"}


ANSWERS = (
    *("right/helper.py", "right/numpy.py", "wrong/1a.py", "wrong/MODEL_CARD.md"),
    *("equivalent.json", "data/cars.csv"),
)


def with_answers(made: Course) -> Course:
    """The course with answers that prove its checks, and checks that name every file of them."""
    for name in ANSWERS:
        path = made.source_dir / "task" / "answers" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("# An answer.\nimport helper\n")
    (made.source_dir / "task" / "cars.csv").write_text("a\n1\n")
    named = [Path(name).name for name in ANSWERS]
    (made.source_dir / "task" / "checks.py").write_text(f"import answers\nNAMES = {named}\n")
    for name in ("1a", "1b"):
        write_notebook(made.assignment("task").released(name))
    return Course.at(made.root)


def test_answers_neither_travel_nor_judge(made: Course) -> None:
    before = read(with_answers(made), made.assignment("task"))
    course = with_data(with_answers(made), "c.Autograder.data = ['solutions/task/**/*.csv']\n")
    task = course.assignment("task")
    assert [path.name for path in task.companions] == ["cars.csv", "helper.py"]
    assert [path.name for path in task.references] == ["MODEL_CARD.md"]
    assert names(course, course.given) == ["solutions/task/cars.csv"]
    assert task.answers in task.kept_back
    blueprint = read(course, task)
    every = {*blueprint.companions, *blueprint.given, *blueprint.judging, *before.judging}
    assert [name for name in every if "answers" in name] == []
    for name in ANSWERS:
        (task.answers / name).write_text("changed")
    assert read(Course.at(course.root), task).fingerprint == blueprint.fingerprint


def test_a_library_of_an_answer_s_name_is_still_the_library(made: Course) -> None:
    source = {**cell("a", grade=True, points=1), "source": "import numpy"}
    write_notebook(made.assignment("task").solution("1a"), source)
    assert with_answers(made).imported == ("numpy",)


@pytest.mark.parametrize("step", ["source", "submitted"])
def test_nbgrader_ignores_our_answers_and_not_a_students(made: Course, step: str) -> None:
    from nbgrader.coursedir import CourseDirectory
    from nbgrader.utils import find_all_files

    course = with_answers(made)
    handed_in = made.root / "submitted" / "ana" / "task" / "answers" / "right" / "helper.py"
    handed_in.parent.mkdir(parents=True)
    handed_in.write_text("# Hers\n")
    coursedir = CourseDirectory(config=load_config(made.root))
    student, folder = (".", "source") if step == "source" else ("ana", "submitted")
    path = coursedir.format_path(getattr(coursedir, f"{folder}_directory"), student, "task")
    found = {
        Path(name).relative_to(path).as_posix() for name in find_all_files(path, course.ignored)
    }
    ours = {"1a.ipynb", "1b.ipynb", "cars.csv", "helper.py"}
    assert found == (ours if step == "source" else {"answers/right/helper.py"})


def test_an_assignment_without_checks_is_named_with_the_file_to_write(made: Course) -> None:
    with pytest.raises(BlueprintError, match=r"task gives points, but there is no .*checks\.py"):
        read(made, made.assignment("task"))


def test_an_assignment_that_was_never_released_says_so(made: Course) -> None:
    (made.source_dir / "task" / "checks.py").write_text("")
    with pytest.raises(BlueprintError, match=r"1a\.ipynb does not exist: run `autograder build`"):
        read(made, made.assignment("task"))


def test_an_unknown_setting_is_answered_with_those_that_exist(tmp_path: Path) -> None:
    (tmp_path / "nbgrader_config.py").write_text("c = get_config()\nc.Autograder.langauge = 'es'\n")
    with pytest.raises(CourseError, match=r"c\.Autograder\.langauge is no setting.*language"):
        Course.at(tmp_path)


@pytest.mark.parametrize("name", ["data", "companions", "reference_answers"])
def test_a_setting_of_patterns_is_a_list(tmp_path: Path, name: str) -> None:
    (tmp_path / "nbgrader_config.py").write_text(f"c = get_config()\nc.Autograder.{name} = '*'\n")
    with pytest.raises(CourseError, match=f"{name} must be a list"):
        Course.at(tmp_path)


def test_a_language_without_messages_is_answered_with_those_that_have(tmp_path: Path) -> None:
    (tmp_path / "nbgrader_config.py").write_text("c = get_config()\nc.Autograder.language = 'xx'\n")
    with pytest.raises(CourseError, match=r"c\.Autograder\.language.*'xx'.*en, es"):
        Course.at(tmp_path)


DATA = ("data/cars.csv", "data/wheels/big.csv", "data/.hidden", "data/make.py", "other/x.csv")


def with_data(made: Course, setting: str = "") -> Course:
    """The course with data files, one of which is a link out of it."""
    for name in DATA:
        (made.root / name).parent.mkdir(parents=True, exist_ok=True)
        (made.root / name).write_text("1")
    (made.root / "data" / "out.csv").unlink(missing_ok=True)
    (made.root / "data" / "out.csv").symlink_to("/etc/passwd")
    with (made.root / "nbgrader_config.py").open("a") as config:
        config.write(setting)
    return Course.at(made.root)


def names(course: Course, paths: tuple[Path, ...]) -> list[str]:
    return [path.relative_to(course.root).as_posix() for path in paths]


def test_students_are_given_the_data_folder_and_no_code_secret_or_link(made: Course) -> None:
    course = with_data(made)
    assert names(course, course.given) == ["data/cars.csv", "data/wheels/big.csv"]


def test_a_course_says_where_its_data_are(made: Course) -> None:
    course = with_data(made, "c.Autograder.data = ['other/*', 'data/c*']\n")
    assert names(course, course.given) == ["data/cars.csv", "other/x.csv"]


def test_an_assignment_reads_the_data_that_it_names_and_else_all(made: Course) -> None:
    course = with_data(made)
    task = course.assignment("task")
    assert course.data_read_by(task) == course.given
    write_notebook(task.solution("1a"), {**cell("a", grade=True), "source": "open('../cars.csv')"})
    assert names(course, course.data_read_by(task)) == ["data/cars.csv"]
    told = with_data(made, "c.Autograder.reads = {'task': ['data/wheels/*']}\n")
    assert names(told, told.data_read_by(task)) == ["data/wheels/big.csv"]


def test_what_a_script_s_prose_names_is_not_read(made: Course) -> None:
    course = with_data(made)
    script = course.assignment("task").script("1a")
    script.write_text(HEADER + "\n# %% [markdown]\n# See cars.csv.\n\n# %%\nopen('big.csv')\n")
    assert names(course, course.data_read_by(course.assignment("task"))) == ["data/wheels/big.csv"]


def test_checks_bring_the_modules_and_the_data_that_they_use(made: Course) -> None:
    course = with_data(made)
    folder = course.source_dir / "task"
    (folder / "checks.py").write_text("import near, shared\nopen('make.py')\n")
    (folder / "near.py").write_text("from package import part\n")
    (folder / "package").mkdir()
    (folder / "package" / "__init__.py").write_text("")
    (folder / "package" / "part.py").write_text("")
    (folder / "unused.py").write_text("")
    (course.source_dir / "shared.py").write_text("")
    task = course.assignment("task")
    assert [path.relative_to(course.source_dir).as_posix() for path in task.checking] == [
        *("shared.py", "task/checks.py", "task/near.py"),
        *("task/package/__init__.py", "task/package/part.py"),
    ]
    assert names(course, course.data_checked_with(task)) == ["data/make.py"]
    assert {"near.py", "checks.py"}.isdisjoint(path.name for path in task.companions)


def test_checks_read_what_travels_with_the_notebooks_where_they_name_it(made: Course) -> None:
    course = with_data(made)
    folder = course.source_dir / "task"
    (folder / "groups.toml").write_text("")
    (folder / "notes.toml").write_text("")
    (folder / "checks.py").write_text("open(Path(__file__).parent / 'groups.toml')\n")
    task = course.assignment("task")
    assert [path.name for path in course.data_checked_with(task)] == ["groups.toml"]
    assert {"groups.toml", "notes.toml"} <= {path.name for path in task.companions}


def test_modules_that_notebooks_import_are_known_but_for_the_course_s_own(made: Course) -> None:
    source = "import json.decoder\nimport helper\nfrom xml.dom import minidom"
    graded = {**cell("a", grade=True, points=1), "source": source}
    write_notebook(made.assignment("task").solution("1a"), graded, {**graded, "source": "%magic"})
    write_notebook(made.assignment("lesson").solution("notebook"), {**graded, "metadata": {}})
    assert made.imported == ("json.decoder", "xml.dom")


def test_importing_it_is_cheap() -> None:
    heavy = "{'nbgrader', 'nbformat', 'jupyter_core', 'numpy', 'pandas', 'traitlets'}"
    code = f"import sys, autograder.course; print(*({heavy} & set(sys.modules)))"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.split() == []


def test_data_that_would_lie_where_submissions_run_is_refused(demo: Course) -> None:
    (demo.root / "submission").mkdir()
    (demo.root / "submission" / "cars.csv").write_text("a\n1\n")
    with (demo.root / "nbgrader_config.py").open("a") as config:
        config.write('c.Autograder.data = ["submission/*.csv"]\n')
    course = Course.at(demo.root)
    with pytest.raises(BlueprintError, match="give that folder another name"):
        read(course, course.assignment("demo"))
