"""The trusted side of the sandbox: starts the warm process, speaks to its children, ends them.

Everything that arrives from a child is bounded before it is read and is data once it is.
"""

from __future__ import annotations

import base64
import binascii
import contextlib
import hashlib
import itertools
import json
import os
import select
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from autograder.sandbox import wire
from autograder.sandbox.isolation import BWRAP, IsolationError, Launch, diagnosis, launch
from autograder.sandbox.limits import Limits

GRACE_SECONDS = 2.0
WATCH_SECONDS = 0.25
CLOSE_SECONDS = 0.5
ORDER_SECONDS = 10.0
EXIT_SECONDS = 0.2
QUICK_SECONDS = 1.0


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


class Sandbox:
    """One warm process and the children forked from it, one submission at a time."""

    def __init__(
        self,
        isolation: str = BWRAP,
        limits: Limits | None = None,
        hidden: Sequence[Path] = (),
        modules: Sequence[str] = (),
    ):
        """``hidden`` are folders that must not be seen; ``modules``, what to import beforehand."""
        self.isolation = isolation
        self.modules = tuple(modules)
        self.hidden = tuple(hidden)
        self.limits = limits or Limits.from_environment()
        self._process: subprocess.Popen | None = None
        self._control: socket.socket | None = None
        self._launch: Launch | None = None
        self._ready = False
        self._broken = False
        self._given: Path | None = None
        self.strays = 0

    def start(self) -> None:
        """Start the warm process without waiting for its imports. Raises IsolationError."""
        if self._process is not None:
            if self._ready or self._process.poll() is None:
                return
            self.close()  # it died before it was asked for anything: what ailed it may be mended
        if self._given is None:
            self._given = Path(tempfile.mkdtemp(prefix="autograder-given-"))
            self._given.chmod(0o755)
        self._launch = launch(self.isolation, self._given, self.limits, os.getpid(), self.hidden)
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        words = [
            str(theirs.fileno()),
            json.dumps({**self._launch.options, "modules": self.modules}),
        ]
        self._errors = open(os.memfd_create("warm-errors"), "w+b")  # noqa: SIM115
        try:
            self._process = subprocess.Popen(
                [*self._launch.command, *words],
                env=self._launch.environment,
                pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=self._errors,
                cwd="/",
            )
        except OSError as error:
            ours.close()
            self._errors.close()
            raise IsolationError(diagnosis(str(error))) from error
        finally:
            theirs.close()
        self._control, self._ready, self._broken = ours, False, False

    def wait_ready(self) -> None:
        """Wait for the imports. Raises IsolationError with what went wrong."""
        self.start()
        if self._ready:
            return
        try:
            self._hear(self.limits.start_seconds)
        except SandboxError:
            detail = self._complaint()
            self.close()
            raise IsolationError(diagnosis(detail)) from None
        self._ready = True

    def _complaint(self) -> str:
        status = None
        with contextlib.suppress(subprocess.TimeoutExpired):
            status = self._process.wait(1)
        self._errors.seek(0)
        said = self._errors.read(4_000).decode(errors="replace").strip()
        return said or f"it said nothing (exit status {status})"

    def _hear(self, seconds: float) -> dict:
        readable, _, _ = select.select([self._control], [], [], seconds)
        message = self._control.recv(65_536) if readable else b""
        if not message:
            raise SandboxError("the warm process does not answer")
        return json.loads(message)

    def _order(self, descriptors: tuple[int, ...] = (), **order) -> dict:
        """One order and its answer. After a failure none is given: a late answer would be taken
        for that of the next."""
        if self._control is None or self._broken:
            raise SandboxError("the sandbox is closed")
        try:
            socket.send_fds(self._control, [json.dumps(order).encode()], descriptors)
            return self._hear(ORDER_SECONDS)
        except BaseException as error:  # an interrupt too may fall between the two
            self._broken = True
            if isinstance(error, (OSError, ValueError)):
                raise SandboxError(str(error)) from error
            raise

    def fork(self, seed: int, deadline: float, given: Mapping[str, bytes] | None = None) -> Child:
        """A new child of the warm process. Raises SandboxError.

        ``given`` are files that it finds above its working folder, by their path there.
        """
        self.wait_ready()
        key = self._give(given or {})
        ours, theirs = socket.socketpair()
        with theirs:
            answer = self._order(op="fork", seed=seed, given=key, descriptors=(theirs.fileno(),))
        if answer["pid"] < 0:
            ours.close()
            raise SandboxError("the warm process could not fork")
        return Child(self, answer["pid"], ours, deadline)

    def _give(self, files: Mapping[str, bytes]) -> str:
        """Lay files out where the sandbox sees them, once for each set; the name of its folder."""
        if not files:
            return ""
        digest = hashlib.sha256()
        for name, content in sorted(files.items()):
            digest.update(name.encode() + b"\0" + hashlib.sha256(content).digest())
        folder = self._given / digest.hexdigest()[:32]
        if not folder.is_dir():
            staged = Path(tempfile.mkdtemp(dir=self._given, prefix="."))
            for name, content in files.items():
                path = staged / name
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(content)
            for path in (staged, *staged.rglob("*")):
                path.chmod(0o755 if path.is_dir() else 0o644)
            staged.rename(folder)
        return folder.name

    def reset(self) -> bool:
        """End and wipe everything a submission left; False when a new sandbox had to be made.

        ``strays`` is then how many processes it had left behind, beside its own.
        """
        self.strays = 0
        if self._control is not None and not self._ready:
            return True  # it is still importing: nothing has run in it
        try:
            answer = self._order(op="reset")
            self.strays = answer["strays"]
            if answer["clean"]:
                return True
        except SandboxError:
            pass
        self.close()
        with contextlib.suppress(IsolationError):  # the next submission finds out
            self.start()
        return False

    def exceeds(self, limit: int) -> bool:
        """Whether all that is in the sandbox holds more than ``limit`` resident bytes.

        Pages that forks share are counted once, which takes longer: only when it matters.
        """
        pids = _descendants(self._process.pid)
        return sum(map(_resident, pids)) > limit and sum(map(_proportional, pids)) > limit

    def close(self) -> None:
        """End the warm process and all that lives in its sandbox."""
        if self._given is not None:
            shutil.rmtree(self._given, ignore_errors=True)
            self._given = None
        if self._process is None:
            return
        if self._control is not None:
            self._control.close()
        if self.isolation != BWRAP:
            for pid in _descendants(self._process.pid):
                with contextlib.suppress(OSError):
                    os.kill(pid, signal.SIGKILL)
        try:
            self._process.wait(CLOSE_SECONDS)  # it ends by itself when its driver hangs up
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._errors.close()
        for path in self._launch.scratch:
            shutil.rmtree(path, ignore_errors=True)
        self._process = self._control = None

    def __enter__(self) -> Sandbox:
        self.start()
        return self

    def __exit__(self, *_exc: object) -> None:
        self.close()


