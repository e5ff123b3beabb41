"""Temporary folders of a run, all in one that is removed when the run ends.

A worker that is ended with the run has no time to remove anything: it makes its folders in that of
the process that started it.
"""

from __future__ import annotations

import atexit
import contextlib
import os
import shutil
import tempfile
from collections.abc import Iterator
from functools import cache
from pathlib import Path

#: Where a worker finds the folder of the process that started it.
VARIABLE = "AUTOGRADER_SCRATCH"
_sharing = 0  # runs whose workers may be started now


def make_folder(prefix: str) -> Path:
    """A new, empty folder that is gone, at the latest, when the run has ended."""
    return Path(tempfile.mkdtemp(prefix=prefix, dir=_root()))


@contextlib.contextmanager
def shared_with_workers() -> Iterator[None]:
    """Have the processes that are started meanwhile make their folders in this one's.

    Runs may overlap, and one that is abandoned ends when its generator is collected.
    """
    global _sharing
    _sharing += 1
    os.environ[VARIABLE] = str(_root())
    try:
        yield
    finally:
        _sharing -= 1
        if not _sharing:
            os.environ.pop(VARIABLE, None)


@cache
def _root() -> Path:
    shared = Path(os.environ.get(VARIABLE, ""))
    if shared.is_absolute() and shared.is_dir():
        return shared
    folder = tempfile.mkdtemp(prefix="autograder-")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return Path(folder)
