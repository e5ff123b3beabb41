"""The warm process: imports the scientific stack once, then forks once per request.

It runs inside the isolation (``python -I warm.py CONTROL_FD OPTIONS``) and obeys the driver over
a control socket whose other end is in the trusted process. A forked child gets a socket of its
own; it never sees the control socket, and ``PR_SET_DUMPABLE`` keeps it out of this process.
"""

from __future__ import annotations

import contextlib
import gc
import itertools
import json
import os
import platform
import resource
import signal
import socket
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from autograder import COLLECT_SELDOM
from autograder.sandbox import seccomp
from autograder.sandbox.forked import (
    PR_SET_CHILD_SUBREAPER,
    PR_SET_DUMPABLE,
    Forked,
    prctl,
)

PR_SET_PDEATHSIG = 1
RESET_SECONDS = 60.0
MANY_FILES = 20_000


def _drop_privileges(uid: int) -> None:
    """From root (with only the two capabilities that this takes) to a plain user, for good."""
    os.setgroups([])
    os.setresgid(uid, uid, uid)
    os.setresuid(uid, uid, uid)


class Warm:
    """Serves the driver's orders: fork, signal, reset."""

    def __init__(self, control: socket.socket, options: dict[str, Any]):
        self.control = control
        self.limits = options["limits"]
        self.work = Path(options["work"])
        self.given = Path(options["given"])
        self.writable = [Path(path) for path in options["writable"]]
        self.private_pids = options["private_pids"]
        self.children: dict[int, int] = {}
        self.strays = 0
        self.kept = _mounted_below(self.writable)
        self.as_begun = _own_state()

    def serve(self) -> None:
        """Answer orders until the driver goes away."""
        while True:
            order, descriptors, _flags, _address = socket.recv_fds(self.control, 65_536, 1)
            if not order:
                return
            message = json.loads(order)
            if message["op"] == "fork":
                self._reply({"pid": self._fork(descriptors[0], message["seed"], message["given"])})
            elif message["op"] == "signal":
                self._reply({"sent": self._signal(message["pid"], message["signal"])})
            elif message["op"] == "status":
                self._reply({"exit": self._reap(message["pid"])})
            elif message["op"] == "reset":
                self.strays = 0
                self._reply({"clean": self._reset(), "strays": self.strays})

    def _reply(self, message: dict[str, Any]) -> None:
        self.control.send(json.dumps(message).encode())

    def _fork(self, descriptor: int, seed: int, given: str) -> int:
        try:
            self._lay_out(given)
            pid = os.fork()
        except OSError:
            os.close(descriptor)
            return -1
        if pid == 0:
            try:
                self.control.close()
                Forked(descriptor, self.work, self.limits, seed).serve()
            finally:
                os._exit(0)
        os.close(descriptor)
        self.children[pid] = pid
        return pid

    def _lay_out(self, given: str) -> None:
        """The working folder and, above it, links to what students were given."""
        self.work.mkdir(mode=0o777, exist_ok=True)
        for entry in os.scandir(self.given / given) if given else ():
            with contextlib.suppress(FileExistsError):
                os.symlink(entry.path, self.work.parent / entry.name)

    def _signal(self, pid: int, number: int) -> bool:
        if pid not in self.children or self._reap(pid) is not None:
            return False
        try:
            os.kill(pid, number)
        except ProcessLookupError:
            return False
        return True

    def _reap(self, pid: int) -> int | None:
        """The child's wait status once it has ended (negative: signal); None while it lives."""
        try:
            done, status = os.waitpid(pid, os.WNOHANG)
        except ChildProcessError:
            return 0
        if done == 0:
            return None
        self.children.pop(pid, None)
        return os.waitstatus_to_exitcode(status)

    def _reset(self) -> bool:
        """End everything the submission left and wipe what it wrote; whether that worked."""
        if not self.end_others(time.monotonic() + RESET_SECONDS):
            return False
        self.children.clear()
        untouched = _own_state() == self.as_begun and not _shared_memory()
        return self.clear() and untouched

    def clear(self) -> bool:
        """Empty the writable folders; whether that worked.

        It gives up when there are many files: those go faster with the whole sandbox than one by
        one. Their number is what counts, not the time: the machine may be a slow one.
        """
        budget = itertools.count()
        try:
            for folder in self.writable:
                _wipe(str(folder), budget, self.kept)
                _strip(folder)
            left = {entry.path for folder in self.writable for entry in os.scandir(folder)}
        except (OSError, RecursionError):
            return False
        return left <= self.kept

    def end_others(self, deadline: float) -> bool:
        """Kill every process but this one, until ``deadline``; whether none is left."""
        while self._others_live():
            if time.monotonic() > deadline:
                return False
        return True

    def _others_live(self) -> bool:
        if self.private_pids:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.kill(-1, signal.SIGKILL)  # a private PID namespace: exactly the submission's
        else:
            for pid in [*self.children, *_adopted()]:
                with contextlib.suppress(ProcessLookupError, PermissionError):
                    os.killpg(os.getpgid(pid), signal.SIGKILL)
        try:  # without a namespace, orphans show up one generation after the other
            while True:
                pid, status = os.waitpid(-1, 0 if self.private_pids else os.WNOHANG)
                if pid == 0:
                    break
                alive = os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL
                self.strays += alive and pid not in self.children
        except ChildProcessError:
            return False
        time.sleep(0.005)
        return True