class Child:
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
        reply = self._tell({"op": "put", "files": files}, self.limits.call_seconds)
        failed = reply.get("failed")
        return [str(name) for name in failed] if isinstance(failed, list) else []

    def run_cell(self, source: str, limit: int) -> CellRun:
        """Run one cell, its outputs cut at ``limit`` bytes. Raises Ended."""
        request = {"op": "cell", "source": source, "limit": limit}
        reply = self._tell(request, self.limits.cell_seconds)
        return _cell_run(reply, limit, self.interrupted)

    def tried(self) -> tuple[str, ...]:
        """What of the forbidden it has tried (``network``), as far as it can be told."""
        try:
            reply = self._tell({"op": "tried"}, QUICK_SECONDS)
        except Ended:
            return ()
        return _cell_run(reply, 0, False).tried

    def gone(self) -> bool:
        """Whether the process itself has ended: what still answers for it is another."""
        try:
            return self._sandbox._order(op="status", pid=self.pid)["exit"] is not None
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

    def _tell(self, request: dict[str, Any], seconds: float) -> dict[str, Any]:
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
            self._sandbox._order(op="signal", pid=self.pid, signal=int(signal.SIGINT))
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
                status = self._sandbox._order(op="status", pid=self.pid)["exit"]
            except SandboxError:
                return "sandbox"
            if status is None:  # its socket is closed a little before it can be waited for
                time.sleep(0.002)
        if status is None:
            return ""
        return f"signal {-status}" if status < 0 else f"exit {status}"

    def _end(self, cause: str, detail: str = "") -> None:
        self.ended = Ended(cause, detail)
        with contextlib.suppress(SandboxError):
            self._sandbox._order(op="signal", pid=self.pid, signal=int(signal.SIGKILL))
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


def _descendants(pid: int) -> list[int]:
    found, todo = [], [pid]
    while todo and len(found) < 10_000:
        current = todo.pop()
        found.append(current)
        for path in Path(f"/proc/{current}/task").glob("*/children"):
            with contextlib.suppress(OSError, ValueError):
                todo += [int(child) for child in path.read_text().split()]
    return found


def _proportional(pid: int) -> int:
    """Resident bytes, each shared page divided among those who share it."""
    try:
        rollup = Path(f"/proc/{pid}/smaps_rollup").read_text().split()
        return int(rollup[rollup.index("Pss:") + 1]) * 1024
    except (OSError, ValueError, IndexError):
        return _resident(pid)


def _resident(pid: int) -> int:
    try:
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except (OSError, ValueError, IndexError):
        return 0
