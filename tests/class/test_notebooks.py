"""The mechanical part of a notebook's quality, held over every notebook of the course."""

from __future__ import annotations

import ast
import io
import keyword
import re
import tokenize
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import nbformat
import pytest
from markdown_it import MarkdownIt
from markdown_it.token import Token
from nbformat import NotebookNode
from the_course import COURSE, checks

from autograder.assignment import Assignment
from autograder.authoring.normal_form import IGNORE_OUTPUT
from autograder.checking import checks_of

MARKDOWN = MarkdownIt("commonmark").enable("table")
FIRST_LINE = "# Imports y configuración inicial"

ENGLISH = re.compile(
    r"\b(the|and|with|for|this|these|that|is|are|was|were|your|you|from|which|have|has|will|would"
    r"|should|could|when|what|how|then|than|there|their|because|while|if|it|its|by|or|we|our|not"
    r"|but|please|click|answer|here|code|loss|score|average|features? of)\b",
    re.IGNORECASE,
)
TUTEO = re.compile(
    r"\b(tú|tienes|puedes|quieres|debes|eres|sabes|haces|vosotros|haz|recuerda que|ten en cuenta"
    r"|fíjate|asegúrate|ejecútalo)\b",
    re.IGNORECASE,
)
UNFINISHED = re.compile(r"\b(TODO|FIXME|XXX|TBD|HACK)\b")
KEYWORDS = re.compile(rf"\b({'|'.join(keyword.kwlist)})\b")
HEADER = re.compile(
    r"\*\*(?P<minutes>\d+) minutos(?: · (?P<points>\d+) puntos)?\*\*"
    r"(?: \((?P<auto>\d+) automáticos?(?: y (?P<manual>\d+) que corrige una persona)?\))?"
)


@dataclass(frozen=True)
class Notebook:
    """A notebook of the course: the executed solution and what a student opens."""

    assignment: Assignment
    name: str

    def __str__(self) -> str:
        return f"{self.assignment.name}/{self.name}"

    @property
    def solution(self) -> NotebookNode:
        return _read(self.assignment.solution(self.name))

    @property
    def student(self) -> NotebookNode:
        return _read(self.assignment.released(self.name))

    @property
    def prose(self) -> str:
        return "\n\n".join(cell.source for cell in self.solution.cells if is_markdown(cell))

    @property
    def points(self) -> dict[str, float]:
        cells = [each for each in self.assignment.grade_cells if each.notebook == self.name]
        return {
            kind: sum(each.points for each in cells if each.kind == kind)
            for kind in ("autograded", "manual")
        }


@cache
def _read(path: Path) -> NotebookNode:
    return nbformat.read(path, as_version=nbformat.NO_CONVERT)


def is_markdown(cell: NotebookNode) -> bool:
    return cell.cell_type == "markdown"


def nbgrader(cell: NotebookNode) -> dict:
    return cell.metadata.get("nbgrader", {})


def is_stub(cell: NotebookNode) -> bool:
    """Whether the student writes code here."""
    return cell.cell_type == "code" and bool(nbgrader(cell).get("solution"))


def is_self_check(cell: NotebookNode) -> bool:
    return bool(nbgrader(cell).get("grade")) and not nbgrader(cell).get("solution")


NOTEBOOKS = [Notebook(each, name) for each in COURSE.assignments for name in each.notebooks]
EXERCISES = [each for each in NOTEBOOKS if each.assignment.graded]
CLASSES = [each for each in NOTEBOOKS if not each.assignment.graded]
every_notebook = pytest.mark.parametrize("notebook", NOTEBOOKS, ids=str)
every_exercise = pytest.mark.parametrize("notebook", EXERCISES, ids=str)
every_class = pytest.mark.parametrize("notebook", CLASSES, ids=str)
every_graded = pytest.mark.parametrize("assignment", COURSE.graded, ids=lambda each: each.name)


def test_every_folder_of_the_sources_is_an_assignment_and_one_is_the_class() -> None:
    folders = sorted(path.parent.name for path in COURSE.source_dir.glob("*/checks.py"))
    assert [each.name for each in COURSE.graded] == folders
    assert [each.assignment.name for each in CLASSES] == [COURSE.course_id]


# What a notebook must have


@every_exercise
@pytest.mark.parametrize(
    "part",
    [
        r"\A# \S",
        r"^Al terminar vas a poder",
        r"^##+ .*ejemplo resuelto",
        r"\*\*Antes de correr, ¿qué esperás ver\?\*\*",
        r"^##+ .*[Ee]rror(es)? frecuentes?\b",
        r"^##+ .*Interpret[aá]",
        r"^## Para llevarte",
        r"^## Bonus",
    ],
)
def test_an_exercise_has_every_part_of_its_anatomy(notebook: Notebook, part: str) -> None:
    assert re.search(part, notebook.prose, re.MULTILINE | re.IGNORECASE), part


