"""The seven sections: their names in Spanish and English, and which blocks stand under each."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from autograder.messages import gettext
from autograder.ml.model_card.parse import Block, fold

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

_DATA = r"(?:datos|dataset|data|conjunto(?: de datos)?|set|muestra|base)"
_TEST = r"(?:evalua(?:cion|tion)|eval|prueba|test(?:eo|ing)?|valida(?:cion|tion))"
# A heading that contains one of these is the section.
_NAMES = {
    "model_details": r"(?:detalles?|descripcion|informacion|ficha(?: tecnica)?|resumen|vision"
    r"|identificacion)(?: general)? (?:del?|sobre el) modelo|(?:sobre|acerca de) (?:el|este) modelo"
    r"|model (?:details?|description|information|overview|summary)|about (?:the|this) model",
    "intended_use": r"usos? (?:previst|esperad|propuest|pretendid|adecuad|indicad|permitid|aceptad"
    r"|recomendad)os?|intended (?:uses?|users?|purpose)|casos? de uso|use cases?|uso del modelo"
    r"|intencion de uso|proposito|finalidad|para que (?:sirve|se usa|es)|direct uses?|alcance",
    "training_data": rf"{_DATA} (?:(?:usados )?(?:del?|para|en) )?(?:el )?(?:entrena(?:miento|r)"
    r"|train(?:ing)?)|train(?:ing)? (?:data(?:set)?|set|details)",
    "evaluation_data": rf"{_DATA} (?:(?:usados )?(?:de|para|en) )?(?:la |el )?(?:{_TEST}|evaluar"
    rf"|probar)|{_TEST} (?:data(?:set)?|set|procedure|protocol)",
    "metrics": r"metric(?:a?s?|as)|analisis (?:cuantitativos?|desagregado)|quantitative analys[ei]s"
    r"|resultados|(?:evaluation|model|test) results?|desempeno|performance|rendimiento",
    "ethical_considerations": r"(?:\w+ )?etic[oa]s?|ethic(?:s|al)?|sesgos?|bias(?:es)?|equidad"
    r"|fairness|impacto social",
    "caveats": r"limitaci(?:on|ones)|recomendaciones|advertencias|caveats?|limitations?"
    r"|recommendations?|precauciones|salvedades",
}
_ANY_DATA = r"(?:los )?datos(?: (?:utilizados|usados))?|data(?:sets?)?|conjuntos? de datos"
# A heading that is only this is the section; a name may stand for several.
_ALONE = {
    "model_details": r"detalles?|details?|model?o?|resumen(?: general)?|summary|overview"
    r"|identificacion|descri(?:pcion(?: general)?|ption)|(?:informacion|datos) general(?:es)?"
    r"|ficha tecnica|presentacion|general information",
    "intended_use": r"usos?|uses?|usage|objetivo|purpose|aplicacion(?:es)?",
    "training_data": rf"entrenamiento|train(?:ing)?|{_ANY_DATA}|origen de los datos|data sources?",
    "evaluation_data": rf"{_TEST}|evaluacion del modelo|model evaluation|{_ANY_DATA}"
    rf"|como (?:se evaluo|evaluamos|se midio)",
    "metrics": r"evaluacion(?: del modelo)?|(?:model )?evaluation|results?|factor(?:e?s)|calidad",
    "ethical_considerations": r"riesgos?|risks?|impactos?|responsab(?:ilidad|le ai)|privacidad"
    r"|privacy|danos",
    "caveats": r"monitor(?:eo|ing)|(?:advertencias y )?limites|limits|mantenimiento|known issues"
    r"|riesgos y limitaciones|risks and limitations",
}
_NOT_FOR = (
    r"(?:otros )?(?:(?:usos?|casos?) )?(?:que (?:estan|quedan) )?fuera del? (?:su )?alcance"
    r"|out of scope|(?:casos? de )?(?:mal(?:os)? )?usos? (?:del modelo )?(?:que )?(?:no|incorrect"
    r"|in(?:debid|adecuad|apropiad|aceptab)|prohibid|desaconsejad|excluid|vedad|malicios)\w*"
    r"(?: (?:se )?\w+)?|mal(?:os)? usos?|(?:limitaciones|limites|restricciones) del? uso"
    r"|us(?:ag)?e (?:limitations|restrictions)|(?:para que|en que casos|cuando) no\b.{0,40}"
    r"|no (?:se )?(?:debe |deberia )?(?:us|utiliz|emple)ar(?:lo|se)?(?: (?:para|en|como|con))?"
    r"|no (?:(?:esta|fue|es) )?(?:pensado|disenado|apto|recomendado|valido|adecuado|previsto"
    r"|entrenado|sirve)(?: (?:para|en))?|exclusion(?:e?s)"
    r"|(?:prohibited|unsupported|unintended|inappropriate|non intended|disallowed|excluded)"
    r" (?:use|application)s?(?: cases?)?|misuses?(?: and .{0,30})?"
    r"|not (?:intended|suitable|recommended|designed|meant|for use)(?: (?:for|use|to be used))?"
    r"|(?:do not|don t|should not be|must not be|never) (?:use|appl[iy])(?:e?d)?"
    r"(?: (?:this|the|it)(?: model)?)?(?: (?:for|in|as|to))?|what (?:it|this model) is not for"
)
NOT_FOR = re.compile(rf"(?:el |los |las |este |the |its )?(?:{_NOT_FOR})")
"""What a bare heading or label says, from its beginning, when what follows is out of scope."""

_CONTAINS = {key: re.compile(rf"\b(?:{names})\b") for key, names in _NAMES.items()}
_EXACT = {
    key: re.compile(rf"(?:(?:las|los|el|la|the|posibles) )?(?:{_NAMES[key]}|{alone})")
    for key, alone in _ALONE.items()
}
_JOINTS = re.compile(r" (?:y|e|and|or|o|vs) (?:de (?:la |el )?)?|[,/&:;|+]|[-–—] ")
_NOT_WORD = re.compile(r"[^a-z0-9]+")
_NUMBERING = re.compile(
    r"^(?:(?:seccion|section|parte|part|paso) )?(?:[ivx]{1,4} |\d{1,2} |[a-g] )+"
)
_OF_TRAINING = re.compile(r"\b(?:entrenamiento|training|train)\b")
_OF_TEST = re.compile(rf"\b{_TEST}\b|\bevaluation\b")
_MAX_HEADING = 160


@dataclass(frozen=True, slots=True)
class Placed:
    """A block and the sections it belongs to; `heading`: the innermost over it, folded."""

    block: Block
    sections: tuple[str, ...]
    heading: str = ""

    @property
    def is_content(self) -> bool:
        """Whether it counts as what somebody wrote: no guide (quoted) and no code."""
        return not self.block.quoted and self.block.kind != "code"

    def lines(self) -> list[tuple[int, str]]:
        """(line, text) of each line, or of each row of a table."""
        if self.block.rows:
            return [(row.line, " ".join(row.cells)) for row in self.block.rows]
        return list(enumerate(self.block.text.split("\n"), self.block.line))

    @property
    def section(self) -> str:
        """The key that a finding about the block carries."""
        return next((key for key in self.sections if key in SECTIONS), "")


@dataclass(frozen=True, slots=True)
class Outline:
    """Where everything stands. `headings`: the line of each section's first heading;
    `unassigned`: headings that name no section; `lookalikes`: those that only look like one."""

    placed: list[Placed] = field(default_factory=list)
    headings: dict[str, int] = field(default_factory=dict)
    unassigned: list[tuple[int, str]] = field(default_factory=list)
    lookalikes: list[tuple[int, str]] = field(default_factory=list)


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


def bare(text: str) -> str:
    """Folded words of a heading or a label, without numbers, emoji and punctuation."""
    words = _NOT_WORD.sub(" ", fold(text)).strip() + " "
    return (_NUMBERING.sub("", words) or words).strip()


def name_sections(heading: str) -> tuple[tuple[str, ...], bool]:
    """The sections that a heading names, and whether it says nothing else."""
    whole = bare(heading)
    if not whole or len(heading) > _MAX_HEADING:
        return (), False
    if NOT_FOR.match(whole):
        limits = ("caveats",) if _CONTAINS["caveats"].search(whole) else ()
        return (OUT_OF_SCOPE, *limits), True
    main = bare(re.sub(r"\([^()]*\)", " ", heading))
    parts = [part for part in map(bare, _JOINTS.split(fold(heading))[:6]) if part]
    exact = tuple(dict.fromkeys(key for part in (whole, main, *parts) for key in _exactly(part)))
    if "training_data" in exact and not _CONTAINS["metrics"].search(whole):
        exact = tuple(key for key in exact if key != "metrics")  # "… y evaluación": of the data
    beyond = (OUT_OF_SCOPE,) if any(map(NOT_FOR.match, parts)) else ()
    if exact:
        is_whole = _exactly(whole) or _exactly(main) or all(map(_exactly, parts))
        return exact + beyond, bool(is_whole)
    return tuple(key for key in SECTIONS if _CONTAINS[key].search(whole))[:2] + beyond, False


def _exactly(name: str) -> tuple[str, ...]:
    return tuple(key for key in SECTIONS if _EXACT[key].fullmatch(name))


def outline(blocks: Sequence[Block]) -> Outline:
    """Assign every block to the section(s) whose heading stands over it: the innermost one."""
    result = Outline()
    stack: list[tuple[int, tuple[str, ...], str]] = []
    for block in blocks:
        is_heading = block.kind == "heading" or (block.looks_like_heading and not block.level)
        keys, is_exact = name_sections(block.text) if is_heading else ((), False)
        if not is_heading or block.quoted or (block.looks_like_heading and not is_exact):
            heading = stack[-1][2] if stack else ""
            result.placed.append(Placed(block, _innermost(stack), heading))
            continue
        level = 2 if block.looks_like_heading else block.level
        while stack and stack[-1][0] >= level:
            stack.pop()
        if OUT_OF_SCOPE in keys:
            keys = tuple(dict.fromkeys((*keys, *_innermost(stack))))
        stack.append((level, keys, fold(block.text[:_MAX_HEADING])))
        _register(result, block, keys)
    return result


def _innermost(stack: Sequence[tuple[int, tuple[str, ...], str]]) -> tuple[str, ...]:
    return next((keys for _, keys, _ in reversed(stack) if keys), ())


def _register(result: Outline, block: Block, keys: tuple[str, ...]) -> None:
    for key in keys:
        result.headings.setdefault(key, block.line)
    if block.looks_like_heading:
        result.lookalikes.append((block.line, block.text))
    elif not keys and block.level > 1:
        result.unassigned.append((block.line, block.text))


def is_about_training(placed: Placed) -> bool:
    """Whether what stands there is about the training data and not about the evaluation's."""
    if _OF_TRAINING.search(placed.heading) and not _OF_TEST.search(placed.heading):
        return True
    others = {"evaluation_data", "metrics"} & set(placed.sections)
    return "training_data" in placed.sections and not others
