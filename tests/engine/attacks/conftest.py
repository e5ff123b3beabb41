"""One worker for all attacks, as a cohort has it: real isolation, bounds small in bytes.

No outcome depends on how fast the machine is: whoever ends by itself has minutes, and the clock
runs out soon only on the request that an attack never answers.
"""

from __future__ import annotations

import contextlib
import os
import secrets
import socket
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import target
from msgspec.structs import replace
from target import LIMITS, MODULES, PATIENCE, SEED

import autograder
from autograder.grading.grade import grade
from autograder.records import Result
from autograder.sandbox import process
from autograder.sandbox.driver import Sandbox
from autograder.sandbox.isolation import BWRAP
from autograder.sandbox.process import StudentProcess

#: How long the deaf have to answer an interrupt: they never do.
DEAF_SECONDS = 0.5


class Worker:
    """A sandbox that grades one submission after the other, and remembers how honest ones went."""

    def __init__(self, hidden: Path):
        self.sandbox = Sandbox(BWRAP, LIMITS, (hidden,), MODULES)
        self._clean = False
        with Sandbox(BWRAP, LIMITS, (hidden,), MODULES) as other:
            other.wait_ready()
            with clock():
                alone = grade(target.blueprint(), target.honest(), SEED, other)
        #: An endless request has begun to be endless by then: a whole submission takes no longer.
        self.hurried = max(2.0, alone.seconds)
        self.alone = _essence(alone)

    def grade(self, submission, endless: str = "", deaf: bool = False) -> Result:
        """Grade it between two honest submissions, which must go as when they are alone."""
        if not self._clean:
            self.check_honest()
        self._clean = False
        with clock(endless, deaf, self.hurried):
            result = grade(target.blueprint(), submission, SEED, self.sandbox)
        self.check_honest()
        return result

    def check_honest(self) -> None:
        with clock():
            result = grade(target.blueprint(), target.honest(), SEED, self.sandbox)
        assert result.notebooks["demo"].decode() == self.alone.notebooks["demo"].decode()
        assert _essence(result) == self.alone
        self._clean = True

    def check_other(self) -> None:
        """The other assignment's honest submission, whose data lie beside this one's."""
        blueprint, submission = target.other_blueprint(), target.other_submission()
        with clock():
            result = grade(blueprint, submission, SEED, self.sandbox)
        assert (result.score, result.status, result.flags) == (1, "graded", ())


@contextlib.contextmanager
def clock(endless: str = "", deaf: bool = False, seconds: float = PATIENCE) -> Iterator[None]:
    """All the time there is; after ``seconds`` no more, from the request that never ends on."""
    exchange, begun = StudentProcess._exchange, []

    def exchanged(self: StudentProcess, request: dict[str, Any], allowed: float) -> dict[str, Any]:
        what = request.get("source") or f"{request['op']} {request.get('name', '')}"
        if endless and endless in what:
            begun.append(what)
        return exchange(self, request, min(seconds, allowed) if begun else allowed)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(StudentProcess, "_exchange", exchanged)
        patch.setattr(process, "GRACE_SECONDS", DEAF_SECONDS if deaf else PATIENCE)
        patch.setattr(process, "TRIED_SECONDS", PATIENCE)
        yield
    assert begun or not endless, f"nothing that was asked has {endless!r} in it"


def _essence(result: Result) -> Result:
    return replace(result, seconds=0.0)


@pytest.fixture(scope="session")
def course_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A course of the host, in which everything is worth stealing and nothing is locked away."""
    folder = tmp_path_factory.mktemp("curso")
    for path in [folder, *folder.parents[:2]]:
        path.chmod(0o755)
    return folder


@pytest.fixture(scope="session")
def worker(isolation: str, course_folder: Path) -> Iterator[Worker]:
    """One sandbox for all attacks of a test process."""
    if isolation != BWRAP:
        pytest.skip("needs bubblewrap and namespaces: see `autograder doctor`")
    made = Worker(course_folder)
    assert made.alone.score == target.FULL and made.alone.flags == ()
    yield made
    made.sandbox.close()


STOLEN = """
secreto.txt gradebook.db nbgrader_config.py results/results.json .git/config datos/reservado.txt
solutions/demo/checks.py solutions/demo/demo.ipynb notebooks/demo/demo.ipynb
submitted/ana/demo/demo.ipynb autograded/ana/demo/demo.ipynb
""".split()


@pytest.fixture(scope="session")
def places(course_folder: Path) -> Iterator[dict[str, str]]:
    """What an attacker might know of the machine, and things of it that are worth stealing."""
    token = secrets.token_hex(8)
    for name in STOLEN:
        path = target.demo.write(course_folder / name, token)
        path.chmod(0o644)
    os.environ["AUTOGRADER_PRUEBA"] = token
    listener = socket.create_server(("127.0.0.1", 0))
    named = socket.socket(socket.AF_UNIX)
    name = secrets.token_hex(8)
    named.bind(f"\0{name}")
    named.listen()
    threading.Thread(target=_greet, args=(listener,), daemon=True).start()
    yield {
        "ROOT": str(course_folder),
        "SECRET": str(course_folder / "secreto.txt"),
        "TESTS": str(Path(__file__).parent),
        "PACKAGE": str(Path(autograder.__file__).parent),
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
