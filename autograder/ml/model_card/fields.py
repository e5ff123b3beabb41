"""Declared fields: the labelled lines that a machine compares with the saved model and the data."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Declared:
    """What the fields should say; None: not checked.

    `algorithms`: class names of the saved model, its pipeline's steps included.
    """

    algorithms: tuple[str, ...] | None = None
    sklearn: str | None = None
    training_rows: int | None = None
    evaluation_rows: int | None = None
