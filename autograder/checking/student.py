"""The student's process as a check sees it: names in, plain data out.

A check never holds an object of the student's: it sends inputs, receives data and decides.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from autograder.checking.words import call_text
from autograder.messages import gettext
from autograder.sandbox.session import Session
from autograder.sandbox.wire import dumps, loads

NOTHING = object()  # what None cannot say: that there is no value


class CheckFailed(Exception):
    """The student's answer is wrong; ``message`` and ``hint`` are for the student to read.

    Raised by ``expect`` and ``fail``, and by a ``Student`` whose name is missing or whose call
    raises. ``about`` is the value that was judged, where there is one.
    """

    def __init__(self, message: str, hint: str = "", about: Any = NOTHING):
        super().__init__(message)
        self.message, self.hint, self.about = message, hint, about


class ProcessGone(Exception):
    """The student's process no longer answers; ``reason`` and ``hint`` tell the student why."""

    def __init__(self, reason: str, hint: str = ""):
        super().__init__(reason)
        self.reason, self.hint = reason, hint


@dataclass(frozen=True)
class Log:
    """One record that the student's code logged, by any logger.

    Attributes:
        level: as in ``logging``: 10 debug, 20 info, 30 warning, 40 error, 50 critical.
        logger: the logger's name, its first 100 characters.
        message: the text with its arguments in place, its first 600 characters.
    """

    level: int
    logger: str
    message: str


@dataclass(frozen=True)
class Raised:
    """An exception of the student's code, as data.

    Attributes:
        type: the name of its class.
        bases: names of the classes that it is an instance of, its own first.
        message: its text, the first 600 characters.
    """

    type: str
    bases: tuple[str, ...]
    message: str

    def __str__(self) -> str:
        return f"{self.type}: {self.message}"


@dataclass(frozen=True)
class Outcome:
    """What a call gave: a value or an error, and what was logged meanwhile.

    Attributes:
        value: what came back; None where it raised.
        error: what it raised; None where it returned.
        logs: what was logged during the call, the first 1,000 records.
    """

    value: Any = None
    error: Raised | None = None
    logs: tuple[Log, ...] = ()


