"""The vocabulary of checks: ``check``, ``Student``, ``expect``, ``fail``, ``Verdict``.

A check reads like a pytest function: it sends seeded inputs to the student's process, receives
plain data and says what it expects. It never sees an object of the student's.
"""

from __future__ import annotations

import inspect
import logging
import math
import re
import zlib
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any, NoReturn

import numpy as np
import pandas as pd
from numpy.random import Generator

from autograder.outcome import Verdict
from autograder.sandbox.session import Session
from autograder.sandbox.wire import Expr, Opaque, Ref, dumps, loads

__all__ = [
    "Check",
    "CheckFailed",
    "DirectStudent",
    "Expr",
    "Log",
    "Model",
    "Opaque",
    "Outcome",
    "ProcessGone",
    "Raised",
    "Ref",
    "Student",
    "check",
    "checks_of",
    "counted",
    "describe",
    "expect",
    "fail",
    "percent",
    "run_checks",
    "shown",
    "thousands",
]

log = logging.getLogger(__name__)

PASSED, FAILED, SKIPPED, ERROR = "passed", "failed", "skipped", "error"
_NOTHING = object()  # what None cannot say: that there is no value
_OPAQUE = re.compile(r"Opaque\(type_name='(?:builtins\.)?([^']*)'\)")


class CheckFailed(Exception):
    """The student's answer is wrong; ``message`` and ``hint`` are in Spanish, for the student."""

    def __init__(self, message: str, hint: str = "", about: Any = _NOTHING):
        super().__init__(message)
        self.message, self.hint, self.about = message, hint, about


class ProcessGone(Exception):
    """The student's process no longer answers; ``reason`` and ``hint`` are in Spanish."""

    def __init__(self, reason: str, hint: str = ""):
        super().__init__(reason)
        self.reason, self.hint = reason, hint


@dataclass(frozen=True)
class Check:
    """One check: its function, the nbgrader cell it scores and what it depends on."""

    function: Callable[[Student, Generator], None]
    cell: str
    points: float
    needs: tuple[str, ...] = ()
    criterion: bool = False

    @property
    def id(self) -> str:
        return self.function.__name__

    @property
    def title(self) -> str:
        return inspect.getdoc(self.function).splitlines()[0]


def check(
    cell: str,
    *,
    points: float,
    needs: Callable | Iterable[Callable] = (),
    criterion: bool = False,
):
    """Attach a function to the nbgrader test cell ``cell`` (its ``grade_id``).

    ``needs`` names checks that must pass first, or this one is skipped. ``criterion`` marks the
    checks that decide ``accepted``. The docstring's first line is what the student reads.
    """
    depends = (needs,) if callable(needs) else tuple(needs)

    def register(function: Callable[[Student, Generator], None]):
        if not inspect.getdoc(function):
            raise ValueError(f"check {function.__name__} needs a docstring: students read it")
        names = tuple(each.__name__ for each in depends)
        function.check = Check(function, cell, float(points), names, criterion)
        return function

    return register


def checks_of(module: ModuleType) -> list[Check]:
    """The checks of a module, in the order in which they are written."""
    functions = [value for value in vars(module).values() if hasattr(value, "check")]
    return [function.check for function in functions]


@dataclass(frozen=True)
class Log:
    """One record that the student's code logged."""

    level: int
    logger: str
    message: str


@dataclass(frozen=True)
class Raised:
    """An exception of the student's code, as data."""

    type: str
    bases: tuple[str, ...]
    message: str


@dataclass(frozen=True)
class Outcome:
    """What a call gave: a value or an error, and what was logged meanwhile."""

    value: Any = None
    error: Raised | None = None
    logs: tuple[Log, ...] = ()


