"""The doctor tries to break out for real, and says so when it can."""

from __future__ import annotations

import importlib.metadata
import os
from pathlib import Path

import pytest
from typer.testing import CliRunner

from autograder import doctor
from autograder.cli import app
from autograder.course import Course
from autograder.doctor import Item, examine, limits_in_force, trials
from autograder.sandbox import isolation as isolating
from autograder.sandbox.isolation import BWRAP, NONE
from autograder.sandbox.limits import MIB, Limits

SMALL = Limits(memory_bytes=512 * MIB, disk_bytes=8 * MIB, processes=24, open_files=64)
TRIALS = {
    "sandbox",
    "network",
    "course folder",
    "environment",
    "read-only places",
    "processes",
    "memory",
    "disk",
    "open files",
    "endless loop",
}


def tried(course: Course, isolation: str) -> dict[str, Item]:
    return {item.name: item for item in trials(course, SMALL, isolation)}


def test_inside_bubblewrap_every_trial_is_stopped(demo: Course, isolation: str) -> None:
    if isolation == NONE:
        pytest.skip("this machine cannot isolate")
    items = tried(demo, BWRAP)
    assert items.keys() >= TRIALS
    assert [f"{each.name}: {each.detail}" for each in items.values() if not each.ok] == []


def test_without_isolation_it_says_what_is_open_and_leaves_nothing_behind(demo: Course) -> None:
    before = set(demo.root.rglob("*"))
    items = tried(demo, NONE)
    opened = {name for name, item in items.items() if not item.ok}
    assert opened >= {"network", "course folder", "read-only places", "disk"}
    assert "a connection to this machine" in items["network"].detail
    assert str(demo.source_dir) in items["course folder"].detail
    assert items["memory"].ok and items["open files"].ok and items["endless loop"].ok
    assert items["environment"].ok
    assert set(demo.root.rglob("*")) == before
    assert doctor.SECRET not in os.environ


def test_no_bubblewrap_is_a_problem_with_its_remedy(
    demo: Course, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(isolating, "bwrap_path", lambda: None)
    monkeypatch.setattr(doctor, "bwrap_path", lambda: None)
    items = {item.name: item for item in examine(demo)}
    assert not items["bubblewrap"].ok and not items["sandbox"].ok
    assert "apt install bubblewrap" in items["bubblewrap"].detail
    assert "network" not in items


def test_a_bubblewrap_that_does_not_start_is_a_problem(
    demo: Course, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = tmp_path / "bwrap"
    broken.write_text("#!/bin/sh\necho 'No permissions to create new namespace' >&2\nexit 1\n")
    broken.chmod(0o755)
    monkeypatch.setattr(isolating, "bwrap_path", lambda: str(broken))
    (item,) = trials(demo, SMALL, BWRAP)
    assert not item.ok
    assert "apparmor_restrict_unprivileged_userns" in item.detail


def test_packages_are_compared_with_what_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    assert doctor._packages().ok
    asked = ["no-such-package>=1", "pandas>=99", "numpy", "other; extra == 'dev'"]
    monkeypatch.setattr(importlib.metadata, "requires", lambda _name: asked)
    item = doctor._packages()
    assert not item.ok
    assert "no-such-package is missing" in item.detail
    assert "pandas>=99 is" in item.detail
    assert "numpy" not in item.detail and "other" not in item.detail


def test_a_gradebook_that_is_not_one_is_a_problem(demo: Course) -> None:
    assert doctor._gradebook(demo).ok
    path = demo.root / "gradebook.db"
    assert not path.exists(), "looking must not make one"
    path.write_bytes(b"this is not SQLite " * 100)
    item = doctor._gradebook(demo)
    assert not item.ok and "cannot be opened" in item.detail


def test_a_course_that_is_not_built_is_a_problem(demo: Course) -> None:
    assert doctor._course(demo).ok
    (demo.root / "notebooks/demo/demo.ipynb").unlink()
    item = doctor._course(Course.at(demo.root))
    assert not item.ok and "autograder build" in item.detail


def test_a_limit_that_is_not_a_number_is_a_problem(
    demo: Course, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AUTOGRADER_DISK_BYTES", "much")
    *_, last = examine(demo)
    assert not last.ok and "AUTOGRADER_DISK_BYTES=much" in last.detail


def test_every_limit_is_listed_with_its_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AUTOGRADER_CELL_SECONDS", "61")
    listed = {variable: value for _, value, variable in limits_in_force()}
    assert listed["AUTOGRADER_CELL_SECONDS"] == "61 s"
    assert listed.keys() == {f"AUTOGRADER_{name.upper()}" for name in Limits().as_dict()}


def command(course: Course) -> list[str]:
    return ["doctor", "--course", str(course.root)]


def test_the_command_ends_well_when_all_is_well(demo: Course, isolation: str) -> None:
    if isolation == NONE:
        pytest.skip("this machine cannot isolate")
    result = CliRunner().invoke(app, command(demo), env={"COLUMNS": "200"})
    assert result.exit_code == 0, result.output
    assert "problem" not in result.output
    assert "AUTOGRADER_MEMORY_BYTES" in result.output


@pytest.mark.parametrize("broken", ["bubblewrap", "limit"])
def test_the_command_ends_with_one_when_something_is_not(
    demo: Course, monkeypatch: pytest.MonkeyPatch, broken: str
) -> None:
    if broken == "limit":
        monkeypatch.setenv("AUTOGRADER_FILES", "0")
    monkeypatch.setattr(isolating, "bwrap_path", lambda: None)
    monkeypatch.setattr(doctor, "bwrap_path", lambda: None)
    result = CliRunner().invoke(app, command(demo), env={"COLUMNS": "200"})
    assert result.exit_code == 1
    said = "AUTOGRADER_FILES=0: must be positive" if broken == "limit" else "apt install bubblewrap"
    assert said in result.output
