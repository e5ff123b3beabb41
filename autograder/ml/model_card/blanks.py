"""What was left to fill in, found by what it says; and the words that are left without it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from autograder.ml.model_card.fields import follows
from autograder.ml.model_card.parse import Block, fold
from autograder.ml.model_card.sections import Placed

_TO_FILL = (
    r"complet(?:ar|a|e)|rellen(?:ar|a|e)|describ(?:ir|a|e|i)|escrib(?:ir|a|e|i)|indi(?:car|ca|que)"
    r"|insert(?:ar|e)?|reemplaz(?:ar|a|e)|agreg(?:ar|a|ue)|poner|explic(?:ar|a|a)|defin(?:ir|e|a)"
    r"|detall(?:ar|a|e)|especific(?:ar|a)|(?:tu |su |el )?nombre|(?:la |una )?fecha|autor(?:es)?"
    r"|(?:breve )?descripcion|describe|fill in|your|name|date|add|replace|placeholder|todo|tbd"
    r"|tu_\w+|e\.?g\.?"
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
    r"|[.…_?¿*\s-]+|\(\s*(?:describir|completar|…|\.\.\.)[^()]*\))(?: mas adelante| luego)?[\s.]*"
)
_KEY = re.compile(r"[\s*_`•–-]{0,6}[^:\n]{1,80}:[\s*_`]*")
_WORD = re.compile(r"[^\W\d_]{2,}|\d+")


def find(text: str) -> Iterator[tuple[int, str]]:
    """(position, blank as written) for each blank left in a text.

    Example:
        >>> list(find("Autora: [completar: nombre], con $x_{i}$ y {caso de uso}"))
        [(8, '[completar: nombre]'), (45, '{caso de uso}')]
    """
    folded = fold(text)
    without_latex = _LATEX.sub(lambda span: "·" * len(span.group()), text)
    hits = [
        *_FOLDED.finditer(folded),
        *_CAPITALS.finditer(text),
        *_BRACES.finditer(without_latex),
    ]
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
    if block.kind == "code" or block.quoted:
        return []
    if block.kind == "table":
        return _of_table(block)
    found = [(block.line + block.text.count("\n", 0, at), blank) for at, blank in find(block.text)]
    following = placed[at + 1] if at + 1 < len(placed) else None
    for number, text in enumerate(block.text.split("\n")):
        key = _KEY.match(text)
        value = text[key.end() :] if key else text
        is_last = number == block.text.count("\n")
        answered = (
            key is not None
            and is_last
            and following is not None
            and follows(following.block, block)
            and following.heading == placed[at].heading
            and not (following.block.level == block.level and _is_key(following.block.text))
        )
        is_empty = is_blank(value) and not (not value.strip() and (answered or not key))
        if is_empty and not any(line == block.line + number for line, _ in found):
            found.append((block.line + number, text.strip()))
    return found


def _is_key(text: str) -> bool:
    return _KEY.match(text.split("\n", 1)[0]) is not None


def _of_table(block: Block) -> list[tuple[int, str]]:
    header, *rows = block.rows
    if not rows:
        return [(block.line, " | ".join(header.cells)[:80])]
    found = [(row.line, blank) for row in block.rows for c in row.cells for _, blank in find(c)]
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
    return [word for word in _WORD.findall(fold(text))]
