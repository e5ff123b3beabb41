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
    """El PSI es finito."""
    expect(student.call("psi", rng.normal(size=1_000))).to_be_finite(hint="Poné un piso.")


@check("psi", points=1, needs=finite)
def depends(student, rng):
    """Depende del anterior."""
    expect(student.call("psi", [1.0])).to_be_number()


def test_a_right_answer_gets_the_points():
    verdict = verdict_of(finite, {"psi": lambda x: np.float64(0.1)})
    assert (verdict.status, verdict.points, verdict.message) == ("passed", 2.0, "")


@pytest.mark.parametrize(
    ("psi", "words"),
    [
        (lambda x: float("inf"), "Se obtuvo inf"),
        (lambda x: float("nan"), "Se obtuvo nan"),
        (lambda x: "0.1", "el texto '0.1'"),
        (lambda x: None, "¿Falta el `return`?"),
        (lambda x: True, "Se obtuvo True"),
        (lambda x: [0.1, 0.2], "la lista"),
        (lambda x: object(), "un objeto de tipo object"),
        (lambda x: 1 / 0, "ZeroDivisionError"),
        (3, "no es una función"),
    ],
)
def test_a_wrong_answer_says_what_came_back(psi, words):
    verdict = verdict_of(finite, {"psi": psi})
    assert verdict.status == "failed" and verdict.points == 0
    assert words in verdict.message


def test_a_failure_shows_the_call_that_gave_it():
    assert "`psi(array de 1000 valores)`" in verdict_of(finite, {"psi": lambda x: "x"}).message


def test_a_missing_name_is_not_a_traceback():
    verdict = verdict_of(finite, {})
    assert verdict.message == "No definiste `psi`."


def test_a_stub_is_told_it_is_not_done_yet():
    def stub(x):
        raise NotImplementedError("…")

    assert verdict_of(finite, {"psi": stub}).message == "Todavía no completaste `psi`."


def test_a_function_that_reaches_a_stub_is_not_called_a_stub():
    def stub(x):
        raise NotImplementedError("…")

    verdict = verdict_of(finite, {"psi": lambda x: stub(x)})
    assert verdict.message == "Todavía no funciona `psi`: llegó a una parte sin completar."
    assert "las funciones que usa" in verdict.hint
    unknown = verdict_of(finite, {"psi": functools.partial(stub)})
    assert unknown.message == "Todavía no completaste `psi`, o una función que usa."


def test_return_is_missed_in_a_whole_result_only():
    @check("c", points=1)
    def part(student, rng):
        """Una parte del resultado."""
        expect(student.call("f")["p"]).to_be_number()

    verdict = verdict_of(part, {"f": lambda: {"p": None}})
    assert verdict.message == "Se obtuvo None; se esperaba un número."
    assert shown(None) == "None" and "return" in describe(None)


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (pd.Series([1]), "una Series de 1 elemento"),
        (pd.Series([1, 2]), "una Series de 2 elementos"),
        (pd.DataFrame({"a": [1]}), "un DataFrame de 1 fila y 1 columna"),
        (pd.DataFrame({"a": [], "b": []}), "un DataFrame de 0 filas y 2 columnas"),
        ((Opaque("builtins.object"), 1), "la tupla (<object>, 1)"),
    ],
)
def test_values_are_described_in_words(value, words):
    assert shown(value) == words


@pytest.mark.parametrize(
    ("expectation", "words"),
    [
        (lambda: expect({}).to_have_keys(["p"]), "Falta la clave `p`."),
        (lambda: expect({}).to_have_keys(["p", "q"]), "Faltan claves: `p`, `q`."),
        (lambda: expect(pd.DataFrame()).to_be_frame(["p"]), "Al DataFrame le falta la columna p."),
    ],
)
def test_one_is_not_told_as_many(expectation, words):
    with pytest.raises(CheckFailed) as caught:
        expectation()
    assert caught.value.message == words


def test_what_depends_on_a_failure_is_skipped_with_the_reason():
    verdicts = run_checks(module(finite, depends), DirectStudent({}), seed=1)
    assert [each.status for each in verdicts] == ["failed", "skipped"]
    assert "El PSI es finito" in verdicts[1].message


def test_a_bug_of_ours_is_an_error_not_a_students_failure(caplog):
    @check("c", points=1)
    def broken(student, rng):
        """Se rompe solo."""
        raise KeyError("ours")

    with caplog.at_level(logging.CRITICAL):
        assert verdict_of(broken, {}).status == "error"


