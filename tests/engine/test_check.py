"""Verdicts: what passes, what fails, in which words; what depends on what."""

from __future__ import annotations

import functools
import logging
from types import ModuleType

import numpy as np
import pandas as pd
import pytest

from autograder.checking import (
    CheckFailed,
    DirectStudent,
    Opaque,
    check,
    checks_of,
    describe,
    expect,
    fail,
    run_checks,
    shown,
)


def module(*functions) -> ModuleType:
    made = ModuleType("checks")
    for function in functions:
        setattr(made, function.__name__, function)
    return made


def verdict_of(function, namespace, folder="."):
    return run_checks(module(function), DirectStudent(namespace, folder), seed=1)[0]


@check("psi", points=2)
def finite(student, rng):
    """The PSI is finite."""
    expect(student.call("psi", rng.normal(size=1_000))).to_be_finite(hint="Put a floor under it.")


@check("psi", points=1, needs=finite)
def depends(student, rng):
    """It depends on the one before."""
    expect(student.call("psi", [1.0])).to_be_number()


@check("report", points=1)
def remarks(student, rng):
    """It remarks on what it sees."""
    student.remark("Line 3: look again.")
    expect(student.value("x")).to_equal(1)


@pytest.mark.parametrize(("x", "status"), [(1, "passed"), (2, "failed")])
def test_a_remark_stands_with_the_verdict_and_costs_nothing(x, status):
    found = run_checks(module(remarks, finite), DirectStudent({"x": x}), seed=1)
    assert [(each.status, each.remarks) for each in found] == [
        (status, ("Line 3: look again.",)),
        ("failed", ()),
    ]


def test_a_right_answer_gets_the_points():
    verdict = verdict_of(finite, {"psi": lambda x: np.float64(0.1)})
    assert (verdict.status, verdict.points, verdict.message) == ("passed", 2.0, "")


@pytest.mark.parametrize(
    ("psi", "words"),
    [
        (lambda x: float("inf"), "Got inf"),
        (lambda x: float("nan"), "Got nan"),
        (lambda x: "0.1", "the text '0.1'"),
        (lambda x: None, "Is the `return` missing?"),
        (lambda x: True, "Got True"),
        (lambda x: [0.1, 0.2], "the list"),
        (lambda x: object(), "an object of type object"),
        (lambda x: 1 / 0, "ZeroDivisionError"),
        (3, "is not a function"),
    ],
)
def test_a_wrong_answer_says_what_came_back(psi, words):
    verdict = verdict_of(finite, {"psi": psi})
    assert verdict.status == "failed" and verdict.points == 0
    assert words in verdict.message


def test_a_failure_shows_the_call_that_gave_it():
    assert "`psi(array of 1000 values)`" in verdict_of(finite, {"psi": lambda x: "x"}).message


def test_a_missing_name_is_not_a_traceback():
    verdict = verdict_of(finite, {})
    assert verdict.message == "You did not define `psi`."


def test_a_stub_is_told_it_is_not_done_yet():
    def stub(x):
        raise NotImplementedError("…")

    assert verdict_of(finite, {"psi": stub}).message == "You have not completed `psi` yet."


def test_a_function_that_reaches_a_stub_is_not_called_a_stub():
    def stub(x):
        raise NotImplementedError("…")

    verdict = verdict_of(finite, {"psi": lambda x: stub(x)})
    assert verdict.message == "`psi` does not work yet: it came to a part left incomplete."
    assert "the functions it uses" in verdict.hint
    unknown = verdict_of(finite, {"psi": functools.partial(stub)})
    assert unknown.message == "You have not completed `psi` yet, or a function that it uses."


def test_return_is_missed_in_a_whole_result_only():
    @check("c", points=1)
    def part(student, rng):
        """A part of the result."""
        expect(student.call("f")["p"]).to_be_number()

    verdict = verdict_of(part, {"f": lambda: {"p": None}})
    assert verdict.message == "Got None; expected a number."
    assert shown(None) == "None" and "return" in describe(None)


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (pd.Series([1]), "a Series of 1 element"),
        (pd.Series([1, 2]), "a Series of 2 elements"),
        (pd.DataFrame({"a": [1]}), "a DataFrame of 1 row and 1 column"),
        (pd.DataFrame({"a": [], "b": []}), "a DataFrame of 0 rows and 2 columns"),
        ((Opaque("builtins.object"), 1), "the tuple (<object>, 1)"),
    ],
)
def test_values_are_described_in_words(value, words):
    assert shown(value) == words


