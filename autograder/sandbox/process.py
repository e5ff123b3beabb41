"""One process of one submission, seen from the trusted side: every exchange is bounded.

Everything that arrives is bounded before it is read and is data once it is.
"""

from __future__ import annotations

import base64
import binascii
import contextlib
import itertools
import json
import select
import signal
import socket
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NoReturn

from autograder.messages import gettext
from autograder.sandbox import wire

if TYPE_CHECKING:
    from autograder.sandbox.driver import Sandbox

GRACE_SECONDS = 2.0
WATCH_SECONDS = 0.25
EXIT_SECONDS = 5.0
TRIED_SECONDS = 10.0


class SandboxError(Exception):
    """The sandbox itself failed (not the student's code): throw it away and start another."""


class Ended(Exception):
    """The child no longer answers. ``cause``: timeout, killed, memory, flood, garbage."""

    def __init__(self, cause: str, detail: str = ""):
        super().__init__(f"{cause} {detail}".strip())
        self.cause, self.detail = cause, detail


@dataclass
class CellRun:
    """What one cell gave: nbformat outputs, execution count, the error's name, output cut."""

    outputs: list[dict[str, Any]] = field(default_factory=list)
    count: int | None = None
    error: str | None = None
    cut: bool = False
    tried: tuple[str, ...] = ()
    interrupted: bool = False


class StudentProcess:
    """One process of one submission; every exchange has a deadline and a size."""

    def __init__(self, sandbox: Sandbox, pid: int, connection: socket.socket, deadline: float):
        self._sandbox, self.pid, self._socket = sandbox, pid, connection
        self._socket.setblocking(False)
        self._deadline = deadline
        self.limits = sandbox.limits
        self.ended: Ended | None = None
        self.interrupted = False
        self._watched = time.monotonic()

    def put(self, files: dict[str, bytes]) -> list[str]:
        """Write the submission's files into the working folder; the names that failed."""
        reply = self._exchange_with_ours({"op": "put", "files": files}, self.limits.call_seconds)
        failed = reply.get("failed")
        return [str(name) for name in failed] if isinstance(failed, list) else []

    def run_cell(self, source: str, limit: int) -> CellRun:
        """Run one cell, its outputs cut at ``limit`` bytes. Raises Ended."""
        notice = gettext("output cut")  # no catalogue is to be seen inside
        request = {"op": "cell", "source": source, "limit": limit, "notice": notice}
        reply = self._exchange_with_ours(request, self.limits.cell_seconds)
        return _cell_run(reply, limit, self.interrupted)

    def tried(self) -> tuple[str, ...]:
        """What of the forbidden it has tried (``network``), as far as it can be told."""
        try:
            reply = self._exchange_with_ours({"op": "tried"}, TRIED_SECONDS)
        except Ended:
            return ()
        return _cell_run(reply, 0, False).tried

    def gone(self) -> bool:
        """Whether the process itself has ended: what still answers for it is another."""
        try:
            return self._sandbox.send_order(op="status", pid=self.pid)["exit"] is not None
        except SandboxError:
            return True

    def ask(self, request: dict[str, Any]) -> dict[str, Any]:
        """One request of the judge's and its reply, plain data. Raises Ended.

        A reply that breaks the bounds of the wire comes as ``{"unreadable": why}``: the messages
        that follow it can be read.
        """
        try:
            return self._exchange(request, self.limits.call_seconds)
        except wire.WireError as error:
            return {"unreadable": str(error)}

    def _exchange_with_ours(self, request: dict[str, Any], seconds: float) -> dict[str, Any]:
        """An exchange with the part of the child that is ours: an odd reply ends it."""
        try:
            return self._exchange(request, seconds)
        except wire.WireError as error:
            self._end("garbage", str(error))

    def _exchange(self, request: dict[str, Any], seconds: float) -> dict[str, Any]:
        """One request, one reply. Raises Ended, WireError."""
        if self.ended is not None:
            raise self.ended
        self.interrupted = False
        frame = wire.dumps(request)
        try:
            limit = min(time.monotonic() + seconds, self._deadline)
            self._send(frame, limit)
            reply = wire.loads(self._receive(limit))
        except OSError:
            self._end("killed", self._exit_text())
        if not isinstance(reply, dict):
            self._end("garbage")
        return reply

    def _send(self, frame: bytes, limit: float) -> None:
        view = memoryview(frame)
        while view:
            self._wait(limit, write=True)
            view = view[self._socket.send(view) :]

    def _receive(self, limit: float) -> bytes:
        head = self._exactly(wire.FRAME.size, limit)
        size = sum(wire.FRAME.unpack(head))
        if size > self.limits.message_bytes:
            self._end("flood", f"{size} bytes")
        return head + self._exactly(size, limit)

    def _exactly(self, size: int, limit: float) -> bytes:
        data = bytearray()
        while len(data) < size:
            self._wait(limit)
            part = self._socket.recv(min(size - len(data), 2**20))
            if not part:
                self._end("killed", self._exit_text())
            data += part
        return bytes(data)

    def _wait(self, limit: float, write: bool = False) -> None:
        """Until the socket is ready; interrupts at ``limit``, then ends the child after a grace."""
        sides = ([], [self._socket]) if write else ([self._socket], [])
        while True:
            self._watch_memory()
            now = time.monotonic()
            allowed = limit + (GRACE_SECONDS if self.interrupted else 0.0)
            if now >= allowed:
                self._interrupt_or_end(write)
                continue
            ready = select.select(*sides, [], min(allowed - now, WATCH_SECONDS))
            if ready[0] or ready[1]:
                return

    def _interrupt_or_end(self, write: bool) -> None:
        if self.interrupted or write or time.monotonic() >= self._deadline:
            self._end("timeout")
        self.interrupted = True
        try:
            self._sandbox.send_order(op="signal", pid=self.pid, signal=int(signal.SIGINT))
        except SandboxError:
            self._end("killed")

    def _watch_memory(self) -> None:
        """Now and then, also while bytes keep dripping in."""
        if time.monotonic() < self._watched + WATCH_SECONDS:
            return
        if self._sandbox.exceeds(self.limits.sandbox_memory_bytes):
            self._end("memory")
        self._watched = time.monotonic()

    def _exit_text(self) -> str:
        """How the process ended: ``exit N``, ``signal N``, ``sandbox``; empty if it has not."""
        deadline = time.monotonic() + EXIT_SECONDS
        status = None
        while status is None and time.monotonic() < deadline:
            try:
                status = self._sandbox.send_order(op="status", pid=self.pid)["exit"]
            except SandboxError:
                return "sandbox"
            if status is None:  # its socket is closed a little before it can be waited for
                time.sleep(0.002)
        if status is None:
            return ""
        return f"signal {-status}" if status < 0 else f"exit {status}"

    def _end(self, cause: str, detail: str = "") -> NoReturn:
        self.ended = Ended(cause, detail)
        with contextlib.suppress(SandboxError):
            self._sandbox.send_order(op="signal", pid=self.pid, signal=int(signal.SIGKILL))
        self.close()
        raise self.ended

    def close(self) -> None:
        """Hang up; the child ends by itself or at the next reset."""
        self._socket.close()


