"""What students handed in, read from disk: found, bounded, never followed out of its folder.

Layout is nbgrader's: ``submitted/<student>/<assignment>/``.
"""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from autograder import UserError
from autograder.intake.moments import read_moment
from autograder.messages import gettext, ngettext
from autograder.sandbox.limits import Limits
from autograder.text import printable

TIMESTAMP = "timestamp.txt"
SKIPPED_FOLDERS = (".ipynb_checkpoints", "__pycache__", "__MACOSX", ".git")
FOLDERS = 200
SKIPPED_FILES = (".DS_Store", "Thumbs.db", "desktop.ini", TIMESTAMP)


class SubmissionError(UserError):
    """The submitted folder cannot be used; the message names it and says what to do."""


@dataclass(frozen=True)
class Submission:
    """One student's files for one assignment, as bytes.

    ``rejected`` maps a file's name to the reason why it was not read, for the student; ``flags``
    are what an instructor should look at.
    """

    student: str
    assignment: str
    files: dict[str, bytes] = field(default_factory=dict)
    rejected: dict[str, str] = field(default_factory=dict)
    flags: tuple[str, ...] = ()
    timestamp: str | None = None

    @property
    def digest(self) -> str:
        """SHA-256 over names and contents: two equal digests are the same submission."""
        digest = hashlib.sha256()
        for name in sorted(self.files):
            digest.update(name.encode("utf-8", "surrogateescape") + b"\0")
            digest.update(hashlib.sha256(self.files[name]).digest())
        for name in sorted(self.rejected):
            digest.update(f"{name}\0{self.rejected[name]}".encode("utf-8", "surrogateescape"))
        digest.update(str(self.timestamp).encode())
        return digest.hexdigest()


def read(root: Path, student: str, assignment: str, limits: Limits) -> Submission:
    """Read one submission, within ``limits``; nothing outside its folder is ever opened."""
    folder = root / student / assignment
    if folder.is_symlink() or folder.parent.is_symlink():
        return Submission(student, assignment, flags=("folder-is-a-link",))
    files: dict[str, bytes] = {}
    rejected: dict[str, str] = {}
    flags: list[str] = []
    total = 0
    for name, problem in _listing(folder, limits):
        if problem is None and total <= limits.submission_bytes:
            content, problem = _content(folder, name, _bound(name, limits))
            total += len(content)
            if problem is None and total <= limits.submission_bytes:
                files[name] = content
                continue
        rejected[name] = problem or gettext("the whole submission is too large")
        flags.append(f"file-rejected: {printable(name, 120)}")
    timestamp = _timestamp(folder)
    if timestamp is not None and not _is_date(timestamp):
        timestamp = None
        flags.append("timestamp-unreadable")
    return Submission(student, assignment, files, rejected, tuple(flags[:20]), timestamp)


def _bound(name: str, limits: Limits) -> int:
    if name.endswith(".ipynb"):
        return limits.notebook_bytes
    return limits.card_bytes if name.lower().endswith(".md") else limits.file_bytes


def _listing(folder: Path, limits: Limits) -> Iterator[tuple[str, str | None]]:
    """Relative names of the files below ``folder``, each with a problem or None."""
    count = 0
    for number, (path, folders, names) in enumerate(os.walk(folder, followlinks=False)):
        if number > FOLDERS:
            problem = gettext("the submission has more than {count} folders")
            yield os.path.relpath(path, folder), problem.format(count=FOLDERS)
            return
        kept = sorted(each for each in folders if each not in SKIPPED_FOLDERS)
        folders[:] = [each for each in kept if not (Path(path) / each).is_symlink()]
        inside = Path(path).relative_to(folder)
        for each in kept:
            if (Path(path) / each).is_symlink():
                yield str(inside / each), gettext("it is a link: hand in the file itself")
            elif each.endswith((".md", ".ipynb", ".joblib")):
                yield str(inside / each), gettext("it is a folder, not a file")
        for name in sorted(names, key=_importance):
            if name in SKIPPED_FILES:
                continue
            count += 1
            if count > limits.files:
                yield str(inside / name), _too_many(limits.files)
                return
            yield str(inside / name), None


def _too_many(limit: int) -> str:
    message = ngettext(
        "the submission has more than {count} file",
        "the submission has more than {count} files",
        limit,
    )
    return message.format(count=limit)


def _importance(name: str) -> tuple[bool, str]:
    """What is marked comes first, should there be too many files."""
    return not name.endswith((".ipynb", ".md", ".joblib")), name


def _content(folder: Path, name: str, bound: int) -> tuple[bytes, str | None]:
    try:
        descriptor = os.open(folder / name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except OSError:
        return b"", gettext("it is a link or cannot be read: hand in the file itself")
    with os.fdopen(descriptor, "rb") as stream:
        status = os.fstat(stream.fileno())
        if not stat.S_ISREG(status.st_mode):
            return b"", gettext("it is not an ordinary file")
        if status.st_size > bound:
            size, most = f"{status.st_size / 2**20:.1f}", f"{bound / 2**20:.0f}"
            problem = gettext("it has {size} MB and the maximum is {most} MB")
            return b"", problem.format(size=size, most=most)
        return stream.read(bound), None


def _timestamp(folder: Path) -> str | None:
    content, problem = _content(folder, TIMESTAMP, 200)
    return None if problem else content.decode("utf-8", "replace").strip() or None


def _is_date(text: str) -> bool:
    return read_moment(text) is not None
