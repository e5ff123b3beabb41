"""The out-of-scope statement: whether a card names a use that the model is not for."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from autograder.ml.model_card.blanks import is_blank, words
from autograder.ml.model_card.fields import follows
from autograder.ml.model_card.sections import NOT_FOR, OUT_OF_SCOPE, Placed, bare

_USE = (
    r"(?:us(?:ar|e|en|o)|utili[zc](?:ar|e|en)|emple(?:ar|e|en)|aplic?q?u?(?:ar|e|en))(?:lo|la|se)?"
)
# How a line begins that says by itself what the model is not for.
_BEGINS = re.compile(
    r"(?:(?:el|este|the|this) (?:modelo|model|clasificador|sistema) |it |tambien |nunca )?(?:"
    rf"(?:no|nunca|jamas|tampoco|prohibido) (?:se )?(?:lo |la )?(?:debe(?:ria)?|puede|recomienda"
    rf"|tiene que|hay que|conviene)? ?(?:ser )?(?:{_USE}|usado|utilizado|empleado|aplicado|sirve"
    rf"|vale)"
    r"(?: (?:el|este) modelo)? (?:para|en|como|con|sobre|fuera)"
    r"|no (?:esta|fue|es|ha sido|se) (?:pensado|disenado|apto|recomendado|valido|adecuado|previsto"
    r"|entrenado|destinado|validado|recomienda|diseno|penso)(?: \w+)? (?:para|en|como|con|sobre)"
    r"|no es (?:para|un sustituto de)|(?:queda|esta)n? (?:explicitamente )?(?:fuera de(?:l)? alcance"
    r"|prohibid[oa]s?|excluid[oa]s?)|fuera de(?:l)? alcance|(?:evitar|evite|evita) "
    rf"(?:{_USE}|su uso)(?: \w+)? (?:para|en|como)"
    r"|(?:is |are |was |were )?(?:not|never) (?:be )?(?:intended|suitable|designed|meant|appropriate"
    r"|recommended|validated|trained)(?: (?:to be used|for use))? (?:for|as|to|in|on)"
    r"|(?:do not|don t|never|must not be|should not be|may not be|cannot be|should never be) "
    r"(?:use|used|apply|applied)(?: (?:it|this model|the model|this))? (?:for|as|to|in|on)"
    r"|out of scope)\b"
)
# Words that speak about scope and name no use.
_EMPTY = frozenset(
    "a al algo alguien algun alguna alguno algunos ahi alcance ambito aplica aplicacion aplicaciones "
    "aplicar aplique aqui arriba abajo anterior anteriores anteriormente asi aun aunque bajo cada "
    "card caso casos clasificador como con conocemos conoce conocen conocida conocidas conocido "
    "conocidos considera consideran contempla contempladas contemplado contemplados contexto "
    "contextos correctamente corresponde corresponden cosa cosas cual cuales cualquier cualquiera "
    "cuando cuyo de debe deben deberia definir definido del demas dentro describe descripta "
    "descripto descrita descrito descritos deseado despues detallada detallado determinar detecto "
    "detectaron dicho dicha digamos dijimos disenado distinta distintas distinto distintos donde "
    "documento el ella ello ellos en encontraron encontro entrenado entrenada era es esa ese eso "
    "esos especial especifica especificada especificado especificas especificos esta estan estas "
    "este esto estos etc etcetera existe existen explicita explicitado explicitamente fecha fin fines "
    "finalidad finalidades fue fuera fueran fuese funcionar ha han hasta hay haya idem identificado "
    "identificaron identifico incluida incluido indebido indica indicada indicado indicados ir la "
    "las le limitacion limitaciones limite limites listado listados lo los mal mas mencionada "
    "mencionado mencionados mismo misma modelo modelos momento nada ni ningun ninguna ninguno no "
    "nos notebook o objetivo otra otras otro otros para paper particular pensado pendiente pero "
    "permitido permitidos por porque previamente prevista previstas previsto previstos propias "
    "propio proposito propositos propuesto proyecto punto que queda quedan recomendable recomendada "
    "recomendado relevante relevantes resto restriccion restricciones sabe sabemos se sea sean "
    "seccion segun senalado ser si siempre sin sirve sistema situacion situaciones sobre solo son su "
    "sus tal tarea tareas tambien tampoco tener tenga tiene tipo toda todas todavia todo todos tras "
    "tratado u un una unas unico uno unos usa usado usar usarlo usarse use uso usos utilice "
    "utilizado utilizar utilizarse utilice valido validos ver vease x y ya anexo tabla ejercicio "
    "clase guia contemplo correcto incorrecto incorrectos inadecuado inadecuados adecuado "
    "adecuados apropiado apropiados permitida permitidas responsabilidad usuario usuarios bien "
    "expuesto expuestos nombrado nombrados original originales fuente mal uso indebida "
    "about above all also an and any anything app applicable application applications applied apply "
    "are as at be below beyond but by can card case cases context contexts could defined described "
    "designed determined do does else etc every everything example first following for from given "
    "has have here how if in include includes intended is it its kind known limit limitations "
    "limits listed may mean meant mentioned misuse model models must my n na nil no none not "
    "nothing of on one only or original other others otherwise our out outside paper particular "
    "purpose purposes scope section see should so something specific specified stated such system "
    "task tasks than that the there these they thing things this those to trained under unintended "
    "unknown use used uses using was we what whatever when where which will with would you your "
    "more information needed please".split()
)
_DENIES = re.compile(
    r"(?:(?:hasta|por) (?:ahora|el momento) )?(?:no (?:hay|aplica|existen?|tiene|tenemos|conoc\w+"
    r"|corresponde|sabemos|se (?:conoc|identific|detect|encontr|observ|report|prev|contempl)\w*)"
    r"|ningun[oa]?s?|nada|none|nothing|n a\b|not applicable|no (?:known|such|out of scope|restrictions"
    r"|limitations|limits)|there (?:is|are) no\b|sin (?:restricciones|limites|limitaciones)|sirve para"
    r"|se puede usar|puede usarse|vale para)\b"
)
_SENTENCE = re.compile(r"(?<=[.;!?])\s+|\n")
_MIN_LETTERS = 5


def names_a_use(text: str) -> bool:
    """Whether some sentence of `text`, which stands where out-of-scope uses do, names one.

    Example:
        >>> [names_a_use(text) for text in ("Ninguno.", "Cualquier otro propósito", "Hipotecas")]
        [False, False, True]
    """
    return any(_names(sentence) for sentence in _SENTENCE.split(text))


def _names(sentence: str) -> bool:
    if is_blank(sentence) or _DENIES.match(bare(sentence)):
        return False
    said = {word for word in words(sentence) if word not in _EMPTY and not word.isdigit()}
    return len(said) > 1 or any(len(word) >= _MIN_LETTERS for word in said)


def states_out_of_scope(placed: Sequence[Placed]) -> bool:
    """Whether a card names a use, under a heading, a label or a line that says it is not for it."""
    return any(names_a_use(text) for text in _statements(placed))


def _statements(placed: Sequence[Placed]) -> Iterator[str]:
    """What the card says where it says what is out of scope."""
    for at, here in enumerate(placed):
        block = here.block
        if block.quoted or block.kind == "code":
            continue
        if block.kind == "table":
            yield from _of_table(here)
            continue
        if OUT_OF_SCOPE in here.sections:
            yield _without_label(block.text)
        for text in block.text.split("\n"):
            label, colon, value = text.partition(":")
            if colon and _is_label(label):
                yield value if value.strip() else "\n".join(_below(placed, at))
        if block.lead and not block.text.startswith(block.lead + ":") and _is_label(block.lead):
            yield block.text[len(block.lead) :] or "\n".join(_below(placed, at))
        for sentence in _SENTENCE.split(f"{block.text}\n{_without_label(block.text)}"):
            said = bare(sentence)
            if hit := _BEGINS.match(said):
                yield said[hit.end() :] if said[hit.end() :] else "\n".join(_below(placed, at))


def _is_label(text: str) -> bool:
    said = bare(text[:160])
    hit = NOT_FOR.match(said)
    return hit is not None and len(said) - hit.end() <= 40


def _without_label(text: str) -> str:
    label, colon, value = text.partition(":")
    return value if colon and len(label) <= 60 and value.strip() else text


def _below(placed: Sequence[Placed], at: int) -> Iterator[str]:
    """The blocks that a label, which says nothing more itself, introduces."""
    label = placed[at].block
    for here in placed[at + 1 : at + 20]:
        block = here.block
        if here.heading != placed[at].heading or not follows(block, label):
            return
        yield block.text
        if block.level == 0:
            return


def _of_table(here: Placed) -> Iterator[str]:
    header, *rows = here.block.rows
    columns = [at for at, cell in enumerate(header.cells) if _is_label(cell)]
    for row in rows:
        if OUT_OF_SCOPE in here.sections or _is_label(row.cells[0]):
            yield " ".join(row.cells if OUT_OF_SCOPE in here.sections else row.cells[1:])
        yield from (row.cells[at] for at in columns if at < len(row.cells))
