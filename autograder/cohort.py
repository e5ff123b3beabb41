"""Many submissions: dispatched to workers, recorded as they arrive by one writer.

Workers are joblib's, on this machine (loky) or on a Dask cluster. A job carries the submission's
bytes and brings the result's bytes back: workers share no disk and never see the gradebook. The
writer records each result in one transaction, so a run killed at any moment is completed by the
next.
"""

from __future__ import annotations

import atexit
import contextlib
import errno
import fcntl
import functools
import gc
import hashlib
import itertools
import multiprocessing
import os
import secrets
import shutil
import signal
import tempfile
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from autograder import UserError, submissions
from autograder import course as courses
from autograder.course import Assignment, Course
from autograder.outcome import Blueprint, Result
from autograder.results import Records, document, previous_seed, write
from autograder.sandbox.isolation import BWRAP, IsolationError, probe
from autograder.sandbox.limits import Limits
from autograder.sandbox.warm import SELDOM
from autograder.submissions import Submission, printable

if TYPE_CHECKING:
    from autograder.sandbox.driver import Sandbox

ATTEMPTS = 3
#: What of the package decides a mark, besides the assignment's own checks.
JUDGING = ("check.py", "drift.py", "grading.py", "sanitize.py", "model_card/*.py", "sandbox/*.py")
#: Too many to try them all against the inputs that a student's code is sent.
SEEDS = 2**53
#: Errors of the disk, not of one submission: the run cannot go on.
DISK_ERRORS = (errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EIO)
STAGED = ".grading-"
PARENT_SECONDS = 1.0


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
    isolation: str = BWRAP
    seed: int | None = None
    force: bool = False


@dataclass(frozen=True)
class Job:
    """The unit of work: everything that a worker needs, in bytes."""

    blueprint: Blueprint
    submission: Submission
    seed: int
    isolation: str
    limits: Limits
    datasets: str


@dataclass(frozen=True)
class Run:
    """What a run did: the records of its cohort, how many were graded now, what went wrong."""

    records: list[dict[str, Any]]
    graded: int
    unchanged: int
    failures: list[str]
    seed: int


Progress = Callable[[int, int, str], None]


def blueprint(assignment: Assignment) -> Blueprint:
    """Read what grading needs of an assignment. Raises CohortError when it was not built."""
    notebooks = {}
    for name in assignment.notebooks:
        path = assignment.released(name)
        if not path.is_file():
            raise CohortError(f"{path} does not exist: run `autograder build` first")
        notebooks[name] = path.read_bytes()
    companions = {
        str(path.relative_to(assignment.source_dir)): path.read_bytes()
        for path in assignment.companions
    }
    checks = courses.checks_spec(assignment.name)
    return Blueprint(
        assignment=assignment.name,
        notebooks=notebooks,
        companions=companions,
        checks_module=checks.name,
        fingerprint=_fingerprint(notebooks, companions, Path(checks.origin)),
    )


def _fingerprint(notebooks: dict[str, bytes], companions: dict[str, bytes], checks: Path) -> str:
    """Changes when the notebooks or anything that judges them does: marks are then stale."""
    digest = hashlib.sha256()
    for name, content in sorted({**notebooks, **companions}.items()):
        digest.update(name.encode() + hashlib.sha256(content).digest())
    package = Path(__file__).parent
    shared = [path for name in JUDGING for path in package.glob(name)]
    for path in sorted([*shared, checks]):
        digest.update(path.read_bytes())
    return digest.hexdigest()


# --- in a worker ----------------------------------------------------------------------------
# What judges is imported here, when there is work: who dispatches would wait for it in vain.

_SANDBOXES: dict[tuple, Sandbox] = {}


def _sandbox(job: Job) -> Sandbox:
    """This worker's sandbox, started once and kept: one a thread, as Dask may run several."""
    from autograder.sandbox.driver import Sandbox

    mine = threading.get_ident()
    key = (mine, job.isolation, job.limits, job.datasets)
    if key not in _SANDBOXES:
        for other in [each for each in list(_SANDBOXES) if each[0] == mine]:
            _SANDBOXES.pop(other).close()
        sandbox = _SANDBOXES[key] = Sandbox(Path(job.datasets), job.isolation, job.limits)
        sandbox.start()
        atexit.register(gc.freeze)  # a last collection would keep the run waiting
        atexit.register(sandbox.close)
    return _SANDBOXES[key]


