"""The HTML that cards carry, read in linear time: tables, headings, text, and what is hidden.

The standard library's parser is quadratic on malformed input and has no notion of what is seen.
"""

from __future__ import annotations

import html
import re

Piece = tuple[str, int, str, list[tuple[int, tuple[str, ...]]]]
"""("text" | "h1"…"h6" | "table", line, text, rows of a table)."""

_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9-]{0,20})(?=[\s/>])([^<>]*)>")
_COMMENT = re.compile(r"<!--(?:(?!-->)[\s\S])*+(?:-->)?")
_HEADINGS = frozenset("h1 h2 h3 h4 h5 h6".split())
_BREAKS = frozenset("p div li ul ol br details summary section article header hr dt dd".split())
_UNSEEN = frozenset("script style template head title noscript".split())
_VOID = frozenset("br hr img input col wbr source meta link".split())
_OTHER = frozenset(
    "a abbr b big blockquote body button center cite code colgroup caption del dfn dl em figure "
    "figcaption font footer form html i iframe ins kbd label main mark nav o picture pre q s samp "
    "small span strike strong sub sup svg table tbody td tfoot th thead tr tt u var".split()
)
_TAGS = _HEADINGS | _BREAKS | _UNSEEN | _VOID | _OTHER
_HIDES = re.compile(
    r"(?:^|\s)hidden(?:[\s=/]|$)|display\s*:\s*none|visibility\s*:\s*(?:hidden|collapse)"
    r"|opacity\s*:\s*0*\.?0*\s*(?:[;\"']|$)|font-size\s*:\s*0*(?:\.\d+|[01])?(?:px|pt|r?em|%)?\s*"
    r"(?:[;\"']|$)|(?:text-indent|left|top|margin-left)\s*:\s*-\d{3}"
    r"|(?<!-)(?:height|width)\s*:\s*0(?:px)?\s*(?:[;\"']|$)|clip(?:-path)?\s*:"
)
_WHITE = re.compile(r"(?<![-\w])color\s*[:=]\s*[\"']?(?:white|transparent|#f{3}(?:f{3})?\b)")
_SPACES = re.compile(r"\s+")


def is_html_tag(text: str) -> bool:
    """Whether `text`, in angle brackets, is HTML at all and not a `<blank>`."""
    tag = re.match(r"</?([a-zA-Z][\w-]*)", text)
    return tag is None or tag.group(1).lower() in _TAGS


class HtmlReader:
    """Feed it a card's HTML in order: blank lines cut a table, or a hidden part, into pieces."""

    def __init__(self) -> None:
        self.hidden: set[int] = set()
        self._pieces: list[Piece] = []
        self._text: list[str] = []
        self._line = 0
        self._heading = ""
        self._hider, self._nested = "", 0
        self._table_line = 0
        self._rows: list[tuple[int, list[str]]] = []

    @property
    def in_table(self) -> bool:
        """Whether a table is open: Markdown takes its indented rows for code."""
        return bool(self._table_line)

    @property
    def is_hiding(self) -> bool:
        """Whether what follows is seen by nobody."""
        return bool(self._hider)

    def inline(self, tag: str, line: int) -> None:
        """A tag, or a comment, inside a paragraph."""
        if tag.startswith("<!--"):
            self.hidden.add(line)
        elif found := _TAG.fullmatch(tag):
            self._visibility(found, line)

    def feed(self, content: str, line: int) -> list[Piece]:
        """The pieces that are complete after `content`, whose first line is `line`."""
        position = 0
        for tag in _TAG.finditer(content := self._without_comments(content, line)):
            before = content[position : tag.start()]
            self._words(before, line)
            line += before.count("\n")
            if not self._visibility(tag, line):
                self._layout(tag.group(2).lower(), bool(tag.group(1)), line)
            line += tag.group().count("\n")
            position = tag.end()
        self._words(content[position:], line)
        return self._take()

    def close(self) -> list[Piece]:
        """What was still open at the end of the card."""
        self._end_table()
        return self._take()

    def _without_comments(self, content: str, line: int) -> str:
        kept, position = [], 0
        for comment in _COMMENT.finditer(content):
            kept.append(content[position : comment.start()])
            line += kept[-1].count("\n")
            self.hidden.add(line)
            kept.append("\n" * comment.group().count("\n"))
            line += len(kept[-1])
            position = comment.end()
        return "".join([*kept, content[position:]])

    def _visibility(self, tag: re.Match[str], line: int) -> bool:
        """Keep account of what is hidden; whether this tag is part of it."""
        name, closing, attributes = tag.group(2).lower(), bool(tag.group(1)), tag.group(3).lower()
        if self._hider:
            self._nested += (name == self._hider) * (-1 if closing else 1)
            if not self._nested:
                self._hider = ""
            return True
        if closing or name in _VOID:
            return False
        is_white = _WHITE.search(attributes) and "background" not in attributes
        if name in _UNSEEN or _HIDES.search(attributes) or is_white:
            self._hider, self._nested = name, 1
            if name not in _UNSEEN:
                self.hidden.add(line)
            return True
        return False

    def _words(self, text: str, line: int) -> None:
        if self._hider or not text:
            return
        if not self._line and text.strip():
            self._line = line + text[: len(text) - len(text.lstrip())].count("\n")
        self._text.append(text)

    def _layout(self, name: str, closing: bool, line: int) -> None:
        if name == "table":
            self._flush()
            if closing:
                self._end_table()
            elif not self._table_line:
                self._table_line = line
        elif self._table_line and name in ("td", "th", "tr"):
            self._end_cell()
            if not closing and (name == "tr" or not self._rows):
                self._rows.append((line, []))
            if not closing and name != "tr":
                row_line, cells = self._rows[-1]
                self._rows[-1] = (row_line if cells else line, cells)
                cells.append("")
        elif not self._table_line and name in _HEADINGS:
            self._flush()
            self._heading = "" if closing else name
        elif not self._table_line and name in _BREAKS:
            self._flush()

    def _end_cell(self) -> None:
        if self._rows and self._rows[-1][1]:
            cells = self._rows[-1][1]
            cells[-1] = f"{cells[-1]} {_clean(self._text)}".strip()
        self._text.clear()
        self._line = 0

    def _end_table(self) -> None:
        self._end_cell()
        rows = [(line, tuple(cells)) for line, cells in self._rows if cells]
        if rows:
            self._pieces.append(("table", self._table_line, "", rows))
        self._table_line, self._rows = 0, []

    def _flush(self) -> None:
        if self._table_line:
            return
        if text := _clean(self._text):
            self._pieces.append((self._heading or "text", self._line, text, []))
        self._text.clear()
        self._line = 0

    def _take(self) -> list[Piece]:
        self._flush()
        pieces, self._pieces = self._pieces, []
        return pieces


def _clean(pieces: list[str]) -> str:
    return _SPACES.sub(" ", html.unescape("".join(pieces))).strip()
