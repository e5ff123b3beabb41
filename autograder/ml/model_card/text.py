"""What a text says, word by word: folding, the vocabulary's phrases, what was left to fill in."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

VOCABULARY: dict[str, Any] = tomllib.loads(
    Path(__file__).with_name("vocabulary.toml").read_text(encoding="utf-8")
)
"""The words of model cards; the file says what each list is for."""

_FOLDED = {
    code: unicodedata.normalize("NFD", chr(code).lower())[0]
    for code in range(0x250)
    if chr(code).isalpha() and not unicodedata.combining(chr(code))
}
_NOT_WORD = re.compile(r"[^a-z0-9]+")
_FILLERS = frozenset(VOCABULARY["fillers"])
_NUMBERING = re.compile(r"^(?:(?:seccion|section|parte|part) )?(?:(?:[ivx]{1,4}|\d{1,2}) )+(?=\S)")
_LISTS = {
    "DATA": "/".join(VOCABULARY["sections"]["data"]),
    "TRAIN": "/".join(VOCABULARY["training"]),
    "TEST": "/".join(VOCABULARY["test"]),
}
_OWN_WORD = re.compile(r"[^\W\d_]{2,}|\d+")


def fold(text: str) -> str:
    """Lower case without accents, one character for one: `fold("Métricas") == "metricas"`."""
    return text.translate(_FOLDED)


def bare(text: str) -> str:
    """The folded words of a heading or a label, without numbering, punctuation and fillers.

    Example:
        >>> bare("## 2. Detalles del modelo:")
        'detalles modelo'
    """
    words = [word for word in _NOT_WORD.split(fold(text)) if word and word not in _FILLERS]
    return _NUMBERING.sub("", " ".join(words))


class Phrases:
    """A list of the vocabulary's phrases, to be looked for in `bare` texts.

    Example:
        >>> phrases = Phrases(["uso/usos no? previst*"])
        >>> phrases.is_all("usos no previstos"), phrases.is_in("otros usos previstos")
        (True, True)
    """

    def __init__(self, entries: Iterable[str]) -> None:
        written = "|".join("".join(map(_as_pattern, entry.split())) for entry in entries)
        self._pattern = re.compile(rf"(?<!\S)(?:{written})")

    def is_all(self, words: str) -> bool:
        """Whether the text is one of the phrases and nothing more."""
        return self._pattern.fullmatch(f"{words} ") is not None

    def is_in(self, words: str) -> bool:
        """Whether the text contains one of the phrases."""
        return self._pattern.search(f"{words} ") is not None

    def after(self, words: str) -> str | None:
        """What follows the phrase that the text begins with, or None."""
        hit = self._pattern.match(f"{words} ")
        return hit and words[hit.end() :]


def _as_pattern(word: str) -> str:
    """One word of a phrase, with the space after it: `uso/usos?`, `previst*`, `TEST`."""
    name = word.rstrip("?")
    forms = re.escape(_LISTS.get(name, name)).replace("/", "|").replace(r"\*", "[a-z0-9]*")
    return f"(?:(?:{forms}) )" + "?" * (name != word)


_BLANKS = VOCABULARY["blanks"]
_FILL, _ASIDE, _SAID = (
    "|".join(map(re.escape, _BLANKS[name])) for name in ("fill", "fill_aside", "said")
)
_MARKS = re.compile(  # over the folded text: accents and capitals do not matter
    rf"\[\s*(?:{_FILL})\b[^\[\]\n]{{0,300}}\]?(?!\()|\(\s*(?:{_ASIDE})\b[^()\n]{{0,200}}\)"
    rf"|<\s*(?:{_FILL})\b[^<>\n]{{0,100}}>|\[?\b(?:{_SAID})\b\]?"
    r"|\{\{[^{}\n]{0,200}\}\}|\b(?:tu|your)_[a-z_]{2,40}\b"
)
_CAPITALS = re.compile(  # over the text as written: "todo" is a Spanish word, "siglo XX" a century
    r"\bTODO(?=\s*[:(\]]|\s*$)|\b(?:TBD|TBC|FIXME)\b|(?<![\w.,])X(?:[.,][XYZ]){1,2}(?!\w)"
    r"|(?<![\w.,])(?:\d{0,4}[.,]X{2,4}|X{2,4}\s?(?:%|(?=\s*(?:$|[|;)]))))"
)
# `{caso de uso}`, which is neither LaTeX (`x_{i}`, `\frac{a}{b}`) nor code nor JSON.
_BRACES = re.compile(r"(?<![\\_^{}$\w])\{[^\W\d_][^{}\\$\n,:=<>\"'+*/]{1,60}\}(?![{_^$])")
_LATEX = re.compile(r"\$\$[^$]{1,2000}\$\$|\$[^$\n]{1,300}\$|`[^`\n]{1,500}`")
_SAYS_SO = re.compile(r"(?:format\w*|siglos?|century)\W{0,3}(?:\w{1,9}\W{1,3})?$")
_WHOLE = Phrases(_BLANKS["whole"])


def find_blanks(text: str) -> Iterator[tuple[int, str]]:
    """(position, blank as written) for each blank left in a text.

    Example:
        >>> list(find_blanks("Autora: [completar: nombre], con $x_{i}$ y {caso de uso}"))
        [(8, '[completar: nombre]'), (43, '{caso de uso}')]
    """
    folded = fold(text)
    without_latex = _LATEX.sub(lambda span: "·" * len(span.group()), text)
    hits = [*_MARKS.finditer(folded), *_CAPITALS.finditer(text), *_BRACES.finditer(without_latex)]
    end = 0
    for hit in sorted(hits, key=lambda hit: hit.start()):
        is_said = _SAYS_SO.search(folded[max(0, hit.start() - 24) : hit.start()])
        if hit.start() >= end and not is_said:
            end = hit.end()
            yield hit.start(), text[hit.start() : hit.end()].strip()


def is_blank(value: str) -> bool:
    """Whether all that a value says is that it is not filled in: "pendiente", "…", "???"."""
    return not value.strip(" \t\n*_`.…?¿-") or _WHOLE.is_all(bare(value[:120]))


def own_words(text: str) -> set[str]:
    """Folded words and figures of a text, blanks aside."""
    for _, blank in list(find_blanks(text))[:50]:
        text = text.replace(blank, " ")
    return set(_OWN_WORD.findall(fold(text)))


def quote(text: str, limit: int = 60) -> str:
    """A student's text, safe to print: one line, no control characters, not too long."""
    flat = "".join(char if char.isprintable() else " " for char in " ".join(text.split()))
    return flat if len(flat) <= limit else flat[: limit - 1] + "…"
