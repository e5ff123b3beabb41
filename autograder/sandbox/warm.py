"""The warm process: imports the scientific stack once, then forks once per request.

It runs inside the isolation (``python -I warm.py CONTROL_FD OPTIONS``) and obeys the driver over
a control socket whose other end is in the trusted process. A forked child gets a socket of its
own; it never sees the control socket, and ``PR_SET_DUMPABLE`` keeps it out of this process.
"""

from __future__ import annotations

import contextlib
import ctypes
import gc
import json
import os
import random
import resource
import shutil
import signal
import socket
import sys
import time
from pathlib import Path

PR_SET_DUMPABLE, PR_SET_CHILD_SUBREAPER = 4, 36
OURS = (b'{"t":"d","v":[["op","cell"]', b'{"t":"d","v":[["op","put"]')
WARM_MODULES = """
json csv logging math datetime hashlib pathlib functools itertools collections dataclasses typing
statistics random re io warnings copy time tempfile pickle threading concurrent.futures asyncio
numpy numpy.random pandas scipy.stats scipy.spatial.distance scipy.special scipy.optimize
joblib sklearn sklearn.base sklearn.calibration sklearn.compose sklearn.datasets sklearn.dummy
sklearn.ensemble sklearn.exceptions sklearn.impute sklearn.inspection sklearn.linear_model
sklearn.metrics sklearn.model_selection sklearn.naive_bayes sklearn.neighbors sklearn.pipeline
sklearn.preprocessing sklearn.svm sklearn.tree sklearn.utils
statsmodels.stats.proportion statsmodels.stats.contingency_tables statsmodels.stats.power
statsmodels.stats.multitest
matplotlib matplotlib.pyplot matplotlib.ticker matplotlib.dates matplotlib_inline.backend_inline
IPython IPython.display PIL.PngImagePlugin
""".split()


def _prctl(option: int, value: int) -> None:
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None, use_errno=True).prctl(option, value, 0, 0, 0)


def _drop_privileges(uid: int) -> None:
    """From root (with only the two capabilities that this takes) to a plain user, for good."""
    os.setgroups([])
    os.setresgid(uid, uid, uid)
    os.setresuid(uid, uid, uid)


class Warm:
    """Serves the driver's orders: fork, signal, reset."""

    def __init__(self, control: socket.socket, options: dict):
        self.control = control
        self.limits = options["limits"]
        self.work = Path(options["work"])
        self.writable = [Path(path) for path in options["writable"]]
        self.private_pids = options["private_pids"]
        self.children: dict[int, int] = {}

    def serve(self) -> None:
        """Answer orders until the driver goes away."""
        while True:
            order, descriptors, _flags, _address = socket.recv_fds(self.control, 65_536, 1)
            if not order:
                return
            message = json.loads(order)
            if message["op"] == "fork":
                self._reply({"pid": self._fork(descriptors[0], message["seed"])})
            elif message["op"] == "signal":
                self._reply({"sent": self._signal(message["pid"], message["signal"])})
            elif message["op"] == "status":
                self._reply({"exit": self._reap(message["pid"])})
            elif message["op"] == "reset":
                self._reply({"clean": self._reset()})

    def _reply(self, message: dict) -> None:
        self.control.send(json.dumps(message).encode())

    def _fork(self, descriptor: int, seed: int) -> int:
        try:
            pid = os.fork()
        except OSError:
            os.close(descriptor)
            return -1
        if pid == 0:
            try:
                self.control.close()
                Child(descriptor, self.work, self.limits, seed).serve()
            finally:
                os._exit(0)
        os.close(descriptor)
        self.children[pid] = pid
        return pid

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
        deadline = time.monotonic() + 5
        while self._others_live():
            if time.monotonic() > deadline:
                return False
        self.children.clear()
        for folder in self.writable:
            _wipe(folder)
        return all(not os.listdir(folder) for folder in self.writable) and not _shared_memory()

    def _others_live(self) -> bool:
        if self.private_pids:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.kill(-1, signal.SIGKILL)  # a private PID namespace: exactly the submission's
        else:
            for pid in [*self.children, *_adopted()]:
                with contextlib.suppress(ProcessLookupError, PermissionError):
                    os.killpg(os.getpgid(pid), signal.SIGKILL)
        try:
            while os.waitpid(-1, 0)[0]:
                pass
        except ChildProcessError:
            return False
        return True


def _adopted() -> list[int]:
    """Processes whose parent is this one, orphans of the submission among them."""
    found = []
    for entry in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError, ValueError, IndexError):
            if int(entry.read_text().rpartition(")")[2].split()[1]) == os.getpid():
                found.append(int(entry.parent.name))
    return found


def _wipe(folder: Path) -> None:
    def unlock(function, path, _error):
        with contextlib.suppress(OSError):
            os.chmod(os.path.dirname(path), 0o700)
            os.chmod(path, 0o700)
            shutil.rmtree(path) if os.path.isdir(path) else os.unlink(path)

    for entry in os.scandir(folder):
        if entry.is_dir(follow_symlinks=False):
            shutil.rmtree(entry.path, onerror=unlock)
        else:
            with contextlib.suppress(OSError):
                os.unlink(entry.path)


