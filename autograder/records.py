"""What a run leaves: one record a submission, ``results.json`` (validated), ``results.csv``.

The model of all three is here, once: the JSON schema is generated from it (``schema.py``), files
are read into it and nothing else is written. Records are written one by one, each atomically, so
that a run killed at any moment resumes with what it had; ``results.json`` is made from them.
"""

from __future__ import annotations

import csv
import io
import json
import os
import platform
import re
import tempfile
from collections.abc import Iterable
from enum import StrEnum
from importlib import metadata
from pathlib import Path
from typing import Annotated, Any, Literal, TypeVar

import msgspec
from msgspec import Meta, Struct

from autograder import UserError
from autograder.sandbox.isolation import Isolation
from autograder.text import printable

REPORTED = ("autograder", "nbgrader", "scikit-learn", "pandas", "numpy", "scipy", "ipython")
CSV_COLUMNS = ("student", "assignment", "score", "max_score", "manual_points", "status")
#: What a record with a check that failed by itself is marked with.
A_FAULT = "a check of ours failed"
QUOTED = 200  # characters of a damaged file that an error shows
#: What a formula begins with, full-width forms included, where a field may begin.
FORMULA = re.compile(
    r"""((?:^|[,;\t\n\v\f\r\x1c-\x1e\x85\u2028\u2029])[\s"]*)(?=[=+\-@＝＋－＠])"""
)
#: At the start of a field they are dropped by some spreadsheets, with what follows read anew.
BLANKS = ("\t", "\r", "\n")

Points = Annotated[float, Meta(ge=0)]
Seed = Annotated[int, Meta(ge=0)]


class SubmissionStatus(StrEnum):
    """What became of a submission."""

    GRADED = "graded"
    CRASHED = "crashed"
    TIMEOUT = "timeout"
    MISSING = "missing"
    INVALID = "invalid"


class CheckStatus(StrEnum):
    """What became of a check; error: the check failed by itself."""

    PASSED = "passed"
    FAILED = "failed"
    SKIPPED = "skipped"
    ERROR = "error"

    @property
    def symbol(self) -> str:
        """The emoji that students see."""
        return _SYMBOLS[self]


_SYMBOLS = {
    CheckStatus.PASSED: "✅",
    CheckStatus.FAILED: "❌",
    CheckStatus.SKIPPED: "⏭️",
    CheckStatus.ERROR: "⚠️",
}


class FileFate(StrEnum):
    """What became of a file that was handed in."""

    GRADED = "graded"
    COMPANION = "companion"
    KEPT = "kept"
    SET_ASIDE = "set-aside"


class FileRecord(Struct, frozen=True, forbid_unknown_fields=True):
    """A file of a submission, and what became of it.

    Graded: the notebook, or a file that the checks ask for. Companion: the course's own file of
    that name took its place. Kept: it lay beside the notebook, or says when that was handed in. Set
    aside: it was not used, and ``reason`` says why.
    """

    name: Annotated[str, Meta(description="As it was handed in, from the submission's folder.")]
    bytes: Annotated[int, Meta(ge=0)]
    fate: FileFate
    reason: Annotated[str, Meta(description="Why it was set aside, in the course's language.")] = ""
    used_as: Annotated[
        str, Meta(description="The name that it was used under, where that is another.")
    ] = ""
    files: Annotated[
        int, Meta(ge=0, description="How many files this stands for: not 1 for a folder.")
    ] = 1


class Verdict(Struct, frozen=True, forbid_unknown_fields=True):
    """The outcome of one check. The texts are in the course's language."""

    id: str
    cell: Annotated[str, Meta(description="The grade_id of the cell that the check scores.")]
    title: str
    status: CheckStatus
    points: Points
    max_points: Points
    message: Annotated[str, Meta(description="What is wrong; empty when it passed.")]
    hint: Annotated[str, Meta(description="What to try next; empty when there is nothing to say.")]
    fault: Annotated[
        str, Meta(description="Where and why a check failed by itself: for the instructor.")
    ] = ""
    remarks: Annotated[
        tuple[str, ...], Meta(description="What is worth a look and costs no points.")
    ] = ()

    @property
    def passed(self) -> bool:
        """Whether the answer is right."""
        return self.status is CheckStatus.PASSED


