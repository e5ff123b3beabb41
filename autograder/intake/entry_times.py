"""Whether the times in a zip are those of the submissions, or of the zip's own making.

Read in the sources: Moodle (``files/classes/local/archive_writer/zip_writer.php``, since 3.9) and
Canvas (``lib/content_zipper.rb``) stream their zips, and every entry has the time of the download;
older Moodles and ILIAS (``ilExSubmission``: *preserve time stamp*) keep that of the files.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta, tzinfo
from itertools import pairwise

from autograder.intake.layouts import Layout, Piece

#: How long a platform may take to make a zip, whose entries then have the times of its making.
MAKING_A_ZIP = timedelta(hours=24)


def with_times(pieces: list[Piece], layout: Layout, zone: tzinfo) -> list[Piece]:
    """Pieces with aware times: the platform's own, else those of the entries if they tell."""
    times = [piece.entry.modified for piece in pieces]
    tell = layout.has_times and entry_times_tell(times, zone)
    return [
        replace(piece, moment=_aware(piece.moment or (time if tell else None), zone))
        for piece, time in zip(pieces, times, strict=True)
    ]


def entry_times_tell(times: Iterable[datetime | None], zone: tzinfo = UTC) -> bool:
    """Whether the times of a zip's entries, in its order, are those of the submissions.

    Those of the download follow one another within a day; those of submissions do not follow the
    zip's order.
    """
    known = [_aware(time, zone) for time in times]
    moments = [time for time in known if time is not None]
    if len(moments) != len(known) or len(moments) < 2:
        return False
    in_order = all(later - earlier >= timedelta(seconds=-2) for earlier, later in pairwise(moments))
    return not in_order or max(moments) - min(moments) > MAKING_A_ZIP


def _aware(moment: datetime | None, zone: tzinfo) -> datetime | None:
    if moment is None or moment.tzinfo is not None:
        return moment
    return moment.replace(tzinfo=zone)
