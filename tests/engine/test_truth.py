"""`autograder truth`: each thing that is not as it must be is a line, and the status says so."""

from __future__ import annotations

import contextlib
import json
import operator
import os
import shutil
import signal
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import demo_course
import jupytext
import pytest
from demo_course import command, from_its_file, started, write
from typer.testing import CliRunner

from autograder.authoring.build import build
from autograder.cli import app
from autograder.course import Course
from autograder.grading.grade import grade
from autograder.sandbox.driver import Sandbox
from autograder.truth import measure, table
from autograder.truth.answers import Answer, AnswerError, parse, read_answers, reference
from autograder.truth.forks import ForkEnded, PreparedProcess, in_fork
from autograder.truth.measure import CACHE, Cache, Measurement
from autograder.truth.mutants import mutants
from autograder.truth.proof import Proof
from autograder.truth.runs import as_submission
from autograder.truth.subject import Subject
from autograder.truth.verdicts import exchanges, feedback, lost, verdicts

SECONDS = round(demo_course.PATIENCE)
SURVIVOR = "note: line 1: drop `from pathlib import Path`"
ANSWERS = {
    "right/multiplies.py": """\
# It multiplies, and its note is handed in as a file.
# %% square
def square(x):
    return x * x
# %% note
pass
# %% file note.md
text = reference + "hello\\n"
""",
    "wrong/doubles.py": """\
# Doubles.
# loses: squares_every_element, squares_a_single_number
# says: use `x ** 2`
# %% square
def square(x):
    return 2 * x
""",
    "wrong/one-number.py": """\
# Squares a single number wrongly.
# loses: squares_a_single_number
# says: expected 9
# %% square
def square(x):
    return x ** 2 if hasattr(x, "size") else 0
""",
    "wrong/no-note.py": """\
# Its note is deleted, in bytes that are not handed in.
# loses: writes_the_note
# says: a note with content
# %% note
pass
# %% file note.md
text = None
""",
}
EQUIVALENT = {SURVIVOR: "The notebook's first cell imports it too."}
ONE_MORE_CHECK = """

@check("note-test", points=0)
def {name}(student, rng):
    '''{title}'''
    {body}
"""
ALWAYS = ONE_MORE_CHECK.format(
    name="is_there", title="It is there.", body="student.value('square')"
)
FLAKY = ONE_MORE_CHECK.format(
    name="is_lucky",
    title="It is lucky.",
    body="expect(rng.random() < 0.5).to_equal(True, expected='luck')",
)
BROKEN = ONE_MORE_CHECK.format(name="breaks", title="It breaks.", body="1 / 0")


def make_course(root: Path) -> Path:
    """The demo course with its answers."""
    demo_course.make_course(root)
    for name, content in ANSWERS.items():
        write(answers_of(root) / name, content)
    write(answers_of(root) / "equivalent.json", json.dumps(EQUIVALENT))
    return root


def answers_of(root: Path) -> Path:
    return root / "solutions/demo/answers"


WORDS = ("truth", "--jobs", "1", "--seeds", "6")


def truth(root: Path, *words: str | Path) -> Any:
    """What the command gives in this process: its workers are processes all the same."""
    words = (*WORDS, "--course", root, *words)
    return CliRunner().invoke(app, [str(word) for word in words], catch_exceptions=False)


def problems(run: Any) -> list[str]:
    """The problems that a run names, a line each, which must be all that stderr says."""
    lines = run.stderr.splitlines()
    assert run.exit_code == 1
    assert all(line.startswith("problem: ") for line in lines), run.stderr
    return [line.removeprefix("problem: ") for line in lines]


