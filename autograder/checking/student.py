"""The student's process as a check sees it: names in, plain data out.

A check never holds an object of the student's: it sends inputs, receives data and decides.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import Any

from autograder.checking.model import Model
from autograder.checking.replies import (
    NOTHING,
    CheckFailed,
    Log,
    Outcome,
    ProcessGone,
    Raised,
    sequence,
)
from autograder.checking.words import call_text
from autograder.messages import gettext


class Student(ABC):
    """What a student defined, as a check sees it: names go in, plain data comes out.

    A check is given one. When submissions are graded it stands for an isolated process, in which
    the notebook has run to its end; in the tests of checks it is a ``DirectStudent``. No object of
    the student's reaches a check: numbers, texts, bytes, lists, tuples, dicts, sets, NumPy arrays,
    pandas Series, Index and DataFrames, dates and None come as what they are, and anything else, an
    element of a list for one, as an ``Opaque``, which has the name of its type.

    Arguments are plain data too, and arrive as copies: what the function does to them is not seen
    here. ``Ref("name")`` passes a variable of the student's own, and ``Expr("code")`` something
    that ``define`` made: both the object itself. A ``numpy.random.Generator`` arrives as one in the
    same state; the check's own does not advance by it.

    A check may take as long as ``call_seconds`` for a call and what is left of
    ``submission_seconds`` for all (``autograder doctor`` lists the limits), and receive 256 MiB of
    arrays or 400,000 single values; a DataFrame of a million rows is within that.

    Every method that asks the process something may raise:
        CheckFailed: the answer is wrong already (a name is missing, a call raised or took too long,
            what came back is too large to read); its ``message`` and ``hint`` say so to the
            student. A check may catch it, and ``fail`` in its own words.
        ProcessGone: the process has ended, or the time of all is up; this check and those that
            follow fail with the reason.

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

        For costly work that several checks of a submission share; it uses the ``rng`` of the check
        that asks first. Where ``make`` raises, nothing is kept, so that each check fails with the
        reason.

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
        """Ask the notebook that has ``cell`` from now on, where an assignment has several.

        The run does it before each check, with the cell that the check scores.

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
            CheckFailed: it is missing, cannot be called, raised (NotImplementedError, as a cell
                that is not answered does, is told apart), or took too long.

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

        Records are those that their logger lets through: WARNING and above, unless the notebook set
        another level. Neither ``print`` nor ``warnings.warn`` logs. Where the function may raise,
        ``attempt`` keeps what was logged before.

        Args:
            name, args, kwargs: as in ``call``.

        Returns:
            What the function returned, and a list of ``Log``, in order, of 1,000 at most.

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
            CheckFailed: there is no such function, or it cannot be called. A cell that is not
                answered gives an ``error`` of type NotImplementedError.

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
        """The bytes of a file of the working folder as it is now; None when there is none.

        What was handed in under a name close to one that the checks spell out (``notes (1).md``,
        ``Notes.md.txt``, in a folder) lies under that one too.

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
        """Execute helper code, ``source``, in a namespace of its own in the student's process.

        What it makes stays there, for ``Expr`` and ``probe``; the student's names are in the dict
        ``student``. Put no expected value into it: student code can read it.

        Raises:
            ProcessGone: the code raised; try it in a ``DirectStudent`` first.

        Example:
            >>> student = DirectStudent({"apply": lambda function, rows: function(rows)})
            >>> student.define("def largest(rows): return max(rows)")
            >>> student.call("apply", Expr("largest"), [3, 9, 4])
            9
            >>> student = DirectStudent({"sort_it": lambda rows: rows.sort()})
            >>> student.define("rows = [3, 1, 2]")
            >>> student.call("sort_it", Expr("rows")), student.probe("rows")
            (None, [1, 2, 3])
        """
        reply = self._answer({"op": "define", "source": source})
        if reply.get("error"):
            raise ProcessGone(gettext("the test could not be prepared in the submission's process"))

    def probe(self, expression: str) -> Any:
        """Evaluate an expression in the namespace of ``define``, and return its value as data.

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
            CheckFailed: there is no such file; it cannot be loaded, because it needs a function or
                a class that only the notebook has, for one; or what it holds has no ``predict``.

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
        logs = tuple(Log.of(item) for item in sequence(reply.get("logs")))
        if reply.get("error") is not None:
            return Outcome(error=Raised.of(reply["error"]), logs=logs)
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
