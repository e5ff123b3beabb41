"""Tables as spreadsheets write them: CSV with any separator, in the encodings that they use.

A Spanish Excel writes ``;`` and cp1252 (or UTF-16 with tabs, as *Unicode text*); Moodle and Canvas
write commas and UTF-8, with or without a byte order mark.
"""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from dataclasses import dataclass
from pathlib import Path

from autograder import UserError

SEPARATORS = ",;\t|"
LARGEST = 32 * 2**20
BYTE_ORDER_MARKS = {
    b"\xef\xbb\xbf": "utf-8-sig",
    b"\xff\xfe": "utf-16",
    b"\xfe\xff": "utf-16",
}
DECLARED = re.compile(r"sep=(.)\r?\n")  # Excel's own first line


class TableError(UserError):
    """A table cannot be read; the message names the file and what to do."""


@dataclass(frozen=True)
class Table:
    """The rows of a CSV file; every row is as long as the header."""

    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def read_table(path: Path) -> Table:
    """Read a CSV file. Raises TableError."""
    try:
        content = path.read_bytes() if path.stat().st_size <= LARGEST else None
    except OSError:
        raise TableError(f"{path} cannot be read: see that it is a file, and yours") from None
    if content is None or content.startswith((b"PK", b"\xd0\xcf\x11\xe0")):
        raise TableError(f"{path} is not a CSV file: save it as CSV from the spreadsheet")
    return parse_table(_decoded(content), str(path))


def parse_table(text: str, name: str) -> Table:
    """The table in ``text``; ``name`` is for messages. Raises TableError."""
    declared = DECLARED.match(text)
    if declared:
        text = text[declared.end() :]
    separator = declared.group(1) if declared else _separator(text)
    try:
        lines = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=False)
        rows = [tuple(value.strip() for value in row) for row in lines if any(row)]
    except csv.Error:
        raise TableError(f"{name} is not a CSV file: save it as CSV from the spreadsheet") from None
    if not rows:
        raise TableError(f"{name} is empty: its first row names the columns")
    header = rows[0]
    width = len(header)
    return Table(header, tuple((*row, *[""] * width)[:width] for row in rows[1:]))


def _decoded(content: bytes) -> str:
    """The text of a file: what its mark says, else UTF-8, else a Spanish Windows's cp1252."""
    for mark, encoding in BYTE_ORDER_MARKS.items():
        if content.startswith(mark):
            return content.decode(encoding, "replace").replace("\0", "")
    if content[1:2] == b"\0":
        return content.decode("utf-16-le", "replace")
    try:
        return content.decode("utf-8").replace("\0", "")
    except UnicodeDecodeError:
        return content.decode("cp1252", "replace").replace("\0", "")


def _separator(text: str) -> str:
    """The separator of a table: the commonest in its first line, outside quotes."""
    first = re.sub(r'"[^"]*"', "", text.lstrip().partition("\n")[0])
    return max(SEPARATORS, key=first.count)


def plain_words(text: str) -> str:
    """``text`` for comparing: in lower case, without accents, its letters and digits in words.

    Example:
        >>> plain_words("  Naïve (Bayes)")
        'naive bayes'
    """
    split = unicodedata.normalize("NFKD", text.casefold())
    plain = "".join(char for char in split if not unicodedata.combining(char))
    return " ".join(re.findall(r"[^\W_]+", plain))
