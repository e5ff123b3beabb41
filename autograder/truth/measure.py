"""Measures answers in worker processes, and keeps what was measured until it is stale.

What an answer got is kept in the course's cache folder until the answer, or anything that judges
it, changes: interrupted, the next run goes on from there.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import pickle
import shutil
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, as_completed
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from typing import TypeVar

from joblib.externals.loky import ProcessPoolExecutor
from joblib.externals.loky.process_executor import BrokenProcessPool

from autograder import UserError
from autograder.grading.workers import end_with_driver
from autograder.records import CheckStatus, write_atomically
from autograder.scratch import shared_with_workers
from autograder.truth import answers, forks, runs, subject, verdicts
from autograder.truth.answers import Answer
from autograder.truth.forks import ForkEnded
from autograder.truth.subject import Subject
from autograder.truth.verdicts import Exchanges

T = TypeVar("T")
#: Where a course keeps what was measured. Nothing but measurements lies there.
CACHE = ".autograder_cache"
SAME = 5  # seeds with which a check must ask and be answered the same as with the reference
#: The modules that decide what is measured: another version of one measures again.
MEASURING = (answers, forks, runs, subject, verdicts)
#: A fork of a process in which OpenMP has run its threads hangs in the next; no window is opened.
ENVIRONMENT = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "MPLBACKEND": "agg"}


class MeasureError(UserError):
    """Measuring cannot go on; the message says why and what to do."""


@dataclass(frozen=True)
class Measurement:
    """What an answer got.

    Attributes:
        lost: the checks that it lost with each seed, sorted.
        failed: those that failed with the first seed; the others that it lost were skipped.
        feedback: what its student is told with the first seed.
        faulty: checks that failed by themselves with some seed, and where.
        problem: why it could not be judged; empty where it was.
    """

    lost: list[list[str]]
    failed: list[str]
    feedback: str
    faulty: dict[str, str]
    problem: str = ""


class Cache:
    """What was measured of an assignment's answers: a file for each, and number of seeds.

    They lie in a folder that is called after everything that judges the assignment.
    """

    def __init__(self, root: Path, subject: Subject):
        modules = b"".join(Path(str(module.__file__)).read_bytes() for module in MEASURING)
        judging = f"{subject.fingerprint} {hashlib.sha256(modules).hexdigest()}"
        self._root = root / CACHE
        self._assignment = self._root / "truth" / subject.name
        self._folder = self._assignment / hashlib.sha256(judging.encode()).hexdigest()[:24]

    def read(self, answer: Answer, seeds: int) -> Measurement | None:
        """What the answer got with that many seeds; None where it is not known."""
        try:
            return Measurement(**json.loads(self._path(answer, seeds).read_bytes()))
        except (OSError, ValueError, TypeError):  # a damaged one is measured again
            return None

    def write(self, answer: Answer, seeds: int, measurement: Measurement) -> None:
        """Keep what the answer got. Raises MeasureError."""
        try:
            if not self._folder.is_dir():
                self._begin()
            write_atomically(self._path(answer, seeds), json.dumps(asdict(measurement)))
        except OSError as error:
            raise MeasureError(
                f"what was measured cannot be kept in {self._root}: {error.strerror or error}"
            ) from error

    def _path(self, answer: Answer, seeds: int) -> Path:
        described = json.dumps([seeds, answer.cells, answer.files], sort_keys=True)
        return self._folder / f"{hashlib.sha256(described.encode()).hexdigest()}.json"

    def _begin(self) -> None:
        """Make the folder, which git ignores, and drop what was measured with older checks."""
        self._root.mkdir(exist_ok=True)
        (self._root / ".gitignore").write_text("*\n", encoding="utf-8")
        if self._assignment.is_dir():
            shutil.rmtree(self._assignment)


class Workers:
    """Processes that measure answers: ``jobs`` of them, or one for each core where that is 0.

    Measuring is left to them even where there is one: it forks, which a process that has threads
    (of a progress bar, for one) must not do.
    """

    def __init__(self, jobs: int, seconds: int):
        self._jobs, self._seconds = jobs or os.cpu_count() or 1, seconds

    def __enter__(self) -> Workers:
        self._folders = contextlib.ExitStack()
        self._folders.enter_context(shared_with_workers())
        self._pool = ProcessPoolExecutor(self._jobs, env=ENVIRONMENT)
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        self._pool.shutdown(wait=True, kill_workers=kind is not None)
        self._folders.close()

    def exchanges(self, subject: Subject, answer: Answer, seeds: int) -> list[Exchanges]:
        """As ``verdicts.exchanges``, with the first ``seeds``; nothing where it cannot be run.

        Raises:
            MeasureError: a worker died.
        """
        work = self._pool.submit(_exchanges, subject.packed, answer, seeds, self._seconds)
        return _result(work)

    def measure(
        self,
        subject: Subject,
        listed: Sequence[Answer],
        seeds: int,
        reference: Sequence[Exchanges] = (),
    ) -> Iterator[tuple[Answer, Measurement]]:
        """What each of some answers gets, as it comes; ``reference`` as in ``verdicts``.

        Raises:
            MeasureError: a worker died.
        """
        in_a_row = sorted(listed, key=subject.shared_cells)
        work: dict[Future[Measurement], Answer] = {
            self._pool.submit(
                _measure, subject.packed, answer, seeds, self._seconds, reference
            ): answer
            for answer in in_a_row
        }
        for done in as_completed(work):
            yield work[done], _result(done)


def _result(work: Future[T]) -> T:
    try:
        return work.result()
    except BrokenProcessPool as error:
        raise MeasureError(
            "a worker died, perhaps for lack of memory. What was measured is kept: run it again "
            "to go on, with a smaller --jobs"
        ) from error


# --- in a worker ----------------------------------------------------------------------------


@cache
def _unpacked(content: bytes) -> Subject:
    end_with_driver()
    found: Subject = pickle.loads(content)
    return found


def _exchanges(packed: bytes, answer: Answer, seeds: int, seconds: int) -> list[Exchanges]:
    with contextlib.suppress(ForkEnded):  # measuring the answer itself will say why
        return verdicts.exchanges(_unpacked(packed), answer, range(seeds), seconds)
    return []


def _measure(
    packed: bytes, answer: Answer, seeds: int, seconds: int, reference: Sequence[Exchanges]
) -> Measurement:
    try:
        found = verdicts.verdicts(_unpacked(packed), answer, range(seeds), seconds, reference)
    except ForkEnded as ended:
        return Measurement([], [], "", {}, str(ended))
    first = found[0]
    return Measurement(
        lost=[sorted(verdicts.lost(each)) for each in found],
        failed=[verdict.id for verdict in first if verdict.status is CheckStatus.FAILED],
        feedback=verdicts.feedback(first),
        faulty={
            verdict.id: verdict.fault
            for each in found
            for verdict in each
            if verdict.status is CheckStatus.ERROR
        },
    )
