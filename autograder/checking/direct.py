"""A student without a process: a namespace, for the unit tests of checks."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from autograder.checking.student import Student
from autograder.sandbox.session import Session
from autograder.sandbox.wire import dumps, loads


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
