"""``make truth``: the kill matrix, the mutants, the flakiness, and the README's figures.

    export PYTHONPATH=tests/class
    python -m truth                      # everything (an hour and more)
    python -m truth -a homework --seeds 20 --no-mutants
    python -m truth --write              # also update the table in the READMEs

What is measured is kept below ``.stamps/truth`` until the answer, or anything that judges it,
changes: interrupted, the next run goes on from there.

Ends 1 when a right answer loses a point, a wrong one does not lose exactly what it must, a check
kills nothing, a mutant survives without a note, or a mark changes with the seed.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import sys
from collections import Counter, defaultdict
from dataclasses import asdict, dataclass, field
from pathlib import Path

os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ["MPLBACKEND"] = "agg"

from joblib import Parallel, delayed
from the_course import COURSE, ROOT, blueprint, checks

from autograder.checking import checks_of
from autograder.records import write_atomically
from benchmarks.readme import write_block
from truth import answers, runner
from truth.mutants import mutants

EQUIVALENT = Path(__file__).with_name("equivalent.json")
DATA = ROOT / "datasets"
KEPT = ROOT / ".stamps/truth"
SAME = 5  # seeds with which a check must hear the same of an answer as of the reference


@dataclass
class Tally:
    """What one assignment showed."""

    right: int = 0
    wrong: int = 0
    mutants: int = 0
    killed: int = 0
    explained: int = 0
    flaky: list[str] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    kills: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("-a", "--assignment", action="append", help="only this one; repeatable")
    parser.add_argument("--seeds", type=int, default=200, help="seeds for each answer")
    parser.add_argument("--no-mutants", action="store_true", help="leave out automatic mutants")
    parser.add_argument("--jobs", type=int, default=os.cpu_count(), help="processes")
    parser.add_argument("--write", action="store_true", help="update the READMEs' table")
    options = parser.parse_args()
    names = options.assignment or [each.name for each in COURSE.graded]
    tallies = {name: measure(name, options) for name in names}
    for name, tally in tallies.items():
        show(name, tally)
    text = table(tallies, options)
    print(text)
    if options.write:
        write_block("truth", text)
    sys.exit(any(tally.problems for tally in tallies.values()))


def measure(name: str, options: argparse.Namespace) -> Tally:
    tally = Tally()
    reference = answers.reference(name)
    journal = Journal(name)
    run = Parallel(n_jobs=options.jobs, return_as="generator_unordered", batch_size=1)
    listed = sorted(answers.load(name), key=runner.in_common)  # what they share is run once
    heard: list[runner.Heard] = []
    if not all(journal.read(each, options.seeds) for each in listed):
        heard = runner.heard(reference, range(min(SAME, options.seeds)))
    work = [delayed(_measured)(journal, each, options.seeds, heard) for each in listed]
    work.insert(0, delayed(_measured)(journal, reference, options.seeds, ()))
    for done, (answer, found) in enumerate(run(work), start=1):
        judge(answer, found, tally)
        progress(name, "answers", done, len(work))
    for each in checks_of(checks(name)):
        if not tally.kills[each.id]:
            tally.problems.append(f"check {each.id} kills no wrong answer")
    if not options.no_mutants:
        explained = _explained(name)
        made = mutants(COURSE.assignment(name))
        work = (delayed(_measured)(journal, each, 1, ()) for each in made)
        for done, (answer, found) in enumerate(run(work), start=1):
            count_mutant(answer, found, explained, tally)
            progress(name, "mutants", done, len(made))
    return tally


def progress(name: str, what: str, done: int, total: int) -> None:
    if done % 10 == 0 or done == total:
        print(f"{name}: {done}/{total} {what}", file=sys.stderr, flush=True)


@dataclass(frozen=True)
class Found:
    """What an answer got: the checks lost with each seed; what failed and was said with the first.

    ``error`` is what went wrong where it could not be judged.
    """

    lost: list[list[str]]
    failed: list[str]
    said: str
    error: str = ""


class Journal:
    """What was measured already, a file for each answer and number of seeds."""

    def __init__(self, name: str):
        assignment = COURSE.assignment(name)
        sources = [assignment.solution(each) for each in assignment.notebooks]
        sources += [*sorted(DATA.glob("*.csv")), DATA / "generate.py"]
        sources += [Path(module) for module in (runner.__file__, answers.__file__)]
        content = b"".join(path.read_bytes() for path in sources)
        self._judges = blueprint(name).fingerprint + hashlib.sha256(content).hexdigest()

    def path(self, answer: answers.Answer, seeds: int) -> Path:
        key = json.dumps([self._judges, seeds, answer.assignment, answer.cells, answer.files])
        return KEPT / f"{hashlib.sha256(key.encode()).hexdigest()}.json"

    def read(self, answer: answers.Answer, seeds: int) -> Found | None:
        path = self.path(answer, seeds)
        return Found(**json.loads(path.read_text())) if path.is_file() else None

    def write(self, answer: answers.Answer, seeds: int, found: Found) -> None:
        write_atomically(self.path(answer, seeds), json.dumps(asdict(found)))


def _measured(journal: Journal, answer: answers.Answer, seeds: int, heard):
    found = journal.read(answer, seeds)
    if found is None:
        found = _measure(answer, seeds, heard)
        if not found.error:
            journal.write(answer, seeds, found)
    return answer, found


def _measure(answer: answers.Answer, seeds: int, heard) -> Found:
    try:
        found = runner.verdicts(answer, range(seeds), heard)
    except Exception as error:
        return Found([], [], "", f"{type(error).__name__}: {error}")
    failed = [verdict.id for verdict in found[0] if verdict.status == "failed"]
    return Found([sorted(runner.lost(each)) for each in found], failed, runner.said(found[0]))


def judge(answer: answers.Answer, found: Found, tally: Tally) -> None:
    """Hold one listed answer to what it must get, with every seed."""
    if found.error:
        tally.problems.append(f"{answer.id}: {found.error}")
        return
    tally.right += answer.right
    tally.wrong += not answer.right
    marks = Counter(map(frozenset, found.lost))
    if len(marks) > 1:
        tally.flaky.append(answer.id)
        tally.problems.append(f"{answer.id}: flaky: {_counts(marks)}")
    usual = set(marks.most_common(1)[0][0])
    if usual != set(answer.loses):
        tally.problems.append(_difference(answer, usual, found.said))
    elif answer.says and answer.says.lower() not in found.said.lower():
        tally.problems.append(f"{answer.id}: is not told «{answer.says}»: {found.said}")
    for name in found.failed:
        tally.kills[name].append(answer.name)


def _counts(marks: Counter) -> str:
    return "; ".join(f"{count}× loses {sorted(lost) or 'nothing'}" for lost, count in marks.items())


def _difference(answer: answers.Answer, usual: set[str], said: str) -> str:
    more, less = sorted(usual - set(answer.loses)), sorted(set(answer.loses) - usual)
    text = f"{answer.id}: "
    text += f"loses {', '.join(more)} too. " if more else ""
    text += f"does not lose {', '.join(less)}. " if less else ""
    return text + said[:600]


def count_mutant(answer: answers.Answer, found: Found, explained: set[str], tally: Tally) -> None:
    tally.mutants += 1
    if found.error or found.lost[0]:
        tally.killed += 1
    elif answer.name in explained:
        tally.explained += 1
    else:
        tally.problems.append(f"{answer.assignment}: mutant survives: {answer.name}")


def _explained(name: str) -> set[str]:
    """Mutants that were looked at and are equivalent, each with its reason."""
    notes = json.loads(EQUIVALENT.read_text(encoding="utf-8")).get(name, {})
    return {mutant for mutant, why in notes.items() if why.strip()}


def show(name: str, tally: Tally) -> None:
    """The kill matrix of one assignment, then its problems."""
    print(f"\n## {name}")
    for each in checks_of(checks(name)):
        killed = tally.kills[each.id]
        print(f"  {each.id:<58}{len(killed):>3}  {', '.join(sorted(killed))}")
    for problem in sorted(tally.problems):
        print(f"  PROBLEM {problem}")


def table(tallies: dict[str, Tally], options: argparse.Namespace) -> str:
    """The figures, in Markdown."""
    heads = ("assignment", "checks", "right", "wrong", "mutants", "killed", "equivalent", "flaky")
    lines = ["| " + " | ".join(heads) + " |", "|---" * len(heads) + "|"]
    for name, tally in tallies.items():
        count = len(checks_of(checks(name)))
        row = (name, count, tally.right, tally.wrong, tally.mutants, tally.killed)
        lines.append("| " + " | ".join(map(str, (*row, tally.explained, len(tally.flaky)))) + " |")
    held = sum(len(tally.problems) for tally in tallies.values())
    lines += ["", f"Seeds for each answer: {options.seeds}. Problems: {held}."]
    return "\n".join(lines)


if __name__ == "__main__":
    main()
