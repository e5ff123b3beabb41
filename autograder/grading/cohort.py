"""Many submissions: what is new or changed goes to workers, and is recorded as it comes back.

One writer records each result in one transaction, so a run killed at any moment is completed by
the next.
"""

from __future__ import annotations

import contextlib
import fcntl
import itertools
import secrets
import signal
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path

from autograder import UserError
from autograder.course import Course
from autograder.grading import blueprint as blueprints_of
from autograder.grading.blueprint import Blueprint, BlueprintError
from autograder.grading.recording import Recording, remove_unfinished
from autograder.grading.workers import Job, Pair, Setting, Workers
from autograder.intake import submissions
from autograder.intake.extensions import Extensions
from autograder.intake.folders import Folders, survey
from autograder.intake.participants import Participants
from autograder.intake.submissions import Submission
from autograder.messages import using
from autograder.records import (
    Misplaced,
    Record,
    Records,
    Result,
    ResultsDocument,
    ResultsError,
    document,
    previous_seed,
    write,
)
from autograder.sandbox.isolation import BWRAP, Isolation, probe
from autograder.sandbox.limits import Limits
from autograder.text import printable
from autograder.trial import mark

#: Too many to try them all against the inputs that a student's code is sent.
SEEDS = 2**53

Progress = Callable[[int, int, str], None]


class CohortError(UserError):
    """The run cannot start or go on; the message says why and what to do."""


@dataclass(frozen=True)
class Options:
    """What to grade and how."""

    submitted: Path
    results: Path
    assignments: tuple[str, ...] = ()
    students: tuple[str, ...] = ()
    jobs: int = 0
    scheduler: str | None = None
    isolation: Isolation = BWRAP
    seed: int | None = None
    force: bool = False

    def wants(self, pair: Pair) -> bool:
        """Whether this submission is among those that were asked for."""
        student, assignment = pair
        return (not self.students or student in self.students) and (
            not self.assignments or assignment in self.assignments
        )


@dataclass(frozen=True)
class Run:
    """What a run did: the records of its cohort, how many were graded now, what went wrong.

    ``misplaced`` is what lies in no student's right place; ``updated`` whose total has changed with
    a due date, an extension or the rule of late penalties.
    """

    records: list[Record]
    graded: int
    unchanged: int
    failures: list[str]
    seed: int
    misplaced: list[Misplaced] = field(default_factory=list)
    updated: list[str] = field(default_factory=list)


def draw_seed() -> int:
    """A seed of hidden inputs."""
    return secrets.randbelow(SEEDS)


def grade_cohort(course: Course, options: Options, progress: Progress | None = None) -> Run:
    """Grade what is new or changed below ``options.submitted`` and write every result.

    Raises:
        UserError: the run cannot start or go on (with what to do).
    """
    setting = setting_of(course, Limits.from_environment(), options.isolation)
    found = _selected(course, options)
    if options.scheduler is None:
        probe(options.isolation, setting.hidden)
    with alone(course), _terminable():
        options.results.mkdir(parents=True, exist_ok=True)
        mark(course, options.results)
        return _run(course, options, setting, found, progress or (lambda *_: None))


def setting_of(course: Course, limits: Limits, isolation: Isolation) -> Setting:
    """How a course's submissions are run: they do not see its folders, wherever those lie."""
    hidden = (course.root, course.source_dir, course.submitted_dir)
    return Setting(isolation, limits, hidden, course.imported)


def folders_of(course: Course, submitted: Path) -> Folders:
    """Whose submissions of which graded assignment lie where. Raises SubmissionError."""
    return survey(submitted, {each.name: each.notebooks for each in course.graded})


def _selected(course: Course, options: Options) -> Folders:
    for name in options.assignments:
        course.assignment(name)
    found = folders_of(course, options.submitted)
    known = {student for student, _ in found.of}
    unknown = [student for student in options.students if student not in known]
    if unknown:
        raise CohortError(f"no submission of {', '.join(unknown)} in {options.submitted}")
    return found