class Student(ABC):
    """The student's process, seen from the judge: names in, plain data out.

    A check is given one. When submissions are graded it stands for an isolated process, in which
    the notebook has run to its end; in the tests of checks it is a ``DirectStudent``. No object of
    the student's reaches a check: numbers, texts, bytes, lists, tuples, dicts, sets, NumPy arrays,
    pandas Series, Index and DataFrames, dates and None come as what they are, and anything else as
    an ``Opaque``, which has the name of its type. Arguments go the other way under the same rule,
    and as copies; ``Ref("name")`` passes a variable of the student's own, ``Expr("code")`` what
    ``define`` made, and a ``numpy.random.Generator`` goes as one in the same state.

    Every method that asks the process something may raise:
        CheckFailed: the answer is wrong already (a name is missing, a call raised, what came back
            is too large to read); it says so to the student.
        ProcessGone: the process has ended, or ran out of time; the check fails with the reason.

    Example:
        >>> def mean(numbers):
        ...     return sum(numbers) / len(numbers)
        >>> student = DirectStudent({"mean": mean})
        >>> student.call("mean", [1.0, 3.0])
        2.0
        >>> student.call("median", [1.0, 3.0])
        Traceback (most recent call last):
            ...
        CheckFailed: You did not define `median`.
    """

    def __init__(self) -> None:
        self.last_call = ""
        self.last_value: Any = NOTHING
        self.remarks: list[str] = []
        self._models: dict[str, Model] = {}
        self._shared: dict[str, Any] = {}

    def once(self, key: str, make: Callable[[], Any]) -> Any:
        """What ``make()`` gave the first time it was asked for under ``key``.

        For costly work that several checks of a submission share. Where ``make`` raises, nothing is
        kept, so that each check fails with the reason.

        Example:
            >>> student = DirectStudent({"train": lambda rows: sum(rows)})
            >>> student.once("trained", lambda: student.call("train", [1, 2]))
            3
            >>> student.once("trained", lambda: student.call("train", [5, 5]))
            3
        """
        if key not in self._shared:
            self._shared[key] = make()
        return self._shared[key]

    def remark(self, text: str) -> None:
        """Say something to the student, and to whoever marks by hand, that costs no points.

        It stands with the check's verdict, whether that passed or failed.

        Args:
            text: one line, in the student's language.

        Example:
            >>> from types import ModuleType
            >>> @check("report-test", points=1)
            ... def has_a_title(student, rng):
            ...     '''The report has a title.'''
            ...     student.remark("Line 3: 0.81 stands in no table.")
            >>> module = ModuleType("checks")
            >>> module.has_a_title = has_a_title
            >>> [verdict] = run_checks(module, DirectStudent({}), seed=1)
            >>> print(verdict.status, verdict.remarks)
            passed ('Line 3: 0.81 stands in no table.',)
        """
        self.remarks.append(text)

    @abstractmethod
    def _ask(self, request: dict[str, Any], fresh: Any = None) -> dict[str, Any]:
        """Send one request to the student's process (or to ``fresh``) and return its reply."""

    @abstractmethod
    def _open_fresh(self) -> Any:
        """A process that has the working folder but has not run the notebook."""

    def _answer(self, request: dict[str, Any], fresh: Any = None) -> dict[str, Any]:
        """As ``_ask``; what is not plain data, or too much of it, fails the check."""
        reply = self._ask(request, fresh)
        if "unreadable" in reply:
            raise CheckFailed(
                gettext("The answer cannot be read: it is too large, or has too many levels."),
                gettext("Return common data: numbers, texts, lists, dictionaries, arrays, tables."),
            )
        return reply

    def focus(self, cell: str) -> None:  # noqa: B027 (one process by default)
        """Turn to the process of the notebook that holds ``cell`` (there may be several).

        Done before each check with the cell that it scores; a check needs it to ask another
        notebook.

        Example:
            >>> student = DirectStudent({"mean": max})
            >>> student.focus("mean-test")
        """

    def call(self, name: str, *args: Any, **kwargs: Any) -> Any:
        """Call the student's function; fail the check when it is missing or raises.

        Args:
            name: what the student defined: a function, a class, anything that can be called.
            args, kwargs: plain data; they reach the function as copies.

        Returns:
            What it returned, as data. What it prints is discarded.

        Raises:
            CheckFailed: it is missing, cannot be called, is a stub still, raised, or took too long.

        Example:
            >>> student = DirectStudent({"double": lambda x: 2 * x, "invert": lambda x: 1 / x})
            >>> student.call("double", np.array([1.0, 2.0]))
            array([2., 4.])
            >>> student.call("invert", x=0)
            Traceback (most recent call last):
                ...
            CheckFailed: `invert(x=0)` ended with an error: ZeroDivisionError: division by zero
        """
        return self.succeed(name, self.attempt(name, *args, **kwargs))

    def call_logged(self, name: str, *args: Any, **kwargs: Any) -> tuple[Any, list[Log]]:
        """Call as ``call`` does; return also what was logged meanwhile, by any logger.

        Args:
            name, args, kwargs: as in ``call``.

        Returns:
            What the function returned, and a list of ``Log``, in order.

        Example:
            >>> import logging
            >>> student = DirectStudent({"alert": lambda x: logging.warning("drift %.2f", x)})
            >>> _, logs = student.call_logged("alert", 0.3)
            >>> [(log.level, log.message) for log in logs]
            [(30, 'drift 0.30')]
        """
        outcome = self.attempt(name, *args, **kwargs)
        return self.succeed(name, outcome), list(outcome.logs)

    def attempt(self, name: str, *args: Any, **kwargs: Any) -> Outcome:
        """Call the student's function where an exception may be the right answer.

        Args:
            name, args, kwargs: as in ``call``.

        Returns:
            An Outcome: its ``value``, or its ``error`` where the function raised.

        Raises:
            CheckFailed: there is no such function, or it cannot be called.

        Example:
            >>> def load(path):
            ...     raise FileNotFoundError(path)
            >>> error = DirectStudent({"load": load}).attempt("load", "model.joblib").error
            >>> error.type, "OSError" in error.bases
            ('FileNotFoundError', True)
        """
        self.last_call = call_text(name, args, kwargs)
        request = {"op": "call", "name": name, "args": list(args), "kwargs": kwargs}
        outcome = self._outcome(name, self._answer(request))
        self.last_value = NOTHING if outcome.error else outcome.value
        return outcome

    def value(self, name: str) -> Any:
        """The student's variable ``name``, as data.

        Raises:
            CheckFailed: the notebook did not define it.

        Example:
            >>> student = DirectStudent({"threshold": 0.25, "model": object()})
            >>> student.value("threshold")
            0.25
            >>> student.value("model")
            Opaque(type_name='builtins.object')
        """
        reply = self._answer({"op": "value", "name": name})
        return self.succeed(name, self._outcome(name, reply))

    def has(self, name: str) -> bool:
        """Whether the student's notebook defined ``name``; it fails no check.

        Example:
            >>> DirectStudent({"threshold": 0.25}).has("threshold")
            True
        """
        return self._answer({"op": "has", "name": name}).get("value") is True

    def file(self, path: str) -> bytes | None:
        """The bytes of a file of the working folder after the run; None when there is none.

        Args:
            path: relative to the folder that the notebook ran in; a link counts as no file.

        Raises:
            CheckFailed: the file is larger than 64 MiB.

        Example:
            >>> student = DirectStudent({})
            >>> student.write("notes.md", b"# Notes")
            >>> student.file("notes.md")
            b'# Notes'
            >>> student.file("absent.md") is None
            True
        """
        reply = self._answer({"op": "read", "name": path})
        if reply.get("too_large"):
            smaller = gettext("Save a smaller model: fewer trees, or less depth.")
            raise CheckFailed(
                gettext("`{path}` is too large to be graded.").format(path=path),
                smaller if path.endswith(".joblib") else "",
            )
        content = reply.get("value")
        return content if isinstance(content, bytes) else None

    def write(self, path: str, content: bytes) -> None:
        """Put a file into the working folder, with the folders above it, over one that is there.

        For inputs that no notebook can know beforehand, and to see what a change in a file does.

        Args:
            path: relative to the folder that the notebook ran in.
            content: its bytes.

        Example:
            >>> from pathlib import Path
            >>> student = DirectStudent({"size": lambda path: len(Path(path).read_text())})
            >>> student.write("name.txt", b"ana")
            >>> student.call("size", "name.txt")
            3
        """
        self._models.pop(path, None)
        self._answer({"op": "write", "name": path, "content": content})

    def delete(self, path: str) -> None:
        """Remove a file of the working folder, if it is there.

        Args:
            path: relative to the folder that the notebook ran in.

        Example:
            >>> student = DirectStudent({})
            >>> student.write("notes.md", b"# Notes")
            >>> student.delete("notes.md")
            >>> student.file("notes.md") is None
            True
        """
        self._models.pop(path, None)
        self._answer({"op": "delete", "name": path})

    def define(self, source: str) -> None:
        """Execute helper code, ``source``, in a private namespace of the student's process.

        What it makes stays there, for ``Expr`` and ``probe``; the student's names are in the dict
        ``student``. Put no expected value into it: student code can read it.

        Raises:
            ProcessGone: the code raised.

        Example:
            >>> student = DirectStudent({"apply": lambda function, rows: function(rows)})
            >>> student.define("def largest(rows): return max(rows)")
            >>> student.call("apply", Expr("largest"), [3, 9, 4])
            9
        """
        reply = self._answer({"op": "define", "source": source})
        if reply.get("error"):
            raise ProcessGone(gettext("the test could not be prepared in the submission's process"))

    def probe(self, expression: str) -> Any:
        """Evaluate an expression in the private namespace (see ``define``), and bring data back.

        Raises:
            CheckFailed: the expression raised.

        Example:
            >>> DirectStudent({"rows": [3, 1], "limit": 2}).probe("sorted(student)")
            ['limit', 'rows']
        """
        reply = self._answer({"op": "probe", "source": expression})
        return self.succeed(expression, self._outcome(expression, reply))

    def model(self, path: str) -> Model:
        """Load a model with joblib in a fresh process that has not run the notebook.

        A path is loaded once, until ``write`` or ``delete`` changes it.

        Args:
            path: of the file that the notebook saved, relative to its folder.

        Raises:
            CheckFailed: there is no such file, it cannot be loaded without the notebook, or what it
                holds has no ``predict``.

        Example:
            >>> import joblib
            >>> from sklearn.dummy import DummyClassifier
            >>> rows = pd.DataFrame({"age": [30.0, 40.0]})
            >>> saved = joblib.dump(DummyClassifier().fit(rows, [1, 1]), "model.joblib")
            >>> model = DirectStudent({}).model("model.joblib")
            >>> model.type, model.feature_names, model.classes
            ('DummyClassifier', ['age'], [1])
            >>> model.algorithms
            ('DummyClassifier',)
        """
        if path not in self._models:
            self._models[path] = self._load(path)
        return self._models[path]

    def _load(self, path: str) -> Model:
        fresh = self._open_fresh()
        reply = self._answer({"op": "load", "name": path}, fresh)
        if reply.get("value") is None and not reply.get("error"):
            raise CheckFailed(
                gettext("There is no `{path}` after running your notebook.").format(path=path),
                gettext(
                    "Save it with `joblib.dump(...)` in the notebook's folder, under that name."
                ),
            )
        outcome = self._outcome(path, reply)
        if outcome.error:
            message = gettext("`{path}` cannot be loaded in a new process: {error}")
            raise CheckFailed(
                message.format(path=path, error=outcome.error),
                gettext(
                    "Did joblib.dump write it, and at that path? If so, do not let it depend on "
                    "classes or functions of your notebook."
                ),
            )
        return Model(self, fresh, path, outcome.value)

    def _outcome(self, name: str, reply: dict[str, Any]) -> Outcome:
        if "missing" in reply:
            hint = gettext(
                "Complete the cell that asks for `{name}`, and run the whole notebook again."
            )
            raise CheckFailed(
                gettext("You did not define `{name}`.").format(name=reply["missing"]),
                hint.format(name=reply["missing"]),
            )
        if "not_callable" in reply:
            message = gettext("`{name}` is not a function: it is of type {kind}.")
            hint = gettext("Did you use the name `{name}` for something else further down?")
            raise CheckFailed(
                message.format(name=name, kind=reply["not_callable"]), hint.format(name=name)
            )
        logs = tuple(_log(item) for item in _sequence(reply.get("logs")))
        if reply.get("error") is not None:
            return Outcome(error=_raised(reply["error"]), logs=logs)
        return Outcome(value=reply.get("value"), logs=logs)

    def succeed(self, name: str, outcome: Outcome) -> Any:
        """The value of an outcome; fail the check as ``call`` does when it is an error.

        Args:
            name: of the function that was called with ``attempt``.
            outcome: what it gave.

        Example:
            >>> student = DirectStudent({"double": lambda x: 2 * x})
            >>> student.succeed("double", student.attempt("double", 4))
            8
        """
        error = outcome.error
        if error is None:
            return outcome.value
        if "NotImplementedError" in error.bases:
            raise self._incomplete(name)
        if "KeyboardInterrupt" in error.bases:
            raise CheckFailed(
                gettext("`{name}` took too long and was interrupted.").format(name=name),
                gettext("Look for a loop that does not end, or that goes row by row."),
            )
        message = gettext("`{call}` ended with an error: {error}")
        raise CheckFailed(
            message.format(call=self.last_call or name, error=error),
            gettext("Try the function with such data in a new cell, and read the whole error."),
        )

    def _incomplete(self, name: str) -> CheckFailed:
        """What to say of a NotImplementedError: it comes from ``name`` or from what it calls."""
        names = f"student[{name!r}].__code__.co_names"
        source = f"'NotImplementedError' in {names}"
        is_stub = self._answer({"op": "probe", "source": source}).get("value")
        if is_stub is False:
            message = gettext("`{name}` does not work yet: it came to a part left incomplete.")
            return CheckFailed(
                message.format(name=name),
                gettext(
                    "Look for a `raise NotImplementedError(...)` in it or in the functions it uses."
                ),
            )
        if is_stub is True:
            message = gettext("You have not completed `{name}` yet.")
        else:
            message = gettext("You have not completed `{name}` yet, or a function that it uses.")
        return CheckFailed(
            message.format(name=name),
            gettext("Replace the `raise NotImplementedError(...)` with your code."),
        )


