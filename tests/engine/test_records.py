"""What a run leaves: one model, its schema, and files that are not what the model says."""

from __future__ import annotations

import copy
import csv
import io
import json
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import demo_course
import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from test_report import check, record

from autograder import schema
from autograder.course import Course
from autograder.grading.cohort import Options, Run, grade_cohort
from autograder.records import (
    Isolation,
    Record,
    ResultsError,
    document,
    read,
    safe_cell,
    to_json,
    write,
)

Damage = Callable[[dict[str, Any]], object]

VALID = json.loads(to_json(document([record("ana", checks=[check("psi"), check("ks")])], 7)))
#: How a document may be wrong, and the place that whoever reads it is told.
DAMAGES: dict[str, tuple[Damage, str]] = {
    "another version": (lambda whole: whole.update(schema=2), "$.schema"),
    "a field too many": (lambda whole: whole.update(extra=1), "the top level"),
    "no seed": (lambda whole: whole.pop("seed"), "the top level"),
    "a seed below zero": (lambda whole: whole.update(seed=-1), "$.seed"),
    "a version that is no text": (
        lambda whole: whole["versions"].update(numpy=2),
        "$.versions[...]",
    ),
    "an unknown isolation": (lambda whole: whole.update(isolation="docker"), "$.isolation"),
    "a submission that is none": (lambda whole: whole["submissions"].append(1), "$.submissions[1]"),
    "points below zero": (
        lambda whole: whole["submissions"][0].update(score=-0.5),
        "$.submissions[0].score",
    ),
    "points in words": (
        lambda whole: whole["submissions"][0].update(max_score="4"),
        "$.submissions[0].max_score",
    ),
    "an unknown status": (
        lambda whole: whole["submissions"][0].update(status="fine"),
        "$.submissions[0].status",
    ),
    "a digest that is none": (
        lambda whole: whole["submissions"][0].update(digest="abc"),
        "$.submissions[0].digest",
    ),
    "a private field": (
        lambda whole: whole["submissions"][0].update(fingerprint="a"),
        "$.submissions[0]",
    ),
    "no checks": (lambda whole: whole["submissions"][0].pop("checks"), "$.submissions[0]"),
    "an unknown outcome of a check": (
        lambda whole: whole["submissions"][0]["checks"][1].update(status="graded"),
        "$.submissions[0].checks[1].status",
    ),
}


def test_the_schema_is_what_the_model_says() -> None:
    assert schema.PATH.read_text("utf-8") == schema.generate()


def test_a_schema_that_is_not_current_is_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(schema, "PATH", tmp_path / "records.schema.json")
    monkeypatch.setattr(sys, "argv", ["schema", "--check"])
    assert schema.main() == 1 and "not current" in capsys.readouterr().out
    schema.PATH.write_text(schema.generate().replace('"minimum": 0', '"minimum": 1', 1), "utf-8")
    assert schema.main() == 1
    monkeypatch.setattr(sys, "argv", ["schema"])
    assert schema.main() == 0
    monkeypatch.setattr(sys, "argv", ["schema", "--check"])
    assert schema.main() == 0


def test_the_schema_is_one_and_takes_what_is_written(tmp_path: Path) -> None:
    wanted = json.loads(schema.generate())
    Draft202012Validator.check_schema(wanted)
    write(tmp_path, document([record("ana", accepted=None), record("beto", flags=["a"])], 7))
    Draft202012Validator(wanted).validate(json.loads((tmp_path / "results.json").read_bytes()))


@pytest.mark.parametrize("name", DAMAGES)
def test_schema_and_reader_refuse_the_same(name: str, tmp_path: Path) -> None:
    damage, place = DAMAGES[name]
    damaged = copy.deepcopy(VALID)
    path = tmp_path / "results.json"
    path.write_text(json.dumps(damaged), "utf-8")
    assert read(path).seed == 7
    damage(damaged)
    path.write_text(json.dumps(damaged), "utf-8")
    with pytest.raises(ResultsError) as refused:
        read(path)
    assert str(refused.value).startswith(f"{path} is not valid at {place}: ")
    assert len(str(refused.value).splitlines()) == 1
    assert not Draft202012Validator(json.loads(schema.generate())).is_valid(damaged)


