"""Runs an answer: the notebook once, the checks with as many seeds as asked, or all in the sandbox.

For many seeds the checks run beside the answer's code in a fork each, so that no seed sees what
another left; whether the isolated way gives the same verdicts is tested apart. An answer runs in a
fork of its own too: threads that it starts would hang the forks of whoever comes next. What answers
have in common, the cells before the first that they change, is run once for all that come in a row.
"""

from __future__ import annotations

import atexit
import contextlib
import gc
import hashlib
import io
import json
import multiprocessing
import os
import pickle
import shutil
import signal
import tempfile
import threading
import traceback
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import cache
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from the_course import COURSE, LANGUAGE, ROOT, blueprint, checks

from autograder.checking import DirectStudent, Model, run_checks
from autograder.course import Assignment
from autograder.grading.grade import grade
from autograder.intake.submissions import Submission
from autograder.messages import using
from autograder.records import Result, Verdict
from autograder.sandbox import warming
from autograder.sandbox.driver import Sandbox
from autograder.sandbox.session import Session
from autograder.sandbox.wire import dumps, loads
from truth.answers import Answer

Heard = dict[str, bytes]
SECONDS = 1_800  # for the checks of an answer with one seed: a fork that hangs ends
STARTED = 6  # processes that have run the first cells of an assignment, at most


warming.import_modules(COURSE.imported)  # once, not in every fork
for _assignment in COURSE.graded:
    checks(_assignment.name)
for _source in warming.first_uses(COURSE.imported):
    with contextlib.suppress(Exception):  # one of them is an error
        exec(_source, {})


def verdicts(
    answer: Answer, seeds: Iterable[int], reference: Sequence[Heard] = ()
) -> list[list[Verdict]]:
    """The verdicts of one answer for each seed.

    With ``reference`` (what the checks heard of the reference with each of the first seeds) some
    checks are not run with the others: one that hears of the answer, to the byte, what it heard of
    the reference cannot tell the two apart, and the reference is measured in full; one that asks
    and hears the same with each seed does not depend on the seed.
    """
    seeds = list(seeds)
    return _prepared(SECONDS * (1 + len(seeds)), answer, _verdicts, seeds, reference)


def _verdicts(place: Place, seeds: list[int], reference: Sequence[Heard]) -> list[list[Verdict]]:
    first = seeds[: len(reference)] if reference else seeds
    every = _each(place, first)
    found = [verdicts for verdicts, _ in every]
    known = _settled(found, [heard for _, heard in every], reference)
    for seed in seeds[len(first) :]:
        found.append(_forked(SECONDS, _judged, place, seed, known)[0])
    return found


def _settled(
    found: list[list[Verdict]], heard: list[Heard], reference: Sequence[Heard]
) -> dict[str, Verdict]:
    """The verdicts that the other seeds need not find again."""

    if not reference:
        return {}
    statuses = [{each.id: each.status for each in verdicts} for verdicts in found]

    def settled(name: str) -> bool:
        mine, theirs = ([each.get(name) for each in those] for those in (heard, reference))
        always = len({*mine}) == 1 and len({each[name] for each in statuses}) == 1
        return None not in mine and (mine == theirs or always)

    return {each.id: each for each in found[0] if settled(each.id)}


def heard(answer: Answer, seeds: Iterable[int]) -> list[Heard]:
    """A digest of what each check asked and heard of an answer, with each seed."""
    seeds = list(seeds)
    return _prepared(SECONDS * (1 + len(seeds)), answer, _heard, seeds)


def _heard(place: Place, seeds: list[int]) -> list[Heard]:
    return [heard for _, heard in _each(place, seeds)]


def _each(place: Place, seeds: list[int]) -> list[tuple[list[Verdict], Heard]]:
    if len(seeds) == 1:  # whoever asks for more runs them after these, and each in its own fork
        return [_judged(place, seeds[0])]
    return [_forked(SECONDS, _judged, place, seed) for seed in seeds]


# --- an answer's notebooks ------------------------------------------------------------------


@dataclass(frozen=True)
class CodeCell:
    """A code cell of an assignment's solution: in which notebook it is, and its grade_id."""

    notebook: str
    name: str | None
    source: str


@cache
def code_cells(assignment: str) -> tuple[CodeCell, ...]:
    """The code cells of all the notebooks of an assignment, in the order in which they run."""
    found = COURSE.assignment(assignment)
    return tuple(
        CodeCell(notebook, cell["metadata"].get("nbgrader", {}).get("grade_id"), _source(cell))
        for notebook in found.notebooks
        for cell in json.loads(found.solution(notebook).read_text(encoding="utf-8"))["cells"]
        if cell["cell_type"] == "code"
    )


def _source(cell: dict[str, Any]) -> str:
    return "".join(cell["source"])


def in_common(answer: Answer) -> int:
    """How many cells come before the first that the answer changes."""
    cells = code_cells(answer.assignment)
    changed = (number for number, cell in enumerate(cells) if cell.name in answer.cells)
    return next(changed, len(cells))


