"""A CSV file that another system or a spreadsheet wrote, changed cell by cell and kept as it came.

Encoding, byte order mark, separator, quotes and line ends stay; a row that is not changed is the
same bytes. Excel in Spanish saves ";" and cp1252, "Unicode text" is UTF-16 with tabs.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from autograder import UserError

SEPARATORS = {",": "comma", ";": "semicolon", "\t": "tab"}
MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
#: Tried in this order where no mark says it; the last can read anything.
ENCODINGS = ("utf-8", "cp1252", "latin-1")
#: What people, and the forms of these systems, call them.
ENCODING_NAMES = {"cp1252": "Windows-1252", "utf-16-le": "UTF-16LE", "utf-16-be": "UTF-16BE"}
BYTES = 20_000_000
DECIMAL_COMMA = re.compile(r"\d+,\d+")
NUMBER = re.compile(r"\d+(\.\d+)?")


class SheetError(UserError):
    """The file cannot be used as a table; the message names it and says what to do."""


@dataclass
class Sheet:
    """Rows of fields, each as it is written in the file, quotes included."""

    path: Path
    mark: bytes
    encoding: str
    separator: str
    rows: list[list[str]] = field(default_factory=list)
    ends: list[str] = field(default_factory=list)

    @classmethod
    def read(cls, path: Path) -> Sheet:
        """Raises SheetError: there is no such file, it is no text, or has no columns."""
        try:
            content = path.read_bytes()
        except OSError:
            raise SheetError(f"{path} cannot be read: is it there, and a file?") from None
        if content[:4] == b"PK\3\4":
            raise SheetError(f"{path} is a workbook: save it as CSV, and give that file")
        if len(content) > BYTES:
            raise SheetError(f"{path} is too large for a table of marks")
        mark, encoding = _encoding(content)
        try:
            text = content[len(mark) :].decode(encoding)
        except UnicodeDecodeError:
            raise SheetError(f"{path} is cut short or damaged: download it again") from None
        if "\0" in text:
            raise SheetError(f"{path} is no text: save it as CSV, and give that file")
        return cls._split(path, mark, encoding, text)

    @classmethod
    def _split(cls, path: Path, mark: bytes, encoding: str, text: str) -> Sheet:
        tries = [cls(path, mark, encoding, separator) for separator in SEPARATORS]
        best = max(tries, key=lambda sheet: len(next(sheet._records(text), ([""], ""))[0]))
        for fields, end in best._records(text):
            best.rows.append(fields)
            best.ends.append(end)
        if not best.rows or len(best.rows[0]) < 2:
            raise SheetError(f"{path} has no columns: is it the file that the platform gave?")
        return best

    def _records(self, text: str) -> Iterator[tuple[list[str], str]]:
        """The fields of each record and its line end. A quote that never closes is a character."""
        plain = rf"[^{self.separator}\r\n]*"
        one = re.compile(rf'(?P<field>"[^"]*(?:""[^"]*)*"{plain}|{plain})(?P<end>\r\n|\r|\n|.|\Z)')
        fields: list[str] = []
        position = 0
        while position < len(text):
            found = one.match(text, position)
            assert found is not None  # the pattern can match nothing
            fields.append(found["field"])
            position = found.end()
            if found["end"] != self.separator:
                yield fields, found["end"]
                fields = []
        if fields:
            yield [*fields, ""], ""

    @property
    def header(self) -> list[str]:
        """The names of the columns."""
        return [self.cell(0, column) for column in range(len(self.rows[0]))]

    def cell(self, row: int, column: int) -> str:
        """A cell's text; empty where the row is shorter."""
        fields = self.rows[row]
        raw = fields[column].strip() if column < len(fields) else ""
        if len(raw) > 1 and raw[0] == raw[-1] == '"':
            return raw[1:-1].replace('""', '"').strip()
        return raw

    def column(self, column: int) -> list[str]:
        """The texts of a column below its header."""
        return [self.cell(row, column) for row in range(1, len(self.rows))]

    def set(self, row: int, column: int, text: str) -> None:
        """Write a cell, in quotes where it needs them; a row that is too short is completed."""
        fields = self.rows[row]
        fields += [""] * (len(self.rows[0]) - len(fields))
        needs_quotes = re.search(rf'[{self.separator}"\r\n]|^\s|\s$', text)
        fields[column] = '"' + text.replace('"', '""') + '"' if needs_quotes else text

    def content(self) -> bytes:
        """The file. What its encoding has no character for is written as HTML writes it."""
        lines = zip(self.rows, self.ends, strict=True)
        text = "".join(self.separator.join(fields) + end for fields, end in lines)
        return self.mark + text.encode(self.encoding, "xmlcharrefreplace")

    @property
    def decimal(self) -> str:
        """The decimal sign of its numbers: a comma where any is written with one."""
        cells = (self.cell(row, column) for row, column in self._places())
        return "," if any(DECIMAL_COMMA.fullmatch(cell) for cell in cells) else "."

    def _places(self) -> Iterator[tuple[int, int]]:
        for row, fields in enumerate(self.rows):
            for column in range(len(fields)):
                yield row, column

    @property
    def described(self) -> str:
        """Encoding and separator, in the words of the forms that ask for them."""
        encoding = ENCODING_NAMES.get(self.encoding, self.encoding.upper())
        return f"encoding {encoding}, separator {SEPARATORS[self.separator]}"


def _encoding(content: bytes) -> tuple[bytes, str]:
    """The byte order mark and the encoding. UTF-16 without a mark has a zero in every comma."""
    for mark, encoding in MARKS:
        if content.startswith(mark):
            return mark, encoding
    if b"\0" in content[:200]:
        return b"", "utf-16-be" if content[:1] == b"\0" else "utf-16-le"
    return b"", next(encoding for encoding in ENCODINGS if _can_read(content, encoding))


def _can_read(content: bytes, encoding: str) -> bool:
    try:
        content.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True


def number_of(text: str) -> float | None:
    """A number as people and spreadsheets write it, with a point or a comma; None if it is none."""
    plain = re.sub(r"[\s\u00a0\u202f]", "", text).replace(",", ".")
    return float(plain) if NUMBER.fullmatch(plain) else None


def as_number(value: float, decimal: str = ".") -> str:
    """A number without zeros that say nothing, never in powers of ten."""
    text = f"{value:.5f}".rstrip("0").rstrip(".")
    return text.replace(".", decimal)
