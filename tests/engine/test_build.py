"""One source, three forms, and an honest --check."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from demo_course import command
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from autograder.authoring.build import BuildError, build
from autograder.authoring.normal_form import IGNORE_OUTPUT, differences, normalise
from autograder.course import Course

HEADER = "# ---\n# jupyter:\n#   jupytext:\n#     formats: py:percent\n# ---\n"
CONFIG = """\
c = get_config()
c.CourseDirectory.source_directory = "solutions"
c.CourseDirectory.release_directory = "notebooks"
c.Autograder.reference_answers = ["MODEL_CARD.md"]
"""
SCHEMA = '"schema_version": 3, "task": false'
SOLUTION = f'"grade": false, "grade_id": "double", "locked": false, "solution": true, {SCHEMA}'
TESTS = (
    '"grade": true, "grade_id": "double-test", "locked": true, "points": 2, '
    f'"solution": false, {SCHEMA}'
)

ONE = f"""{HEADER}
# %% [markdown]
# # One

# %%
from pathlib import Path
from helper import TWO

# %% nbgrader={{{SOLUTION}}}
def double(x):
    ### BEGIN SOLUTION
    return TWO * x
    ### END SOLUTION

# %% nbgrader={{{TESTS}}}
assert double(2) == 4, "Did you multiply?"
Path("four.txt").write_text("4")
print("✅ double")
"""
NEXT = f"""{HEADER}
# %%
print(open("four.txt").read(), len(open("MODEL_CARD.md").read()))
"""


#: What proves the checks: named as files that are released, as a notebook's script, as data.
ANSWERS = (
    *("answers/right/helper.py", "answers/wrong/one.py", "answers/wrong/MODEL_CARD.md"),
    *("answers/equivalent.json", "answers/notes/data.csv"),
)


def make_course(root: Path) -> Course:
    """A course of one assignment: two notebooks, the second needs a file that the first writes."""
    folder = root / "solutions" / "task"
    folder.mkdir(parents=True)
    (root / "nbgrader_config.py").write_text(CONFIG)
    (folder / "one.py").write_text(ONE)
    (folder / "zwei.py").write_text(NEXT)
    (folder / "helper.py").write_text("TWO = 2\n")
    (folder / "MODEL_CARD.md").write_text("# The reference\n")
    (folder / "checks.py").write_text("ANSWER = 4\n")
    for name in ANSWERS:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text("# It adds.\n# %% double\n")
    return Course.at(root)


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory) -> Course:
    """A course that was built once, for every test of this module."""
    course = make_course(tmp_path_factory.mktemp("course"))
    assert build(course, jobs=1) == []
    return course


@pytest.fixture()
def built(original: Course, tmp_path: Path) -> Course:
    """A copy of it that a test may spoil."""
    shutil.copytree(original.root, tmp_path / "course")
    return Course.at(tmp_path / "course")


def files(folder: Path) -> dict[str, bytes]:
    found = (path for path in folder.rglob("*") if path.is_file())
    return {str(path.relative_to(folder)): path.read_bytes() for path in found}


def read(path: Path) -> nbformat.NotebookNode:
    return nbformat.read(path, as_version=4)


def test_the_solution_is_executed_and_the_student_gets_a_stub(built: Course) -> None:
    assignment = built.assignment("task")
    solution, student = read(assignment.solution("one")), read(assignment.released("one"))
    assert solution.cells[3].outputs[0].text == "✅ double\n"
    assert "NotImplementedError" in student.cells[2].source
    assert "TWO * x" not in student.cells[2].source
    assert student.cells[3].outputs == []
    assert student.cells[3].source == solution.cells[3].source


def test_notebooks_of_an_assignment_run_in_order_in_one_folder(built: Course) -> None:
    solution = read(built.assignment("task").solution("zwei"))
    assert solution.cells[0].outputs[0].text == "4 16\n"


def test_nothing_is_left_in_the_course_but_notebooks_and_companions(built: Course) -> None:
    assert set(files(built.source_dir / "task")) == {
        *("one.py", "one.ipynb", "zwei.py", "zwei.ipynb"),
        *("helper.py", "MODEL_CARD.md", "checks.py", *ANSWERS),
    }
    assert set(files(built.release_dir)) == {
        *("task/one.ipynb", "task/zwei.ipynb", "task/helper.py")
    }
    assert not (built.root / "gradebook.db").exists()


def test_ids_and_metadata_do_not_depend_on_the_machine(built: Course) -> None:
    solution = read(built.assignment("task").solution("one"))
    assert [cell.id for cell in solution.cells[2:]] == ["double", "double-test"]
    assert "version" not in solution.metadata.language_info
    assert all("execution" not in cell.metadata for cell in solution.cells)


def test_building_again_changes_nothing(built: Course) -> None:
    before = files(built.root)
    assert build(built, jobs=1) == []
    assert files(built.root) == before


def test_check_names_what_is_stale_and_writes_nothing(built: Course) -> None:
    assignment = built.assignment("task")
    solution = read(assignment.solution("one"))
    solution.cells[3].outputs[0].text = "✅ triple\n"
    nbformat.write(solution, assignment.solution("one"))
    (assignment.release_dir / "helper.py").write_text("TWO = 3\n")
    (assignment.release_dir / "old.ipynb").write_text("{}")
    assignment.released("zwei").unlink()
    (built.release_dir / "other").mkdir()
    before = files(built.root)

    stale = {str(each.path.relative_to(built.root)): each for each in build(built, check=True)}

    assert {path: each.reason for path, each in stale.items()} == {
        "notebooks/other": "no assignment of that name in the sources",
        "notebooks/task/helper.py": "it is not the file of the sources",
        "notebooks/task/old.ipynb": "nothing in the sources gives this file",
        "notebooks/task/zwei.ipynb": "it has not been generated",
        "solutions/task/one.ipynb": "cell 4 (double-test): its output differs",
    }
    assert {each.fix for each in stale.values()} == {"autograder build"}
    assert files(built.root) == before


def test_the_command_fails_on_what_is_stale_until_it_is_built(built: Course) -> None:
    built.assignment("task").released("zwei").unlink()

    def autograder(*arguments: str) -> subprocess.CompletedProcess:
        return command(*arguments, "--course", built.root, cwd=built.root.parent)

    stale = autograder("build", "--check")
    assert stale.returncode == 1
    assert "zwei.ipynb" in stale.stderr.replace("\n", "")
    assert autograder("build").returncode == 0
    assert built.assignment("task").released("zwei").is_file()


def test_a_cell_that_fails_is_named_and_the_others_are_built(built: Course) -> None:
    bad = built.source_dir / "bad" / "bad.py"
    bad.parent.mkdir()
    bad.write_text(f"{HEADER}\n# %%\none = 1\n\n# %%\none / 0\n")
    shutil.rmtree(built.release_dir / "task")
    done = []
    with pytest.raises(BuildError, match=r"bad\.py: cell 2 raises ZeroDivisionError"):
        build(Course.at(built.root), progress=lambda *report: done.append(report))
    assert [report[:2] for report in done] == [(1, 2), (2, 2)]
    assert {report[2] for report in done} == {"bad", "task"}
    assert (built.release_dir / "task" / "one.ipynb").is_file()


MISTAKES = {
    "two of one name": ('"grade_id": "double-test"', '"grade_id": "double"', "the same grade_id"),
    "no points": ('"points": 2, ', "", "does not have points"),
    "points in words": ('"points": 2', '"points": "two"', "'two' is not of type 'number'"),
    "a key of nobody's": ('"points": 2', '"points": 2, "pionts": 3', "'pionts' was unexpected"),
    "no name": ('"grade_id": "double-test", ', "", "does not have a grade_id"),
}


@pytest.mark.parametrize("name", MISTAKES)
def test_a_cell_that_nbgrader_does_not_take_is_one_line(built: Course, name: str) -> None:
    old, new, said = MISTAKES[name]
    assert old in ONE
    (built.source_dir / "task" / "one.py").write_text(ONE.replace(old, new))
    with pytest.raises(BuildError) as raised:
        build(built, ["task"], jobs=1)
    [line] = str(raised.value).splitlines()
    assert line.startswith("task: one.py: cell 4") and said in line


def test_a_script_that_is_no_notebook_is_named(built: Course) -> None:
    script = built.source_dir / "task" / "one.py"
    script.write_text("# ---\n# jupyter:\n#   kernelspec:\n#     name: python3\n# ---\n\n1\n")
    with pytest.raises(BuildError, match=r"one\.py: jupytext cannot read it"):
        build(built, ["task"], jobs=1)


def test_a_solution_outside_a_solution_cell_is_refused(built: Course) -> None:
    script = built.source_dir / "task" / "one.py"
    script.write_text(ONE.replace('"solution": true', '"solution": false', 1))
    with pytest.raises(BuildError, match="Solution region detected in a non-solution cell"):
        build(built, jobs=1)


def test_the_stock_command_gives_the_same_student_notebook(built: Course) -> None:
    expected = files(built.release_dir)
    bin_dir = Path(sys.executable).parent
    command = [bin_dir / "nbgrader", "generate_assignment", "task", "--force"]
    subprocess.run(
        command,
        cwd=built.root,
        env={"PATH": f"{bin_dir}:/usr/bin:/bin", "HOME": str(built.root / "home")},
        check=True,
        capture_output=True,
    )
    assert files(built.release_dir) == expected


def figure(image: str, text: str = "<Figure size 640x480 with 1 Axes>") -> nbformat.NotebookNode:
    return new_output("display_data", {"image/png": image, "text/plain": text})


def with_output(output: nbformat.NotebookNode, *tags: str) -> nbformat.NotebookNode:
    metadata = {"tags": list(tags)} if tags else {}
    cell = new_code_cell("draw()", outputs=[output], metadata=metadata, id="c")
    return new_notebook(cells=[cell])


def test_the_bytes_of_an_image_are_not_a_difference() -> None:
    assert differences(with_output(figure("AAAA")), with_output(figure("BBBB"))) == ""


def test_a_missing_image_is_a_difference() -> None:
    text = new_output("display_data", {"text/plain": "<Figure size 640x480 with 1 Axes>"})
    assert "output" in differences(with_output(text), with_output(figure("BBBB")))


def test_a_text_output_is_a_difference_unless_the_cell_says_otherwise() -> None:
    one, two = (new_output("stream", name="stdout", text=text) for text in ("1", "2"))
    assert differences(with_output(one), with_output(two)) == "cell 1 (c): its output differs"
    ignored = IGNORE_OUTPUT
    assert differences(with_output(one, ignored), with_output(two, ignored)) == ""


def test_sources_metadata_and_the_number_of_cells_are_compared() -> None:
    base = new_notebook(cells=[new_markdown_cell("a", id="x")])
    other = new_notebook(cells=[new_markdown_cell("b", id="x")])
    assert differences(base, other) == "cell 1 (x): its source differs"
    longer = new_notebook(cells=[*base.cells, new_markdown_cell("b", id="y")])
    assert "1 cells" in differences(base, longer)
    titled = new_notebook(cells=base.cells, metadata={"title": "t"})
    assert "metadata" in differences(base, titled)


def test_inserting_a_cell_renames_no_other() -> None:
    before = new_notebook(cells=[new_markdown_cell(text) for text in ("a", "b", "b")])
    after = new_notebook(cells=[new_markdown_cell(text) for text in ("a", "new", "b", "b")])
    for notebook in (before, after):
        normalise(notebook, "task/one", Path("/nowhere"))
    assert [cell.id for cell in before.cells] == [after.cells[i].id for i in (0, 2, 3)]
    assert len({cell.id for cell in after.cells}) == 4


def test_paths_of_this_machine_do_not_reach_a_notebook(tmp_path: Path) -> None:
    text = f"/tmp/ipykernel_12/345.py:1: warning\n{tmp_path}/datum.csv {sys.prefix}/lib/x.py"
    notebook = with_output(new_output("stream", name="stderr", text=text))
    normalise(notebook, "task/one", tmp_path)
    assert notebook.cells[0].outputs[0].text == "<cell>:1: warning\ndatum.csv lib/x.py"
