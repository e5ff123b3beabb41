"""Run every executed solution again with nbval, strict: ``python tests/class/run_nbval.py``.

Each assignment runs in a scratch copy of the course, its notebooks in order, so that nothing is
written among the sources and no file left by an earlier run can help.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from autograder.assignment import Assignment
from autograder.authoring.build import workspace
from autograder.course import Course

#: Seconds after which something hangs, on the slowest machine: they end no honest run.
CELL_TIMEOUT = 1_200
NOTEBOOK_TIMEOUT = 3_600
CAPTURED = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT, "text": True}
#: One thread for each notebook: where OpenMP has more threads than cores, they wait for each other.
#: And of pytest's plugins nbval alone: to import the others takes longer than a short notebook.
ENVIRONMENT = {"OMP_NUM_THREADS": "1", "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
CONFIG = "[pytest]\naddopts = -p no:cacheprovider -p nbval.plugin\n"


def reproduce(course: Course, assignment: Assignment) -> tuple[int, str]:
    """Exit status and output of ``pytest --nbval`` on the solutions of one assignment."""
    with tempfile.TemporaryDirectory(prefix="nbval-") as scratch:
        root = Path(scratch) / "course"
        folder = workspace(course, assignment, root)
        (root / "pytest.ini").write_text(CONFIG)
        command = [sys.executable, "-m", "pytest", "--nbval", "-q", "--color=no"]
        command += [
            f"--nbval-cell-timeout={CELL_TIMEOUT}",
            f"--nbval-kernel-startup-timeout={CELL_TIMEOUT}",
        ]
        command += [f"{name}.ipynb" for name in assignment.notebooks]
        limit = NOTEBOOK_TIMEOUT * len(assignment.notebooks)
        try:
            env = os.environ | ENVIRONMENT
            done = subprocess.run(command, cwd=folder, env=env, timeout=limit, **CAPTURED)
        except subprocess.TimeoutExpired:
            return 1, f"it did not end in {limit} s: a kernel may have died"
        return done.returncode, done.stdout


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("assignments", nargs="*", help="all of them by default")
    parser.add_argument("--jobs", type=int, default=2)
    options = parser.parse_args()
    course = Course.find()
    chosen = [course.assignment(name) for name in options.assignments] or course.assignments

    def run(assignment: Assignment) -> bool:
        started = time.monotonic()
        status, output = reproduce(course, assignment)
        seconds = time.monotonic() - started
        print(f"{assignment.name}: {'failed' if status else 'passed'} in {seconds:.0f} s")
        if status:
            print(output)
        return not status

    with ThreadPoolExecutor(options.jobs) as pool:
        return 0 if all(list(pool.map(run, chosen))) else 1


if __name__ == "__main__":
    sys.exit(main())
