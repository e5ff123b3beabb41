"""Recording results: executed notebooks, gradebook and record, each submission all or nothing."""

from __future__ import annotations

import contextlib
import errno
import os
import shutil
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from autograder import UserError
from autograder.course import Course
from autograder.grading.blueprint import Blueprint, contents_of
from autograder.intake.extensions import Extensions
from autograder.intake.names import is_notebook_name
from autograder.intake.participants import Participants
from autograder.intake.submissions import TIMESTAMP, Submission
from autograder.records import Records, Result
from autograder.sandbox.isolation import Isolation
from autograder.scratch import write_files

if TYPE_CHECKING:
    from autograder.grading.gradebook import Recorder

#: Errors of the disk, not of one submission: the run cannot go on.
DISK_ERRORS = (errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EIO)
STAGED = ".grading-"


class Recording:
    """The one writer of a run."""

    def __init__(self, course: Course, records: Records, recorder: Recorder, isolation: Isolation):
        self._course, self._records = course, records
        self._recorder, self._isolation = recorder, isolation

    @classmethod
    @contextlib.contextmanager
    def open(
        cls, course: Course, records: Records, blueprints: Iterable[Blueprint], isolation: Isolation
    ) -> Iterator[Recording]:
        """The gradebook, open, with the cells of every assignment in it."""
        from autograder.grading.gradebook import Recorder

        with Recorder(course) as recorder:
            for blueprint in blueprints:
                recorder.ensure(blueprint)
            yield cls(course, records, recorder, isolation)

    def bring_up_to_date(self, extensions: Extensions, people: Participants) -> list[str]:
        """Names and late penalties of all that there is; whose total has changed."""
        return self._recorder.bring_up_to_date(extensions, people)

    def record(
        self, result: Result, submission: Submission, blueprint: Blueprint
    ) -> Exception | None:
        """Write files, then the gradebook, then the record. A record implies the other two.

        Returns:
            What went wrong with this submission alone.

        Raises:
            OSError, GradebookError: the disk or the database fails.
        """
        try:
            target = self._course.autograded_dir / result.student / result.assignment
            write_autograded(target, result, submission, blueprint)
            self._recorder.record(result, blueprint)
            self._records.write(result, blueprint.fingerprint, self._isolation)
        except UserError:
            raise
        except Exception as error:
            if isinstance(error, OSError) and error.errno in DISK_ERRORS:
                raise
            return error
        return None


def remove_unfinished(autograded: Path) -> None:
    """Remove what a run that was killed had begun to write."""
    for left in autograded.glob(f"*/{STAGED}*"):
        shutil.rmtree(left, ignore_errors=True)


def write_autograded(
    target: Path, result: Result, submission: Submission, blueprint: Blueprint
) -> None:
    """The executed notebooks and the submission's other files, where nbgrader looks for them."""
    target.parent.mkdir(parents=True, exist_ok=True)
    staged = Path(tempfile.mkdtemp(prefix=STAGED, dir=target.parent))
    companions = contents_of(blueprint.companions)
    try:
        others = _beside_notebooks(result, submission)
        notebooks = {f"{name}.ipynb": data for name, data in result.notebooks.items()}
        write_files(staged, {**companions, **notebooks})
        for name in others.keys() - companions.keys():
            with _skipping_unwritable():
                write_files(staged, {name: others[name]})
        if result.timestamp:
            (staged / TIMESTAMP).write_text(result.timestamp)
        staged.chmod(0o755)
        shutil.rmtree(target, ignore_errors=True)
        os.replace(staged, target)
    except BaseException:
        shutil.rmtree(staged, ignore_errors=True)
        raise


def _beside_notebooks(result: Result, submission: Submission) -> dict[str, bytes]:
    """What was handed in beside notebooks; what was used under another name, under both."""
    files = {**submission.files}
    files |= {name: submission.files[handed_in] for name, handed_in in result.renamed.items()}
    return {name: content for name, content in files.items() if not is_notebook_name(name)}


@contextlib.contextmanager
def _skipping_unwritable() -> Iterator[None]:
    """Skip a file that this file system cannot store: too long a name, or a folder's."""
    try:
        yield
    except OSError as error:
        if error.errno in DISK_ERRORS:
            raise
