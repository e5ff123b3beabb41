"""Names of files as browsers, systems and people change them: which one was meant.

``notes.md``, ``NOTES (1).md``, ``Copy of NOTES.md`` and ``NOTES.md.txt`` are ``NOTES.md``.
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

_MARKS = tomllib.loads(Path(__file__).with_name("copies.toml").read_text("utf-8"))
_BEFORE = re.compile(rf"^(?:{'|'.join(_MARKS['before'])})".replace(" ", "[ _]") + "[ _]+")
_AFTER = re.compile(
    rf"(?: *\(\d{{1,3}}\)|[ _-]+(?:{'|'.join(_MARKS['after'])})(?: *\(?\d{{1,3}}\)?)?)$"
)
#: What some browsers and systems put where "(1)" is usual: also how a course may number its files.
_NUMBER = re.compile(r"[ _-]\d{1,2}$")
_EXTENSION = re.compile(r"\.([a-z][a-z0-9]{0,9})$")
#: Endings that a browser or an editor adds to one that it does not know.
_ADDED = ("txt", "json", "download")
_SEPARATORS = re.compile(r"[\s_-]+")


def plain_name(name: str) -> tuple[str, str]:
    """The last part of a path without what marks a copy, and its extension.

    Case, Unicode form, and the choice of space, hyphen and underscore do not count.

    Example:
        >>> plain_name("handed in/Copy of MY_NOTES (1).md.txt")
        ('my-notes', 'md')
        >>> plain_name("work.ipynb (2)") == plain_name("Work.ipynb")
        True
    """
    text = unicodedata.normalize("NFC", name.rpartition("/")[2]).casefold().strip()
    stem, extension = _split(_without_marks(text))
    while inner := _inner_extension(stem, extension):
        stem, extension = inner
    return _SEPARATORS.sub("-", _without_marks(stem)), extension


def _inner_extension(stem: str, extension: str) -> tuple[str, str] | None:
    """The stem and the extension before one that was added to it."""
    inner = _split(_without_marks(stem))
    return inner if inner[1] and extension in (*_ADDED, inner[1]) else None


def _split(text: str) -> tuple[str, str]:
    found = _EXTENSION.search(text)
    return (text[: found.start()], found[1]) if found else (text, "")


def _without_marks(text: str) -> str:
    before = None
    while before != text:
        before, text = text, _AFTER.sub("", _BEFORE.sub("", text.strip()))
    return text


def extension_of(name: str) -> str:
    """The extension that was meant, in small letters, without its dot."""
    return plain_name(name)[1]


def is_notebook_name(name: str) -> bool:
    """Whether a file is called as a notebook, whatever was added to its name."""
    return ".ipynb" in name.rpartition("/")[2].casefold()


def is_close(name: str, wanted: str) -> bool:
    """Whether ``name`` is what became of ``wanted``."""
    return plain_name(name) == plain_name(wanted)


def resolve(
    handed_in: Iterable[str], wanted: Iterable[str], changed: Mapping[str, int]
) -> dict[str, list[str]]:
    """Which files were meant for those that are wanted and are not there, the best first.

    A file is meant for one only, and never when its own name is wanted. Of several, the one whose
    name is right in another folder comes first, else the newest (``changed``, in seconds).

    Example:
        >>> resolve(["notes.md", "b.csv"], ["NOTES.md", "a.csv"], {})
        {'NOTES.md': ['notes.md']}
    """
    names = sorted(handed_in)
    wanted = sorted(set(wanted))
    missing = [name for name in wanted if name not in names]
    free = [name for name in names if name not in wanted]
    found: dict[str, list[str]] = {}
    for key in (plain_name, _numberless_name):
        meant = Counter(map(key, wanted))
        for name in missing:
            is_plain = name not in found and meant[key(name)] == 1
            close = _close(name, free, key, changed) if is_plain else []
            if close:
                found[name] = close
                free = [each for each in free if each not in close]
    return found


def _close(
    wanted: str,
    free: list[str],
    key: Callable[[str], tuple[str, str]],
    changed: Mapping[str, int],
) -> list[str]:
    last = wanted.rpartition("/")[2]

    def rank(name: str) -> tuple[bool, int, int, str]:
        is_right = name.rpartition("/")[2] == last
        return not is_right, -changed.get(name, 0), name.count("/"), name

    return sorted((name for name in free if key(name) == key(wanted)), key=rank)


def _numberless_name(name: str) -> tuple[str, str]:
    """As ``plain_name``, without a number at the end, as in ``notes_1.md``."""
    stem, extension = plain_name(name)
    return _NUMBER.sub("", stem), extension
