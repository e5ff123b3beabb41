"""``autograder card``: a command that the engine finds by its entry point."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from autograder import UserError


def card(
    path: Annotated[Path, typer.Argument(help="A model card in Markdown.")],
    as_json: Annotated[bool, typer.Option("--json", help="Print the assessment as JSON.")] = False,
) -> None:
    """Assess a model card: 0 complete, 1 not, with what is missing (in Spanish)."""
    from autograder.ml.model_card import CardError, assess_file, render, to_json

    try:
        assessment = assess_file(path)
    except CardError as error:
        raise UserError(str(error)) from error
    if as_json:
        typer.echo(json.dumps(to_json(assessment), ensure_ascii=False, indent=2))
    else:
        typer.echo(render(assessment, path))
    raise typer.Exit(0 if assessment.complete else 1)


card.epilog = "Example: autograder card MODEL_CARD.md"  # type: ignore[attr-defined]  # the help shows it
