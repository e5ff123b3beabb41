"""The machine fails under the grader: disk, database, workers, sandbox, clock."""

from __future__ import annotations

import contextlib
import errno
import itertools
import os
import signal
import sqlite3
import subprocess
import time
from pathlib import Path

import demo_course
import pytest
from people import MARKS, PATIENCE

from autograder import records
from autograder.grading.cohort import CohortError, Options, grade_cohort
from autograder.grading.opening import GradebookError
from autograder.records import read
from autograder.sandbox import isolation as isolating
from autograder.sandbox.isolation import IsolationError

# --- disk -----------------------------------------------------------------------------------


@pytest.fixture()
def small_disk(people):
    """Mount a disk of so many kilobytes somewhere in the course; grown with ``None``."""
    mounted: list[Path] = []

    def mount(folder: str, kilobytes: int | None) -> None:
        path = people.root / folder
        path.mkdir(exist_ok=True)
        size = f"size={kilobytes or 20_000}k"
        words = ["-o", f"remount,{size}"] if path in mounted else ["-t", "tmpfs", "-o", size, "x"]
        done = subprocess.run(["mount", *words, str(path)], capture_output=True, check=False)
        if done.returncode != 0:
            pytest.skip("only root mounts a small disk")
        mounted.append(path)

    yield mount
    for path in mounted[:1]:
        subprocess.run(["umount", str(path)], check=True)


@pytest.mark.parametrize(("folder", "kilobytes"), [("results", 4), ("autograded", 12)])
def test_a_full_disk_is_one_line_and_the_rerun_is_complete(folder, kilobytes, people, small_disk):
    small_disk(folder, kilobytes)
    with pytest.raises(CohortError, match=r"No space left on device.*run again"):
        people.grade()
    small_disk(folder, None)
    people.grade()
    people.check()


def test_a_full_disk_under_the_gradebook_is_one_line(people, small_disk):
    with (people.root / "nbgrader_config.py").open("a") as config:
        url = f"sqlite:///{people.root}/base/gradebook.db?timeout=1"
        config.write(f"c.CourseDirectory.db_url = {url!r}\n")
    people.course = type(people.course).at(people.root)
    small_disk("base", 170)
    with pytest.raises(GradebookError, match=r"(disk|unable to open).*run again"):
        people.grade()
    small_disk("base", None)
    people.grade()
    people.check()


def test_a_disk_that_fills_while_marks_are_recorded_keeps_what_there_was(people, monkeypatch):
    write, calls = records.write_atomically, itertools.count(1)

    def full(path, content):
        if next(calls) == 3:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(path))
        write(path, content)

    with monkeypatch.context() as patch:
        patch.setattr(records, "write_atomically", full)
        with pytest.raises(CohortError, match="No space left on device"):
            people.grade()
    assert people.recorded("ana", "beto") and not people.recorded("cruz")
    assert people.grade().graded == 2
    people.check()


def test_a_disk_that_fills_while_the_checks_are_laid_out_gives_no_mark(people, monkeypatch):
    with (people.root / "solutions/demo/checks.py").open("a") as checks:
        checks.write("# No other test has them laid out.\n")
    write = Path.write_bytes

    def full(path: Path, content: bytes) -> int:
        if path.name == "checks.py":
            write(path, b"")
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(path))
        return write(path, content)

    with monkeypatch.context() as patch, contextlib.suppress(CohortError):
        patch.setattr(Path, "write_bytes", full)
        assert len(people.grade().failures) == len(MARKS)
    assert not any(people.recorded(each) for each in MARKS)
    people.grade()
    people.check()


def test_a_folder_that_cannot_be_written_loses_only_its_own_mark(people):
    (people.root / "autograded").mkdir()
    (people.root / "autograded/beto").write_text("I am no folder")
    run = people.grade()
    assert run.graded == 3 and len(run.failures) == 1 and run.failures[0].startswith("beto/demo")
    (people.root / "autograded/beto").unlink()
    assert people.grade().graded == 1
    people.check()


# --- database -------------------------------------------------------------------------------


