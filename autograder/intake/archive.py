"""Zip files that strangers made: their names made plain, their sizes bounded, nothing else read.

An archive may lie about everything: names that climb out of the folder, links, sizes that do not
match, one kilobyte that unfolds into a terabyte. What is refused is listed with its reason.
"""

from __future__ import annotations

import contextlib
import io
import lzma
import stat
import struct
import tempfile
import unicodedata
import zipfile
import zlib
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import IO

from autograder import UserError

CHUNK = 2**20
LONGEST_NAME = 200
UTF8_FLAG, ENCRYPTED_FLAG = 0x800, 0x1
IGNORED_FOLDERS = {"__MACOSX", ".ipynb_checkpoints", "__pycache__", ".git"}
IGNORED_FILES = {".DS_Store", "Thumbs.db", "desktop.ini"}

DAMAGED = (
    zipfile.BadZipFile,
    NotImplementedError,
    RuntimeError,
    EOFError,
    zlib.error,
    lzma.LZMAError,
)


class ArchiveError(UserError):
    """The file is not a zip that can be used; the message names it."""


@dataclass(frozen=True)
class Bounds:
    """What may come out of one archive, nested ones included."""

    entries: int = 50_000
    file_bytes: int = 64 * 2**20
    total_bytes: int = 4 * 2**30
    ratio: int = 200


@dataclass(frozen=True)
class Entry:
    """A file of an archive: where it was (``parts``), how to read it.

    ``origin`` is its name as the archive has it, for messages.
    """

    parts: tuple[str, ...]
    origin: str
    _archive: zipfile.ZipFile
    _info: zipfile.ZipInfo

    @property
    def size(self) -> int:
        """Bytes, as declared."""
        return self._info.file_size

    @property
    def modified(self) -> datetime | None:
        """When the file was last changed, as the archive says; without a zone, the writer's own."""
        universal = _universal_time(self._info.extra)
        if universal is not None:
            return universal
        try:
            return datetime(*self._info.date_time)
        except ValueError:
            return None


@dataclass
class Archive:
    """An open zip: its good entries, and what was refused or ignored, each with the reason."""

    entries: list[Entry] = field(default_factory=list)
    refused: list[tuple[str, str]] = field(default_factory=list)
    ignored: int = 0


class Reader:
    """Reads archives within bounds that are shared by all that it opens."""

    def __init__(self, bounds: Bounds | None = None):
        self.bounds = bounds or Bounds()
        self._bytes_left = self.bounds.total_bytes
        self._entries_left = self.bounds.entries
        self._open = contextlib.ExitStack()

    def __enter__(self) -> Reader:
        return self

    def __exit__(self, *exc: object) -> None:
        self._open.close()

    def open(self, source: Path | IO[bytes], name: str = "") -> Archive:
        """List an archive. Raises ArchiveError when it is not a zip or has too many entries."""
        name = name or str(source)
        try:
            opened = self._open.enter_context(zipfile.ZipFile(source))
            infos = opened.infolist()
        except FileNotFoundError:
            raise ArchiveError(f"there is no file {name}") from None
        except (OSError, ValueError, zipfile.BadZipFile, NotImplementedError) as error:
            raise ArchiveError(
                f"{name} is not a zip file, or is cut short: download it again"
            ) from error
        self._entries_left -= len(infos)
        if self._entries_left < 0:
            raise ArchiveError(f"{name} has more than {self.bounds.entries} entries")
        found = Archive()
        for info in infos:
            if not info.is_dir():
                self._list(opened, info, found)
        return found

    def _list(self, opened: zipfile.ZipFile, info: zipfile.ZipInfo, found: Archive) -> None:
        name = plain_name(info)
        parts = tuple(part for part in name.replace("\\", "/").split("/") if part not in ("", "."))
        if parts and (parts[-1] in IGNORED_FILES or not IGNORED_FOLDERS.isdisjoint(parts)):
            found.ignored += 1
            return
        problem = self._problem(info, name, parts)
        if problem:
            found.refused.append((name, problem))
        else:
            found.entries.append(Entry(parts, name, opened, info))

    def _problem(self, info: zipfile.ZipInfo, name: str, parts: tuple[str, ...]) -> str | None:
        kind = stat.S_IFMT(info.external_attr >> 16)
        if not parts or name.startswith(("/", "\\")) or parts[0][1:2] == ":":
            return "its path is absolute"
        if ".." in parts:
            return "its path leaves the folder"
        if any(not part.isprintable() or len(part) > LONGEST_NAME for part in parts):
            return "its name has control characters or is too long"
        if kind not in (0, stat.S_IFREG):
            return "it is a link or a device, not a file"
        if info.flag_bits & ENCRYPTED_FLAG:
            return "it is encrypted"
        if info.file_size > self.bounds.file_bytes:
            return f"it is larger than {self.bounds.file_bytes // 2**20} MB"
        if info.file_size > CHUNK and info.file_size > self.bounds.ratio * info.compress_size:
            return f"it unfolds to more than {self.bounds.ratio} times its size"
        return None

    def copy(self, entry: Entry, target: IO[bytes]) -> str | None:
        """Write an entry's bytes; the reason why not, if its bytes are not what it declares.

        Raises:
            ArchiveError: everything read so far is over the total bound.
        """
        written = 0
        try:
            with entry._archive.open(entry._info) as stream:
                while chunk := stream.read(CHUNK):
                    written += len(chunk)
                    self._bytes_left -= len(chunk)
                    if self._bytes_left < 0:
                        total = self.bounds.total_bytes // 2**20
                        raise ArchiveError(f"the archive unfolds to more than {total} MB")
                    if written > self.bounds.file_bytes:
                        return "it is larger than it says"
                    target.write(chunk)
        except DAMAGED:
            return "it is damaged or packed in an unknown way"
        return None

    def content(self, entry: Entry) -> bytes:
        """The bytes of a small file of the platform's own; none where it cannot be read."""
        buffer = io.BytesIO()
        return b"" if self.copy(entry, buffer) else buffer.getvalue()

    def nested(self, entry: Entry) -> Archive:
        """The archive inside an archive. Raises ArchiveError."""
        stream = self._open.enter_context(tempfile.SpooledTemporaryFile(CHUNK))  # noqa: SIM115
        problem = self.copy(entry, stream)
        if problem:
            raise ArchiveError(problem)
        stream.seek(0)
        return self.open(stream, entry.origin)


def _universal_time(extra: bytes) -> datetime | None:
    """Info-ZIP's *extended timestamp* (0x5455): seconds since 1970, in UTC."""
    while len(extra) >= 4:
        kind, size = struct.unpack("<HH", extra[:4])
        if kind == 0x5455 and size >= 5 and extra[4:5] and extra[4] & 1 and len(extra) >= 9:
            return datetime.fromtimestamp(struct.unpack("<I", extra[5:9])[0], UTC)
        extra = extra[4 + size :]
    return None


def plain_name(info: zipfile.ZipInfo) -> str:
    """An entry's name in composed Unicode.

    Without the UTF-8 flag zipfile decodes as cp437; the bytes are usually UTF-8 (macOS) or the
    code page of a Spanish Windows (cp850).
    """
    name = info.orig_filename.split("\0")[0]
    if not info.flag_bits & UTF8_FLAG:
        with contextlib.suppress(UnicodeError):
            raw = name.encode("cp437")
            name = _decoded(raw)
    return unicodedata.normalize("NFC", name)


def _decoded(raw: bytes) -> str:
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return raw.decode("cp850")
