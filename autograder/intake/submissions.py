"""What students handed in, read from disk: found, bounded, never followed out of its folder.

Layout is nbgrader's: ``submitted/<student>/<assignment>/``.
"""

from __future__ import annotations

import hashlib
import os
import stat
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from autograder import UserError
from autograder.intake.moments import read_moment
from autograder.intake.names import extension_of, is_notebook_name
from autograder.messages import gettext, ngettext
from autograder.records import FileFate, FileRecord
from autograder.sandbox.limits import MIB, Limits
from autograder.text import printable, printable_name

TIMESTAMP = "timestamp.txt"
SKIPPED_FOLDERS = (".ipynb_checkpoints", "__pycache__", "__MACOSX", ".git")
SKIPPED_FILES = (".DS_Store", "Thumbs.db", "desktop.ini", TIMESTAMP)
#: Folders whose files are read, and those that are looked into.
FOLDERS, WALKED = 200, 20_000
#: Files that are listed one by one; those that follow are counted.
LISTED = 1_000
#: What checks ask for by its ending: read first, and a folder of such a name is no accident.
ASKED_FOR = ("ipynb", "md", "joblib")


class SubmissionError(UserError):
    """The submitted folder cannot be used; the message names it and says what to do."""


@dataclass(frozen=True)
class Submission:
    """One student's files for one assignment, as bytes.

    Attributes:
        rejected: files that were not read, by name, with the reason for the student.
        flags: what an instructor should look at.
        unused: the account of every file that is not among ``files``.
        changed: when each of ``files`` was last changed, in seconds; where not known, absent.
    """

    student: str
    assignment: str
    files: dict[str, bytes] = field(default_factory=dict)
    rejected: dict[str, str] = field(default_factory=dict)
    flags: tuple[str, ...] = ()
    timestamp: str | None = None
    unused: tuple[FileRecord, ...] = ()
    changed: dict[str, int] = field(default_factory=dict)

    @property
    def digest(self) -> str:
        """SHA-256 over all that a mark depends on: two equal digests are the same submission.

        Among several notebooks the newest is graded, so their order counts too.
        """
        digest = hashlib.sha256()
        for name in sorted(self.files):
            digest.update(name.encode("utf-8", "surrogateescape") + b"\0")
            digest.update(hashlib.sha256(self.files[name]).digest())
        for name in sorted(self.rejected):
            digest.update(f"{name}\0{self.rejected[name]}".encode("utf-8", "surrogateescape"))
        notebooks = [name for name in sorted(self.files) if is_notebook_name(name)]
        notebooks.sort(key=lambda name: self.changed.get(name, 0))
        digest.update("\0".join(notebooks).encode("utf-8", "surrogateescape"))
        digest.update(str(self.timestamp).encode())
        return digest.hexdigest()


def read(root: Path, student: str, assignment: str, limits: Limits) -> Submission:
    """Read one submission, within ``limits``; nothing outside its folder is ever opened."""
    folder = root / student / assignment
    if folder.is_symlink() or folder.parent.is_symlink():
        reason = gettext("it is a link: hand in the file itself")
        link = FileRecord("./", 0, FileFate.SET_ASIDE, reason)
        return Submission(student, assignment, flags=("folder-is-a-link",), unused=(link,))
    files: dict[str, bytes] = {}
    changed: dict[str, int] = {}
    rejected: dict[str, str] = {}
    listed, uncounted = _listing(folder)
    budget = _Budget(limits)
    for entry in sorted(listed, key=_importance):
        if entry.skipped:
            continue
        problem = entry.problem or budget.problem_of_another_file()
        if problem is None:
            content, problem = _content(folder, entry.name, _bound(entry.name, limits))
            problem = problem or budget.problem_of_size(entry.name, len(content))
        if problem is None:
            files[entry.name], changed[entry.name] = content, entry.changed
        else:
            rejected[entry.name] = problem
    flags = [f"file-rejected: {printable(name, 120)}" for name in rejected][:20]
    timestamp = _timestamp(folder)
    if any(each.name == TIMESTAMP for each in listed) and not _is_date(timestamp):
        timestamp = None
        flags.append("timestamp-unreadable")
    aside = [each.unused(rejected.get(each.name)) for each in listed if each.name not in files]
    return Submission(
        student,
        assignment,
        files,
        rejected,
        tuple(flags),
        timestamp,
        unused=(*aside, *_counted(uncounted)),
        changed=changed,
    )


def out_of_the_ordinary(files: Iterable[FileRecord]) -> list[FileRecord]:
    """The files that were set aside or used under another name."""
    return [file for file in files if file.used_as or file.fate is FileFate.SET_ASIDE]


