"""A small cohort, and what it must look like after the rerun that follows any fault."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import demo_checks
import demo_course
import pytest
from nbgrader.api import Gradebook

from autograder import cohort
from autograder import course as courses
from autograder.course import Course
from autograder.grading.cohort import Options, Run, grade_cohort
from autograder.records import read
from autograder.sandbox.isolation import BWRAP

HERE = Path(__file__).resolve().parent
DATASETS = HERE.parents[1] / "datasets"
SLOW = "import time; time.sleep(3)"
MARKS = {"ana": 5.0, "beto": 0.0, "cruz": 2.0, "dora": 5.0}


class Cohort:
    """Four submissions of the demo course and the ways to grade them."""

    def __init__(self, course: Course):
        self.course, self.root = course, course.root
        demo_course.submit(self.root, "ana", demo_course.answer())
        demo_course.submit(self.root, "beto", demo_course.released())
        cruz = demo_course.answer(solution="def cuadrado(x):\n    return 1 / 0")
        demo_course.submit(self.root, "cruz", cruz)
        demo_course.submit(self.root, "dora", demo_course.answer())

    def slow_down(self, student: str) -> None:
        """Hand in again, with a cell that takes its time."""
        made = demo_course.answer(demo_course.cell(SLOW))
        demo_course.submit(self.root, student, made)

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
        for sandbox in cohort._SANDBOXES.values():  # which this process and its fork share
            sandbox.reset()

    def command(self, *words: str, checks: str = "demo_checks") -> subprocess.Popen:
        """The real command, in a process of its own."""
        program = (
            f"import autograder.course as c, {checks} as m; c.checks_spec = lambda _: m.__spec__; "
            "from autograder.cli import main; main()"
        )
        words = ("grade", "--course", str(self.root), "--jobs", "1", *words)
        paths = os.pathsep.join([str(HERE), str(HERE.parent)])
        return subprocess.Popen(
            [sys.executable, "-c", program, *words],
            env={**os.environ, "PYTHONPATH": paths, "COLUMNS": "200"},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            cwd=HERE,
        )

    def wait_for(self, condition: Callable[[], object], seconds: float = 60) -> object:
        """Until ``condition()`` is true."""
        deadline = time.monotonic() + seconds
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
        assert {each["student"]: each["score"] for each in document["submissions"]} == MARKS
        assert len(document["submissions"]) == len(MARKS)
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
                assert sorted(names) == ["cuadrado-autotest", "nota-autotest", "porque"]
        for student in MARKS:
            folder = self.course.autograded_dir / student
            assert [path.name for path in folder.iterdir()] == ["demo"]
            assert "Correcci" in (folder / "demo/demo.ipynb").read_text()
        assert self.grade().graded == 0

    def forget(self) -> None:
        """As if nothing had been graded yet."""
        (self.root / "gradebook.db").unlink(missing_ok=True)
        for name in ("results", "autograded"):
            shutil.rmtree(self.root / name, ignore_errors=True)


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory, isolation: str):
    """A cohort for the tests of a module: they share its sandbox."""
    yield from _cohort(tmp_path_factory.mktemp("faults"), isolation)


@pytest.fixture()
def people(tmp_path: Path, isolation: str):
    """A cohort of one's own."""
    yield from _cohort(tmp_path, isolation)


def _cohort(folder: Path, isolation: str) -> Iterator[Cohort]:
    if isolation != BWRAP:
        pytest.skip("needs bubblewrap and namespaces: see `autograder doctor`")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(courses, "checks_spec", lambda _assignment: demo_checks.__spec__)
        yield Cohort(Course.at(demo_course.make_course(folder / "curso", DATASETS)))
    for sandbox in cohort._SANDBOXES.values():
        sandbox.close()
    cohort._SANDBOXES.clear()
