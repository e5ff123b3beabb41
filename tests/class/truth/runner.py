"""Runs an answer: the notebook once, the checks with as many seeds as asked, or all in the sandbox.

For many seeds the checks run beside the answer's code in a fork each, so that no seed sees what
another left; whether the isolated way gives the same verdicts is tested apart. An answer runs in a
fork of its own too: threads that it starts would hang the forks of whoever comes next.
"""

from __future__ import annotations

import contextlib
import hashlib
import importlib
import io
import json
import os
import pickle
import shutil
import signal
import tempfile
import threading
import traceback
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from the_course import COURSE, LANGUAGE, ROOT, blueprint, checks

from autograder.checking import DirectStudent, Model, run_checks
from autograder.course import Assignment
from autograder.grading.grade import grade
from autograder.intake.submissions import Submission
from autograder.messages import using
from autograder.records import Result, Verdict
from autograder.sandbox.driver import Sandbox
from autograder.sandbox.session import Session
from autograder.sandbox.shell import WARM_UPS
from autograder.sandbox.warm import WARM_MODULES
from autograder.sandbox.wire import dumps, loads
from truth.answers import Answer

Heard = dict[str, bytes]
SECONDS = 1_800  # for the checks of an answer with one seed: a fork that hangs ends


for _name in (*WARM_MODULES, *COURSE.imported):  # once, not in every fork
    with contextlib.suppress(ImportError):
        importlib.import_module(_name)
for _assignment in COURSE.graded:
    checks(_assignment.name)
for _source in WARM_UPS:
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
    return _forked(SECONDS * (1 + len(seeds)), _verdicts, answer, seeds, reference)


def _verdicts(answer: Answer, seeds: list[int], reference: Sequence[Heard]) -> list[list[Verdict]]:
    first = seeds[: len(reference)] if reference else seeds
    with prepared(answer) as prepared_answer:
        every = _each(prepared_answer, first)
        found = [verdicts for verdicts, _ in every]
        known = _settled(found, [heard for _, heard in every], reference)
        for seed in seeds[len(first) :]:
            found.append(_forked(SECONDS, _judged, *prepared_answer, seed, known)[0])
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
    return _forked(SECONDS * (1 + len(seeds)), _heard, answer, seeds)


def _heard(answer: Answer, seeds: list[int]) -> list[Heard]:
    with prepared(answer) as prepared_answer:
        return [heard for _, heard in _each(prepared_answer, seeds)]


def _each(prepared_answer: tuple, seeds: list[int]) -> list[tuple[list[Verdict], Heard]]:
    return [_forked(SECONDS, _judged, *prepared_answer, seed) for seed in seeds]


@contextlib.contextmanager
def prepared(answer: Answer) -> Iterator[tuple[Assignment, dict[str, dict], Path]]:
    """Run the answer's notebooks in a temporary folder that finds ``datasets/``."""
    assignment = COURSE.assignment(answer.assignment)
    with tempfile.TemporaryDirectory(prefix="truth-") as base, _inside(Path(base)) as folder:
        for path in assignment.companions:
            shutil.copyfile(path, folder / path.name)
        namespaces = {}
        for name in assignment.notebooks:
            namespaces[name] = _execute(_cells(assignment, name, answer))
        merged = {key: value for each in namespaces.values() for key, value in each.items()}
        for path, content in _files(assignment, answer, merged).items():
            (folder / path).write_bytes(content)
        yield assignment, namespaces, folder


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


def _cells(assignment: Assignment, notebook: str, answer: Answer) -> list[str]:
    """The code of the notebook, the answer's cells in place of the reference's."""
    content = json.loads(assignment.solution(notebook).read_text(encoding="utf-8"))
    sources = []
    for cell in content["cells"]:
        name = cell["metadata"].get("nbgrader", {}).get("grade_id")
        if cell["cell_type"] == "code":
            sources.append(answer.cells.get(name, "".join(cell["source"])))
    return sources


def _execute(sources: list[str]) -> dict:
    """Run cells as a notebook does: an error ends its cell only. Nothing is shown or drawn."""
    namespace: dict = {"__name__": "__main__"}
    sink = io.StringIO()
    with contextlib.redirect_stdout(sink), contextlib.redirect_stderr(sink):
        for source in sources:
            with contextlib.suppress(Exception):
                exec(compile(source, "<cell>", "exec"), namespace)
    import matplotlib.pyplot as plt

    plt.close("all")
    return namespace


def _files(assignment: Assignment, answer: Answer, namespace: dict) -> dict[str, bytes]:
    """The files handed in beside the notebooks: the reference's, or what the answer makes."""
    files = {path.name: path.read_bytes() for path in assignment.source_dir.glob("*.md")}
    for path, body in answer.files.items():
        scope = {**namespace, "referencia": files.get(path, b"").decode(), "texto": None}
        exec(compile(body, f"<{path}>", "exec"), scope)
        text = scope["texto"]
        files.pop(path, None)
        if text is not None:
            files[path] = text if isinstance(text, bytes) else text.encode()
    return files


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
    assignment: Assignment,
    namespaces: dict[str, dict],
    folder: Path,
    seed: int,
    known: dict[str, Verdict] | None = None,
) -> tuple[list[Verdict], Heard]:
    """The verdicts over a copy of the folder, and what each check that ran asked and heard."""
    _without_threads(namespaces)
    copy = folder.parent / f"seed-{os.getpid()}"
    shutil.copytree(folder, copy)
    os.chdir(copy)
    try:
        students = {name: DirectStudent(scope, copy) for name, scope in namespaces.items()}
        student = _Several(assignment, students)
        with using(LANGUAGE):
            found = run_checks(checks(assignment.name), student, seed, known=known)
    finally:
        os.chdir(folder)
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

    def model(self, path: str = "modelo.joblib") -> Model:
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
    files = _forked(SECONDS, _handed_files, answer)
    for name in assignment.notebooks:
        content = json.loads(assignment.solution(name).read_text(encoding="utf-8"))
        for cell in content["cells"]:
            key = cell["metadata"].get("nbgrader", {}).get("grade_id")
            if key in answer.cells:
                cell["source"] = answer.cells[key]
        files[f"{name}.ipynb"] = json.dumps(content).encode()
    return Submission("alguien", answer.assignment, files)


def _handed_files(answer: Answer) -> dict[str, bytes]:
    with prepared(answer) as (assignment, namespaces, _folder):
        merged = {key: value for each in namespaces.values() for key, value in each.items()}
        return _files(assignment, answer, merged)


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