@functools.cache
def _settle() -> None:
    """What a worker process does once. Its driver killed, it would wait for work for minutes."""
    parent = os.getppid()
    if multiprocessing.parent_process() is None:
        return
    gc.set_threshold(*SELDOM)

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(PARENT_SECONDS)
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()


def grade_job(job: Job) -> Result:
    """Grade one submission in this worker's sandbox. Raises IsolationError, SandboxError."""
    _settle()
    from autograder.grading import grade
    from autograder.sandbox.driver import SandboxError

    sandbox = _sandbox(job)
    for attempt in range(ATTEMPTS):
        try:
            return grade(job.blueprint, job.submission, job.seed, sandbox)
        except SandboxError:
            sandbox.close()
            if attempt == ATTEMPTS - 1:
                raise
    raise AssertionError("unreachable")


def _attempt(job: Job) -> tuple[tuple[str, str], Result | Exception]:
    """As ``grade_job``; an exception comes back as a value so that the run goes on."""
    name = (job.submission.student, job.submission.assignment)
    try:
        return name, grade_job(job)
    except Exception as error:
        return name, error


# --- in the driver --------------------------------------------------------------------------


def grade_cohort(course: Course, options: Options, progress: Progress | None = None) -> Run:
    """Grade what is new or changed below ``options.submitted`` and write every result.

    Raises:
        CohortError, CourseError, SubmissionError, IsolationError, GradebookError: with what to do.
    """
    limits = Limits.from_environment()
    found = _selected(course, options)
    if options.scheduler is None:
        probe(options.isolation, course.root / "datasets")
    try:
        options.results.mkdir(parents=True, exist_ok=True)
        with _only_one(course), _terminable():
            return _run(course, options, limits, found, progress or (lambda *_: None))
    except OSError as error:
        raise CohortError(
            f"{error.filename or course.root}: {error.strerror or error}. What is recorded stays: "
            "mend it (make room, if the disk is full) and run again to go on"
        ) from error


def _selected(course: Course, options: Options) -> list[tuple[str, str]]:
    graded = tuple(assignment.name for assignment in course.graded)
    for name in options.assignments:
        course.assignment(name)
    pairs = submissions.find(options.submitted, graded)
    known = {student for student, _ in pairs}
    unknown = [student for student in options.students if student not in known]
    if unknown:
        raise CohortError(f"no submission of {', '.join(unknown)} in {options.submitted}")
    return pairs


def _run(
    course: Course,
    options: Options,
    limits: Limits,
    found: list[tuple[str, str]],
    progress: Progress,
) -> Run:
    seed = secrets.randbelow(SEEDS) if options.seed is None else options.seed
    records = Records(options.results)
    names = sorted({assignment for _, assignment in found})
    blueprints = {name: blueprint(course.assignment(name)) for name in names}
    for left in course.autograded_dir.glob(f"*/{STAGED}*"):  # by a run that was killed
        shutil.rmtree(left, ignore_errors=True)
    todo = [pair for pair in found if _wanted(pair, options)]
    stale = list(_stale(todo, course, options, limits, records, blueprints))
    lost: list[str] = []
    doubtful: list[str] = []
    graded = 0
    jobs = _Jobs(stale, options, limits, blueprints, seed, course.root / "datasets")
    with contextlib.closing(_dispatch(jobs, options)) as outcomes:
        begun = [next(outcomes)]  # workers have work while nbgrader is being imported
        with _recorder(course, blueprints.values()) as recorder:
            come = filter(None, itertools.chain(begun, outcomes))
            for done, (pair, outcome) in enumerate(come, start=1):
                plan = blueprints[pair[1]]
                problem = outcome if isinstance(outcome, Exception) else None
                if problem is None:
                    problem = _record(course, options, records, recorder, plan, outcome)
                if problem is not None:
                    lost.append(f"{_label(pair)}: {printable(str(problem), 300)}")
                elif outcome.faulty:
                    doubtful.append(f"{_label(pair)}: a check of ours failed, see results.json")
                graded += problem is None
                progress(done, len(stale), _label(pair))
    kept = [record for pair in found if (record := records.read(*pair)) is not None]
    if graded == 0:
        seed = previous_seed(options.results, seed)
    write(options.results, document(kept, seed))
    return Run(kept, graded, len(todo) - len(stale), lost + doubtful, seed)