class Model:
    """A model loaded from the student's file, alive in a process of its own; by ``Student.model``.

    Attributes:
        type: the name of its class.
        classes: its ``classes_``, a list; None where it has none.
        feature_names: its ``feature_names_in_``, a list of texts; None where it has none.
        n_features: its ``n_features_in_``; None where it has none.
        algorithms: the names of its class and of those that it is made of (the steps of a
            Pipeline, a ColumnTransformer's, nested ones too), each once; empty where it is no
            estimator of scikit-learn.
        sklearn_version: of the scikit-learn that saved it, such as ``"1.7.2"``; None where it is
            not known.
    """

    def __init__(self, student: Student, fresh: Any, path: str, portrait: Any):
        if not isinstance(portrait, dict) or portrait.get("predict") is not True:
            kind = portrait.get("type") if isinstance(portrait, dict) else portrait
            message = gettext(
                "`{path}` holds no model: it holds an object of type {kind} "
                "without a `predict` method."
            )
            raise CheckFailed(
                message.format(path=path, kind=kind),
                gettext("Save the trained classifier (or the whole Pipeline), not its data."),
            )
        self._student, self._fresh, self._path = student, fresh, path
        self.type: str = str(portrait.get("type"))
        self.classes: list[Any] | None = _list_or_none(portrait.get("classes"))
        self.feature_names: list[Any] | None = _list_or_none(portrait.get("feature_names"))
        self.n_features: int | None = portrait.get("n_features")
        self.algorithms = tuple(str(name) for name in _sequence(portrait.get("algorithms")))
        version = portrait.get("sklearn_version")
        self.sklearn_version: str | None = version if isinstance(version, str) else None

    def predict(self, features: pd.DataFrame) -> np.ndarray:
        """What the model predicts, an array of shape (n,).

        Args:
            features: a DataFrame of n rows, with the columns that the model was trained on.

        Raises:
            CheckFailed: it raised, or did not return one value for each row.

        Example:
            >>> import joblib
            >>> from sklearn.dummy import DummyClassifier
            >>> rows = pd.DataFrame({"age": [30.0, 40.0]})
            >>> saved = joblib.dump(DummyClassifier().fit(rows, [1, 1]), "model.joblib")
            >>> DirectStudent({}).model("model.joblib").predict(rows)
            array([1, 1])
        """
        return self._rows("predict", features, 1)

    def predict_proba(self, features: pd.DataFrame) -> np.ndarray:
        """Probabilities of each class, an array of shape (n, number of classes).

        Args:
            features: a DataFrame of n rows, with the columns that the model was trained on.

        Raises:
            CheckFailed: it raised, or did not return one row for each row.

        Example:
            >>> import joblib
            >>> from sklearn.dummy import DummyClassifier
            >>> rows = pd.DataFrame({"age": [30.0, 40.0]})
            >>> saved = joblib.dump(DummyClassifier().fit(rows, [0, 1]), "model.joblib")
            >>> DirectStudent({}).model("model.joblib").predict_proba(rows).sum(axis=1)
            array([1., 1.])
        """
        return self._rows("predict_proba", features, 2)

    def _rows(self, method: str, features: pd.DataFrame, ndim: int) -> np.ndarray:
        request = {"op": "method", "name": method, "args": [features]}
        outcome = self._student._outcome(method, self._student._answer(request, self._fresh))
        if outcome.error:
            message = gettext("The model of `{path}` could not predict: {error}")
            raise CheckFailed(
                message.format(path=self._path, error=outcome.error),
                gettext(
                    "Save the model already trained and with all its preprocessing inside "
                    "(a Pipeline), so that it takes the original columns."
                ),
            )
        array = outcome.value
        if isinstance(array, (pd.Series, list, tuple)):
            array = np.asarray(array)
        if not isinstance(array, np.ndarray) or array.ndim != ndim or len(array) != len(features):
            message = gettext("`{method}` of the model of `{path}` did not return a result a row.")
            raise CheckFailed(
                message.format(method=method, path=self._path),
                gettext("Save a trained scikit-learn classifier."),
            )
        return array


