"""How fast is the grader? The same submissions, in turn, by nbgrader and by this package.

    python -m benchmarks --submissions 100

Each contender grades the same cohort (reference solutions of all assignments, handed in by as
many students as it takes) in a fresh copy of the course, start-up included, as the command that
an instructor types. Measured from outside: wall seconds, CPU seconds of the process tree, peak
resident and proportional memory of the tree. The floor is the same cells and the same check calls
in a fork of a warm process: nothing captured, no isolation, no database.

Prints a table and the ratios, one a line. Asserts nothing: machines differ, ratios say so.
"""

from __future__ import annotations

import argparse
import contextlib
import ctypes
import json
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psutil

from autograder.course import Course
from benchmarks.readme import write_block

ROOT = Path(__file__).resolve().parents[1]
PR_SET_CHILD_SUBREAPER = 36
COURSE = Course.at(ROOT)


@dataclass(frozen=True)
class Measure:
    """Wall and CPU seconds, and peak memory of the process tree (bytes)."""

    name: str
    submissions: int
    wall: float
    cpu: float
    resident: int
    proportional: int

    @property
    def each(self) -> float:
        return self.wall / self.submissions

    @property
    def cpu_each(self) -> float:
        return self.cpu / self.submissions


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--submissions", type=int, default=100, help="how many (default 100)")
    parser.add_argument("--scale", type=int, default=400, help="also ours with this many; 0: no")
    parser.add_argument("--skip-stock", action="store_true", help="only the floor and ours")
    parser.add_argument("--write", action="store_true", help="put the figures into the READMEs")
    parser.add_argument("--json", type=Path, help="also write the figures here")
    options = parser.parse_args()
    adopt_orphans()
    measures = list(run(options))
    text = table(measures)
    print(text)
    if options.write:
        count = f"{options.submissions} submissions, {os.cpu_count()} cores"
        write_block("bench", f"```text\n{count}\n{text}\n```")
    if options.json:
        options.json.write_text(json.dumps([vars(each) for each in measures], indent=2) + "\n")


def run(options: argparse.Namespace) -> Iterator[Measure]:
    count = options.submissions
    yield measure_floor(count)
    if not options.skip_stock:
        yield contender("stock nbgrader", count, stock, plugin=False)
        yield contender("tuned nbgrader", count, tuned, plugin=False)
    yield contender("autograder", count, ours, plugin=True)
    if options.scale:
        yield contender(f"autograder at {options.scale}", options.scale, ours, plugin=True)


def stock(root: Path, *extra: str) -> list[list[str]]:
    names = sorted(path.name for path in (root / "submitted/alumno-000").iterdir())
    return [[*_python("nbgrader"), "autograde", name, *extra] for name in names]


def tuned(root: Path) -> list[list[str]]:
    return stock(root, "--Execute.shutdown_kernel=immediate")


def ours(_root: Path) -> list[list[str]]:
    return [[*_python("autograder"), "grade", "--seed", "1"]]


def _python(command: str) -> list[str]:
    return [sys.executable, str(Path(sys.executable).parent / command)]


def contender(name: str, count: int, commands, plugin: bool) -> Measure:
    print(f"… {name}: {count} submissions", file=sys.stderr, flush=True)
    with course_copy(count) as root:
        return measure(name, count, commands(root), root, environment(plugin))


@contextlib.contextmanager
def course_copy(count: int) -> Iterator[Path]:
    """A copy of the course with ``count`` submissions and a gradebook that knows the cells."""
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        root = Path(folder) / "curso"
        root.mkdir()
        for name in ("solutions", "notebooks", "datasets"):
            shutil.copytree(ROOT / name, root / name)
        for name in ("nbgrader_config.py", "model_card_template.md"):
            shutil.copyfile(ROOT / name, root / name)
        for name in submit(root, count):
            command = [*_python("nbgrader"), "generate_assignment", name, "--force"]
            subprocess.run(command, cwd=root, env=environment(), check=True, capture_output=True)
        yield root


