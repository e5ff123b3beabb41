"""Declared fields: the labelled lines that a machine compares with the saved model and the data."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date

from autograder.ml.model_card.parse import Block, fold
from autograder.ml.model_card.sections import Placed, bare, name_sections


@dataclass(frozen=True, slots=True)
class Declared:
    """What the fields should say; None: not checked.

    `algorithms`: class names of the saved model, its pipeline's steps included.

    Example:
        >>> Declared(algorithms=("Pipeline", "LogisticRegression"), sklearn="1.7.2").training_rows
    """

    algorithms: tuple[str, ...] | None = None
    sklearn: str | None = None
    training_rows: int | None = None
    evaluation_rows: int | None = None


@dataclass(frozen=True, slots=True)
class Labelled:
    """A labelled line, row or heading: its label as `bare` words, its value as written."""

    label: str
    value: str
    line: int
    placed: Placed


@dataclass(frozen=True, slots=True)
class Field:
    """What a card declares: `value` as written ("" when missing), `is_valid`: it is an algorithm,
    a version, a number of rows, a date; `is_true`: None when it was not compared."""

    key: str = ""
    value: str = ""
    line: int | None = None
    is_valid: bool = False
    is_true: bool | None = None


_LABELS = {
    "algorithm": r"(?:tipo|clase|familia|class|type)? ?(?:de |del |of )?(?:el |the )?"
    r"(?:modelo|algoritmo|clasificador|estimador|model|algorithm|classifier|estimator)"
    r"(?: (?:de )?(?:type|class|architecture|utilizado|usado|elegido|entrenado|final|base|ml"
    r"|name|used|clasificacion|machine learning))?|arquitectura(?: del modelo)?|architecture|tipo"
    r"|type|tecnica|metodo|algorithm type|model architecture",
    "sklearn": r".*\b(?:scikit ?learn|sklearn)\b.*",
    "date": r"(?:fecha|date|ultima actualizacion|last updated|actualizad[oa]|entrenad[oa]"
    r"|cread[oa]|created|release(?:d)?|trained|publicad[oa])(?: (?:el|on|in|date|al|en))?"
    r"(?: (?:de|del|of|y|and) .{1,40})?|(?:model|release|training|creation|last) (?:date|update)"
    r"|version y fecha|(?:model )?(?:version and date|date and version)",
}
_LABEL = {key: re.compile(labels) for key, labels in _LABELS.items()}
_UNITS = (
    "filas|registros|casos|muestras|ejemplos|observaciones|instancias|pasajeros|pasajeras"
    "|solicitudes|personas|clientes|rows|samples|records|examples|instances|cases|observations"
)
_SIZES = frozenset([*_UNITS.split("|"), "tamano", "size", "cantidad", "n"])
_TRAINING = frozenset("entrenamiento entrenar training train".split())
_TEST = frozenset("evaluacion evaluar evaluation testing test prueba validacion validation".split())
_BESIDE = frozenset(
    "numero total number count de del para en of for in the la el los y and columnas columns "
    "usadas usados used conjunto muestra dataset set data datos".split()
)
_WITH_UNIT = re.compile(rf"\d\s+(?:{_UNITS})\b")
_COUNT = re.compile(
    r"(?<![\d.,/-])\d{1,3}(?:[., ]\d{3})+(?![\d,.]\d)|(?<![\d.,/-])\d+(?![\d.,]*[\d%]| %)"
)
_VERSION = re.compile(r"\bv?(\d{1,3}(?:\.\d{1,4}){1,3})")
_SKLEARN = re.compile(
    r"(?:scikit[- ]?learn|sklearn)\W{0,4}(?:version\W{0,2}|v\W?)?(\d+(?:\.\d+){1,3})"
)
_MONTHS = "ene|jan feb mar abr|apr may jun jul ago|aug sep|set oct nov dic|dec".split()
_MONTH = rf"(?P<name>{'|'.join(_MONTHS)})[a-z]*\.?"
_YEAR = r"(?P<year>(?:19|20)\d\d)"
_DAY = r"(?P<day>\d{1,2})"
_DATES = [
    re.compile(pattern)
    for pattern in (
        rf"\b{_YEAR}[-/.](?P<month>\d{{1,2}})(?:[-/.]{_DAY})?\b",
        rf"(?<![-/.\d])(?:{_DAY}[-/.])?(?P<month>\d{{1,2}})[-/.]{_YEAR}\b",
        rf"\b(?:{_DAY}(?:st|nd|rd|th|º|°)?,? (?:de )?)?{_MONTH},?(?: del?)? {_YEAR}\b",
        rf"\b{_MONTH} {_DAY}(?:st|nd|rd|th)?,? {_YEAR}\b",
    )
]
_SPOKEN = {  # how people call a class of scikit-learn, or of a library like it
    "LogisticRegression": r"logisti[ck]|logit",
    "RandomForestClassifier": r"random ?forest|bosques? (?:aleatori|al azar)",
    "ExtraTreesClassifier": r"extra ?trees",
    "DecisionTreeClassifier": r"decision ?tree|arbol(?:es)? de decision",
    "HistGradientBoostingClassifier": r"gradient ?boost|boosting de gradiente",
    "GradientBoostingClassifier": r"gradient ?boost|boosting de gradiente",
    "AdaBoostClassifier": r"ada ?boost",
    "XGBClassifier": r"xgb",
    "LGBMClassifier": r"light ?gbm",
    "KNeighborsClassifier": r"\bk ?(?:nn|neighbors|vecinos|nearest)|vecinos mas cercanos",
    "SVC": r"\bsv[cm]s?\b|vectores (?:de )?soporte|support vector",
    "LinearSVC": r"\bsvms?\b|vectores (?:de )?soporte|support vector",
    "GaussianNB": r"bayes",
    "MLPClassifier": r"\bmlp\b|red(?:es)? neuronal|neural ?net|perceptron multi",
    "LinearDiscriminantAnalysis": r"discriminant|\blda\b",
}
_ALGORITHMS = {name: re.compile(rf"{name.lower()}|{words}") for name, words in _SPOKEN.items()}
_NO_ALGORITHM = re.compile(
    r"Pipeline|ColumnTransformer|\w*(?:Scaler|Encoder|Imputer|Transformer|Union)"
)
_CLASS = re.compile(r"\b(?:[A-Z]+[a-z0-9]+){2,}[A-Z]*\b")
_LABELLED = re.compile(r"[\s*_`•–-]{0,6}(?P<label>[^:\n]{1,80}):(?!//)[ *_`]*(?P<value>[^\n]*)")


def labelled(placed: Sequence[Placed]) -> Iterator[Labelled]:
    """Every labelled value: `label: value` lines, bold leads, rows of tables, and a label or a
    small heading whose value is the next block."""
    for at, here in enumerate(placed):
        block, first = here.block, here.block.text.split("\n", 1)[0]
        if block.rows and here.is_content:
            for row in block.rows:
                value = " ".join(row.cells[1:])
                for label in (row.cells[0], " ".join([row.cells[0], *block.rows[0].cells[1:2]])):
                    yield Labelled(bare(label), value, row.line, here)
        if block.kind != "text" or block.quoted:
            continue
        is_first = at == 0 or placed[at - 1].heading != here.heading
        if is_first and here.heading and not name_sections(here.heading)[0]:
            yield Labelled(bare(here.heading), first, block.line, here)
        after = placed[at + 1].block if at + 1 < len(placed) else block
        for line, text in here.lines():
            hit = _LABELLED.match(text)
            label, value = hit.groups() if hit else ("", "")
            if not hit and block.lead and line == block.line and text.startswith(block.lead):
                label, value = block.lead, text[len(block.lead) :]
            if label and not value.strip() and after is not block and follows(after, block):
                value, line = after.text.split("\n", 1)[0], after.line
            if label:
                yield Labelled(bare(label), value.strip(), line, here)


def follows(block: Block, label: Block) -> bool:
    """Whether a block may be the value of the label before it."""
    return block.kind != "heading" and (block.level > label.level or label.level == 0)


def read_fields(placed: Sequence[Placed], declared: Declared) -> list[Field]:
    """Every field, found or not: algorithm, sklearn, training_rows, evaluation_rows, date."""
    lines = [line for line in labelled(placed) if line.value.strip()]
    training = [line for line in lines if _is_rows(line, "training_data")]
    test = [line for line in lines if _is_rows(line, "evaluation_data")]
    return [
        _choose(
            "algorithm", (_algorithm(each, declared) for each in lines if _is(each, "algorithm"))
        ),
        _choose("sklearn", filter(None, (_sklearn(each, declared) for each in lines))),
        _choose("training_rows", (_rows(each, declared.training_rows) for each in training)),
        _choose("evaluation_rows", (_rows(each, declared.evaluation_rows) for each in test)),
        _choose("date", (_date(each) for each in lines if _is(each, "date"))),
    ]


def _choose(key: str, found: Iterable[Field]) -> Field:
    """The best of several candidates: true, valid, then the first."""
    best = max(found, key=lambda each: (each.is_true is True, each.is_valid), default=Field())
    return replace(best, key=key)


def _is(line: Labelled, key: str) -> bool:
    return bool(_LABEL[key].fullmatch(line.label[:80]))


def _algorithm(line: Labelled, declared: Declared) -> Field:
    said = re.sub(r"[-_`*]+", " ", fold(line.value[:300]))
    joined = said + " " + said.replace(" ", "")
    named = {name for name, words in _ALGORITHMS.items() if words.search(joined)}
    classes = set(_CLASS.findall(line.value[:300]))
    own = {name for name in declared.algorithms or () if not _NO_ALGORITHM.fullmatch(name)}
    its_own = named & own or {name for name in own if name.lower() in joined}
    is_valid = bool(named or its_own or {c for c in classes if not _NO_ALGORITHM.fullmatch(c)})
    is_true = None if declared.algorithms is None or not is_valid else bool(its_own)
    return Field("", line.value, line.line, is_valid, is_true)


def _sklearn(line: Labelled, declared: Declared) -> Field | None:
    said = fold(line.value[:300])
    hit = _SKLEARN.search(said)
    if hit is None and not _is(line, "sklearn"):
        return None
    version = hit or _VERSION.search(said)
    is_true = None
    if version and declared.sklearn is not None:
        is_true = f"{declared.sklearn}.".startswith(f"{version[1]}.")
    return Field("", line.value, line.line, bool(version), is_true)


def _is_rows(line: Labelled, section: str) -> bool:
    """Whether a line declares the rows of training or of evaluation: by its label, else by the
    section that it stands in."""
    words = set(line.label.split())
    if words - _SIZES - _TRAINING - _TEST - _BESIDE:
        return False
    if not words & _SIZES and not _WITH_UNIT.search(fold(line.value[:200])):
        return False
    if role := words & (_TRAINING | _TEST):
        return bool(role & (_TRAINING if section == "training_data" else _TEST))
    return bool(words & _SIZES) and section in line.placed.sections


def _rows(line: Labelled, wanted: int | None) -> Field:
    counts = [int(re.sub(r"\D", "", count)) for count in _COUNT.findall(line.value[:200])[:4]]
    counts = [count for count in counts if count]
    is_true = None if wanted is None or not counts else wanted in counts
    return Field("", line.value, line.line, bool(counts), is_true)


def _date(line: Labelled) -> Field:
    said = fold(line.value[:200])
    is_valid = any(_exists(**hit.groupdict()) for each in _DATES for hit in each.finditer(said))
    return Field("", line.value, line.line, is_valid)


def _exists(year: str, month: str = "", day: str | None = None, name: str = "") -> bool:
    """Whether there is such a day."""
    named = [at for at, names in enumerate(_MONTHS, 1) if name and name in names.split("|")]
    number, first = int(month) if month else named[0], int(day or 1)
    for order in ((number, first), (first, number)):  # 20/11/2026, and 11/20/2026 where it must be
        with suppress(ValueError):
            return bool(date(int(year), *order))
    return False
