"""Automatic mutants of the reference solutions: one small change each, made on the AST."""

from __future__ import annotations

import ast
import copy
import re
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

from IPython.core.inputtransformer2 import TransformerManager

from autograder.truth.answers import Answer
from autograder.truth.subject import Subject

REGION = re.compile(r"[ \t]*### BEGIN SOLUTION.*?### END SOLUTION", re.DOTALL)
COMPARISONS: dict[type[ast.cmpop], type[ast.cmpop]] = {
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
ARITHMETIC: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.Div,
    ast.Div: ast.Mult,
    ast.Pow: ast.Mult,
    ast.BitAnd: ast.BitOr,
    ast.BitOr: ast.BitAnd,
}
#: The line it is on, what changes, and the change itself (applied to a node of a copy).
Mutation = tuple[int, str, Callable[[Any], None]]


def mutants(subject: Subject) -> list[Answer]:
    """Every mutant of an assignment's solution cells; its name says cell, line and change."""
    made = []
    for cell in subject.cells:
        if cell.is_answer and cell.name:
            for change, source in _mutated(cell.source):
                name = f"{cell.name}: {change}"
                made.append(Answer(subject.name, name, name, {cell.name: source}))
    return made


def _mutated(source: str) -> Iterator[tuple[str, str]]:
    """(description, new source) for every change within the solution regions."""
    lines = _solution_lines(source)
    tree = _parse(source)
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


def _parse(source: str) -> ast.Module:
    """The tree of a cell; its magics become the calls that IPython makes of them."""
    try:
        return ast.parse(source)
    except SyntaxError:
        transformers = TransformerManager()
        return ast.parse(transformers.transform_cell(source))


def _solution_lines(source: str) -> set[int]:
    """The lines of the solution regions; all of them where none is marked, as nbgrader has it."""
    regions = list(REGION.finditer(source))
    if not regions:
        return set(range(1, source.count("\n") + 2))
    lines: set[int] = set()
    for match in regions:
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


def _operator(node: ast.expr, new: type[ast.AST]) -> Mutation:
    change = f"`{ast.unparse(node)}` with {new.__name__}"
    return node.lineno, change, lambda twin: setattr(twin, "op", new())


def _compare(node: ast.Compare) -> Iterator[Mutation]:
    for position, operator in enumerate(node.ops):
        new = COMPARISONS[type(operator)]

        def apply(twin: ast.Compare, position: int = position, new: type[ast.cmpop] = new) -> None:
            twin.ops[position] = new()

        yield node.lineno, f"`{ast.unparse(node)}` with {new.__name__}", apply


def _constant(node: ast.Constant) -> Iterator[Mutation]:
    value = node.value
    others: tuple[Any, ...] = ()
    if isinstance(value, bool):
        others = (not value,)
    elif isinstance(value, (int, float)):
        others = (value + 1, value * 2 if value else -1)
    for new in others:
        change = f"{value!r} as {new!r}"
        yield node.lineno, change, partial(_set_value, new)


def _set_value(new: Any, twin: ast.Constant) -> None:
    twin.value = new


def _drops(node: ast.AST) -> Iterator[Mutation]:
    """Drop one statement of a block."""
    for name in ("body", "orelse", "finalbody"):
        block = getattr(node, name, None)
        for position, statement in enumerate(block if isinstance(block, list) else []):
            if _is_docstring(statement):
                continue

            def apply(twin: ast.AST, name: str = name, position: int = position) -> None:
                getattr(twin, name)[position] = ast.Pass()

            first = ast.unparse(statement).splitlines()[0]
            yield statement.lineno, f"drop `{first[:70]}`", apply


def _is_docstring(statement: ast.stmt) -> bool:
    return isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)
