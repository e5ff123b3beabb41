"""Checks of the demo assignment: ``demo_course`` writes this file into its solutions folder."""

from numpy.random import Generator

from autograder.checking import Student, check, expect


@check("square-test", points=2)
def squares_every_element(student: Student, rng: Generator) -> None:
    """It squares every element."""
    numbers = rng.normal(size=5)
    expect(student.call("square", numbers)).to_be_close(
        numbers**2, expected="the square of each number", hint="Use `x ** 2`."
    )


@check("square-test", points=1, needs=squares_every_element)
def squares_a_single_number(student: Student, rng: Generator) -> None:
    """It takes a single number too."""
    expect(student.call("square", 3)).to_be_close(9, expected="9")


@check("note-test", points=2, criterion=True)
def writes_the_note(student: Student, rng: Generator) -> None:
    """`note.md` has something in it."""
    expect(student.file("note.md") or b"").to_equal(b"hello\n", expected="a note with content")
