"""What comes back from a student's process, as plain data: values, errors, logs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

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

    @classmethod
    def of(cls, item: Any) -> Log:
        """Read a record from a reply; an empty one where it is not a record."""
        parts = sequence(item)
        if len(parts) != 3 or not isinstance(parts[0], int):
            return cls(0, "", "")
        return cls(parts[0], str(parts[1]), str(parts[2]))


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

    @classmethod
    def of(cls, item: Any) -> Raised:
        """Read an exception from a reply; one without a text where it is not an exception."""
        if not isinstance(item, dict):
            return cls("Exception", ("Exception",), "")
        bases = tuple(str(base) for base in sequence(item.get("bases")))
        return cls(str(item.get("type", ""))[:100], bases, str(item.get("message", ""))[:600])

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


def sequence(value: Any) -> Sequence[Any]:
    """The value where it is a list or a tuple, else an empty one."""
    return value if isinstance(value, (list, tuple)) else ()
