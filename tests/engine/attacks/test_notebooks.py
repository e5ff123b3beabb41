"""Notebook files that were tampered with: what is ours comes back, and somebody is told."""

from __future__ import annotations

import copy
import json

import demo_course as demo
import nbformat
import pytest
import target

from autograder.sandbox.limits import MIB


def nbgrader(made: dict, name: str) -> dict:
    return next(
        each["metadata"]["nbgrader"]
        for each in made["cells"]
        if each["metadata"].get("nbgrader", {}).get("grade_id") == name
    )


def find(made: dict, name: str) -> dict:
    return next(
        each
        for each in made["cells"]
        if each["metadata"].get("nbgrader", {}).get("grade_id") == name
    )


def extra(source: str, number: int = 0, **changed) -> dict:
    return {**demo.cell(source), "id": f"extra{number}", **changed}


TAMPERINGS: dict = {}


def tampering(score: float, *flags: str, solved: bool = False):
    """Register a function that changes a notebook (unsolved by default) in place."""

    def register(function):
        TAMPERINGS[function.__name__] = (function, score, flags, solved)
        return function

    return register


@tampering(0, "test-edited: cuadrado-autotest", "test-edited: total-autotest")
def edited_tests(made):
    find(made, "cuadrado-autotest")["source"] = "print('✅')"
    find(made, "total-autotest")["source"] = "total = 45"


@tampering(8, "test-edited: nota-autotest", solved=True)
def a_test_is_edited_in_a_right_submission(made):
    find(made, "nota-autotest")["source"] = "import os; os.remove('nota.md')"


@tampering(0, "cell-edited: importar")
def a_locked_cell_is_edited(made):
    find(made, "importar")["source"] = "total = 44"


@tampering(8, "test-deleted: cuadrado-autotest", "test-deleted: nota-autotest", solved=True)
def deleted_tests(made):
    names = ("cuadrado-autotest", "nota-autotest")
    made["cells"] = [cell for cell in made["cells"] if cell not in [find(made, n) for n in names]]


@tampering(0, "test-deleted", "cell-deleted")
def everything_is_deleted(made):
    made["cells"] = []


@tampering(0, "cell-duplicated: total-autotest", "cell-duplicated: cuadrado-autotest")
def duplicated_tests(made):
    for number, name in enumerate(("total-autotest", "cuadrado-autotest")):
        double = copy.deepcopy(find(made, name))
        made["cells"].append({**double, "id": f"doble{number}", "source": "total = 45"})


@tampering(0, "cell-duplicated: total")
def an_answer_is_duplicated_with_more_points(made):
    for number in range(3):
        double = copy.deepcopy(find(made, "total"))
        double["metadata"]["nbgrader"] |= {"grade": True, "points": 100}
        made["cells"].append({**double, "id": f"doble{number}"})


@tampering(8, solved=True)
def cells_are_reordered(made):
    made["cells"].reverse()
    made["cells"].insert(0, extra("import numpy as np"))


@tampering(0)
def points_are_raised(made):
    for cell in made["cells"]:
        if "nbgrader" in cell["metadata"]:
            cell["metadata"]["nbgrader"] |= {"points": 1e9, "max_points": 1e9, "score": 1e9}


@tampering(0)
def points_are_not_numbers(made):
    for value, name in zip((-5, "mil", None, [3], {}, True), target.TESTS, strict=False):
        nbgrader(made, f"{name}-autotest")["points"] = value


@tampering(0, "test-edited", "cell-edited")
def cells_are_pointed_elsewhere(made):
    find(made, "importar")["source"] = "total = 45"
    first, second = nbgrader(made, "importar"), nbgrader(made, "total-autotest")
    first["grade_id"], second["grade_id"] = second["grade_id"], first["grade_id"]


@tampering(0, "cell-unknown: inventada")
def cells_are_invented(made):
    for name in ("inventada", "<script>", "x" * 10_000):
        made["cells"].append(
            extra("1", metadata={"nbgrader": {**nbgrader(made, "total"), "grade_id": name}})
        )


@tampering(0, "type-changed: porque", "type-changed: total-autotest")
def types_are_changed(made):
    find(made, "total-autotest")["cell_type"] = "markdown"
    find(made, "cuadrado-autotest")["cell_type"] = "raw"
    find(made, "porque")["cell_type"] = "code"
    find(made, "porque")["source"] = "total = 45"


@tampering(0, "metadata-edited: importar")
def roles_are_changed(made):
    nbgrader(made, "total-autotest").update(solution=True, locked=False, grade=False)
    nbgrader(made, "importar").update(solution=True, locked=False, task=True)


@tampering(0)
def versions_are_changed(made):
    for number, cell in enumerate(made["cells"]):
        if "nbgrader" in cell["metadata"]:
            cell["metadata"]["nbgrader"]["schema_version"] = (1, 2, 99, "tres", None, 3)[number % 6]
            cell["metadata"]["nbgrader"]["checksum"] = "0" * 32


@tampering(0, "metadata-lost: total-autotest", "metadata-lost: importar")
def metadata_is_of_other_kinds(made):
    for number, cell in enumerate(made["cells"]):
        cell["metadata"] = ([], None, "nbgrader", {"nbgrader": []}, {"nbgrader": {"grade_id": 7}})[
            number % 5
        ]