def _cell_run(reply: dict[str, Any], limit: int, interrupted: bool) -> CellRun:
    """A cell's reply, with whatever is not well-formed left out."""
    outputs = reply.get("outputs")
    kept, used = [], 0
    for item in outputs if isinstance(outputs, list) else []:
        clean = _clean_output(item)
        size = len(json.dumps(clean)) if clean else 0
        if clean and used + size <= 2 * limit + 100_000:
            kept.append(clean)
            used += size
    count = reply.get("count")
    tried = reply.get("tried")
    return CellRun(
        outputs=kept,
        count=count if type(count) is int and 0 <= count < 10**6 else None,
        error=reply["error"][:200] if isinstance(reply.get("error"), str) else None,
        cut=reply.get("cut") is True,
        tried=tuple(str(t)[:40] for t in itertools.islice(tried, 8))
        if isinstance(tried, list)
        else (),
        interrupted=interrupted,
    )


MIMES = (
    "text/plain",
    "text/html",
    "text/markdown",
    "text/latex",
    "image/png",
    "image/jpeg",
)
PICTURES = {"image/png", "image/jpeg"}


def _clean_output(item: Any) -> dict[str, Any] | None:
    """One output in nbformat's form, rebuilt field by field; None when it is not one."""
    kind = item.get("output_type") if isinstance(item, dict) else None
    if kind == "stream":
        name = "stderr" if item.get("name") == "stderr" else "stdout"
        return {"output_type": kind, "name": name, "text": _string(item.get("text"))}
    if kind == "error":
        lines = item.get("traceback")
        return {
            "output_type": kind,
            "ename": _string(item.get("ename")),
            "evalue": _string(item.get("evalue")),
            "traceback": [_string(line) for line in lines] if isinstance(lines, list) else [],
        }
    if kind not in ("display_data", "execute_result") or not isinstance(item.get("data"), dict):
        return None
    data = {mime: _string(text) for mime, text in item["data"].items() if mime in MIMES}
    for mime in PICTURES & data.keys():
        if not _is_base64(data[mime]):
            del data[mime]
    output = {"output_type": kind, "data": data, "metadata": {}}
    if kind == "execute_result":
        count = item.get("execution_count")
        output["execution_count"] = count if type(count) is int and 0 <= count < 10**6 else None
    return output


def _is_base64(text: str) -> bool:
    """Whether a picture is one: exporters put its text into an attribute as it is."""
    try:
        base64.b64decode("".join(text.split()), validate=True)
    except (binascii.Error, ValueError):
        return False
    return True


def _string(value: Any) -> str:
    return value.encode("utf-8", "replace").decode() if isinstance(value, str) else ""
