"""Checks of the demo assignment: what the engine's tests grade instead of the class."""

from numpy.random import Generator

from autograder.checking import Student, check, expect


@check("cuadrado-autotest", points=2)
def squares_every_element(student: Student, rng: Generator) -> None:
    """Eleva al cuadrado cada elemento."""
    numbers = rng.normal(size=5)
    expect(student.call("cuadrado", numbers)).to_be_close(
        numbers**2, expected="el cuadrado de cada número", hint="Usá `x ** 2`."
    )


@check("cuadrado-autotest", points=1, needs=squares_every_element)
def squares_a_single_number(student: Student, rng: Generator) -> None:
    """También sirve con un solo número."""
    expect(student.call("cuadrado", 3)).to_be_close(9, expected="9")


@check("nota-autotest", points=2, criterion=True)
def writes_the_note(student: Student, rng: Generator) -> None:
    """`nota.md` tiene contenido."""
    expect(student.file("nota.md") or b"").to_equal(b"hola\n", expected="una nota con contenido")
