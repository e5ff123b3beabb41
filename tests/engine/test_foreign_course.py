"""A course of another teacher, in English, far from the repository: four files and the wheel."""

from __future__ import annotations

import copy
import csv
import gettext
import io
import json
import re
import shutil
import subprocess
import sys
import venv
import zipfile
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import demo_course
import pytest
from bs4 import BeautifulSoup
from demo_course import command, from_its_file, write
from test_feedback import without_links_of_ours
from test_safe_html import assert_inert

import autograder
from autograder.messages import DOMAIN, LOCALE
from autograder.records import read
from autograder.sandbox.isolation import BWRAP

CONFIG = """\
c = get_config()
c.CourseDirectory.course_id = "rain"
c.CourseDirectory.source_directory = "solutions"
c.CourseDirectory.release_directory = "notebooks"
"""
ROLES = '"schema_version": 3, "task": false'
SCRIPT = f"""\
# ---
# jupyter:
#   jupytext:
#     formats: py:percent
# ---

# %% [markdown]
# # How much did it rain?

# %% nbgrader={{"grade": false, "grade_id": "reads", "locked": true, "solution": false, {ROLES}}}
import csv
from pathlib import Path

data = next(up / "data" for up in Path.cwd().parents if (up / "data").is_dir())
rows = list(csv.DictReader((data / "rain.csv").open()))

# %% nbgrader={{"grade": false, "grade_id": "total", "locked": false, "solution": true, {ROLES}}}
def total(amounts):
    ### BEGIN SOLUTION
    return sum(amounts)
    ### END SOLUTION

# %% nbgrader={{"grade": true, "grade_id": "total-test", "locked": true, "points": 3, \
"solution": false, {ROLES}}}
assert total([1, 2]) == 3, "Did you add them up?"
print("✅ total")

# %% [markdown] nbgrader={{"grade": true, "grade_id": "why", "locked": false, "points": 1, \
"solution": true, {ROLES}}}
# ### BEGIN SOLUTION
# Clouds.
# ### END SOLUTION
"""
CHECKS = """\
import csv
from pathlib import Path

from autograder.checking import check, expect

RAIN = Path(__file__).parents[2] / "data" / "rain.csv"


@check("total-test", points=2)
def adds_up(student, rng):
    '''It adds up what fell.'''
    amounts = rng.integers(1, 50, size=6).tolist()
    expect(student.call("total", amounts)).to_be_close(sum(amounts), hint="Use `sum`.")


@check("total-test", points=1)
def agrees_with_the_data(student, rng):
    '''It agrees with the year that was measured.'''
    amounts = [float(row["mm"]) for row in csv.DictReader(RAIN.open())]
    expect(student.call("total", amounts)).to_be_close(60)
"""
DATA = "month,mm\n1,10\n2,20\n3,30\n"
WRONG = "def total(amounts):\n    return max(amounts)"
RIGHT = "def total(amounts):\n    return sum(amounts)"
HOSTILE = """\
# Look <script>document.title = 'gone'</script>
<img src=x onerror="alert(1)"> [here](javascript:alert(1)) <a href="javascript:alert(1)">there</a>
"""
DISPLAYS = """\
from IPython.display import HTML, Markdown, display
display(HTML("<script>alert(1)</script><img src=x onerror=alert(1)><b onclick='alert(1)'>bold</b>"))
display(Markdown("[x](javascript:alert(1)) <script>alert(1)</script> strong"))
print("<script>alert(1)</script>")
"""


def make_course(root: Path) -> Path:
    """Write the four files of the course."""
    write(root / "nbgrader_config.py", CONFIG)
    write(root / "solutions/first/first.py", SCRIPT)
    write(root / "solutions/first/checks.py", CHECKS)
    write(root / "data/rain.csv", DATA)
    return root


def done(*words: str | Path, cwd: Path, run: Callable = command) -> str:
    """What a command says, which must go well."""
    ended = run(*words, cwd=cwd)
    assert ended.returncode == 0, f"{words}: {ended.stdout}{ended.stderr}"
    return ended.stdout


as_installed = partial(done, run=from_its_file)


def answered(root: Path, code: str, why: str = "") -> dict[str, Any]:
    """The released notebook, with an answer in its solution cells."""
    made = json.loads((root / "notebooks/first/first.ipynb").read_bytes())
    cells = {each["metadata"].get("nbgrader", {}).get("grade_id"): each for each in made["cells"]}
    cells["total"]["source"] = code
    if why:
        cells["why"]["source"] = why
    return made


