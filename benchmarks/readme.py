"""Measured figures go into the READMEs between markers, never by hand."""

from __future__ import annotations

from pathlib import Path

from autograder.truth.table import write_block as write_block_of

ROOT = Path(__file__).resolve().parents[1]
READMES = ("README.md", "README.es.md")


def write_block(name: str, text: str) -> None:
    """Replace what stands between ``<!-- name: begin -->`` and its end in each README."""
    for readme in READMES:
        write_block_of(ROOT / readme, name, text)