@pytest.fixture(scope="module", autouse=True)
def pool() -> Iterator[None]:
    """Has every run in this process use the same workers, which import what they need once."""
    shared = measure.ProcessPoolExecutor(1, env=measure.ENVIRONMENT)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(measure, "ProcessPoolExecutor", lambda *_, **__: shared)
        patch.setattr(shared, "shutdown", lambda *_, **__: None)
        yield
    shared.shutdown(wait=True)


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A course whose checks have been proved once."""
    root = make_course(tmp_path_factory.mktemp("truth") / "course")
    run = from_its_file(*WORDS, cwd=root)
    assert (run.returncode, run.stderr) == (0, ""), run.stdout
    assert "proving 12/12 demo" in run.stdout
    assert "| demo | 3 | 2 | 3 | 7 | 6 | 1 | 0 | 6 | 0 |" in run.stdout
    assert "squares_a_single_number    1  one-number" in run.stdout  # doubles: it is skipped
    return root


@pytest.fixture()
def proved(original: Path, tmp_path: Path) -> Path:
    """A copy of it that a test may spoil; what was measured is kept there."""
    return Path(shutil.copytree(original, tmp_path / "course"))


def kept(root: Path) -> dict[str, int]:
    """What is kept, by its path in the course, and when it was measured."""
    files = (root / CACHE / "truth").rglob("*.json")
    return {str(path.relative_to(root)): path.stat().st_mtime_ns for path in files}


# --- what the command says ------------------------------------------------------------------


def test_what_has_not_changed_is_not_measured_again(proved: Path) -> None:
    before = kept(proved)
    assert len(before) == 12
    write(answers_of(proved) / "wrong/zero.py", ANSWERS["wrong/doubles.py"].replace("2 * x", "0"))
    run = truth(proved)
    assert (run.exit_code, run.stderr) == (0, "")
    assert before.items() < kept(proved).items() and len(kept(proved)) == 13
    assert "proving 13/13 demo" in run.stdout


def test_it_goes_on_where_it_was_interrupted(proved: Path) -> None:
    before = kept(proved)
    missing, damaged = sorted(before)[:2]
    (proved / missing).unlink()
    (proved / damaged).write_text("{")
    assert truth(proved).exit_code == 0
    assert {name for name, when in kept(proved).items() if before[name] != when} == {
        missing,
        damaged,
    }


def test_interrupted_it_leaves_no_folder_and_no_process(proved: Path, tmp_path: Path) -> None:
    waits = "# Waits.\n# %% square\nopen('../../begun', 'w')\nwhile True:\n    pass\n"
    write(answers_of(proved) / "right/waits.py", waits)
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    with started(*WORDS, cwd=proved, scratch=scratch) as run:
        while not list(scratch.glob("*/begun")) and run.poll() is None:
            time.sleep(0.05)
        run.send_signal(signal.SIGINT)
        said, _ = run.communicate(timeout=demo_course.PATIENCE)
    assert run.returncode == 130 and "run it again to go on" in said
    assert list(scratch.iterdir()) == []


def test_a_change_to_what_judges_measures_all_again_and_keeps_no_more_files(proved: Path) -> None:
    before = kept(proved)
    checks = proved / "solutions/demo/checks.py"
    checks.write_text(checks.read_text() + "# nothing\n")
    assert truth(proved).exit_code == 0
    assert len(kept(proved)) == len(before) and not kept(proved).keys() & before.keys()


@pytest.mark.parametrize(
    ("name", "old", "new", "problem"),
    [
        (
            "wrong/doubles.py",
            "squares_every_element, squares_a_single_number",
            "squares_every_element, writes_the_note",
            "demo/wrong/doubles: it loses squares_a_single_number; it does not lose "
            "writes_the_note (its student is told: ",
        ),
        (
            "wrong/doubles.py",
            "squares_every_element, ",
            "squares_every_element, sqares_it, ",
            "demo/wrong/doubles: there is no check sqares_it (there are: ",
        ),
        (
            "wrong/doubles.py",
            "says: use",
            "says: never use",
            "demo/wrong/doubles: its student is not told “never use `x ** 2`” (its student is ",
        ),
        ("right/multiplies.py", "hello", "bye", "demo/right/multiplies: it loses writes_the_note"),
        (
            "right/multiplies.py",
            "# %% square",
            "# %% squared",
            "demo/right/multiplies: no code cell has the grade_id squared (did you mean square?)",
        ),
        (
            "right/multiplies.py",
            "reference +",
            "refrence +",
            "demo/right/multiplies: it cannot be judged: NameError: name 'refrence' is not defined",
        ),
    ],
)
def test_an_answer_that_does_not_get_what_it_says(
    proved: Path, name: str, old: str, new: str, problem: str
) -> None:
    assert ANSWERS[name].count(old) == 1
    write(answers_of(proved) / name, ANSWERS[name].replace(old, new))
    run = truth(proved)
    [line] = problems(run)
    assert line.startswith(problem)
    assert "| 6 | 1 |" in run.stdout


def test_a_header_that_lacks_something(proved: Path) -> None:
    path = answers_of(proved) / "wrong/doubles.py"
    path.write_text(ANSWERS["wrong/doubles.py"].replace("# says: use `x ** 2`\n", ""))
    run = truth(proved)
    [said] = problems(run)
    assert said.startswith(f"{path}: copy some words of the message or hint")


def test_a_check_that_no_wrong_answer_fails(proved: Path) -> None:
    write(proved / "solutions/demo/checks.py", demo_course.CHECKS + ALWAYS.encode())
    run = truth(proved, "--no-mutants")
    assert problems(run) == ["demo: no wrong answer fails the check is_there"]
    assert "| demo | 4 | 2 | 3 | – | – | – | 0 | 6 | 1 |" in run.stdout


def test_a_mutant_that_survives(proved: Path) -> None:
    (answers_of(proved) / "equivalent.json").write_text(json.dumps({SURVIVOR: " "}))
    run = truth(proved)
    assert problems(run) == [f"demo: this mutant survives: {SURVIVOR}"]


def test_a_note_about_no_mutant(proved: Path) -> None:
    notes = {**EQUIVALENT, "square: line 9: drop `x`": "It was there once."}
    (answers_of(proved) / "equivalent.json").write_text(json.dumps(notes))
    run = truth(proved)
    assert problems(run) == ["demo: equivalent.json explains no mutant: square: line 9: drop `x`"]
    (answers_of(proved) / "equivalent.json").write_text("[]")
    [said, _] = problems(truth(proved))
    assert said.endswith(
        'equivalent.json: write {"name of the mutant": "why no check can tell it"}'
    )


def test_a_mark_that_changes_with_the_seed(proved: Path) -> None:
    write(proved / "solutions/demo/checks.py", demo_course.CHECKS + FLAKY.encode())
    run = truth(proved, "--no-mutants")
    flaky = [line for line in problems(run) if "its mark changes with the seed" in line]
    assert len(flaky) == 5
    assert flaky[0].startswith("demo/right/multiplies: its mark changes with the seed: ")
    assert "times it loses is_lucky" in flaky[0] and "times it loses nothing" in flaky[0]
    assert "| 5 | 6 |" in run.stdout


def test_a_check_that_fails_by_itself(proved: Path) -> None:
    write(proved / "solutions/demo/checks.py", demo_course.CHECKS + BROKEN.encode())
    run = truth(proved, "--no-mutants")
    line = (demo_course.CHECKS + BROKEN.encode()).count(b"\n")
    assert (
        f"demo/right/reference: the check breaks fails by itself: checks.py:{line}: "
        "ZeroDivisionError: division by zero" in problems(run)
    )


def test_a_notebook_that_is_not_of_its_script(proved: Path) -> None:
    solution = proved / "solutions/demo/demo.ipynb"
    script = jupytext.writes(jupytext.read(solution), fmt="py:percent")
    write(proved / "solutions/demo/demo.py", script)
    build(Course.at(proved))
    assert truth(proved, "--no-mutants").exit_code == 0
    write(proved / "solutions/demo/demo.py", script.replace("x ** 2", "x * x"))
    [said] = problems(truth(proved, "--no-mutants"))
    assert said == f"{solution}: cell 3 (square): its source differs: run `autograder build` first"


def test_an_answer_that_never_ends(proved: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AUTOGRADER_SUBMISSION_SECONDS", "1")
    endless = "# Never ends.\n# %% square\nwhile True:\n    pass\n"
    write(answers_of(proved) / "right/endless.py", endless)
    run = truth(proved)
    [line] = problems(run)
    assert line.startswith("demo/right/endless: it cannot be judged: it took more than ")


def test_what_it_needs_to_be_told(proved: Path) -> None:
    def complaint(*words: str | Path) -> str:
        run = command("truth", *words, cwd=proved)
        assert (run.returncode, run.stdout) == (2, "")
        assert len(run.stderr.splitlines()) == 1 and "Traceback" not in run.stderr
        return run.stderr

    assert "no assignment 'first' in " in complaint("-a", "first")
    readme = write(proved / "README.md", "# Demo\n")
    said = complaint("--write", readme)
    assert "write the lines <!-- truth: begin --> and <!-- truth: end -->" in said
    assert "cannot be read" in complaint("--write", "none.md")
    assert truth(proved, "--seeds", "0").exit_code == 2
    write(proved / "solutions/demo/checks.py", "import nowhere\n")
    assert "loaded: solutions/demo/checks.py:1: ModuleNotFoundError" in complaint()
    shutil.rmtree(answers_of(proved))
    said = complaint("-a", "demo")
    for wanted in (
        str(answers_of(proved) / "right"),
        str(answers_of(proved) / "wrong"),
        "# loses:",
    ):
        assert wanted in said
    (proved / "notebooks/demo/demo.ipynb").unlink()
    (proved / "solutions/demo/demo.ipynb").unlink()
    assert "no assignment" in complaint("-a", "demo")


def test_it_writes_the_rows_that_were_proved_and_no_other(proved: Path) -> None:
    begin, end = "<!-- truth: begin -->", "<!-- truth: end -->"
    shutil.copytree(proved / "solutions/demo", proved / "solutions/twin")
    shutil.copytree(proved / "notebooks/demo", proved / "notebooks/twin")
    for folder in ("solutions", "notebooks"):
        (proved / folder / "twin/demo.ipynb").rename(proved / folder / "twin/twin.ipynb")
    head = table.table([])
    gone, twin = (f"| {name} | 9 | 9 | 9 | 9 | 9 | 9 | 9 | 9 | 9 |" for name in ("gone", "twin"))
    readme = write(proved / "README.md", f"# Demo\n{begin}\n{head}\n{gone}\n{twin}\n{end}\nMore.\n")
    run = truth(proved, "-a", "demo", "--write", readme)
    assert run.exit_code == 0, run.stderr
    row = "| demo | 3 | 2 | 3 | 7 | 6 | 1 | 0 | 6 | 0 |"
    assert readme.read_text() == f"# Demo\n{begin}\n{head}\n{row}\n{twin}\n{end}\nMore.\n"


def test_the_cache_is_out_of_git_and_out_of_sight(proved: Path) -> None:
    assert (proved / CACHE / ".gitignore").read_text() == "*\n"
    assert CACHE.startswith(".")


# --- answers as files -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "text", "complaint"),
    [
        ("right", "# %% a\n1\n", "say what the answer is in its first line"),
        ("right", "\n# It is.\n# %% a\n1\n", "say what the answer is in its first line"),
        ("wrong", "# loses: x\n# says: y\n# %% a\n1\n", "say what the answer is in its first line"),
        ("right", "# It is.\n", "changes nothing"),
        ("right", "# It is.\n# loses: x\n# %% a\n1\n", "a right answer loses nothing: drop `# los"),
        ("wrong", "# It is.\n# says: x\n# %% a\n1\n", "name the checks that it loses: `# loses: "),
        ("wrong", "# It is.\n# loses: ,\n# says: x\n# %% a\n1\n", "name the checks that it loses"),
        ("wrong", "# It is.\n# loses: x\n# %% a\n1\n", "A student who loses points is told why"),
        ("wrong", "# It is.\n# lose: x\n# says: x\n# %% a\n1\n", "`# lose:` .*: write `# loses:`"),
        ("right", "# It is.\n#%% a\n1\n", "`#%% a` begins nothing: write `# %% NAME`"),
        ("right", "# It is.\n# %% a\n1\n# %% fil b.csv\n2\n", "`# %% fil b.csv` begins nothing"),
        ("right", "# é\n# %% a\n1\n".encode("latin-1"), "is not UTF-8"),
    ],
)
def test_an_answer_that_cannot_be_used_says_what_to_write(
    tmp_path: Path, kind: str, text: str | bytes, complaint: str
) -> None:
    path = write(tmp_path / kind / "a.py", text)
    with pytest.raises(AnswerError, match=complaint) as raised:
        parse(path, "demo")
    assert str(path) in str(raised.value)


def test_an_answer_is_read_with_its_cells_and_files(tmp_path: Path) -> None:
    answer = parse(write(tmp_path / "right/a.py", ANSWERS["right/multiplies.py"]), "demo")
    assert answer.id == "demo/right/a" and answer.is_right
    assert answer.cells == {"square": "def square(x):\n    return x * x", "note": "pass"}
    assert answer.files == {"note.md": 'text = reference + "hello\\n"'}
    wrong = parse(write(tmp_path / "wrong/b.py", ANSWERS["wrong/doubles.py"]), "demo")
    assert wrong.id == "demo/wrong/b" and wrong.about == "Doubles."
    assert wrong.loses == ("squares_every_element", "squares_a_single_number")


# --- verdicts -------------------------------------------------------------------------------


def subject_of(root: Path) -> Subject:
    course = Course.at(root)
    return Subject.of(course, course.assignment("demo"))


def listed(root: Path) -> dict[str, Answer]:
    return {each.name: each for each in read_answers(Course.at(root).assignment("demo"))}


def test_the_sandbox_gives_the_same_verdicts(original: Path, sandbox: Sandbox) -> None:
    subject = subject_of(original)
    for answer in (reference("demo"), *listed(original).values()):
        handed_in = as_submission(subject, answer, SECONDS, "ana")
        result = grade(subject.blueprint, handed_in, 5, sandbox)
        [direct] = verdicts(subject, answer, [5], SECONDS)
        assert lost(result.checks) == lost(direct) == set(answer.loses)
        assert feedback(result.checks) == feedback(direct)


def test_a_check_that_is_answered_as_by_the_reference_is_not_run_again(tmp_path: Path) -> None:
    root = make_course(tmp_path / "course")
    calls = write(tmp_path / "calls", b"")
    noting = f"def note(name):\n    open({str(calls)!r}, 'a').write(name + '\\n')\n\n\n"
    checks = demo_course.CHECKS.decode()
    for name in ("squares_every_element", "writes_the_note"):
        start = checks.index('"""', checks.index(f"def {name}"))
        end = checks.index('"""', start + 3) + 3
        checks = f"{checks[:end]}\n    note({name!r}){checks[end:]}"
    write(root / "solutions/demo/checks.py", noting + checks)
    subject, doubles = subject_of(root), listed(root)["doubles"]
    of_reference = exchanges(subject, reference("demo"), range(3), SECONDS)
    calls.write_bytes(b"")
    found = verdicts(subject, doubles, range(8), SECONDS, of_reference)
    assert Counter(calls.read_text().split()) == {"squares_every_element": 8, "writes_the_note": 3}
    assert [lost(of_seed) for of_seed in found] == [set(doubles.loses)] * 8