def _run(
    course: Course, options: Options, setting: Setting, folders: Folders, progress: Progress
) -> Run:
    people = Participants.read(options.submitted, course.root)
    extensions = Extensions.read(course.root, people, course.settings.zone)
    found = folders.pairs
    seed = draw_seed() if options.seed is None else options.seed
    records = Records(options.results)
    names = sorted({assignment for _, assignment in found})
    blueprints = {name: blueprints_of.read(course, course.assignment(name)) for name in names}
    remove_unfinished(course.autograded_dir)

    def reading(student: str, assignment: str) -> Submission:
        # in the course's language there and then: joblib makes jobs in threads of its own
        with using(course.settings.language):
            return read_folder(folders.of[student, assignment], student, setting.limits)

    wanted = [pair for pair in found if options.wants(pair)]
    stale = [
        pair
        for pair in wanted
        if options.force or not _is_marked(course, records, blueprints[pair[1]], pair, reading)
    ]

    def job(pair: Pair) -> Job:
        return Job(blueprints[pair[1]].manifest, reading(*pair), seed, setting)

    lost: Counter[str] = Counter()
    faults: Counter[tuple[str, str, str]] = Counter()
    workers = Workers(blueprints, options.jobs, options.scheduler or "")
    jobs = [(pair, partial(job, pair)) for pair in stale]
    with contextlib.closing(workers.outcomes(jobs)) as outcomes:
        begun = [next(outcomes)]  # workers have work while nbgrader is being imported
        with Recording.open(course, records, blueprints.values(), options.isolation) as recording:
            arrived = filter(None, itertools.chain(begun, outcomes))
            for done, (pair, outcome) in enumerate(arrived, start=1):
                problem: Exception | None
                if isinstance(outcome, Exception):
                    problem = outcome
                else:
                    problem = recording.record(outcome, reading(*pair), blueprints[pair[1]])
                if problem is not None:
                    whose = pair[1] if isinstance(problem, BlueprintError) else _label(pair)
                    lost[f"{whose}: {printable(str(problem), 300)}"] += 1
                elif isinstance(outcome, Result):
                    faults.update((pair[1], each.id, each.fault) for each in outcome.faulty)
                progress(done, len(stale), _label(pair))
            updated = recording.bring_up_to_date(extensions, people)
    graded = len(stale) - lost.total()
    results, damaged = write_results(records, folders, seed if graded else None)
    failures = [*lost, *itertools.starmap(_fault, faults.items()), *damaged]
    unchanged = len(wanted) - len(stale)
    kept = list(results.submissions)
    return Run(kept, graded, unchanged, failures, results.seed, folders.misplaced, updated)


def write_results(
    records: Records, folders: Folders, seed: int | None
) -> tuple[ResultsDocument, list[str]]:
    """Write results.json and results.csv of all that lies in ``folders`` and has a record.

    Args:
        seed: of the run that graded something; None where none did, and the last one's stays.

    Returns:
        What was written, and a line for each record that is damaged.
    """
    kept, damaged = _kept(records, folders.pairs)
    known = previous_seed(records.folder, draw_seed()) if seed is None else seed
    results = document(kept, known, folders.misplaced)
    write(records.folder, results)
    return results, damaged


def read_folder(folder: Path, student: str, limits: Limits) -> Submission:
    """A student's submission, from a folder whose own name may be another."""
    owner = folder.parent
    return replace(submissions.read(owner.parent, owner.name, folder.name, limits), student=student)


def _fault(where: tuple[str, str, str], times: int) -> str:
    """A line for a check that failed by itself."""
    assignment, check, fault = where
    count = "1 submission" if times == 1 else f"{times} submissions"
    return (
        f"{assignment}: the check {check} failed by itself, in {count}: {fault}. "
        "Mend it and grade again"
    )


def _kept(records: Records, found: list[Pair]) -> tuple[list[Record], list[str]]:
    """The records of submissions that have one, and a line for each that is damaged."""
    kept: list[Record] = []
    damaged: list[str] = []
    for pair in found:
        try:
            record = records.read(*pair)
        except ResultsError as error:
            damaged.append(f"{error}. Grade {_label(pair)} again")
        else:
            kept += [] if record is None else [record]
    return kept, damaged


def _label(pair: Pair) -> str:
    return printable("/".join(pair), 300)


def _is_marked(
    course: Course,
    records: Records,
    blueprint: Blueprint,
    pair: Pair,
    reading: Callable[[str, str], Submission],
) -> bool:
    """Whether it has the mark that this engine gives to what is handed in now.

    A mark without its executed notebooks is of a run that was killed between the two.
    """
    try:
        record = records.read(*pair)
    except ResultsError:  # damaged: grading again replaces it
        return False
    if record is None or not course.autograded_dir.joinpath(*pair).is_dir():
        return False
    if record.fingerprint != blueprint.fingerprint:
        return False
    return reading(*pair).digest == record.digest


@contextlib.contextmanager
def _terminable() -> Iterator[None]:
    """SIGTERM ends a run as Ctrl-C does: workers are told, what is recorded stays."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


@contextlib.contextmanager
def alone(course: Course) -> Iterator[None]:
    """The one run that writes a course's marks.

    Raises:
        CohortError: another holds the lock, or the disk refuses something.
    """
    path = course.root / ".grading.lock"
    try:
        with path.open("a+") as stream:
            try:
                fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                raise CohortError(
                    f"another run is grading this course (lock {path}): wait for it to end"
                ) from None
            yield
    except OSError as error:
        raise CohortError(
            f"{error.filename or course.root}: {error.strerror or error}. What is recorded stays: "
            "mend it (make room, if the disk is full) and run again to go on"
        ) from error
