"""What students get: stubs that are stubs, and nothing that should have stayed with us."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import jupytext
import nbformat
import pytest
from nbformat import NotebookNode
from the_course import COURSE, blueprint, checks

from autograder.assignment import Assignment
from autograder.checking import checks_of
from autograder.grading.grade import grade
from autograder.intake.submissions import Submission
from autograder.records import Result
from autograder.sandbox.driver import Sandbox

TEMPLATE = COURSE.root / "model_card_template.md"
REGION = re.compile(r"BEGIN SOLUTION.*?\n(.*?)\n[^\n]*END SOLUTION", re.DOTALL)
STUB = "Todavía no completaste esta parte"

every_assignment = pytest.mark.parametrize(
    "assignment", COURSE.assignments, ids=lambda each: each.name
)
every_graded = pytest.mark.parametrize("assignment", COURSE.graded, ids=lambda each: each.name)


def read(path: Path) -> NotebookNode:
    return nbformat.read(path, as_version=nbformat.NO_CONVERT)


def code(notebook: NotebookNode) -> list[str]:
    return [cell.source for cell in notebook.cells if cell.cell_type == "code"]


def roles(cell: NotebookNode) -> tuple[bool, bool]:
    """Whether a cell is graded and whether the student writes in it."""
    meta = cell.metadata.get("nbgrader", {})
    return bool(meta.get("grade")), bool(meta.get("solution"))


# Run as it comes


@pytest.fixture(scope="module")
def untouched(sandbox: Sandbox) -> Callable[[str], Result]:
    """Hand in an assignment's student notebooks as they come; each only once."""

    @cache
    def run(assignment: str) -> Result:
        plan = blueprint(assignment)
        files = {f"{name}.ipynb": part.content for name, part in plan.notebooks.items()}
        return grade(plan, Submission("nadie", assignment, files), 3, sandbox)

    return run


def ran(result: Result) -> list[NotebookNode]:
    """The notebooks of a result, executed."""
    return [
        nbformat.reads(text.decode(), nbformat.NO_CONVERT) for text in result.notebooks.values()
    ]


@every_graded
def test_untouched_it_gets_zero_and_says_that_it_is_not_done(
    assignment: Assignment, untouched: Callable
) -> None:
    result = untouched(assignment.name)
    assert result.score == 0
    told = [verdict for verdict in result.checks if verdict.status == "failed"]
    assert any("odavía no" in verdict.message for verdict in told)
    assert not any("Traceback" in verdict.message for verdict in told)


@every_graded
def test_untouched_it_fails_only_where_the_student_has_to_work(
    assignment: Assignment, untouched: Callable
) -> None:
    errors = [each for notebook in ran(untouched(assignment.name)) for each in raised(notebook)]
    assert any(output.evalue.startswith(STUB) for _, output in errors)
    unexpected = [
        f"{cell.id}: {output.ename}: {output.evalue}"
        for cell, output in errors
        if output.ename != "NotImplementedError"
        and not (output.ename == "AssertionError" and roles(cell) == (True, False))
    ]
    assert unexpected == []


@every_graded
def test_untouched_no_self_check_says_that_it_is_right(
    assignment: Assignment, untouched: Callable
) -> None:
    cells = [cell for notebook in ran(untouched(assignment.name)) for cell in notebook.cells]
    self_checks = [cell for cell in cells if roles(cell) == (True, False)]
    assert self_checks
    assert [cell.id for cell in self_checks if not list(raised_in(cell))] == []


def test_the_class_is_released_with_all_its_code() -> None:
    (lesson,) = [each for each in COURSE.assignments if not each.graded]
    for name in lesson.notebooks:
        assert code(read(lesson.released(name))) == code(read(lesson.solution(name)))


def raised(notebook: NotebookNode) -> Iterator[tuple[NotebookNode, NotebookNode]]:
    return ((cell, output) for cell in notebook.cells for output in raised_in(cell))