@pytest.fixture()
def locked(people):
    """The gradebook held by another program."""
    with (people.root / "nbgrader_config.py").open("a") as config:
        url = f"sqlite:///{people.root}/gradebook.db?timeout=1"
        config.write(f"c.CourseDirectory.db_url = {url!r}\n")
    people.course = type(people.course).at(people.root)
    people.grade(students=("ana",))
    other = sqlite3.connect(people.root / "gradebook.db", isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    yield other
    other.close()


def test_a_locked_gradebook_is_one_line_and_the_rerun_is_complete(people, locked):
    with pytest.raises(GradebookError, match=r"database is locked.*run again"):
        people.grade()
    locked.execute("ROLLBACK")
    people.grade()
    people.check()


def test_a_gradebook_that_gets_locked_half_way_keeps_what_there_was(people, locked):
    locked.execute("ROLLBACK")

    def lock(done: int, _total: int, _name: str) -> None:
        if done == 1:
            locked.execute("BEGIN EXCLUSIVE")

    with pytest.raises(GradebookError, match="database is locked"):
        options = Options(people.root / "submitted", people.root / "results", jobs=1)
        grade_cohort(people.course, options, lock)
    locked.execute("ROLLBACK")
    assert people.recorded("ana", "beto") and not people.recorded("cruz")
    people.grade()
    people.check()


def test_a_file_that_is_no_gradebook_is_one_line(people):
    (people.root / "gradebook.db").write_bytes(b"this is no database" * 100)
    with pytest.raises(GradebookError, match="cannot be opened"):
        people.grade()


# --- workers --------------------------------------------------------------------------------


def test_a_worker_that_is_lost_costs_no_mark(people):
    people.hold("dora")
    running = people.command("--jobs", "2")
    [victim] = people.wait_for(people.waiting)
    os.kill(victim, signal.SIGKILL)
    people.let_go()
    said, _ = running.communicate(timeout=PATIENCE)
    assert running.returncode == 0 and "4 graded now" in said, said
    people.check()


def test_a_submission_that_kills_its_worker_each_time_loses_only_its_own_mark(people):
    people.grade(students=("dora",))
    people.hand_in("beto", "poison = True")
    running = people.command("--jobs", "2")
    said, _ = running.communicate(timeout=PATIENCE)
    assert running.returncode == 1 and "2 graded now" in said, said
    assert "beto/demo: its worker died" in said and "Traceback" not in said
    people.hand_in("beto")
    assert people.grade().graded == 1
    people.check()


# --- sandbox --------------------------------------------------------------------------------

FAILING = """#!/bin/sh
echo x >> {count}
if [ $(wc -l < {count}) -gt {good} ]; then
  echo 'bwrap: Creating new namespace failed: Operation not permitted' >&2
  exit 1
fi
exec {bwrap} "$@"
"""
BREAKS_ITS_SANDBOX = "import os\nfor _ in range(3_000):\n    os.mkdir('x'); os.chdir('x')"


@pytest.mark.parametrize("good", [0, 1, 2])
def test_a_sandbox_that_stops_starting_is_one_line_and_the_rerun_is_complete(
    good, people, tmp_path, monkeypatch
):
    people.end_sandboxes()
    people.hand_in("ana", BREAKS_ITS_SANDBOX)
    script = tmp_path / "bwrap"
    text = FAILING.format(count=tmp_path / "count", good=good, bwrap=isolating.bwrap_path())
    script.write_text(text)
    script.chmod(0o755)
    with monkeypatch.context() as patch:
        patch.setattr(isolating, "bwrap_path", lambda: str(script))
        with pytest.raises(IsolationError, match="isolation cannot start") as refused:
            people.grade()
    assert "\n" not in str(refused.value) and people.recorded("ana") == (good == 2)
    people.grade()
    people.check()


def test_a_program_that_vanishes_half_way_is_one_line(people, tmp_path, monkeypatch):
    people.end_sandboxes()
    people.hand_in("ana", BREAKS_ITS_SANDBOX)
    real, calls = isolating.bwrap_path(), itertools.count(1)
    with monkeypatch.context() as patch:
        gone = str(tmp_path / "no-bwrap-here")
        patch.setattr(isolating, "bwrap_path", lambda: real if next(calls) <= 2 else gone)
        with pytest.raises(IsolationError, match="isolation cannot start"):
            people.grade()
    assert people.recorded("ana") and not people.recorded("beto")
    people.grade()
    people.check()


# --- clock ----------------------------------------------------------------------------------


def test_a_clock_that_jumps_changes_nothing(people, monkeypatch):
    honest, jumps = time.time, itertools.cycle([0, 1e6, -1e6, 1e9])
    began = time.perf_counter()
    with monkeypatch.context() as patch:
        patch.setattr(time, "time", lambda: honest() + next(jumps))
        run = people.grade()
    took = time.perf_counter() - began
    assert all(0 <= record.seconds <= took for record in run.records)
    assert {record.status for record in run.records} == {"graded"}
    people.check()


# --- two at once ----------------------------------------------------------------------------


def test_two_runs_at_once_the_second_is_refused_and_the_first_is_right(people):
    people.hold("dora")
    first = people.command()
    people.wait_for(people.waiting)
    second = demo_course.command("grade", "--jobs", "1", cwd=people.root)
    assert second.returncode == 2 and second.stdout == ""
    [line] = second.stderr.splitlines()
    assert "another run is grading this course" in line
    people.let_go()
    said, _ = first.communicate(timeout=PATIENCE)
    assert first.returncode == 0 and "4 graded now" in said
    people.check()


def test_a_lock_that_a_killed_run_left_is_no_lock(people):
    (people.root / ".grading.lock").touch()
    assert people.grade().graded == 4
    assert len(read(people.root / "results/results.json").submissions) == 4
