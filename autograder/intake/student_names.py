"""Names of people and what they become: a folder's name, a key for comparing, first and last."""

from __future__ import annotations

import hashlib
import re
import unicodedata

from autograder.intake.tables import plain_words

#: A student's folder whose name nbgrader's pages show as it is.
SHOWN = re.compile(r"[\w.@+,' -]{1,128}")
PLAIN = re.compile(r"\w[\w.@+-]{0,99}\Z")


def student_id(name: str) -> str:
    """A student's folder: the name itself if it is plain, else in lower case and with hyphens.

    ``Ada Müller`` is ``ada-muller``; ``ada.muller@uni.example`` stays. Empty where the name has no
    letter or digit.
    """
    name = unicodedata.normalize("NFC", name)
    if PLAIN.match(name):
        return name
    plain = unicodedata.normalize("NFKD", name.lower())
    plain = "".join(char for char in plain if not unicodedata.combining(char))
    return re.sub(r"[^\w.@+]+", "-", plain).strip("-._@+")[:100]


def safe_id(folder: str) -> str:
    """The student that a folder of any name is of: its own name where that can be shown.

    An accent that stands apart, as macOS writes it, is put on its letter. What has no letter gets
    a name from its bytes.
    """
    composed = unicodedata.normalize("NFC", folder)
    if SHOWN.fullmatch(composed) and composed == composed.strip():
        return composed
    digest = hashlib.sha256(folder.encode("utf-8", "surrogateescape")).hexdigest()[:8]
    return student_id(folder.encode("utf-8", "replace").decode()) or f"student-{digest}"


def name_key(name: str) -> str:
    """What two ways of writing a person's name have in common: its words, whatever their order.

    Example:
        >>> name_key("Byron King, Ada") == name_key("ada BYRON king")
        True
    """
    return " ".join(sorted(plain_words(name).split()))


def first_and_last(name: str) -> tuple[str, str]:
    """A full name in its two parts: at the comma, else after the first word.

    Example:
        >>> first_and_last("Byron King, Ada"), first_and_last("Ada Byron King")
        (('Ada', 'Byron King'), ('Ada', 'Byron King'))
    """
    last, comma, first = name.partition(",")
    if comma:
        return first.strip(), last.strip()
    first, _, last = name.strip().partition(" ")
    return first, last.strip()