class _Graded(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What a result and its record have in common."""

    student: str
    assignment: str
    score: Annotated[Points, Meta(description="Automatic points.")]
    max_score: Annotated[Points, Meta(description="Automatic points there are.")]
    manual_points: Annotated[Points, Meta(description="Points that a person gives, in formgrader.")]
    status: SubmissionStatus
    accepted: Annotated[
        bool | None,
        Meta(description="The assignment's own criterion; null when it has none."),
    ]
    seconds: Annotated[float, Meta(ge=0, description="Wall-clock time that grading took.")]
    seed: Annotated[Seed, Meta(description="The seed that it was graded with.")]
    digest: Annotated[
        str, Meta(pattern="^[0-9a-f]{64}$", description="SHA-256 of what was handed in.")
    ]
    flags: Annotated[tuple[str, ...], Meta(description="What an instructor should look at.")]
    checks: tuple[Verdict, ...]
    files: Annotated[
        tuple[FileRecord, ...],
        Meta(description="Every file that was handed in, by name, and what became of it."),
    ] = ()
    timestamp: Annotated[
        str | None, Meta(description="When it was handed in, in the submission's own words.")
    ] = None

    @property
    def pair(self) -> tuple[str, str]:
        """Whose submission of what."""
        return self.student, self.assignment

    @property
    def is_graded(self) -> bool:
        """Whether all of it could be run and judged."""
        return self.status is SubmissionStatus.GRADED

    @property
    def faulty(self) -> tuple[Verdict, ...]:
        """The checks that failed by themselves; with any, the mark is not to be trusted."""
        return tuple(verdict for verdict in self.checks if verdict.status is CheckStatus.ERROR)


class Result(_Graded, frozen=True, kw_only=True):
    """What one submission got, before it is recorded.

    Attributes:
        unanswered: cells that the student left as they were released (their grade_ids).
        notebooks: the executed notebooks by name, as JSON bytes.
        answers: a digest of what each cell that gives points is marked by (``answers.py``).
        renamed: files that were used under another name: what they were handed in as, by it.
    """

    unanswered: tuple[str, ...]
    notebooks: dict[str, bytes]
    answers: dict[str, str] = {}
    renamed: dict[str, str] = {}


class Record(_Graded, frozen=True, kw_only=True):
    """One submission, as results.json holds it."""

    isolation: Isolation


class KeptRecord(Record, frozen=True, kw_only=True):
    """One submission, as the results folder keeps it from run to run.

    Attributes:
        fingerprint: of the blueprint that judged it; under another the mark is stale.
    """

    fingerprint: str


class Misplaced(Struct, frozen=True, forbid_unknown_fields=True):
    """Something in the submitted folder that is in no student's right place."""

    path: Annotated[str, Meta(description="Where it lies, from the submitted folder.")]
    reason: str
    place: Annotated[str, Meta(description="Where it would be right; empty when nobody knows.")]
    graded: Annotated[bool, Meta(description="Whether it is graded all the same.")] = False


class ResultsDocument(Struct, frozen=True, forbid_unknown_fields=True):
    """results.json: one object a run. Texts for students are in the course's language."""

    schema: Literal[1]
    isolation: Annotated[
        Isolation, Meta(description="The weakest isolation that any submission ran with.")
    ]
    seed: Annotated[Seed, Meta(description="The seed of this run; each submission holds its own.")]
    versions: Annotated[dict[str, str], Meta(description="What a mark depends on, by package.")]
    submissions: tuple[Record, ...]
    misplaced: Annotated[
        tuple[Misplaced, ...], Meta(description="What was found in no student's right place.")
    ] = ()

    @property
    def is_isolated(self) -> bool:
        """Whether every submission was isolated."""
        return self.isolation is not Isolation.NONE


class ResultsError(UserError):
    """A file of results is missing or is not what this version writes; the message names it."""


def versions() -> dict[str, str]:
    """The versions that a mark depends on."""
    found = {"python": platform.python_version()}
    for name in REPORTED:
        try:
            found[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            continue
    return found


class Records:
    """The records of a results folder: ``records/<student>/<assignment>.json``."""

    def __init__(self, folder: Path):
        self.folder = folder

    def _path(self, student: str, assignment: str) -> Path:
        return self.folder / "records" / student / f"{assignment}.json"

    def read(self, student: str, assignment: str) -> KeptRecord | None:
        """The record of one submission; None when there is none.

        Raises:
            ResultsError: it is damaged.
        """
        path = self._path(student, assignment)
        try:
            content = path.read_bytes()
        except OSError:
            return None
        return _decode(content, KeptRecord, path)

    def write(self, result: Result, fingerprint: str, isolation: Isolation) -> None:
        """Record one result, all or nothing."""
        record = KeptRecord(
            **_fields(_Graded, result), fingerprint=fingerprint, isolation=isolation
        )
        write_atomically(self._path(result.student, result.assignment), to_json(record))


def _fields(kind: type[Struct], source: Struct) -> dict[str, Any]:
    """The fields of ``kind`` in ``source``, which may have others."""
    return {name: getattr(source, name) for name in kind.__struct_fields__}


def to_json(value: Any) -> str:
    """Plain data or anything of this model as JSON. Raises ValueError for NaN and infinities."""
    plain = msgspec.to_builtins(value)
    return json.dumps(plain, ensure_ascii=False, indent=2, allow_nan=False) + "\n"


def write_atomically(path: Path, content: str | bytes) -> None:
    """Write a file so that a reader sees the old one or the whole new one."""
    path.parent.mkdir(parents=True, exist_ok=True)
    data = _encode(content) if isinstance(content, str) else content
    descriptor, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name[:40]}-")
    try:
        with os.fdopen(descriptor, "wb") as stream:
            stream.write(data)
            stream.flush()
            os.fsync(stream.fileno())
        os.chmod(temporary, 0o644)
        os.replace(temporary, path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise


def _encode(text: str) -> bytes:
    """UTF-8; what a student wrote may hold half a surrogate pair, which becomes "?"."""
    return text.encode("utf-8", "replace")


def document(
    records: Iterable[Record], seed: int, misplaced: Iterable[Misplaced] = ()
) -> ResultsDocument:
    """The content of results.json; its isolation is the weakest that any record was made with."""
    chosen = sorted(records, key=lambda record: (record.assignment, record.student))
    weakest = any(record.isolation is Isolation.NONE for record in chosen)
    return ResultsDocument(
        schema=1,
        isolation=Isolation.NONE if weakest else Isolation.BWRAP,
        seed=seed,
        versions=versions(),
        submissions=tuple(Record(**_fields(Record, record)) for record in chosen),
        misplaced=tuple(misplaced),
    )


def write(folder: Path, content: ResultsDocument) -> None:
    """Write results.json and results.csv. Raises ResultsError if ``read`` would refuse them."""
    path, text = folder / "results.json", to_json(content)
    _decode(_encode(text), ResultsDocument, path)
    write_atomically(path, text)
    write_atomically(folder / "results.csv", _as_csv(content.submissions))


def previous_seed(folder: Path, default: int) -> int:
    """The seed of the last run, for one that graded nothing; ``default`` when there was none."""
    try:
        return read(folder / "results.json").seed
    except ResultsError:
        return default


def read(path: Path) -> ResultsDocument:
    """A results.json, validated. Raises ResultsError."""
    try:
        content = path.read_bytes()
    except OSError:
        raise ResultsError(f"there is no {path}: run `autograder grade` first") from None
    return _decode(content, ResultsDocument, path)


_Model = TypeVar("_Model", KeptRecord, ResultsDocument)


def _decode(content: bytes, kind: type[_Model], path: Path) -> _Model:
    """Raises ResultsError naming ``path`` and the place in it that is not what ``kind`` says."""
    try:
        return msgspec.json.decode(content, type=kind)
    except msgspec.ValidationError as error:
        problem, _, place = str(error).rpartition(" - at `$")
        problem, where = (problem, f"${place[:-1]}") if problem else (place, "the top level")
        place, said = printable(where, QUOTED), printable(problem, QUOTED)
        raise ResultsError(f"{path} is not valid at {place}: {said}") from None
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise ResultsError(f"{path} is not JSON: {printable(str(error), QUOTED)}") from None


def _as_csv(submissions: Iterable[Record]) -> str:
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow([*CSV_COLUMNS, "accepted", "seconds", "flags"])
    for record in submissions:
        row = [safe_cell(getattr(record, column)) for column in CSV_COLUMNS]
        accepted = "" if record.accepted is None else str(record.accepted).lower()
        flags = safe_cell("; ".join(record.flags))
        writer.writerow([*row, accepted, record.seconds, flags])
    return buffer.getvalue()


def safe_cell(value: Any) -> Any:
    """A value that no spreadsheet runs as a formula, whatever separator it reads the file with.

    A spreadsheet that splits at ";" a file written with "," finds fields inside a text: an
    apostrophe goes before every formula that begins such a field, quotes and spaces before it or
    not. Numbers stay numbers.
    """
    if not isinstance(value, str):
        return value
    text = FORMULA.sub(r"\1'", value)
    return f"'{text}" if text[:1] in BLANKS else text
