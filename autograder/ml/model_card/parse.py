"""A card's bytes → plain blocks (headings, text, tables, code), each with its line.

The structure comes from markdown-it-py (CommonMark + tables + front matter). Everything after this
module works on blocks: nobody else looks at Markdown.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Any, Literal

from markdown_it import MarkdownIt
from markdown_it.token import Token
from mdit_py_plugins.front_matter import front_matter_plugin

from autograder.ml.model_card.html import HtmlReader, strip_comments

MAX_CHARACTERS = 65_536
MAX_LINES = 4_000
"""A longer card is not read: nobody does, and parsing a hostile one would take seconds."""

Kind = Literal["heading", "text", "table", "code"]
Style = Literal["", "bold", "hashes"]

_FOLDED = {
    code: unicodedata.normalize("NFD", chr(code).lower())[0]
    for code in range(0x250)
    if chr(code).isalpha() and not unicodedata.combining(chr(code))
}
_COMBINING = re.compile(r"[A-Za-z][\u0300-\u036f]")
_LINK = re.compile(r"!?\[([^\[\]\n]{0,500})\]\([^()\s]{0,2000}(?:\s+\"[^\"\n]{0,200}\")?\)")
_HASHES = re.compile(r"#{1,6}\s*(?=\S)")
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f]")


def fold(text: str) -> str:
    """Lower case without accents, one character for one, so that positions are kept."""
    return text.translate(_FOLDED)


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a table and the line it stands on."""

    line: int
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """Header cells (may be empty) and the rows under them."""

    header: tuple[str, ...]
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Block:
    """A piece of a card: what it is, what it says without markup, where it stands.

    `level` is 1–6 in headings and the depth of the list in text (0 outside lists). `parent` is the
    index of the list item that holds this block; `quoted`, that it stands in a blockquote.
    `style` marks a line that only looks like a heading: all bold, or with hashes that Markdown did
    not take for one.
    """

    kind: Kind
    text: str
    line: int
    level: int = 0
    parent: int | None = None
    style: Style = ""
    lead: str = ""
    quoted: bool = False
    table: Table | None = None


@dataclass(frozen=True, slots=True)
class Document:
    """The blocks of a card, and what was odd about how it was written.

    `oddities` holds (code, line) pairs: encoding, unclosed-comment, unclosed-fence.
    """

    blocks: tuple[Block, ...]
    front_matter: str = ""
    oddities: tuple[tuple[str, int], ...] = ()


class NotText(ValueError):
    """The bytes are not a text in any encoding that a card is written in."""


class TooLarge(ValueError):
    """The card is longer than `MAX_CHARACTERS` or `MAX_LINES`."""


def decode(raw: bytes) -> tuple[str, bool]:
    """Text of `raw` and whether it was UTF-8; Latin-1 is accepted, binary raises `NotText`."""
    if len(raw) > 4 * MAX_CHARACTERS:
        raise TooLarge
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        try:
            return raw.decode("utf-16"), False
        except UnicodeDecodeError:
            raise NotText from None
    if b"\0" in raw:
        raise NotText
    try:
        return raw.decode("utf-8-sig"), True
    except UnicodeDecodeError:
        text = raw.decode("cp1252", errors="replace")
    if len(_CONTROL.findall(text)) > len(text) // 100:
        raise NotText
    return text, False


def read(text: str | bytes) -> Document:
    """Parse a card. Raises `TooLarge` or `NotText`; anything else is a document."""
    utf8 = True
    if isinstance(text, bytes):
        text, utf8 = decode(text)
    if len(text) > MAX_CHARACTERS:
        raise TooLarge
    source = _normalise(text)
    if source.count("\n") > MAX_LINES:
        raise TooLarge
    tokens = _parser().parse(source)
    oddities = [] if utf8 else [("encoding", 1)]
    oddities += _unclosed(tokens, source)
    front = next((token.content for token in tokens if token.type == "front_matter"), "")
    return Document(tuple(_Reader(tokens).blocks()), front, tuple(oddities))


@cache
def _parser() -> MarkdownIt:
    # Links, images and references stay as text: cards are judged by their words, `[completar]: x`
    # must not vanish as a link definition, and those rules are the slow ones on hostile input.
    parser = MarkdownIt("commonmark", {"maxNesting": 20}).use(front_matter_plugin)
    return parser.enable("table").disable(["link", "image", "reference"])


def _normalise(text: str) -> str:
    text = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    text = text.replace("\u00a0", " ").replace("\u202f", " ").replace("\u2212", "-")
    return _COMBINING.sub(lambda pair: unicodedata.normalize("NFC", pair.group()), text)


def _unclosed(tokens: Sequence[Token], source: str) -> Iterator[tuple[str, int]]:
    last = source.rstrip("\n").rpartition("\n")[2].strip()
    for token in tokens:
        if token.type == "html_block" and "<!--" in token.content:
            tail = token.content.rpartition("<!--")[2]
            if "-->" not in tail:
                yield "unclosed-comment", _line(token)
        if token.type == "fence" and token.map:
            at_end = token.map[1] >= source.rstrip("\n").count("\n") + 1
            if at_end and not (last and set(last) == {token.markup[0]}):
                yield "unclosed-fence", _line(token)


def _line(token: Token) -> int:
    return (token.map[0] if token.map else 0) + 1


@dataclass(frozen=True, slots=True)
class _Inline:
    text: str
    lead: str
    bold_first_line: bool
    starts_with_code: bool


