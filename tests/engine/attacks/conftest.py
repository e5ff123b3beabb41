"""One worker for all attacks, as a cohort has it: small limits, real isolation."""

from __future__ import annotations

import os
import secrets
import socket
import threading
from dataclasses import replace
from pathlib import Path

import pytest
import target

from autograder.grading.grade import grade
from autograder.records import Result
from autograder.sandbox import driver
from autograder.sandbox.driver import Sandbox
from autograder.sandbox.isolation import BWRAP
from autograder.sandbox.limits import MIB, Limits

ROOT = Path(__file__).resolve().parents[2]
SEED = 4_815_162_342
LIMITS = Limits(
    cell_seconds=20,
    call_seconds=20,
    submission_seconds=80,
    cell_output_bytes=MIB // 4,
    submission_output_bytes=MIB,
    message_bytes=16 * MIB,
    disk_bytes=16 * MIB,
    memory_bytes=512 * MIB,
    sandbox_memory_bytes=768 * MIB,
    processes=24,
)
#: For what never ends by itself; all else has time enough on the slowest machine.
HURRIED = replace(LIMITS, cell_seconds=2, call_seconds=2, submission_seconds=14)


class Worker:
    """A sandbox that grades one submission after the other, and remembers how honest ones went."""

    def __init__(self, datasets: Path):
        self.datasets = datasets
        self.sandbox = Sandbox(datasets, BWRAP, LIMITS)
        self._clean = False
        with Sandbox(datasets, BWRAP, LIMITS) as other:
            self.alone = _essence(grade(target.blueprint(), target.honest(), SEED, other))

    def grade(self, submission, ends: bool = True) -> Result:
        """Grade it between two honest submissions, which must go as when they are alone."""
        if not self._clean:
            self.check_honest()
        self._clean = False
        self.sandbox.limits = LIMITS if ends else HURRIED
        result = grade(target.blueprint(), submission, SEED, self.sandbox)
        self.sandbox.limits = LIMITS
        self.check_honest()
        return result

    def check_honest(self) -> None:
        result = grade(target.blueprint(), target.honest(), SEED, self.sandbox)
        assert result.notebooks["demo"].decode() == self.alone.notebooks["demo"].decode()
        assert _essence(result) == self.alone
        self._clean = True


def _essence(result: Result) -> Result:
    return replace(result, seconds=0.0)


@pytest.fixture(scope="session")
def worker(isolation: str):
    """One sandbox for all attacks of a test process."""
    driver.GRACE_SECONDS = 0.5
    if isolation != BWRAP:
        pytest.skip("needs bubblewrap and namespaces: see `autograder doctor`")
    made = Worker(ROOT / "datasets")
    assert made.alone.score == target.FULL and made.alone.flags == ()
    yield made
    made.sandbox.close()


@pytest.fixture(scope="session")
def places(tmp_path_factory: pytest.TempPathFactory):
    """What an attacker might know of the machine, and things of it that are worth stealing."""
    folder = tmp_path_factory.mktemp("afuera")
    folder.chmod(0o755)
    token = secrets.token_hex(8)
    secret = folder / "secreto.txt"
    secret.write_text(token)
    secret.chmod(0o644)
    os.environ["AUTOGRADER_PRUEBA"] = token
    listener = socket.create_server(("127.0.0.1", 0))
    named = socket.socket(socket.AF_UNIX)
    name = secrets.token_hex(8)
    named.bind(f"\0{name}")
    named.listen()
    threading.Thread(target=_greet, args=(listener,), daemon=True).start()
    yield {
        "ROOT": str(ROOT),
        "SECRET": str(secret),
        "TOKEN": token,  # to look for in what comes back: no attack names it
        "NAME": name,
        "SEED": str(SEED),
        "YES": "'LOGRA' + 'DO'",  # so that a traceback's source lines do not hold the word
        "DRIVER": str(os.getpid()),
        "PORT": str(listener.getsockname()[1]),
    }
    listener.close()
    named.close()
    del os.environ["AUTOGRADER_PRUEBA"]


def _greet(listener: socket.socket) -> None:
    while True:
        try:
            connection, _ = listener.accept()
        except OSError:
            return
        connection.send(b"LOGRADO")
        connection.close()
