"""Words of platforms and spreadsheets, in the languages of the classes: ``words.toml``."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

WORDS: dict[str, Any] = tomllib.loads(Path(__file__).with_name("words.toml").read_text("utf-8"))


def words(name: str) -> frozenset[str]:
    """The words of one entry that is a line of them."""
    return frozenset(str(WORDS[name]).split())


def by_word(lines: dict[str, str]) -> dict[str, str]:
    """Each word of some lines, with the name of its line."""
    return {word: name for name, line in lines.items() for word in line.split()}