def submit(root: Path, count: int) -> list[str]:
    """Hand in the reference solutions: each student one assignment after another."""
    graded = COURSE.graded
    for number in range(count):
        assignment = graded[number % len(graded)]
        student = f"alumno-{number // len(graded):03d}"
        target = root / "submitted" / student / assignment.name
        target.mkdir(parents=True)
        for path in (*map(assignment.solution, assignment.notebooks), *assignment.references):
            shutil.copyfile(path, target / path.name)
    return [assignment.name for assignment in graded]


def environment(plugin: bool = True) -> dict[str, str]:
    """The environment of a command; without the plugin, nbgrader reads only the course's settings.

    What puts our preprocessors in nbgrader's place is a file that the wheel installs.
    """
    scripts = str(Path(sys.executable).parent)
    variables = {**os.environ, "PATH": f"{scripts}:{os.environ['PATH']}"}
    return variables if plugin else {**variables, "JUPYTER_NO_CONFIG": "1"}


def measure(
    name: str, count: int, commands: list[list[str]], root: Path, variables: dict[str, str]
) -> Measure:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    watch = Watch()
    began = time.perf_counter()
    with watch:
        for command in commands:
            done = subprocess.run(command, cwd=root, env=variables, capture_output=True)
            if done.returncode != 0:
                sys.exit(f"{name} failed:\n{done.stderr.decode()[-2000:]}")
    wall = time.perf_counter() - began
    reap_orphans()
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return Measure(name, count, wall, cpu, watch.resident, watch.proportional)


def adopt_orphans() -> None:
    """Become the parent of what outlives its own, so that its CPU time is counted too."""
    ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def reap_orphans() -> None:
    """Wait for what is left of a contender, ten seconds at most."""
    deadline = time.monotonic() + 10
    with contextlib.suppress(ChildProcessError):
        while time.monotonic() < deadline:
            if os.waitpid(-1, os.WNOHANG) == (0, 0):
                time.sleep(0.05)


class Watch(threading.Thread):
    """Peak memory of everything below this process, sampled once a second: it costs time too."""

    def __init__(self):
        super().__init__(daemon=True)
        self.resident = self.proportional = 0
        self._ended = threading.Event()

    def run(self) -> None:
        while not self._ended.wait(1):
            infos = []
            for process in psutil.Process().children(recursive=True):
                with contextlib.suppress(psutil.Error):
                    infos.append(process.memory_full_info())
            self.resident = max(self.resident, sum(info.rss for info in infos))
            self.proportional = max(self.proportional, sum(info.pss for info in infos))

    def __enter__(self) -> Watch:
        self.start()
        return self

    def __exit__(self, *_exc: object) -> None:
        self._ended.set()
        self.join()


def measure_floor(count: int) -> Measure:
    """The floor, in a process of its own so that its imports are its own."""
    print(f"… floor: {count} submissions", file=sys.stderr, flush=True)
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        command = [sys.executable, str(ROOT / "benchmarks/floor.py"), str(count), folder]
        return measure("floor", count, [command], ROOT, environment())


def table(measures: list[Measure]) -> str:
    """The figures: a row each, then the ratios, one a line."""
    heading = ("", "s/submission", "CPU s/submission", "wall s", "peak PSS MB", "peak RSS MB")
    lines = ["{:<22}{:>14}{:>18}{:>10}{:>13}{:>13}".format(*heading)]
    for each in measures:
        row = (each.name, each.each, each.cpu_each, each.wall)
        memory = (each.proportional / 2**20, each.resident / 2**20)
        lines.append("{:<22}{:>14.3f}{:>18.3f}{:>10.1f}{:>13.0f}{:>13.0f}".format(*row, *memory))
    return "\n".join([*lines, "", *ratios(measures)])


def ratios(measures: list[Measure]) -> Iterator[str]:
    by_name = {each.name: each for each in measures}
    mine, floor = by_name["autograder"], by_name["floor"]
    for name in ("stock nbgrader", "tuned nbgrader"):
        if name in by_name:
            yield f"{name} / autograder: {by_name[name].each / mine.each:.1f}x"
            yield f"{name} / floor, the most there can be: {by_name[name].each / floor.each:.1f}x"
    yield f"autograder / floor, CPU: {mine.cpu_each / floor.cpu_each:.2f}x"
    for each in measures:
        if each.name.startswith("autograder at"):
            yield f"{each.name} / autograder, per submission: {each.each / mine.each:.2f}x"


if __name__ == "__main__":
    main()
