"""A card's bytes → plain blocks (headings, text, tables, code), each with its line.

markdown-it-py renders the card, each tag with its line, and one linear pass reads what a person
would see: Markdown and the HTML in it alike. Everything after this module works on blocks.
"""

from __future__ import annotations

import html
import itertools
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal

from markdown_it import MarkdownIt
from markdown_it.common.utils import escapeHtml
from markdown_it.token import Token
from mdit_py_plugins.front_matter import front_matter_plugin

from autograder.messages import gettext

MAX_CHARACTERS = 50_000
MAX_LINES = 1_500
"""A longer card is not read: nobody does, and parsing a hostile one would take seconds."""

BlockKind = Literal["heading", "text", "table", "code"]

_COMBINING = re.compile(r"[A-Za-z][\u0300-\u036f]")
_INVISIBLE = dict.fromkeys((0xAD, 0x200B, 0x200C, 0x200D, 0x2060, 0xFEFF), "")
_SPACES = {0xA0: " ", 0x202F: " ", 0x2009: " ", 0x2212: "-", **_INVISIBLE}
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f]")
_IMAGE = re.compile(r"!\[[^\[\]\n]{0,500}\]\([^()\n]{0,2000}\)")
_LINK = re.compile(r"\[([^\[\]\n]{0,500})\]\([^()\n]{0,2000}\)")
# What Markdown hides: `[//]: # (a comment)`, `[1]: https://…`. A blank, `[completar]: x`, is seen.
_REFERENCE = re.compile(r"^ {0,3}\[[^\[\]\n]{1,200}\]: {0,9}(?:#|<|https?:|www\.)[^\n]*$", re.M)
_HASHES = re.compile(r"#{1,6}\s*(?=\S)")

