"""When something was handed in: times as platforms and people write them, read with certainty.

A time that can mean two days (``01/02/2026``), or whose zone is an abbreviation that several zones
share (``PST``, ``ART``), is not read: whoever wrote it is asked, and nobody is late by it. A time
without a zone is UTC, as nbgrader reads it, unless the course says otherwise
(``c.Autograder.timezone``).
"""

from __future__ import annotations

import re
import unicodedata
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from zoneinfo import ZoneInfo

from autograder.intake.tables import plain_words
from autograder.intake.words import WORDS, by_word

MONTHS = {
    word: number for number, line in enumerate(WORDS["months"], start=1) for word in line.split()
}
#: What stands between a day and its month, and before an hour.
OF, AT = "|".join(WORDS["of"]), "|".join(WORDS["at"])
CLOCK = r"(?P<hour>\d{1,2})[:.h](?P<minute>\d{2})(?:[:.](?P<second>\d{2})(?:[.,]\d+)?)?"
HALF = r"(?:\s*(?P<half>[ap]\.?\s?m\b\.?))?"
ZONE = r"(?:\s*(?P<zone>Z|[+-]\d{2}:?\d{2}|[A-Za-z][\w/+-]*))?"
TIME = rf"(?:[T ,]+(?:(?:{AT}) )?{CLOCK}{HALF}{ZONE})?"
ISO = re.compile(rf"(?P<year>\d{{4}})[-/](?P<month>\d{{1,2}})[-/](?P<day>\d{{1,2}}){TIME}", re.I)
SLASHED = re.compile(
    rf"(?P<one>\d{{1,2}})[-/.](?P<two>\d{{1,2}})[-/.](?P<year>\d{{4}}){TIME}", re.I
)
IN_WORDS = re.compile(
    rf"(?:\w+,?\s+)??(?:(?P<day>\d{{1,2}})(?:st|nd|rd|th)?\s+(?:(?:{OF})\s+)?"
    r"(?P<name>[^\W\d]{3,})\.?|(?P<name_first>[^\W\d]{3,})\.?\s+(?P<day_second>\d{1,2})"
    rf"(?:st|nd|rd|th)?),?\s+(?:(?:{OF})\s+)?(?P<year>\d{{4}}){TIME}",
    re.I,
)
#: How Blackboard writes it in the names of files.
STAMP = re.compile(r"(\d{4})-(\d\d)-(\d\d)-(\d\d)-(\d\d)-(\d\d)")
EARLIEST, LATEST = 1990, 2200
DURATION = re.compile(r"(?P<count>\d+(?:[.,]\d+)?)\s*(?P<unit>[a-z]*)")
UNITS = by_word(WORDS["units"])


def read_moment(text: str, zone: tzinfo = UTC) -> datetime | None:
    """The time that ``text`` says, aware of its zone; None where it is not certain.

    ``zone``: what a time without one is in.
    """
    text = " ".join(text.split())[:100]
    found = ISO.fullmatch(text)
    if found:
        return _moment(found, int(found["month"]), int(found["day"]), zone)
    found = SLASHED.fullmatch(text)
    if found:
        return _of_slashes(found, zone)
    found = IN_WORDS.fullmatch(text)
    if found is None:
        return None
    month = MONTHS.get(plain_words(found["name"] or found["name_first"]))
    day = int(found["day"] or found["day_second"])
    return None if month is None else _moment(found, month, day, zone)


def _of_slashes(found: re.Match[str], zone: tzinfo) -> datetime | None:
    """A date of which it may not be known which number is the month."""
    one, two = int(found["one"]), int(found["two"])
    if one == two or two > 12 >= one:
        return _moment(found, one, two, zone)
    return _moment(found, two, one, zone) if one > 12 >= two else None


def _moment(found: re.Match[str], month: int, day: int, zone: tzinfo) -> datetime | None:
    year, named = int(found["year"]), _zone(found["zone"])
    if not EARLIEST <= year <= LATEST or (found["zone"] and named is None):
        return None
    hour, minute, second = (int(found[part] or 0) for part in ("hour", "minute", "second"))
    half = plain_words(found["half"] or "").replace(" ", "")
    if half:
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if half == "pm" else 0)
    try:
        return datetime(year, month, day, hour, minute, second, tzinfo=named or zone)
    except ValueError:
        return None


def _zone(name: str | None) -> tzinfo | None:
    """A zone by its offset or by its place; None for an abbreviation that several share."""
    if name is None:
        return None
    if name.upper() in ("Z", "UTC", "GMT"):
        return UTC
    if name[0] in "+-":
        sign, digits = -1 if name[0] == "-" else 1, name[1:].replace(":", "")
        offset = timedelta(hours=int(digits[:2]), minutes=int(digits[2:]))
        return timezone(sign * offset) if offset < timedelta(hours=24) else None
    return named_zone(name) if "/" in name else None


def named_zone(name: str) -> tzinfo | None:
    """The zone of a place, such as ``America/Argentina/Buenos_Aires``; None if there is none."""
    try:
        return ZoneInfo(name)
    except (ValueError, OSError, LookupError):
        return None


def read_stamp(text: str) -> datetime | None:
    """The time, without a zone, that Blackboard writes in a file's name."""
    found = STAMP.fullmatch(text)
    try:
        return datetime(*map(int, found.groups())) if found else None  # type: ignore[arg-type]
    except ValueError:
        return None


def to_utc(text: str | None) -> datetime | None:
    """As nbgrader keeps it, in UTC and without a zone; None where it is not certain."""
    moment = read_moment(text) if text else None
    return None if moment is None else moment.astimezone(UTC).replace(tzinfo=None)


def as_timestamp(moment: datetime, zone: tzinfo = UTC) -> str:
    """As ``timestamp.txt`` holds it, in UTC: the one form that nbgrader reads right everywhere."""
    aware = moment if moment.tzinfo is not None else moment.replace(tzinfo=zone)
    return aware.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S UTC")


def read_duration(text: str) -> timedelta | None:
    """An extension: ``2``, ``2 days``, ``48h``, ``1 semana``; days where it has no unit."""
    plain = unicodedata.normalize("NFKD", text.casefold()).encode("ascii", "ignore").decode()
    found = DURATION.fullmatch(plain.strip().removeprefix("+").strip())
    unit = UNITS.get(found["unit"] or "d") if found else None
    if found is None or unit is None:
        return None
    try:
        return timedelta(**{unit: float(found["count"].replace(",", "."))})
    except OverflowError:
        return None
