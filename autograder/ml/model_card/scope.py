"""The out-of-scope statement: what the model must not be used for, wherever the card says it."""

from __future__ import annotations

import re
from collections.abc import Sequence

from autograder.ml.model_card.content import Own, pieces, words
from autograder.ml.model_card.parse import Block, fold
from autograder.ml.model_card.sections import Placed

_LABEL = re.compile(
    r"fuera del? alcance|out[- ]of[- ]scope|que no (?:es|hace|cubre)|para que no\b"
    r"|\bno (?:usar(?:lo|se)?|debe usarse|se debe usar|deberia usarse|utilizar(?:lo|se)?|sirve"
    r"|(?:lo |la )?usaria(?:mos|n)?)\b"
    r"|\busos? (?:que )?(?:no (?:se )?|in)(?:previst|recomend|permit|adecuad|autorizad|contempl"
    r"|soport|acept|correct|debid|apropiad|deben?\b|deberi)\w*"
    r"|\busos? (?:prohibid|desaconsejad|excluid|vedad)\w*|\bmisuse"
    r"|\b(?:prohibited|unsupported) uses?"
    r"|\bnot intended|should not be used|do not use|\bexclusiones\b|\bmal uso\b"
)
_USE = r"(?:us|utili[zc]|apli(?:c|qu)|emple|tom|decid|reemplaz|sustitu|extend|extrapol)"
_APPLY = r"(?:us|utili[zc]|apli(?:c|qu)|emple)"
_FIT = r"(?:pensad|disen|entrenad|previst|destinad|apt|valid|adecuad|apropiad|recomend|preparad)"
_BANNED = r"(?:prohib|exclu|desaconsej|contraindic)"
_PEOPLE = r"(?:analista|criterio|decision|experto|human|juicio|medic|person|profesional|revision)"
_STATEMENT = re.compile(
    rf"\b(?:no|nunca|jamas|tampoco|ni) (?:lo |la |se )?(?:debe\w{{0,4}}|deberia\w{{0,3}}|"
    rf"puede\w?|tiene que|recom(?:ienda|iendo|endamos|endaria\w{{0,3}})|aconsej(?:a|o|amos)|"
    rf"hay que|corresponde|conviene)\b[^.;]{{0,40}}\b{_USE}\w*"
    rf"|\b(?:no|ni|tampoco) (?:esta|fue|es|son|ha sido|sera)n? {_FIT}\w*[^.;]{{0,30}}\bpara\b"
    rf"|\b(?:no|nunca|prohibido) (?:lo |la |se )?{_APPLY}(?:ar|es|e|en)(?:lo|la|se)?\b"
    rf"|\b(?:no|nunca|jamas) (?:lo |la )?{_APPLY}aria(?:mos|n)?\b"
    rf"|\b(?:no|nunca) se {_APPLY}an?\b"
    rf"|\b(?:evitar?|eviten|abst(?:en|ien)\w*)\b[^.;]{{0,15}}\b{_APPLY}\w*"
    r"|\bno (?:es|vale) para\b|\bno sirve\b[^.;]{0,20}\bpara\b"
    rf"|\bno (?:pretende |busca |viene a )?(?:reemplazar?|sustitu\w+)\b[^.;]{{0,30}}\b{_PEOPLE}"
    r"|\bbajo ningun\w* (?:concepto|circunstancia|caso|motivo)"
    rf"|\b(?:se|esta|estan|queda|quedan) {_BANNED}\w*[^.;]{{0,20}}\b(?:us|para)\w*"
    rf"|\busos?\b[^.;]{{0,60}}\b(?:{_BANNED}\w*|no (?:es|son|esta|estan) {_FIT}\w*)"
    r"|\bquedan? (?:a?fuera|por fuera)\b"
    r"|\busar(?:lo|la)\b[^.;]{0,60}\b(?:error|peligros\w|incorrect\w|inadecuad\w|irresponsable)"
    r"|\b(?:esta|estan|queda|quedan|son|es|cae|caen)\b[^.;]{0,30}\bfuera del? alcance"
    r"|\bfuera del? alcance(?: del modelo)?\s?(?::|esta|estan|queda|quedan|el|la|los|las|todo)"
    r"|\b(?:must|should|may|can)(?: not|not|n't) be (?:used|applied)|\bnot (?:be used|intended|"
    r"suitable|designed|meant|appropriate|for)\b|\b(?:do not|don't|never) (?:use|apply)\b"
    r"|\bis out[- ]of[- ]scope|\bare out[- ]of[- ]scope|\bout[- ]of[- ]scope:"
)
#: What is no model: whoever says what not to do with it has not said what the model is not for.
_THING = (
    r"(?:archivo|auc|recall|exactitud|accuracy|precision|metrica|f1|brier|umbral|promedio|numero|"
    r"cifra|tabla|columna|variable|dato|faltante|fila|registro|genero|sexo|edad|region|ingreso|"
    r"equipo|card|ficha|cuaderno|notebook|formulario)s?"
)
_DETERMINER = r"(?:el|la|los|las|un|una|ningun|ninguna|es[ae]s?|est[ae]s?|su|sus)"
_OF_THINGS = re.compile(
    rf"^\W*(?:\w+ )?{_DETERMINER} {_THING}\b[^,;:]{{0,20}}\b(?:no|nunca)\b"
    rf"|\b(?:no|nunca|tampoco)\b[^.;]{{0,25}}\b{_USE}\w* (?:{_DETERMINER} )?{_THING}\b"
    rf"|\bquedan? (?:a?fuera|por fuera) (?:de \w+ )?{_DETERMINER} {_THING}\b"
    rf"|\bno (?:se )?(?:debe|recomienda|puede)n? (?:haber |{_DETERMINER} ){_THING}?\b"
)
_LATER = re.compile(
    r"\bse (?:va a |van a )?(?:defin|complet|agreg|detall|especific)\w*[^.]{0,40}"
    r"\b(?:mas adelante|despues|luego|proximamente)|\bpendiente"
)
_KEY = re.compile(r"^\W{0,4}([^:\n]{1,80}):")
_SENTENCE_END = re.compile(r"[.!?]\s")
_EMPTY_WORDS = frozenset("ninguno ninguna no hay aplica ver notebook anexo arriba abajo de".split())
#: There is none, or it is good for everything: what says no more than that says no use.
_NONE = re.compile(
    r"\b(?:no (?:hay|tiene|tenemos|existen?|conoce(?:mos)?|conozco|encontr\w+|identific\w+|"
    r"se (?:conocen?|encontr\w+|identific\w+|detect\w+))|ningun\w*|nada)\b"
)
_NONE_WORDS = _EMPTY_WORDS | frozenset(
    "uso usos fuera del alcance modelo modelos caso casos limite limites limitacion limitaciones "
    "restriccion restricciones ningun algun alguno alguna nada existe existen tiene tenemos "
    "conoce conocen conocemos conozco conocido conocida conocidos conocidas sabemos sepamos "
    "encontre encontro encontraron encontramos identifico identificaron identificamos "
    "identificado identificados detectaron detectado detectados previsto previstos prohibido "
    "prohibidos particular especial queda quedan esta este estos son es se el la los las lo un "
    "una al en por para ahora hoy hasta momento todavia aun que y o con su sus".split()
)
_FOR_ALL = re.compile(
    r"(?<!\bno )(?<!\bni )\b(?:sirve|vale|funciona|se puede usar|puede usarse|es util)\b"
    r"[^.;:,]{0,20}?\bpara (?:todo|cualquier (?:cosa|uso|caso|fin)|lo que sea)\b"
    r"(?: lo que\b[^.;,]{0,80})?(?=\s*(?:[.,;:!]|$))"
)
_MIN_WORDS = 2
_MIN_SENTENCE = 5


