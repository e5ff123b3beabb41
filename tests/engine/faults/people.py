"""A small cohort, and what it must look like after the rerun that follows any fault.

Nothing here depends on how fast the machine is: a submission that is to be found at work never
ends, or waits until its test lets it go on.
"""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import demo_course
from nbgrader.api import Gradebook

from autograder.course import Course
from autograder.grading import workers
from autograder.grading.cohort import Options, Run, grade_cohort
from autograder.records import read

FAULTY = Path(__file__).with_name("faulty_checks.py").read_bytes()
MARKS = {"ana": 5.0, "beto": 0.0, "cruz": 2.0, "dora": 5.0}
DIVIDES = "def square(x):\n    return 1 / 0"
ENDLESS = "while True:\n    pass"
#: When to give up waiting for what must happen, on the slowest machine.
PATIENCE = 900


class Cohort:
    """Four submissions of the demo course and the ways to grade them."""

    def __init__(self, folder: Path):
        self.root, self.gate, self.scratch = (folder / each for each in ("course", "gate", "tmp"))
        checks = demo_course.CHECKS + FAULTY.replace(b"@GATE@", str(self.gate).encode())
        self._running = contextlib.ExitStack()
        for each in (self.gate, self.scratch):
            each.mkdir(parents=True)
        self.course = Course.at(demo_course.make_course(self.root, checks))
        for student in MARKS:
            self.hand_in(student)

    def hand_in(self, student: str, source: str = "") -> None:
        """What gives ``student`` the mark in ``MARKS``, with one more cell at its end."""
        made = {
            "beto": demo_course.released(),
            "cruz": demo_course.answer(solution=DIVIDES),
        }.get(student, demo_course.answer())
        if source:
            made["cells"].append({**demo_course.cell(source), "id": "more"})
        demo_course.submit(self.root, student, made)

    def hold(self, student: str) -> None:
        """Hand in again, so that its judge waits until ``let_go``."""
        self.hand_in(student, "gate = True")

    def waiting(self) -> list[int]:
        """Processes that judge who is on hold."""
        return [int(path.name.partition("-")[2]) for path in self.gate.glob("waiting-*")]

    def let_go(self) -> None:
        (self.gate / "open").touch()

    def grade(self, **changed) -> Run:
        """Grade in this process."""
        options = {"submitted": self.root / "submitted", "results": self.root / "results"}
        return grade_cohort(self.course, Options(**{**options, "jobs": 1, **changed}))

    def grade_and_die(self, **changed) -> None:
        """Grade in a fork of this process, in which something kills it on the way."""
        pid = os.fork()
        if pid == 0:
            os.setsid()
            try:
                self.grade(**changed)
            finally:
                os._exit(0)
        status = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
        assert status == -signal.SIGKILL, f"it lived to tell: {status}"
        for sandbox in workers._SANDBOXES.values():  # which this process and its fork share
            sandbox.reset()

    def end_sandboxes(self) -> None:
        """As in a process that has graded nothing."""
        for sandbox in workers._SANDBOXES.values():
            sandbox.close()
        workers._SANDBOXES.clear()

    def command(self, *words: str) -> subprocess.Popen:
        """The real command, in a process of its own, killed with this cohort at the latest."""
        words = ("grade", "--course", str(self.root), "--jobs", "1", *words)
        running = demo_course.started(*words, cwd=self.root, scratch=self.scratch)
        return self._running.enter_context(running)

    def close(self) -> None:
        """End the commands that are still running."""
        self._running.close()

    def wait_for(self, condition: Callable[[], object]) -> object:
        """Until ``condition()`` is true."""
        deadline = time.monotonic() + PATIENCE
        while not (found := condition()):
            assert time.monotonic() < deadline, "it never happened"
            time.sleep(0.02)
        return found

    def recorded(self, *students: str) -> bool:
        """Whether these have a record on disk."""
        folder = self.root / "results/records"
        return all((folder / each / "demo.json").is_file() for each in students)

    def check(self) -> None:
        """Every mark is right, once, wherever marks are; and nothing half done is left."""
        document = read(self.root / "results/results.json")
        assert {record.student: record.score for record in document.submissions} == MARKS
        assert len(document.submissions) == len(MARKS)
        rows = (self.root / "results/results.csv").read_text().splitlines()
        assert len(rows) == 1 + len(MARKS)
        with Gradebook(self.course.db_url, "demo") as gradebook:
            found = gradebook.submission_dicts("demo")
            assert {each["student"]: each["score"] for each in found} == MARKS
            assert len(found) == len(gradebook.students) == len(MARKS)
            for student in MARKS:
                submission = gradebook.find_submission("demo", student)
                assert [notebook.name for notebook in submission.notebooks] == ["demo"]
                names = [grade.name for grade in submission.notebooks[0].grades]
                assert sorted(names) == ["note-test", "square-test", "why"]
        for student in MARKS:
            folder = self.course.autograded_dir / student
            assert [path.name for path in folder.iterdir()] == ["demo"]
            assert "Automatic marking" in (folder / "demo/demo.ipynb").read_text()
        assert self.grade().graded == 0
