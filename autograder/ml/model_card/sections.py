"""The seven sections: which blocks stand under each, and whether out-of-scope uses are named."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from autograder.messages import gettext
from autograder.ml.model_card.parse import Block
from autograder.ml.model_card.text import VOCABULARY, Phrases, bare, fold, is_blank, own_words

SECTIONS: dict[str, str] = {
    "model_details": "Model details",
    "intended_use": "Intended use",
    "training_data": "Training data",
    "evaluation_data": "Evaluation data",
    "metrics": "Metrics",
    "ethical_considerations": "Ethical considerations",
    "caveats": "Caveats and recommendations",
}
"""Stable key → English name, in the template's order; `section_title` says it in the language in
use."""
OUT_OF_SCOPE = "out_of_scope"
"""What is placed under a heading that says for what the model is not."""

_NAMES = VOCABULARY["sections"]
_INSIDE = {key: Phrases(_NAMES[key]["inside"]) for key in SECTIONS}
_EXACT = {key: Phrases(_NAMES[key]["inside"] + _NAMES[key]["alone"]) for key in SECTIONS}
_JOINTS = re.compile(r" (?:y|e|and|or|o|vs) |[,/&:;|+()]|[-–—] ")
_MAX_HEADING = 160
_TRAINING, _TEST = (frozenset(VOCABULARY[name]) for name in ("training", "test"))

_SCOPE = VOCABULARY["scope"]
_LABELS = Phrases(_SCOPE["labels"] + _SCOPE["begins"] + _SCOPE["outside"])
_BEGINS, _OUTSIDE = Phrases(_SCOPE["begins"]), Phrases(_SCOPE["outside"])
_LEADS, _DENIALS = Phrases(_SCOPE["leads"]), Phrases(_SCOPE["denials"])
_EMPTY = Phrases(_SCOPE["empty"])
_TOWARD = frozenset(_SCOPE["toward"])
_SENTENCE = re.compile(r"(?<=[.;!?])\s+|\n")


@dataclass(frozen=True, slots=True)
class Placed:
    """A block and the sections it belongs to; `heading`: the innermost over it."""

    block: Block
    sections: tuple[str, ...]
    heading: str = ""

    @property
    def is_content(self) -> bool:
        """Whether it counts as what somebody wrote: no guide (quoted) and no code."""
        return not self.block.quoted and self.block.kind != "code"

    @property
    def section(self) -> str:
        """The key that a finding about the block carries."""
        return next((key for key in self.sections if key in SECTIONS), "")

    @property
    def is_about_training(self) -> bool:
        """Whether it is about the training data and not about the evaluation's."""
        words = set(bare(self.heading).split())
        if words & _TRAINING and not words & _TEST:
            return True
        return "training_data" in self.sections and not (
            {"evaluation_data", "metrics"} & set(self.sections)
        )

    def lines(self) -> list[tuple[int, str]]:
        """(line, text) of each line, or of each row of a table."""
        if self.block.rows:
            return [(row.line, " ".join(row.cells)) for row in self.block.rows]
        return list(enumerate(self.block.text.split("\n"), self.block.line))


@dataclass(frozen=True, slots=True)
class Outline:
    """Where everything stands. `headings`: the line of each section's first heading;
    `unassigned`: (line, text) of headings that name no section."""

    placed: list[Placed] = field(default_factory=list)
    headings: dict[str, int] = field(default_factory=dict)
    unassigned: list[tuple[int, str]] = field(default_factory=list)


def section_title(key: str) -> str:
    """The heading of a section in the language in use. Raises KeyError for an unknown key.

    Example:
        >>> section_title("metrics")
        'Metrics'
    """
    return {
        "model_details": gettext("Model details"),
        "intended_use": gettext("Intended use"),
        "training_data": gettext("Training data"),
        "evaluation_data": gettext("Evaluation data"),
        "metrics": gettext("Metrics"),
        "ethical_considerations": gettext("Ethical considerations"),
        "caveats": gettext("Caveats and recommendations"),
    }[key]


def name_sections(heading: str) -> tuple[tuple[str, ...], bool]:
    """The sections that a heading names, and whether it says nothing else."""
    whole = bare(heading[:_MAX_HEADING])
    if _LABELS.after(whole) is not None:
        return (OUT_OF_SCOPE, *(["caveats"] if _INSIDE["caveats"].is_in(whole) else [])), True
    parts = [part for part in map(bare, _JOINTS.split(fold(heading[:_MAX_HEADING]))[:6]) if part]
    keys = tuple(dict.fromkeys(key for part in (whole, *parts) for key in _exactly(part)))
    if "training_data" in keys and not _INSIDE["metrics"].is_in(whole):
        keys = tuple(key for key in keys if key != "metrics")  # "… y evaluación": of the data
    is_exact = bool(_exactly(whole)) or (bool(keys) and all(map(_exactly, parts)))
    keys = keys or tuple(key for key in SECTIONS if _INSIDE[key].is_in(whole))[:2]
    beyond = any(_LABELS.after(part) is not None for part in parts)
    return keys + (OUT_OF_SCOPE,) * beyond, is_exact