def states_out_of_scope(owned: Sequence[tuple[Placed, Own]], blocks: Sequence[Block]) -> bool:
    """True when some text of the student's says, with content, what is out of scope."""
    previous: Placed | None = None
    for placed, own in owned:
        put_off = _LATER.search(fold(own.text))
        if own.words and not put_off and _is_stated(placed, own, blocks, previous):
            return True
        if placed.block.level == 0:
            previous = placed
    return False


def _is_stated(placed: Placed, own: Own, blocks: Sequence[Block], previous: Placed | None) -> bool:
    if any(_LABEL.search(fold(heading)) for heading in placed.headings[:2]):
        return _says_enough(own.text)
    if any(_is_label(text) for text in _above(placed, blocks, previous)):
        return _says_enough(own.text)
    if placed.block.table is not None:
        return _table_states(placed.block)
    key = _KEY.match(own.text)
    if key and _is_label(_SENTENCE_END.split(key.group(1))[-1]):
        return _says_enough(own.text[key.end() :])
    return any(map(_states, pieces(own.text)))


def _states(piece: str) -> bool:
    """Whether a sentence says by itself what the model is not for."""
    text = fold(piece)
    said = _STATEMENT.search(text) and not _OF_THINGS.search(text) and not _says_none(text)
    return bool(said) and len(words(piece)) >= _MIN_SENTENCE


def _says_enough(text: str) -> bool:
    said = words(_KEY.sub("", text, count=1)) or words(text)
    return len(set(said) - _EMPTY_WORDS) >= _MIN_WORDS and not _says_none(text)


def _says_none(text: str) -> bool:
    """Whether it only says that there is no such use: no use is named, and no cause."""
    rest, everything = _FOR_ALL.subn(" ", fold(text))
    denies = everything or _NONE.search(rest)
    return bool(denies) and len(set(words(rest)) - _NONE_WORDS) < _MIN_WORDS


def _is_label(text: str) -> bool:
    text = fold(text)
    return len(text) <= 120 and bool(_LABEL.search(text)) and not _OF_THINGS.search(text)


def _above(placed: Placed, blocks: Sequence[Block], previous: Placed | None) -> list[str]:
    """The list items that hold a block, or the line that introduces its list or paragraph."""
    texts, parent = [], placed.block.parent
    while parent is not None:
        texts.append(blocks[parent].text)
        parent = blocks[parent].parent
    if previous is not None:
        before = previous.block
        introduces = before.style == "bold" or before.text.rstrip().endswith(":")
        texts += [before.text] if introduces else []
    return texts


def _table_states(block: Block) -> bool:
    table = block.table
    if table is None:
        return False
    columns = [i for i, cell in enumerate(table.header) if _is_label(cell)]
    for row in table.rows:
        if row.cells and _is_label(row.cells[0]) and _says_enough(" ".join(row.cells[1:])):
            return True
        if any(i < len(row.cells) and _says_enough(row.cells[i]) for i in columns):
            return True
    return False
