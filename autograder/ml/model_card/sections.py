"""The seven sections: their names in Spanish and English, and what stands under each."""

from __future__ import annotations

SECTIONS: dict[str, str] = {
    "model_details": "Model details",
    "intended_use": "Intended use",
    "training_data": "Training data",
    "evaluation_data": "Evaluation data",
    "metrics": "Metrics",
    "ethical_considerations": "Ethical considerations",
    "caveats": "Caveats and recommendations",
}
"""Stable key → English name, in the template's order. `section_title` says it in the language in
use."""


def section_title(key: str) -> str:
    """The heading of a section in the language in use. Raises KeyError for an unknown key."""
    raise NotImplementedError
