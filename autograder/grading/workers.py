"""The unit of work and who does it: processes on this machine, or a Dask cluster.

A job carries the submission's bytes and its blueprint's manifest, and brings the result's bytes
back: workers share no disk, need no course and never see the gradebook. A blueprint's parts are
sent as arguments of their own, which Dask sends to each worker once.
"""

from __future__ import annotations

import atexit
import contextlib
import functools
import gc
import multiprocessing
import os
import threading
import time
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from autograder import COLLECT_SELDOM, UserError
from autograder.engine import identity
from autograder.grading.blueprint import Blueprint, Manifest, Part, assemble
from autograder.intake.submissions import Submission
from autograder.records import Result
from autograder.sandbox.isolation import BWRAP, Isolation, IsolationError
from autograder.sandbox.limits import Limits
from autograder.scratch import shared_with_workers

if TYPE_CHECKING:
    from autograder.sandbox.driver import Sandbox

ATTEMPTS = 3
PARENT_SECONDS = 1.0
CONNECT_SECONDS = 30
Pair = tuple[str, str]


class WorkersError(UserError):
    """There is nobody to do the work, or not of this engine; the message says what to do."""


@dataclass(frozen=True)
class Setting:
    """How submissions are run, the same for all jobs of a run.

    ``hidden`` are folders that the sandbox must not show, ``modules`` what it imports beforehand.
    """

    isolation: Isolation = BWRAP
    limits: Limits = field(default_factory=Limits)
    hidden: tuple[Path, ...] = ()
    modules: tuple[str, ...] = ()


@dataclass(frozen=True)
class Job:
    """One submission to grade: everything that a worker needs but the blueprint's parts."""

    manifest: Manifest
    submission: Submission
    seed: int
    setting: Setting

    @property
    def pair(self) -> Pair:
        return self.submission.student, self.submission.assignment


# --- in a worker ----------------------------------------------------------------------------
# What judges is imported only here: the driver never judges, and importing takes two seconds.

_SANDBOXES: dict[tuple[int, Setting], Sandbox] = {}
_BLUEPRINTS: dict[str, Blueprint] = {}


def sandbox_for(setting: Setting) -> Sandbox:
    """This worker's sandbox, started once and kept: one a thread, as Dask may run several."""
    from autograder.sandbox.driver import Sandbox

    thread = threading.get_ident()
    if (thread, setting) not in _SANDBOXES:
        for other in [key for key in list(_SANDBOXES) if key[0] == thread]:
            _SANDBOXES.pop(other).close()
        sandbox = Sandbox(setting.isolation, setting.limits, setting.hidden, setting.modules)
        _SANDBOXES[thread, setting] = sandbox
        sandbox.start()
        atexit.register(gc.freeze)  # a last collection would keep the run waiting
        atexit.register(sandbox.close)
    return _SANDBOXES[thread, setting]


def blueprint_of(manifest: Manifest, parts: Sequence[Part]) -> Blueprint:
    """The blueprint of a manifest, put together once in each worker. Raises BlueprintError."""
    if manifest.fingerprint not in _BLUEPRINTS:
        made = assemble(manifest, {part.digest: part for part in parts})
        _ = made.checks  # before a submission is run: that they can be loaded and are complete
        _BLUEPRINTS[manifest.fingerprint] = made
    return _BLUEPRINTS[manifest.fingerprint]


@functools.cache
def end_with_driver() -> None:
    """End this worker if its driver dies; loky would keep it for minutes."""
    parent = os.getppid()
    if multiprocessing.parent_process() is None:
        return
    gc.set_threshold(*COLLECT_SELDOM)

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(PARENT_SECONDS)
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()


def grade_job(job: Job, *parts: Part) -> Result:
    """Grade one submission in this worker's sandbox.

    Raises:
        WorkersError: the job was made by another engine.
        IsolationError, SandboxError: the sandbox cannot start, or fails again and again.
    """
    if job.manifest.engine != identity():
        raise WorkersError(f"this worker has engine {identity()}, the run {job.manifest.engine}")
    return grade_with(blueprint_of(job.manifest, parts), job.submission, job.seed, job.setting)


def grade_with(blueprint: Blueprint, submission: Submission, seed: int, setting: Setting) -> Result:
    """Grade one submission in this process's sandbox; another one is started if that fails."""
    end_with_driver()
    from autograder.grading.grade import grade
    from autograder.sandbox.process import SandboxError

    sandbox = sandbox_for(setting)
    for attempt in range(ATTEMPTS):
        try:
            return grade(blueprint, submission, seed, sandbox)
        except SandboxError:
            sandbox.close()
            if attempt == ATTEMPTS - 1:
                raise
    raise AssertionError("unreachable")


