"""`autograder new`: what it makes builds, grades and proves itself, in every language."""

from __future__ import annotations

import ast
import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from babel.messages.extract import extract_from_dir
from demo_course import write
from nbgrader.coursedir import CourseDirectory
from test_foreign_course import as_installed, complaint, done, text_of
from traitlets.config import Config

from autograder.authoring import new
from autograder.course import Course
from autograder.messages import gettext, languages, using
from autograder.messages.update import METHODS, OPTIONS
from autograder.sandbox.isolation import BWRAP

COURSE, EXERCISE = "curso-060", "first-one"
SOURCE = f"solutions/{EXERCISE}"


def files(folder: Path) -> dict[str, str]:
    """Every file below ``folder``, by its path in it."""
    found = (path for path in sorted(folder.rglob("*")) if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_text("utf-8") for path in found}


@dataclass(frozen=True)
class Made:
    """A course with an exercise, as the commands left it."""

    root: Path
    language: str
    files: dict[str, str]
    said: str

    def answer(self, name: str) -> tuple[str, str]:
        """The code of an answer in ``answers/``, and what its author must be told."""
        header, _, code = self.files[f"{SOURCE}/answers/{name}.py"].partition("\n# %% ")
        _, _, told = header.partition("\n# says: ")
        return code.partition("\n")[2], told

    def hand_in(self, student: str, code: str) -> None:
        """Hand in what students open, with ``code`` in the cell that asks for some."""
        made = json.loads((self.root / f"release/{EXERCISE}/{EXERCISE}.ipynb").read_bytes())
        [cell] = [
            each for each in made["cells"] if "NotImplementedError" in "".join(each["source"])
        ]
        cell["source"] = code
        write(self.root / f"submitted/{student}/{EXERCISE}/{EXERCISE}.ipynb", json.dumps(made))


