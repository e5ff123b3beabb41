"""What was left to fill in, found by what it says; and the words that are left without it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from autograder.ml.model_card.fields import follows
from autograder.ml.model_card.parse import Block, fold
from autograder.ml.model_card.sections import Placed

_TO_FILL = (
    r"(?:complet|rellen|reemplaz|agreg|explic|detall|especific|indic|insert)(?:ar|a|e|á)?"
    r"|(?:describ|escrib|defin)(?:ir|a|e|i)|poner|(?:tu |su |el )?nombre|(?:la )?fecha|autor(?:es)?"
    r"|(?:breve )?descripcion|fill in|your|name|date|add|replace|placeholder|todo|tbd|tu_\w+|e\.?g"
)
# Over the folded text: accents and capitals do not matter.
_FOLDED = re.compile(
    rf"\[\s*(?:{_TO_FILL})\b[^\[\]\n]{{0,300}}\]?(?!\()"
    rf"|\(\s*(?:describ(?:ir|e|a)|complet(?:ar|a|e)|rellen(?:ar|a|e)|fill in)\b[^()\n]{{0,200}}\)"
    r"|\{\{[^{}\n]{0,200}\}\}"
    r"|\[?\bmore information needed\b\]?|\[?\bmas informacion (?:necesaria|requerida)\b\]?"
    r"|\blorem ipsum\b|\bdolor sit amet\b"
    r"|\bplease (?:include|describe|fill|add|provide)\b[^.\n]{0,120}"
    r"|\bprovide (?:a|the) (?:quick|longer|short|brief)\b[^.\n]{0,80}"
    r"|\b(?:completar|rellenar) (?:aca|aqui|luego|despues|mas adelante)\b"
    r"|\bto be (?:defined|determined|completed|announced|filled)\b"
    r"|\b(?:aaaa|yyyy)[-/](?:mm|dd)\b(?:[-/](?:mm|dd))?|\b(?:dd|mm)[-/](?:dd|mm)[-/](?:aaaa|yyyy)\b"
    r"|<\s*(?:completar|nombre|fecha|autor|version|tu|su|your|name|insert|model)\b[^<>\n]{0,100}>"
    r"|\b(?:tu|your)_[a-z_]{2,40}\b"
)
# Over the text as written: only in capitals ("todo" is a Spanish word).
_CAPITALS = re.compile(
    r"(?<![\w])(?:TODO(?=\s*[:(\]]|\s*$)|TBD|TBC|FIXME)(?!\w)"
    r"|(?<![\w.,])(?:\d{0,4}[.,])?X{2,4}(?:[.,]X{1,4})?\s?(?:%|(?=\s*(?:$|[|;)]|[.,](?:\s|$))))"
    r"|(?<![\w.,])X(?:[.,][XYZ]){1,2}(?!\w)"
)
# `{caso de uso}`, which is neither LaTeX (`x_{i}`, `\frac{a}{b}`) nor code nor JSON.
_BRACES = re.compile(r"(?<![\\_^{}$\w])\{[^\W\d_][^{}\\$\n,:=<>\"'+*/]{1,60}\}(?![{_^$])")
_LATEX = re.compile(r"\$\$[^$]{1,2000}\$\$|\$[^$\n]{1,300}\$|`[^`\n]{1,500}`")
_CENTURY = re.compile(r"(?:siglos?|s\.|century|capitulo|tomo|luis|and|y)\s*$")
_FORMAT = re.compile(r"format\w*\W{0,3}\w{0,12}\W{0,3}$")
_WHOLE = re.compile(
    r"(?:(?:queda |esta |todavia |aun )?(?:por|falta|a|sin|para) "
    r"(?:definir|completar|rellenar|confirmar|determinar)"
    r"|(?:esta )?pendientes?(?: de \w+)?|to do|tbd|tbc|coming soon|proximamente|lorem ipsum"
    r"|complet(?:ar|e|a)|describir|rellenar|falta|xx+|to be \w+|work in progress|wip|[?¿]+"
    r"|[.…_?¿*\s-]+|\(\s*(?:describir|completar|…|\.\.\.)[^()]*\))"
    r"(?: mas adelante| luego| por (?:el |la )?\w+)?[\s.]*"
)
_KEY = re.compile(r"[\s*_`•–-]{0,6}[^:\n]{1,80}:[\s*_`]*")
_WORD = re.compile(r"[^\W\d_]{2,}|\d+")


def find(text: str) -> Iterator[tuple[int, str]]:
    """(position, blank as written) for each blank left in a text.

    Example:
        >>> list(find("Autora: [completar: nombre], con $x_{i}$ y {caso de uso}"))
        [(8, '[completar: nombre]'), (43, '{caso de uso}')]
    """
    folded = fold(text)
    without_latex = _LATEX.sub(lambda span: "·" * len(span.group()), text)
    hits = [*_FOLDED.finditer(folded), *_CAPITALS.finditer(text), *_BRACES.finditer(without_latex)]
    end = 0
    for hit in sorted(hits, key=lambda hit: hit.start()):
        before = folded[max(0, hit.start() - 24) : hit.start()]
        is_said = (hit.group() == "XX" and _CENTURY.search(before)) or _FORMAT.search(before)
        if hit.start() >= end and not is_said:
            end = hit.end()
            yield hit.start(), text[hit.start() : hit.end()].strip()


def is_blank(value: str) -> bool:
    """Whether all that a value says is that it is not filled in: "pendiente", "…", "???"."""
    return not value.strip() or bool(_WHOLE.fullmatch(fold(value[:120]).strip(" *_`")))


def blanks_of(placed: Sequence[Placed], at: int) -> list[tuple[int, str]]:
    """(line, blank) of one block: marks to fill in, keys without a value, tables without rows."""
    block = placed[at].block
    if not placed[at].is_content or block.rows:
        return _of_table(block) if block.rows and not block.quoted else []
    found = [(block.line + block.text.count("\n", 0, at), blank) for at, blank in find(block.text)]
    marked = {line for line, _ in found}
    lines = placed[at].lines()
    for line, text in lines:
        key = _KEY.match(text)
        value = text[key.end() :] if key else text
        is_answered = line == lines[-1][0] and _is_answered(placed, at)
        says_nothing = is_blank(value) if value.strip() else bool(key) and not is_answered
        if says_nothing and line not in marked:
            found.append((line, text.strip()))
    return found


def _is_answered(placed: Sequence[Placed], at: int) -> bool:
    """Whether the block after a key without a value is its value, and not another key."""
    here, after = placed[at], placed[at + 1] if at + 1 < len(placed) else None
    if after is None or after.heading != here.heading or not follows(after.block, here.block):
        return False
    return after.block.level != here.block.level or not _KEY.match(after.block.text)


def _of_table(block: Block) -> list[tuple[int, str]]:
    header, *rows = block.rows
    if not rows:
        return [(block.line, " | ".join(header.cells)[:80])]
    found = [(row.line, blank) for row in block.rows for _, blank in find(" | ".join(row.cells))]
    marked = {line for line, _ in found}
    is_pairs = len(header.cells) == 2  # elsewhere, a row of empty cells is a title
    for row in rows:
        values = [value for value in row.cells[1:] if is_pairs or value.strip()]
        says_nothing = bool(values) and all(map(_is_unfilled, values))
        if row.line not in marked and row.cells[0].strip() and says_nothing:
            found.append((row.line, row.cells[0]))
    return found


def _is_unfilled(value: str) -> bool:
    return is_blank(value) and not re.fullmatch(r"\s*[-–—]+\s*", value)


def words(text: str) -> list[str]:
    """Folded words and figures of a text, blanks aside."""
    for _, blank in list(find(text))[:50]:
        text = text.replace(blank, " ")
    return _WORD.findall(fold(text))