DROPS = ["drop `def f():`", "drop `return 2`"]
MAGIC = "%matplotlib inline\nlimit = 3\n### BEGIN SOLUTION\nlimit = 4\n### END SOLUTION"


def solution(source: str) -> Subject:
    made = demo_course.notebook(demo_course.cell(source, "a", solution=True))
    return Subject(demo_course.blueprint(), {"demo": demo_course.as_bytes(made)}, {})


@pytest.mark.parametrize(
    ("source", "changes"),
    [
        ("a < b", ["`a < b` with LtE", "drop `a < b`"]),
        ("a + b", ["`a + b` with Sub", "drop `a + b`"]),
        (
            "x = a and not b",
            ["`a and (not b)` with Or", "`not b` with UAdd", "drop `x = a and (not b)`"],
        ),
        ("x = True", ["True as False", "drop `x = True`"]),
        ("def f():\n    'It does.'\n    return 2", ["2 as 3", "2 as 4", *DROPS]),
        (MAGIC, ["4 as 5", "4 as 8", "drop `limit = 4`"]),
    ],
)
def test_a_mutant_changes_one_thing_of_the_solution(source: str, changes: list[str]) -> None:
    made = mutants(solution(source))
    found = [answer.name.split(": ", maxsplit=2)[2] for answer in made]
    assert sorted(found) == sorted(changes)
    sources = [answer.cells["a"] for answer in made]
    assert len({*sources, source}) == len(made) + 1


