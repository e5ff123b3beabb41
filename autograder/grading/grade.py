"""One submission, one result: a pure function of bytes and a seed.

It reads nothing of the course but what comes in a ``Blueprint``, and no database, so that the same
call runs in this process, in a local worker or on another machine.
"""

from __future__ import annotations

import hashlib
import json
import signal
import time
from collections.abc import Callable
from types import ModuleType
from typing import Any

from msgspec.structs import replace

from autograder.cells import FILES, LACKS, VERDICT, named_cells
from autograder.checking.registry import checks_of
from autograder.checking.replies import CheckFailed, ProcessGone
from autograder.checking.run import run_checks
from autograder.checking.student import Student
from autograder.grading.answers import answer_digests
from autograder.grading.blueprint import Blueprint, contents_of
from autograder.intake.matching import Matched, match
from autograder.intake.sanitize import Sanitized, sanitize
from autograder.intake.submissions import Submission, out_of_the_ordinary
from autograder.messages import gettext, ngettext, using
from autograder.records import Result, SubmissionStatus, Verdict
from autograder.sandbox.driver import Sandbox
from autograder.sandbox.limits import Limits
from autograder.sandbox.process import CellRun, Ended, SandboxError, StudentProcess
from autograder.text import printable, printable_name

#: What judges: a module of checks, the student's processes and a seed give the verdicts.
Judge = Callable[[ModuleType, Student, int], list[Verdict]]
LOST = Ended("killed", "sandbox")
MESSAGE, REMARKS, FLAGS_OF_A_KIND = 2_000, 20, 5
SPACES = "\n\t\xa0\u202f\u200d"  # a text of ours may have them (95 %, joined emoji)


class _Remote(Student):
    """The student's processes, one a notebook, reached through the sandbox."""

    def __init__(self, run: _Run):
        super().__init__()
        self._run = run
        self._current: str | None = None

    def focus(self, cell: str) -> None:
        self._current = self._run.notebook_of.get(cell)

    def _ask(self, request: dict[str, Any], fresh: StudentProcess | None = None) -> dict[str, Any]:
        child = fresh or self._run.children.get(self._current or "")
        if child is None:
            raise ProcessGone(*self._run.absent(self._current))
        try:
            reply = child.ask(request)
            if "unreadable" in reply:
                self._run.flag("answer-unreadable")
            return reply
        except Ended as ended:
            self._run.note_end(self._current, ended)
            raise ProcessGone(*_reason(self._current, ended, self._run.places)) from None

    def _open_fresh(self) -> StudentProcess:
        try:
            return self._run.fork()
        except SandboxError:
            self._run.note_end(None, LOST)
            reason = gettext("the process of your submission was closed before it ended")
            raise ProcessGone(reason) from None

    def file(self, path: str) -> bytes | None:
        if path in self._run.matched.rejected:
            raise CheckFailed(f"`{path}`: {self._run.matched.rejected[path]}.")
        try:
            return super().file(path)
        except ProcessGone:  # what was handed in does not depend on the process
            if path not in self._run.matched.files:
                raise
            return self._run.matched.files[path]