def with_cells(made: dict[str, Any], *cells: dict[str, Any]) -> dict[str, Any]:
    made = copy.deepcopy(made)
    made["cells"] += [{**each, "id": f"extra{number}"} for number, each in enumerate(cells)]
    return made


def hand_in(root: Path, student: str, made: dict[str, Any]) -> None:
    write(root / "submitted" / student / "first" / "first.ipynb", json.dumps(made))


#: Where a plain path does not do what it should, test_new says so.
FOLDER = "el año [2026] (1ª) ¿llovió? 100% #1 & 'más'"


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory, isolation: str) -> Path:
    """The course after a day's work, each step with the command that a teacher has for it."""
    root = make_course(tmp_path_factory.mktemp("teacher") / FOLDER)
    as_installed("build", cwd=root)
    hand_in(root, "ada", answered(root, RIGHT, "Because of clouds."))
    hand_in(root, "bob", answered(root, WRONG))
    attacks = demo_course.cell(HOSTILE, kind="markdown"), demo_course.cell(DISPLAYS)
    hand_in(root, "mallory", with_cells(answered(root, "1/0", HOSTILE), *attacks))
    as_installed("grade", "--isolation", isolation, "--jobs", "1", "--seed", "7", cwd=root)
    for step in (["feedback"], ["report"], ["export", "--to", "csv"], ["bundle"]):
        as_installed(*step, cwd=root)
    return root


def built_again(course: Path, root: Path) -> Path:
    """A copy of what there was of a course when it had been built."""
    make_course(root)
    for name in ("solutions", "notebooks"):
        shutil.copytree(course / name, root / name, dirs_exist_ok=True)
    return root


def page(root: Path, student: str) -> str:
    return (root / "feedback" / student / "first" / "first.html").read_text("utf-8")


def text_of(html: str) -> str:
    soup = BeautifulSoup(html, "html.parser")
    for tag in soup(["style", "script"]):
        tag.decompose()
    return " ".join(soup.get_text(" ").split())


def bundled(root: Path) -> dict[str, str]:
    with zipfile.ZipFile(root / "dist/rain.zip") as archive:
        return {name: archive.read(name).decode() for name in archive.namelist()}


def test_right_and_wrong_get_their_marks_isolated(course: Path, isolation: str) -> None:
    records = read(course / "results/results.json").submissions
    assert {each.student: each.score for each in records} == {
        "ada": 3,
        "bob": 0,
        "mallory": 0,
    }
    assert {each.max_score for each in records} == {3}
    assert {each.isolation for each in records} == {isolation}
    assert {each.status for each in records} == {"graded"}
    # whoever writes below the answer is not accused of anything, and a person reads it
    assert [each.flags for each in records] == [(), (), ("answer-continues: why",)]


def test_what_was_built_is_current(course: Path) -> None:
    assert "current" in done("build", "--check", cwd=course)


def test_the_released_notebook_holds_neither_solution_nor_checks(course: Path) -> None:
    released = (course / "notebooks/first/first.ipynb").read_text("utf-8")
    assert "sum(amounts)" not in released and "Clouds." not in released
    assert "NotImplementedError" in released and "Write your answer here." in released
    assert [path.name for path in (course / "notebooks/first").iterdir()] == ["first.ipynb"]


def test_the_report_and_the_export_have_every_mark(course: Path) -> None:
    report = text_of((course / "results/report.html").read_text("utf-8"))
    for said in ("Marks of 3 submissions", "ada", "bob", "mallory", "It adds up what fell."):
        assert said in report
    rows = csv.DictReader(io.StringIO((course / "results/marks.csv").read_text("utf-8")))
    assert {row["student"]: (row["total"], row["pending"]) for row in rows} == {
        "ada": ("3.0", "1.0"),
        "bob": ("0.0", "0.0"),
        "mallory": ("0.0", "1.0"),
    }


def test_feedback_says_what_was_wrong_in_english(course: Path) -> None:
    text = text_of(page(course, "bob"))
    for said in ("0 of 4 points", "It adds up what fell. (0/2)", "Got ", "Use sum .", "No answer."):
        assert said in text
    assert "3 of 4 points" in text_of(page(course, "ada"))


def test_a_hostile_notebook_does_nothing_though_no_configuration_says_so(course: Path) -> None:
    html = page(course, "mallory")
    assert_inert(without_links_of_ours(html))
    for shown in ("bold", "strong", "here", "there", "Look", "ZeroDivisionError"):
        assert shown in text_of(html)
    assert [tag for tag in BeautifulSoup(html, "html.parser").find_all("script")] == []


