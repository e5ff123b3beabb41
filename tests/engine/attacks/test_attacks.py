"""Every attack of the corpus ends as it is written there, and changes nobody else's mark."""

from __future__ import annotations

import json
from dataclasses import replace

import nbformat
import pytest
import target
from msgspec import structs

from autograder.grading.grade import grade
from autograder.sandbox.driver import Sandbox
from autograder.sandbox.isolation import BWRAP

ATTACKS = target.corpus()
LIMITS, SEED = target.LIMITS, target.SEED


def outputs(result) -> str:
    """All that came back of the submission, and nothing of what it sent."""
    cells = json.loads(result.notebooks.get("demo", b'{"cells": []}'))["cells"]
    came = [cell.get("outputs") for cell in cells]
    return json.dumps([came, [v.message for v in result.checks], result.flags], ensure_ascii=False)


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: attack.name)
def test_attack_ends_as_written(attack, worker, places):
    result = worker.grade(attack.submission(places), attack.endless, attack.deaf)
    seen = outputs(result)
    assert not any(each in seen for each in ("LOGRADO", places["TOKEN"], target.RESERVED))
    assert result.score == attack.score, seen
    assert result.status in attack.status, seen
    for flag in attack.flags:
        assert any(each.startswith(flag) for each in result.flags), result.flags
    assert attack.flags or {*result.flags} <= {*attack.perhaps}, result.flags
    assert attack.says in " ".join(verdict.message for verdict in result.checks)
    assert attack.shows in seen
    assert not result.faulty, seen
    if result.notebooks:
        nbformat.validate(nbformat.reads(result.notebooks["demo"].decode(), as_version=4))


EVERY_SET = """\
import os, glob
for carpeta, carpetas, archivos in os.walk('/given', topdown=False):
    for ruta in [f'{carpeta}/{nombre}' for nombre in archivos + carpetas] + [carpeta]:
        for accion in (os.remove, os.rmdir, lambda r: os.rename(r, r + '2'), lambda r: open(r, 'w'),
                       lambda r: os.chmod(r, 0), lambda r: open(r + '/nuevo', 'w')):
            try:
                accion(ruta)
                print('LOGRA' + 'DO', ruta)
            except OSError:
                pass
os.mkdir('/course/otra')
for nombre in ('otra.csv', 'tabla.csv'):
    open(f'/course/{nombre}', 'w').write('mal')
os.unlink('/course/datos')
os.symlink('/course', '/course/datos')
print('conjuntos', len(glob.glob('/given/*/datos')))"""


def test_what_two_assignments_are_given_lies_side_by_side_and_stays(worker):
    worker.check_other()
    made = target.notebook(**target.ANSWERS)
    made["cells"].append({**target.demo.cell(EVERY_SET), "id": "todos"})
    result = worker.grade(target.submission(made))
    seen = outputs(result)
    assert (result.score, result.flags) == (target.FULL, ()) and "LOGRADO" not in seen
    assert "conjuntos 2" in seen  # what colleagues are given is no secret
    worker.check_other()


NO_MODULES = ["no_hay", "os.no_hay", "os; import sys", "", "this", "__main__", "venv.__main__"]


def test_what_is_imported_beforehand_ends_no_sandbox_and_changes_no_mark(worker):
    with Sandbox(BWRAP, LIMITS, modules=(*NO_MODULES, *target.MODULES)) as sandbox:
        result = grade(target.blueprint(), target.honest(), SEED, sandbox)
    assert structs.replace(result, seconds=0.0) == worker.alone


def test_a_submission_has_a_limit_beside_those_of_its_cells(worker):
    made = target.notebook(**target.ANSWERS)
    made["cells"].append({**target.demo.cell("while True:\n    pass"), "id": "sin-fin"})
    limits = replace(LIMITS, submission_seconds=worker.hurried)
    with Sandbox(BWRAP, limits, modules=target.MODULES) as sandbox:
        sandbox.wait_ready()
        result = grade(target.blueprint(), target.submission(made), SEED, sandbox)
    assert result.status == "timeout" and "process-timeout" in result.flags


def test_the_word_that_attacks_print_is_seen_when_they_print_it(worker):
    made = target.notebook(**target.ANSWERS)
    made["cells"][0]["source"] += "\nprint('aquí')"
    made["cells"].append({**target.demo.cell("print('LOGRADO')"), "id": "logrado"})
    assert "LOGRADO" in outputs(worker.grade(target.submission(made)))


def test_names_of_attacks_are_unique():
    names = [attack.name for attack in ATTACKS]
    assert len(names) == len(set(names))
