"""One source, three forms, and an honest --check."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from autograder import build as builds
from autograder.authoring.build import BuildError, build, differences
from autograder.course import Course

HEADER = "# ---\n# jupyter:\n#   jupytext:\n#     formats: py:percent\n# ---\n"
SCHEMA = '"schema_version": 3, "task": false'
SOLUTION = f'"grade": false, "grade_id": "doble", "locked": false, "solution": true, {SCHEMA}'
TESTS = (
    '"grade": true, "grade_id": "doble-autotest", "locked": true, "points": 2, '
    f'"solution": false, {SCHEMA}'
)

UNO = f"""{HEADER}
# %% [markdown]
# # Uno

# %%
from pathlib import Path
from ayuda import DOS

# %% nbgrader={{{SOLUTION}}}
def doble(x):
    ### BEGIN SOLUTION
    return DOS * x
    ### END SOLUTION

# %% nbgrader={{{TESTS}}}
assert doble(2) == 4, "¿Multiplicaste?"
Path("cuatro.txt").write_text("4")
print("✅ doble")
"""
ZWEI = f"""{HEADER}
# %%
print(open("cuatro.txt").read(), len(open("MODEL_CARD.md").read()))
"""


def make_course(root: Path, config: Path) -> Course:
    """A course of one assignment: two notebooks, the second needs a file that the first writes."""
    folder = root / "solutions" / "tarea"
    folder.mkdir(parents=True)
    (root / "datasets").mkdir()
    shutil.copy(config, root)
    (folder / "uno.py").write_text(UNO)
    (folder / "zwei.py").write_text(ZWEI)
    (folder / "ayuda.py").write_text("DOS = 2\n")
    (folder / "MODEL_CARD.md").write_text("# La de referencia\n")
    return Course.at(root)


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory, root: Path) -> Course:
    """A course that was built once, for every test of this module."""
    course = make_course(tmp_path_factory.mktemp("course"), root / "nbgrader_config.py")
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
    assignment = built.assignment("tarea")
    solution, student = read(assignment.solution("uno")), read(assignment.released("uno"))
    assert solution.cells[3].outputs[0].text == "✅ doble\n"
    assert "NotImplementedError" in student.cells[2].source
    assert "DOS * x" not in student.cells[2].source
    assert student.cells[3].outputs == []
    assert student.cells[3].source == solution.cells[3].source


def test_notebooks_of_an_assignment_run_in_order_in_one_folder(built: Course) -> None:
    solution = read(built.assignment("tarea").solution("zwei"))
    assert solution.cells[0].outputs[0].text == "4 19\n"


def test_nothing_is_left_in_the_course_but_notebooks_and_companions(built: Course) -> None:
    assert set(files(built.source_dir / "tarea")) == {
        *("uno.py", "uno.ipynb", "zwei.py", "zwei.ipynb", "ayuda.py", "MODEL_CARD.md")
    }
    assert set(files(built.release_dir)) == {
        *("tarea/uno.ipynb", "tarea/zwei.ipynb", "tarea/ayuda.py")
    }
    assert not (built.root / "gradebook.db").exists()


def test_ids_and_metadata_do_not_depend_on_the_machine(built: Course) -> None:
    solution = read(built.assignment("tarea").solution("uno"))
    assert [cell.id for cell in solution.cells[2:]] == ["doble", "doble-autotest"]
    assert "version" not in solution.metadata.language_info
    assert all("execution" not in cell.metadata for cell in solution.cells)


def test_building_again_changes_nothing(built: Course) -> None:
    before = files(built.root)
    assert build(built, jobs=1) == []
    assert files(built.root) == before


def test_check_names_what_is_stale_and_writes_nothing(built: Course) -> None:
    assignment = built.assignment("tarea")
    solution = read(assignment.solution("uno"))
    solution.cells[3].outputs[0].text = "✅ triple\n"
    nbformat.write(solution, assignment.solution("uno"))
    (assignment.release_dir / "ayuda.py").write_text("DOS = 3\n")
    (assignment.release_dir / "viejo.ipynb").write_text("{}")
    assignment.released("zwei").unlink()
    (built.release_dir / "otra").mkdir()
    before = files(built.root)

    stale = {str(each.path.relative_to(built.root)): each for each in build(built, check=True)}

    assert {path: each.reason for path, each in stale.items()} == {
        "notebooks/otra": "no assignment of that name in the sources",
        "notebooks/tarea/ayuda.py": "it is not the file of the sources",
        "notebooks/tarea/viejo.ipynb": "nothing in the sources gives this file",
        "notebooks/tarea/zwei.ipynb": "it has not been generated",
        "solutions/tarea/uno.ipynb": "cell 4 (doble-autotest): its output differs",
    }
    assert {each.fix for each in stale.values()} == {"autograder build"}
    assert files(built.root) == before


def test_the_command_fails_on_what_is_stale_until_it_is_built(built: Course) -> None:
    built.assignment("tarea").released("zwei").unlink()

    def autograder(*arguments: str) -> subprocess.CompletedProcess:
        command = [sys.executable, "-m", "autograder.cli", *arguments, "--course", str(built.root)]
        return subprocess.run(command, capture_output=True, text=True)

    stale = autograder("build", "--check")
    assert stale.returncode == 1
    assert "zwei.ipynb" in stale.stderr.replace("\n", "")
    assert autograder("build").returncode == 0
    assert built.assignment("tarea").released("zwei").is_file()


def test_a_cell_that_fails_is_named_and_the_others_are_built(built: Course) -> None:
    bad = built.source_dir / "mala" / "mala.py"
    bad.parent.mkdir()
    bad.write_text(f"{HEADER}\n# %%\nuno = 1\n\n# %%\nuno / 0\n")
    shutil.rmtree(built.release_dir / "tarea")
    done = []
    with pytest.raises(BuildError, match=r"mala\.py: cell 2 raises ZeroDivisionError"):
        build(Course.at(built.root), progress=lambda *report: done.append(report))
    assert [report[:2] for report in done] == [(1, 2), (2, 2)]
    assert {report[2] for report in done} == {"mala", "tarea"}
    assert (built.release_dir / "tarea" / "uno.ipynb").is_file()


def test_a_script_that_is_no_notebook_is_named(built: Course) -> None:
    script = built.source_dir / "tarea" / "uno.py"
    script.write_text("# ---\n# jupyter:\n#   kernelspec:\n#     name: python3\n# ---\n\n1\n")
    with pytest.raises(BuildError, match=r"uno\.py: jupytext cannot read it"):
        build(built, ["tarea"], jobs=1)


def test_a_solution_outside_a_solution_cell_is_refused(built: Course) -> None:
    script = built.source_dir / "tarea" / "uno.py"
    script.write_text(UNO.replace('"solution": true', '"solution": false', 1))
    with pytest.raises(BuildError, match="Solution region detected in a non-solution cell"):
        build(built, jobs=1)


def test_the_stock_command_gives_the_same_student_notebook(built: Course) -> None:
    expected = files(built.release_dir)
    bin_dir = Path(sys.executable).parent
    command = [bin_dir / "nbgrader", "generate_assignment", "tarea", "--force"]
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
    cell = new_code_cell("dibujar()", outputs=[output], metadata=metadata, id="c")
    return new_notebook(cells=[cell])


def test_the_bytes_of_an_image_are_not_a_difference() -> None:
    assert differences(with_output(figure("AAAA")), with_output(figure("BBBB"))) == ""


def test_a_missing_image_is_a_difference() -> None:
    text = new_output("display_data", {"text/plain": "<Figure size 640x480 with 1 Axes>"})
    assert "output" in differences(with_output(text), with_output(figure("BBBB")))


def test_a_text_output_is_a_difference_unless_the_cell_says_otherwise() -> None:
    one, two = (new_output("stream", name="stdout", text=text) for text in ("1", "2"))
    assert differences(with_output(one), with_output(two)) == "cell 1 (c): its output differs"
    ignored = builds.IGNORE_OUTPUT
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
    after = new_notebook(cells=[new_markdown_cell(text) for text in ("a", "nueva", "b", "b")])
    for notebook in (before, after):
        builds._normalise(notebook, "tarea/uno", Path("/nowhere"))
    assert [cell.id for cell in before.cells] == [after.cells[i].id for i in (0, 2, 3)]
    assert len({cell.id for cell in after.cells}) == 4


def test_paths_of_this_machine_do_not_reach_a_notebook(tmp_path: Path) -> None:
    text = f"/tmp/ipykernel_12/345.py:1: aviso\n{tmp_path}/dato.csv {sys.prefix}/lib/x.py"
    notebook = with_output(new_output("stream", name="stderr", text=text))
    builds._normalise(notebook, "tarea/uno", tmp_path)
    assert notebook.cells[0].outputs[0].text == "<celda>:1: aviso\ndato.csv lib/x.py"
