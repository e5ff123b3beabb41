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
_TEST = r"(?:evaluacion|evaluation|eval|prueba|test|testeo|testing|validacion|validation)"
# A heading that contains one of these is the section.
_NAMES = {
    "model_details": r"(?:detalles?|descripcion|informacion|ficha(?: tecnica)?|resumen|vision)"
    r"(?: general| basica)? (?:del?|sobre el) modelo|(?:sobre|acerca de) (?:el|este) modelo"
    r"|identificacion del modelo|model (?:details?|description|information|overview|summary)"
    r"|(?:about|details of) (?:the|this) model",
    "intended_use": r"usos? (?:previstos?|esperados?|propuestos?|pretendidos?|adecuados?|indicados?"
    r"|permitidos?|recomendados?|aceptados?)|intended (?:uses?|users?|purpose)|casos? de uso"
    r"|use cases?|uso del modelo|proposito(?: y (?:uso|alcance))?(?: del modelo)?|finalidad"
    r"|para que (?:sirve|se usa|es)|direct uses?|alcance(?: y usos?)?",
    "training_data": rf"{_DATA} (?:del? |para (?:el )?|usados (?:para|en) (?:el )?)?"
    rf"(?:entrenamiento|entrenar|train(?:ing)?)|train(?:ing)? (?:data(?:set)?|set|details)",
    "evaluation_data": rf"{_DATA} (?:de |para |usados (?:para|en) )?(?:la |el )?{_TEST}"
    rf"|{_TEST} (?:data(?:set)?|set)|(?:evaluation|testing) (?:procedure|protocol)"
    r"|{_DATA} (?:de |para )?(?:evaluar|probar)",
    "metrics": r"metricas?|metrics?|analisis (?:cuantitativos?|desagregado)"
    r"|quantitative analys[ei]s|resultados|(?:evaluation|model|test) results?"
    r"|desempeno|performance|rendimiento(?: del modelo)?",
    "ethical_considerations": r"(?:consideraciones|aspectos|cuestiones|implicancias|implicaciones"
    r"|riesgos) etic[oa]s?|etic[oa]s?|ethic(?:s|al)?|sesgos?|bias(?:es)?|equidad|fairness"
    r"|impacto (?:social|etico)|justicia algoritmica",
    "caveats": r"limitacion(?:es)?|recomendaciones|advertencias|caveats?|limitations?"
    r"|recommendations?|precauciones|salvedades|puntos debiles",
}
# A heading that is only this is the section; a name may stand for several.
_ALONE = {
    "model_details": r"(?:detalles?|details?|modelo|model|resumen(?: general)?|summary|overview"
    r"|identificacion|descripcion(?: general)?|description|informacion(?: general)?|ficha tecnica"
    r"|datos generales|presentacion|general information)",
    "intended_use": r"(?:usos?|uses?|usage|objetivo|purpose|aplicacion(?:es)?)",
    "training_data": r"(?:entrenamiento|training|train|(?:los )?datos|data(?:sets?)?"
    r"|conjuntos? de datos|datos (?:utilizados|usados)|origen de los datos|data sources?)",
    "evaluation_data": rf"(?:{_TEST}|evaluation|evaluacion del modelo|model evaluation"
    r"|(?:los )?datos|data(?:sets?)?|conjuntos? de datos|datos (?:utilizados|usados)"
    r"|como (?:se evaluo|evaluamos|se midio)|evaluacion y (?:resultados|metricas)"
    r"|evaluation and (?:results|metrics))",
    "metrics": r"(?:evaluacion(?: del modelo)?|(?:model )?evaluation|results?|factores|factors"
    r"|que tan bien anda|calidad)",
    "ethical_considerations": r"(?:riesgos?|risks?|impactos?|responsabilidad|responsible ai"
    r"|privacidad|privacy|danos)",
    "caveats": r"(?:monitoreo|monitoring|(?:advertencias y )?limites|limits|mantenimiento"
    r"|que falta|known issues|riesgos y limitaciones|risks and limitations)",
}
_NOT_FOR = (
    r"(?:otros )?(?:usos? |casos? )?(?:que (?:estan|quedan) )?fuera del? (?:su )?alcance"
    r"|out of scope|(?:casos? de )?usos? (?:del modelo )?(?:que )?(?:no|incorrect|indebid|inadecuad"
    r"|inapropiad|inaceptab|prohibid|desaconsejad|excluid|vedad|inesperad|malicios|maliciosos)\w*"
    r"(?: (?:se )?\w+)?|(?:limitaciones|limites|restricciones) de(?:l)? uso|(?:usage|use) "
    r"(?:limitations|restrictions)|(?:para que|cuando|donde|en que casos) no\b.{0,40}"
    r"|no (?:se debe |debe |deberia )?(?:usar(?:lo|se)?|utilizar(?:lo|se)?|emplear(?:lo|se)?)"
    r"(?: (?:para|en|como|con))?|no (?:esta |fue |es )?(?:pensado|disenado|apto|recomendado|valido"
    r"|adecuado|previsto|entrenado|sirve) ?(?:para|en)?|mal(?:os)? usos?|exclusiones|exclusions"
    r"|(?:prohibited|unsupported|unintended|inappropriate|non intended|disallowed|excluded)"
    r" (?:use|application)s?(?: cases?)?|misuses?(?: and .{0,30})?|exclusiones|exclusions"
    r"|not (?:intended|suitable|recommended|designed|meant|for use)(?: (?:for|use|to be used))?.{0,9}"
    r"|(?:do not|don t|should not be|must not be|never) (?:use|used|apply|applied)(?: (?:this|the|it)"
    r"(?: model)?)?(?: (?:for|in|as|to))?|what (?:it|this model) is not for"
)
NOT_FOR = re.compile(rf"(?:el |los |las |este |the |its )?(?:{_NOT_FOR})")
"""What a bare heading or label says, from its beginning, when what follows is out of scope."""