def _exactly(name: str) -> list[str]:
    return [key for key in SECTIONS if _EXACT[key].is_all(name)]


def outline(blocks: Sequence[Block]) -> Outline:
    """Assign every block to the section(s) whose heading stands over it: the innermost one."""
    result = Outline()
    stack: list[tuple[int, tuple[str, ...], str]] = []
    for block in blocks:
        is_heading = block.kind == "heading" or (block.looks_like_heading and not block.level)
        keys, is_exact = name_sections(block.text) if is_heading else ((), False)
        inherited = next((keys for _, keys, _ in reversed(stack) if keys), ())
        if not is_heading or block.quoted or (block.looks_like_heading and not is_exact):
            result.placed.append(Placed(block, inherited, stack[-1][2] if stack else ""))
            continue
        level = 2 if block.looks_like_heading else block.level
        while stack and stack[-1][0] >= level:
            stack.pop()
        if OUT_OF_SCOPE in keys:
            inherited = next((keys for _, keys, _ in reversed(stack) if keys), ())
            keys = tuple(dict.fromkeys((*keys, *inherited)))
        stack.append((level, keys, block.text[:_MAX_HEADING]))
        for key in keys:
            result.headings.setdefault(key, block.line)
        if not keys and level > 1:
            result.unassigned.append((block.line, block.text))
    return result


def names_a_use(text: str) -> bool:
    """Whether some sentence of `text`, which stands where out-of-scope uses do, names one.

    Example:
        >>> [names_a_use(text) for text in ("Ninguno.", "Cualquier otro propósito", "Hipotecas")]
        [False, False, True]
    """
    return any(
        not is_blank(sentence)
        and _DENIALS.after(bare(sentence)) is None
        and any(
            len(w) > 3 and not w.isdigit() and not _EMPTY.is_all(w) for w in own_words(sentence)
        )
        for sentence in _SENTENCE.split(text)
    )


def states_out_of_scope(placed: Sequence[Placed]) -> bool:
    """Whether a card names a use, under a heading, a label or a line that says it is not for it."""
    return any(names_a_use(text) for text in _statements(placed))


def _statements(placed: Sequence[Placed]) -> Iterator[str]:
    """What the card says where it says what is out of scope."""
    for at, here in enumerate(placed):
        if not here.is_content:
            continue
        is_under = OUT_OF_SCOPE in here.sections
        if here.block.rows:
            yield from _in_table(here, is_under)
        for _, line in here.lines() * (not here.block.rows):
            label, colon, value = line.partition(":")
            if here.block.lead and line.startswith(here.block.lead):
                label, value = here.block.lead, line[len(here.block.lead) :]
            elif not colon:
                label, value = "", line
            if _is_label(label):
                yield value if bare(value) else below(placed, at)
            elif is_under:
                yield value if label and "[" not in label and value.strip() else line
            for sentence in _SENTENCE.split(f"{line}\n{value}"):
                rest = _negated(bare(sentence[:300]))
                if rest is not None:
                    yield rest or below(placed, at)


def _negated(words: str) -> str | None:
    """What a sentence says that the model is not for, or None."""
    words = _LEADS.after(words) or words
    rest = _BEGINS.after(words)
    is_aimed = rest is not None and rest.partition(" ")[0] in _TOWARD
    return rest if is_aimed else _OUTSIDE.after(words)


def _is_label(text: str) -> bool:
    rest = _LABELS.after(bare(text[:160]))
    return rest is not None and len(rest) <= 40


def below(placed: Sequence[Placed], at: int) -> str:
    """The text of the blocks that a label, which says nothing more itself, introduces."""
    label, texts = placed[at], []
    for here in placed[at + 1 : at + 20]:
        is_deeper = here.block.level > label.block.level or not label.block.level
        if here.heading != label.heading or not is_deeper:
            break
        texts.append(here.block.text)
        if not here.block.level:
            break
    return "\n".join(texts)


def _in_table(here: Placed, is_under: bool) -> Iterator[str]:
    header, *rows = here.block.rows
    columns = [at for at, cell in enumerate(header.cells) if _is_label(cell)]
    for row in rows:
        if is_under or _is_label(row.cells[0]):
            yield " ".join(row.cells[not is_under :])
        yield from (row.cells[at] for at in columns if at < len(row.cells))