class Student(ABC):
    """The student's process, seen from the judge: names in, plain data out."""

    def __init__(self) -> None:
        self.last_call = ""
        self.last_value: Any = _NOTHING
        self._models: dict[str, Model] = {}
        self._shared: dict[str, Any] = {}

    def once(self, key: str, make: Callable[[], Any]) -> Any:
        """What ``make()`` gave the first time it was asked for under ``key``.

        For the costly work that several checks share. Where ``make`` raises nothing is kept, so
        that each check fails with the reason.
        """
        if key not in self._shared:
            self._shared[key] = make()
        return self._shared[key]

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
                "La respuesta no se puede leer: es demasiado grande, o tiene demasiados niveles.",
                "Devolvé datos comunes: números, textos, listas, diccionarios, arrays o tablas.",
            )
        return reply

    def focus(self, cell: str) -> None:  # noqa: B027 (one process by default)
        """Turn to the process of the notebook that holds ``cell`` (there may be several)."""

    def call(self, name: str, *args: Any, **kwargs: Any) -> Any:
        """Call the student's function; fail the check when it is missing or raises."""
        return self.succeed(name, self.attempt(name, *args, **kwargs))

    def call_logged(self, name: str, *args: Any, **kwargs: Any) -> tuple[Any, list[Log]]:
        """As ``call``; also what was logged during the call, by any logger."""
        outcome = self.attempt(name, *args, **kwargs)
        return self.succeed(name, outcome), list(outcome.logs)

    def attempt(self, name: str, *args: Any, **kwargs: Any) -> Outcome:
        """Call the student's function where an exception may be the right answer."""
        self.last_call = _call_text(name, args, kwargs)
        request = {"op": "call", "name": name, "args": list(args), "kwargs": kwargs}
        outcome = self._outcome(name, self._answer(request))
        self.last_value = _NOTHING if outcome.error else outcome.value
        return outcome

    def value(self, name: str) -> Any:
        """The student's variable, as data."""
        reply = self._answer({"op": "value", "name": name})
        return self.succeed(name, self._outcome(name, reply))

    def has(self, name: str) -> bool:
        """Whether the student's notebook defined ``name``."""
        return self._answer({"op": "has", "name": name}).get("value") is True

    def file(self, path: str) -> bytes | None:
        """A file of the working folder after the run; None when there is none."""
        reply = self._answer({"op": "read", "name": path})
        if reply.get("too_large"):
            smaller = "Guardá un modelo más chico: menos árboles o menos profundidad."
            hint = smaller if path.endswith(".joblib") else ""
            raise CheckFailed(f"`{path}` es demasiado grande para corregirlo.", hint)
        content = reply.get("value")
        return content if isinstance(content, bytes) else None

    def write(self, path: str, content: bytes) -> None:
        """Put a file into the working folder."""
        self._models.pop(path, None)
        self._answer({"op": "write", "name": path, "content": content})

    def delete(self, path: str) -> None:
        """Remove a file of the working folder, if it is there."""
        self._models.pop(path, None)
        self._answer({"op": "delete", "name": path})

    def define(self, source: str) -> None:
        """Execute helper code of ours in a private namespace beside the student's."""
        reply = self._answer({"op": "define", "source": source})
        if reply.get("error"):
            raise ProcessGone("no se pudo preparar la prueba en el proceso de la entrega")

    def probe(self, expression: str) -> Any:
        """Evaluate an expression in the private namespace and bring data back."""
        reply = self._answer({"op": "probe", "source": expression})
        return self.succeed(expression, self._outcome(expression, reply))

    def model(self, path: str = "modelo.joblib") -> Model:
        """``joblib.load`` in a fresh process that has not run the notebook; once for each path."""
        if path not in self._models:
            self._models[path] = self._load(path)
        return self._models[path]

    def _load(self, path: str) -> Model:
        fresh = self._open_fresh()
        reply = self._answer({"op": "load", "name": path}, fresh)
        if reply.get("value") is None and not reply.get("error"):
            raise CheckFailed(
                f"No encuentro `{path}` después de correr tu cuaderno.",
                "Guardalo con `joblib.dump(...)` en la carpeta del cuaderno, con ese nombre.",
            )
        outcome = self._outcome(path, reply)
        if outcome.error:
            raise CheckFailed(
                f"`{path}` no se puede cargar en un proceso nuevo: "
                f"{outcome.error.type}: {outcome.error.message}",
                "¿Lo escribió joblib.dump, y en esa ruta? Si es así, que no dependa de clases o "
                "funciones de tu cuaderno.",
            )
        return Model(self, fresh, path, outcome.value)

    def _outcome(self, name: str, reply: dict[str, Any]) -> Outcome:
        if "missing" in reply:
            missing = reply["missing"]
            raise CheckFailed(
                f"No definiste `{missing}`.",
                f"Completá la celda que pide `{missing}` y ejecutá todo el cuaderno de nuevo.",
            )
        if "not_callable" in reply:
            raise CheckFailed(
                f"`{name}` no es una función: es de tipo {reply['not_callable']}.",
                f"¿Usaste el nombre `{name}` para otra cosa más abajo en el cuaderno?",
            )
        logs = tuple(_log(item) for item in _sequence(reply.get("logs")))
        if reply.get("error") is not None:
            return Outcome(error=_raised(reply["error"]), logs=logs)
        return Outcome(value=reply.get("value"), logs=logs)

    def succeed(self, name: str, outcome: Outcome) -> Any:
        """The outcome's value; fail the check with the standard message when it is an error."""
        error = outcome.error
        if error is None:
            return outcome.value
        if "NotImplementedError" in error.bases:
            raise self._incomplete(name)
        if "KeyboardInterrupt" in error.bases:
            raise CheckFailed(
                f"`{name}` tardó demasiado y se interrumpió.",
                "Revisá si hay un bucle que no termina o que recorre fila por fila.",
            )
        raise CheckFailed(
            f"`{self.last_call or name}` terminó con un error: {error.type}: {error.message}",
            "Probá la función con esa clase de datos en una celda nueva y leé el error completo.",
        )

    def _incomplete(self, name: str) -> CheckFailed:
        """What to say of a NotImplementedError: it comes from ``name`` or from what it calls."""
        names = f"alumno[{name!r}].__code__.co_names"
        source = f"'NotImplementedError' in {names}"
        is_stub = self._answer({"op": "probe", "source": source}).get("value")
        if is_stub is False:
            return CheckFailed(
                f"Todavía no funciona `{name}`: llegó a una parte sin completar.",
                "Buscá un `raise NotImplementedError(...)` en ella o en las funciones que usa.",
            )
        also = "" if is_stub is True else ", o una función que usa"
        return CheckFailed(
            f"Todavía no completaste `{name}`{also}.",
            "Reemplazá el `raise NotImplementedError(...)` por tu código.",
        )


