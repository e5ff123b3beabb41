"""What answers the judge beside the student's code: calls functions, reads values and files.

It runs inside the isolated process (and, for the unit tests of checks, in the test's own). It
holds no expected value: student code may read or replace anything here and gains only the
power to answer wrongly.
"""

from __future__ import annotations

import contextlib
import io
import logging
import os
import sys
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from autograder.sandbox import wire

MAX_MESSAGE = 600
MAX_LOGS = 1_000
MAX_FILE = 64 * 2**20
MAX_ALGORITHMS = 100


class Unresolved(Exception):
    """An argument that names something the student's process does not have."""


class Session:
    """Serves requests over one namespace (the student's) and one folder."""

    def __init__(self, namespace: dict[str, Any], folder: Path):
        self.namespace = namespace
        self.folder = folder
        self.private: dict[str, Any] = {"student": namespace}
        self.model: Any = None

    def answer(self, frame: bytes) -> bytes:
        """One request frame in, one reply frame out; never raises."""
        try:
            request = wire.loads(frame, self._resolve)
            reply = self._handle(request)
            return wire.dumps(reply)
        except wire.WireError as error:
            return wire.dumps({"unreadable": str(error)})
        except Unresolved as error:
            return wire.dumps({"missing": str(error)})
        except BaseException as error:
            return wire.dumps({"error": _described(error)})

    def _resolve(self, argument: wire.Ref | wire.Expr) -> Any:
        if isinstance(argument, wire.Expr):
            return eval(argument.source, self.private)
        if argument.name not in self.namespace:
            raise Unresolved(argument.name)
        return self.namespace[argument.name]

    def _handle(self, request: dict[str, Any]) -> dict[str, Any]:
        operation = self._OPERATIONS[request["op"]]
        return operation(self, request)

    def _call(self, request: dict[str, Any]) -> dict[str, Any]:
        name = request["name"]
        if name not in self.namespace:
            raise Unresolved(name)
        function = self.namespace[name]
        if not callable(function):
            return {"not_callable": type(function).__name__}
        return self._observed(lambda: function(*request["args"], **request["kwargs"]))

    def _observed(self, action: Callable[[], Any]) -> dict[str, Any]:
        """Run ``action`` silently; report its value or error, and what it logged."""
        with _logs() as records, _silence():
            try:
                reply = {"value": action()}
            except BaseException as error:
                reply = {"error": _described(error)}
        reply["logs"] = records
        return reply

    def _value(self, request: dict[str, Any]) -> dict[str, Any]:
        if request["name"] not in self.namespace:
            raise Unresolved(request["name"])
        return {"value": self.namespace[request["name"]]}

    def _has(self, request: dict[str, Any]) -> dict[str, Any]:
        return {"value": request["name"] in self.namespace}

    def _define(self, request: dict[str, Any]) -> dict[str, Any]:
        return self._observed(lambda: exec(request["source"], self.private))

    def _probe(self, request: dict[str, Any]) -> dict[str, Any]:
        return self._observed(lambda: eval(request["source"], self.private))

    def _path(self, name: str) -> Path:
        path = Path(os.path.normpath(self.folder / name))
        if self.folder != path and self.folder not in path.parents:
            raise ValueError("outside the working folder")
        return path

    def _read(self, request: dict[str, Any]) -> dict[str, Any]:
        path = self._path(request["name"])
        if path.is_symlink() or not path.is_file():
            return {"value": None}
        if path.stat().st_size > MAX_FILE:
            return {"too_large": True}
        return {"value": path.read_bytes()}  # no larger a buffer: memory may be short by now

    def _write(self, request: dict[str, Any]) -> dict[str, Any]:
        path = self._path(request["name"])
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(request["content"])
        return {"value": None}

    def _delete(self, request: dict[str, Any]) -> dict[str, Any]:
        self._path(request["name"]).unlink(missing_ok=True)
        return {"value": None}

    def _load(self, request: dict[str, Any]) -> dict[str, Any]:
        import joblib

        path = self._path(request["name"])
        if path.is_symlink() or not path.is_file():
            return {"value": None}

        def load() -> dict[str, Any]:
            with warnings.catch_warnings(record=True) as warned:
                warnings.simplefilter("always")
                self.model = joblib.load(path)
            version = _saved_with([each.message for each in warned])
            return {**_portrait(self.model), "sklearn_version": version}

        return self._observed(load)

    def _method(self, request: dict[str, Any]) -> dict[str, Any]:
        return self._observed(lambda: getattr(self.model, request["name"])(*request["args"]))

    _OPERATIONS = {
        "call": _call,
        "value": _value,
        "has": _has,
        "define": _define,
        "probe": _probe,
        "read": _read,
        "write": _write,
        "delete": _delete,
        "load": _load,
        "method": _method,
    }


