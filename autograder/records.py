"""What a run leaves: one record a submission, ``results.json`` (validated), ``results.csv``.

Records are written one by one, each atomically, so that a run killed at any moment resumes with
what it had; ``results.json`` is made from them.
"""

from __future__ import annotations

import csv
import json
import os
import platform
import tempfile
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field, fields
from functools import cache
from importlib import metadata, resources
from pathlib import Path
from typing import Any

from autograder import UserError

SCHEMA = 1
#: What became of a check.
PASSED, FAILED, SKIPPED, ERROR = "passed", "failed", "skipped", "error"
SYMBOLS = {PASSED: "✅", FAILED: "❌", SKIPPED: "⏭️", ERROR: "⚠️"}
#: What became of a submission.
GRADED, CRASHED, TIMEOUT = "graded", "crashed", "timeout"
MISSING, INVALID = "missing", "invalid"
REPORTED = ("autograder", "nbgrader", "scikit-learn", "pandas", "numpy", "scipy", "ipython")
CSV_COLUMNS = ("student", "assignment", "score", "max_score", "manual_points", "status")
#: What stays out of results.json: bulky, or of use to the grader only.
PRIVATE = ("notebooks", "unanswered")


@dataclass(frozen=True)
class Verdict:
    """The outcome of one check, as results.json holds it."""

    id: str
    cell: str
    title: str
    status: str
    points: float
    max_points: float
    message: str = ""
    hint: str = ""


@dataclass(frozen=True)
class Result:
    """What one submission got. ``notebooks`` are the executed ones, as JSON bytes."""

    student: str
    assignment: str
    score: float
    max_score: float
    manual_points: float
    status: str
    accepted: bool | None
    seconds: float
    seed: int
    digest: str
    flags: tuple[str, ...] = ()
    checks: tuple[Verdict, ...] = ()
    unanswered: tuple[str, ...] = ()
    notebooks: dict[str, bytes] = field(default_factory=dict)
    timestamp: str | None = None

    @property
    def faulty(self) -> bool:
        """Whether a check of ours failed by itself: the mark is not to be trusted."""
        return any(verdict.status == ERROR for verdict in self.checks)


class ResultsError(UserError):
    """results.json is missing or is not what this version writes; the message names the file."""


def versions() -> dict[str, str]:
    """The versions that a mark depends on."""
    found = {"python": platform.python_version()}
    for name in REPORTED:
        try:
            found[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            continue
    return found


def as_record(result: Result) -> dict[str, Any]:
    """A result as JSON data, without the notebooks."""
    plain = {f.name: getattr(result, f.name) for f in fields(result) if f.name not in PRIVATE}
    plain["checks"] = [asdict(verdict) for verdict in result.checks]
    plain["flags"] = list(result.flags)
    return plain


class Records:
    """The records of a results folder: ``records/<student>/<assignment>.json``."""

    def __init__(self, folder: Path):
        self.folder = folder

    def _path(self, student: str, assignment: str) -> Path:
        return self.folder / "records" / student / f"{assignment}.json"

    def read(self, student: str, assignment: str) -> dict[str, Any] | None:
        """The record of one submission; None when there is none or it is damaged."""
        try:
            record = json.loads(self._path(student, assignment).read_text(encoding="utf-8"))
            return record if isinstance(record, dict) and "digest" in record else None
        except (OSError, ValueError):
            return None

    def write(self, result: Result, extra: dict[str, Any]) -> dict[str, Any]:
        """Record one result, all or nothing."""
        record = {**as_record(result), **extra}
        write_atomically(self._path(result.student, result.assignment), to_json(record))
        return record


def to_json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, indent=2, allow_nan=False) + "\n"


def write_atomically(path: Path, content: str | bytes) -> None:
    """Write a file so that a reader sees the old one or the whole new one."""
    path.parent.mkdir(parents=True, exist_ok=True)
    data = content.encode("utf-8", "replace") if isinstance(content, str) else content
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


def document(records: Iterable[dict[str, Any]], seed: int) -> dict[str, Any]:
    """The content of results.json; its isolation is the weakest that any record was made with."""
    records = list(records)
    isolation = "none" if any(each["isolation"] == "none" for each in records) else "bwrap"
    chosen = sorted(records, key=lambda each: (each["assignment"], each["student"]))
    public = [
        {key: value for key, value in record.items() if key != "fingerprint"} for record in chosen
    ]
    return {
        "schema": SCHEMA,
        "isolation": isolation,
        "seed": seed,
        "versions": versions(),
        "submissions": public,
    }


def write(folder: Path, content: dict[str, Any]) -> None:
    """Write results.json and results.csv. Raises ResultsError if the content breaks the schema."""
    validate(content)
    write_atomically(folder / "results.json", to_json(content))
    write_atomically(folder / "results.csv", _as_csv(content["submissions"]))


def previous_seed(folder: Path, default: int) -> int:
    """The seed of the last run, for one that graded nothing; ``default`` when there was none."""
    try:
        return read(folder / "results.json")["seed"]
    except ResultsError:
        return default


def read(path: Path) -> dict[str, Any]:
    """A results.json, validated. Raises ResultsError."""
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except OSError:
        raise ResultsError(f"there is no {path}: run `autograder grade` first") from None
    except ValueError as error:
        raise ResultsError(f"{path} is not JSON: {error}") from None
    validate(content)
    return content


@cache
def schema() -> dict[str, Any]:
    """The JSON schema of results.json."""
    text = resources.files("autograder").joinpath("records.schema.json").read_text("utf-8")
    return json.loads(text)


def validate(content: Any) -> None:
    """Raises ResultsError when ``content`` is not a results document."""
    from jsonschema import Draft202012Validator

    problem = next(Draft202012Validator(schema()).iter_errors(content), None)
    if problem is not None:
        where = "/".join(str(step) for step in problem.absolute_path) or "top level"
        raise ResultsError(f"results.json is not valid at {where}: {problem.message[:200]}")


def _as_csv(submissions: list[dict[str, Any]]) -> str:
    import io

    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow([*CSV_COLUMNS, "accepted", "seconds", "flags"])
    for each in submissions:
        row = [safe_cell(each[column]) for column in CSV_COLUMNS]
        accepted = "" if each["accepted"] is None else str(each["accepted"]).lower()
        flags = safe_cell("; ".join(each["flags"]))
        writer.writerow([*row, accepted, each["seconds"], flags])
    return buffer.getvalue()


def safe_cell(value: Any) -> Any:
    """A value that a spreadsheet will not run as a formula."""
    dangerous = isinstance(value, str) and value[:1] in ("=", "+", "-", "@", "\t", "\r")
    return f"'{value}" if dangerous else value


def verdicts(record: dict[str, Any]) -> list[Verdict]:
    """The verdicts of a record."""
    return [Verdict(**each) for each in record["checks"]]