@every_exercise
def test_an_exercise_has_something_to_write_to_check_and_to_look_at(notebook: Notebook) -> None:
    cells = notebook.solution.cells
    assert any(map(is_stub, cells))
    assert any(map(is_self_check, cells))
    assert any("image/png" in output.get("data", {}) for output in outputs(cells))
    assert any(is_markdown(cell) and nbgrader(cell).get("grade") for cell in cells)


@every_exercise
def test_an_exercise_states_its_minutes_and_its_points(notebook: Notebook) -> None:
    header = HEADER.search(notebook.solution.cells[0].source)
    assert header, "the first cell says **N minutos · M puntos** (A automáticos y B que …)"
    said = {key: float(value or 0) for key, value in header.groupdict().items()}
    points = notebook.points
    assert 10 <= said["minutes"] <= 180
    assert said["points"] == sum(points.values())
    assert (said["auto"], said["manual"]) == (points["autograded"], points["manual"])


@every_class
def test_the_minutes_of_a_class_add_up(notebook: Notebook) -> None:
    header = HEADER.search(notebook.solution.cells[0].source)
    assert header and int(header["minutes"]) == 60
    headings = re.findall(r"^## .*\((\d+) min\)$", notebook.prose, re.MULTILINE)
    assert sum(map(int, headings)) == 60


@every_notebook
@pytest.mark.parametrize(("column", "total"), [("minutos", "minutes"), ("puntos", "points")])
def test_tables_of_parts_add_up_to_what_the_header_says(
    notebook: Notebook, column: str, total: str
) -> None:
    header = HEADER.search(notebook.solution.cells[0].source)
    assert header
    opening = "\n\n".join(cell.source for cell in notebook.solution.cells[:2] if is_markdown(cell))
    for table in tables(opening):
        titles, *rows = table
        if column in titles:
            values = [row[titles.index(column)] for row in rows]
            numbers = [float(value) for value in values if re.fullmatch(r"\d+", value)]
            assert sum(numbers) == float(header[total])


@every_notebook
def test_the_first_code_cell_sets_things_up(notebook: Notebook) -> None:
    first = next(cell for cell in notebook.solution.cells if cell.cell_type == "code")
    assert first.source.splitlines()[0] == FIRST_LINE
    assert '"datasets"' in first.source and "parents" in first.source
    assert "estilo.mplstyle" in first.source


# How it is written


@every_notebook
def test_no_english_is_left_in_spanish_prose(notebook: Notebook) -> None:
    assert list(found(ENGLISH, notebook)) == []


@every_notebook
def test_students_are_addressed_with_voseo(notebook: Notebook) -> None:
    assert list(found(TUTEO, notebook)) == []


@every_notebook
def test_nothing_is_left_to_do(notebook: Notebook) -> None:
    assert list(found(UNFINISHED, notebook)) == []


@every_notebook
def test_relative_links_lead_somewhere(notebook: Notebook) -> None:
    folder = notebook.assignment.release_dir
    linked = [target for target in links(notebook.prose) if not re.match(r"\w+:|#", target)]
    assert [target for target in linked if not (folder / target.partition("#")[0]).exists()] == []


# What nbgrader needs


@every_graded
def test_grade_ids_are_unique_and_readable(assignment: Assignment) -> None:
    cells = [
        nbgrader(cell)
        for name in assignment.notebooks
        for cell in _read(assignment.solution(name)).cells
        if nbgrader(cell)
    ]
    ids = [cell["grade_id"] for cell in cells]
    assert len(set(ids)) == len(ids)
    assert [each for each in ids if not re.fullmatch(r"[a-z0-9][a-z0-9_-]{1,40}", each)] == []
    assert {cell["schema_version"] for cell in cells} == {3}


@every_exercise
def test_cells_play_one_role_each(notebook: Notebook) -> None:
    for cell in notebook.solution.cells:
        if meta := nbgrader(cell):
            where = meta["grade_id"]
            assert not meta["task"], where
            assert meta["locked"] == (not meta["solution"]), where
            assert meta["grade"] == ("points" in meta), where
            assert meta.get("points", 1) > 0, where
            assert not (meta["grade"] and meta["solution"]) or is_markdown(cell), where


@every_exercise
def test_a_stub_keeps_its_signature_and_docstring(notebook: Notebook) -> None:
    for cell in filter(is_stub, notebook.student.cells):
        assert "raise NotImplementedError(" in cell.source, cell.id
        functions = [node for node in ast.parse(cell.source).body if is_function(node)]
        assert [node.name for node in functions if not ast.get_docstring(node)] == [], cell.id


@every_exercise
def test_a_self_check_guides_and_hides_nothing(notebook: Notebook) -> None:
    for cell in filter(is_self_check, notebook.solution.cells):
        asserts = [node for node in ast.walk(ast.parse(cell.source)) if is_assert(node)]
        assert asserts and all(node.msg for node in asserts), f"{cell.id}: an assert says nothing"
        last = cell.source.rstrip().splitlines()[-1].strip()
        assert last.startswith("print(") and "✅" in last, cell.id
        assert "HIDDEN TESTS" not in cell.source and "autograder" not in cell.source, cell.id


