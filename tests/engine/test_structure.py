"""The picture of the engine's imports: no arrow upward, none to what only some courses need."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

import autograder

PACKAGE = Path(autograder.__file__).parent

#: From the ground up: a room imports from its own floor and from those below.
FLOORS = (
    ("", "messages", "cells", "sources", "engine", "scratch", "terminal", "text"),
    ("defaults", "settings", "sandbox"),
    ("assignment", "course", "records", "schema", "trial"),
    ("checking", "intake"),
    ("grading",),
    ("report", "authoring"),
    ("doctor", "nbgrader_plugin", "jupyter", "truth"),
    ("summaries", "cli"),
)
FLOOR = {room: number for number, rooms in enumerate(FLOORS) for room in rooms}
STATUSES = ("status", "isolation")
IN_TEMPLATE = re.compile(r"""\.(?:status|isolation) *[!=]= *["']""")
COURSE_WORDS = re.compile(
    r"\b(psi|mora|edad|homework|clase|snapshot1|titanic|model_card)\b", re.IGNORECASE
)


def modules() -> list[Path]:
    return sorted(path for path in PACKAGE.rglob("*.py"))


def room(dotted: str) -> str:
    """The room of a dotted name below ``autograder``; empty for the package itself."""
    steps = dotted.split(".")[1:2]
    inside = steps and ((PACKAGE / steps[0]).is_dir() or (PACKAGE / f"{steps[0]}.py").is_file())
    return steps[0] if inside else ""


def imported(path: Path) -> set[str]:
    """The rooms that a module imports from, inside functions and for types too."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found |= {f"{node.module}.{alias.name}" for alias in node.names}
    return {room(name) for name in found if name.partition(".")[0] == "autograder"}


def test_no_arrow_goes_up() -> None:
    upward = [
        f"{path.relative_to(PACKAGE)} imports {target}"
        for path in modules()
        if (own := path.relative_to(PACKAGE).parts[0].removesuffix(".py")) != "ml"
        for target in imported(path)
        if FLOOR[target] > FLOOR.get(own, 0)
    ]
    assert upward == []


def test_every_room_stands_on_a_floor() -> None:
    rooms = {path.relative_to(PACKAGE).parts[0].removesuffix(".py") for path in modules()}
    assert rooms - {"__init__", "ml"} <= FLOOR.keys()


def test_the_engine_never_imports_what_checks_of_some_courses_use() -> None:
    assert [path for path in modules() if "ml" not in path.parts and "ml" in imported(path)] == []


def test_no_status_is_compared_with_a_bare_string() -> None:
    """The enums of ``records`` and of ``sandbox.isolation`` say them, once."""
    bare = [
        f"{path.relative_to(PACKAGE)}:{node.lineno}: {ast.unparse(node)}"
        for path in modules()
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Compare)
        for one in [[node.left, *node.comparators]]
        if any(isinstance(each, ast.Attribute) and each.attr in STATUSES for each in one)
        and any(isinstance(each, ast.Constant) and isinstance(each.value, str) for each in one)
    ]
    templates = PACKAGE.joinpath("report/templates").rglob("*.j2")
    bare += [str(path) for path in templates if IN_TEMPLATE.search(path.read_text("utf-8"))]
    assert bare == []


@pytest.mark.parametrize("path", modules(), ids=lambda path: str(path.relative_to(PACKAGE)))
def test_the_engine_names_nothing_of_a_course(path: Path) -> None:
    if path.relative_to(PACKAGE).parts[0] != "ml":
        assert COURSE_WORDS.findall(path.read_text("utf-8")) == []
