"""``autograder truth``: proves a course's checks, and shows what was proved."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.markup import escape

from autograder import UserError
from autograder.terminal import (
    OK,
    PROBLEM,
    AssignmentOption,
    CourseOption,
    err,
    out,
    with_progress,
)
from autograder.text import printable

if TYPE_CHECKING:
    from autograder.truth.proof import Proof


def truth(
    assignment: AssignmentOption = None,
    seeds: Annotated[int, typer.Option(min=1, help="Seeds for each answer.")] = 200,
    no_mutants: Annotated[
        bool, typer.Option("--no-mutants", help="Leave out the mutants of the solutions.")
    ] = False,
    jobs: Annotated[int, typer.Option("--jobs", "-j", min=0, help="Workers; 0: a core each.")] = 0,
    write: Annotated[
        list[Path] | None,
        typer.Option(
            "--write",
            metavar="FILE",
            help="Update the rows of these assignments in the table that FILE has between "
            "`<!-- truth: begin -->` and `<!-- truth: end -->`; repeatable.",
        ),
    ] = None,
    course: CourseOption = None,
) -> None:
    """Prove the checks of a course with its answers: <source>/<assignment>/answers/.

    Right answers (answers/right/NAME.py) keep every point. Wrong ones (answers/wrong/NAME.py) lose
    exactly the checks that they say, and their students are told what they say. A wrong answer
    fails every check, every mutant of the solution loses a point or is explained in
    answers/equivalent.json, and no mark changes with the seed.

    A wrong answer is a file of comments and cells, each cell by its grade_id:

    \b
        # Adds instead of multiplying.
        # loses: agrees_with_the_definition
        # says: words of its message or hint
        # %% square
        def square(x):
            return x + x

    Answers run as you, not isolated. What was measured is kept in the course's .autograder_cache
    until the answer, or anything that judges it, changes.

    Ends 0 when all of that holds, 1 when something does not (each problem is a line), 2 for a
    wrong call.
    """
    from autograder.course import Course

    if not hasattr(os, "fork"):
        raise UserError("`autograder truth` needs a system with fork: Linux, macOS or WSL")
    from autograder.truth import proof, table

    where = Course.find(course)
    for path in write or ():
        table.read_block(path, table.BLOCK)  # before the work, not after it
    options = proof.Options(seeds, mutants=not no_mutants, jobs=jobs)
    names = tuple(dict.fromkeys(assignment or ()))
    proofs = with_progress("proving", lambda step: proof.prove(where, names, options, step))
    for each in proofs:
        _show(each)
    out.print(table.table(proofs), soft_wrap=True, markup=False)
    graded = [each.name for each in where.graded]
    for path in write or ():
        rows = table.updated(table.read_block(path, table.BLOCK), proofs, graded)
        table.write_block(path, table.BLOCK, rows)
    problems = [problem for each in proofs for problem in each.problems]
    for problem in problems:
        err.print(f"[bold red]problem[/]: {escape(printable(problem))}")
    raise typer.Exit(PROBLEM if problems else OK)


def _show(proof: Proof) -> None:
    """Each check of an assignment, and the wrong answers that fail it."""
    out.print(f"\n{escape(proof.assignment)}: each check, and the wrong answers that fail it")
    width = max((len(name) for name in proof.checks), default=0)
    for name in proof.checks:
        answers = ", ".join(sorted(proof.caught[name])) or "none"
        out.print(
            f"  {name:<{width}}  {len(proof.caught[name]):>3}  {escape(answers)}", soft_wrap=True
        )
    out.print()