class _Run:
    """The state of one submission while it is graded."""

    def __init__(self, blueprint: Blueprint, submission: Submission, seed: int, sandbox: Sandbox):
        self.blueprint, self.submission = blueprint, submission
        self.seed, self.sandbox = seed, sandbox
        self.limits: Limits = sandbox.limits
        self.deadline = time.monotonic() + self.limits.submission_seconds
        self.children: dict[str, StudentProcess] = {}
        self.sanitized: dict[str, Sanitized] = {}
        self.matched = Matched()
        self.problems: dict[str, tuple[str, str]] = {}
        self.places: dict[str, int] = {}
        self.flags: list[str] = list(submission.flags)
        self.status = SubmissionStatus.GRADED
        self.from_outside = False
        self.output_left = self.limits.submission_output_bytes
        self.released = blueprint.released
        self.notebook_of = _notebook_of(self.released)

    def fork(self) -> StudentProcess:
        given = {name: part.content for name, part in self.blueprint.given.items()}
        return self.sandbox.fork(_inner_seed(self.seed), self.deadline, given)

    def prepare(self) -> None:
        """Tell files apart and sanitize every notebook; note which are missing or unreadable."""
        self.matched = match(self.submission, self.blueprint.expected, self.limits)
        self.flags += self.matched.flags
        for name, released in self.released.items():
            if name in self.matched.notebooks:
                self.sanitized[name] = sanitize(self.matched.notebooks[name], released)
                self.flags += self.sanitized[name].flags
            elif name in self.matched.unreadable:
                self.status = SubmissionStatus.INVALID
                self.flags.append(f"notebook-invalid: {name}")
                file = self.matched.renamed.get(f"{name}.ipynb", f"{name}.ipynb")
                self.problems[name] = (
                    f"`{printable_name(file)}`: {self.matched.unreadable[name]}",
                    "",
                )
            else:
                self._lacks(name)

    def _lacks(self, name: str) -> None:
        if self.status is SubmissionStatus.GRADED:
            self.status = SubmissionStatus.MISSING
        self.flags.append(f"notebook-missing: {name}")
        message = gettext("`{file}` is missing from your submission")
        if self.matched.instead:
            message = gettext("`{file}` is missing from your submission, where there is: {names}")
        names = ", ".join(self.matched.instead)
        self.problems[name] = (
            message.format(file=f"{name}.ipynb", names=names),
            gettext(
                "Hand in the notebook that you received and worked in: the `.ipynb` file itself, "
                "not a copy in another format nor inside a compressed file."
            ),
        )

    def execute(self) -> None:
        """Run every notebook, in order, each in a process of its own over the same folder."""
        companions = contents_of(self.blueprint.companions)
        files = {**self.matched.files, **companions}
        for number, (name, sanitized) in enumerate(self.sanitized.items()):
            try:
                child = self.children[name] = self.fork()
                if number == 0 and child.put(files):
                    self.flags.append("files-not-written")
                self._run_cells(name, child, sanitized.notebook["cells"])
            except Ended as ended:
                self.note_end(name, ended)
            except SandboxError:
                if number == 0:
                    raise
                self.note_end(name, LOST)

    def _run_cells(self, name: str, child: StudentProcess, cells: list[dict[str, Any]]) -> None:
        code = [cell for cell in cells if cell["cell_type"] == "code"]
        for position, cell in enumerate(code, start=1):
            if not cell["source"].strip():
                continue
            self.places[name] = position
            limit = max(0, min(self.limits.cell_output_bytes, self.output_left))
            run = child.run_cell(cell["source"], limit)
            cell["outputs"], cell["execution_count"] = run.outputs, run.count
            self._note_run(run)
        self.places.pop(name, None)

    def _note_run(self, run: CellRun) -> None:
        self.output_left -= len(json.dumps(run.outputs))
        if run.cut:
            self.flag("output-cut")
        if run.interrupted:
            self.flag("cell-interrupted")
            self.status = SubmissionStatus.TIMEOUT
        for attempt in run.tried:
            self.flag(f"{attempt}-tried")

    def flag(self, text: str) -> None:
        if text not in self.flags:
            self.flags.append(text)

    def note_end(self, notebook: str | None, ended: Ended) -> None:
        """A process of the submission has ended before its time."""
        out_of_time = ended.cause == "timeout"
        self.status = SubmissionStatus.TIMEOUT if out_of_time else SubmissionStatus.CRASHED
        self.flag(f"process-{ended.cause}")
        self.from_outside |= ended.detail in (LOST.detail, f"signal {signal.SIGKILL:d}")
        if notebook is not None:
            self.problems[notebook] = _reason(notebook, ended, self.places)

    def absent(self, notebook: str | None) -> tuple[str, str]:
        return self.problems.get(notebook or "", (gettext("there is no notebook to grade"), ""))

    def close(self) -> None:
        for child in self.children.values():
            if child.ended is None:
                self.flags += [f"{attempt}-tried" for attempt in child.tried()]
                self.flags += ["process-gone"] if child.gone() else []
            child.close()
        if not self.sandbox.reset():
            self.flag("sandbox-replaced")
        if self.sandbox.strays:
            self.flag("processes-left")


def _reason(notebook: str | None, ended: Ended, places: dict[str, int]) -> tuple[str, str]:
    reason = _cause(ended.cause).format(notebook=notebook)
    place = places.get(notebook or "")
    if place:
        where = gettext("{what_happened} in code cell {number}")
        reason = where.format(what_happened=reason, number=place)
    return (
        reason,
        gettext("Restart the kernel, run everything from the top, and see which cell goes wrong."),
    )


def _cause(cause: str) -> str:
    """What became of a notebook's process; its name is for the caller to fill in."""
    causes = {
        "timeout": gettext("your notebook `{notebook}` took longer than allowed and was stopped"),
        "killed": gettext(
            "your notebook `{notebook}` ended suddenly (`os._exit`, a signal, lack of memory?)"
        ),
        "memory": gettext(
            "your notebook `{notebook}` used more memory than allowed and was stopped"
        ),
        "flood": gettext("your notebook `{notebook}` returned more data than allowed"),
        "garbage": gettext("your notebook `{notebook}` answered something that cannot be read"),
    }
    return causes.get(cause) or gettext("your notebook `{notebook}` stopped answering")


def _notebook_of(released: dict[str, dict[str, Any]]) -> dict[str, str]:
    """Which notebook each graded cell is in."""
    return {
        grade_id: name for name, notebook in released.items() for grade_id in named_cells(notebook)
    }


def grade(
    blueprint: Blueprint,
    submission: Submission,
    seed: int,
    sandbox: Sandbox,
    judge: Judge = run_checks,
) -> Result:
    """Grade one submission. Whatever it does, there is a result.

    A process that was killed, or lost with the whole sandbox, may be a victim of the machine's
    (out of memory): it is tried a second time.

    Raises:
        SandboxError: no process could be started for it (nothing of the student's has run).
        IsolationError: the sandbox cannot start on this machine.
    """
    began = time.perf_counter()
    with using(blueprint.language):
        run, verdicts = _grade_once(blueprint, submission, seed, sandbox, judge)
        if run.from_outside:
            run, verdicts = _grade_once(blueprint, submission, seed, sandbox, judge)
        return _result(run, [_tidy(each) for each in verdicts], time.perf_counter() - began)


