"""An assessment for a terminal (one line per finding) and for a program (JSON)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from autograder.ml.model_card.assess import Assessment


def render(assessment: Assessment, path: str | Path) -> str:
    """Plain text in the language in use: each finding, the remarks, then the verdict."""
    raise NotImplementedError


def to_json(assessment: Assessment) -> dict[str, Any]:
    """The assessment as plain data, ready for `json.dumps`."""
    raise NotImplementedError
