"""``autograder card``: a command that the engine finds by its entry point."""

from __future__ import annotations

import json
import locale
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from autograder import UserError
from autograder.messages import gettext, languages, using

if TYPE_CHECKING:
    from autograder.ml.model_card import Assessment

GROUPS = "grupos.toml"
EVIDENCE = "evidencia.csv"


def card(
    path: Annotated[Path, typer.Argument(help="A model card in Markdown.")],
    evidence: Annotated[
        Path | None,
        typer.Option(
            help=f"What the model said of each evaluation row [beside the card: {EVIDENCE}]."
        ),
    ] = None,
    language: Annotated[
        str | None, typer.Option(help="Of what is said [that of the card's headings].")
    ] = None,
    as_json: Annotated[
        bool,
        typer.Option(
            "--json", help="Print complete, findings, evidence, remarks and notices as JSON."
        ),
    ] = False,
) -> None:
    """Assess a model card: 0 complete, 1 not, with what is missing or not so.

    The names of columns and levels come from grupos.toml, and what is true from evidencia.csv,
    both beside the card.
    """
    from autograder.ml.model_card import render, to_json

    content = _read(path)
    try:
        with using(language or _language_of(content)):
            assessment, notices = _assess(content, path.parent, evidence)
            if as_json:
                found = {**to_json(assessment), "notices": notices}
                typer.echo(json.dumps(found, ensure_ascii=False, indent=2))
            else:
                typer.echo("\n".join([render(assessment, path), *notices]))
    except LookupError as error:
        raise UserError(str(error)) from error
    raise typer.Exit(0 if assessment.complete else 1)


def _read(path: Path) -> bytes:
    """The card's bytes, or as many as are enough to know that it is too long."""
    from autograder.ml.model_card.parse import MAX_CHARACTERS

    if not path.is_file():
        raise UserError(f"{path}: there is no such file; copy the template with that name")
    try:
        with path.open("rb") as file:
            return file.read(4 * MAX_CHARACTERS + 1)
    except OSError as error:
        raise UserError(f"{path}: {error.strerror}") from error


def _language_of(content: bytes) -> str:
    """The language that most of a card's headings are in, else the system's, else English."""
    from autograder.ml.model_card.sections import SECTIONS, section_title
    from autograder.ml.model_card.text import fold

    text = fold(content.decode("utf-8", errors="replace"))
    found = {}
    for language in languages():
        with using(language):
            found[language] = sum(fold(section_title(key)) in text for key in SECTIONS)
    system = (locale.getlocale()[0] or "")[:2]
    return max(found, key=lambda language: (found[language], language == system))


def _assess(content: bytes, folder: Path, evidence: Path | None) -> tuple[Assessment, list[str]]:
    """The assessment of a card, and what was not checked and why."""
    from autograder.ml.model_card import Declared, Groups, Truth, assess, read_aliases

    names, data = folder / GROUPS, evidence or folder / EVIDENCE
    truth, groups = None, Groups()
    try:
        if data.is_file() or evidence:
            truth = Truth.read(data, read_aliases(names) if names.is_file() else None)
            groups = truth.groups
        elif names.is_file():
            groups = Groups.read(names)
    except (OSError, ValueError) as error:
        raise UserError(str(error)) from error
    declared = Declared(evaluation_rows=truth.rows if truth else None)
    return assess(content, groups, truth, declared), list(_notices(truth is not None))


def _notices(has_truth: bool) -> Iterator[str]:
    if not has_truth:
        yield gettext(
            "The figures were not checked: there is no {name} beside the card. Run the notebook's "
            "cell that writes it."
        ).format(name=EVIDENCE)
    yield gettext(
        "The algorithm, the version and the rows of training are compared with the saved model "
        "when the card is graded."
    )


card.epilog = "Example: autograder card MODEL_CARD.md"  # type: ignore[attr-defined]  # the help shows it