@every_exercise
def test_with_the_solution_every_self_check_passes(notebook: Notebook) -> None:
    for cell in filter(is_self_check, notebook.solution.cells):
        assert "✅" in "".join(output.get("text", "") for output in cell.outputs), cell.id


@every_notebook
def test_a_solution_runs_without_errors_or_warnings(notebook: Notebook) -> None:
    """Cells that show an error on purpose catch it: nothing is left on stderr."""
    for cell in notebook.solution.cells:
        for output in outputs([cell]):
            assert output.output_type != "error", cell.source
            assert output.get("name") != "stderr", cell.source


@every_notebook
def test_few_cells_are_excused_from_reproducing_their_output(notebook: Notebook) -> None:
    excused = [
        cell for cell in notebook.solution.cells if IGNORE_OUTPUT in cell.metadata.get("tags", ())
    ]
    assert len(excused) <= 2


@every_graded
def test_the_checks_of_a_cell_give_its_points(assignment: Assignment) -> None:
    given: dict[str, float] = {}
    for check in checks_of(checks(assignment.name)):
        given[check.cell] = given.get(check.cell, 0) + check.points
    scored = [cell for cell in assignment.grade_cells if cell.kind == "autograded"]
    assert given == {cell.grade_id: cell.points for cell in scored}


def is_function(node: ast.AST) -> bool:
    return isinstance(node, ast.FunctionDef)


def is_assert(node: ast.AST) -> bool:
    return isinstance(node, ast.Assert)


def outputs(cells: list[NotebookNode]) -> Iterator[NotebookNode]:
    return (output for cell in cells for output in cell.get("outputs", ()))


# Reading what a person reads


def found(pattern: re.Pattern[str], notebook: Notebook) -> Iterator[str]:
    """Where a pattern occurs in what a person reads as Spanish."""
    for number, cell in enumerate(notebook.solution.cells, start=1):
        for text in spanish(cell):
            for match in pattern.finditer(text):
                around = text[max(0, match.start() - 30) : match.end() + 30]
                yield f"cell {number}: {match[0]!r} in «{around}»"


def spanish(cell: NotebookNode) -> Iterator[str]:
    """Prose, comments and messages of a cell; no code, no emphasis (titles, foreign terms)."""
    if is_markdown(cell):
        yield from prose(MARKDOWN.parse(cell.source))
    elif cell.cell_type == "code":
        yield from comments(cell.source)
        yield from messages(cell.source)


def prose(tokens: list[Token]) -> Iterator[str]:
    """Text of a Markdown document, outside code, links, emphasis and quotations."""
    for token in tokens:
        if token.type == "inline":
            yield quoted_out("".join(plain(token.children or [])))


def plain(tokens: list[Token]) -> Iterator[str]:
    skipping = 0
    for token in tokens:
        if token.type in ("em_open", "link_open"):
            skipping += 1
        elif token.type in ("em_close", "link_close"):
            skipping -= 1
        elif token.type == "text" and not skipping:
            yield token.content
        elif token.type in ("softbreak", "code_inline"):
            yield " "


def comments(code: str) -> Iterator[str]:
    lines = re.sub(r"^\s*[%!].*$", "", code, flags=re.MULTILINE)
    for token in tokenize.generate_tokens(io.StringIO(lines).readline):
        if token.type == tokenize.COMMENT:
            yield KEYWORDS.sub(" ", quoted_out(token.string))


def messages(code: str) -> Iterator[str]:
    """Strings of three words or more, outside f-string expressions, that are not code."""
    tree = ast.parse(re.sub(r"^\s*[%!].*$", "pass", code, flags=re.MULTILINE))
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            text = quoted_out(node.value)
            if len(text.split()) >= 3 and not is_code(node.value):
                yield text


def is_code(text: str) -> bool:
    return bool(re.search(r"^\s*(import|from) \w|^\s*(def|class) \w+\b.*:$", text, re.MULTILINE))


def quoted_out(text: str) -> str:
    """Without what stands in backquotes or in quotation marks: somebody else's words."""
    return re.sub(r"`[^`]*`|«[^»]*»|“[^”]*”|\"[^\"]*\"", " ", text)


def tables(markdown: str) -> Iterator[list[list[str]]]:
    """Each table of a Markdown document: rows of cell texts."""
    rows: list[list[str]] = []
    for token in MARKDOWN.parse(markdown):
        if token.type == "table_open":
            rows = []
        elif token.type == "tr_open":
            rows.append([])
        elif token.type == "inline" and rows and token.level >= 4:
            rows[-1].append(token.content.strip(" *"))
        elif token.type == "table_close":
            yield rows


def links(markdown: str) -> Iterator[str]:
    for block in MARKDOWN.parse(markdown):
        for token in block.children or ():
            if target := token.attrGet("href") or token.attrGet("src"):
                yield str(target)
