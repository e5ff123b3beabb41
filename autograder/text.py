"""Text that somebody else wrote, made safe to show."""

from __future__ import annotations


def printable(text: str, limit: int | None = None, kept: str = "") -> str:
    """``text`` without what a terminal, a database or a file name would take for an order.

    Args:
        text: any text, half a surrogate pair included.
        limit: how many of its characters to keep; all where it is None.
        kept: characters that stay although they are not printable.
    """
    clean = text[:limit].encode("utf-8", "replace").decode()
    return "".join(char if char.isprintable() or char in kept else "?" for char in clean)