@contextlib.contextmanager
def _recorder(course: Course, blueprints: Iterable[Blueprint]):
    """The gradebook, open, with the cells of every assignment in it."""
    from autograder.gradebook import Recorder

    with Recorder(course) as recorder:
        for plan in blueprints:
            recorder.ensure(plan)
        yield recorder


def _label(pair: tuple[str, str]) -> str:
    return printable("/".join(pair), 300)


def _wanted(pair: tuple[str, str], options: Options) -> bool:
    student, assignment = pair
    return (not options.students or student in options.students) and (
        not options.assignments or assignment in options.assignments
    )


def _stale(
    todo: list[tuple[str, str]],
    course: Course,
    options: Options,
    limits: Limits,
    records: Records,
    blueprints: dict[str, Blueprint],
) -> Iterator[tuple[str, str]]:
    """What has no mark, or was handed in again, or was marked by another version of the grader.

    A mark without its executed notebooks is of a run that was killed between the two.
    """
    for pair in todo:
        record = None if options.force else records.read(*pair)
        if not course.autograded_dir.joinpath(*pair).is_dir():
            record = None
        if record is None or record.get("fingerprint") != blueprints[pair[1]].fingerprint:
            yield pair
            continue
        submission = submissions.read(options.submitted, *pair, limits)
        if submission.digest != record["digest"]:
            yield pair


class _Jobs:
    """The jobs of a run, read from disk as they are dispatched, remembered until recorded."""

    def __init__(self, pairs, options: Options, limits: Limits, blueprints, seed: int, datasets):
        self.pairs = list(pairs)
        self._options, self._limits, self._blueprints = options, limits, blueprints
        self._seed, self._datasets = seed, str(datasets)

    def make(self, pair: tuple[str, str]) -> Job:
        submission = submissions.read(self._options.submitted, *pair, self._limits)
        return Job(
            self._blueprints[pair[1]],
            submission,
            self._seed,
            self._options.isolation,
            self._limits,
            self._datasets,
        )


def _dispatch(jobs: _Jobs, options: Options) -> Iterator[Any]:
    """None when the first are dispatched, then outcomes (pair, result or error) as they arrive.

    Once a worker dies, what is left goes one by one, to tell whose.
    """
    pending = list(jobs.pairs)
    apart = options.scheduler is not None or _workers(options, pending) > 1
    running = _parallel(jobs, pending, options)
    try:
        yield next(running)
        for pair, outcome in running:
            if isinstance(outcome, IsolationError):
                if apart:  # its sandbox may have been ended with another worker
                    break
                raise outcome
            pending.remove(pair)
            yield pair, outcome
    except _lost_worker():
        pass
    running.close()
    for pair in pending:
        yield pair, _alone(jobs, pair, options)


def _workers(options: Options, pairs: list) -> int:
    return min(options.jobs or os.cpu_count() or 1, len(pairs))


def _alone(jobs: _Jobs, pair: tuple[str, str], options: Options) -> Any:
    """The outcome of one submission that may kill its worker (never this process)."""
    for _ in range(ATTEMPTS - 1):
        try:
            [_, (_, outcome)] = _parallel(jobs, [pair], options, workers=2)
        except _lost_worker() as error:
            failure = CohortError(f"its worker died ({type(error).__name__})")
            continue
        if isinstance(outcome, IsolationError):
            raise outcome
        return outcome
    return failure


