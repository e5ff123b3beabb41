"""A process that has imported what the commands need, and forks for each that is run.

As a script it is that process; ``run`` starts one and asks it. A command has the interpreter, the
modules, the arguments, the folder, the environment and the streams that it would have by itself,
and a process of its own: what it does not pay is the second or two in which they are imported.
"""

from __future__ import annotations

import functools
import gc
import importlib
import json
import os
import socket
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

MODULES = """
autograder.cli autograder.course autograder.authoring.build autograder.authoring.bundle
autograder.grading.cohort autograder.grading.gradebook autograder.report.export
autograder.report.feedback autograder.report.html autograder.report.marks autograder.truth.proof
joblib nbconvert.exporters nbgrader.converters
""".split()


def run(
    words: Sequence[str], cwd: Path, environment: Mapping[str, str]
) -> subprocess.CompletedProcess[str]:
    """What ``autograder`` with these words gives, as ``subprocess.run`` would say it."""
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        order = {"words": list(words), "cwd": str(cwd), "environment": dict(environment)}
        connection, _ = _process()
        socket.send_fds(connection, [json.dumps(order).encode()], [out.fileno(), err.fileno()])
        status = json.loads(connection.recv(100))
        said = []
        for stream in (out, err):
            stream.seek(0)
            said.append(stream.read().decode())
    return subprocess.CompletedProcess(list(words), status, *said)


@functools.cache
def _process() -> tuple[socket.socket, subprocess.Popen[bytes]]:
    """The process, which ends with this one, and where it takes orders."""
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    ours.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 2**20)
    nowhere = {name: subprocess.DEVNULL for name in ("stdin", "stdout")}
    words = [sys.executable, __file__, str(theirs.fileno())]
    with theirs:
        return ours, subprocess.Popen(words, cwd="/", pass_fds=[theirs.fileno()], **nowhere)


def main(control: socket.socket) -> None:
    """Fork for each order until nobody is left to give one; returns in the forks alone."""
    for each in MODULES:
        importlib.import_module(each)
    gc.freeze()
    while True:
        order, streams, _flags, _address = socket.recv_fds(control, 2**20, 2)
        if not order:
            os._exit(0)
        pid = os.fork()
        if pid == 0:
            control.close()
            return _become(json.loads(order), streams)
        for each in streams:
            os.close(each)
        status = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
        control.send(json.dumps(status).encode())


def _become(order: dict, streams: Sequence[int]) -> None:
    """Be the process of a command that has just begun."""
    for number, each in enumerate(streams, start=1):
        os.dup2(each, number)
        os.close(each)
    os.chdir(order["cwd"])
    os.environ.clear()
    os.environ.update(order["environment"])
    tempfile.tempdir = None
    sys.argv = [str(Path(sys.prefix, "bin", "autograder")), *order["words"]]


if __name__ == "__main__":
    sys.path[0] = str(Path(sys.prefix, "bin"))  # as for the command, instead of this folder
    main(socket.socket(fileno=int(sys.argv[1])))
    from autograder.cli import main as command

    command()
