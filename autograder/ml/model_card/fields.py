"""Labelled lines: the fields that a machine checks against the model, and what is left blank."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date
from fnmatch import fnmatchcase

from autograder.ml.model_card.sections import Placed, below, name_sections
from autograder.ml.model_card.text import VOCABULARY, Phrases, bare, find_blanks, fold, is_blank

_NAMES = VOCABULARY["fields"]
_LABELS = {key: Phrases(_NAMES[key]) for key in ("algorithm", "sklearn", "date")}
_ALGORITHMS = {name: Phrases(names) for name, names in VOCABULARY["algorithms"].items()}
_UNITS = frozenset(_NAMES["units"])
_SIZES = _UNITS.union(_NAMES["sizes"])
_ROLES = {
    "training_data": frozenset(VOCABULARY["training"]),
    "evaluation_data": frozenset(VOCABULARY["test"]),
}
_OF_ROWS = _SIZES.union(_NAMES["beside"], *_ROLES.values())
_COUNT = re.compile(r"(?<![\d.,/-])(\d{1,3}(?:[., ]\d{3})+|\d+)(?![\d.,]*[\d%]| %)(?:\s+(\w+))?")
_VERSION = re.compile(r"\bv?(\d{1,3}(?:\.\d{1,4}){1,3})")
_SKLEARN = re.compile(r"(?:scikit[- ]?learn|sklearn)\W{0,4}(?:version\W{0,2})?" + _VERSION.pattern)
_MONTH = "|".join(_NAMES["months"]).replace("/", "|")
_DATE = re.compile(
    rf"(?<![\d.])(?:(?:\d{{1,2}}|(?:{_MONTH})[a-z]*)(?:[-/.,\s]|st|nd|rd|th|de|del|of){{1,9}}){{0,2}}"
    r"(?:19|20)\d\d(?:[-/.]\d{1,2}){0,2}(?!\d|\.\d)"
)
_DATE_PART = re.compile(rf"\d+|{_MONTH}")
_CLASS = re.compile(r"\b(?:[A-Z]+[a-z0-9]+){2,}[A-Z]*\b")
_KEY = re.compile(r"[\s*_`•–-]{0,6}([^:\n]{1,80}):(?!//)[\s*_`]*")


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
    """A line: its label as `bare` words ("" if it has none), its value, `text` as written."""

    label: str
    value: str
    line: int
    text: str
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


def label_lines(placed: Sequence[Placed]) -> list[Labelled]:
    """Every line of what somebody wrote with its label: `label: value`, bold words that open it,
    the first cell of a table's row, a small heading. A label alone has what is below for value."""
    return [
        line
        for at, here in enumerate(placed)
        if here.is_content
        for line in (_of_table(here) if here.block.rows else _of_text(placed, at))
    ]


def _of_text(placed: Sequence[Placed], at: int) -> Iterator[Labelled]:
    here, lines = placed[at], placed[at].lines()
    is_first = here.heading and (at == 0 or placed[at - 1].heading != here.heading)
    if is_first and not name_sections(here.heading)[0]:
        yield Labelled(bare(here.heading), lines[0][1], lines[0][0], lines[0][1], here)
    for number, text in lines:
        label, value, lead = "", text, here.block.lead
        if key := _KEY.match(text):
            label, value = key[1], text[key.end() :]
        elif lead and text.startswith(lead) and number == here.block.line:
            label, value = lead, text[len(lead) :]
        if label and not value.strip() and number == lines[-1][0] and not _is_key(placed, at + 1):
            value = below(placed, at).split("\n", 1)[0]
        yield Labelled(bare(label), value.strip(), number, text, here)


def _is_key(placed: Sequence[Placed], at: int) -> bool:
    """Whether the block there is another key at the same level, and not a value."""
    if at >= len(placed) or placed[at].block.level != placed[at - 1].block.level:
        return False
    return _KEY.match(placed[at].block.text) is not None


def _of_table(here: Placed) -> Iterator[Labelled]:
    header = here.block.rows[0]
    for row in here.block.rows:
        label, value = row.cells[0], " ".join(row.cells[1:])
        yield Labelled(bare(label), value, row.line, label, here)
        if role := " ".join(header.cells[1:2]):
            yield Labelled(bare(f"{label} {role}"), value, row.line, label, here)