@pytest.mark.parametrize("content", [b"", b"{", b"\xff", b'{"schema":NaN}', b'{"schema":"\xff'])
def test_what_is_not_json_is_refused_in_one_line(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "results.json"
    path.write_bytes(content)
    with pytest.raises(ResultsError, match="is not JSON") as refused:
        read(path)
    assert str(path) in str(refused.value) and len(str(refused.value).splitlines()) == 1


def test_what_a_damaged_file_holds_cannot_fill_the_terminal(tmp_path: Path) -> None:
    path = tmp_path / "results.json"
    path.write_text(json.dumps({**VALID, "\x1b[2J\n - at `$.fake`" + 9_999 * "x": 1}), "utf-8")
    with pytest.raises(ResultsError) as refused:
        read(path)
    said = str(refused.value).removeprefix(str(path))
    assert said.isprintable() and len(said) < 500


def test_reading_and_writing_again_gives_the_same_bytes(tmp_path: Path) -> None:
    late = record("beto", timestamp="2026-11-23 10:00:00 UTC", seconds=1.5, accepted=None)
    write(tmp_path, document([late, record("año", flags=["á: ✅"])], 2**70))
    path = tmp_path / "results.json"
    before = path.read_bytes()
    write(tmp_path, read(path))
    assert path.read_bytes() == before


def test_what_could_not_be_read_is_not_written(tmp_path: Path) -> None:
    broken = Record(
        **{name: getattr(record("ana"), name) for name in Record.__struct_fields__[:-1]},
        isolation="docker",
    )  # a struct does not look at what it is made of
    with pytest.raises(ResultsError, match=r"\$\.submissions\[0\]\.isolation"):
        write(tmp_path, document([broken], 7))
    assert list(tmp_path.iterdir()) == []


def test_the_weakest_isolation_is_that_of_the_document() -> None:
    isolated, exposed = record("ana"), record("beto", isolation="none")
    assert document([isolated], 7).isolation is Isolation.BWRAP
    assert document([isolated, exposed, isolated], 7).isolation is Isolation.NONE


@pytest.fixture()
def graded(demo: Course, isolation: Isolation) -> Callable[..., Run]:
    """Grades ana and beto in the demo course."""
    demo_course.submit(demo.root, "ana", demo_course.answer())
    demo_course.submit(demo.root, "beto", demo_course.released())

    def grade(*students: str) -> Run:
        results = demo.root / "results"
        return grade_cohort(
            demo,
            Options(demo.submitted_dir, results, students=students, jobs=1, isolation=isolation),
        )

    return grade


def test_a_damaged_record_is_replaced_where_it_may_be_and_named_where_not(
    graded: Callable[..., Run], demo: Course
) -> None:
    assert graded().failures == []
    path = demo.root / "results/records/ana/demo.json"
    path.write_text(path.read_text("utf-8").replace('"score": 5.0', '"score": "5"'), "utf-8")
    other = graded("beto")
    assert other.graded == 0
    [failure] = other.failures
    assert failure.startswith(f"{path} is not valid at $.score: ") and "ana/demo again" in failure
    whole = graded()
    assert (whole.graded, whole.failures) == (1, [])
    assert {each.student: each.score for each in whole.records} == {"ana": 5, "beto": 0}


def test_the_commands_that_read_results_refuse_a_damaged_file(demo: Course) -> None:
    path = demo.root / "results/results.json"
    path.parent.mkdir()
    path.write_text(json.dumps({**VALID, "seed": "7"}), "utf-8")
    for words in (["report"], ["feedback"], ["export", "--to", "csv"]):
        done = demo_course.command(*words, cwd=demo.root)
        assert (done.returncode, len(done.stderr.splitlines())) == (2, 1)
        assert f"{path} is not valid at $.seed" in done.stderr


def test_the_schema_module_checks_what_is_installed(tmp_path: Path) -> None:
    command = [sys.executable, "-P", "-m", "autograder.schema", "--check"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout


FORMULAS = tuple("=+-@＝＋－＠")
#: Texts made of what matters to a spreadsheet.
TEXTS = st.text(st.sampled_from([*FORMULAS, *",;\t\n\r \"'a1\u2028"]), max_size=12) | st.text()


@given(text=TEXTS)
def test_no_separator_makes_a_formula_of_a_text(text: str) -> None:
    said = safe_cell(text)
    for field in re.split("[,;\t\n\r]", said):
        assert not field.lstrip(' "').startswith(FORMULAS)
    assert not said.startswith((*FORMULAS, "\t", "\r", "\n"))
    assert safe_cell(said) == said
    assert said.replace("'", "") == text.replace("'", "")


@given(texts=st.lists(TEXTS, min_size=1, max_size=4), written=st.sampled_from(",;\t"))
def test_a_file_read_with_another_separator_has_no_formula(texts: list[str], written: str) -> None:
    buffer = io.StringIO()
    csv.writer(buffer, delimiter=written).writerow([safe_cell(text) for text in texts])
    text = re.sub(r"\r\n?", "\n", buffer.getvalue())
    for other in ",;\t":
        for row in csv.reader(io.StringIO(text), delimiter=other):
            assert [field for field in row if field.startswith(FORMULAS)] == []


@given(value=st.floats() | st.integers() | st.none() | st.booleans())
def test_what_is_no_text_is_left_alone(value: object) -> None:
    assert safe_cell(value) is value