_TAG = re.compile(r"<!--(?:.*?-->|.*)|<(/?)([a-zA-Z][\w-]{0,20})(?=[\s/>])([^<>]*)>", re.S)
_LINE = re.compile(r'data-line="(\d{1,5})"')
_LISTS = frozenset("ul ol dl".split())
_BLOCKS = _LISTS.union("p div li details summary section hr dt dd pre table blockquote".split())
_UNSEEN = frozenset("script style template head title noscript".split())
_VOID = frozenset("br hr img input col wbr source meta link".split())
_INLINE = (
    "a abbr article b big body button caption center cite code colgroup del dfn em figcaption "
    "figure font footer form h1 h2 h3 h4 h5 h6 header html i iframe ins kbd label main mark nav o "
    "picture q s samp small span strike strong sub sup svg tbody td tfoot th thead tr tt u var"
)
_TAGS = _BLOCKS | _UNSEEN | _VOID | frozenset(_INLINE.split())
_END = r"\s*(?:[;\"']|$)"
_HIDES = re.compile(
    r"(?:^|\s)hidden(?:[\s=/]|$)|display\s*:\s*none|visibility\s*:\s*(?:hidden|collapse)"
    rf"|opacity\s*:\s*0?(?:\.0{{1,4}})?{_END}|font-size\s*:\s*(?:0?\.\d|[01])(?:px|pt|r?em|%)?{_END}"
    rf"|(?:text-indent|left|top)\s*:\s*-\d{{3}}|(?<!-)(?:height|width)\s*:\s*0(?:px)?{_END}"
    r"|clip(?:-path)?\s*:"
)
_WHITE = re.compile(r"(?<![-\w])color\s*[:=]\s*[\"']?(?:white|transparent|#f{3}(?:f{3})?\b)")


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a table and the line it stands on."""

    line: int
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Block:
    """A piece of a card: what it says without markup (inline code keeps its backticks).

    `level`: of a heading, 1–6; of the rest, the depth of its list (0 outside lists). `lead`: the
    bold words that open a text. `looks_like_heading`: it is a line all bold, or with hashes that
    Markdown did not take. `quoted`: it stands in a blockquote. `rows`: a table's, its header first.
    """

    kind: BlockKind
    text: str
    line: int
    level: int = 0
    lead: str = ""
    looks_like_heading: bool = False
    quoted: bool = False
    rows: tuple[Row, ...] = ()


@dataclass(frozen=True, slots=True)
class Document:
    """The blocks of a card, its front matter, the lines where text is hidden; `is_utf8`: how its
    file was saved."""

    blocks: tuple[Block, ...]
    front_matter: str = ""
    hidden: tuple[int, ...] = ()
    is_utf8: bool = True


class Unreadable(ValueError):
    """Nothing of the card can be judged: what is the matter and what to do, for who wrote it."""

    def __init__(self, message: str, hint: str) -> None:
        super().__init__(message, hint)
        self.message, self.hint = message, hint


def read(card: str | bytes) -> Document:
    """Parse a card. Raises Unreadable if it is no text, empty or too long."""
    text, is_utf8 = (card, True) if isinstance(card, str) else _decode(card)
    text = text[: MAX_CHARACTERS + 1].replace("\r\n", "\n").replace("\r", "\n").translate(_SPACES)
    text = _COMBINING.sub(lambda pair: unicodedata.normalize("NFC", pair.group()), text)
    last = text.rstrip("\n").count("\n") + 1
    if len(card) > 4 * MAX_CHARACTERS or len(text) > MAX_CHARACTERS or last > MAX_LINES:
        raise Unreadable(
            gettext("The card is too long to be read."),
            gettext("A card is read in minutes: take out pasted outputs, data and images."),
        )
    if not text.strip():
        raise Unreadable(
            gettext("The file is empty."), gettext("Copy the template and fill it in.")
        )
    environment: dict[str, Any] = {}
    tokens = _parser().parse(text, environment)
    line = 1
    for token in tokens:
        line = token.map[0] + 1 if token.map else line
        token.attrSet("data-line", str(line))
    reader = _Reader(last)
    reader.feed(_parser().renderer.render(tokens, _parser().options, environment))
    front = next((token.content for token in tokens if token.type == "front_matter"), "")
    return Document(tuple(reader.blocks), front, tuple(sorted(reader.hidden)), is_utf8)


def _decode(raw: bytes) -> tuple[str, bool]:
    """Text and whether it was UTF-8; Latin-1 is accepted."""
    encoding = "utf-16" if raw.startswith((b"\xff\xfe", b"\xfe\xff")) else "utf-8"
    raw = raw[: 4 * MAX_CHARACTERS]
    try:
        text = raw.decode(encoding)
    except UnicodeDecodeError:
        encoding, text = "cp1252", raw.decode("cp1252", errors="replace")
    if "\0" in text or len(_CONTROL.findall(text)) > len(text) // 100:
        raise Unreadable(
            gettext("The file is no text: it cannot be read as Markdown."),
            gettext("Save the card as plain text in UTF-8 (not a .docx or .pdf renamed)."),
        )
    return text, encoding == "utf-8"


@cache
def _parser() -> MarkdownIt:
    # Links, images and references stay text: `[completar]: x` must not vanish as a definition, and
    # those rules are the slow ones on hostile input.
    parser = MarkdownIt("commonmark", {"maxNesting": 20}).use(front_matter_plugin)
    parser.enable("table").disable(["link", "image", "reference"])
    parser.add_render_rule("html_block", _raw)
    parser.add_render_rule("code_block", _indented)
    return parser


def _raw(_: object, tokens: Sequence[Token], at: int, *rest: Any) -> str:
    return f'<wbr data-line="{tokens[at].attrGet("data-line")}">{tokens[at].content}'


def _indented(_: object, tokens: Sequence[Token], at: int, *rest: Any) -> str:
    """Text indented by mistake, or the rows of an HTML table after a blank line."""
    content = tokens[at].content
    if not content.lstrip().startswith(("<t", "</t")):
        content = f"<p>{escapeHtml(content)}</p>"
    return f'<wbr data-line="{tokens[at].attrGet("data-line")}">{content}'


class _Reader:
    """Reads rendered HTML tag by tag and keeps what is seen."""

    def __init__(self, last_line: int) -> None:
        self.blocks: list[Block] = []
        self.hidden: set[int] = set()
        self._last, self._line, self._start = last_line, 1, 0
        self._pieces: list[tuple[str, bool]] = []
        self._hider, self._nested = "", 0
        self._heading = self._depth = self._quotes = self._bold = 0
        self._in_code = self._in_table = False
        self._rows: list[tuple[int, list[str]]] = []

    def feed(self, rendered: str) -> None:
        position = 0
        for tag in _TAG.finditer(rendered):
            self._words(rendered[position : tag.start()])
            position = tag.end()
            if tag.group(2) is None:
                self.hidden.add(min(self._line, self._last))
            elif tag.group(2).lower() not in _TAGS:
                self._words(tag.group())  # `<nombre>` is a blank that somebody left
                continue
            elif not self._is_hidden(tag):
                self._lay_out(tag.group(2).lower(), bool(tag.group(1)))
            self._line += tag.group().count("\n")
        self._words(rendered[position:])
        self._end_table()
        self._flush()

    def _words(self, text: str) -> None:
        if text.strip() and self._hider:
            self.hidden.add(min(self._line, self._last))
        elif text.strip() and not self._start:
            self._start = self._line + text[: len(text) - len(text.lstrip())].count("\n")
        if not self._hider:
            self._pieces.append((html.unescape(text), self._bold > 0))
        self._line += text.count("\n")

    def _is_hidden(self, tag: re.Match[str]) -> bool:
        """Keep account of lines and of what is hidden; whether this tag is part of it."""
        name, attributes = tag.group(2).lower(), tag.group(3).lower()
        if found := _LINE.search(attributes):
            self._line = int(found.group(1))
        if self._hider:
            self._nested += (name == self._hider) * (-1 if tag.group(1) else 1)
            self._hider = self._hider if self._nested else ""
            return True
        if not tag.group(1) and name not in _VOID:
            is_white = _WHITE.search(attributes) and "background" not in attributes
            if name in _UNSEEN or _HIDES.search(attributes) or is_white:
                self._hider, self._nested = name, 1
        return bool(self._hider)

    def _lay_out(self, name: str, closing: bool) -> None:
        step = -1 if closing else 1
        if name in ("strong", "b"):
            self._bold += step
        elif name == "code" and not self._in_code:
            self._pieces.append(("`", self._bold > 0))
        elif name == "br":
            self._pieces.append((" " if self._in_table else "\n", False))
        elif self._in_table:
            self._lay_out_table(name, closing)
        elif re.fullmatch("h[1-6]", name):
            self._flush()
            self._heading = 0 if closing else int(name[1])
        elif name in _BLOCKS:
            self._flush()
            self._depth = max(0, self._depth + step * (name in _LISTS))
            self._quotes = max(0, self._quotes + step * (name == "blockquote"))
            self._in_code = name == "pre" and not closing
            self._in_table = name == "table" and not closing

    def _lay_out_table(self, name: str, closing: bool) -> None:
        if name not in ("td", "th", "tr", "table"):
            return
        self._end_cell()
        if name == "table" and closing:
            self._end_table()
        elif not closing:
            if name == "tr" or not self._rows:
                self._rows.append((self._line, []))
            if name in ("td", "th"):
                line, cells = self._rows[-1]
                self._rows[-1] = (line if cells else self._line, cells)
                cells.append("")

    def _end_cell(self) -> None:
        text, self._start = _seen("".join(piece for piece, _ in self._pieces)), 0
        self._pieces.clear()
        if self._rows and self._rows[-1][1]:
            cells = self._rows[-1][1]
            cells[-1] = " ".join([cells[-1], *text.split()]).strip()

    def _end_table(self) -> None:
        if self._in_table:
            self._end_cell()
        rows = [Row(min(line, self._last), tuple(cells)) for line, cells in self._rows if cells]
        self._in_table, self._rows = False, []
        if rows:
            text = " ".join(cell for row in rows for cell in row.cells)
            self._add("table", text, rows[0].line, rows=tuple(rows))

    def _flush(self) -> None:
        """End the block that is open."""
        said = "".join(piece for piece, _ in self._pieces).strip("\n")
        bold = itertools.takewhile(lambda piece: piece[1] or not piece[0].strip(), self._pieces)
        lead = "".join(piece for piece, _ in bold).strip()
        line, self._start = min(self._start or self._line, self._last), 0
        self._pieces.clear()
        text = _seen(said).strip()
        if self._in_code or self._heading:
            kind: BlockKind = "code" if self._in_code else "heading"
            self._add(kind, said if self._in_code else " ".join(text.split()), line, self._heading)
        elif text:
            hashes = _HASHES.match(text)
            is_title = bool(hashes) or (bool(lead) and lead == text.partition("\n")[0].strip())
            title, _, rest = text[hashes.end() if hashes else 0 :].partition("\n")
            self._add(
                "text", title if is_title else text, line, lead=lead, looks_like_heading=is_title
            )
            self._add("text", rest if is_title else "", line + 1)
        if text != said.strip() and _REFERENCE.search(said):
            self.hidden.add(line)

    def _add(self, kind: BlockKind, text: str, line: int, level: int = 0, **more: Any) -> None:
        if text.strip():
            quoted = self._quotes > 0
            self.blocks.append(Block(kind, text, line, level or self._depth, quoted=quoted, **more))


def _seen(text: str) -> str:
    """Text without what Markdown would not show as text: images, links' addresses, references."""
    return _LINK.sub(r"\1", _IMAGE.sub("", _REFERENCE.sub("", text)))