def _lost_worker() -> tuple[type[BaseException], ...]:
    from distributed.scheduler import KilledWorker
    from joblib.externals.loky.process_executor import BrokenProcessPool

    return BrokenProcessPool, KilledWorker


def _parallel(jobs: _Jobs, pairs: list, options: Options, workers: int = 0) -> Iterator:
    """Run ``pairs`` on a cluster or on ``workers`` processes (0: as many as the options say).

    The first item, None, comes as soon as work is dispatched.
    """
    if not pairs:
        yield None
        return
    from joblib import Parallel, delayed, parallel_config

    workers = workers or _workers(options, pairs)
    work = (delayed(_attempt)(jobs.make(pair)) for pair in list(pairs))
    with contextlib.ExitStack() as stack:
        if options.scheduler is not None:
            stack.enter_context(_cluster(options.scheduler))
            stack.enter_context(parallel_config("dask", wait_for_workers_timeout=30))
            run = Parallel(return_as="generator_unordered", batch_size=1)
        else:
            run = Parallel(
                n_jobs=workers,
                backend="loky" if workers > 1 else "sequential",
                return_as="generator_unordered",
                batch_size=1,
                pre_dispatch=2 * workers,
            )
        outcomes = run(work)
        yield None
        yield from outcomes


@contextlib.contextmanager
def _cluster(address: str):
    from distributed import Client

    try:
        client = Client(address, timeout=5)
    except (OSError, ValueError) as error:
        raise CohortError(f"no Dask scheduler answers at {address}: {error}") from error
    with client:
        yield client


def _record(
    course: Course,
    options: Options,
    records: Records,
    recorder: Any,
    plan: Blueprint,
    result: Result,
) -> Exception | None:
    """Files, then the gradebook, then the record: what is recorded is whole.

    Returns what went wrong with this submission alone. Raises OSError, GradebookError when the
    disk or the database fails.
    """
    try:
        _write_autograded(course, options, result, plan)
        recorder.record(result, plan)
        records.write(result, {"fingerprint": plan.fingerprint, "isolation": options.isolation})
    except UserError:
        raise
    except Exception as error:
        if isinstance(error, OSError) and error.errno in DISK_ERRORS:
            raise
        return error
    return None


def _write_autograded(course: Course, options: Options, result: Result, plan: Blueprint) -> None:
    """The executed notebooks and the submission's other files, where nbgrader looks for them."""
    target = course.autograded_dir / result.student / result.assignment
    target.parent.mkdir(parents=True, exist_ok=True)
    limits = Limits.from_environment()
    submission = submissions.read(options.submitted, result.student, result.assignment, limits)
    staged = Path(tempfile.mkdtemp(prefix=STAGED, dir=target.parent))
    try:
        others = {name: data for name, data in submission.files.items() if name[-6:] != ".ipynb"}
        notebooks = {f"{name}.ipynb": data for name, data in result.notebooks.items()}
        _write_all(staged, {**plan.companions, **notebooks})
        for name in others.keys() - plan.companions.keys():
            with _own_fault():
                _write_all(staged, {name: others[name]})
        if result.timestamp:
            (staged / submissions.TIMESTAMP).write_text(result.timestamp)
        staged.chmod(0o755)
        shutil.rmtree(target, ignore_errors=True)
        os.replace(staged, target)
    except BaseException:
        shutil.rmtree(staged, ignore_errors=True)
        raise


def _write_all(folder: Path, files: dict[str, bytes]) -> None:
    for name, data in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(data)


@contextlib.contextmanager
def _own_fault():
    """Go on without a file whose name cannot be had here: too long, or a folder of that name."""
    try:
        yield
    except OSError as error:
        if error.errno in DISK_ERRORS:
            raise


@contextlib.contextmanager
def _terminable():
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
def _only_one(course: Course):
    """A lock against two runs on one gradebook. Raises CohortError when another holds it."""
    path = course.root / ".grading.lock"
    with path.open("a+") as stream:
        try:
            fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise CohortError(
                f"another run is grading this course (lock {path}): wait for it to end"
            ) from None
        yield