def _attempt(job: Job, *parts: Part) -> tuple[Pair, Result | Exception]:
    """As ``grade_job``; an exception comes back as a value so that the run goes on."""
    try:
        return job.pair, grade_job(job, *parts)
    except Exception as error:
        return job.pair, error


# --- in the driver --------------------------------------------------------------------------


class Workers:
    """Whoever grades the jobs of a run: ``count`` local processes, or a cluster at ``scheduler``.

    ``blueprints`` holds the blueprint of each assignment in the run.
    """

    def __init__(self, blueprints: Mapping[str, Blueprint], count: int = 0, scheduler: str = ""):
        self._blueprints, self._scheduler = blueprints, scheduler
        self._count = count or os.cpu_count() or 1
        self._parts = {name: list(each.parts.values()) for name, each in blueprints.items()}

    def outcomes(
        self, jobs: Sequence[tuple[Pair, Callable[[], Job]]]
    ) -> Generator[tuple[Pair, Result | Exception] | None, None, None]:
        """None when the first are dispatched, then outcomes (pair, result or error) as they arrive.

        ``jobs`` are callables that make a job when it is its turn, by pair. Once a worker dies,
        what is left goes one by one, to tell whose.
        """
        pending = dict(jobs)
        apart = bool(self._scheduler) or min(self._count, len(pending)) > 1
        running = self._run(list(pending.values()))
        try:
            yield next(running)
            for pair, outcome in running:
                if isinstance(outcome, IsolationError):
                    if apart:  # its sandbox may have been ended with another worker
                        break
                    raise outcome
                del pending[pair]
                yield pair, outcome
        except _lost_worker():
            pass
        running.close()
        for pair, make in pending.items():
            yield pair, self._alone(make)

    def _alone(self, make: Callable[[], Job]) -> Result | Exception:
        """The outcome of one submission that may kill its worker (never this process)."""
        for _ in range(ATTEMPTS - 1):
            try:
                outcome: Result | Exception
                [_, (_, outcome)] = self._run([make], workers=2)
            except _lost_worker() as error:
                failure = WorkersError(f"its worker died ({type(error).__name__})")
                continue
            if isinstance(outcome, IsolationError):
                raise outcome
            return outcome
        return failure

    def _run(self, makers: list[Callable[[], Job]], workers: int = 0) -> Generator[Any, None, None]:
        """Run jobs on the cluster or on ``workers`` processes (0: as many as there may be).

        The first item, None, comes as soon as work is dispatched.
        """
        if not makers:
            yield None
            return
        from joblib import Parallel, delayed, parallel_config

        workers = workers or min(self._count, len(makers))
        work = (
            delayed(_attempt)(job, *self._parts[job.manifest.assignment])
            for job in (make() for make in makers)
        )
        with contextlib.ExitStack() as stack:
            if self._scheduler:
                stack.enter_context(_cluster(self._scheduler))
                parts = {id(part): part for each in self._parts.values() for part in each}
                stack.enter_context(
                    parallel_config(
                        "dask",
                        wait_for_workers_timeout=CONNECT_SECONDS,
                        scatter=list(parts.values()),
                    )
                )
                run = Parallel(return_as="generator_unordered", batch_size=1)
            else:
                stack.enter_context(shared_with_workers())
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


def _lost_worker() -> tuple[type[BaseException], ...]:
    from joblib.externals.loky.process_executor import BrokenProcessPool

    try:
        from distributed.scheduler import KilledWorker
    except ImportError:
        return (BrokenProcessPool,)
    return BrokenProcessPool, KilledWorker


@contextlib.contextmanager
def _cluster(address: str) -> Iterator[Any]:
    """A client of the cluster, whose workers all have this engine."""
    try:
        from distributed import Client
    except ImportError as error:
        raise WorkersError("--scheduler needs Dask: pip install 'autograder[dask]'") from error
    try:
        client = Client(address, timeout=CONNECT_SECONDS)
    except (OSError, ValueError) as error:
        raise WorkersError(f"no Dask scheduler answers at {address}: {error}") from error
    with client:
        _require_same_engine(client)
        yield client


def _require_same_engine(client: Any) -> None:
    """Raises WorkersError naming the workers that judge with another engine, or with none."""
    client.wait_for_workers(1, timeout=CONNECT_SECONDS)
    answers = client.run(_engine_here, on_error="return")
    for worker, answer in sorted(answers.items()):
        if isinstance(answer, BaseException):
            raise WorkersError(
                f"worker {worker} has no autograder ({answer}): install there the version that "
                f"is here, {identity()}"
            )
        if answer != identity():
            raise WorkersError(
                f"worker {worker} has autograder {answer}, this run {identity()}: install the "
                "same version on both"
            )


def _engine_here() -> str:
    return identity()
