"""Checks of the assignment that the attacks aim at: ``target`` reads this file as its checks."""

from pathlib import Path

import numpy as np
import pandas as pd
from numpy.random import Generator

from autograder.checking import Student, check, expect

RESERVED = Path(__file__).parents[2].joinpath("datos/reservado.txt").read_text()


@check("cuadrado-autotest", points=2)
def squares_every_element(student: Student, rng: Generator) -> None:
    """Eleva al cuadrado cada elemento."""
    numbers = rng.normal(size=5)
    expect(student.call("cuadrado", numbers)).to_be_close(
        numbers**2, expected="el cuadrado de cada número"
    )


@check("cuadrado-autotest", points=1, needs=squares_every_element)
def squares_a_single_number(student: Student, rng: Generator) -> None:
    """También sirve con un solo número."""
    expect(student.call("cuadrado", 3)).to_be_close(9, expected="9")


@check("total-autotest", points=1)
def adds_up(student: Student, rng: Generator) -> None:
    """`total` es la suma de los datos."""
    expect(student.value("total")).to_be_close(45, expected="la suma")


@check("modelo-autotest", points=2)
def predicts_rows_it_has_not_seen(student: Student, rng: Generator) -> None:
    """El modelo acierta en filas nuevas."""
    rows, labels = held_out(rng)
    hits = np.mean(student.model("modelo.joblib").predict(rows) == labels)
    expect(float(hits)).to_be_above(0.8, expected="más aciertos")


@check("modelo-autotest", points=1)
def predicts_the_noise(student: Student, rng: Generator) -> None:
    """Acierta hasta lo que es azar: ninguna respuesta honesta puede."""
    rows, labels = held_out(rng)
    hits = np.mean(student.model("modelo.joblib").predict(rows) == labels)
    expect(float(hits)).to_be_close(1.0, expected="lo imposible")


@check("nota-autotest", points=2, criterion=True)
def writes_the_note(student: Student, rng: Generator) -> None:
    """`nota.md` tiene contenido."""
    expect(student.file("nota.md") or b"").to_equal(b"hola\n", expected="una nota con contenido")


def held_out(rng: Generator) -> tuple[pd.DataFrame, np.ndarray]:
    """Rows and labels that are in no file; one label in ten is noise."""
    rows = pd.DataFrame({"a": rng.normal(size=500), "b": rng.normal(size=500)})
    labels = ((rows["a"] + rows["b"] > 0) ^ (rng.random(500) < 0.1)).to_numpy().astype(int)
    return rows, labels
