"""The verdicts of a course's checks on an answer, with as many seeds as asked.

The checks run beside the answer's code, with each seed in a fork of its own, so that no seed sees
what another left. That the isolated way of grading gives the same verdicts is not proved here.
"""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from autograder.checking import DirectStudent, Model, run_checks
from autograder.messages import using
from autograder.records import CheckStatus, Verdict
from autograder.sandbox.session import Session
from autograder.sandbox.wire import dumps, loads
from autograder.truth.answers import Answer
from autograder.truth.forks import in_fork
from autograder.truth.runs import Workplace, after_answer, end_threads
from autograder.truth.subject import Subject

#: With one seed: for each check that ran, by its id, a digest of what it asked and was answered.
Exchanges = dict[str, bytes]


def verdicts(
    subject: Subject,
    answer: Answer,
    seeds: Iterable[int],
    seconds: int,
    reference: Sequence[Exchanges] = (),
) -> list[list[Verdict]]:
    """The verdicts on one answer, for each seed.

    With ``reference`` (the exchanges of the checks with the reference solution, for each of the
    first seeds) some checks are not run with the other seeds: a check that is answered byte for
    byte as by the reference cannot tell the two apart, and the reference is measured in full; a
    check whose exchanges are the same with each seed does not depend on the seed.

    Args:
        seconds: for the answer's notebooks, and again for the checks with each seed.

    Raises:
        ForkEnded: the answer cannot be judged: its code took too long, or ended the process.
    """
    seeds = list(seeds)
    total = seconds * (1 + len(seeds))
    found: list[list[Verdict]] = after_answer(
        subject, answer, total, _verdicts, seeds, seconds, reference
    )
    return found


def exchanges(
    subject: Subject, answer: Answer, seeds: Iterable[int], seconds: int
) -> list[Exchanges]:
    """What each check asked an answer and was answered, as digests, for each seed.

    Raises:
        ForkEnded: as ``verdicts``.
    """
    seeds = list(seeds)
    total = seconds * (1 + len(seeds))
    found: list[Exchanges] = after_answer(subject, answer, total, _exchanges, seeds, seconds)
    return found


def lost(found: Iterable[Verdict]) -> set[str]:
    """The ids of the checks that did not pass."""
    return {verdict.id for verdict in found if not verdict.passed}


def feedback(found: Iterable[Verdict]) -> str:
    """Everything that the student is told of what failed."""
    failed = [verdict for verdict in found if verdict.status is CheckStatus.FAILED]
    return " ".join(f"{verdict.message} {verdict.hint}" for verdict in failed)


# --- in a fork ------------------------------------------------------------------------------


def _verdicts(
    workplace: Workplace, seeds: list[int], seconds: int, reference: Sequence[Exchanges]
) -> list[list[Verdict]]:
    first = seeds[: len(reference)] if reference else seeds
    judged = _judge_each(workplace, first, seconds)
    found = [verdicts for verdicts, _ in judged]
    known = _known([exchanges for _, exchanges in judged], reference, found)
    for seed in seeds[len(first) :]:
        found.append(in_fork(seconds, _judge, workplace, seed, known)[0])
    return found


def _exchanges(workplace: Workplace, seeds: list[int], seconds: int) -> list[Exchanges]:
    return [exchanges for _, exchanges in _judge_each(workplace, seeds, seconds)]


def _known(
    ours: Sequence[Exchanges], reference: Sequence[Exchanges], found: list[list[Verdict]]
) -> dict[str, Verdict]:
    """The verdicts that the other seeds need not find again, by check."""
    if not reference:
        return {}
    statuses = [{verdict.id: verdict.status for verdict in verdicts} for verdicts in found]

    def is_known(check: str) -> bool:
        mine = [exchanges.get(check) for exchanges in ours]
        theirs = [exchanges.get(check) for exchanges in reference]
        same_status = len({of_seed[check] for of_seed in statuses}) == 1
        is_constant = len({*mine}) == 1 and same_status
        return None not in mine and (mine == theirs or is_constant)

    return {verdict.id: verdict for verdict in found[0] if is_known(verdict.id)}


def _judge_each(
    workplace: Workplace, seeds: list[int], seconds: int
) -> list[tuple[list[Verdict], Exchanges]]:
    if len(seeds) == 1:  # nobody comes after it in this process
        return [_judge(workplace, seeds[0])]
    return [in_fork(seconds, _judge, workplace, seed) for seed in seeds]


def _judge(
    workplace: Workplace, seed: int, known: Mapping[str, Verdict] | None = None
) -> tuple[list[Verdict], Exchanges]:
    """The verdicts over a copy of the folder, and the exchanges of the checks that ran."""
    end_threads(workplace.namespaces.values())
    copy = workplace.folder.parent / f"seed-{os.getpid()}"
    shutil.copytree(workplace.folder, copy)
    os.chdir(copy)
    blueprint = workplace.subject.blueprint
    try:
        student = _Notebooks(workplace, copy)
        with using(blueprint.language):
            found = run_checks(workplace.subject.checks, student, seed, known=known)
    finally:
        os.chdir(workplace.folder)
        shutil.rmtree(copy, ignore_errors=True)
    ran = [
        each.id
        for each in found
        if each.status is not CheckStatus.SKIPPED and each.id not in (known or {})
    ]
    return found, dict(zip(ran, student.exchanges(), strict=True))


class _Notebooks(DirectStudent):
    """The namespaces of an assignment's notebooks, each asked about its own cells.

    It keeps a digest of what each check asks and is answered, work that checks share included.
    """

    def __init__(self, workplace: Workplace, folder: Path):
        self._workplace = workplace
        notebooks = workplace.subject.solutions
        sessions = {name: Session(workplace.enter(name).user_ns, folder) for name in notebooks}
        self._sessions = sessions
        first = next(iter(sessions.values()))
        super().__init__(first.namespace, first.folder)
        self._digests: list[Any] = []
        self._of_shared: dict[tuple[str, str], bytes] = {}

    def exchanges(self) -> list[bytes]:
        """A digest for each check that ran, in their order."""
        return [digest.digest() for digest in self._digests]

    def focus(self, cell: str) -> None:
        notebook = self._workplace.subject.notebook_of[cell]
        self._workplace.enter(notebook)
        self._session = self._sessions[notebook]
        self._digests.append(hashlib.sha256())

    def _ask(self, request: dict[str, Any], fresh: Session | None = None) -> dict[str, Any]:
        question = dumps(request)
        reply = (fresh or self._session).answer(question)
        self._digests[-1].update(question + reply)
        found: dict[str, Any] = loads(reply)
        return found

    def once(self, key: str, make: Callable[[], Any]) -> Any:
        return self._shared_work(("once", key), lambda: super(_Notebooks, self).once(key, make))

    def model(self, path: str) -> Model:
        found: Model = self._shared_work(
            ("model", path), lambda: super(_Notebooks, self).model(path)
        )
        return found

    def _shared_work(self, key: tuple[str, str], work: Callable[[], Any]) -> Any:
        """Do ``work``; a check that gets what another asked for counts as having asked it too."""
        self._digests.append(hashlib.sha256())
        try:
            return work()
        finally:
            digest = self._digests.pop().digest()
            self._digests[-1].update(self._of_shared.setdefault(key, digest) + digest)