@pytest.fixture(scope="module", params=languages())
def made(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Made:
    """Made with the two commands."""
    folder = tmp_path_factory.mktemp("teacher")
    root = folder / COURSE
    said = done("new", COURSE, "--language", request.param, cwd=folder)
    said += done("new", "exercise", EXERCISE, cwd=root)
    return Made(root, request.param, files(root), said)


def make_course(folder: Path, *exercises: str, language: str = "en") -> Path:
    """Make a course without the command; returns its folder."""
    root = folder / COURSE
    new.new_course(root, language)
    for name in exercises:
        new.new_exercise(Course.at(root), name)
    return root


@pytest.fixture(scope="module")
def graded(made: Made, isolation: str) -> Iterator[Made]:
    """The same course after a day's work with it."""
    done("build", cwd=made.root)
    for name in ("right/with-statistics", "wrong/unsorted", "wrong/upper-middle"):
        made.hand_in(Path(name).name, made.answer(name)[0])
    done("grade", "--isolation", isolation, "--jobs", "1", cwd=made.root)
    done("feedback", cwd=made.root)
    return made


# --- a course and its first exercise --------------------------------------------------------------


def test_the_configuration_has_three_settings(made: Made) -> None:
    settings = [
        line for line in made.files["nbgrader_config.py"].splitlines() if "get_" not in line
    ]
    assert len(settings) == 3
    course = Course.at(made.root)
    assert (course.course_id, course.settings.language) == (COURSE, made.language)
    assert [each.name for each in course.assignments] == [EXERCISE]


def test_what_is_made_is_said_with_each_file(made: Made) -> None:
    said = made.said.replace(f"{COURSE}/", "")
    assert [name for name in made.files if f"  {name}: " not in said] == []


def test_a_right_answer_keeps_every_point_and_wrong_ones_are_told_why(
    graded: Made, isolation: str
) -> None:
    records = submissions(graded.root)
    assert {(each["status"], each["isolation"]) for each in records} == {("graded", isolation)}
    assert {each["student"]: (each["score"], each["max_score"]) for each in records} == {
        "with-statistics": (2, 2),
        "unsorted": (0, 2),
        "upper-middle": (0, 2),
    }
    told = {name: graded.answer(f"wrong/{name}")[1] for name in ("unsorted", "upper-middle")}
    assert told["unsorted"] != told["upper-middle"]
    for name, hint in told.items():
        assert hint and hint in feedback(graded, name)


def submissions(root: Path) -> list[dict[str, Any]]:
    return json.loads((root / "results/results.json").read_bytes())["submissions"]


def feedback(graded: Made, student: str) -> str:
    html = graded.root / "feedback" / student / EXERCISE / f"{EXERCISE}.html"
    return text_of(html.read_text("utf-8"))


def test_students_are_asked_for_what_the_solution_has(graded: Made) -> None:
    released = (graded.root / f"release/{EXERCISE}/{EXERCISE}.ipynb").read_text("utf-8")
    assert "sorted(" not in released and "SOLUTION" not in released
    with using(graded.language):
        for asked in ("You have not completed this part", "Write your answer here."):
            [message] = [text for text in _known() if text.startswith(asked)]
            assert gettext(message) in released


def _known() -> set[str]:
    """The messages of the code and of the templates."""
    found = extract_from_dir(Path(new.__file__).parents[1], METHODS, OPTIONS)
    return {message for _, _, message, _, _ in found if isinstance(message, str)}


def test_no_answer_reaches_students(graded: Made) -> None:
    assert list(files(graded.root / "release")) == [f"{EXERCISE}/{EXERCISE}.ipynb"]


def test_its_own_tests_pass(graded: Made) -> None:
    """They ask whether what was built is current, and whether its checks prove themselves."""
    ended = own_tests(graded.root)
    assert ended.returncode == 0, ended.stderr
    assert "Ran 2 tests" in ended.stderr and "skipped" not in ended.stderr


def test_its_own_tests_fail_when_a_notebook_is_not_current(tmp_path: Path) -> None:
    ended = own_tests(make_course(tmp_path, EXERCISE), "-k", "notebooks")  # nothing is built
    assert ended.returncode == 1 and "it has not been generated" in ended.stderr


@pytest.mark.parametrize("language", languages())
def test_the_tests_of_a_course_without_exercises_say_so(tmp_path: Path, language: str) -> None:
    ended = own_tests(make_course(tmp_path, language=language))
    assert ended.returncode == 0 and "skipped=2" in ended.stderr


def own_tests(root: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """Run a course's tests, which ask for no more than Python."""
    tests = [sys.executable, "-P", "-m", "unittest", "discover", "tests", *words]
    environment = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1"}
    return subprocess.run(tests, cwd=root, env=environment, capture_output=True, text=True)


# --- languages ------------------------------------------------------------------------------------


def sentences() -> set[str]:
    """What the templates say, in English."""
    found = extract_from_dir(new.TEMPLATES, METHODS, OPTIONS)
    return {message for _, _, message, _, _ in found}


def words_of(made: Made) -> str:
    """Everything that was made, without what breaks lines."""
    return " ".join(" ".join(made.files.values()).replace("#", " ").split())


def test_everything_is_in_the_language_of_the_course(made: Made) -> None:
    text = words_of(made)
    assert len(sentences()) > 40
    with using(made.language):
        said = {each: " ".join(gettext(each).replace("#", " ").split()) for each in sentences()}
    assert [each for each, there in said.items() if there not in text] == []
    if made.language != "en":
        source = {each for each, there in said.items() if " " in each and each != there}
        assert [each for each in source if each in text] == []


def test_what_is_python_is_python_in_lines_of_a_hundred(made: Made) -> None:
    for name, text in made.files.items():
        if name.endswith(".py"):
            ast.parse(text)
        lines = [line for line in text.splitlines() if "nbgrader={" not in line]
        assert [line for line in lines if len(line) > 100 and "|" not in line] == [], name


# --- what to do next ------------------------------------------------------------------------------


def test_the_commands_that_it_says_come_next_work(tmp_path: Path, isolation: str) -> None:
    """From elsewhere they begin with the way to the course."""
    if isolation != BWRAP:
        pytest.skip("they grade isolated: see `autograder doctor`")
    folder = tmp_path / "with spaces"
    folder.mkdir()
    make_course(folder)
    said = as_installed("new", "exercise", EXERCISE, "--course", COURSE, cwd=folder)
    lines = said.partition("next:\n")[2].splitlines()
    path = os.pathsep.join([str(Path(sys.prefix, "bin")), os.environ["PATH"]])
    script = "\n".join(["set -e", *lines])
    ended = subprocess.run(
        ["bash", "-c", script], cwd=folder, env={**os.environ, "PATH": path}, capture_output=True
    )
    assert ended.returncode == 0, ended.stderr.decode()
    [record] = submissions(folder / COURSE)
    assert (record["student"], record["score"]) == ("ana", 2)


def test_the_way_to_the_course_is_said_where_one_is_not_in_it(made: Made) -> None:
    of_course, of_exercise = made.said.split("next:\n")[1:]
    assert of_course.splitlines()[0] == f"  cd {COURSE}"
    assert of_exercise.splitlines()[0] == f"  autograder build -a {EXERCISE}"


def test_an_exercise_goes_where_its_course_has_its_sources(tmp_path: Path) -> None:
    write(tmp_path / "nbgrader_config.py", "c.Autograder.language = 'es'\n")
    done("new", "exercise", EXERCISE, cwd=tmp_path)
    script = (tmp_path / f"source/{EXERCISE}/{EXERCISE}.py").read_text("utf-8")
    assert "def mediana(numeros):" in script


def test_several_exercises_live_together(tmp_path: Path) -> None:
    root = make_course(tmp_path, "one", "two")
    assert [each.notebooks for each in Course.at(root).assignments] == [("one",), ("two",)]


def test_help_has_an_example_of_each() -> None:
    said = " ".join(done("new", "--help", cwd=Path.cwd()).split())
    assert "autograder new curso-060" in said and "autograder new exercise first-one" in said


# --- what is refused ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "proposed"),
    [
        ("regresión lineal", "regresion-lineal"),
        ("año 2026", "ano-2026"),
        ("a+b", "a-b"),
        ("_drafts", "drafts"),
        (".hidden", "hidden"),
        ("日本", "first-one"),
    ],
)
@pytest.mark.parametrize("kind", ["course", "exercise"])
def test_a_name_that_is_no_good_is_explained(
    tmp_path: Path, kind: str, name: str, proposed: str
) -> None:
    root = make_course(tmp_path)
    before = files(tmp_path)
    with pytest.raises(new.NewError) as refused:
        if kind == "exercise":
            new.new_exercise(Course.at(root), name)
        else:
            new.new_course(tmp_path / name, "en")
    said = str(refused.value)
    assert repr(name) in said and "letters without accents" in said
    assert said.endswith(f"for example {proposed}")
    assert files(tmp_path) == before
    assert new.NAME.fullmatch(proposed)


@pytest.mark.parametrize("name", ["a", "first-one", "Unit_2", "2026-intro"])
def test_nbgrader_takes_the_names_that_are_good(tmp_path: Path, name: str) -> None:
    make_course(tmp_path, name)
    taken = CourseDirectory(config=Config(CourseDirectory={"assignment_id": name}))
    assert taken.assignment_id == name


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("checks", "checks.py is where the checks"),
        ("Checks", "Checks.py is where the checks"),
        ("statistics", "statistics is also a Python module"),
        ("numpy", "numpy is also a Python module"),
    ],
)
def test_a_notebook_hides_no_module_that_checks_import(
    tmp_path: Path, name: str, reason: str
) -> None:
    root = make_course(tmp_path)
    with pytest.raises(new.NewError, match=re.escape(reason)):
        new.new_exercise(Course.at(root), name)
    assert not (root / "solutions").exists()


