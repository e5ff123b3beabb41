"""Text that somebody else wrote: made safe to show, or held against the names that there are."""

from __future__ import annotations

import difflib
import unicodedata
from collections.abc import Iterable

NAMED = 12  # names that a message lists


def printable(text: str, limit: int | None = None, kept: str = "") -> str:
    """``text`` without what a terminal, a database or a file name would take for an order.

    Args:
        text: any text, half a surrogate pair included.
        limit: how many of its characters to keep; all where it is None.
        kept: characters that stay although they are not printable.
    """
    clean = text[:limit].encode("utf-8", "replace").decode()
    return "".join(char if char.isprintable() or char in kept else "?" for char in clean)


def printable_name(name: str) -> str:
    """A file's name in one line, unlike that of any other file as far as can be printed."""
    return printable(name.encode("utf-8", "backslashreplace").decode())


def with_newlines(text: str) -> str:
    """The text with the line ends that Python has."""
    return text.replace("\r\n", "\n").replace("\r", "\n")


def plain_text(text: str) -> str:
    """A text without what editors change by themselves.

    Line ends, spaces at the end of lines, blank lines around it, a byte order mark, the form of
    Unicode.

    Example:
        >>> plain_text("  x = 1  ") == plain_text("x = 1")
        True
    """
    lines = unicodedata.normalize("NFC", with_newlines(text.replace("\ufeff", ""))).split("\n")
    return "\n".join(line.rstrip() for line in lines).strip()


def is_same_text(one: str, other: str) -> bool:
    """Whether two texts say the same to whoever reads them."""
    return plain_text(one) == plain_text(other)


def instead_of(name: str, known: Iterable[str]) -> str:
    """What somebody who wrote ``name`` may have meant, for the end of a sentence.

    Example:
        >>> instead_of("sqare", ["square", "note"])
        'did you mean square?'
        >>> instead_of("x", ["square", "note"])
        'there are: note, square'
        >>> instead_of("x", [])
        'there are none'
    """
    names = sorted(known)
    near = difflib.get_close_matches(name, names, 1)
    if near:
        return f"did you mean {near[0]}?"
    listed = ", ".join([*names[:NAMED], *(["…"] if len(names) > NAMED else [])])
    return f"there are: {listed}" if names else "there are none"