def raised_in(cell: NotebookNode) -> Iterator[NotebookNode]:
    return (each for each in cell.get("outputs", ()) if each.output_type == "error")


# Nothing leaks


@pytest.fixture(scope="module")
def released() -> dict[Path, str]:
    """The text of every file under the release folder: of a notebook, that of its cells."""
    return {path: _text(path) for path in _committed(COURSE.release_dir)}


def _committed(folder: Path) -> list[Path]:
    """Files of a folder that are in git, or all of them where there is no git."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z", "--", "."]
    listed = subprocess.run(command, cwd=folder, capture_output=True, text=True)
    if listed.returncode:
        return [path for path in folder.rglob("*") if path.is_file()]
    names = filter(None, listed.stdout.split("\0"))
    return [path for name in names if (path := folder / name).is_file()]


def _text(path: Path) -> str:
    if path.suffix == ".ipynb":
        return "\n".join(cell.source for cell in read(path).cells)
    return path.read_text(encoding="utf-8")


def of(assignment: Assignment, released: dict[Path, str]) -> str:
    parts = [text for path, text in released.items() if path.is_relative_to(assignment.release_dir)]
    assert len(parts) >= len(assignment.notebooks)
    return "\n".join(parts)


def lines(text: str, at_least: int) -> set[str]:
    stripped = (line.strip() for line in text.splitlines())
    return {line for line in stripped if len(line) >= at_least}


@every_graded
def test_no_line_of_a_solution_is_released(
    assignment: Assignment, released: dict[Path, str]
) -> None:
    ours, shown = set(), set()
    for name in assignment.notebooks:
        for cell in jupytext.read(assignment.script(name), fmt="py:percent").cells:
            if cell.cell_type == "code":
                ours |= lines("\n".join(REGION.findall(cell.source)), at_least=12)
                shown |= lines(REGION.sub("", cell.source), at_least=12)
    assert ours
    assert sorted((ours - shown) & lines(of(assignment, released), at_least=12)) == []


@every_graded
def test_no_model_answer_is_released(assignment: Assignment, released: dict[Path, str]) -> None:
    cells = [
        cell for name in assignment.notebooks for cell in read(assignment.solution(name)).cells
    ]
    answers = [cell for cell in cells if cell.cell_type == "markdown" and roles(cell)[1]]
    asked = {line for cell in cells if cell not in answers for line in lines(cell.source, 25)}
    ours = {line for cell in answers for line in lines(cell.source, 25)} - asked
    assert answers and ours
    kept = ours & lines(of(assignment, released), 25)
    assert sorted(kept) == []


@every_graded
def test_no_check_is_named_in_what_is_released(
    assignment: Assignment, released: dict[Path, str]
) -> None:
    names = [check.id for check in checks_of(checks(assignment.name))]
    everything = "\n".join(released.values())
    assert [name for name in names if re.search(rf"\b{name}\b", everything)] == []


def test_no_solution_marker_and_no_word_of_the_grader_is_released(
    released: dict[Path, str],
) -> None:
    for path, text in released.items():
        assert not re.search(r"(BEGIN|END) (SOLUTION|HIDDEN)|\bautograder\b", text), path


def test_no_reference_card_is_released(released: dict[Path, str]) -> None:
    cards = [path for assignment in COURSE.assignments for path in assignment.references]
    assert cards
    common = lines(TEMPLATE.read_text(encoding="utf-8"), 40)
    ours = {line for card in cards for line in lines(card.read_text("utf-8"), 40)} - common
    assert not {path.name for path in cards} & {path.name for path in released}
    assert [path for path, text in released.items() if ours & lines(text, 40)] == []


@every_assignment
def test_a_released_notebook_has_no_output(assignment: Assignment) -> None:
    for name in assignment.notebooks:
        cells = read(assignment.released(name)).cells
        assert [
            cell.id for cell in cells if cell.get("outputs") or cell.get("execution_count")
        ] == []