def test_what_exists_is_left_as_it_is(tmp_path: Path) -> None:
    root = make_course(tmp_path, EXERCISE)
    write(root / SOURCE / "checks.py", "mine")
    before = files(tmp_path)
    assert "exists already" in complaint("new", COURSE, cwd=tmp_path)
    assert "exists already" in complaint("new", "exercise", EXERCISE, cwd=root)
    assert files(tmp_path) == before


@pytest.mark.parametrize("language", ["fr", "../es", ""])
def test_a_language_without_a_catalogue_is_refused(tmp_path: Path, language: str) -> None:
    with pytest.raises(new.NewError, match="choose en or es"):
        new.new_course(tmp_path / COURSE, language)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "words",
    [
        ["exercise"],
        ["exercise", EXERCISE, "--language", "en"],
        [COURSE, EXERCISE],
        [COURSE, "--course", "."],
    ],
)
def test_words_that_do_not_go_together_are_refused(tmp_path: Path, words: list[str]) -> None:
    write(tmp_path / "nbgrader_config.py", "")
    assert "autograder new exercise NAME" in complaint("new", *words, cwd=tmp_path)
    assert len(list(tmp_path.iterdir())) == 1


def test_what_is_refused_is_one_line(tmp_path: Path) -> None:
    write(tmp_path / "file", "")
    assert "file/course cannot be written" in complaint("new", "file/course", cwd=tmp_path)
    assert "cannot be written" in complaint("new", "x" * 300, cwd=tmp_path)
    assert "no spaces" in complaint("new", "mi curso", cwd=tmp_path)
    assert "choose en or es" in complaint("new", COURSE, "--language", "", cwd=tmp_path)


def test_an_exercise_outside_of_any_course_says_where_to_go(tmp_path: Path) -> None:
    assert "--course" in complaint("new", "exercise", EXERCISE, cwd=tmp_path)