def test_the_bundle_has_what_students_need_and_nothing_else(course: Path) -> None:
    files = bundled(course)
    assert {"rain/notebooks/first/first.ipynb", "rain/data/rain.csv", "rain/README.md"} <= set(
        files
    )
    assert [name for name in files if "checks" in name or "solutions" in name] == []
    assert not any("sum(amounts)" in text or "Clouds." in text for text in files.values())
    for no_part_of_it in ("datasets", "model card", "model_card", "titanic"):
        assert not any(no_part_of_it in text.lower() for text in files.values())


WORD = re.compile(r"[^\W\d_]{3,}")
COMMON = set(
    "del los las una uno que para por con sin como está están este esta esto entrega entregá "
    "cuaderno cuadernos celda celdas puntos punto corrección corregir nota clase tarea carpeta "
    "archivo archivos datos código respuesta falta faltan abrí escribí completá usá mirá probá "
    "todavía también según cuando donde tenés podés acá allá después antes".split()
)


def spanish() -> set[str]:
    """Words of the Spanish catalogue that its English source does not have, and common ones."""
    with (LOCALE / "es" / "LC_MESSAGES" / f"{DOMAIN}.mo").open("rb") as stream:
        catalogue = dict(gettext.GNUTranslations(stream)._catalog)
    del catalogue[""]  # its header
    sources = [key if isinstance(key, str) else key[0] for key in catalogue]
    english = {word for text in sources for word in WORD.findall(text.lower())}
    words = {word for text in catalogue.values() for word in WORD.findall(text.lower())}
    return (words | COMMON) - english


def test_no_student_reads_a_word_of_spanish(course: Path) -> None:
    seen = {
        f"feedback of {name}": text_of(page(course, name)) for name in ("ada", "bob", "mallory")
    }
    seen |= bundled(course)
    for name in ("ada", "bob", "mallory"):
        executed = course / "autograded" / name / "first" / "first.ipynb"
        seen[f"executed of {name}"] = executed.read_text("utf-8")
    seen["results"] = (course / "results/results.json").read_text("utf-8")
    seen["report"] = text_of((course / "results/report.html").read_text("utf-8"))
    words = spanish()
    assert len(words) > 150, "the catalogue is too small to tell"
    found = {
        name: sorted(words.intersection(WORD.findall(text.lower()))) for name, text in seen.items()
    }
    assert {name: some for name, some in found.items() if some} == {}


def test_the_words_that_it_looks_for_are_those_of_a_course_in_spanish(tmp_path: Path) -> None:
    root = make_course(tmp_path / "lluvia")
    write(root / "nbgrader_config.py", CONFIG + 'c.Autograder.language = "es"\n')
    done("build", cwd=root)
    done("bundle", cwd=root)
    released = (root / "notebooks/first/first.ipynb").read_text("utf-8")
    read_me = next(text for name, text in bundled(root).items() if name.endswith(".md"))
    for text in (released, read_me):
        assert len(spanish().intersection(WORD.findall(text.lower()))) >= 3


def test_a_course_without_data(tmp_path: Path, isolation: str) -> None:
    root = tmp_path / "course"
    write(root / "nbgrader_config.py", CONFIG)
    script = SCRIPT.replace(
        SCRIPT[SCRIPT.index("import csv") : SCRIPT.index("# %% nbgrader", 300)], ""
    )
    assert "rain.csv" not in script and "def total" in script
    write(root / "solutions/first/first.py", script)
    only = CHECKS[: CHECKS.rindex("@check")].replace("points=2", "points=3")
    write(root / "solutions/first/checks.py", only)
    done("build", cwd=root)
    hand_in(root, "ada", answered(root, RIGHT))
    assert "1 graded now" in done("grade", "--isolation", isolation, "-j", "1", cwd=root)
    [record] = read(root / "results/results.json").submissions
    assert (record.score, record.status) == (3, "graded")
    done("bundle", cwd=root)
    assert [name for name in bundled(root) if "data" in name] == []


# --- where Python and the course lie in one another -----------------------------------------------


def make_environment(path: Path) -> Path:
    """An environment with the engine copied into it, and the other packages linked: its Python."""
    venv.create(path, with_pip=False, symlinks=True)
    [packages] = path.glob("lib/python*/site-packages")
    installed = Path(autograder.__file__).parent
    shutil.copytree(installed, packages / "autograder")
    for metadata in installed.parent.glob("autograder-*.dist-info"):
        shutil.copytree(metadata, packages / metadata.name)
    places = [each for each in sys.path if Path(each).name == "site-packages"]
    (packages / "linked.pth").write_text("\n".join([*places, ""]))
    return path / "bin" / "python"


