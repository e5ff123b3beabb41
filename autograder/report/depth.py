"""How deep HTML nests at most, told in one pass, before a parser builds a tree of it.

Parsers of HTML take time quadratic in the number of elements that are open at once, and a student's
output may open a hundred thousand. What is said here is never too low, but for the elements that
parsers add (rows of tables, formatting that goes on in the next block), which are no more than
those that are written. An end tag counts only where any parser would take it for one, and only for
the element that was opened last, so what is badly written may seem deeper than it is. The rules are
those of https://html.spec.whatwg.org/#tokenization.
"""

from __future__ import annotations

import re

VOID = frozenset("area base br col embed hr img input link meta param source track wbr".split())
#: In these, nothing is void.
FOREIGN = frozenset({"math", "svg"})
#: Elements that end with the one around them: their end tag may be left out.
OPTIONAL = frozenset("colgroup dd dt li option p tbody td tfoot th thead tr".split())
#: Elements whose content is text up to their own end tag.
TEXT = frozenset(
    "iframe noembed noframes noscript plaintext script style textarea title xmp".split()
)

NAME = r"([a-z][^\s/>\"'=]*+)"
VALUE = r"(?:\"[^\"]*+\"|'[^']*+'|[^\s\"'=<>`]++)"
ATTRIBUTE = rf"(?:\s++[\w:.-]++(?:\s*+=\s*+{VALUE})?+)"
HOW = re.IGNORECASE | re.ASCII | re.DOTALL
#: What follows a "<": a start tag, an end tag, or a comment or document type that ends there.
START = re.compile(rf"{NAME}{ATTRIBUTE}*+\s*+/?>", HOW)
END = re.compile(rf"/{NAME}\s*+>", HOW)
BEGINS = re.compile(r"[a-z][^\s/>]*+", HOW)
NO_TAG = re.compile(r"!--(?:(?!--).)*+-->|!doctype[^>\"']*+>", HOW)


def most_open(text: str, enough: int) -> int:
    """The greatest number of elements that a parser of HTML may have open at once.

    Reading ends where ``enough`` are open.

    Example:
        >>> most_open("<table><tr><td>1</td><td>2</td></tr></table><p>x<br>y</p>", 100)
        3
        >>> most_open("<b>" * 999, 100), most_open("<i></i>" * 999, 100)
        (100, 1)
    """
    reading = _Reading()
    for piece in text.split("<")[1:]:
        reading.take(piece)
        if reading.most >= enough:
            break
    return reading.most


class _Reading:
    """What is open while a text is read, tag by tag."""

    def __init__(self) -> None:
        self.most = 0
        self._open: list[str] = []
        self._is_certain = True
        self._text_of = ""

    def take(self, piece: str) -> None:
        """What stands between a "<" and the next."""
        if begins := BEGINS.match(piece):
            self._start(_lower(begins[0]), is_whole=START.match(piece) is not None)
        elif end := END.match(piece):
            self._end(_lower(end[1]))
        elif piece.startswith(("!", "/", "?")):
            # a comment in a script changes where that ends
            self._is_certain &= not self._text_of and NO_TAG.match(piece) is not None

    def _start(self, name: str, is_whole: bool) -> None:
        self._is_certain &= is_whole
        if name in VOID and not FOREIGN.intersection(self._open):
            return
        self._open.append(name)
        if name in TEXT and not self._text_of:
            self._text_of = name
        self.most = max(self.most, len(self._open))

    def _end(self, name: str) -> None:
        if not self._is_certain or self._text_of not in ("", name):
            return
        self._text_of = ""
        last = len(self._open) - 1
        while last >= 0 and self._open[last] != name and self._open[last] in OPTIONAL:
            last -= 1
        if last >= 0 and self._open[last] == name:
            del self._open[last:]


def _lower(name: str) -> str:
    """A name as parsers of HTML take it: they know the letters of ASCII alone."""
    return name.lower() if name.isascii() else name
