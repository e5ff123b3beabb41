"""Every attack of the corpus ends as it is written there, and changes nobody else's mark."""

from __future__ import annotations

import json

import nbformat
import pytest
import target

ATTACKS = target.corpus()


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


def test_the_word_that_attacks_print_is_seen_when_they_print_it(worker):
    made = target.notebook(**target.ANSWERS)
    made["cells"][0]["source"] += "\nprint('aquí')"
    made["cells"].append({**target.demo.cell("print('LOGRADO')"), "id": "logrado"})
    assert "LOGRADO" in outputs(worker.grade(target.submission(made)))


def test_names_of_attacks_are_unique():
    names = [attack.name for attack in ATTACKS]
    assert len(names) == len(set(names))
