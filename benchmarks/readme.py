"""Measured figures go into the READMEs between markers, never by hand."""

from __future__ import annotations

from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
READMES = ("README.md", "README.es.md")


def write_block(name: str, text: str) -> None:
    """Replace what stands between ``<!-- name: begin -->`` and ``<!-- name: end -->``."""
    begin, end = f"<!-- {name}: begin -->", f"<!-- {name}: end -->"
    for readme in READMES:
        path = ROOT / readme
        before, _, rest = path.read_text(encoding="utf-8").partition(begin)
        _, _, after = rest.partition(end)
        path.write_text(f"{before}{begin}\n{text}\n{end}{after}", encoding="utf-8")
