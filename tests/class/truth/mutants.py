"""Automatic mutants of the reference solutions: one small change each, made on the AST."""

from __future__ import annotations

import ast
import copy
import json
import re
from collections.abc import Callable, Iterator

from autograder.course import Assignment
from truth.answers import Answer

REGION = re.compile(r"[ \t]*### BEGIN SOLUTION.*?### END SOLUTION", re.DOTALL)
COMPARISONS = {
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
}
ARITHMETIC = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.Div,
    ast.Div: ast.Mult,
    ast.Pow: ast.Mult,
    ast.BitAnd: ast.BitOr,
    ast.BitOr: ast.BitAnd,
}
#: The line it is on, what changes, and the change itself (applied to a copy of the tree).
Mutation = tuple[int, str, Callable[[ast.AST], None]]


def mutants(assignment: Assignment) -> list[Answer]:
    """Every mutant of an assignment's solution cells; its name says cell, line and change."""
    made = []
    for notebook in assignment.notebooks:
        content = json.loads(assignment.solution(notebook).read_text(encoding="utf-8"))
        for cell in content["cells"]:
            nbgrader = cell["metadata"].get("nbgrader", {})
            if cell["cell_type"] == "code" and nbgrader.get("solution"):
                source = "".join(cell["source"])
                for name, changed in _mutated(source):
                    label = f"{nbgrader['grade_id']}: {name}"
                    cells = {nbgrader["grade_id"]: changed}
                    made.append(Answer(assignment.name, label, label, cells, loses=("any",)))
    return made


def _mutated(source: str) -> Iterator[tuple[str, str]]:
    """(description, new source) for every change within the solution regions."""
    lines = _solution_lines(source)
    tree = ast.parse(source)
    seen: set[str] = {ast.unparse(tree)}
    for index, node in enumerate(ast.walk(tree)):
        for line, change, apply in [*_changes(node), *_drops(node)]:
            if line not in lines:
                continue
            twin = copy.deepcopy(tree)
            apply(list(ast.walk(twin))[index])
            text = ast.unparse(ast.fix_missing_locations(twin))
            if text not in seen:
                seen.add(text)
                yield f"line {line}: {change}", text


def _solution_lines(source: str) -> set[int]:
    lines: set[int] = set()
    for match in REGION.finditer(source):
        first = source.count("\n", 0, match.start()) + 1
        lines |= set(range(first, first + match.group().count("\n") + 1))
    return lines


def _changes(node: ast.AST) -> Iterator[Mutation]:
    """Changes of an expression."""
    if isinstance(node, ast.Compare):
        yield from _compare(node)
    elif isinstance(node, ast.BinOp) and type(node.op) in ARITHMETIC:
        yield _operator(node, ARITHMETIC[type(node.op)])
    elif isinstance(node, ast.BoolOp):
        yield _operator(node, ast.Or if isinstance(node.op, ast.And) else ast.And)
    elif isinstance(node, ast.Constant):
        yield from _constant(node)
    elif isinstance(node, ast.UnaryOp) and isinstance(node.op, (ast.USub, ast.Not, ast.Invert)):
        yield _operator(node, ast.UAdd)


def _operator(node: ast.AST, new: type[ast.AST]) -> Mutation:
    change = f"`{ast.unparse(node)}` with {new.__name__}"
    return node.lineno, change, lambda twin: setattr(twin, "op", new())


def _compare(node: ast.Compare) -> Iterator[Mutation]:
    for position, operator in enumerate(node.ops):
        new = COMPARISONS[type(operator)]

        def apply(twin, position=position, new=new):
            twin.ops[position] = new()

        yield node.lineno, f"`{ast.unparse(node)}` with {new.__name__}", apply


def _constant(node: ast.Constant) -> Iterator[Mutation]:
    value = node.value
    others: tuple = ()
    if isinstance(value, bool):
        others = (not value,)
    elif isinstance(value, (int, float)):
        others = (value + 1, value * 2 if value else -1)
    for new in others:
        change = f"{value!r} as {new!r}"
        yield node.lineno, change, lambda twin, new=new: setattr(twin, "value", new)


def _drops(node: ast.AST) -> Iterator[Mutation]:
    """Drop one statement of a block."""
    for name in ("body", "orelse", "finalbody"):
        block = getattr(node, name, None)
        for position, statement in enumerate(block if isinstance(block, list) else []):
            if _is_docstring(statement):
                continue

            def apply(twin, name=name, position=position):
                getattr(twin, name)[position] = ast.Pass()

            first = ast.unparse(statement).splitlines()[0]
            yield statement.lineno, f"drop `{first[:70]}`", apply


def _is_docstring(statement: ast.stmt) -> bool:
    return isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)