_CONTAINS = {key: re.compile(rf"\b(?:{names})\b") for key, names in _NAMES.items()}
_EXACT = {
    key: re.compile(rf"(?:(?:las|los|el|la|the|principales|posibles) )?(?:{_NAMES[key]}|{alone})")
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
    parts = [
        whole,
        bare(re.sub(r"\([^()]*\)", " ", heading)),
        *map(bare, _JOINTS.split(fold(heading))),
    ]
    exact = tuple(dict.fromkeys(key for part in parts[:8] for key in _exactly(part)))
    if "training_data" in exact and not _CONTAINS["metrics"].search(whole):
        exact = tuple(key for key in exact if key != "metrics")  # "… y evaluación": of the data
    beyond = (OUT_OF_SCOPE,) if any(map(NOT_FOR.match, filter(None, parts[2:8]))) else ()
    if exact:
        return exact + beyond, any(_exactly(part) for part in parts[:2]) or all(
            _exactly(part) or not part for part in parts[2:]
        )
    return tuple(key for key in SECTIONS if _CONTAINS[key].search(whole))[:2] + beyond, False


def _exactly(name: str) -> tuple[str, ...]:
    return tuple(key for key in SECTIONS if _EXACT[key].fullmatch(name))


def outline(blocks: Sequence[Block]) -> Outline:
    """Assign every block to the section(s) whose heading stands over it: the innermost one."""
    result = Outline()
    stack: list[tuple[int, tuple[str, ...], str]] = []
    for block in blocks:
        may_be = block.kind == "heading" or (block.looks_like_heading and not block.level)
        may_be = may_be and not block.quoted
        keys, is_exact = name_sections(block.text) if may_be else ((), False)
        if not may_be or (block.looks_like_heading and not is_exact):
            named = next((named for _, named, _ in reversed(stack) if named), ())
            result.placed.append(Placed(block, named, stack[-1][2] if stack else ""))
            continue
        level = 2 if block.looks_like_heading else block.level
        while stack and stack[-1][0] >= level:
            stack.pop()
        around = next((named for _, named, _ in reversed(stack) if named), ())
        if OUT_OF_SCOPE in keys:
            keys = tuple(dict.fromkeys((*keys, *around)))
        stack.append((level, keys, fold(block.text[:_MAX_HEADING])))
        _register(result, block, keys)
    return result


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
    return "training_data" in placed.sections and not {"evaluation_data", "metrics"} & set(
        placed.sections
    )