def test_what_students_do_not_write_has_no_mutant() -> None:
    made = demo_course.notebook(demo_course.cell("x = 1", "a"), demo_course.cell("y = 2"))
    assert mutants(Subject(demo_course.blueprint(), {"d": demo_course.as_bytes(made)}, {})) == []


# --- forks, the cache, the table ------------------------------------------------------------


def test_a_fork_gives_what_it_returns_or_why_it_did_not() -> None:
    assert in_fork(SECONDS, sum, [1, 2]) == 3
    with pytest.raises(ForkEnded, match="ZeroDivisionError: division by zero"):
        in_fork(SECONDS, operator.truediv, 1, 0)
    with pytest.raises(ForkEnded, match=r"its process ended \(status 7\)"):
        in_fork(SECONDS, os._exit, 7)
    with pytest.raises(ForkEnded, match="it took more than 1 s"):
        in_fork(1, signal.pause)


class Numbers:
    """A state that requests change."""

    def __init__(self) -> None:
        self.seen = [1]

    def restore(self) -> None:
        """Each fork has its own: there is nothing to put back."""


@contextlib.contextmanager
def numbers() -> Iterator[Numbers]:
    yield Numbers()


@contextlib.contextmanager
def nothing() -> Iterator[Numbers]:
    raise ValueError("no numbers")
    yield


