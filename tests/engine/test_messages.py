"""What the engine says to students: its catalogues, and that nothing is said outside them."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from string import Formatter

import pytest
from babel.messages import Message
from babel.messages.pofile import read_po

import autograder
from autograder.checking import CheckFailed, DirectStudent, expect, percent, shown, thousands
from autograder.messages import LOCALE, gettext, languages, ngettext, using

PACKAGE = Path(autograder.__file__).parent
SOURCES = sorted(p for p in PACKAGE.rglob("*.py") if "ml" not in p.relative_to(PACKAGE).parts)
TEMPLATES = sorted(PACKAGE.rglob("*.j2"))
CATALOGUES = sorted(LOCALE.glob("*/LC_MESSAGES/*.po"))

SPANISH = re.compile(
    r"[áéíóúñÁÉÍÓÚÑ¿¡]|\b(celdas?|con|cuadernos?|de|del|el|entregas?|es|está|falta|hay|la|las|los|"
    r"para|por|puntos?|que|según|sin|tu|una|uno)\b",
    re.IGNORECASE,
)
#: Spanish that is read and not said: headings of Moodle's worksheets.
NOT_SAID = {
    "calificación",
    "cualificación",
    "qualificació",
    "puntuación",
    "última modificación (calificación)",
    "comentarios de retroalimentación",
}


def entries(path: Path) -> list[Message]:
    return [each for each in read_po(path.open("rb")) if each.id]


def forms(text: str | tuple[str, ...]) -> tuple[str, ...]:
    return (text,) if isinstance(text, str) else tuple(text)


def placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name is not None}


def literals(path: Path) -> Iterator[tuple[int, str]]:
    """Every text of a module, docstrings and parts of f-strings among them."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.lineno, node.value


def calls(path: Path) -> Iterator[ast.Call]:
    """Every call of ``gettext`` and ``ngettext`` in a module."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Call) and _is_lookup(node.func):
            yield node


def _is_lookup(function: ast.expr) -> bool:
    return isinstance(function, ast.Name) and function.id in ("gettext", "ngettext")


def test_catalogues_are_current_and_complete() -> None:
    command = [sys.executable, "-m", "autograder.messages.update", "--check"]
    found = subprocess.run(command, capture_output=True, text=True)
    assert found.returncode == 0, found.stdout + found.stderr


@pytest.mark.parametrize("path", CATALOGUES, ids=lambda path: path.parts[-3])
def test_a_translation_has_the_placeholders_of_its_message(path: Path) -> None:
    for entry in entries(path):
        said = {name for text in forms(entry.id) for name in placeholders(text)}
        for text in forms(entry.string):
            assert placeholders(text) == said, entry.id


def test_what_is_said_is_found_by_whoever_looks_for_messages() -> None:
    """A call inside an f-string, or of something that is no literal, would never be translated."""
    known = {text for path in CATALOGUES for each in entries(path) for text in forms(each.id)}
    for path in SOURCES:
        if path.parent.name == "messages":
            continue
        for call in calls(path):
            for argument in call.args[:2] if call.func.id == "ngettext" else call.args:
                place = f"{path.relative_to(PACKAGE)}:{call.lineno}"
                assert isinstance(argument, ast.Constant), f"{place} is no literal"
                assert argument.value in known, f"{place} is in no catalogue"


def test_no_message_is_looked_up_when_a_module_is_imported() -> None:
    """Then no course's language is in use: a default, or a constant, would stay in English."""
    for path in SOURCES:
        inside = {
            (node.lineno, node.col_offset)
            for function in ast.walk(ast.parse(path.read_text("utf-8")))
            if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef)
            for statement in function.body
            for node in ast.walk(statement)
            if isinstance(node, ast.Call)
        }
        for call in calls(path):
            assert (call.lineno, call.col_offset) in inside, (
                f"{path.relative_to(PACKAGE)}:{call.lineno}"
            )


def test_the_engine_has_no_spanish_but_in_its_catalogue() -> None:
    found = [
        f"{path.relative_to(PACKAGE)}:{line}: {text[:80]!r}"
        for path in SOURCES
        for line, text in literals(path)
        if SPANISH.search(text) and text not in NOT_SAID
    ]
    assert not found, "\n".join(found)


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_a_template_has_no_spanish(path: Path) -> None:
    text = re.sub(r"<style>.*?</style>", "", path.read_text("utf-8"), flags=re.DOTALL)
    found = [line for line in text.splitlines() if SPANISH.search(line)]
    assert not found, "\n".join(found)


def test_a_language_is_in_use_within_its_block_alone() -> None:
    assert languages() == ("en", "es")
    assert gettext("a number") == "a number"
    with using("es"):
        assert gettext("a number") == "un número"
        with using("en"):
            assert gettext("a number") == "a number"
    assert gettext("a number") == "a number"


def test_a_language_without_a_catalogue_is_refused() -> None:
    with pytest.raises(LookupError, match="there are: en, es"), using("xx"):
        pass


def test_plurals_go_with_their_count_parts_included() -> None:
    forms = "{count} row", "{count} rows"
    assert [ngettext(*forms, count) for count in (0, 1, 1.0, 2, 0.5)] == [
        "{count} rows",
        "{count} row",
        "{count} row",
        "{count} rows",
        "{count} rows",
    ]


def test_numbers_are_written_as_the_language_does() -> None:
    assert (thousands(1_234_567), percent(0.655, 1)) == ("1,234,567", "65.5%")
    with using("es"):
        assert (thousands(1_234_567), percent(0.655, 1)) == ("1.234.567", "65,5 %")


def test_a_text_of_the_students_with_braces_is_shown_as_it_is() -> None:
    for language in languages():
        with using(language):
            assert shown("{0} {name}").endswith("'{0} {name}'")
            with pytest.raises(CheckFailed, match=re.escape("'{x}'")):
                expect("{x}").to_be_number()


def test_a_check_speaks_the_language_in_use() -> None:
    student = DirectStudent({"double": 3})
    with pytest.raises(CheckFailed) as said:
        student.call("double", 1)
    assert said.value.message == "`double` is not a function: it is of type int."
    with using("es"), pytest.raises(CheckFailed) as said:
        student.call("double", 1)
    assert said.value.message == "`double` no es una función: es de tipo int."