@pytest.mark.parametrize(
    ("expectation", "words"),
    [
        (lambda: expect({}).to_have_keys(["p"]), "The key `p` is missing."),
        (lambda: expect({}).to_have_keys(["p", "q"]), "These keys are missing: `p`, `q`."),
        (lambda: expect(pd.DataFrame()).to_be_frame(["p"]), "The DataFrame lacks the column p."),
    ],
)
def test_one_is_not_told_as_many(expectation, words):
    with pytest.raises(CheckFailed) as caught:
        expectation()
    assert caught.value.message == words


def test_what_depends_on_a_failure_is_skipped_with_the_reason():
    verdicts = run_checks(module(finite, depends), DirectStudent({}), seed=1)
    assert [each.status for each in verdicts] == ["failed", "skipped"]
    assert "The PSI is finite" in verdicts[1].message


def test_a_bug_of_ours_is_an_error_not_a_students_failure(caplog):
    @check("c", points=1)
    def broken(student, rng):
        """It breaks by itself."""
        raise KeyError("ours")

    with caplog.at_level(logging.CRITICAL):
        assert verdict_of(broken, {}).status == "error"


def test_inputs_do_not_depend_on_the_other_checks():
    drawn = []

    @check("c", points=1)
    def draws(student, rng):
        """It draws."""
        drawn.append(rng.normal())

    run_checks(module(draws), DirectStudent({}), seed=5)
    run_checks(module(finite, draws), DirectStudent({}), seed=5)
    run_checks(module(draws), DirectStudent({}), seed=6)
    assert drawn[0] == drawn[1] != drawn[2]


def test_a_check_without_a_docstring_is_refused():
    with pytest.raises(ValueError, match="docstring"):

        @check("c", points=1)
        def silent(student, rng):
            pass


def test_logs_are_seen_whatever_the_logger_does_with_them():
    def alerts():
        quiet = logging.getLogger("quiet")
        quiet.propagate = False
        quiet.addHandler(logging.NullHandler())
        quiet.warning("drift in %s", "age")
        logging.warning("drift in amount")
        return []

    _, logs = DirectStudent({"alerts": alerts}).call_logged("alerts")
    assert [(log.level, log.message) for log in logs] == [
        (30, "drift in age"),
        (30, "drift in amount"),
    ]


def test_an_exception_can_be_the_right_answer():
    def load():
        raise FileNotFoundError("not there")

    error = DirectStudent({"load": load}).attempt("load").error
    assert error.type == "FileNotFoundError" and "OSError" in error.bases


def test_files_of_the_folder_come_and_go(tmp_path):
    student = DirectStudent({}, tmp_path)
    student.write("a/b.txt", b"x")
    assert student.file("a/b.txt") == b"x"
    student.delete("a/b.txt")
    assert student.file("a/b.txt") is None


def test_helper_code_of_ours_reaches_the_student_and_back():
    student = DirectStudent({"double": lambda m: m.value * 2})
    student.define("class Fixed:\n    value = 21")
    from autograder.checking import Expr

    assert student.call("double", Expr("Fixed()")) == 42
    assert student.probe("sorted(student)") == ["double"]


def test_a_saved_model_predicts_from_its_file(tmp_path):
    import joblib
    from sklearn.dummy import DummyClassifier

    frame = pd.DataFrame({"a": [0.0, 1.0]})
    joblib.dump(DummyClassifier().fit(frame, [1, 1]), tmp_path / "model.joblib")
    model = DirectStudent({}, tmp_path).model("model.joblib")
    assert model.predict(frame).tolist() == [1, 1]
    assert model.classes == [1] and model.feature_names == ["a"]


def saved_model(folder, estimator):
    """What a check knows of an estimator saved in ``folder``."""
    import joblib

    joblib.dump(estimator, folder / "model.joblib")
    return DirectStudent({}, folder).model("model.joblib")


def test_a_model_says_what_it_is_made_of(tmp_path):
    from sklearn.compose import make_column_transformer
    from sklearn.ensemble import VotingClassifier
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import OneHotEncoder, StandardScaler
    from sklearn.tree import DecisionTreeClassifier

    columns = make_column_transformer(
        (make_pipeline(StandardScaler()), ["a"]), (OneHotEncoder(), ["b"]), ("drop", ["c"])
    )
    vote = VotingClassifier([("x", LogisticRegression()), ("y", DecisionTreeClassifier())])
    model = saved_model(tmp_path, make_pipeline(columns, vote))
    assert set(model.algorithms) == {
        "Pipeline",
        "ColumnTransformer",
        "StandardScaler",
        "OneHotEncoder",
        "VotingClassifier",
        "LogisticRegression",
        "DecisionTreeClassifier",
    }


def test_a_model_says_which_scikit_learn_saved_it(tmp_path, monkeypatch):
    import joblib
    import sklearn
    from sklearn.dummy import DummyClassifier

    assert saved_model(tmp_path, DummyClassifier()).sklearn_version == sklearn.__version__
    monkeypatch.setattr("sklearn.base.__version__", "0.99.1")
    joblib.dump(DummyClassifier(), tmp_path / "older.joblib")
    monkeypatch.undo()
    assert DirectStudent({}, tmp_path).model("older.joblib").sklearn_version == "0.99.1"