def _portrait(model: Any) -> dict[str, Any]:
    """What the judge may know of a loaded model without calling it."""
    return {
        "type": type(model).__name__,
        "predict": callable(getattr(model, "predict", None)),
        "predict_proba": callable(getattr(model, "predict_proba", None)),
        "classes": _plain(lambda: list(model.classes_)),
        "feature_names": _plain(lambda: [str(name) for name in model.feature_names_in_]),
        "n_features": _plain(lambda: int(model.n_features_in_)),
        "algorithms": _plain(lambda: _algorithms(model)),
    }


def _algorithms(model: Any) -> list[str]:
    """The class of an estimator and those of the estimators that it is made of, each once."""
    parts = [model, *model.get_params(deep=True).values()]
    made_of = [part for part in parts if hasattr(part, "get_params") and not isinstance(part, type)]
    return list(dict.fromkeys(type(part).__name__[:100] for part in made_of))[:MAX_ALGORITHMS]


def _saved_with(loading: list[Any]) -> str | None:
    """The scikit-learn that saved a model, told from the warnings that loading it gave.

    scikit-learn warns when it is not the version that runs here. None where it is not imported:
    then nothing that was loaded is made of it.
    """
    found = (getattr(warning, "original_sklearn_version", None) for warning in loading)
    running = getattr(sys.modules.get("sklearn"), "__version__", None)
    return next((str(version)[:40] for version in found if version), running)


def _plain(read: Callable[[], Any]) -> Any:
    try:
        return read()
    except Exception:
        return None


def _described(error: BaseException) -> dict[str, Any]:
    """An exception as data: type, base types, message (bounded), line of the student's code."""
    try:
        message = str(error)[:MAX_MESSAGE]
    except BaseException:
        message = ""
    bases = tuple(base.__name__ for base in type(error).__mro__[:12])
    return {"type": type(error).__name__[:100], "bases": bases, "message": message}


@contextlib.contextmanager
def _logs() -> Iterator[list[tuple[int, str, str]]]:
    """Collect every record that any logger handles, whatever its handlers and propagation."""
    records: list[tuple[int, str, str]] = []
    handle = logging.Logger.handle

    def recording(logger: logging.Logger, record: logging.LogRecord) -> None:
        if len(records) < MAX_LOGS:
            records.append((int(record.levelno), str(record.name)[:100], _log_text(record)))
        handle(logger, record)

    logging.Logger.handle = recording  # type: ignore[method-assign,assignment]  # put back below
    try:
        yield records
    finally:
        logging.Logger.handle = handle  # type: ignore[method-assign]  # as it was


def _log_text(record: logging.LogRecord) -> str:
    try:
        return record.getMessage()[:MAX_MESSAGE]
    except Exception:
        return str(record.msg)[:MAX_MESSAGE]


class _Sink(io.TextIOBase):
    """Accepts everything, keeps nothing."""

    def writable(self) -> bool:
        return True

    def write(self, text: str) -> int:
        return len(text)


@contextlib.contextmanager
def _silence() -> Iterator[None]:
    sink = _Sink()
    with contextlib.redirect_stdout(sink), contextlib.redirect_stderr(sink):
        yield
