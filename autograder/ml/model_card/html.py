"""The HTML that cards carry (tables, headings, paragraphs), read in linear time.

Cards paste HTML tables from notebooks. The standard parser is quadratic on malformed input and a
browser's parser loses the line numbers, so this reads only the tags that hold text and drops the
rest.
"""

from __future__ import annotations

import html
import re
from typing import Any

Piece = tuple[str, int, Any]
"""("text", line, str), ("h1"…"h6", line, str) or ("table", line, (header, rows))."""

_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]{0,10})(?=[\s/>])[^<>]*>")
_HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
_BREAKS = frozenset({"p", "div", "li", "ul", "ol", "br", "details", "summary", "section", "hr"})
_SILENT = frozenset({"script", "style", "template"})
_SPACES = re.compile(r"\s+")


def strip_comments(text: str) -> str:
    """Remove `<!-- … -->` (an unclosed one runs to the end); line breaks stay."""
    pieces, position = [], 0
    while (start := text.find("<!--", position)) >= 0:
        pieces.append(text[position:start])
        end = text.find("-->", start + 4)
        end = len(text) if end < 0 else end + 3
        pieces.append("\n" * text.count("\n", start, end))
        position = end
    pieces.append(text[position:])
    return "".join(pieces)


def _clean(text: str) -> str:
    return _SPACES.sub(" ", html.unescape(text)).strip()


class HtmlReader:
    """Feed it HTML blocks in order: a table may be cut by blank lines into several."""

    def __init__(self) -> None:
        self._pieces: list[Piece] = []
        self._text: list[str] = []
        self._line = 1
        self._heading = ""
        self._silent = ""
        self._table_line = 0
        self._rows: list[tuple[int, list[str], bool]] = []

    @property
    def in_table(self) -> bool:
        """Whether a table is open: Markdown takes its indented rows for code."""
        return bool(self._table_line)

    def feed(self, content: str, line: int) -> list[Piece]:
        """Pieces that are complete after `content`, whose first line is `line`."""
        content = strip_comments(content)
        position = 0
        for tag in _TAG.finditer(content):
            before = content[position : tag.start()]
            self._words(before, line)
            line += before.count("\n")
            self._tag(tag.group(2).lower(), bool(tag.group(1)), line)
            line += tag.group().count("\n")
            position = tag.end()
        self._words(content[position:], line)
        return self._take() if self._table_line else self._flush_and_take()

    def close(self) -> list[Piece]:
        """What was still open at the end of the card."""
        if self._table_line:
            self._end_table()
        return self._flush_and_take()

    def _words(self, text: str, line: int) -> None:
        if self._silent or not text:
            return
        if not self._text and text.strip():
            self._line = line + len(text[: len(text) - len(text.lstrip())].splitlines()) - 1
            self._line = max(self._line, line)
        self._text.append(text)

    def _tag(self, name: str, closing: bool, line: int) -> None:
        if name in _SILENT:
            self._silent = "" if closing else name
        elif name == "table":
            self._flush()
            if closing and self._table_line:
                self._end_table()
            elif not closing and not self._table_line:
                self._table_line = line
        elif self._table_line:
            self._table_tag(name, closing, line)
        elif name in _HEADINGS:
            self._flush()
            self._heading = "" if closing else name
        elif name in _BREAKS:
            self._flush()

    def _table_tag(self, name: str, closing: bool, line: int) -> None:
        if name in ("td", "th", "tr"):
            self._end_cell()
        if name == "tr" and not closing:
            self._rows.append((line, [], False))
        elif name in ("td", "th") and not closing:
            if not self._rows:
                self._rows.append((line, [], False))
            row_line, cells, head = self._rows[-1]
            cells.append("")
            self._rows[-1] = (row_line, cells, head or (name == "th" and len(cells) > 1))

    def _end_cell(self) -> None:
        if self._rows and self._rows[-1][1] and self._text:
            cells = self._rows[-1][1]
            cells[-1] = f"{cells[-1]} {_clean(''.join(self._text))}".strip()
        self._text.clear()

    def _end_table(self) -> None:
        self._end_cell()
        rows = [row for row in self._rows if row[1]]
        header: tuple[str, ...] = ()
        if rows and (rows[0][2] or not any(_has_digit(cell) for cell in rows[0][1])):
            header, rows = tuple(rows[0][1]), rows[1:]
        if header or rows:
            data = [(line, tuple(cells)) for line, cells, _ in rows]
            self._pieces.append(("table", self._table_line, (header, data)))
        self._table_line, self._rows = 0, []

    def _flush(self) -> None:
        text = _clean("".join(self._text))
        self._text.clear()
        if text and not self._table_line:
            self._pieces.append((self._heading or "text", self._line, text))

    def _flush_and_take(self) -> list[Piece]:
        self._flush()
        return self._take()

    def _take(self) -> list[Piece]:
        pieces, self._pieces = self._pieces, []
        return pieces


def _has_digit(text: str) -> bool:
    return any(char.isdigit() for char in text)