def _adopted() -> list[int]:
    """Processes whose parent is this one, orphans of the submission among them."""
    found = []
    for entry in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError, ValueError, IndexError):
            if int(entry.read_text().rpartition(")")[2].split()[1]) == os.getpid():
                found.append(int(entry.parent.name))
    return found


def _own_state() -> tuple[Any, ...]:
    """What another process of the same user could change of this one: limits and priorities."""
    names = sorted(name for name in vars(resource) if name.startswith("RLIMIT_"))
    limits = tuple(resource.getrlimit(getattr(resource, name)) for name in names)
    affinity = frozenset(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else None
    return limits, affinity, os.getpriority(os.PRIO_PROCESS, 0)


def _mounted_below(folders: list[Path]) -> frozenset[str]:
    """Mount points below writable folders, and what leads to them: a course may lie in /tmp."""
    kept: set[str] = set()
    try:
        lines = Path("/proc/self/mountinfo").read_text().splitlines()
    except OSError:
        return frozenset()
    for mount in (Path(line.split()[4].replace("\\040", " ")) for line in lines):
        for folder in folders:
            if folder in mount.parents:
                above = [each for each in mount.parents if folder in each.parents]
                kept |= {str(mount), *map(str, above)}
    return frozenset(kept)


def _wipe(folder: str, removed: Iterator[int], kept: frozenset[str]) -> None:
    """Remove all that is below ``folder`` but what is mounted there, and what leads to it.

    Raises OSError, RecursionError when something cannot be removed.
    """
    with os.scandir(folder) as entries:
        for entry in entries:
            if next(removed) > MANY_FILES:
                raise OSError(f"more than {MANY_FILES} files")
            if not entry.is_dir(follow_symlinks=False):
                os.unlink(entry.path)
            elif entry.path not in kept:
                os.chmod(entry.path, 0o700)
                _wipe(entry.path, removed, kept)
                os.rmdir(entry.path)
            elif not os.path.ismount(entry.path):
                _wipe(entry.path, removed, kept)


def _strip(folder: Path) -> None:
    """Undo what can be done to a folder itself: extended attributes and permissions."""
    with contextlib.suppress(OSError):  # the file system may have none
        for name in os.listxattr(folder):
            if name.startswith(("user.", "system.posix_acl")):
                os.removexattr(folder, name)
    if os.stat(folder).st_uid == os.getuid():
        os.chmod(folder, 0o777)


def _shared_memory() -> bool:
    """Whether System V objects were left behind."""
    for table in ("shm", "sem", "msg"):
        try:
            head, *lines = Path("/proc/sysvipc", table).read_text().splitlines()
        except (OSError, ValueError):
            continue
        owner = head.split().index("uid")
        if any(line.split()[owner] == str(os.getuid()) for line in lines):
            return True
    return False


def main() -> None:
    control = socket.socket(fileno=int(sys.argv[1]))
    options = json.loads(sys.argv[2])
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if options["uid"]:
        _drop_privileges(options["uid"])
        prctl(PR_SET_PDEATHSIG, signal.SIGKILL)  # a change of user forgets it
    prctl(PR_SET_DUMPABLE, 0)
    prctl(PR_SET_CHILD_SUBREAPER, 1)
    gc.set_threshold(*COLLECT_SELDOM)
    from autograder.sandbox import warming
    from autograder.sandbox.shell import make_shell

    warming.import_modules(options["modules"])
    make_shell(options["modules"])
    with contextlib.suppress(KeyError):
        seccomp.program(platform.machine())  # put together once, not in every fork
    os.chdir("/")
    gc.freeze()
    warm = Warm(control, options)
    warm.clear()  # caches of the imports: the first submission finds what the others find
    control.send(json.dumps({"ready": os.getpid()}).encode())
    warm.serve()
    warm.end_others(time.monotonic() + RESET_SECONDS)
    os._exit(0)


if __name__ == "__main__":
    main()