def test_inputs_do_not_depend_on_the_other_checks():
    drawn = []

    @check("c", points=1)
    def draws(student, rng):
        """Sortea."""
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
    def alertas():
        quiet = logging.getLogger("callado")
        quiet.propagate = False
        quiet.addHandler(logging.NullHandler())
        quiet.warning("drift en %s", "edad")
        logging.warning("drift en monto")
        return []

    _, logs = DirectStudent({"alertas": alertas}).call_logged("alertas")
    assert [(log.level, log.message) for log in logs] == [
        (30, "drift en edad"),
        (30, "drift en monto"),
    ]


def test_an_exception_can_be_the_right_answer():
    def cargar():
        raise FileNotFoundError("no está")

    error = DirectStudent({"cargar": cargar}).attempt("cargar").error
    assert error.type == "FileNotFoundError" and "OSError" in error.bases


def test_files_of_the_folder_come_and_go(tmp_path):
    student = DirectStudent({}, tmp_path)
    student.write("a/b.txt", b"x")
    assert student.file("a/b.txt") == b"x"
    student.delete("a/b.txt")
    assert student.file("a/b.txt") is None


def test_helper_code_of_ours_reaches_the_student_and_back():
    student = DirectStudent({"doble": lambda m: m.valor * 2})
    student.define("class Fijo:\n    valor = 21")
    from autograder.checking import Expr

    assert student.call("doble", Expr("Fijo()")) == 42
    assert student.probe("sorted(alumno)") == ["doble"]


def test_a_saved_model_predicts_from_its_file(tmp_path):
    import joblib
    from sklearn.dummy import DummyClassifier

    frame = pd.DataFrame({"a": [0.0, 1.0]})
    joblib.dump(DummyClassifier().fit(frame, [1, 1]), tmp_path / "modelo.joblib")
    model = DirectStudent({}, tmp_path).model()
    assert model.predict(frame).tolist() == [1, 1]
    assert model.classes == [1] and model.feature_names == ["a"]


@pytest.mark.parametrize(
    ("content", "words"),
    [(None, "No encuentro"), (b"no soy un pickle", "no se puede cargar"), ("dict", "sin método")],
)
def test_a_file_that_is_no_model_says_why(tmp_path, content, words):
    import joblib

    if content == "dict":
        joblib.dump({"modelo": 1}, tmp_path / "modelo.joblib")
    elif content:
        (tmp_path / "modelo.joblib").write_bytes(content)
    with pytest.raises(CheckFailed, match=words):
        DirectStudent({}, tmp_path).model()


@pytest.mark.parametrize(
    ("expectation", "good", "bad"),
    [
        (lambda e: e.to_be_close(0.3), 0.3 + 1e-12, 0.31),
        (lambda e: e.to_be_close([1.0, 2.0]), np.array([1, 2]), [1.0, 2.0, 3.0]),
        (lambda e: e.to_equal({"a": 1}), {"a": 1.0}, {"a": 1, "b": 2}),
        (lambda e: e.to_equal(["edad"]), ["edad"], "edad"),
        (lambda e: e.to_equal(1), 1, True),
        (lambda e: e.to_be_between(0, 1), 0.5, 1.5),
        (lambda e: e.to_be_above(0.25), 0.26, 0.25),
        (lambda e: e.to_be_below(0.25), 0.24, float("nan")),
        (lambda e: e.to_be_text(), "leve", 3),
        (lambda e: e.to_be_one_of(["leve", "estable"]), "leve", "Leve"),
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
        fail("Falta algo.", "Probá de nuevo.")
    assert (caught.value.message, caught.value.hint) == ("Falta algo.", "Probá de nuevo.")


def test_checks_come_in_the_order_in_which_they_are_written():
    assert [each.id for each in checks_of(module(finite, depends))] == ["finite", "depends"]


def test_a_model_is_loaded_once_until_its_file_changes(tmp_path):
    import joblib
    from sklearn.dummy import DummyClassifier

    def save(answer: int) -> bytes:
        model = DummyClassifier(strategy="constant", constant=answer).fit([[0], [0]], [0, 1])
        joblib.dump(model, tmp_path / "modelo.joblib")
        return (tmp_path / "modelo.joblib").read_bytes()

    save(0)
    student, rows = DirectStudent({}, tmp_path), pd.DataFrame({"x": [5.0]})
    loaded = student.model()
    assert student.model() is loaded
    student.write("modelo.joblib", save(1))
    assert student.model().predict(rows).tolist() == [1]
    student.delete("modelo.joblib")
    with pytest.raises(CheckFailed, match="No encuentro"):
        student.model()


def test_shared_work_is_done_once_and_again_only_if_it_failed():
    calls = []

    def work():
        calls.append(1)
        if len(calls) == 1:
            raise CheckFailed("todavía no")
        return "hecho"

    student = DirectStudent({})
    with pytest.raises(CheckFailed):
        student.once("work", work)
    assert [student.once("work", work) for _ in range(3)] == ["hecho"] * 3
    assert len(calls) == 2