@dataclass(frozen=True)
class _Entry:
    """What a folder lists under a name: a file, a link, or a folder where a file was expected."""

    name: str
    size: int = 0
    changed: int = 0
    skipped: str = ""
    problem: str = ""
    files: int = 1

    def unused(self, reason: str | None) -> FileRecord:
        """The record of a file that nothing is graded with; that of the time stays in its place."""
        if self.name == TIMESTAMP:
            return FileRecord(TIMESTAMP, self.size, FileFate.KEPT)
        name, why = printable_name(self.name), reason or self.skipped
        return FileRecord(name, self.size, FileFate.SET_ASIDE, why, files=self.files)


class _Budget:
    """How much of a submission is read: so many files, so many bytes; notebooks apart."""

    def __init__(self, limits: Limits):
        self._limits = limits
        self._files = 0
        self._left = {True: 2 * limits.notebook_bytes, False: limits.submission_bytes}

    def problem_of_another_file(self) -> str | None:
        self._files += 1
        if self._files <= self._limits.files:
            return None
        message = ngettext(
            "the submission has more than {count} file",
            "the submission has more than {count} files",
            self._limits.files,
        )
        return message.format(count=self._limits.files)

    def problem_of_size(self, name: str, size: int) -> str | None:
        is_notebook = is_notebook_name(name)
        if size > self._left[is_notebook]:
            return gettext("the whole submission is too large")
        self._left[is_notebook] -= size
        return None


def _bound(name: str, limits: Limits) -> int:
    if is_notebook_name(name):
        return limits.notebook_bytes
    return limits.card_bytes if extension_of(name) == "md" else limits.file_bytes


def _listing(folder: Path) -> tuple[list[_Entry], Counter[str]]:
    """What lies below ``folder``; of what is too much to list, how many files each folder has."""
    listed: list[_Entry] = []
    uncounted: Counter[str] = Counter()
    for number, (path, folders, names) in enumerate(os.walk(folder, followlinks=False)):
        inside = Path(path).relative_to(folder)
        if number >= WALKED:
            listed.append(_Entry(f"{inside}/…", problem=_too_many_folders(), files=0))
            break
        entries = [*_folders(Path(path), inside, folders)]
        entries += (_entry(Path(path), inside, name, number >= FOLDERS) for name in sorted(names))
        room = max(0, LISTED - len(listed))
        listed += entries[:room]
        uncounted[inside.parts[0] if inside.parts else "."] += sum(
            entry.files for entry in entries[room:]
        )
    return listed, +uncounted


def _counted(uncounted: Counter[str]) -> Iterator[FileRecord]:
    """A record for each folder whose files are too many to be listed."""
    reason = gettext("there are too many files to list them")
    for name, count in sorted(uncounted.items()):
        yield FileRecord(f"{printable_name(name)}/…", 0, FileFate.SET_ASIDE, reason, files=count)


def _folders(path: Path, inside: Path, folders: list[str]) -> Iterator[_Entry]:
    """Of the folders in ``path``, links and those that are named as a file is; links go."""
    for name in sorted(folders):
        if (path / name).is_symlink():
            folders.remove(name)
            problem = gettext("it is a link: hand in the file itself")
            yield _Entry(str(inside / name), problem=problem, skipped=_skipped(inside, name))
        elif extension_of(name) in ASKED_FOR:
            problem = gettext("it is a folder, not a file")
            yield _Entry(str(inside / name), problem=problem, files=0)
    folders.sort()


def _entry(path: Path, inside: Path, name: str, is_too_far: bool) -> _Entry:
    try:
        status = (path / name).lstat()
    except OSError:  # too long a path, or gone meanwhile
        return _Entry(str(inside / name), problem=gettext("it cannot be read"))
    return _Entry(
        str(inside / name),
        size=status.st_size,
        changed=int(status.st_mtime),
        skipped=_skipped(inside, name),
        problem=_too_many_folders() if is_too_far else "",
    )


def _too_many_folders() -> str:
    return gettext("the submission has more than {count} folders").format(count=FOLDERS)


def _skipped(inside: Path, name: str) -> str:
    """Why a file is none of the student's work; nothing where it may be."""
    if name in SKIPPED_FILES or any(part in SKIPPED_FOLDERS for part in (*inside.parts, name)):
        return gettext("a program left it there: it is nobody's work")
    return ""


def _importance(entry: _Entry) -> tuple[bool, int, str]:
    """What is marked comes first, should there be too many files; then what lies highest."""
    is_asked_for = is_notebook_name(entry.name) or extension_of(entry.name) in ASKED_FOR
    return not is_asked_for, entry.name.count("/"), entry.name


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
            size, most = f"{status.st_size / MIB:.1f}", f"{bound / MIB:.0f}"
            problem = gettext("it has {size} MB and the maximum is {most} MB")
            return b"", problem.format(size=size, most=most)
        return stream.read(bound), None


def _timestamp(folder: Path) -> str | None:
    content, problem = _content(folder, TIMESTAMP, 200)
    return None if problem else content.decode("utf-8", "replace").strip()


def _is_date(text: str | None) -> bool:
    return text is not None and read_moment(text) is not None
