"""Proves the checks of assignments: holds every answer and every mutant to what it must get."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

from autograder import UserError
from autograder.assignment import Assignment
from autograder.authoring.build import stale_solutions
from autograder.checking.registry import checks_of
from autograder.course import Course
from autograder.sandbox.limits import Limits
from autograder.text import instead_of
from autograder.truth.answers import (
    EQUIVALENT,
    RIGHT,
    WRONG,
    Answer,
    AnswerError,
    answer_files,
    parse,
    read_equivalents,
    reference,
)
from autograder.truth.measure import SAME, Cache, Measurement, Workers
from autograder.truth.mutants import mutants
from autograder.truth.subject import Subject
from autograder.truth.verdicts import Exchanges

FEEDBACK = 600  # characters of it that a problem repeats

#: Called as ``progress(done, total, assignment)`` when an answer has been measured.
Progress = Callable[[int, int, str], None]


class TruthError(UserError):
    """There is nothing to prove; the message says what to write, and where."""


@dataclass(frozen=True)
class Options:
    """How to prove: seeds for each answer, whether with mutants, how many processes (0: all)."""

    seeds: int = 200
    mutants: bool = True
    jobs: int = 0


@dataclass
class Proof:
    """What one assignment showed.

    Attributes:
        assignment: its name.
        seeds: for each answer.
        checks: the ids of its checks.
        right: how many right answers could be judged, the reference among them.
        wrong: how many wrong ones.
        mutants: how many mutants there are; None where they were left out.
        killed: how many of them lose a point, or cannot be run.
        equivalent: how many lose none and are explained.
        flaky: the answers whose mark changes with the seed.
        caught: the wrong answers that fail each check.
        problems: what is not as it must be, a line each.
    """

    assignment: str
    seeds: int
    checks: tuple[str, ...]
    right: int = 0
    wrong: int = 0
    mutants: int | None = None
    killed: int = 0
    equivalent: int = 0
    flaky: list[str] = field(default_factory=list)
    caught: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    problems: list[str] = field(default_factory=list)

    def hold(self, answer: Answer, measurement: Measurement) -> None:
        """Hold a listed answer, or the reference, to what it must get with every seed."""
        if measurement.problem:
            self.problems.append(f"{answer.id}: it cannot be judged: {measurement.problem}")
            return
        self.right += answer.is_right
        self.wrong += not answer.is_right
        for name, fault in measurement.faulty.items():
            self.problems.append(f"{answer.id}: the check {name} fails by itself: {fault}")
        marks = Counter(map(frozenset, measurement.lost))
        if len(marks) > 1:
            self.flaky.append(answer.id)
            counts = _counts(marks, [frozenset(lost) for lost in measurement.lost])
            self.problems.append(f"{answer.id}: its mark changes with the seed: {counts}")
        usual = set(marks.most_common(1)[0][0])
        feedback = " ".join(measurement.feedback.split())
        quoted = f" (its student is told: {feedback[:FEEDBACK]})" if feedback else ""
        if usual != set(answer.loses):
            self.problems.append(f"{answer.id}: {self._difference(answer, usual)}{quoted}")
        elif answer.says.lower() not in feedback.lower():
            self.problems.append(f"{answer.id}: its student is not told “{answer.says}”{quoted}")
        if not answer.is_right:
            for name in measurement.failed:
                self.caught[name].append(answer.name)

    def _difference(self, answer: Answer, usual: set[str]) -> str:
        """How the checks that an answer usually loses differ from those that it must lose."""
        wanted = set(answer.loses)
        unknown = wanted - set(self.checks)
        differences = {"it loses": usual - wanted, "it does not lose": wanted - usual - unknown}
        words = [
            f"{words} {', '.join(sorted(names))}" for words, names in differences.items() if names
        ]
        words += [
            f"there is no check {name} ({instead_of(name, self.checks)})"
            for name in sorted(unknown)
        ]
        return "; ".join(words)

    def hold_checks(self) -> None:
        """Hold every check to be failed by a wrong answer.

        Not while something is wrong with an answer: what cannot be judged fails no check.
        """
        for name in () if self.problems else self.checks:
            if not self.caught[name]:
                self.problems.append(f"{self.assignment}: no wrong answer fails the check {name}")

    def hold_mutants(
        self, measured: Sequence[tuple[Answer, Measurement]], equivalents: dict[str, str]
    ) -> None:
        """Hold every mutant to lose a point, or to be explained."""
        self.mutants = len(measured)
        for mutant, measurement in measured:
            if measurement.problem or measurement.lost[0]:
                self.killed += 1
            elif equivalents.get(mutant.name, "").strip():
                self.equivalent += 1
            else:
                self.problems.append(f"{self.assignment}: this mutant survives: {mutant.name}")
        for name in sorted(equivalents.keys() - {mutant.name for mutant, _ in measured}):
            self.problems.append(f"{self.assignment}: {EQUIVALENT} explains no mutant: {name}")


def prove(
    course: Course,
    assignments: Sequence[str] = (),
    options: Options | None = None,
    progress: Progress | None = None,
) -> list[Proof]:
    """Prove the checks of some assignments, by name, or of all that give points.

    Raises:
        TruthError: one gives no points, or none has an answer.
        MeasureError: a worker died, or what was measured cannot be kept.
        UserError: the course, or something in it, is not as it must be.
    """
    options = options or Options()
    plans = [_Plan.of(course, each, options) for each in _chosen(course, assignments)]
    total, done = sum(plan.size for plan in plans), count(1)

    def advance(assignment: str) -> None:
        if progress:
            progress(next(done), total, assignment)

    seconds = round(Limits.from_environment().submission_seconds)
    with Workers(options.jobs, seconds) as workers:
        return [_prove(plan, options, workers, course.root, advance) for plan in plans]


@dataclass(frozen=True)
class _Plan:
    """What is to be measured of an assignment, and what of its answers cannot be."""

    subject: Subject
    checks: tuple[str, ...]
    answers: list[Answer]
    mutants: list[Answer]
    equivalents: dict[str, str]
    problems: list[str]

    @classmethod
    def of(cls, course: Course, assignment: Assignment, options: Options) -> _Plan:
        subject = Subject.of(course, assignment)
        answers: list[Answer] = []
        stale = stale_solutions(assignment)
        problems = [f"{each}: run `autograder build` first" for each in stale]
        equivalents: dict[str, str] = {}
        names = {cell.name for cell in subject.cells if cell.name}
        for path in answer_files(assignment):
            try:
                answer = parse(path, assignment.name)
            except AnswerError as error:
                problems.append(str(error))
                continue
            unknown = subject.unknown_cells(answer)
            problems += [
                f"{answer.id}: no code cell has the grade_id {name} ({instead_of(name, names)})"
                for name in unknown
            ]
            if not unknown:
                answers.append(answer)
        try:
            equivalents = read_equivalents(assignment)
        except AnswerError as error:
            problems.append(str(error))
        made = mutants(subject) if options.mutants else []
        checks = tuple(check.id for check in checks_of(subject.checks))
        return cls(subject, checks, answers, made, equivalents, problems)

    @property
    def size(self) -> int:
        """How many answers are to be measured, the reference among them."""
        return 1 + len(self.answers) + len(self.mutants)


def _prove(
    plan: _Plan, options: Options, workers: Workers, root: Path, advance: Callable[[str], None]
) -> Proof:
    proof = Proof(plan.subject.name, options.seeds, plan.checks, problems=list(plan.problems))
    measuring = _Measuring(workers, Cache(root, plan.subject), plan.subject)
    for answer, measurement in measuring.listed(plan.answers, options.seeds):
        proof.hold(answer, measurement)
        advance(proof.assignment)
    proof.hold_checks()
    if options.mutants:
        measured = []
        for pair in measuring.measured(plan.mutants, 1):
            measured.append(pair)
            advance(proof.assignment)
        proof.hold_mutants(measured, plan.equivalents)
    proof.problems.sort()
    return proof


def _chosen(course: Course, names: Sequence[str]) -> list[Assignment]:
    """The assignments to prove. Raises TruthError where nothing can be proved."""
    chosen = [course.assignment(name) for name in names] or list(course.graded)
    if not chosen:
        raise TruthError(f"no assignment in {course.source_dir} gives points: nothing to prove")
    for assignment in chosen:
        if not assignment.graded:
            raise TruthError(f"{assignment.name} gives no points: it has no checks to prove")
    if not any(True for assignment in chosen for _ in answer_files(assignment)):
        folder = chosen[0].answers
        raise TruthError(
            f"there is no answer to prove the checks with: write right ones in {folder / RIGHT} "
            f"and wrong ones in {folder / WRONG}, a .py file each. A wrong one begins with the "
            "lines `# What is wrong.`, `# loses: a_check`, `# says: words of what its student is "
            "told`, then `# %% NAME` and the cell of that name, answered so"
        )
    return chosen


@dataclass(frozen=True)
class _Measuring:
    """Measures the answers of one assignment, but for what is kept."""

    workers: Workers
    cache: Cache
    subject: Subject

    def listed(self, listed: Sequence[Answer], seeds: int) -> Iterator[tuple[Answer, Measurement]]:
        """What the reference and the listed answers get."""
        solution = reference(self.subject.name)
        yield from self.measured([solution], seeds)
        exchanges: list[Exchanges] = []
        if any(self.cache.read(answer, seeds) is None for answer in listed):
            exchanges = self.workers.exchanges(self.subject, solution, min(SAME, seeds))
        yield from self.measured(listed, seeds, exchanges)

    def measured(
        self, answers: Sequence[Answer], seeds: int, exchanges: Sequence[Exchanges] = ()
    ) -> Iterator[tuple[Answer, Measurement]]:
        """What each answer gets, those that are kept first."""
        missing = []
        for answer in answers:
            kept = self.cache.read(answer, seeds)
            if kept is None:
                missing.append(answer)
            else:
                yield answer, kept
        for answer, found in self.workers.measure(self.subject, missing, seeds, exchanges):
            if not found.problem:  # what kept it from being judged may be the machine
                self.cache.write(answer, seeds, found)
            yield answer, found


def _counts(marks: Counter[frozenset[str]], by_seed: Sequence[frozenset[str]]) -> str:
    """How often an answer lost what, each with a seed with which it did."""
    return "; ".join(
        f"{times} times it loses {', '.join(sorted(lost)) or 'nothing'} "
        f"(with seed {by_seed.index(lost)})"
        for lost, times in marks.most_common()
    )
