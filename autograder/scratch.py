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
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path

#: Where a worker finds the folder of the process that started it.
VARIABLE = "AUTOGRADER_SCRATCH"
_sharing = 0  # runs whose workers may be started now


def make_folder(prefix: str) -> Path:
    """A new, empty folder that is gone, at the latest, when the run has ended."""
    return Path(tempfile.mkdtemp(prefix=prefix, dir=_root()))


def write_files(folder: Path, files: Mapping[str, bytes]) -> None:
    """Write files below ``folder``, by their paths in it, with the folders that they need."""
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)


def lay_out(folder: Path, files: Mapping[str, bytes], *, for_everybody: bool = False) -> None:
    """Make ``folder`` with these files, whole or not at all; nothing is done where it is there.

    ``for_everybody``: every user of the machine may read it.
    """
    if folder.is_dir():
        return
    staged = Path(tempfile.mkdtemp(dir=folder.parent, prefix="."))
    try:
        write_files(staged, files)
        for path in (staged, *staged.rglob("*")) if for_everybody else ():
            path.chmod(0o755 if path.is_dir() else 0o644)
        staged.rename(folder)  # a folder that is there is whole, should the disk fill
    finally:
        shutil.rmtree(staged, ignore_errors=True)


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