@dataclass(frozen=True)
class Place:
    """Where an assignment's notebooks run: what they defined so far, and their folder."""

    assignment: Assignment
    folder: Path
    namespaces: dict[str, dict[str, Any]] = field(default_factory=dict)

    def run(self, cells: Iterable[CodeCell]) -> None:
        """Run cells as a notebook does: an error ends its cell only. Nothing is shown or drawn."""
        import matplotlib.pyplot as plt

        sink = io.StringIO()
        with contextlib.redirect_stdout(sink), contextlib.redirect_stderr(sink):
            for cell in cells:
                namespace = self.namespaces.setdefault(cell.notebook, {"__name__": "__main__"})
                with contextlib.suppress(Exception):
                    exec(compile(cell.source, "<cell>", "exec"), namespace)
        plt.close("all")

    def files(self, answer: Answer) -> dict[str, bytes]:
        """What is handed in beside the notebooks: the reference's, or what the answer makes."""
        files = {path.name: path.read_bytes() for path in self.assignment.references}
        merged = {key: each[key] for each in self.namespaces.values() for key in each}
        for path, body in answer.files.items():
            scope = {**merged, "referencia": files.get(path, b"").decode(), "texto": None}
            exec(compile(body, f"<{path}>", "exec"), scope)
            text = scope["texto"]
            files.pop(path, None)
            if text is not None:
                files[path] = text if isinstance(text, bytes) else text.encode()
        return files


def _prepared(seconds: int, answer: Answer, function: Callable, *arguments: Any) -> Any:
    """What ``function`` returns of the place where the answer has run, in a process of its own."""
    started = _started(answer.assignment, in_common(answer))
    return started.ask(seconds, _go_on, answer, function, *arguments)


def _go_on(place: Place, answer: Answer, function: Callable, *arguments: Any) -> Any:
    """Run the answer's cells that are left, write its files, and call ``function``."""
    _without_threads(place.namespaces)
    place.run(
        CodeCell(cell.notebook, cell.name, answer.cells.get(cell.name, cell.source))
        for cell in code_cells(answer.assignment)[in_common(answer) :]
    )
    for path, content in place.files(answer).items():
        (place.folder / path).write_bytes(content)
    return function(place, *arguments)


class _Started:
    """A process that has run the first cells of an assignment.

    Whatever it is asked is done in a fork of it, in the same folder, which is then put back as it
    was. It ends when this process closes it, or ends.
    """

    def __init__(self, assignment: str, count: int):
        self._ours, theirs = multiprocessing.Pipe()
        self._pid = os.fork()
        if self._pid == 0:
            try:
                for each in (self, *_STARTED.values()):  # or none would see the end of another's
                    each._ours.close()
                _serve(theirs, assignment, count)
            except BaseException:
                traceback.print_exc()
            finally:
                os._exit(0)
        theirs.close()

    def ask(self, seconds: int, function: Callable, *arguments: Any) -> Any:
        self._ours.send((seconds, function, arguments))
        outcome = self._ours.recv()
        if isinstance(outcome, Exception):
            raise outcome
        return outcome

    def close(self) -> None:
        self._ours.close()
        os.waitpid(self._pid, 0)


def _serve(orders: Connection, assignment: str, count: int) -> None:
    found = COURSE.assignment(assignment)
    with tempfile.TemporaryDirectory(prefix="truth-") as base, _inside(Path(base)) as folder:
        for path in found.companions:
            shutil.copyfile(path, folder / path.name)
        place = Place(found, folder)
        place.run(code_cells(assignment)[:count])
        before = Path(base) / "before"
        shutil.copytree(folder, before)
        gc.collect()
        gc.freeze()  # or the first collection of every fork would copy it all
        with contextlib.suppress(EOFError):
            while True:
                seconds, function, arguments = orders.recv()
                try:
                    outcome = _forked(seconds, function, place, *arguments)
                except RuntimeError as error:
                    outcome = error
                _put_back(folder, before)
                orders.send(outcome)


def _put_back(folder: Path, before: Path) -> None:
    for path in folder.iterdir():
        shutil.rmtree(path) if path.is_dir() and not path.is_symlink() else path.unlink()
    shutil.copytree(before, folder, dirs_exist_ok=True)


_STARTED: dict[tuple[str, int], _Started] = {}


def _started(assignment: str, count: int) -> _Started:
    """The process that has run those cells; a few are kept."""
    if not _STARTED:
        atexit.register(_close_started, 0)
    if (assignment, count) not in _STARTED:
        _close_started(STARTED - 1)
        _STARTED[assignment, count] = _Started(assignment, count)
    return _STARTED[assignment, count]


def _close_started(but: int) -> None:
    """Close the oldest ones until ``but`` are left."""
    while len(_STARTED) > but:
        _STARTED.pop(next(iter(_STARTED))).close()


@contextlib.contextmanager
def _inside(base: Path) -> Iterator[Path]:
    (base / "datasets").symlink_to(ROOT / "datasets")
    folder, before = base / "entrega", Path.cwd()
    folder.mkdir()
    os.chdir(folder)
    try:
        yield folder
    finally:
        os.chdir(before)


