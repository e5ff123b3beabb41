"""What was proved as a Markdown table, which a README may hold between two markers.

Only the rows of the assignments that were proved now are written anew.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from autograder import UserError

if TYPE_CHECKING:
    from autograder.truth.proof import Proof

BLOCK = "truth"
COLUMNS = (
    *("assignment", "checks", "right", "wrong", "mutants", "killed", "equivalent", "flaky"),
    *("seeds", "problems"),
)


class BlockError(UserError):
    """A file has no place for a table; the message says how to make one."""


def table(proofs: Iterable[Proof]) -> str:
    """A row for each proof, in Markdown."""
    return _joined({proof.assignment: _row(proof) for proof in proofs})


def updated(text: str, proofs: Iterable[Proof], assignments: Iterable[str]) -> str:
    """The table ``text`` with the rows of ``proofs`` in their place.

    ``assignments`` are those of the course, in order: rows of others are dropped.
    """
    rows = rows_of(text) | {proof.assignment: _row(proof) for proof in proofs}
    return _joined({name: rows[name] for name in assignments if name in rows})


def rows_of(text: str) -> dict[str, dict[str, str]]:
    """The rows of a table by their assignment, each as its cells by their column."""
    lines = (line.strip() for line in text.splitlines())
    rows = [[cell.strip() for cell in line[1:-1].split("|")] for line in lines if line[:1] == "|"]
    return {
        row[0]: dict(zip(COLUMNS, row, strict=True))
        for row in rows
        if len(row) == len(COLUMNS) and row[0] != COLUMNS[0] and row[0].strip("-:")
    }


def read_block(path: Path, name: str) -> str:
    """What stands between ``<!-- name: begin -->`` and ``<!-- name: end -->`` in a file.

    Raises:
        BlockError: the file cannot be read, or has no such markers.
    """
    return _split(path, name)[1]


def write_block(path: Path, name: str, text: str) -> None:
    """Replace what stands between those markers. Raises BlockError, as ``read_block``."""
    before, _, after = _split(path, name)
    path.write_text(f"{before}\n{text}\n{after}", encoding="utf-8")


def _split(path: Path, name: str) -> tuple[str, str, str]:
    """A file's text until a block's first marker, the block, and from the other marker on."""
    begin, end = f"<!-- {name}: begin -->", f"<!-- {name}: end -->"
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise BlockError(f"{path} cannot be read: {error}") from error
    before, first, rest = text.partition(begin)
    block, second, after = rest.partition(end)
    if not first or not second:
        raise BlockError(f"{path} has no place for the table: write the lines {begin} and {end}")
    return before + first, block, second + after


def _row(proof: Proof) -> dict[str, str]:
    with_mutants = proof.mutants is not None
    cells = (
        *(proof.assignment, len(proof.checks), proof.right, proof.wrong),
        *((proof.mutants, proof.killed, proof.equivalent) if with_mutants else ("–", "–", "–")),
        *(len(proof.flaky), proof.seeds, len(proof.problems)),
    )
    return dict(zip(COLUMNS, map(str, cells), strict=True))


def _joined(rows: Mapping[str, Mapping[str, str]]) -> str:
    lines = [COLUMNS, *(tuple(row.values()) for row in rows.values())]
    written = ["| " + " | ".join(cells) + " |" for cells in lines]
    return "\n".join([written[0], "|---" * len(COLUMNS) + "|", *written[1:]])