class Liar:
    """A model whose account of itself is no data, or too much of it."""

    def __init__(self, params):
        self.params = params

    def predict(self, rows):
        return [0] * len(rows)

    def get_params(self, deep):
        if self.params is None:
            raise RuntimeError("no")
        return self.params


@pytest.mark.parametrize("params", [None, 3, {"a": 3}, {i: Liar({}) for i in range(999)}])
def test_a_model_that_hides_what_it_is_made_of_is_only_unknown(tmp_path, params):
    model = saved_model(tmp_path, Liar(params))
    assert set(model.algorithms) <= {"Liar"}


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (None, "There is no"),
        (b"not a pickle", "cannot be loaded"),
        ("dict", "without a `predict`"),
    ],
)
def test_a_file_that_is_no_model_says_why(tmp_path, content, words):
    import joblib

    if content == "dict":
        joblib.dump({"model": 1}, tmp_path / "model.joblib")
    elif content:
        (tmp_path / "model.joblib").write_bytes(content)
    with pytest.raises(CheckFailed, match=words):
        DirectStudent({}, tmp_path).model("model.joblib")


@pytest.mark.parametrize(
    ("expectation", "good", "bad"),
    [
        (lambda e: e.to_be_close(0.3), 0.3 + 1e-12, 0.31),
        (lambda e: e.to_be_close([1.0, 2.0]), np.array([1, 2]), [1.0, 2.0, 3.0]),
        (lambda e: e.to_equal({"a": 1}), {"a": 1.0}, {"a": 1, "b": 2}),
        (lambda e: e.to_equal(["age"]), ["age"], "age"),
        (lambda e: e.to_equal(1), 1, True),
        (lambda e: e.to_be_between(0, 1), 0.5, 1.5),
        (lambda e: e.to_be_above(0.25), 0.26, 0.25),
        (lambda e: e.to_be_below(0.25), 0.24, float("nan")),
        (lambda e: e.to_be_text(), "mild", 3),
        (lambda e: e.to_be_one_of(["mild", "stable"]), "mild", "Mild"),
        (lambda e: e.to_be_series(), pd.Series([1]), [1]),
        (lambda e: e.to_be_frame(["fecha"]), pd.DataFrame({"fecha": []}), pd.DataFrame({"f": []})),
        (lambda e: e.to_be_array((None, 2)), np.zeros((5, 2)), np.zeros(5)),
        (lambda e: e.to_have_length(2), [1, 2], 2),
        (lambda e: e.to_have_keys(["p"]), {"p": 1}, ["p"]),
        (lambda e: e.to_be_true(), True, 1),
        (lambda e: e.to_be_number(), pd.Series([0.5]), Opaque("x.Y")),
    ],
)
def test_expectations_tell_good_from_bad(expectation, good, bad):
    expectation(expect(good))
    with pytest.raises(CheckFailed):
        expectation(expect(bad))


def test_fail_carries_message_and_hint():
    with pytest.raises(CheckFailed) as caught:
        fail("Something is missing.", "Try again.")
    assert (caught.value.message, caught.value.hint) == ("Something is missing.", "Try again.")


def test_checks_come_in_the_order_in_which_they_are_written():
    assert [each.id for each in checks_of(module(finite, depends))] == ["finite", "depends"]


def test_a_model_is_loaded_once_until_its_file_changes(tmp_path):
    import joblib
    from sklearn.dummy import DummyClassifier

    def save(answer: int) -> bytes:
        model = DummyClassifier(strategy="constant", constant=answer).fit([[0], [0]], [0, 1])
        joblib.dump(model, tmp_path / "model.joblib")
        return (tmp_path / "model.joblib").read_bytes()

    save(0)
    student, rows = DirectStudent({}, tmp_path), pd.DataFrame({"x": [5.0]})
    loaded = student.model("model.joblib")
    assert student.model("model.joblib") is loaded
    student.write("model.joblib", save(1))
    assert student.model("model.joblib").predict(rows).tolist() == [1]
    student.delete("model.joblib")
    with pytest.raises(CheckFailed, match="There is no"):
        student.model("model.joblib")


def test_shared_work_is_done_once_and_again_only_if_it_failed():
    calls = []

    def work():
        calls.append(1)
        if len(calls) == 1:
            raise CheckFailed("not yet")
        return "done"

    student = DirectStudent({})
    with pytest.raises(CheckFailed):
        student.once("work", work)
    assert [student.once("work", work) for _ in range(3)] == ["done"] * 3
    assert len(calls) == 2