def read_fields(lines: Sequence[Labelled], declared: Declared) -> list[Field]:
    """Every field, found or not: algorithm, sklearn, training_rows, evaluation_rows, date."""
    lines = [line for line in lines if line.label and line.value.strip()]
    algorithms = (_algorithm(line, declared) for line in lines if _is(line, "algorithm"))
    training = (
        _rows(line, declared.training_rows) for line in lines if _is_rows(line, "training_data")
    )
    test = (
        _rows(line, declared.evaluation_rows) for line in lines if _is_rows(line, "evaluation_data")
    )
    return [
        _choose("algorithm", algorithms),
        _choose("sklearn", filter(None, (_sklearn(line, declared) for line in lines))),
        _choose("training_rows", training),
        _choose("evaluation_rows", test),
        _choose("date", (_date(line) for line in lines if _is(line, "date"))),
    ]


def _choose(key: str, found: Iterable[Field]) -> Field:
    """The best of several candidates: true, valid, then the first."""
    best = max(found, key=lambda field: (field.is_true is True, field.is_valid), default=Field())
    return replace(best, key=key)


def _is(line: Labelled, key: str) -> bool:
    return _LABELS[key].is_all(line.label[:80])


def _algorithm(line: Labelled, declared: Declared) -> Field:
    value = line.value[:300]
    said, joined = bare(value), re.sub("[^a-z]", "", fold(value))
    named = {n for n, names in _ALGORITHMS.items() if names.is_in(said) or n.lower() in joined}
    classes = {name for name in _CLASS.findall(value) if not _is_step(name)}
    own = {name for name in declared.algorithms or () if not _is_step(name)}
    its_own = (named & own) | {name for name in own if name.lower() in joined}
    is_valid = bool(named or its_own or classes)
    is_true = None if declared.algorithms is None or not is_valid else bool(its_own)
    return Field("", line.value, line.line, is_valid, is_true)


def _is_step(name: str) -> bool:
    return any(fnmatchcase(name.lower(), pattern) for pattern in _NAMES["steps"])


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
    units = {unit for _, unit in _COUNT.findall(fold(line.value[:200]))}
    if words - _OF_ROWS or not (words & _SIZES or units & _UNITS):
        return False
    roles = [key for key, names in _ROLES.items() if words & names]
    return section in (roles or (line.placed.sections if words & _SIZES else ()))


def _rows(line: Labelled, wanted: int | None) -> Field:
    found = _COUNT.findall(line.value[:200])[:4]
    counts = {int(re.sub(r"\D", "", count)) for count, _ in found} - {0}
    is_true = None if wanted is None or not counts else wanted in counts
    return Field("", line.value, line.line, bool(counts), is_true)


def _date(line: Labelled) -> Field:
    dates = _DATE.finditer(fold(line.value[:200]))
    return Field("", line.value, line.line, any(_exists(hit.group()) for hit in dates))


def _exists(said: str) -> bool:
    """Whether there is such a day: 2026-11-20, 20/11/2026, "20 de noviembre de 2026"."""
    parts = _DATE_PART.findall(said)
    year = next(int(part) for part in parts if len(part) == 4)
    months = [at for at, names in enumerate(_NAMES["months"], 1) if {*names.split("/")} & {*parts}]
    numbers = [int(part) for part in parts if part.isdigit() and len(part) < 4]
    first, second = [*months, *numbers, 0, 0][:2]
    for month, day in ((first, second or 1), (second, first)):
        with suppress(ValueError):
            return bool(date(year, month, day))
    return False


def blanks_in(
    placed: Sequence[Placed], lines: Sequence[Labelled]
) -> Iterator[tuple[str, int, str]]:
    """(section, line, blank) of each mark to fill in, key without a value, table without rows."""
    marked = set()
    for here in filter(lambda here: here.is_content, placed):
        for line, text in here.lines():
            for _, blank in find_blanks(text):
                marked.add(line)
                yield here.section, line, blank
        rows = here.block.rows
        if len(rows) == 1:
            yield here.section, rows[0].line, " | ".join(rows[0].cells)[:80]
        for row in rows[1:]:
            if row.line not in marked and _says_nothing(row.cells):
                yield here.section, row.line, row.cells[0]
    for labelled in lines:
        here = labelled.placed
        says_something = not is_blank(labelled.value) or not labelled.text.strip()
        if not (here.block.rows or labelled.line in marked or says_something):
            yield here.section, labelled.line, labelled.text.strip()


def _says_nothing(cells: Sequence[str]) -> bool:
    """Whether a row is not filled in. Several empty cells may be those of a title, and a dash says
    that there is nothing to say."""
    values = [cell for cell in cells[1:] if len(cells) == 2 or cell.strip()]
    is_dash = any(cell.strip() and not cell.strip(" -–—") for cell in values)
    return bool(cells[0].strip() and values) and all(map(is_blank, values)) and not is_dash
