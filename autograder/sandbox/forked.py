"""A process forked from the warm one: the student's notebook, or a fresh one for a saved model.

It runs inside the isolation, and answers the judge over a socket of its own.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import random
import resource
import signal
import socket
import sys
from pathlib import Path
from typing import Any

from autograder.sandbox import seccomp

PR_SET_DUMPABLE, PR_SET_CHILD_SUBREAPER = 4, 36
OURS = tuple(b'{"t":"d","v":[["op","%s"]' % name for name in (b"cell", b"put", b"tried"))


def prctl(option: int, value: int) -> None:
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None, use_errno=True).prctl(option, value, 0, 0, 0)


class _Place:
    """Keeps a process on the CPU where a request found it, until it has been answered.

    Threads of one interpreter take turns; to hand the turn over to another CPU takes five times
    as long, and a thousand requests to a model in a thread hand it over thousands of times.
    """

    def __init__(self) -> None:
        self._here = getattr(ctypes.CDLL(None), "sched_getcpu", None)
        self._move = getattr(os, "sched_setaffinity", None)
        self._everywhere = os.sched_getaffinity(0) if self._move else set()

    def stay(self) -> None:
        if self._here:
            self._go({self._here()})

    def leave(self) -> None:
        self._go(self._everywhere)

    def _go(self, processors: set[int]) -> None:
        if self._move:
            with contextlib.suppress(OSError):
                self._move(0, processors)


class Forked:
    """One forked process: the student's notebook, or a fresh one for a saved model."""

    def __init__(self, descriptor: int, work: Path, limits: dict[str, Any], seed: int):
        from autograder.sandbox.session import Session
        from autograder.sandbox.shell import GradingShell

        os.setsid()
        prctl(PR_SET_CHILD_SUBREAPER, 0)
        prctl(PR_SET_DUMPABLE, 1)
        signal.signal(signal.SIGINT, signal.default_int_handler)
        _confine(limits)
        os.closerange(3, descriptor)
        os.closerange(descriptor + 1, limits["open_files"] + 16)
        _silence_standard_streams()
        seccomp.install()
        self.place = _Place()
        os.chdir(work)
        sys.path.append(str(work))
        self.socket = socket.socket(fileno=descriptor)
        self.limits = limits
        self.shell = GradingShell.instance()
        self.session = Session(self.shell.user_ns, work)
        self.tried: set[str] = set()
        sys.addaudithook(self._notice)
        _seed(seed)

    def _notice(self, event: str, arguments: tuple[Any, ...]) -> None:
        if event in ("socket.connect", "socket.bind", "socket.sendto"):
            if isinstance(arguments[1], tuple):
                self.tried.add("network")
        elif event == "socket.__new__":
            _self, family, kind, _protocol = arguments
            odd = family not in (-1, *seccomp.FAMILIES)
            if odd or kind & 0xF == socket.SOCK_RAW:
                self.tried.add("network")
        elif event == "socket.getaddrinfo":
            self.tried.add("network")

    def serve(self) -> None:
        """Answer the judge until it hangs up."""
        while True:
            frame = _receive(self.socket)
            if frame is None:
                return
            self.place.stay()
            reply = self._cell(frame) or self.session.answer(frame)
            self.socket.sendall(reply)
            self.place.leave()

    def _cell(self, frame: bytes) -> bytes | None:
        """Run a cell or unpack files; None when the request is the session's business."""
        from autograder.sandbox import wire

        if not frame[wire.FRAME.size :].startswith(OURS):
            return None
        request = wire.loads(frame)
        if request["op"] == "tried":
            return wire.dumps({"tried": sorted(self.tried)})
        if request["op"] == "put":
            return wire.dumps(self._put(request["files"]))
        try:
            run = self.shell.run(request["source"], int(request["limit"]), request["notice"])
        except BaseException as error:  # an interrupt that arrived between two bytecodes
            name = type(error).__name__
            shown = {"output_type": "error", "ename": name, "evalue": "", "traceback": [name]}
            run = {"outputs": [shown], "count": None, "error": name, "cut": False}
        return wire.dumps({**run, "tried": sorted(self.tried)})

    def _put(self, files: dict[str, bytes]) -> dict[str, Any]:
        failed = []
        for name, content in files.items():
            target = Path(name)
            try:
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_bytes(content)
            except OSError:
                failed.append(name)
        return {"failed": failed}


def _silence_standard_streams() -> None:
    """Standard streams to nowhere: the inherited ones are a file that the next child would read."""
    nowhere = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):
        os.dup2(nowhere, stream)
    os.close(nowhere)


def _confine(limits: dict[str, Any]) -> None:
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
