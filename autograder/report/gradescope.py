"""One submission as the ``results.json`` that a Gradescope autograder writes.

Its fields: https://gradescope-autograders.readthedocs.io/en/latest/specs/#output-format
"""

from __future__ import annotations

from autograder.messages import gettext
from autograder.records import to_json
from autograder.report.graded import Graded, automatic, pending, remark


def results_json(graded: Graded) -> str:
    """The file's text: a test a check, the mark, what is said beside it."""
    record, mark = graded.record, graded.mark
    tests = [
        {
            "name": verdict.title,
            "number": str(number),
            "score": verdict.points,
            "max_score": verdict.max_points,
            "status": "passed" if verdict.passed else "failed",
            "output": "\n".join(part for part in (verdict.message, verdict.hint) if part),
            "output_format": "text",
            "visibility": "visible",
        }
        for number, verdict in enumerate(record.checks, start=1)
    ]
    content = {
        "score": mark.total,
        "execution_time": record.seconds,
        "output": _summary(graded),
        "output_format": "text",
        "visibility": "visible",
        "stdout_visibility": "hidden",
        "tests": tests,
    }
    return to_json(content)


def _summary(graded: Graded) -> str:
    parts = [automatic(graded.record)]
    if graded.mark.pending:
        parts.append(pending(graded.mark.pending))
    if graded.record.manual_points and not graded.mark.pending:
        by_hand = gettext("Points that a person gave: {points}.")
        parts.append(by_hand.format(points=f"{graded.mark.by_hand:g}"))
    parts += [remark(cell) for cell in graded.mark.cells if cell.comment]
    return "\n".join(parts)
