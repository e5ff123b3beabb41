"""The course of the corpus: an assignment that asks for a file, and one of two notebooks."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import demo_course as demo

CARD = b"a card\n"
#: The automatic points of ``demo``; a person gives one more.
FULL = 6.0
CHECKS = b"""\
from autograder.checking import check, expect

@check("square-test", points=3)
def squares(student, rng):
    '''It squares.'''
    expect(student.call("square", 3)).to_be_close(9)

@check("note-test", points=2)
def writes(student, rng):
    '''It writes a note.'''
    expect(student.file("note.md")).to_equal(b"hello")

@check("card-test", points=1)
def has_a_card(student, rng):
    '''There is a card.'''
    expect(student.file("CARD.md")).to_equal(b"a card\\n")
"""
PAIR_CHECKS = b"""\
from autograder.checking import check, expect

@check("first-test", points=1)
def first(student, rng):
    '''The first.'''
    expect(student.value("first")).to_be_close(1)

@check("second-test", points=1)
def second(student, rng):
    '''The second.'''
    expect(student.value("second")).to_be_close(2)
"""
TESTS = {"grade": True, "locked": True}
ANSWERS = {
    "square": "def square(x):\n    return x ** 2",
    "why": "Because the mean moved.",
    "note": "open('note.md', 'w').write('hello')",
}


def released() -> dict[str, Any]:
    """What students of ``demo`` get."""
    return demo.notebook(
        demo.cell("# A notebook with everything in it", kind="markdown"),
        demo.cell("import math  # given to students", "imports", locked=True),
        demo.cell("def square(x):\n    raise NotImplementedError", "square", solution=True),
        demo.cell("assert square(2) == 4\nprint('well')", "square-test", points=3, **TESTS),
        demo.cell("Why did it move? Answer below.", kind="markdown"),
        demo.cell("*Write here.*", "why", "markdown", grade=True, solution=True, points=1),
        demo.cell("Now write a note to a file.", kind="markdown"),
        demo.cell("raise NotImplementedError('note')", "note", solution=True),
        demo.cell("assert open('note.md').read()", "note-test", points=2, **TESTS),
        demo.cell("assert open('CARD.md').read()", "card-test", points=1, **TESTS),
    )


def answered(**changes: str | None) -> dict[str, Any]:
    """``demo`` with right answers, or these ones; None leaves one as it was released."""
    made = released()
    for cell in made["cells"]:
        name = cell["metadata"].get("nbgrader", {}).get("grade_id")
        text = {**ANSWERS, **changes}.get(name)
        if text is not None:
            cell["source"] = text
    return made


def pair(answers: bool = True) -> list[dict[str, Any]]:
    """The two notebooks of ``pair``, answered or as released."""
    return [
        demo.notebook(
            demo.cell(f"# The {name} of two notebooks", kind="markdown"),
            demo.cell(
                f"{name} = {value}" if answers else f"{name} = ...",
                name,
                solution=True,
            ),
            demo.cell(f"assert {name} == {value}", f"{name}-test", points=1, **TESTS),
        )
        for value, name in enumerate(("first", "second"), start=1)
    ]


def other() -> dict[str, Any]:
    """A notebook of the other assignment."""
    return pair()[0]


def as_bytes(made: dict[str, Any]) -> bytes:
    return json.dumps(made).encode()


def make(root: Path) -> None:
    """Write the course below ``root``."""
    demo.write(root / "nbgrader_config.py", demo.CONFIG)
    demo.write(root / "solutions/demo/checks.py", CHECKS)
    demo.write(root / "solutions/demo/demo.ipynb", as_bytes(answered()))
    demo.write(root / "notebooks/demo/demo.ipynb", as_bytes(released()))
    demo.write(root / "solutions/pair/checks.py", PAIR_CHECKS)
    for name, right, given in zip(("first", "second"), pair(), pair(answers=False), strict=True):
        demo.write(root / f"solutions/pair/{name}.ipynb", as_bytes(right))
        demo.write(root / f"notebooks/pair/{name}.ipynb", as_bytes(given))
