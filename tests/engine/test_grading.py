"""One submission, one result: whatever it does there is a mark with a reason."""

from __future__ import annotations

import base64
import io
import json

import demo_course as demo
import nbformat
import pytest
from matplotlib.image import imread

from autograder.grading.grade import grade
from autograder.intake.submissions import Submission
from autograder.sandbox.driver import Sandbox


@pytest.fixture()
def mark(sandbox):
    def graded(made, seed=1, **files):
        content = made if isinstance(made, bytes) or made is None else demo.as_bytes(made)
        given = {} if content is None else {"demo.ipynb": content}
        return grade(demo.blueprint(), Submission("ana", "demo", {**given, **files}), seed, sandbox)

    return graded


def messages(result):
    return " ".join(verdict.message for verdict in result.checks)


def test_a_right_submission_gets_full_marks(mark):
    result = mark(demo.answer())
    assert (result.score, result.max_score, result.manual_points) == (5, 5, 1)
    assert (result.status, result.accepted, result.flags) == ("graded", True, ())


def test_an_untouched_submission_gets_zero_and_is_told_so(mark):
    result = mark(demo.released())
    assert result.score == 0 and result.accepted is False and result.flags == ()
    assert "You have not completed `square` yet." in messages(result)


def test_a_wrong_function_loses_its_points_only(mark):
    result = mark(demo.answer(solution="def square(x):\n    return x * 2"))
    assert result.score == 2
    assert [verdict.status for verdict in result.checks] == ["failed", "skipped", "passed"]


def test_a_missing_notebook_is_missing(mark):
    result = mark(None)
    assert (result.status, result.score) == ("missing", 0)
    assert "`demo.ipynb` is missing from your submission" in messages(result)


def test_the_first_one_of_a_sandbox_may_be_missing(isolation, limits):
    """It is judged before the sandbox is ready, whose first word must not pass for an answer."""
    with Sandbox(isolation, limits) as fresh:
        missing = grade(demo.blueprint(), Submission("ana", "demo", {}), 1, fresh)
        handed_in = {"demo.ipynb": demo.as_bytes(demo.answer())}
        right = grade(demo.blueprint(), Submission("beto", "demo", handed_in), 1, fresh)
    assert (missing.status, missing.score) == ("missing", 0)
    assert (right.status, right.score, right.flags) == ("graded", 5, ())


def test_what_is_not_a_notebook_is_invalid(mark):
    result = mark(b"{")
    assert (result.status, result.score) == ("invalid", 0)
    assert "is not JSON" in messages(result)


def test_code_moved_to_another_cell_counts(mark):
    made = demo.answer(demo.cell(demo.RIGHT), solution="")
    assert mark(made).score == 5


def test_an_error_in_one_cell_does_not_stop_the_others(mark):
    made = demo.answer()
    made["cells"].insert(1, {**demo.cell("1 / 0"), "id": "broken"})
    assert mark(made).score == 5


def test_a_process_that_ends_itself_is_crashed(mark):
    result = mark(demo.answer(demo.cell("import os; os._exit(0)")))
    assert (result.status, result.score) == ("crashed", 0)
    assert "process-killed" in result.flags
    assert "in code cell 6" in messages(result)


def test_a_cell_that_does_not_end_is_interrupted_and_the_rest_counts(mark, hurry):
    hurry(lambda request: "while True" in request.get("source", ""))
    made = demo.answer()
    made["cells"].insert(1, {**demo.cell("while True: pass"), "id": "loop"})
    result = mark(made)
    assert (result.status, result.score) == ("timeout", 5)
    assert "cell-interrupted" in result.flags


def test_a_function_that_does_not_end_loses_its_points_only(mark, hurry):
    hurry(lambda request: request["op"] == "call" or "square(2)" in request.get("source", ""))
    result = mark(demo.answer(solution="def square(x):\n    while True: pass"))
    assert result.score == 2
    assert "took too long" in messages(result)


def test_the_executed_notebook_is_valid_and_shows_outputs_and_verdicts(mark):
    made = demo.answer(
        demo.cell("import matplotlib.pyplot as plt\nplt.plot([1, 2])\nplt.show()"),
        demo.cell("import pandas as pd\npd.DataFrame({'a': [1]})"),
        demo.cell("1 / 0"),
    )
    notebook = nbformat.reads(mark(made).notebooks["demo"].decode(), as_version=4)
    nbformat.validate(notebook)
    text = json.dumps(notebook, ensure_ascii=False)
    assert "image/png" in text and "text/html" in text and "ZeroDivisionError" in text
    assert "Automatic marking: 3 of 3 points" in text