def add(state: Numbers, number: int) -> list[int]:
    state.seen.append(number)
    return state.seen


def test_requests_to_a_prepared_process_do_not_see_one_another() -> None:
    process = PreparedProcess(numbers)
    assert [process.ask(SECONDS, add, number) for number in (2, 3)] == [[1, 2], [1, 3]]
    with pytest.raises(ForkEnded, match="TypeError"):
        process.ask(SECONDS, add)
    assert process.ask(SECONDS, add, 4) == [1, 4]
    process.close()
    broken = PreparedProcess(nothing, [])
    for why in ("ValueError: no numbers", "has ended"):
        with pytest.raises(ForkEnded, match=why):
            broken.ask(SECONDS, add, 1)
    broken.close()


def test_what_is_kept_is_of_an_answer_its_seeds_and_what_judges_it(tmp_path: Path) -> None:
    root = make_course(tmp_path / "course")
    answers = listed(root)
    found = Measurement([["a"]], ["a"], "No.", [])
    cache = Cache(root, subject_of(root))
    cache.write(answers["doubles"], 6, found)
    assert cache.read(answers["doubles"], 6) == found
    header = replace(answers["doubles"], loses=("b",), says="Yes.", about="It.", name="other")
    assert cache.read(header, 6) == found  # judged anew, not measured
    assert cache.read(answers["doubles"], 7) is None
    assert cache.read(answers["no-note"], 6) is None
    (root / "data/cars.csv").write_text("name,weight\n")
    later = Cache(root, subject_of(root))
    assert later.read(answers["doubles"], 6) is None
    assert cache.read(answers["doubles"], 6) == found
    later.write(answers["no-note"], 6, found)
    assert cache.read(answers["doubles"], 6) is None


def test_rows_of_a_table_in_another_form_are_not_taken() -> None:
    proof = Proof("demo", 6, ("a", "b"), right=1, wrong=2, mutants=3, killed=2, equivalent=1)
    old = "| assignment | checks |\n|---|---|\n| demo | 3 |\n| other | 4 |"
    assert table.updated(old, [proof], ["demo", "other"]) == table.table([proof])
    assert table.rows_of(table.table([proof]))["demo"]["killed"] == "2"
