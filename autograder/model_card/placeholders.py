"""Blanks that somebody was meant to fill in: found by what they say, never by brackets alone."""

from __future__ import annotations

import re
from collections.abc import Iterator

from autograder.model_card.parse import fold

_VERBS = (
    r"complet(?:ar|a)|rellenar|describir|escribir|indicar|insertar|reemplazar|agregar|poner|"
    r"explicar|definir|nombre|fecha|autor(?:es)?|tu nombre|fill in|insert|describe|your name|"
    r"name here|add|replace|placeholder|todo|tbd"
)
# Over the folded text: accents and capitals do not matter.
_FOLDED = re.compile(
    rf"\[\s*(?:{_VERBS})\b[^\[\]]{{0,300}}\]?"
    r"|\{\{[^{}]{0,200}\}\}"
    r"|\[?\bmore information needed\b\]?"
    r"|\blorem ipsum\b|\bdolor sit amet\b"
    r"|\b(?:por|falta|pendiente de) (?:definir|completar|rellenar)\b"
    r"|(?:^|(?<=[:|(\n]))\W{0,4}\b(?:a|sin) (?:definir|completar|rellenar)\b"
    r"|\bcompletar (?:aca|aqui|luego|despues|mas adelante)\b"
    r"|\bto be (?:defined|determined|completed|announced)\b"
    r"|\b(?:aaaa|yyyy)[-/](?:mm|dd)\b(?:[-/](?:mm|dd))?|\b(?:dd|mm)[-/](?:dd|mm)[-/](?:aaaa|yyyy)\b"
    r"|<(?:completar|nombre|fecha|autor|tu|your|name|insert)\b[^<>]{0,100}>"
)
# Over the text as written: only in capitals. "todo" and "método" are Spanish words.
_CAPITALS = re.compile(
    r"(?<![\wÁÉÍÓÚÑ])(?:TODO|TBD|TBC|FIXME)(?![\wÁÉÍÓÚÑ])"
    r"|(?<![\wÁÉÍÓÚÑ])(?:\d{0,4}[.,])?X{2,4}(?:[.,]X{1,4})?(?![\wÁÉÍÓÚÑ])"
    r"|(?<![\wÁÉÍÓÚÑ.])X(?:[.,][XYZ]){1,2}(?![\wÁÉÍÓÚÑ])"
    r"|\{[A-ZÁÉÍÓÚÑ][A-ZÁÉÍÓÚÑ0-9 _-]{1,60}\}"
)
_CENTURY = re.compile(r"(?:siglos?|s\.|century|capitulo|tomo|luis|and|y)\s*$")
_ONLY_DOTS = re.compile(r"[\s.…_\-–—?¿*]+")
_PARENTHESES = re.compile(r"\s*[(\[][^()\[\]]*[)\]]\s*[.:]?\s*")
_NOT_APPLICABLE = re.compile(
    r"\W*(?:no (?:aplica|corresponde|hay|tiene|se)|n/?a|ningun[oa]?s?|nada|none|not applicable|"
    r"nothing|idem|-+|s/d|sin datos?)\W*"
)
_KEY = re.compile(r"[^:\n]{1,80}:\s*")


def find(text: str) -> Iterator[tuple[int, str]]:
    """Yield (position, blank as written) for each blank left in a block's text."""
    ends = 0
    hits = [*_FOLDED.finditer(fold(text)), *_CAPITALS.finditer(text)]
    for hit in sorted(hits, key=lambda found: found.start()):
        if hit.start() >= ends and not _is_word(text, hit):
            ends = hit.end()
            yield hit.start(), text[hit.start() : hit.end()]


def _is_word(text: str, hit: re.Match[str]) -> bool:
    """Capitals that are a word after all: "TODO" in a shouted sentence, "siglo XX"."""
    word = text[hit.start() : hit.end()]
    if word == "XX":
        return bool(_CENTURY.search(fold(text[max(0, hit.start() - 12) : hit.start()])))
    if word != "TODO":
        return False
    around = (text[max(0, hit.start() - 30) : hit.start()], text[hit.end() : hit.end() + 30])
    words = re.findall(r"[^\W\d_]{2,}", " ".join(around))
    after = around[1].lstrip()[:1]
    return after != ":" and bool(words) and all(near.isupper() for near in words)


def is_empty_value(text: str) -> bool:
    """True for "Versión:" (a key with nothing after it), dots, dashes or a lone parenthesis."""
    return bool(_KEY.fullmatch(text)) or is_blank(text)


def is_blank(text: str) -> bool:
    """True for text that says nothing: "…", "---", "???", "(describir)", ""."""
    return not text.strip() or bool(_ONLY_DOTS.fullmatch(text) or _PARENTHESES.fullmatch(text))


def is_not_applicable(text: str) -> bool:
    """True when all it says is "No aplica", "N/A", "ninguna"."""
    return bool(_NOT_APPLICABLE.fullmatch(fold(text)))
