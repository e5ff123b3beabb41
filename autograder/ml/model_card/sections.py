"""The seven sections: their names in Spanish and English, and which blocks stand under each."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Any

from autograder.ml.model_card.parse import Block, fold

SECTIONS: dict[str, str] = {
    "model_details": "Detalles del modelo",
    "intended_use": "Uso previsto",
    "training_data": "Datos de entrenamiento",
    "evaluation_data": "Datos de evaluación",
    "metrics": "Métricas",
    "ethical_considerations": "Consideraciones éticas",
    "caveats": "Limitaciones y recomendaciones",
}
"""Stable key → the heading of `model_card_template.md`, in the template's order."""

_DATA = r"(?:datos|dataset|data|conjunto(?: de datos)?|set)"
# Names that are the section whenever they are in a heading.
_NAMES = {
    "model_details": r"(?:detalles?|descripcion|informacion|ficha|resumen)(?: general)? "
    r"(?:del?|sobre el) modelo|sobre el modelo"
    r"|model (?:details?|description|information|overview)",
    "intended_use": r"usos? (?:previstos?|esperados?|propuestos?|pretendidos?|adecuados?)"
    r"|intended uses?|casos? de uso|use cases?|uso del modelo",
    "training_data": rf"{_DATA} (?:del? |para (?:el )?)?entrenamiento"
    rf"|train(?:ing)? (?:data|dataset|set)|{_DATA} de train",
    "evaluation_data": rf"{_DATA} (?:de |para )?(?:la )?(?:evaluacion|prueba|test|testeo"
    r"|validacion)"
    r"|(?:evaluation|test|testing|validation) (?:data|dataset|set)"
    rf"|{_DATA} de entrenamiento (?:y|e) (?:de )?(?:evaluacion|prueba|test)"
    r"|train(?:ing)? and (?:evaluation|test|testing) (?:data|dataset|set)",
    "metrics": r"metricas?|metrics?|analisis cuantitativos?|quantitative analys[ei]s"
    r"|resultados (?:de la evaluacion|del modelo)|(?:evaluation|model) results"
    r"|desempeno(?: del modelo)?|rendimiento del modelo|model performance",
    "ethical_considerations": r"consideraciones eticas|aspectos eticos|ethical considerations"
    r"|etic[oa]s?|ethics|sesgos?|bias(?:es)?|equidad|fairness",
    "caveats": r"limitaciones|recomendaciones|advertencias|caveats|limitations|recommendations",
}
# Names that are the section only when they are all that the heading says.
_ALONE = {
    "model_details": r"detalles|details|modelo|el modelo|the model",
    "intended_use": r"usos?|uses?|alcance y uso",
    "training_data": r"entrenamiento|training|training and (?:evaluation|test) data",
    "evaluation_data": r"evaluacion|evaluation|testing|validacion",
    "metrics": r"resultados?|results?|rendimiento|performance|factors|factores",
    "ethical_considerations": r"sesgos?(?: y (?:equidad|riesgos?))?|bias|fairness|equidad"
    r"|riesgos(?: eticos)?|bias risks and limitations|sesgos? (?:y|riesgos y) limitaciones",
    "caveats": r"monitoreo|monitoring|advertencias y limites|limites",
}
_CONTAINS = {key: re.compile(rf"\b(?:{names})\b") for key, names in _NAMES.items()}
_EXACT = {
    key: re.compile(rf"(?:(?:las|los|el|la|the) )?(?:{_NAMES[key]}|{_ALONE[key]})")
    for key in SECTIONS
}
_PARENTHESIS = re.compile(r"\([^()]*\)")
_NOT_WORD = re.compile(r"[^a-z0-9]+")
_NUMBERING = re.compile(
    r"^(?:(?:seccion|section|parte|part|paso) )?(?:[ivx]{1,4} |\d{1,2} |[a-g] )+"
)
_MAX_HEADING = 160


@dataclass(frozen=True, slots=True)
class Named:
    """The sections that a heading names (at most two) and whether it names nothing else."""

    keys: tuple[str, ...]
    exact: bool


def _bare(heading: str) -> str:
    words = _NOT_WORD.sub(" ", fold(heading)).strip()
    return _NUMBERING.sub("", words + " ").strip()


