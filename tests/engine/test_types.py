"""The package's types reach whoever writes checks: mypy reads them from the installed wheel."""

from __future__ import annotations

import re
import subprocess
import sys
from importlib import metadata
from pathlib import Path

import pytest

pytest.importorskip("mypy", reason="the extra `dev` brings it")

RIGHT = '''\
"""Checks as a teacher writes them."""

from numpy.random import Generator

from autograder.checking import Student, Verdict, check, expect, fail


@check("total-test", points=2)
def adds_up(student: Student, rng: Generator) -> None:
    """It adds the numbers up."""
    numbers = rng.normal(size=5)
    expect(student.call("total", numbers), hint="Use `sum`.").to_be_finite().to_be_close(
        numbers.sum(), expected="their sum"
    )


@check("total-test", points=0.5, needs=adds_up, criterion=True)
def names_its_parameters_otherwise(process: Student, draw: Generator) -> None:
    """It takes a list too."""
    if process.call("total", [1, 2]) != 3:
        fail("The sum of [1, 2] is 3.")


@check("note-test", points=1, needs=[adds_up, names_its_parameters_otherwise])
def writes_the_note(student: Student, rng: Generator) -> None:
    """There is a note."""
    expect((student.file("note.md") or b"").decode()).to_be_text()


def has_passed(verdict: Verdict) -> bool:
    return verdict.passed
'''
WRONG = """\
from numpy.random import Generator

from autograder.checking import Expectation, Student, Verdict, check, expect


@check("total-test", points="2")  # arg-type
def points_are_no_text(student: Student, rng: Generator) -> None: ...


@check("total-test")  # call-arg
def no_points(student: Student, rng: Generator) -> None: ...


@check("total-test", points=1)  # type-var
def draws_nothing(student: Student) -> None: ...


@check("total-test", points=1)  # type-var
def takes_a_text(student: str, rng: Generator) -> None: ...


@check("total-test", points=1)  # type-var
def returns_what_it_expects(student: Student, rng: Generator) -> Expectation:
    return expect(student.call("total", [1]))


@check("total-test", points=1, needs="points_are_no_text")  # arg-type
def needs_a_name(student: Student, rng: Generator) -> None:
    expect(student.call("total", [1])).to_be_closed(1)  # attr-defined
    expect(student.call("total", [1])).to_be_above("0")  # arg-type
    student.call()  # call-arg
    student.file("note.md").decode()  # union-attr


def is_right(verdict: Verdict) -> bool:
    return bool(verdict.status == verdict.score)  # attr-defined
"""
REPORTED = re.compile(r"^(?P<file>\w+)\.py:(?P<line>\d+): error: .*\[(?P<code>[a-z-]+)\]$", re.M)


@pytest.fixture(scope="module")
def reported(tmp_path_factory: pytest.TempPathFactory) -> set[tuple[str, int, str]]:
    """What mypy says of both files, where nothing but the installed package is at hand."""
    folder = tmp_path_factory.mktemp("types")
    for name, text in (("right", RIGHT), ("wrong", WRONG)):
        (folder / f"{name}.py").write_text(text, "utf-8")
    command = [sys.executable, "-P", "-m", "mypy", "--strict", "--config-file", "", "."]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True)
    assert done.returncode == 1 and done.stderr == "", done.stderr
    found = {
        (each["file"], int(each["line"]), each["code"]) for each in REPORTED.finditer(done.stdout)
    }
    assert len(found) == done.stdout.count(": error: "), done.stdout
    return found


def test_right_checks_have_no_errors(reported: set[tuple[str, int, str]]) -> None:
    assert {each for each in reported if each[0] == "right"} == set()


def test_each_mistake_in_a_check_is_found_on_its_line(reported: set[tuple[str, int, str]]) -> None:
    marked = {
        ("wrong", number, line.rpartition("# ")[2])
        for number, line in enumerate(WRONG.splitlines(), start=1)
        if "# " in line
    }
    assert len(marked) > 5
    assert {each for each in reported if each[0] == "wrong"} == marked


def test_the_wheel_says_that_it_has_types() -> None:
    files = metadata.files("autograder") or []
    assert Path("autograder/py.typed") in [Path(each) for each in files]
