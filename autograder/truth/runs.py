"""Runs an answer's notebooks beside the judge: their cells, and the files that are handed in.

Answers are the course's own code: nothing isolates them. What answers have in common, the cells
before the first that they change, runs once for all that come in a row; each goes on in a fork.
"""

from __future__ import annotations

import atexit
import contextlib
import gc
import json
import os
import shutil
import sys
import threading
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import cache, partial
from pathlib import Path
from typing import Any

from autograder.cells import cells_of
from autograder.grading.blueprint import WORKING_FOLDER, contents_of
from autograder.intake.submissions import Submission
from autograder.sandbox import warming
from autograder.sandbox.shell import GradingShell, plain_config
from autograder.scratch import make_folder, write_files
from autograder.truth.answers import Answer
from autograder.truth.forks import PreparedProcess
from autograder.truth.subject import CodeCell, Subject

PREPARED = 6  # processes that have run the first cells of an assignment, at most


class Workplace:
    """Where an assignment's notebooks run: a folder as a submission's, and a shell for each.

    Attributes:
        subject: the assignment.
        folder: the working folder; the data lie above it, as in the sandbox.
        shells: the shell of each notebook that has begun, by name.
    """

    def __init__(self, subject: Subject, base: Path):
        self.subject = subject
        self.folder = base / WORKING_FOLDER
        self.shells: dict[str, GradingShell] = {}
        self._before = base / "before"
        self.folder.mkdir()
        write_files(base, contents_of(subject.blueprint.given))
        write_files(self.folder, contents_of(subject.blueprint.companions))

    @property
    def namespaces(self) -> dict[str, dict[str, Any]]:
        """What each notebook has defined, by its name."""
        return {name: shell.user_ns for name, shell in self.shells.items()}

    def enter(self, notebook: str) -> GradingShell:
        """The shell of a notebook, whose names are those of ``__main__`` from here on."""
        if notebook not in self.shells:
            self.shells[notebook] = _make_shell()
        shell = self.shells[notebook]
        sys.modules["__main__"] = shell.user_module
        return shell

    def run(self, cells: Iterable[CodeCell]) -> None:
        """Run cells as a notebook does: an error ends its cell only. Their output is dropped."""
        for cell in cells:
            self.enter(cell.notebook).run(cell.source, 0)
        if "matplotlib.pyplot" in sys.modules:
            sys.modules["matplotlib.pyplot"].close("all")

    def files(self, answer: Answer) -> dict[str, bytes]:
        """What is handed in beside the notebooks: the references, or what the answer makes."""
        files = dict(self.subject.references)
        if answer.files:  # who makes them at home has all the data, not what notebooks read alone
            write_files(self.folder.parent, self.subject.given)
        names = {name: each[name] for each in self.namespaces.values() for name in each}
        for path, code in answer.files.items():
            solved = files.pop(path, b"").decode("utf-8", "replace")
            scope = {**names, "reference": solved, "text": None}
            exec(compile(code, f"<{path}>", "exec"), scope)
            text = scope["text"]
            if text is not None:
                files[path] = text if isinstance(text, bytes) else text.encode()
        return files

    def keep(self) -> None:
        """Remember the folder as it is now, for ``restore``."""
        shutil.copytree(self.folder, self._before)

    def restore(self) -> None:
        """Put the folder back as it was when it was kept."""
        for path in self.folder.iterdir():
            shutil.rmtree(path) if path.is_dir() and not path.is_symlink() else path.unlink()
        shutil.copytree(self._before, self.folder, dirs_exist_ok=True)


def after_answer(
    subject: Subject, answer: Answer, seconds: int, function: Callable[..., Any], *arguments: Any
) -> Any:
    """What ``function(workplace, *arguments)`` returns where the answer has run.

    Raises:
        ForkEnded: all of it took more than ``seconds``, or ended its process.
    """
    process = _prepared(subject, subject.shared_cells(answer))
    return process.ask(seconds, _go_on, answer, function, *arguments)


def as_submission(subject: Subject, answer: Answer, seconds: int, student: str) -> Submission:
    """The answer as ``student`` would hand it in. Raises ForkEnded, as ``after_answer``."""
    files: dict[str, bytes] = after_answer(subject, answer, seconds, Workplace.files, answer)
    for name, content in subject.solutions.items():
        notebook = json.loads(content)
        for cell in cells_of(notebook):
            if cell.grade_id in answer.cells:
                cell.raw["source"] = answer.cells[cell.grade_id]
        files[f"{name}.ipynb"] = json.dumps(notebook).encode()
    return Submission(student, answer.assignment, files)


def end_threads(namespaces: Iterable[dict[str, Any]]) -> None:
    """Make the thread pools of a forked namespace start new threads: none survives a fork."""
    for value in [value for namespace in namespaces for value in namespace.values()]:
        if isinstance(value, ThreadPoolExecutor):
            value._threads = set()
            value._idle_semaphore = threading.Semaphore(0)


def _go_on(
    workplace: Workplace, answer: Answer, function: Callable[..., Any], *arguments: Any
) -> Any:
    """Run the answer's cells that are left, write its files, and call ``function``."""
    end_threads(workplace.namespaces.values())
    subject = workplace.subject
    workplace.run(
        replace(cell, source=answer.cells.get(cell.name or "", cell.source))
        for cell in subject.cells[subject.shared_cells(answer) :]
    )
    write_files(workplace.folder, workplace.files(answer))
    return function(workplace, *arguments)


# --- processes that have run an assignment's first cells ------------------------------------

_PREPARED: dict[tuple[str, int], PreparedProcess] = {}


def _prepared(subject: Subject, count: int) -> PreparedProcess:
    """The process that has run that many cells; a few are kept."""
    if not _PREPARED:
        atexit.register(_close_oldest, 0)
    key = subject.fingerprint, count
    if key not in _PREPARED:
        _warm_up(subject.imported)
        _ = subject.checks  # loaded once, not in every fork
        _close_oldest(PREPARED - 1)
        prepare = partial(_workplace, subject, count)
        _PREPARED[key] = PreparedProcess(prepare, list(_PREPARED.values()))
    return _PREPARED[key]


def _close_oldest(left: int) -> None:
    """Close the oldest ones until ``left`` are left."""
    while len(_PREPARED) > left:
        _PREPARED.pop(next(iter(_PREPARED))).close()


@cache
def _warm_up(imported: tuple[str, ...]) -> None:
    """Import once, before any fork, what notebooks import, and pay for first uses."""
    warming.import_modules(imported)
    for source in warming.first_uses(imported):
        with contextlib.suppress(Exception):  # one of them is an error
            exec(source, {})


@contextlib.contextmanager
def _workplace(subject: Subject, count: int) -> Iterator[Workplace]:
    """A workplace in a temporary folder, where the first ``count`` cells have run."""
    base = make_folder("truth-")
    try:
        workplace = Workplace(subject, base)
        os.chdir(workplace.folder)
        sys.path.append(str(workplace.folder))
        workplace.run(subject.cells[:count])
        workplace.keep()
        gc.collect()
        gc.freeze()  # or the first collection of every fork would copy it all
        yield workplace
    finally:
        os.chdir(base.parent)
        shutil.rmtree(base, ignore_errors=True)


def _make_shell() -> GradingShell:
    """A shell of its own, without history file or colours; of an error it shows the least."""
    config = plain_config()
    config.InteractiveShell.xmode = "Minimal"
    return GradingShell(config=config)