def _log(item: Any) -> Log:
    parts = _sequence(item)
    if len(parts) != 3 or not isinstance(parts[0], int):
        return Log(0, "", "")
    return Log(parts[0], str(parts[1]), str(parts[2]))


def _raised(item: Any) -> Raised:
    if not isinstance(item, dict):
        return Raised("Exception", ("Exception",), "")
    bases = tuple(str(base) for base in _sequence(item.get("bases")))
    return Raised(str(item.get("type", ""))[:100], bases, str(item.get("message", ""))[:600])


def _sequence(value: Any) -> Sequence[Any]:
    return value if isinstance(value, (list, tuple)) else ()


def _list_or_none(value: Any) -> list[Any] | None:
    return list(value) if isinstance(value, (list, tuple)) else None


class DirectStudent(Student):
    """A namespace in this very process: for the unit tests of checks, never for grading.

    What is asked and answered is put into bytes and read back as when grading, so that a check sees
    the same data; nothing is isolated.

    Args:
        namespace: what the notebook would have defined, by name.
        folder: where it would have run.

    Example:
        >>> DirectStudent({"threshold": 0.25}).value("threshold")
        0.25
    """

    def __init__(self, namespace: dict[str, Any], folder: Path | str = "."):
        super().__init__()
        self._session = Session(namespace, Path(folder).resolve())

    def _ask(self, request: dict[str, Any], fresh: Session | None = None) -> dict[str, Any]:
        reply: dict[str, Any] = loads((fresh or self._session).answer(dumps(request)))
        return reply

    def _open_fresh(self) -> Session:
        return Session({}, self._session.folder)
