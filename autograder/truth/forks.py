"""Work in forks: what many share is done once, and each then goes on in a process of its own.

Threads that an answer starts, and whatever it changes, end with its fork. It needs a system that
has ``fork``.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import pickle
import signal
import traceback
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager
from multiprocessing.connection import Connection
from typing import Any, Protocol


class ForkEnded(Exception):
    """A fork ended before it returned anything; the message says why."""


class Restorable(Protocol):
    """What is prepared: a state that can be put back as it was after each use."""

    def restore(self) -> None: ...


#: Makes the state, and takes it down at the end.
Prepare = Callable[[], AbstractContextManager[Restorable]]


def in_fork(seconds: int, function: Callable[..., Any], *arguments: Any) -> Any:
    """What ``function`` returns in a fork of this process.

    Raises:
        ForkEnded: it raised something, took more than ``seconds``, or ended its process.
    """
    reader, writer = os.pipe()
    pid = os.fork()
    if pid == 0:
        signal.signal(signal.SIGALRM, signal.SIG_DFL)
        signal.alarm(seconds)
        try:
            with os.fdopen(writer, "wb") as pipe:
                pickle.dump(_returned(function, *arguments), pipe)
        finally:
            os._exit(0)
    os.close(writer)
    with os.fdopen(reader, "rb") as pipe:
        content = pipe.read()
    status = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    if status == -signal.SIGALRM:
        raise ForkEnded(f"it took more than {seconds} s")
    if not content:
        raise ForkEnded(f"its process ended (status {status})")
    outcome = pickle.loads(content)
    if isinstance(outcome, ForkEnded):
        raise outcome
    return outcome


def _returned(function: Callable[..., Any], *arguments: Any) -> Any:
    """What ``function`` returns; what it raises becomes a ForkEnded that names it."""
    try:
        return function(*arguments)
    except BaseException as error:
        return ForkEnded("".join(traceback.format_exception_only(error)).strip())


class PreparedProcess:
    """A process that has prepared a state; each request runs in a fork of it.

    It ends when this process closes it, or ends. ``others`` are those that are open already.
    """

    def __init__(self, prepare: Prepare, others: Iterable[PreparedProcess] = ()):
        self._ours, theirs = multiprocessing.Pipe()
        self._pid = os.fork()
        if self._pid == 0:
            try:
                # a pipe of another's that stays open here would hide that this process ended
                for process in (self, *others):
                    process._ours.close()
                _silence()
                theirs.send(_returned(_serve, theirs, prepare))
            finally:
                os._exit(0)
        theirs.close()

    def ask(self, seconds: int, function: Callable[..., Any], *arguments: Any) -> Any:
        """What ``function(state, *arguments)`` returns in a fork; the state is then restored.

        Raises:
            ForkEnded: as ``in_fork``, or the state could not be prepared.
        """
        try:
            self._ours.send((seconds, function, arguments))
            outcome = self._ours.recv()
        except (EOFError, ConnectionError) as error:
            raise ForkEnded("the process that it starts from has ended") from error
        if isinstance(outcome, ForkEnded):
            raise outcome
        return outcome

    def close(self) -> None:
        self._ours.close()
        os.waitpid(self._pid, 0)


def _silence() -> None:
    """Drop what this process and its forks print, in Python or below it."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    for descriptor in (1, 2):
        os.dup2(nowhere, descriptor)


def _serve(requests: Connection, prepare: Prepare) -> None:
    with prepare() as state, contextlib.suppress(EOFError):
        while True:
            seconds, function, arguments = requests.recv()
            outcome: Any
            try:
                outcome = in_fork(seconds, function, state, *arguments)
            except ForkEnded as ended:
                outcome = ended
            state.restore()
            requests.send(outcome)
