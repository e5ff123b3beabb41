"""The trusted side of the sandbox: starts the warm process, has it fork, and cleans up."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import select
import shutil
import signal
import socket
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from autograder.sandbox.isolation import (
    BWRAP,
    Isolation,
    IsolationError,
    Launch,
    diagnosis,
    launch,
)
from autograder.sandbox.limits import Limits
from autograder.sandbox.process import SandboxError, StudentProcess
from autograder.scratch import lay_out, make_folder

CLOSE_SECONDS = 0.5
ORDER_SECONDS = 120.0


class Sandbox:
    """One warm process and the children forked from it, one submission at a time."""

    def __init__(
        self,
        isolation: Isolation = BWRAP,
        limits: Limits | None = None,
        hidden: Sequence[Path] = (),
        modules: Sequence[str] = (),
    ):
        """``hidden`` are folders that must not be seen; ``modules``, what to import beforehand."""
        self.isolation = isolation
        self.modules = tuple(modules)
        self.hidden = tuple(hidden)
        self.limits = limits or Limits.from_environment()
        self._process: subprocess.Popen[bytes] | None = None
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
            self._given = make_folder("given-")
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
            self._receive(self.limits.start_seconds)
        except SandboxError:
            detail = self._startup_errors()
            self.close()
            raise IsolationError(diagnosis(detail)) from None
        self._ready = True

    def _startup_errors(self) -> str:
        status = None
        with contextlib.suppress(subprocess.TimeoutExpired):
            status = self._process.wait(1) if self._process is not None else None
        self._errors.seek(0)
        said = self._errors.read(4_000).decode(errors="replace").strip()
        return said or f"it said nothing (exit status {status})"

    def _receive(self, seconds: float) -> dict[str, Any]:
        if self._control is None:
            raise SandboxError("the sandbox is closed")
        readable, _, _ = select.select([self._control], [], [], seconds)
        message = self._control.recv(65_536) if readable else b""
        if not message:
            raise SandboxError("the warm process does not answer")
        answer: dict[str, Any] = json.loads(message)
        return answer

    def send_order(self, descriptors: tuple[int, ...] = (), **order: Any) -> dict[str, Any]:
        """One order and its answer. After a failure none is given: a late answer would be taken
        for that of the next."""
        if self._control is None or self._broken:
            raise SandboxError("the sandbox is closed")
        try:
            socket.send_fds(self._control, [json.dumps(order).encode()], descriptors)
            return self._receive(ORDER_SECONDS)
        except BaseException as error:  # an interrupt too may fall between the two
            self._broken = True
            if isinstance(error, (OSError, ValueError)):
                raise SandboxError(str(error)) from error
            raise

    def fork(
        self, seed: int, deadline: float, given: Mapping[str, bytes] | None = None
    ) -> StudentProcess:
        """A new child of the warm process. Raises SandboxError.

        ``given`` are files that it finds above its working folder, by their path there.
        """
        self.wait_ready()
        key = self._give(given or {})
        ours, theirs = socket.socketpair()
        with theirs:
            answer = self.send_order(
                op="fork", seed=seed, given=key, descriptors=(theirs.fileno(),)
            )
        if answer["pid"] < 0:
            ours.close()
            raise SandboxError("the warm process could not fork")
        return StudentProcess(self, answer["pid"], ours, deadline)

    def _give(self, files: Mapping[str, bytes]) -> str:
        """Lay files out where the sandbox sees them, once for each set; the name of its folder."""
        if not files:
            return ""
        if self._given is None:
            raise SandboxError("the sandbox is closed")
        digest = hashlib.sha256()
        for name, content in sorted(files.items()):
            digest.update(name.encode() + b"\0" + hashlib.sha256(content).digest())
        folder = self._given / digest.hexdigest()[:32]
        lay_out(folder, files, for_everybody=True)
        return folder.name

    def reset(self) -> bool:
        """End and wipe everything a submission left; False when a new sandbox had to be made.

        ``strays`` is then how many processes it had left behind, beside its own.
        """
        self.strays = 0
        if self._control is not None and not self._ready:
            return True  # it is still importing: nothing has run in it
        try:
            answer = self.send_order(op="reset")
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
        pids = _descendants(self._process.pid) if self._process is not None else []
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
        for path in self._launch.scratch if self._launch is not None else ():
            shutil.rmtree(path, ignore_errors=True)
        self._process = self._control = None

    def __enter__(self) -> Sandbox:
        self.start()
        return self

    def __exit__(self, *_exc: object) -> None:
        self.close()


def _descendants(pid: int) -> list[int]:
    found: list[int] = []
    todo = [pid]
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