def _forked(seconds: int, function: Callable, *arguments: Any) -> Any:
    """What ``function`` returns in a fork of this process, ended after ``seconds``."""
    reader, writer = os.pipe()
    pid = os.fork()
    if pid == 0:
        signal.alarm(seconds)
        try:
            with os.fdopen(writer, "wb") as pipe:
                pickle.dump(function(*arguments), pipe)
        except BaseException:
            traceback.print_exc()
        finally:
            os._exit(0)
    os.close(writer)
    with os.fdopen(reader, "rb") as pipe:
        content = pipe.read()
    status = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    if not content:
        raise RuntimeError(f"{function.__name__} ended its process (status {status})")
    return pickle.loads(content)


def _judged(
    place: Place, seed: int, known: dict[str, Verdict] | None = None
) -> tuple[list[Verdict], Heard]:
    """The verdicts over a copy of the folder, and what each check that ran asked and heard."""
    _without_threads(place.namespaces)
    copy = place.folder.parent / f"seed-{os.getpid()}"
    shutil.copytree(place.folder, copy)
    os.chdir(copy)
    try:
        students = {name: DirectStudent(each, copy) for name, each in place.namespaces.items()}
        student = _Several(place.assignment, students)
        with using(LANGUAGE):
            found = run_checks(checks(place.assignment.name), student, seed, known=known)
    finally:
        os.chdir(place.folder)
        shutil.rmtree(copy, ignore_errors=True)
    ran = [each.id for each in found if each.status != "skipped" and each.id not in (known or {})]
    return found, dict(zip(ran, student.heard(), strict=True))


def _without_threads(namespaces: dict[str, dict]) -> None:
    """No thread survives a fork: pools that an answer made start new ones."""
    for value in [value for scope in namespaces.values() for value in scope.values()]:
        if isinstance(value, ThreadPoolExecutor):
            value._threads.clear()
            value._idle_semaphore = threading.Semaphore(0)


class _Several(DirectStudent):
    """The namespaces of an assignment's notebooks, each asked about its own cells.

    It keeps a digest of what each check asked and heard, work that checks share included.
    """

    def __init__(self, assignment: Assignment, students: dict[str, DirectStudent]):
        first = next(iter(students.values()))
        super().__init__(first._session.namespace, first._session.folder)
        self._students = students
        self._notebook_of = {cell.grade_id: cell.notebook for cell in assignment.grade_cells}
        self._digests: list[Any] = []
        self._of_shared: dict[tuple[str, str], bytes] = {}

    def heard(self) -> list[bytes]:
        """A digest for each check that ran, in their order."""
        return [each.digest() for each in self._digests]

    def focus(self, cell: str) -> None:
        self._session = self._students[self._notebook_of[cell]]._session
        self._digests.append(hashlib.sha256())

    def _ask(self, request: dict[str, Any], fresh: Session | None = None) -> dict[str, Any]:
        asked = dumps(request)
        reply = (fresh or self._session).answer(asked)
        self._digests[-1].update(asked + reply)
        return loads(reply)

    def once(self, key: str, make: Callable[[], Any]) -> Any:
        return self._shared_work(("once", key), lambda: super(_Several, self).once(key, make))

    def model(self, path: str) -> Model:
        return self._shared_work(("model", path), lambda: super(_Several, self).model(path))

    def _shared_work(self, key: tuple[str, str], work: Callable[[], Any]) -> Any:
        """Who only gets what another asked for has heard it too."""
        self._digests.append(hashlib.sha256())
        try:
            return work()
        finally:
            now = self._digests.pop().digest()
            self._digests[-1].update(self._of_shared.setdefault(key, now) + now)


def as_submission(answer: Answer) -> Submission:
    """The answer as a student would hand it in."""
    assignment = COURSE.assignment(answer.assignment)
    files = _prepared(SECONDS, answer, Place.files, answer)
    for name in assignment.notebooks:
        content = json.loads(assignment.solution(name).read_text(encoding="utf-8"))
        for cell in content["cells"]:
            key = cell["metadata"].get("nbgrader", {}).get("grade_id")
            if key in answer.cells:
                cell["source"] = answer.cells[key]
        files[f"{name}.ipynb"] = json.dumps(content).encode()
    return Submission("alguien", answer.assignment, files)


def graded(answer: Answer, sandbox: Sandbox, seed: int) -> Result:
    """Grade an answer as in production."""
    return grade(blueprint(answer.assignment), as_submission(answer), seed, sandbox)


def lost(found: list[Verdict]) -> set[str]:
    """The checks that did not pass."""
    return {verdict.id for verdict in found if verdict.status != "passed"}


def said(found: list[Verdict]) -> str:
    """Everything the student is told."""
    failed = [verdict for verdict in found if verdict.status == "failed"]
    return " ".join(f"{verdict.message} {verdict.hint}" for verdict in failed)