FIGURES = {
    "plain": "axes.plot([1, 2]); axes.set(title='A title', xlabel='x', ylabel='y')",
    "long names": "axes.barh(['a very, very long name ' * 2, 'b'], [1, 2])",
    "legend below": "axes.plot([1, 2], label='a'); "
    "axes.legend(bbox_to_anchor=(0.4, -0.5), labelcolor='red')",
    "names above": "axes.matshow([[1, 2], [3, 4]]); axes.set(title='Confusion', xlabel='x')",
    "another axis above": "axes.plot([1, 2]); axes.twiny().plot([10, 20]); axes.set_title('Two')",
    "polar": "figure.add_subplot(122, projection='polar').plot([1, 2])",
    "of its own layout": "figure.set_layout_engine('constrained'); axes.plot([1, 2])",
    "beyond the right": "axes.plot([1, 2]); axes.text(1.5, 1, 'it goes beyond', color='red')",
    "below all": "axes.plot([1, 2]); figure.text(0.1, -0.3, 'a note', color='red')",
}


@pytest.mark.parametrize("name", FIGURES)
def test_nothing_of_a_figure_is_cut(mark, name):
    source = f"import matplotlib.pyplot as plt\nfigure, axes = plt.subplots()\n{FIGURES[name]}"
    style = "plt.rcParams['figure.autolayout'] = True"  # as a style of a course may have it
    made = demo.answer(demo.cell(source.replace("\n", f"\n{style}\n", 1) + "\nplt.show()"))
    cells = json.loads(mark(made).notebooks["demo"])["cells"]
    [picture] = [
        output["data"]["image/png"]
        for cell in cells
        for output in cell.get("outputs", ())
        if "image/png" in output.get("data", {})
    ]
    pixels = imread(io.BytesIO(base64.b64decode(picture)), format="png")[..., :3]
    for edge in (pixels[:6], pixels[-6:], pixels[:, :6], pixels[:, -6:]):
        assert (edge == 1).all()
    red = (pixels[..., 0] > 0.8) & (pixels[..., 1:] < 0.2).all(axis=2)
    assert red.any() == ("red" in FIGURES[name])


LIBRARIES = {
    "a figure": ("import matplotlib.pyplot as plt\nplt.plot([1, 2])", "image/png"),
    "a figure after a magic": (
        "%matplotlib inline\nimport matplotlib.pyplot as plt\nplt.plot([1, 2])",
        "image/png",
    ),
    "a figure of pandas": ("import pandas as pd\npd.Series([1, 2]).plot()", "image/png"),
    "a figure shown in the next cell": ("from matplotlib.figure import Figure\nFigure()", "Figure"),
    "a table": ("import pandas as pd\npd.DataFrame({'a': [1]})", "text/html"),
    "a model": ("from sklearn.svm import SVC\nSVC()", "text/html"),
}


@pytest.fixture(scope="module")
def bare(isolation, limits):
    """A sandbox of a course whose notebooks import nothing."""
    with Sandbox(isolation, limits, ()) as made:
        yield made


@pytest.mark.parametrize("name", LIBRARIES)
def test_what_no_notebook_of_the_course_imports_works_as_well(bare, name):
    source, shown = LIBRARIES[name]
    handed_in = {"demo.ipynb": demo.as_bytes(demo.answer(demo.cell(source)))}
    result = grade(demo.blueprint(), Submission("ana", "demo", handed_in), 1, bare)
    assert (result.status, result.score) == ("graded", 5)
    [cell] = [each for each in executed(result) if "".join(each["source"]) == source]
    assert [shown in json.dumps(output) for output in cell["outputs"]].count(True) == 1
    assert "error" not in [output["output_type"] for output in cell["outputs"]]


def executed(result):
    return json.loads(result.notebooks["demo"])["cells"]


def test_a_request_keeps_its_threads_on_one_cpu(mark):
    source = "import os\nprint('processors', len(os.sched_getaffinity(0)), os.cpu_count() > 0)"
    assert "processors 1 True" in mark(demo.answer(demo.cell(source))).notebooks["demo"].decode()


def test_the_same_seed_gives_the_same_result(mark):
    made = demo.answer(demo.cell("import numpy as np\nprint(np.random.rand())"))
    first, second, other = mark(made), mark(made), mark(made, seed=2)
    assert first.notebooks == second.notebooks != other.notebooks


def test_a_companion_of_ours_replaces_the_students(sandbox):
    made = demo.answer(demo.cell("import helper\nprint('whose', helper.name)"))
    files = {"demo.ipynb": demo.as_bytes(made), "helper.py": b"name = 'theirs'"}
    plan = demo.blueprint(**{"helper.py": b"name = 'ours'"})
    result = grade(plan, Submission("ana", "demo", files), 1, sandbox)
    assert b"whose ours" in result.notebooks["demo"]


def test_nothing_of_a_submission_reaches_the_next(mark):
    mark(demo.answer(demo.cell("open('/tmp/mark', 'w').write('x'); value = 1")))
    seen = demo.cell("import os\nprint(os.listdir('/tmp'), os.listdir(), 'value' in globals())")
    text = mark(demo.answer(seen)).notebooks["demo"].decode()
    assert "mark" not in text.split("print(os.listdir")[1] and "False" in text
