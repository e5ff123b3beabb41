"""A card's bytes → plain blocks (headings, text, tables, code), each with its line.

Markdown is read by markdown-it-py (CommonMark, tables, front matter) and the HTML in it by
`html.py`. What nobody sees is no block. Everything after this module works on blocks.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Literal

from markdown_it import MarkdownIt
from markdown_it.token import Token
from mdit_py_plugins.front_matter import front_matter_plugin

from autograder.ml.model_card.html import HtmlReader, is_html_tag

MAX_CHARACTERS = 65_536
MAX_LINES = 4_000
"""A longer card is not read: nobody does, and parsing a hostile one would take seconds."""

BlockKind = Literal["heading", "text", "table", "code"]

_FOLDED = {
    code: unicodedata.normalize("NFD", chr(code).lower())[0]
    for code in range(0x250)
    if chr(code).isalpha() and not unicodedata.combining(chr(code))
}
_COMBINING = re.compile(r"[A-Za-z][\u0300-\u036f]")
_INVISIBLE = dict.fromkeys((0xAD, 0x200B, 0x200C, 0x200D, 0x2060, 0xFEFF), "")
_SPACES = {0xA0: " ", 0x202F: " ", 0x2009: " ", 0x2212: "-", **_INVISIBLE}
_IMAGE = re.compile(r"!\[[^\[\]\n]{0,500}\]\([^()\n]{0,2000}\)")
_LINK = re.compile(r"\[([^\[\]\n]{0,500})\]\([^()\n]{0,2000}\)")
# What Markdown hides: `[//]: # (a comment)`, `[1]: https://…`. A blank, `[completar]: x`, is seen.
_REFERENCE = re.compile(r"^ {0,3}\[[^\[\]\n]{1,200}\]: {0,9}(?:#|<|https?:|www\.)[^\n]*$", re.M)
_HASHES = re.compile(r"#{1,6}\s*(?=\S)")
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f]")


def fold(text: str) -> str:
    """Lower case without accents, one character for one: `fold("Métricas") == "metricas"`."""
    return text.translate(_FOLDED)


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
    """The blocks of a card, its front matter, the lines where text is hidden, and what is odd
    about the file: (code, line) with the codes "encoding" and "unclosed-fence"."""

    blocks: tuple[Block, ...]
    front_matter: str = ""
    hidden: tuple[int, ...] = ()
    oddities: tuple[tuple[str, int], ...] = ()


class NotText(ValueError):
    """The bytes are not a text in any encoding that a card is written in."""


class TooLarge(ValueError):
    """The card is longer than `MAX_CHARACTERS` or `MAX_LINES`."""


def read(card: str | bytes) -> Document:
    """Parse a card. Raises TooLarge or NotText; anything else is a document."""
    text, is_utf8 = (card, True) if isinstance(card, str) else _decode(card)
    if len(text) > MAX_CHARACTERS:
        raise TooLarge
    text = text.replace("\r\n", "\n").replace("\r", "\n").translate(_SPACES)
    text = _COMBINING.sub(lambda pair: unicodedata.normalize("NFC", pair.group()), text)
    if text.count("\n") > MAX_LINES:
        raise TooLarge
    tokens = _parser().parse(text)
    reader = _Reader(tokens)
    blocks = tuple(reader.blocks())
    front = next((token.content for token in tokens if token.type == "front_matter"), "")
    oddities = ([] if is_utf8 else [("encoding", 1)]) + list(_unclosed(tokens, text))
    return Document(blocks, front, tuple(sorted(reader.hidden)), tuple(oddities))


def _decode(raw: bytes) -> tuple[str, bool]:
    """Text and whether it was UTF-8; Latin-1 is accepted."""
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
        return raw.decode("utf-8"), True
    except UnicodeDecodeError:
        text = raw.decode("cp1252", errors="replace")
    if len(_CONTROL.findall(text)) > len(text) // 100:
        raise NotText
    return text, False


@cache
def _parser() -> MarkdownIt:
    # Links, images and references stay text: `[completar]: x` must not vanish as a definition, and
    # those rules are the slow ones on hostile input.
    parser = MarkdownIt("commonmark", {"maxNesting": 20}).use(front_matter_plugin)
    return parser.enable("table").disable(["link", "image", "reference"])


def _unclosed(tokens: Sequence[Token], text: str) -> Iterator[tuple[str, int]]:
    lines = text.rstrip("\n").split("\n")
    for token in tokens:
        if token.type == "fence" and token.map and token.map[1] >= len(lines):
            last = lines[-1].strip(" >")
            if not last or set(last) != {token.markup[0]}:
                yield "unclosed-fence", _line(token)


def _line(token: Token) -> int:
    return (token.map[0] if token.map else 0) + 1


class _Reader:
    """Walks the flat token stream once."""

    def __init__(self, tokens: Sequence[Token]) -> None:
        self._tokens = tokens
        self._blocks: list[Block] = []
        self._html = HtmlReader()
        self._depth = 0
        self._quotes = 0

    @property
    def hidden(self) -> set[int]:
        """Lines where text that nobody sees begins."""
        return self._html.hidden

    def blocks(self) -> list[Block]:
        position = 0
        while position < len(self._tokens):
            position = self._step(position)
        self._add_html("", 1, closes=True)
        return self._blocks

    def _step(self, position: int) -> int:
        token = self._tokens[position]
        if token.type == "heading_open":
            text, _, _ = self._plain(self._tokens[position + 1])
            self._add(Block("heading", text.replace("\n", " "), _line(token), int(token.tag[1])))
            return position + 3
        if token.type == "table_open":
            return self._table(position)
        if token.type in ("list_item_open", "list_item_close"):
            self._depth += token.nesting
        elif token.type in ("blockquote_open", "blockquote_close"):
            self._quotes += token.nesting
        elif token.type == "inline":
            self._text(token)
        elif token.type == "fence":
            self._add(Block("code", token.content, _line(token)))
        elif token.type == "html_block" or (token.type == "code_block" and self._html.in_table):
            self._add_html(token.content, _line(token))
        elif token.type == "code_block":
            self._add(Block("text", token.content.strip("\n"), _line(token)))
        return position + 1

    def _add(self, block: Block) -> None:
        if self._html.is_hiding:
            self.hidden.add(block.line)
            return
        if block.kind != "heading":
            block = replace(block, level=self._depth)
        self._blocks.append(replace(block, quoted=self._quotes > 0))

    def _add_html(self, content: str, line: int, closes: bool = False) -> None:
        pieces = self._html.close() if closes else self._html.feed(content, line)
        for kind, start, text, rows in pieces:
            if kind == "table":
                self._add(_table_block([Row(*row) for row in rows], start))
            elif kind == "text":
                self._add(Block("text", text, start))
            else:
                self._add(Block("heading", text, start, int(kind[1])))

    def _plain(self, token: Token) -> tuple[str, str, bool]:
        """Text of an inline token, the bold words that open it, whether its first line is bold."""
        pieces: list[str] = []
        depth, lead, first_line, all_bold = 0, "", True, True
        line = _line(token)
        for child in token.children or []:
            depth += {"strong_open": 1, "strong_close": -1}.get(child.type, 0)
            if child.type == "strong_close" and not depth and not lead and first_line and all_bold:
                lead = "".join(pieces).strip()
            piece = self._piece(child, line)
            if piece == "\n":
                line, first_line = line + 1, False
            if first_line and not depth and any(map(str.isalnum, piece)):
                all_bold = False
            pieces.append(piece)
        said = "".join(pieces)
        text = _REFERENCE.sub("", said)
        if text != said:
            self.hidden.add(_line(token))
        return _LINK.sub(r"\1", _IMAGE.sub("", text)), lead, bool(lead) and all_bold

    def _piece(self, child: Token, line: int) -> str:
        """What a reader sees of one inline token."""
        if child.type in ("softbreak", "hardbreak"):
            return "\n"
        if child.type == "html_inline":
            if not is_html_tag(child.content):
                return child.content  # `<nombre>` is a blank that somebody left
            self._html.inline(child.content, line)
            return " " if child.content.lower().startswith("<br") else ""
        if self._html.is_hiding:
            return ""
        return f"`{child.content}`" if child.type == "code_inline" else child.content

    def _text(self, token: Token) -> None:
        text, lead, is_bold = self._plain(token)
        if not text.strip():
            return
        line = _line(token)
        first, _, rest = text.partition("\n")
        hashes = _HASHES.match(first)
        if not hashes and not is_bold:
            self._add(Block("text", text, line, lead=lead))
            return
        title = first[hashes.end() :] if hashes else first
        self._add(Block("text", title.strip(), line, lead=lead, looks_like_heading=True))
        if rest.strip():
            self._add(Block("text", rest, line + 1))

    def _table(self, position: int) -> int:
        start = line = _line(self._tokens[position])
        rows: list[Row] = []
        cells: list[str] = []
        while (token := self._tokens[position]).type != "table_close":
            if token.type == "tr_open":
                cells, line = [], _line(token) if token.map else line + 1
            elif token.type == "inline":
                cells.append(self._plain(token)[0].replace("\n", " ").strip())
            elif token.type == "tr_close":
                rows.append(Row(line, tuple(cells)))
                line += len(rows) == 1
            position += 1
        self._add(_table_block(rows, start))
        return position + 1


def _table_block(rows: Sequence[Row], line: int) -> Block:
    """A table as a block; its text is every cell, for whoever only looks at words."""
    text = " ".join(cell for row in rows for cell in row.cells)
    return Block("table", text, line, rows=tuple(rows))