def _plain(token: Token) -> _Inline:
    """Text of an inline token; the bold text that opens it; whether its first line is all bold."""
    pieces: list[str] = []
    depth, lead_end, outside_bold = 0, None, False
    first_line = True
    for child in token.children or []:
        piece = _piece(child)
        depth += {"strong_open": 1, "strong_close": -1}.get(child.type, 0)
        if child.type == "strong_close" and lead_end is None and not depth:
            lead_end = len(pieces)
        if "\n" in piece:
            first_line = False
        if first_line and not depth and any(char.isalnum() for char in piece):
            outside_bold = True
            lead_end = lead_end if lead_end is not None else 0
        pieces.append(piece)
    lead = "".join(pieces[: lead_end or 0])
    text = _LINK.sub(r"\1", "".join(pieces))
    first = next((child for child in token.children or [] if _piece(child).strip()), None)
    code = first is not None and first.type == "code_inline"
    return _Inline(text, lead.strip(), bool(lead.strip()) and not outside_bold, code)


def _piece(child: Token) -> str:
    if child.type in ("softbreak", "hardbreak"):
        return "\n"
    if child.type == "html_inline":
        if child.content.lower().startswith("<br"):
            return " "
        return strip_comments(child.content) if _is_placeholder_tag(child.content) else ""
    return child.content


_HTML_TAGS = frozenset(
    "a abbr b big blockquote br center cite code dd del details div dl dt em figure figcaption "
    "font h1 h2 h3 h4 h5 h6 hr i iframe img ins kbd li mark ol p picture pre q s samp script "
    "section small source span strike strong style sub summary sup table tbody td tfoot th thead "
    "tr tt u ul var video audio button input label".split()
)
_TAG_NAME = re.compile(r"</?([a-zA-Z][\w-]*)")


def _is_placeholder_tag(content: str) -> bool:
    """`<nombre>` is a blank somebody left, not HTML: keep it as text so that it is found."""
    tag = _TAG_NAME.match(content)
    return tag is not None and tag.group(1).lower() not in _HTML_TAGS


class _Reader:
    """Walks the flat token stream once, keeping the stack of open list items."""

    def __init__(self, tokens: Sequence[Token]) -> None:
        self._tokens = tokens
        self._blocks: list[Block] = []
        self._items: list[int | None] = []
        self._html = HtmlReader()
        self._quotes = 0

    def blocks(self) -> list[Block]:
        position = 0
        while position < len(self._tokens):
            position = self._step(position)
        self._html_pieces(self._html.close())
        return self._blocks

    def _step(self, position: int) -> int:
        token = self._tokens[position]
        if token.type == "heading_open":
            inline = self._tokens[position + 1]
            text = _plain(inline).text.replace("\n", " ")
            self._add(Block("heading", text, _line(token), int(token.tag[1])))
            return position + 3
        if token.type == "table_open":
            return self._table(position)
        if token.type == "list_item_open":
            self._items.append(None)
        elif token.type == "list_item_close":
            self._items.pop()
        elif token.type in ("blockquote_open", "blockquote_close"):
            self._quotes += token.nesting
        elif token.type == "inline":
            self._text(token)
        elif token.type == "fence":
            self._add(Block("code", token.content, _line(token)))
        elif token.type == "code_block" and self._html.in_table:
            self._html_pieces(self._html.feed(token.content, _line(token)))
        elif token.type == "code_block":
            self._add(Block("text", token.content.strip("\n"), _line(token)))
        elif token.type == "html_block":
            self._html_pieces(self._html.feed(token.content, _line(token)))
        return position + 1

    def _add(self, block: Block) -> None:
        parents = [item for item in self._items if item is not None]
        opens_item = bool(self._items) and self._items[-1] is None
        if block.kind != "heading":
            parent = parents[-1] if parents else None
            quoted = self._quotes > 0
            block = replace(block, parent=parent, level=len(self._items), quoted=quoted)
        self._blocks.append(block)
        if opens_item:
            self._items[-1] = len(self._blocks) - 1

    def _text(self, token: Token) -> None:
        inline = _plain(token)
        text, line = inline.text, _line(token)
        first, _, rest = text.partition("\n")
        style: Style = ""
        if not inline.starts_with_code and (hashes := _HASHES.match(first)):
            style, first = "hashes", first[hashes.end() :]
        elif inline.bold_first_line:
            style = "bold"
        if not style:
            if text.strip():
                self._add(Block("text", text, line, lead=inline.lead))
            return
        self._add(Block("text", first.strip(), line, style=style, lead=inline.lead))
        if rest.strip():
            self._add(Block("text", rest, line + 1))

    def _table(self, position: int) -> int:
        start = _line(self._tokens[position])
        header: tuple[str, ...] | None = None
        rows: list[Row] = []
        cells: list[str] = []
        line = start
        while (token := self._tokens[position]).type != "table_close":
            if token.type == "tr_open":
                cells, line = [], _line(token) if token.map else line + 1
            elif token.type == "inline":
                cells.append(_plain(token).text.replace("\n", " ").strip())
            elif token.type == "tr_close" and header is None:
                header, line = tuple(cells), line + 1
            elif token.type == "tr_close":
                rows.append(Row(line, tuple(cells)))
            position += 1
        self._add(table_block(header or (), rows, start))
        return position + 1

    def _html_pieces(self, pieces: list[tuple[str, int, Any]]) -> None:
        for kind, line, content in pieces:
            if kind == "table":
                header, rows = content
                self._add(table_block(header, [Row(*row) for row in rows], line))
            elif kind == "text":
                self._add(Block("text", content, line))
            else:
                self._add(Block("heading", content, line, int(kind[1])))


def table_block(header: Sequence[str], rows: Sequence[Row], line: int) -> Block:
    """A table as a block; its text is every cell, for whoever only counts words."""
    every = [*header, *(cell for row in rows for cell in row.cells)]
    table = Table(tuple(header), tuple(rows))
    return Block("table", " ".join(every), line, table=table)
