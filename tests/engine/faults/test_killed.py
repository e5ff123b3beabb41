"""The grader killed in every stage: the run that follows completes what there was."""

from __future__ import annotations

import contextlib
import importlib
import os
import signal
import sqlite3
import sysconfig
from pathlib import Path

import pytest
from nbgrader.api import get_alembic_version
from people import ENDLESS, PATIENCE

#: Where it dies: the function that is called, on which call, and whether before or after it.
STAGES = {
    "the gradebook has tables and no version": (
        "alembic.migration:MigrationContext.stamp",
        1,
        "before",
    ),
    "before the assignment is in the gradebook": (
        "autograder.grading.gradebook:Recorder.ensure",
        1,
        "before",
    ),
    "before anything is dispatched": ("autograder.grading.workers:Workers.outcomes", 1, "before"),
    "given its data, nothing run": ("autograder.sandbox.driver:Sandbox._give", 2, "after"),
    "in the middle of a notebook": (
        "autograder.sandbox.process:StudentProcess.run_cell",
        9,
        "after",
    ),
    "while a check waits for an answer": (
        "autograder.sandbox.process:StudentProcess.ask",
        5,
        "before",
    ),
    "graded, nothing written": ("autograder.grading.recording:write_autograded", 2, "before"),
    "in the middle of the executed notebooks": (
        "autograder.grading.recording:write_files",
        2,
        "after",
    ),
    "the old executed notebooks are gone": ("shutil:rmtree", 2, "after"),
    "executed notebooks written, no mark": (
        "autograder.grading.gradebook:Recorder.record",
        2,
        "before",
    ),
    "in the middle of the transaction": (
        "autograder.grading.penalties:Penalties.apply",
        2,
        "after",
    ),
    "mark in the gradebook, no record": ("autograder.records:Records.write", 2, "before"),
    "record written, not yet in its place": ("autograder.records:to_json", 2, "after"),
    "every record written, no results": ("autograder.grading.cohort:write", 1, "before"),
    "results written, not yet in their place": ("autograder.records:_as_csv", 1, "before"),
}


def arrange(patch: pytest.MonkeyPatch, place: str, call: int, when: str) -> None:
    """This process shall kill itself at a stage; until then all is as it is."""
    module, _, path = place.partition(":")
    *owners, name = path.split(".")
    owner = importlib.import_module(module)
    for each in owners:
        owner = getattr(owner, each)
    original, calls = getattr(owner, name), []

    def deadly(*args, **kwargs):
        calls.append(1)
        if len(calls) == call and when == "before":
            os.kill(os.getpid(), signal.SIGKILL)
        result = original(*args, **kwargs)
        if len(calls) == call:
            os.kill(os.getpid(), signal.SIGKILL)
        return result

    patch.setattr(owner, name, deadly)


def kill_at(people, stage: str, **options) -> None:
    with pytest.MonkeyPatch.context() as patch:
        arrange(patch, *STAGES[stage])
        people.grade_and_die(**options)


@pytest.mark.parametrize("stage", STAGES)
def test_killed_in_any_stage_the_rerun_is_complete(stage, people):
    kill_at(people, stage)
    people.grade()
    people.check()


REWRITTEN = [
    "in the middle of the executed notebooks",
    "the old executed notebooks are gone",
    "in the middle of the transaction",
    "mark in the gradebook, no record",
    "record written, not yet in its place",
]


@pytest.mark.parametrize("stage", REWRITTEN)
def test_killed_while_grading_again_no_mark_is_lost(stage, people):
    people.grade()
    kill_at(people, stage, force=True)
    people.grade()
    people.check()


def test_a_gradebook_that_was_begun_can_be_upgraded(people, monkeypatch):
    kill_at(people, "the gradebook has tables and no version")
    people.grade()
    with sqlite3.connect(people.root / "gradebook.db") as database:
        versions = database.execute("SELECT version_num FROM alembic_version").fetchall()
    monkeypatch.setenv("PATH", sysconfig.get_path("scripts"), prepend=os.pathsep)
    assert versions == [(get_alembic_version(),)]  # as the command says that nbgrader would run


def test_the_command_killed_half_way_is_completed_by_the_next(people):
    people.hand_in("cruz", ENDLESS)
    running = people.command()
    people.wait_for(lambda: people.recorded("beto"))
    running.kill()
    running.wait()
    assert not people.recorded("cruz") and not people.recorded("dora")
    people.hand_in("cruz")
    again = people.grade()
    assert (again.graded, again.unchanged) == (2, 2)
    people.check()


@pytest.mark.parametrize("busy", ["a cell", "a check"])
@pytest.mark.parametrize(("number", "jobs"), [(signal.SIGINT, "2"), (signal.SIGTERM, "1")])
def test_interrupted_it_says_so_leaves_nothing_running_and_goes_on(number, jobs, busy, people):
    for name in ("cruz", "dora"):
        people.hand_in(name, ENDLESS if busy == "a cell" else "gate = True")
    running = people.command("--jobs", jobs)
    people.wait_for(lambda: people.recorded("ana", "beto"))
    if busy == "a check":
        people.wait_for(people.waiting)
    running.send_signal(number)
    said, _ = running.communicate(timeout=PATIENCE)
    assert running.returncode == 130 and "run it again to go on" in said
    assert "Traceback" not in said
    people.wait_for(lambda: not left_running(people.scratch))
    people.wait_for(lambda: not list(people.scratch.glob("autograder-*")))
    for name in ("cruz", "dora"):
        people.hand_in(name)
    people.grade()
    people.check()


def left_running(scratch: Path) -> list[str]:
    """Processes that a command started: their temporary folder is its own, or they show it."""
    lines = []
    for process in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            words = (process / "cmdline").read_bytes() + b"\0" + (process / "environ").read_bytes()
            lines.append(words.replace(b"\0", b" ").decode(errors="replace"))
    return [line for line in lines if str(scratch) in line]