def name_sections(heading: str) -> Named:
    """Which of the seven sections `heading` names, in Spanish or English, numbered or not."""
    if len(heading) > _MAX_HEADING:
        return Named((), False)
    main, whole = _bare(_PARENTHESIS.sub(" ", heading)), _bare(heading)
    exact = tuple(key for key in SECTIONS if _EXACT[key].fullmatch(main))
    if exact:
        return Named(_with_pairs(whole, exact), True)
    keys = tuple(key for key in SECTIONS if _CONTAINS[key].search(whole))
    if len(keys) > 2:
        return Named((), False)
    leftover = main
    for key in keys:
        leftover = _CONTAINS[key].sub(" ", leftover)
    filler = {"y", "e", "and", "de", "del", "of", "the", "la", "las", "los", "el"}
    return Named(keys, bool(keys) and set(leftover.split()) <= filler)


def _with_pairs(heading: str, keys: tuple[str, ...]) -> tuple[str, ...]:
    """Headings that speak of two sections at once ("Sesgos y limitaciones") count for both."""
    both = set(keys)
    if "limitaciones" in heading or "limitations" in heading:
        both.add("caveats")
    if re.search(r"entrenamiento (?:y|e) |training and ", heading):
        both |= {"training_data", "evaluation_data"}
    return tuple(key for key in SECTIONS if key in both)


@dataclass(frozen=True, slots=True)
class Placed:
    """A block, the sections it counts for, and the headings above it (nearest first)."""

    index: int
    block: Block
    sections: tuple[str, ...]
    headings: tuple[str, ...] = ()


@dataclass(slots=True)
class Outline:
    """The card's blocks in their sections. `headings` maps a section to its first heading's line;
    `lookalikes` lists (line, text, style) of headings that Markdown does not show as such;
    `deep` the (line, text) of sections whose heading is at level 4 or deeper."""

    placed: list[Placed] = field(default_factory=list)
    headings: dict[str, int] = field(default_factory=dict)
    lookalikes: list[tuple[int, str, str]] = field(default_factory=list)
    deep: dict[str, int] = field(default_factory=dict)
    unnamed: list[tuple[int, str]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Open:
    level: int
    text: str
    keys: tuple[str, ...]
    alone: bool


def outline(blocks: Sequence[Block]) -> Outline:
    """Assign every block to the section(s) whose heading stands over it."""
    result = Outline()
    stack: list[Any] = []
    for index, block in enumerate(blocks):
        heading = _as_heading(block)
        if heading is None:
            sections = _sections(stack)
            texts = tuple(opened.text for opened in reversed(stack))
            result.placed.append(Placed(index, block, sections, texts))
            continue
        while stack and stack[-1].level >= heading.level:
            stack.pop()
        named = name_sections(heading.text)
        keys = named.keys if heading.level <= 3 else ()
        _register(result, heading, block, named, keys)
        stack.append(_Open(heading.level, heading.text, keys, named.exact))
    return result


def _as_heading(block: Block) -> Block | None:
    """A heading, or a line dressed as one that names exactly a section."""
    if block.kind == "heading":
        return block
    if not block.style or block.level > 1:
        return None
    named = name_sections(block.text.rstrip(": "))
    return Block("heading", block.text, block.line, 2, style=block.style) if named.exact else None


def _register(
    result: Outline, heading: Block, block: Block, named: Named, keys: tuple[str, ...]
) -> None:
    for key in keys:
        result.headings.setdefault(key, heading.line)
    if keys and block.style:
        result.lookalikes.append((block.line, block.text, block.style))
    if heading.level > 3:
        for key in named.keys:
            result.deep.setdefault(key, heading.line)
    if not named.keys and len(heading.text) <= _MAX_HEADING:
        result.unnamed.append((heading.line, heading.text))


def _sections(stack: Sequence[_Open]) -> tuple[str, ...]:
    """The innermost section; one that a subheading only mentions adds to the one around it."""
    found: list[str] = []
    for opened in reversed(stack):
        found += [key for key in opened.keys if key not in found]
        if opened.keys and opened.alone:
            break
    return tuple(found)


def closest_heading(key: str, outlined: Outline) -> tuple[int, str] | None:
    """A heading that was probably meant to be the section `key` (a typo), or None."""
    bare = {_bare(text): (line, text) for line, text in outlined.unnamed[:60]}
    near = get_close_matches(_bare(SECTIONS[key]), list(bare), n=1, cutoff=0.75)
    return bare[near[0]] if near else None