LOOKS = """\
import os
seen = []
for folder, folders, files in os.walk({root!r}):
    seen += [os.path.join(folder, each) for each in [*folders, *files]]
    folders[:] = [each for each in folders if each not in {skipped!r}]
print("seen:", seen)
"""


@pytest.mark.parametrize("inner", ["environment", "course"])
def test_student_code_sees_nothing_of_a_course_that_shares_a_folder_with_python(
    course: Path, tmp_path: Path, isolation: str, inner: str
) -> None:
    if isolation != BWRAP:
        pytest.skip("needs bubblewrap and namespaces: see `autograder doctor`")
    if inner == "environment":
        root = built_again(course, tmp_path / "course")
        python = make_environment(root / ".venv")
    else:
        python = make_environment(tmp_path / "environment")
        root = built_again(course, tmp_path / "environment" / "courses" / "rain")
    engine = [python, "-P", "-m", "autograder.cli"]

    def run(*words: str) -> None:
        ended = subprocess.run([*engine, *words], cwd=root, capture_output=True, text=True)
        assert ended.returncode == 0, ended.stdout + ended.stderr

    where = subprocess.run(
        [python, "-P", "-c", "import autograder; print(autograder.__file__)"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert Path(where.stdout.strip()).is_relative_to(python.parents[1])
    skipped = [".venv"] if inner == "environment" else []
    looks = demo_course.cell(LOOKS.format(root=str(root), skipped=skipped))
    hand_in(root, "eve", with_cells(answered(root, RIGHT), looks))
    hand_in(root, "ada", answered(root, RIGHT))
    run("grade", "--jobs", "1")
    records = read(root / "results/results.json").submissions
    assert {each.student: each.score for each in records} == {"ada": 3, "eve": 3}
    cells = json.loads((root / "autograded/eve/first/first.ipynb").read_bytes())["cells"]
    outputs = ["".join(each.get("text", "")) for cell in cells for each in cell.get("outputs", ())]
    [seen] = [text for text in outputs if text.startswith("seen:")]
    assert seen == f"seen: {[str(root / name) for name in skipped]}\n"


# --- what is wrong is one clear line --------------------------------------------------------------


def complaint(*words: str | Path, cwd: Path) -> str:
    """The one line that a command ends with."""
    run = command(*words, cwd=cwd)
    assert run.returncode == 2
    assert run.stdout == "" and "Traceback" not in run.stderr
    assert len(run.stderr.strip().splitlines()) == 1
    return run.stderr


@pytest.mark.parametrize("folder", ["", "solutions", "solutions/empty"])
def test_a_course_without_assignments_has_nothing_to_build(tmp_path: Path, folder: str) -> None:
    write(tmp_path / "nbgrader_config.py", CONFIG)
    (tmp_path / folder).mkdir(parents=True, exist_ok=True)
    said = complaint("build", cwd=tmp_path)
    assert "no source folder" in said if not folder else "no notebook to build" in said
    assert str(tmp_path / "solutions") in said


def test_a_setting_that_there_is_not_is_named(tmp_path: Path) -> None:
    root = make_course(tmp_path)
    write(root / "nbgrader_config.py", CONFIG + "c.Autograder.langage = 'en'\n")
    for words in (("build",), ("grade",), ("report",)):
        said = complaint(*words, cwd=root)
        assert "c.Autograder.langage is no setting" in said and "language" in said


def test_an_assignment_without_checks_is_named(course: Path, tmp_path: Path) -> None:
    root = built_again(course, tmp_path / "course")
    (root / "solutions/first/checks.py").unlink()
    hand_in(root, "ada", answered(root, RIGHT))
    said = complaint("grade", cwd=root)
    assert "first gives points, but there is no" in said and "checks.py" in said


def test_a_command_outside_of_any_course_says_where_to_go(tmp_path: Path) -> None:
    assert "--course" in complaint("grade", cwd=tmp_path)


def test_a_course_is_worked_on_from_elsewhere(tmp_path: Path, isolation: str) -> None:
    root = make_course(tmp_path / "course")
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    there = ("--course", root)
    done("build", *there, cwd=elsewhere)
    hand_in(root, "ada", answered(root, RIGHT))
    done("grade", "--isolation", isolation, "-j", "1", *there, cwd=elsewhere)
    for step in (["feedback"], ["report"], ["export", "--to", "csv"], ["bundle"]):
        done(*step, *there, cwd=elsewhere)
    assert list(elsewhere.iterdir()) == []
    assert "3 of 4 points" in text_of(page(root, "ada"))
