"""An assessment for a terminal (one line per finding) and for a program (JSON)."""

from __future__ import annotations

import math
from dataclasses import asdict
from pathlib import Path
from typing import Any

from autograder.messages import gettext
from autograder.ml.model_card.assess import Assessment


def render(assessment: Assessment, path: str | Path) -> str:
    """Plain text in the language in use: each finding, the remarks, then the verdict."""
    lines = [
        f"{path}:{finding.line or 1}: {'·' if finding.is_remark else '✗'} {finding.message} "
        f"{finding.hint}"
        for finding in assessment.findings
    ]
    for remark in assessment.remarks:
        said = gettext("{number} stands in no table of metrics: nobody but a person checks it.")
        lines.append(f"{path}:{remark.line}: · {said.format(number=remark.number)}")
    verdict = gettext("complete") if assessment.complete else gettext("incomplete")
    return "\n".join([*lines, f"{path}: {verdict}."])


def to_json(assessment: Assessment) -> dict[str, Any]:
    """The assessment as plain data, ready for `json.dumps`: `complete`, `findings`, `evidence`,
    `remarks`, with the names of their classes' fields; a `value` that does not exist is "nan"."""
    found = {"complete": assessment.complete, **asdict(assessment)}
    for cell in found["evidence"]:
        if cell["value"] is not None and math.isnan(cell["value"]):
            cell["value"] = "nan"
    return found
