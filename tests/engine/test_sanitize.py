"""What is ours comes back, once; what is the student's stays."""

from __future__ import annotations

import copy
import json

import demo_course as demo
import disorders
import nbformat
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from autograder.intake.parse import InvalidNotebook, parse
from autograder.intake.sanitize import sanitize
from autograder.sandbox.limits import Limits

RELEASED = demo.released()
DEEP = json.loads("[" * 60 + "]" * 60)


def clean(submitted):
    result = sanitize(submitted, RELEASED)
    nbformat.validate(nbformat.from_dict(result.notebook))
    return result


def ids(notebook):
    cells = notebook["cells"]
    return [cell["metadata"].get("nbgrader", {}).get("grade_id") for cell in cells]


def source_of(notebook, grade_id):
    return next(
        cell["source"]
        for cell in notebook["cells"]
        if cell["metadata"].get("nbgrader", {}).get("grade_id") == grade_id
    )


def test_an_honest_submission_keeps_its_code_and_raises_no_flag():
    result = clean(demo.answer())
    assert result.flags == []
    assert source_of(result.notebook, "square") == demo.RIGHT
    assert result.unanswered == {"why"}


def test_an_edited_self_check_is_restored():
    submitted = demo.answer()
    submitted["cells"][3]["source"] = "pass"
    result = clean(submitted)
    assert "test-edited: square-test" in result.flags
    assert "assert square(2) == 4" in source_of(result.notebook, "square-test")


def test_deleted_cells_return_in_their_place():
    submitted = demo.answer()
    del submitted["cells"][3]
    result = clean(submitted)
    assert "test-deleted: square-test" in result.flags
    assert ids(result.notebook) == ids(RELEASED)


def test_a_deleted_solution_cell_returns_empty_so_that_code_elsewhere_counts():
    submitted = demo.answer(demo.cell(demo.RIGHT))
    del submitted["cells"][2]
    result = clean(submitted)
    assert source_of(result.notebook, "square") == ""
    assert result.notebook["cells"][-1]["source"] == demo.RIGHT


def test_a_duplicated_cell_counts_once():
    submitted = demo.answer()
    submitted["cells"].append(copy.deepcopy(submitted["cells"][3]))
    submitted["cells"].append(copy.deepcopy(submitted["cells"][2]))
    result = clean(submitted)
    assert ids(result.notebook).count("square-test") == 1
    assert ids(result.notebook).count("square") == 1
    assert result.notebook["cells"][-1]["source"] == demo.RIGHT


def test_edited_points_and_roles_are_ours_again():
    submitted = demo.answer()
    submitted["cells"][3]["metadata"]["nbgrader"] |= {"points": 99, "solution": True}
    nbgrader = clean(submitted).notebook["cells"][3]["metadata"]["nbgrader"]
    assert nbgrader["points"] == 3 and nbgrader["solution"] is False


def test_an_unknown_grade_id_is_an_ordinary_cell():
    submitted = demo.answer(demo.cell("1", "invented", grade=True, locked=True, points=50))
    result = clean(submitted)
    assert "cell-unknown: invented" in result.flags
    assert "nbgrader" not in result.notebook["cells"][-1]["metadata"]


def test_a_changed_cell_type_is_ours_again():
    submitted = demo.answer()
    submitted["cells"][3]["cell_type"] = "markdown"
    assert clean(submitted).notebook["cells"][3]["cell_type"] == "code"


def test_outputs_and_foreign_metadata_are_dropped():
    submitted = demo.answer()
    submitted["cells"][2]["outputs"] = [{"output_type": "stream", "name": "stdout", "text": "x"}]
    submitted["cells"][2]["metadata"]["evil"] = "<script>"
    submitted["metadata"]["widgets"] = {"x": "<script>"}
    assert "<script>" not in json.dumps(clean(submitted).notebook)


def test_repeated_and_missing_ids_are_made_unique():
    submitted = demo.answer()
    for cell in submitted["cells"]:
        cell["id"] = "same"
    found = [cell["id"] for cell in clean(submitted).notebook["cells"]]
    assert len(set(found)) == len(found)


def test_pictures_stay_and_other_attachments_go():
    submitted = demo.answer(demo.cell("![](a)", kind="markdown"))
    submitted["cells"][-1]["attachments"] = {
        "a": {"image/png": "aGk="},
        "b": {"image/svg+xml": "<svg onload=alert(1)>"},
    }
    assert clean(submitted).notebook["cells"][-1]["attachments"] == {"a": {"image/png": "aGk="}}


TESTS = {"grade": True, "locked": True}
WRITTEN = {"grade": True, "solution": True}
#: Answers of each kind, between what is released with and without names.
WORDY = demo.notebook(
    demo.cell("# A course's own title", kind="markdown"),
    demo.cell(demo.READS, "imports", locked=True),
    demo.cell(demo.STUB, "square", solution=True),
    demo.cell("assert square(2) == 4\nprint('✅')", "square-test", points=3, **TESTS),
    demo.cell("What did you see? Write it below.", kind="markdown"),
    demo.cell("*Write here.*", "seen", "markdown", points=1, **WRITTEN),
    demo.cell("And why would that be so?", kind="markdown"),
    demo.cell("*Write here.*", "why", "markdown", points=1, **WRITTEN),
    demo.cell("table = cars.describe()", None),
    demo.cell("raise NotImplementedError('note')", "note", solution=True),
    demo.cell("assert open('note.md').read()", "note-test", points=2, **TESTS),
    demo.cell("That is all, thank you.", kind="markdown"),
)
TEXTS = {
    "square": "factor = 1\ndef square(x):\n    return factor * x ** 2",
    "seen": "There is a first thing.\nAnd after it a second.",
    "why": "Because of some cause.\nWhich has another.",
    "note": "said = 'hello\\n'\nopen('note.md', 'w').write(said)",
}


