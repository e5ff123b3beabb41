"""What a student wrote: the words of a block beyond the template, its blanks and its filler."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from autograder.ml.model_card import placeholders
from autograder.ml.model_card.parse import Block, fold, read
from autograder.ml.model_card.sections import Placed

TEMPLATE = Path(__file__).parent / "template.md"
MIN_WORDS = 4
"""Different words or figures that a section needs before it says anything ("Titanic, 891 filas,
1912")."""

_WORD = re.compile(r"[^\W\d_]{2,}|\d+")
_PIECES = re.compile(r"(?<=[.!?])\s+(?=\S)")
_KEY = re.compile(r"^\W{0,4}([^:\n]{1,60}):")
_REPEATED_IN = 3
_LONG = 6
_PADDED = 40


def words(text: str) -> list[str]:
    """Folded words and figures of a text."""
    return _WORD.findall(fold(text))


def _normal(text: str) -> str:
    return " ".join(words(text))


def pieces(text: str) -> Iterator[str]:
    """The sentences of a text, wherever its lines break."""
    yield from _PIECES.split(" ".join(text.split()))


@dataclass(frozen=True, slots=True)
class TemplateText:
    """What the template says, normalised: sentences and keys ("Para qué") that nobody wrote."""

    sentences: frozenset[str] = frozenset()
    keys: frozenset[str] = frozenset()


@cache
def template_text(path: Path = TEMPLATE) -> TemplateText:
    """The template's own text; nothing when there is no template."""
    if not path.is_file():
        return TemplateText()
    sentences, keys = set(), set()
    for block in read(path.read_text(encoding="utf-8")).blocks:
        for text in _texts(block):
            sentences |= {_normal(piece) for piece in pieces(text)} | {_normal(text)}
            if key := _KEY.match(text):
                keys.add(_normal(key.group(1)))
    return TemplateText(frozenset(sentences - {""}), frozenset(keys))


def _texts(block: Block) -> list[str]:
    if block.table is None:
        return [block.text]
    return [" ".join(row.cells) for row in block.table.rows]


@dataclass(frozen=True, slots=True)
class Own:
    """What one block adds to its section.

    `words`: the student's, blanks and template aside. `blanks`: (line, blank as written).
    `was_template`: all of it is the template's guidance.
    """

    text: str
    words: tuple[str, ...]
    blanks: tuple[tuple[int, str], ...] = ()
    was_template: bool = False


def own_content(block: Block, template: TemplateText) -> Own:
    """Separate the student's words from the template's and from what was left to fill in."""
    if block.kind == "code":
        return Own("", ())
    if block.table is not None:
        return _own_table(block, template)
    kept = [piece for piece in pieces(block.text) if _normal(piece) not in template.sentences]
    if block.quoted and not kept:
        return Own("", (), was_template=True)
    blanks = tuple(
        (block.line + block.text.count("\n", 0, position), blank)
        for position, blank in placeholders.find(block.text)
    )
    text = _without_blanks(" ".join(kept))
    said = words(_without_key(text, template))
    if placeholders.is_blank(text) or placeholders.is_not_applicable(text):
        said = []
    return Own(text, tuple(said), blanks, was_template=not kept)


def _own_table(block: Block, template: TemplateText) -> Own:
    assert block.table is not None
    blanks: list[tuple[int, str]] = []
    texts: list[str] = []
    for row in block.table.rows:
        line = " ".join(row.cells)
        blanks += [(row.line, blank) for cell in row.cells for _, blank in placeholders.find(cell)]
        values = row.cells[1:] if len(row.cells) > 1 else row.cells
        if all(placeholders.is_blank(cell) for cell in values):
            if row.cells and words(row.cells[0]) and not any(placeholders.find(line)):
                blanks.append((row.line, f"{row.cells[0].strip()} | "))
            continue
        if _normal(line) not in template.sentences:
            texts.append(_without_blanks(line))
    if texts:
        texts.insert(0, _without_blanks(" ".join(block.table.header)))
    text = ". ".join(texts)
    return Own(text, tuple(words(text)), tuple(blanks), was_template=False)


def _without_blanks(text: str) -> str:
    for _, blank in list(placeholders.find(text))[:50]:
        text = text.replace(blank, " ")
    return text


def _without_key(text: str, template: TemplateText) -> str:
    key = _KEY.match(text)
    if key and _normal(key.group(1)) in template.keys:
        return text[key.end() :]
    return text


def empty_values(placed: Sequence[Placed]) -> Iterator[tuple[Placed, str]]:
    """Keys with nothing after them: "- **Versión:**" with no list, table or text below."""
    for index, here in enumerate(placed):
        block = here.block
        if block.kind != "text" or not _KEY.fullmatch(block.text.strip()):
            continue
        after = placed[index + 1] if index + 1 < len(placed) else None
        if after is None or not _answers(after, here):
            yield here, block.text.strip()


def _answers(after: Placed, key: Placed) -> bool:
    """Whether the block that follows a key is its value."""
    if after.headings != key.headings or after.sections != key.sections:
        return False
    if after.block.level > key.block.level or after.block.kind != "text":
        return True
    same_list = key.block.level > 0
    return not same_list and not _KEY.fullmatch(after.block.text.strip())


def repeated_texts(owns: Iterable[tuple[Placed, Own]]) -> frozenset[str]:
    """Texts pasted in several sections: said once, they are a section's; three times, nobody's."""
    seen: dict[str, set[str]] = {}
    for placed, own in owns:
        if len(own.words) >= _LONG:
            seen.setdefault(" ".join(own.words), set()).update(placed.sections)
    return frozenset(text for text, sections in seen.items() if len(sections) >= _REPEATED_IN)


def is_padding(said: Sequence[str], texts: Sequence[str]) -> bool:
    """Many words that are few: the same phrase over and over."""
    if len(said) < _PADDED:
        return False
    if len(set(said)) < len(said) // 8 and len(set(said)) < _PADDED:
        return True
    sentences = Counter(_normal(piece) for text in texts for piece in pieces(text))
    counted = sum(sentences.values())
    repeats = sum(times for sentence, times in sentences.items() if times > 2 and " " in sentence)
    return counted >= 6 and repeats > counted // 2