class Model:
    """A model loaded from the student's file, alive in a process of its own."""

    def __init__(self, student: Student, fresh: Any, path: str, portrait: Any):
        if not isinstance(portrait, dict) or portrait.get("predict") is not True:
            kind = portrait.get("type") if isinstance(portrait, dict) else portrait
            raise CheckFailed(
                f"`{path}` no contiene un modelo: contiene un objeto de tipo {kind} "
                "sin método `predict`.",
                "Guardá el clasificador entrenado (o el Pipeline completo), no sus datos.",
            )
        self._student, self._fresh, self._path = student, fresh, path
        self.type: str = str(portrait.get("type"))
        self.classes: list | None = _list_or_none(portrait.get("classes"))
        self.feature_names: list | None = _list_or_none(portrait.get("feature_names"))
        self.n_features: int | None = portrait.get("n_features")

    def predict(self, features: pd.DataFrame) -> np.ndarray:
        """Predicted classes, shape (n,)."""
        return self._rows("predict", features, 1)

    def predict_proba(self, features: pd.DataFrame) -> np.ndarray:
        """Probabilities, shape (n, number of classes)."""
        return self._rows("predict_proba", features, 2)

    def _rows(self, method: str, features: pd.DataFrame, ndim: int) -> np.ndarray:
        request = {"op": "method", "name": method, "args": [features]}
        outcome = self._student._outcome(method, self._student._answer(request, self._fresh))
        if outcome.error:
            raise CheckFailed(
                f"El modelo de `{self._path}` no pudo predecir: "
                f"{outcome.error.type}: {outcome.error.message}",
                "Guardá el modelo ya entrenado y con todo su preprocesamiento adentro "
                "(un Pipeline), para que reciba las columnas originales.",
            )
        array = outcome.value
        if isinstance(array, (pd.Series, list, tuple)):
            array = np.asarray(array)
        if not isinstance(array, np.ndarray) or array.ndim != ndim or len(array) != len(features):
            raise CheckFailed(
                f"`{method}` del modelo de `{self._path}` no devolvió un resultado por fila.",
                "Guardá un clasificador de scikit-learn entrenado.",
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


def _list_or_none(value: Any) -> list | None:
    return list(value) if isinstance(value, (list, tuple)) else None


class DirectStudent(Student):
    """A namespace in this very process: for the unit tests of checks, never for grading."""

    def __init__(self, namespace: dict[str, Any], folder: Path | str = "."):
        super().__init__()
        self._session = Session(namespace, Path(folder).resolve())

    def _ask(self, request: dict[str, Any], fresh: Session | None = None) -> dict[str, Any]:
        return loads((fresh or self._session).answer(dumps(request)))

    def _open_fresh(self) -> Session:
        return Session({}, self._session.folder)


# --- expectations ---------------------------------------------------------------------------


def fail(message: str, hint: str = "") -> NoReturn:
    """Fail the check: what was observed and expected, in Spanish, and what to try next."""
    raise CheckFailed(message, hint)


def expect(value: Any, hint: str = "") -> Expectation:
    """Begin an expectation on a value that came from the student."""
    return Expectation(value, hint)


class Expectation:
    """Chainable; every method fails with what was observed and what was expected, in words."""

    def __init__(self, value: Any, hint: str = ""):
        self.value, self._hint = value, hint

    def _require(self, holds: bool, expected: str, hint: str) -> Expectation:
        if not holds:
            message = f"Se obtuvo {shown(self.value)}; se esperaba {expected}."
            raise CheckFailed(message, hint or self._hint, about=self.value)
        return self

    def to_be_number(self, hint: str = "", expected: str = "un número") -> Expectation:
        """A number: int, float, or an array/Series of exactly one."""
        number = as_number(self.value)
        self._require(number is not None, expected, hint)
        return self

    def _number(self, hint: str, expected: str) -> float:
        self.to_be_number(hint, expected)
        return as_number(self.value)

    def to_be_finite(self, hint: str = "", expected: str = "un número finito") -> Expectation:
        """A number that is neither infinite nor NaN."""
        return self._require(math.isfinite(self._number(hint, expected)), expected, hint)

    def to_be_close(
        self, target: Any, abs: float = 1e-9, rel: float = 1e-6, hint: str = "", expected: str = ""
    ) -> Expectation:
        """A number, or an array of the target's shape, within tolerance of ``target``."""
        if isinstance(target, (int, float)):
            words = expected or "otro valor"
            number = self._number(hint, words)
            near = math.isclose(number, target, abs_tol=abs, rel_tol=rel)
            return self._require(near, words, hint)
        words = expected or "otros valores"
        actual, wanted = as_float_array(self.value), np.asarray(target, dtype=float)
        self._require(actual is not None and actual.shape == wanted.shape, words, hint)
        near = np.allclose(actual, wanted, atol=abs, rtol=rel, equal_nan=True)
        return self._require(near, words, hint)

    def to_equal(self, target: Any, hint: str = "", expected: str = "") -> Expectation:
        """Equal as data, deeply; numbers compare by value, NaN equals NaN."""
        return self._require(same(self.value, target), expected or shown(target), hint)

    def to_be_between(
        self, low: float, high: float, hint: str = "", expected: str = ""
    ) -> Expectation:
        """A number in [low, high]."""
        words = expected or f"un número entre {low:g} y {high:g}"
        return self._require(low <= self._number(hint, words) <= high, words, hint)

    def to_be_above(self, bound: float, hint: str = "", expected: str = "") -> Expectation:
        """A number greater than ``bound``."""
        words = expected or f"un número mayor que {bound:g}"
        return self._require(self._number(hint, words) > bound, words, hint)

    def to_be_below(self, bound: float, hint: str = "", expected: str = "") -> Expectation:
        """A number smaller than ``bound``."""
        words = expected or f"un número menor que {bound:g}"
        return self._require(self._number(hint, words) < bound, words, hint)

    def to_be_text(self, hint: str = "", expected: str = "un texto") -> Expectation:
        """A str."""
        return self._require(isinstance(self.value, str), expected, hint)

    def to_be_one_of(
        self, options: Sequence[Any], hint: str = "", expected: str = ""
    ) -> Expectation:
        """Equal to one of ``options``."""
        words = expected or "una de estas opciones: " + ", ".join(map(shown, options))
        return self._require(any(same(self.value, option) for option in options), words, hint)

    def to_be_series(self, hint: str = "", expected: str = "una Series de pandas") -> Expectation:
        """A pandas Series."""
        return self._require(isinstance(self.value, pd.Series), expected, hint)

    def to_be_frame(
        self, columns: Iterable[str] = (), hint: str = "", expected: str = ""
    ) -> Expectation:
        """A DataFrame that has at least ``columns``."""
        wanted = list(columns)
        words = expected or "un DataFrame" + (
            f" con las columnas {', '.join(wanted)}" if wanted else ""
        )
        self._require(isinstance(self.value, pd.DataFrame), words, hint)
        missing = [name for name in wanted if name not in self.value.columns]
        if missing:
            lacks = "le falta la columna" if len(missing) == 1 else "le faltan columnas:"
            raise CheckFailed(f"Al DataFrame {lacks} {', '.join(missing)}.", hint or self._hint)
        return self

    def to_be_array(
        self, shape: tuple[int | None, ...] | None = None, hint: str = "", expected: str = ""
    ) -> Expectation:
        """Numbers in an array, a list or a Series, of the given shape (None: any length)."""
        words = expected or "un arreglo de números" + (
            f" de forma {tuple('n' if s is None else s for s in shape)}" if shape else ""
        )
        array = as_float_array(self.value)
        self._require(array is not None, words, hint)
        fits = shape is None or (
            array.ndim == len(shape)
            and all(
                want is None or have == want for have, want in zip(array.shape, shape, strict=True)
            )
        )
        return self._require(fits, words, hint)

    def to_have_length(self, length: int, hint: str = "", expected: str = "") -> Expectation:
        """A sized value of ``length`` elements."""
        words = expected or f"algo de {counted(length, 'elemento')}"
        return self._require(
            hasattr(self.value, "__len__") and len(self.value) == length, words, hint
        )

    def to_have_keys(self, keys: Iterable[Any], hint: str = "", expected: str = "") -> Expectation:
        """A dict, Series or DataFrame that has at least ``keys``."""
        wanted = list(keys)
        words = expected or "un diccionario con " + ", ".join(f"`{key}`" for key in wanted)
        self._require(isinstance(self.value, (dict, pd.Series, pd.DataFrame)), words, hint)
        missing = [key for key in wanted if key not in self.value]
        if missing:
            names = ", ".join(f"`{key}`" for key in missing)
            lacks = "Falta la clave" if len(missing) == 1 else "Faltan claves:"
            raise CheckFailed(f"{lacks} {names}.", hint or self._hint)
        return self

    def to_be_true(self, hint: str = "", expected: str = "True") -> Expectation:
        """The bool True."""
        return self._require(self.value is True, expected, hint)


def as_number(value: Any) -> float | None:
    """The number in ``value`` (int, float, or one-element array or Series); None if there is none.

    A bool or a text is not a number.
    """
    if isinstance(value, (np.ndarray, pd.Series, pd.Index)):
        if value.size != 1 or np.asarray(value).dtype.kind not in "iuf":
            return None
        return float(np.asarray(value).ravel()[0])
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return None
    try:
        return float(value)
    except OverflowError:
        return math.inf if value > 0 else -math.inf


def as_float_array(value: Any) -> np.ndarray | None:
    """The numbers in an array, list, tuple, Series or DataFrame; None when they are not numbers."""
    if isinstance(value, (str, bytes, dict, set, Opaque)) or value is None or _has_text(value):
        return None
    try:
        array = np.asarray(value)
        return array.astype(float) if array.dtype.kind in "iufb" else None
    except (ValueError, TypeError):
        return None


def _has_text(value: Any) -> bool:
    """Whether a list holds a text: NumPy would pad every other one to the longest."""
    if isinstance(value, (list, tuple)):
        return any(map(_has_text, value))
    return isinstance(value, (str, bytes))


def same(left: Any, right: Any) -> bool:
    """Whether two pieces of plain data are equal; numbers by value, NaN equal to NaN."""
    if isinstance(left, (np.ndarray, pd.Series, pd.Index)):
        left = left.tolist()
    if isinstance(right, (np.ndarray, pd.Series, pd.Index)):
        right = right.tolist()
    if isinstance(left, bool) or isinstance(right, bool):
        return left is right
    if isinstance(left, (int, float)) and isinstance(right, (int, float)):
        return left == right or (left != left and right != right)
    if isinstance(left, (list, tuple)) and isinstance(right, (list, tuple)):
        return len(left) == len(right) and all(map(same, left, right))
    if isinstance(left, dict) and isinstance(right, dict):
        return left.keys() == right.keys() and all(same(left[key], right[key]) for key in left)
    if isinstance(left, pd.DataFrame) and isinstance(right, pd.DataFrame):
        return left.equals(right)
    return type(left) is type(right) and bool(left == right)


def describe(value: Any) -> str:
    """The whole result of a call in a few Spanish words; a part of one is for ``shown``."""
    return "None (¿falta el `return`?)" if value is None else shown(value)


def shown(value: Any) -> str:
    """A value in a few Spanish words: what kind it is, how large, and its beginning."""
    if value is None:
        return "None"
    if isinstance(value, Opaque):
        return f"un objeto de tipo {value.type_name.removeprefix('builtins.')}"
    if isinstance(value, bool):
        return str(value)
    if isinstance(value, (int, float)):
        return _number_text(value)
    if isinstance(value, str):
        return f"el texto {_short(repr(value))}"
    if isinstance(value, np.ndarray):
        return f"un array de forma {value.shape}"
    if isinstance(value, pd.Series):
        return f"una Series de {counted(len(value), 'elemento')}"
    if isinstance(value, pd.DataFrame):
        rows, columns = counted(len(value), "fila"), counted(value.shape[1], "columna")
        return f"un DataFrame de {rows} y {columns}"
    if isinstance(value, (list, tuple, set, dict)):
        kind = {list: "la lista", tuple: "la tupla", set: "el conjunto", dict: "el diccionario"}
        text = _OPAQUE.sub(r"<\1>", repr(value))
        return f"{kind[type(value)]} {_short(text)}"
    return f"un {type(value).__name__}"


def counted(count: int, one: str, many: str = "") -> str:
    """A count and its noun: «1 fila», «2.000 filas»; `many` where the plural is not with an s."""
    return f"{thousands(count)} {one if count == 1 else many or f'{one}s'}"


def thousands(count: int) -> str:
    """A count with a point between its thousands."""
    return f"{count:,}".replace(",", ".")


def percent(share: float, decimals: int = 0) -> str:
    """A share as a percentage, rounded down: what falls short is never said to reach."""
    scale = 10**decimals
    return f"{math.floor(100 * scale * share + 1e-9) / scale:.{decimals}f} %".replace(".", ",")


def _number_text(value: float) -> str:
    if isinstance(value, float):
        return f"{value:.6g}"
    return str(value) if abs(value) < 10**15 else f"un entero de {len(hex(value)) - 2} cifras hex."


def _short(text: str, limit: int = 160) -> str:
    return text if len(text) <= limit else text[: limit - 1] + "…"


def _call_text(name: str, args: Sequence[Any], kwargs: dict[str, Any]) -> str:
    parts = [_argument(value) for value in args]
    parts += [f"{key}={_argument(value)}" for key, value in kwargs.items()]
    return f"{name}({', '.join(parts)})"


def _argument(value: Any) -> str:
    if isinstance(value, np.ndarray):
        size = _values(len(value)) if value.ndim == 1 else value.shape
        return f"array de {size}"
    if isinstance(value, pd.Series):
        return f"Series de {_values(len(value))}"
    if isinstance(value, pd.DataFrame):
        return f"DataFrame de {counted(len(value), 'fila')}"
    if isinstance(value, Generator):
        return "rng"
    if isinstance(value, Ref):
        return value.name
    if isinstance(value, Expr):
        return value.source.split("(")[0]
    return _short(repr(value), 60)


def _values(count: int) -> str:
    return "1 valor" if count == 1 else f"{count} valores"


# --- running --------------------------------------------------------------------------------


def run_checks(
    module: ModuleType,
    student: Student,
    seed: int,
    cells: Iterable[str] | None = None,
    known: Mapping[str, Verdict] | None = None,
) -> list[Verdict]:
    """Run a module's checks on one student's process.

    Each check draws from its own generator, seeded by ``seed`` and its name, so that its inputs
    do not depend on the other checks. ``cells`` restricts to those grade_ids; checks whose verdict
    is ``known`` (by their id) are not run again.
    """
    wanted = None if cells is None else set(cells)
    verdicts: dict[str, Verdict] = {}
    for each in checks_of(module):
        if known and each.id in known:
            verdicts[each.id] = known[each.id]
        elif wanted is None or each.cell in wanted:
            verdicts[each.id] = _run_one(each, student, seed, verdicts)
    return list(verdicts.values())


def _run_one(each: Check, student: Student, seed: int, done: dict[str, Verdict]) -> Verdict:
    blocked = [name for name in each.needs if name in done and done[name].status != PASSED]
    if blocked:
        title = done[blocked[0]].title.rstrip(".")
        return _verdict(each, SKIPPED, f"Omitido: primero hay que resolver «{title}».")
    rng = np.random.default_rng([seed, zlib.crc32(each.id.encode())])
    student.last_call, student.last_value = "", _NOTHING
    student.focus(each.cell)
    try:
        each.function(student, rng)
    except CheckFailed as failure:
        return _verdict(each, FAILED, _with_call(failure, student), failure.hint)
    except ProcessGone as gone:
        return _verdict(each, FAILED, f"No se pudo evaluar: {gone.reason}.", gone.hint)
    except Exception as error:
        log.error("check %s failed by itself", each.id, exc_info=error)
        return _verdict(
            each,
            ERROR,
            f"El corrector no pudo evaluar esta parte ({type(error).__name__}).",
            "No es un error tuyo: avisale a tu docente.",
        )
    return _verdict(each, PASSED)


def _with_call(failure: CheckFailed, student: Student) -> str:
    """The message, with the call where the value is its whole result (and not a part of it)."""
    if failure.about is _NOTHING or failure.about is not student.last_value:
        return failure.message
    forgotten = " ¿Falta el `return`?" if failure.about is None else ""
    return f"`{student.last_call}`: {failure.message}{forgotten}"


def _verdict(each: Check, status: str, message: str = "", hint: str = "") -> Verdict:
    points = each.points if status == PASSED else 0.0
    return Verdict(each.id, each.cell, each.title, status, points, each.points, message, hint)
