"""What Moodle and Canvas do with a file that is uploaded, as far as it decides what is taken.

Written anew from what their importers do; see ``report/moodle.py`` and ``report/canvas.py`` for
which rule is read where.
"""

from __future__ import annotations

import csv
import io
import re
from dataclasses import dataclass
from datetime import datetime

IDENTIFIERS = {"Identifier": "en", "Identificador": "es"}
GRADES = {"en": "Grade", "es": "Calificación"}
MODIFIED = {"en": "Last modified (grade)", "es": "Última modificación (calificación)"}
FEEDBACK = {"en": "Feedback comments", "es": "Comentarios de retroalimentación"}
DECIMAL = {"en": ".", "es": ","}


@dataclass
class MoodleGrade:
    """A grade as Moodle keeps it, modified so many seconds after 1970."""

    grade: float | None = None
    modified: float = 0.0
    comment: str = ""


class WeirdColumns(Exception):
    """Rows of several lengths: Moodle refuses the whole file."""


def strtotime(text: str) -> float:
    """PHP's, of which only English is known: another language is false, which counts as zero."""
    try:
        return datetime.fromisoformat(text).timestamp()
    except ValueError:
        return 0.0


def unformat_float(text: str, decimal: str) -> float | None:
    text = text.strip().replace(" ", "").replace(decimal, ".")
    number = re.match(r"[+-]?\d*\.?\d*", text)
    return float(number.group() or 0) if text and number else None


def fgetcsv(text: str, separator: str) -> list[list[str]]:
    """PHP's reader, to which a backslash before a quote is no end of a field."""
    plain = re.sub(r"\r\n?", "\n", text.removeprefix("\ufeff")).strip("\n")
    reader = csv.reader(io.StringIO(plain, newline=""), delimiter=separator, escapechar="\\")
    return [row for row in reader if row]


def moodle_upload(
    content: bytes,
    encoding: str,
    separator: str,
    grades: dict[int, MoodleGrade],
    maximum: float,
    now: float,
) -> int:
    """Take a worksheet as Moodle does; how many grades were updated."""
    rows = fgetcsv(content.decode(encoding), separator)
    if len({len(row) for row in rows}) > 1:
        raise WeirdColumns
    header = rows[0]
    language = next(IDENTIFIERS[title] for title in header if title in IDENTIFIERS)
    identifier = next(index for index, title in enumerate(header) if title in IDENTIFIERS)
    grade_column, modified_column = (
        header.index(GRADES[language]),
        header.index(MODIFIED[language]),
    )
    feedback_column = header.index(FEEDBACK[language])
    updated = 0
    for row in rows[1:]:
        number = int(re.sub(r"\D", "", row[identifier]))
        known = grades[number]
        is_stale = known.modified > strtotime(row[modified_column]) + 60
        grade = unformat_float(row[grade_column], DECIMAL[language])
        if grade is not None and grade != known.grade and not is_stale and 0 <= grade <= maximum:
            known.grade, known.modified = grade, now
            updated += 1
        if not is_stale and row[feedback_column] != known.comment:
            known.comment, known.modified = row[feedback_column], now
    return updated


def moodle_feedback_owner(path: str) -> tuple[int, str] | None:
    """The participant and the file's name of an entry of a zip of feedback, as Moodle has it."""
    parts = ["", "import", *path.split("/")]
    if parts[-1].startswith((".", "~")):
        return None
    while parts:
        info = parts.pop(0).split("_", 4)
        if len(info) >= 4 and info[1].isdigit() and info[2:4] == ["assignsubmission", "file"]:
            rest = info[4] if len(info) > 4 else ""
            return int(info[1]), "/".join([rest, *parts]).lstrip("/")
    return None


def canvas_comment_owner(name: str) -> tuple[str, str] | None:
    """User and attachment of a file that is uploaded again, as Canvas tells them."""
    parts = [part for part in name.split("_") if part != "LATE"]
    if parts[0] == "anon":
        return parts[1], parts[2]
    numbers = [part for part in parts if re.fullmatch(r"\d+", part)][:2]
    if len(numbers) < 2 or parts[-1].startswith("link"):
        return None
    return numbers[0], numbers[1]


def canvas_upload(content: bytes) -> dict[str, dict[str, str]]:
    """The grades of a gradebook by student's ID and title, as Canvas reads them."""
    text = content.decode("utf-8").removeprefix("\ufeff")
    first = text.splitlines()[:3]
    separator = ";" if all(line.count(";") > line.count(",") for line in first) else ","
    rows = list(csv.reader(io.StringIO(text), delimiter=separator))
    header = rows[0]
    assert "Student" in header[0] and "ID" in header[1] and "Section" in header
    section = header.index("Section")
    assert re.fullmatch(r"(SIS .*|Section|Email)", header[section])
    taken: dict[str, dict[str, str]] = {}
    for row in rows[1:]:
        if "Points Possible" in row[0] or not row[1]:
            continue
        numbers = [re.sub(r"^(\d*),(\d+)$", r"\1.\2", cell) for cell in row]
        taken[row[1]] = dict(zip(header[section + 1 :], numbers[section + 1 :], strict=True))
    return taken