@given(st.fixed_dictionaries({name: st.sampled_from([*disorders.ALL]) for name in TEXTS}))
def test_no_text_is_lost_and_no_answer_is_taken_for_none(chosen):
    assume(sum("merged" in each for each in chosen.values()) < 2)  # three cells in one
    made = copy.deepcopy(WORDY)
    for name in reversed(TEXTS):
        at = ids(made).index(name)
        disorders.ALL[chosen[name]](made["cells"], at, TEXTS[name])
    result = sanitize(made, WORDY)
    nbformat.validate(nbformat.from_dict(result.notebook))
    assert result.unanswered == set()
    found = [name for name in ids(result.notebook) if name]
    assert found == [name for name in ids(WORDY) if name]
    cells = result.notebook["cells"]
    code = [cell["source"] for cell in cells if cell["cell_type"] == "code"]
    every = [cell["source"] for cell in cells]
    for name, text in TEXTS.items():
        where = code if name in ("square", "note") else every
        for line in text.split("\n"):
            assert any(line in source for source in where)
    if {*chosen.values()} <= {"as it should be", "with Windows' line ends", disorders.SPACES}:
        assert result.flags == []


@pytest.mark.parametrize("name", disorders.ALL)
def test_what_becomes_of_an_answer_in_words(name):
    made = copy.deepcopy(WORDY)
    disorders.ALL[name](made["cells"], ids(made).index("why"), TEXTS["why"])
    result = sanitize(made, WORDY)
    assert "why" not in result.unanswered and "seen" in result.unanswered
    text = source_of(result.notebook, "why")
    assert TEXTS["why"].split("\n")[0] in text
    assert not [flag for flag in result.flags if "edited" in flag or "deleted" in flag]


def test_an_untouched_answer_between_honest_changes_is_no_answer():
    made = copy.deepcopy(WORDY)
    made["cells"][8]["source"] = "table = cars.describe().T"
    made["cells"].insert(9, disorders.new_cell("## My notes on the table", "markdown"))
    assert {"seen", "why"} <= sanitize(made, WORDY).unanswered


def test_pictures_of_an_answer_in_a_new_cell_come_along():
    made = copy.deepcopy(WORDY)
    for at, picture in ((7, "b25l"), (8, "dHdv")):
        cell = disorders.new_cell("![](attachment:image.png)", "markdown")
        made["cells"].insert(at + 1, {**cell, "id": f"picture-{at}"})
        made["cells"][at + 1]["attachments"] = {"image.png": {"image/png": picture}}
    cells = sanitize(made, WORDY).notebook["cells"]
    why = next(cell for cell in cells if cell["source"].startswith("*Write here.*\n\n!"))
    assert why["source"].count("attachment:") == 2
    assert {*why["attachments"]} == {"image.png", "_image.png"}


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=10),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner),
)
CELLS = st.fixed_dictionaries(
    {},
    optional={
        "cell_type": st.sampled_from(["code", "markdown", "raw", "x"]) | JSON,
        "source": st.text(max_size=20) | st.lists(st.text(max_size=5)) | JSON,
        "metadata": JSON
        | st.fixed_dictionaries(
            {
                "nbgrader": st.fixed_dictionaries(
                    {"grade_id": st.sampled_from(["square", "note-test", "imports", "other"])}
                )
            }
        ),
        "id": st.text(max_size=5) | JSON,
        "attachments": JSON,
        "outputs": JSON,
    },
)


@given(st.lists(CELLS, max_size=6))
def test_whatever_the_cells_are_the_notebook_is_valid_and_ours_are_there_once(cells):
    result = clean({"nbformat": 4, "metadata": {}, "cells": cells})
    found = [name for name in ids(result.notebook) if name]
    assert sorted(found) == sorted(name for name in ids(RELEASED) if name)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "is not JSON"),
        (b"\xff\xfe\x00", "is not JSON"),
        (b"[1, 2]", "not a Jupyter notebook"),
        (b'{"a": 1}', "not a Jupyter notebook"),
        (b'{"nbformat": 4}', "no list of cells"),
        (b'{"nbformat": 4, "cells": [1]}', "no list of cells"),
        (b'{"nbformat": 4, "cells": {}}', "no list of cells"),
        (b'{"nbformat": 99, "cells": []}', "cannot be read"),
        (b"[" * 100_000, "is not JSON"),
        (demo.as_bytes({"nbformat": 4, "cells": [{"source": DEEP}]}), "nested too deep"),
        (demo.as_bytes({"nbformat": 4, "cells": [{}] * 500}), "more than 400 cells"),
    ],
)
def test_what_is_not_a_notebook_says_why(content, reason):
    with pytest.raises(InvalidNotebook, match=reason):
        parse(content, Limits())


def test_an_old_notebook_is_upgraded():
    code = {"cell_type": "code", "input": "1 + 1", "language": "python", "outputs": []}
    old = {"nbformat": 3, "nbformat_minor": 0, "metadata": {"name": ""}}
    content = demo.as_bytes({**old, "worksheets": [{"cells": [{**code, "metadata": {}}]}]})
    assert parse(content, Limits())["cells"][0]["source"] == "1 + 1"


def test_a_byte_order_mark_does_not_matter():
    assert parse(b"\xef\xbb\xbf" + demo.as_bytes(demo.answer()), Limits())["nbformat"] == 4