def _shared_memory() -> bool:
    """Whether System V objects were left behind (each table has a header line)."""
    for table in ("shm", "sem", "msg"):
        try:
            lines = Path("/proc/sysvipc", table).read_text().splitlines()
        except OSError:
            continue
        if any(line.split()[7 if table == "shm" else 4] == str(os.getuid()) for line in lines[1:]):
            return True
    return False


class Child:
    """One forked process: the student's notebook, or a fresh one for a saved model."""

    def __init__(self, descriptor: int, work: Path, limits: dict, seed: int):
        from autograder.sandbox.session import Session
        from autograder.sandbox.shell import GradingShell

        os.setsid()
        _prctl(PR_SET_CHILD_SUBREAPER, 0)
        _prctl(PR_SET_DUMPABLE, 1)
        signal.signal(signal.SIGINT, signal.default_int_handler)
        _confine(limits)
        os.closerange(3, descriptor)
        os.closerange(descriptor + 1, limits["open_files"] + 16)
        os.chdir(work)
        sys.path.append(str(work))
        self.socket = socket.socket(fileno=descriptor)
        self.limits = limits
        self.shell = GradingShell.instance()
        self.session = Session(self.shell.user_ns, work)
        self.tried: set[str] = set()
        sys.addaudithook(self._notice)
        _seed(seed)

    def _notice(self, event: str, arguments: tuple) -> None:
        if event in ("socket.connect", "socket.bind", "socket.sendto"):
            if isinstance(arguments[1], tuple):
                self.tried.add("network")
        elif event == "socket.getaddrinfo":
            self.tried.add("network")

    def serve(self) -> None:
        """Answer the judge until it hangs up."""
        from autograder.sandbox import wire

        while True:
            frame = _receive(self.socket)
            if frame is None:
                return
            reply = self._cell(frame, wire) or self.session.answer(frame)
            self.socket.sendall(reply)

    def _cell(self, frame: bytes, wire) -> bytes | None:
        """Run a cell or unpack files; None when the request is the session's business."""
        if not frame[wire.FRAME.size :].startswith(OURS):
            return None
        request = wire.loads(frame)
        if request["op"] == "put":
            return wire.dumps(self._put(request["files"]))
        try:
            run = self.shell.run(request["source"], int(request["limit"]))
        except BaseException as error:  # an interrupt that arrived between two bytecodes
            run = {"outputs": [], "count": None, "error": type(error).__name__, "cut": False}
        return wire.dumps({**run, "tried": sorted(self.tried)})

    def _put(self, files: dict[str, bytes]) -> dict:
        failed = []
        for name, content in files.items():
            target = Path(name)
            try:
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_bytes(content)
            except OSError:
                failed.append(name)
        return {"failed": failed}


def _confine(limits: dict) -> None:
    """Resource limits of a child and all that descends from it."""

    def bound(which: int, value: int) -> None:
        _soft, hard = resource.getrlimit(which)
        value = value if hard == resource.RLIM_INFINITY else min(value, hard)
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(which, (value, value))

    bound(resource.RLIMIT_NPROC, limits["processes"])
    bound(resource.RLIMIT_AS, _address_space() + limits["memory_bytes"])
    bound(resource.RLIMIT_CPU, limits["cpu_seconds"])
    bound(resource.RLIMIT_FSIZE, limits["disk_bytes"])
    bound(resource.RLIMIT_NOFILE, limits["open_files"])
    bound(resource.RLIMIT_CORE, 0)
    with contextlib.suppress(AttributeError, ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_MSGQUEUE, (0, 0))
    with contextlib.suppress(OSError):
        Path("/proc/self/oom_score_adj").write_text("1000")


def _address_space() -> int:
    try:
        pages = int(Path("/proc/self/statm").read_text().split()[0])
    except OSError:
        return 2**31
    return pages * resource.getpagesize()


def _seed(seed: int) -> None:
    """A fork inherits its parent's generators: give each submission its own, the same each time."""
    import numpy as np

    random.seed(seed)
    np.random.seed(seed % 2**32)


def _receive(connection: socket.socket) -> bytes | None:
    from autograder.sandbox.wire import FRAME

    head = _exactly(connection, FRAME.size)
    if head is None:
        return None
    body = _exactly(connection, sum(FRAME.unpack(head)))
    return None if body is None else head + body


def _exactly(connection: socket.socket, size: int) -> bytes | None:
    data = bytearray()
    while len(data) < size:
        try:
            part = connection.recv(min(size - len(data), 2**20))
        except KeyboardInterrupt:  # a late interrupt: the call it was for has ended
            continue
        if not part:
            return None
        data += part
    return bytes(data)


def main() -> None:
    control = socket.socket(fileno=int(sys.argv[1]))
    options = json.loads(sys.argv[2])
    if options["uid"]:
        _drop_privileges(options["uid"])
    _prctl(PR_SET_DUMPABLE, 0)
    _prctl(PR_SET_CHILD_SUBREAPER, 1)
    import importlib

    for name in WARM_MODULES:
        with contextlib.suppress(ImportError):
            importlib.import_module(name)
    from autograder.sandbox.shell import make_shell

    make_shell()
    os.chdir("/")
    gc.collect()
    gc.freeze()
    warm = Warm(control, options)
    control.send(json.dumps({"ready": os.getpid()}).encode())
    warm.serve()
    os._exit(0)


if __name__ == "__main__":
    main()
