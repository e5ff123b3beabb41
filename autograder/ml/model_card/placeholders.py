"""Blanks that somebody was meant to fill in: found by what they say, never by brackets alone."""

from __future__ import annotations

import re
from collections.abc import Iterator

from autograder.ml.model_card.parse import fold

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
    r"|\b(?P<pending>por|falta|pendiente de|a|sin)\s(?:definir|completar|rellenar)\b"
    r"|\bcompletar (?:aca|aqui|luego|despues|mas adelante)\b"
    r"|\bto be (?:defined|determined|completed|announced)\b"
    r"|(?P<date>\b(?:aaaa|yyyy)[-/](?:mm|dd)\b(?:[-/](?:mm|dd))?"
    r"|\b(?:dd|mm)[-/](?:dd|mm)[-/](?:aaaa|yyyy)\b)"
    r"|<(?:completar|nombre|fecha|autor|tu|your|name|insert)\b[^<>]{0,100}>"
)
# Over the text as written: only in capitals. "todo" and "método" are Spanish words.
_CAPITALS = re.compile(
    r"(?<![\wÁÉÍÓÚÑ])(?:TODO|TBD|TBC|FIXME)(?![\wÁÉÍÓÚÑ])"
    r"|(?<![\wÁÉÍÓÚÑ])(?:\d{0,4}[.,])?X{2,4}(?:[.,]X{1,4})?(?![\wÁÉÍÓÚÑ])"
    r"|(?<![\wÁÉÍÓÚÑ.])X(?:[.,][XYZ]){1,2}(?![\wÁÉÍÓÚÑ])"
    r"|\{[A-ZÁÉÍÓÚÑ][A-ZÁÉÍÓÚÑ0-9 _-]{1,60}\}"
)
_VALUE_ENDS = re.compile(r"[.:;|()\[\]]")
_REASON = re.compile(r"\b(?:porque|ya que|dado que|debido a|puesto que|hasta que)\b")
_QUESTION = re.compile(
    r"\W*(?:con |a |en |de )?(?:quien|quienes|que|como|cual|cuales|cuando|cuant[oa]s?|donde|si)\b"
)
_SHORT, _ASIDE = 6, 3  # words: a sentence that says no more than "falta"; an adverb or two
_NEAR = 300
_FORMAT = re.compile(r"(?:\bformat(?:o|os)?\b[^.\n|]{0,20}|\bcomo\W{0,3}|\bfechas[ (`]{1,3})$")
_CENTURY = re.compile(r"(?:siglos?|s\.|century|capitulo|tomo|luis|and|y)\s*$")
_WORD = re.compile(r"[^\W_]+")
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
        if hit.start() >= ends and not _is_word(text, hit) and not _is_said(text, hit):
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


def _is_said(text: str, hit: re.Match[str]) -> bool:
    """What looks like a blank and says something: a link, a date's format, what is not known."""
    if hit.group().startswith("["):
        return hit.group().endswith("]") and text.startswith("(", hit.end())
    if hit.re is not _FOLDED:
        return False
    before = fold(text[max(0, hit.start() - _NEAR) : hit.start()])
    if hit["date"]:
        return bool(_FORMAT.search(before))
    after = fold(text[hit.end() : hit.end() + _NEAR])
    return bool(hit["pending"]) and _goes_on(before, hit["pending"], after)


def _goes_on(before: str, pending: str, after: str) -> bool:
    """Whether "falta definir" and the like are part of a sentence, not all that a value says."""
    before, after = _VALUE_ENDS.split(before)[-1], _VALUE_ENDS.split(after)[0]
    lead, rest = _WORD.findall(before), _WORD.findall(after)
    if _REASON.search(after) or (len(rest) >= _ASIDE and _QUESTION.match(after)):
        return True
    if pending in ("a", "sin") and lead:
        return not before.endswith("\n") or bool(after and not after.startswith("\n"))
    if pending == "sin":
        return len(rest) > _ASIDE or rest[:1] == ["en"]
    return bool(lead or pending == "falta") and len(lead) + 2 + len(rest) > _SHORT


def is_empty_value(text: str) -> bool:
    """True for "Versión:" (a key with nothing after it), dots, dashes or a lone parenthesis."""
    return bool(_KEY.fullmatch(text)) or is_blank(text)


def is_blank(text: str) -> bool:
    """True for text that says nothing: "…", "---", "???", "(describir)", ""."""
    return not text.strip() or bool(_ONLY_DOTS.fullmatch(text) or _PARENTHESES.fullmatch(text))


def is_not_applicable(text: str) -> bool:
    """True when all it says is "No aplica", "N/A", "ninguna"."""
    return bool(_NOT_APPLICABLE.fullmatch(fold(text)))