def _grade_once(
    blueprint: Blueprint, submission: Submission, seed: int, sandbox: Sandbox, judge: Judge
) -> tuple[_Run, list[Verdict]]:
    run = _Run(blueprint, submission, seed, sandbox)
    run.prepare()
    try:
        run.execute()
        verdicts = judge(blueprint.checks, _Remote(run), seed)
    finally:
        run.close()
    return run, verdicts


def _inner_seed(seed: int) -> int:
    """The seed of the student's process, from which the judge's cannot be told."""
    return int.from_bytes(hashlib.sha256(f"inside {seed}".encode()).digest()[:4], "big")


def _tidy(verdict: Verdict) -> Verdict:
    """What it says may quote the student: bounded, and only what can be printed and stored."""
    remarks = tuple(printable(text, MESSAGE, SPACES) for text in verdict.remarks[:REMARKS])
    return replace(verdict, message=printable(verdict.message, MESSAGE, SPACES), remarks=remarks)


def _chosen(flags: list[str]) -> tuple[str, ...]:
    """Each flag once and a few of each kind, so that no one kind crowds out the others."""
    kinds: dict[str, list[str]] = {}
    for flag in dict.fromkeys(printable(flag, 120) for flag in flags):
        kinds.setdefault(flag.partition(":")[0], []).append(flag)
    return tuple(flag for some in kinds.values() for flag in some[:FLAGS_OF_A_KIND])


def _result(run: _Run, verdicts: list[Verdict], seconds: float) -> Result:
    criteria = [each for each in checks_of(run.blueprint.checks) if each.criterion]
    passed = {verdict.id for verdict in verdicts if verdict.passed}
    lacks = [[each.cell, each.title] for each in criteria if each.id not in passed]
    said: dict[str, Any] = {LACKS: lacks} if criteria else {}
    unusual = out_of_the_ordinary(run.matched.records)
    if unusual:
        said[FILES] = [[each.name, each.used_as, each.reason] for each in unusual]
    return Result(
        student=run.submission.student,
        assignment=run.submission.assignment,
        score=round(sum(verdict.points for verdict in verdicts), 6),
        max_score=round(sum(verdict.max_points for verdict in verdicts), 6),
        manual_points=_manual_points(run.released),
        status=run.status,
        accepted=not lacks if criteria else None,
        seconds=round(seconds, 3),
        seed=run.seed,
        digest=run.submission.digest,
        flags=_chosen(run.flags),
        checks=tuple(verdicts),
        unanswered=tuple(sorted(_unanswered(run))),
        notebooks={name: _executed(each, verdicts, said) for name, each in run.sanitized.items()},
        timestamp=run.submission.timestamp,
        answers=answer_digests(each.notebook for each in run.sanitized.values()),
        files=run.matched.records,
        renamed=run.matched.renamed,
    )


def _unanswered(run: _Run) -> set[str]:
    """Cells that the student left as they were released, or whose notebook is not there."""
    lost = {cell for cell, name in run.notebook_of.items() if name not in run.sanitized}
    return lost.union(*(each.unanswered for each in run.sanitized.values()))


def _manual_points(released: dict[str, dict[str, Any]]) -> float:
    cells = (cell for each in released.values() for cell in named_cells(each).values())
    return sum(cell.points for cell in cells if cell.graded_by == "person")


def _executed(sanitized: Sanitized, verdicts: list[Verdict], said: dict[str, Any]) -> bytes:
    """The executed notebook: verdicts under the cells they score, ``said`` in its metadata."""
    by_cell: dict[str, list[Verdict]] = {}
    for verdict in verdicts:
        by_cell.setdefault(verdict.cell, []).append(verdict)
    for name, cell in named_cells(sanitized.notebook).items():
        if name in by_cell and cell.type == "code":
            cell.raw["outputs"].append(_verdict_output(by_cell[name]))
    metadata = {**sanitized.notebook["metadata"], **said}
    notebook = {**sanitized.notebook, "metadata": metadata}
    return json.dumps(notebook, ensure_ascii=False, indent=1).encode() + b"\n"


def _verdict_output(verdicts: list[Verdict]) -> dict[str, Any]:
    got, total = sum(v.points for v in verdicts), sum(v.max_points for v in verdicts)
    message = ngettext(
        "Automatic marking: {got} of {total} point",
        "Automatic marking: {got} of {total} points",
        total,
    )
    lines = [message.format(got=f"{got:g}", total=f"{total:g}")]
    for verdict in verdicts:
        points = f"{verdict.points:g}/{verdict.max_points:g}"
        lines.append(f"{verdict.status.symbol} {verdict.title} ({points})")
        lines += [f"   {text}" for text in (verdict.message, verdict.hint) if text]
        lines += [f"   ℹ️ {text}" for text in verdict.remarks]
    return {
        "output_type": "display_data",
        "data": {"text/plain": "\n".join(lines)},
        "metadata": dict(VERDICT),
    }
