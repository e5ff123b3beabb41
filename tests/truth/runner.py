"""Runs an answer: the notebook once, the checks with as many seeds as asked, or all in the sandbox.

For many seeds the checks run beside the answer's code in a fork each, so that no seed sees what
another left; whether the isolated way gives the same verdicts is tested apart.
"""

from __future__ import annotations

import contextlib
import io
import json
import os
import pickle
import shutil
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path

from autograder.check import DirectStudent, Verdict, run_checks
from autograder.cohort import blueprint
from autograder.course import Assignment, Course, checks
from autograder.grading import Result, grade
from autograder.sandbox.driver import Sandbox
from autograder.submissions import Submission
from tests.truth.answers import Answer

ROOT = Path(__file__).resolve().parents[2]
COURSE = Course.at(ROOT)


def verdicts(answer: Answer, seeds: Iterable[int]) -> list[list[Verdict]]:
    """The verdicts of one answer for each seed."""
    with prepared(answer) as (assignment, namespaces, folder):
        return [_forked(assignment, namespaces, folder, seed) for seed in seeds]


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


def _forked(assignment, namespaces, folder: Path, seed: int) -> list[Verdict]:
    """Run the checks in a fork over a copy of the folder, and bring the verdicts back."""
    reader, writer = os.pipe()
    pid = os.fork()
    if pid == 0:
        status = 1
        try:
            with os.fdopen(writer, "wb") as pipe:
                pickle.dump(_judged(assignment, namespaces, folder, seed), pipe)
            status = 0
        finally:
            os._exit(status)
    os.close(writer)
    with os.fdopen(reader, "rb") as pipe:
        content = pipe.read()
    os.waitpid(pid, 0)
    if not content:
        raise RuntimeError(f"{assignment.name}: the checks ended their process (seed {seed})")
    return pickle.loads(content)


def _judged(assignment, namespaces, folder: Path, seed: int) -> list[Verdict]:
    copy = folder.parent / f"seed-{os.getpid()}"
    shutil.copytree(folder, copy)
    os.chdir(copy)
    try:
        students = {name: DirectStudent(scope, copy) for name, scope in namespaces.items()}
        return run_checks(checks(assignment.name), _Several(assignment, students), seed)
    finally:
        os.chdir(folder)
        shutil.rmtree(copy, ignore_errors=True)


class _Several(DirectStudent):
    """The namespaces of an assignment's notebooks, each asked about its own cells."""

    def __init__(self, assignment: Assignment, students: dict[str, DirectStudent]):
        first = next(iter(students.values()))
        super().__init__(first._session.namespace, first._session.folder)
        self._students = students
        self._notebook_of = {cell.grade_id: cell.notebook for cell in assignment.grade_cells}

    def focus(self, cell: str) -> None:
        self._session = self._students[self._notebook_of[cell]]._session


def as_submission(answer: Answer) -> Submission:
    """The answer as a student would hand it in."""
    with prepared(answer) as (assignment, namespaces, _folder):
        merged = {key: value for each in namespaces.values() for key, value in each.items()}
        files = _files(assignment, answer, merged)
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
    plan = blueprint(COURSE.assignment(answer.assignment))
    return grade(plan, as_submission(answer), seed, sandbox)


def lost(found: list[Verdict]) -> set[str]:
    """The checks that did not pass."""
    return {verdict.id for verdict in found if verdict.status != "passed"}


def said(found: list[Verdict]) -> str:
    """Everything the student is told."""
    failed = [verdict for verdict in found if verdict.status == "failed"]
    return " ".join(f"{verdict.message} {verdict.hint}" for verdict in failed)