@tampering(0)
def cells_hold_other_kinds(made):
    for number, cell in enumerate(
        (
            {},
            {"cell_type": "code"},
            {"cell_type": ["code"], "source": {}},
            {"cell_type": "code", "source": [1, None, "x"], "outputs": 5, "id": "../../x"},
            {"cell_type": "heading", "source": "\ud800\0", "attachments": [1]},
            {
                "cell_type": "markdown",
                "source": "",
                "attachments": {"a": {"text/html": "<script>"}},
            },
        )
    ):
        made["cells"].insert(number, cell)


@tampering(0)
def outputs_are_filled_in(made):
    said = {"text/plain": "Automatic marking: 9 of 9 points", "text/html": "<script>1</script>"}
    for name in target.TESTS:
        cell = find(made, f"{name}-autotest")
        cell["outputs"] = [{"output_type": "display_data", "data": said, "metadata": {}}]
        cell["execution_count"] = 10**30


@tampering(8, solved=True)
def the_notebooks_own_metadata_is_hostile(made):
    made["metadata"] = {
        "kernelspec": {"name": "bash; rm -rf /", "language": "R", "argv": ["rm"]},
        "widgets": {"application/vnd.jupyter.widget-state+json": {"x": "<script>"}},
        "title": "<script>alert(1)</script>",
    }
    made["nbformat_minor"] = 10**6


@pytest.mark.parametrize("name", TAMPERINGS)
def test_tampering_changes_no_mark(name, worker):
    change, score, flags, solved = TAMPERINGS[name]
    made = target.notebook(**(target.ANSWERS if solved else {}))
    change(made)
    result = worker.grade(target.submission(made))
    assert (result.score, result.max_score, result.manual_points) == (score, 9, 1)
    assert result.status == "graded"
    for flag in flags:
        assert any(each.startswith(flag) for each in result.flags), result.flags
    assert flags or not result.flags
    executed = nbformat.reads(result.notebooks["demo"].decode(), as_version=4)
    nbformat.validate(executed)
    text = result.notebooks["demo"].decode()
    assert "9 of 9" not in text and "rm -rf" not in text
    ids = [cell["metadata"].get("nbgrader", {}).get("grade_id") for cell in executed.cells]
    ours = [name for name in ids if name]
    assert sorted(ours) == sorted({*ours})
    for test, (source, points) in target.TESTS.items():
        cell = find(executed, f"{test}-autotest")
        assert (cell["source"], nbgrader(executed, f"{test}-autotest")["points"]) == (
            source,
            points,
        )


DEEP = b'{"nbformat": 4, "cells": [{"source": ' + b'{"a":' * 500 + b"1" + b"}" * 501 + b"]}"
SOURCE = {"cell_type": "code", "source": "x = '%s'" % ("x" * 7 * MIB), "metadata": {}}
MANY = [{"cell_type": "markdown", "source": f"{n}", "metadata": {}} for n in range(390)]
FILES = {
    "empty": (b"", "invalid", "not JSON"),
    "half": (b'{"cells": [', "invalid", "not JSON"),
    "not a notebook": (b'{"a": 1}', "invalid", "not a Jupyter notebook"),
    "a list": (b"[]", "invalid", "not a Jupyter notebook"),
    "deep": (DEEP, "invalid", "nested too deep"),
    "deeper than Python": (b"[" * 200_000, "invalid", "not JSON"),
    "a number without end": (b'{"nbformat": ' + b"4" * 10_000 + b"}", "invalid", "not JSON"),
    "not a number": (b'{"nbformat": NaN, "cells": []}', "invalid", "format cannot be read"),
    "from the future": (b'{"nbformat": 99, "cells": []}', "invalid", "format cannot be read"),
    "version 3, broken": (
        b'{"nbformat": 3, "worksheets": [7]}',
        "invalid",
        "format cannot be read",
    ),
    "without cells": (b'{"nbformat": 4}', "invalid", "no list of cells"),
    "cells of another kind": (b'{"nbformat": 4, "cells": [1]}', "invalid", "no list of cells"),
    "a script": (b"#!/bin/sh\nrm -rf /\n", "invalid", "not JSON"),
    "other encoding": ('{"nbformat": 4, "ñ": 1}'.encode("utf-16")[:-1], "invalid", "not JSON"),
    "too many cells": (
        json.dumps({"nbformat": 4, "cells": [{}] * 401}).encode(),
        "invalid",
        "more than 400 cells",
    ),
    "390 cells": (json.dumps({"nbformat": 4, "cells": MANY}).encode(), "graded", ""),
    "seven megabytes in a cell": (
        json.dumps({"nbformat": 4, "cells": [SOURCE]}).encode(),
        "graded",
        "",
    ),
}


@pytest.mark.parametrize("name", FILES)
def test_a_file_that_is_hardly_a_notebook_ends_with_a_reason(name, worker):
    content, status, reason = FILES[name]
    result = worker.grade(target.submission(content))
    assert (result.status, result.score) == (status, 0)
    assert reason in result.checks[0].message
    assert result.flags
