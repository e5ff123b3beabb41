"""Text that somebody else wrote: made safe to show, or held against the names that there are."""

from __future__ import annotations

import difflib
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
