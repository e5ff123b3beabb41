"""What a teacher calls in a check is documented, with examples that run."""

from __future__ import annotations

import dataclasses
import doctest
import inspect
import pydoc
import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from autograder import checking

#: Where doctest writes the whole name of an exception, examples have the last part.
MODULE = re.compile(r"^autograder\.[\w.]+\.(?=\w+: )", re.MULTILINE)
NAMES = {**{name: getattr(checking, name) for name in checking.__all__}, "np": np, "pd": pd}
#: What checks call the methods of.
CALLED = (checking.Student, checking.Expectation, checking.Model)


def documented_here() -> dict[str, object]:
    """The public names of the vocabulary, but for those that come from elsewhere."""
    public = ((name, getattr(checking, name)) for name in checking.__all__)
    return {name: each for name, each in public if each.__module__.startswith(checking.__name__)}


def called() -> dict[str, object]:
    """What a check may call: functions, classes whose instances it is given, their methods."""
    found = {name: each for name, each in documented_here().items() if inspect.isfunction(each)}
    found |= {each.__name__: each for each in (checking.Student, checking.DirectStudent)}
    found |= {"Ref": checking.Ref, "Expr": checking.Expr}
    found["Expectation"] = checking.Expectation
    for owner in CALLED:
        for name, method in vars(owner).items():
            if inspect.isfunction(method) and not name.startswith("_"):
                found[f"{owner.__name__}.{name}"] = method
    return found


class ShortNames(doctest.OutputChecker):
    def check_output(self, want: str, got: str, optionflags: int) -> bool:
        return super().check_output(want, MODULE.sub("", got), optionflags)


def examples(name: str, what: object) -> doctest.DocTest:
    [found] = doctest.DocTestFinder(recurse=False).find(what, name, globs=dict(NAMES))
    return found


def failures(found: doctest.DocTest) -> tuple[int, str]:
    """How many of some examples fail, and what doctest says of them."""
    said: list[str] = []
    runner = doctest.DocTestRunner(ShortNames(), verbose=False)
    return runner.run(found, out=said.append).failed, "".join(said)


@pytest.mark.parametrize("name", called())
def test_the_examples_of_what_a_check_calls_run(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    found = examples(name, called()[name])
    assert found.examples, f"{name} has no example"
    failed, said = failures(found)
    assert failed == 0, said


def test_an_example_that_says_what_is_not_so_is_noticed() -> None:
    expectation = examples("to_be_above", checking.Expectation.to_be_above)
    wrong = re.sub("expected a number", "expected a text", expectation.docstring)
    parsed = doctest.DocTestParser().get_doctest(wrong, dict(NAMES), "wrong", None, 0)
    failed, said = failures(parsed)
    assert failed == 1 and "expected a number greater than" in said


@pytest.mark.parametrize("name", documented_here())
def test_every_public_name_says_what_it_is(name: str) -> None:
    documented = documented_here()[name]
    assert vars(documented).get("__doc__") or inspect.isfunction(documented)
    text = inspect.getdoc(documented) or ""
    assert text.splitlines()[0].endswith(".")
    if dataclasses.is_dataclass(documented):  # its own docstring, not the one that Python writes
        fields = [each.name for each in dataclasses.fields(documented)]
        assert [each for each in fields if f"    {each}: " not in text] == []


@pytest.mark.parametrize("name", called())
def test_every_argument_of_a_call_is_named(name: str) -> None:
    """In its docstring or, for what all expectations take, in that of Expectation."""
    function = called()[name]
    if not inspect.isfunction(function):
        return
    text = f"{inspect.getdoc(function)}"
    if name.startswith("Expectation."):
        text += f"{inspect.getdoc(checking.Expectation)}"
    arguments = [each for each in inspect.signature(function).parameters if each != "self"]
    assert [each for each in arguments if not re.search(rf"\b{each}\b", text)] == []


@pytest.mark.parametrize("owner", CALLED, ids=lambda owner: owner.__name__)
def test_help_shows_what_each_method_does(owner: type) -> None:
    shown = pydoc.plain(pydoc.render_doc(owner))
    own = [each for each in called().values() if each in vars(owner).values()]
    assert own
    for method in own:
        assert (inspect.getdoc(method) or "").splitlines()[0] in shown
