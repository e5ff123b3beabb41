"""What runs in Gradescope's container: one submission, graded, as its ``results.json``.

``run_autograder`` of the zip that ``authoring/gradescope.py`` makes calls it. Nothing of a course
is here but the assignment's blueprint, and no gradebook: points that a person gives, penalties and
who the student is are Gradescope's matter.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
from pathlib import Path

from autograder import UserError
from autograder.authoring.gradescope import read_back
from autograder.grading.cohort import draw_seed
from autograder.grading.workers import Job, Setting, grade_job
from autograder.intake import submissions
from autograder.intake.submissions import TIMESTAMP
from autograder.messages import using
from autograder.records import Record, Records, write_atomically
from autograder.report.graded import Graded
from autograder.report.gradescope import results_json
from autograder.report.marks import automatic_mark
from autograder.sandbox.isolation import BWRAP, NONE, Isolation, IsolationError, probe
from autograder.sandbox.limits import Limits

STUDENT = "submission"


def grade_here(root: Path) -> Path:
    """Grade what lies in ``<root>/submission``; the results file that was written.

    Raises:
        UserError: the grader itself could not grade it.
    """
    manifest, parts, modules = read_back(root / "source")
    isolation = _isolation(root)
    setting = Setting(isolation, Limits.from_environment(), (root,), modules)
    with tempfile.TemporaryDirectory(prefix="autograder-") as scratch, using(manifest.language):
        folder = Path(scratch, STUDENT, manifest.assignment)
        shutil.copytree(root / "submission", folder, symlinks=True)
        (folder / TIMESTAMP).unlink(missing_ok=True)  # students do not set the time
        handed_in = submissions.read(Path(scratch), STUDENT, manifest.assignment, setting.limits)
        result = grade_job(Job(manifest, handed_in, draw_seed(), setting), *parts)
        records = Records(Path(scratch))
        records.write(result, manifest.fingerprint, isolation)
        record = records.read(*result.pair)
        assert record is not None  # it has just been written
        target = root / "results" / "results.json"
        write_atomically(target, results_json(Graded(record, automatic_mark(record))))
        _tell_instructors(record)
    return target


def _isolation(root: Path) -> Isolation:
    """bwrap where the container allows it; else the container is all that there is."""
    try:
        probe(BWRAP, (root,))
    except IsolationError as error:
        print(f"NOT ISOLATED: the submission runs as the grader, in this container. {error}")
        return NONE
    return BWRAP


def _tell_instructors(record: Record) -> None:
    """Students do not see what is printed (``stdout_visibility``); instructors do."""
    print(f"status {record.status}, isolation {record.isolation}, seed {record.seed}")
    for flag in record.flags:
        print(f"look at: {flag}")
    for verdict in record.faulty:
        print(f"the check {verdict.id} failed by itself: {verdict.fault}")


def main() -> int:
    """Grade below the folder that is named, ``/autograder`` without one: the exit status."""
    root = Path(sys.argv[1] if sys.argv[1:] else "/autograder")
    try:
        print(grade_here(root))
    except UserError as error:
        print(f"the submission could not be graded: {error}", file=sys.stderr)
        return 1
    except OSError as error:
        what = f"{error.filename or root}: {(error.strerror or 'it cannot be used').lower()}"
        print(f"the submission could not be graded: {what}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
