"""The out-of-scope statement: whether a card names a use that the model is not for."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from autograder.ml.model_card.blanks import is_blank, words
from autograder.ml.model_card.fields import follows
from autograder.ml.model_card.sections import NOT_FOR, OUT_OF_SCOPE, Placed, bare

_USE = r"(?:us|utili[zc]|emple|apli[cq]u?)(?:ar|e|en|ad[oa]|o)(?:lo|la|se)?"
_FIT = r"(?:pensad|disenad|apt|recomendad|valid|adecuad|previst|entrenad|destinad|validad)[oa]"
# How a line begins that says by itself what the model is not for.
_BEGINS = re.compile(
    r"(?:(?:el|este|the|this) (?:modelo?|clasificador|sistema) |it |tambien |nunca )?(?:"
    r"(?:no|nunca|jamas|tampoco|prohibido) (?:se )?(?:lo |la )?(?:debe(?:ria)?|puede|recomienda"
    rf"|tiene que|hay que|conviene)? ?(?:ser )?(?:{_USE}|sirve|vale)(?: (?:el|este) modelo)? "
    rf"(?:para|en|como|con|sobre|fuera)|no (?:(?:esta|fue|es|ha sido|se) )?(?:{_FIT}|recomienda"
    r"|diseno|penso)(?: (?:su )?\w+)? (?:para|en|como|con|sobre)|no es (?:para|un sustituto de)"
    r"|(?:(?:queda|esta)n? (?:\w+ )?)?(?:fuera del? alcance|(?:prohibid|excluid)[oa]s?)"
    rf"|evit(?:ar|e|a) (?:{_USE}|su uso)(?: \w+)? (?:para|en|como)"
    r"|(?:is |are |was |were )?(?:not|never) (?:be )?(?:intended|suitable|designed|meant|apt"
    r"|appropriate|recommended|validated|trained)(?: (?:to be used|for use))? (?:for|as|to|in|on)"
    r"|(?:do not|don t|never|must not be|should not be|may not be|cannot be|should never be) "
    r"(?:use|used|apply|applied)(?: (?:it|this model|the model|this))? (?:for|as|to|in|on)"
    r"|out of scope)\b"
)
# Words that speak of scope, use and models and name no use: whole ones, and how others begin.
_EMPTY = re.compile(
    r"(?:[a-z]{1,3}|ademas|ahora|algo|algun[oa]?s?|alguien|ambito|anexo|anterior\w*|aquel\w*|aqui|"
    r"arriba|aunque|abajo|card|casos?|como|contextos?|cosas?|cual(?:es)?|cualquiera?|cuando|demas|"
    r"dentro|desde|despues|dich[oa]s?|distint[oa]s?|donde|document\w*|ejercicio|ell[oa]s?|entre|"
    r"es[ao]s|est[aeo]s?|estan|etc\w*|fecha|fines|finalidad\w*|fuera|funcion\w*|guia|hacer|hasta|"
    r"haya|idem|igual|mism[oa]s?|momento|nada|ningun[oa]?s?|notebook|objetivos?|otr[oa]s?|paper|"
    r"para|particular|pero|porque|propi[oa]s?|proposit\w*|proyecto|punto|quedan?|resto|seccion|"
    r"segun|tienen?|figuran?|senalad\w*|siempre|sirven?|situacion\w*|sobre|tablas?|tambien|tampoco|tareas?|tenga|"
    r"tipos?|tod[oa]s?|todavia|usuari\w*|vease|about|above|also|anything|below|beyond|cases?|could|"
    r"does|else|every\w*|example|first|following|from|have|here|kind|more|must|none|nothing|only|"
    r"other\w*|outside|please|scope|section|should|something|such|systems?|tasks?|than|that|there|"
    r"these|they|things?|this|those|under|what\w*|when|where|which|will|with|would|your|"
    r"(?:adecua|alcanc|aplic|apropia|conoc|consider|contempl|correct|correspond|defin|descri|"
    r"deseab|desead|detall|detect|determin|dise[nñ]|encontr|entrena|especi|exist|explic|expues|"
    r"identific|inadecu|inapropi|inclu|incorrect|indebid|indica|limit|lista|menciona|model|necesar"
    r"|nombrad|original|pendient|pensad|permit|previ|propuest|recomend|relevan|requer|responsab|"
    r"restric|sabe|sistem|tratad|unic|us[aeo]|utili[zc]|valid|appli|apply|context|defined|describ|"
    r"design|intend|known|listed|mean|mention|misuse|purpos|specif|stated|train|unintend|unknown|"
    r"need|inform)\w*)"
)
_DENIES = re.compile(
    r"(?:(?:hasta|por) (?:ahora|el momento) )?(?:no (?:hay|aplica|existen?|tiene|tenemos|conoc\w+"
    r"|corresponde|sabemos|se (?:conoc|identific|detect|encontr|observ|report|prev|contempl)\w*)"
    r"|ningun[oa]?s?|nada|none|nothing|n a\b|not applicable|no (?:known|such|out of scope|limit\w*"
    r"|restrictions)|there (?:is|are) no\b|sin (?:restricciones|limit\w*)|(?:sirve|vale|se puede "
    r"usar|puede usarse) para)\b"
)
_SENTENCE = re.compile(r"(?<=[.;!?])\s+|\n")


def names_a_use(text: str) -> bool:
    """Whether some sentence of `text`, which stands where out-of-scope uses do, names one.

    Example:
        >>> [names_a_use(text) for text in ("Ninguno.", "Cualquier otro propósito", "Hipotecas")]
        [False, False, True]
    """
    return any(
        not is_blank(sentence)
        and not _DENIES.match(bare(sentence))
        and any(not _EMPTY.fullmatch(word) and not word.isdigit() for word in words(sentence))
        for sentence in _SENTENCE.split(text)
    )


def states_out_of_scope(placed: Sequence[Placed]) -> bool:
    """Whether a card names a use, under a heading, a label or a line that says it is not for it."""
    return any(names_a_use(text) for text in _statements(placed))


def _statements(placed: Sequence[Placed]) -> Iterator[str]:
    """What the card says where it says what is out of scope."""
    for at, here in enumerate(placed):
        block = here.block
        if not here.is_content or block.rows:
            yield from _of_table(here) if here.is_content else ()
            continue
        if OUT_OF_SCOPE in here.sections:
            yield _without_label(block.text)
        for text in block.text.split("\n"):
            label, colon, value = text.partition(":")
            if colon and _is_label(label):
                yield value if value.strip() else _below(placed, at)
        if block.lead and _is_label(block.lead):
            yield block.text[len(block.lead) :] or _below(placed, at)
        for sentence in _SENTENCE.split(f"{block.text}\n{_without_label(block.text)}"):
            said = bare(sentence)
            if hit := _BEGINS.match(said):
                yield said[hit.end() :] or _below(placed, at)


def _is_label(text: str) -> bool:
    said = bare(text[:160])
    hit = NOT_FOR.match(said)
    return hit is not None and len(said) - hit.end() <= 40


def _without_label(text: str) -> str:
    label, colon, value = text.partition(":")
    is_label = colon and len(label) <= 60 and "[" not in label  # `[completar: …]` is a blank
    return value if is_label and value.strip() else text


def _below(placed: Sequence[Placed], at: int) -> str:
    """The blocks that a label, which says nothing more itself, introduces."""
    label, texts = placed[at], []
    for here in placed[at + 1 : at + 20]:
        if here.heading != label.heading or not follows(here.block, label.block):
            break
        texts.append(here.block.text)
        if not here.block.level:
            break
    return "\n".join(texts)


def _of_table(here: Placed) -> Iterator[str]:
    header, *rows = here.block.rows
    columns = [at for at, cell in enumerate(header.cells) if _is_label(cell)]
    for row in rows:
        if OUT_OF_SCOPE in here.sections:
            yield " ".join(row.cells)
        elif _is_label(row.cells[0]):
            yield " ".join(row.cells[1:])
        yield from (row.cells[at] for at in columns if at < len(row.cells))
