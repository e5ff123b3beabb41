"""The least that grading can cost: the same cells and the same check calls, in warm forks.

Run by ``python -m benchmarks`` as ``floor.py COUNT FOLDER``. Nothing is captured, isolated or
recorded; two forks run at a time, as ours do on two cores.
"""

from __future__ import annotations

import contextlib
import io
import json
import os
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[name] = "1"
os.environ["MPLBACKEND"] = "agg"


def main() -> None:
    from autograder.course import Course
    from autograder.grading import blueprint
    from autograder.sandbox import warming

    count, folder = int(sys.argv[1]), Path(sys.argv[2])
    (folder / "datasets").symlink_to(ROOT / "datasets")
    course = Course.at(ROOT)
    warming.import_modules(course.imported)
    plans = [(each, blueprint.read(course, each).checks) for each in course.graded]
    running: set[int] = set()
    for number in range(count):
        if len(running) == (os.cpu_count() or 1):
            running.discard(os.wait()[0])
        running.add(fork(*plans[number % len(plans)], folder / str(number)))
    while running:
        running.discard(os.wait()[0])


def fork(assignment, module, work: Path) -> int:
    pid = os.fork()
    if pid:
        return pid
    try:
        work.mkdir()
        os.chdir(work)
        sys.path.append(str(work))
        execute(assignment, module, work)
    finally:
        os._exit(0)


def execute(assignment, module, work: Path) -> None:
    """Run every notebook's code cells with ``exec``, then the checks, in this very process."""
    from autograder.checking import DirectStudent, run_checks

    for path in (*assignment.references, *assignment.companions):
        (work / path.name).write_bytes(path.read_bytes())
    for name in assignment.notebooks:
        namespace: dict = {"__name__": "__main__"}
        notebook = json.loads(assignment.solution(name).read_text())
        with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
            for cell in notebook["cells"]:
                if cell["cell_type"] == "code":
                    with contextlib.suppress(Exception):
                        exec("".join(cell["source"]), namespace)
        cells = {cell.grade_id for cell in assignment.grade_cells if cell.notebook == name}
        run_checks(module, DirectStudent(namespace, work), seed=1, cells=cells)


if __name__ == "__main__":
    main()
