"""An assessment for a terminal (Spanish, one line per finding) and for a program (JSON)."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Any

from autograder.ml.model_card.assess import Assessment
from autograder.ml.model_card.sections import SECTIONS

_MARKS = {"error": "✗", "warning": "!", "info": "·"}


def render(assessment: Assessment, path: str | Path) -> str:
    """Plain text: each finding with `path:line`, then the verdict in one line."""
    lines = []
    for finding in assessment.findings:
        mark = _MARKS[finding.severity]
        lines.append(f"{path}:{finding.line}: {mark} {finding.message} {finding.hint}")
    lines.append(_summary(assessment, path))
    return "\n".join(lines)


def _summary(assessment: Assessment, path: str | Path) -> str:
    real = sum(assessment.sections.values())
    if assessment.complete:
        return f"{path}: completa ({real} de {len(SECTIONS)} secciones)."
    errors = sum(finding.severity == "error" for finding in assessment.findings)
    things = "cosa" if errors == 1 else "cosas"
    return (
        f"{path}: incompleta: {real} de {len(SECTIONS)} secciones, {errors} {things} por resolver."
    )


def to_json(assessment: Assessment) -> dict[str, Any]:
    """The assessment as plain data, ready for `json.dumps`."""
    return asdict(assessment)
