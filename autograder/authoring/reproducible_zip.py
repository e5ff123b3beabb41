"""Zips that are the same bytes whenever and wherever they are made.

Entries are stored as they are (compressed bytes depend on the version of zlib) and carry one date.
The dates of the files say when a checkout was made, so they would change the bytes: the date is
``SOURCE_DATE_EPOCH`` where it is set (https://reproducible-builds.org/specs/source-date-epoch/),
otherwise one that does not change.
"""

from __future__ import annotations

import io
import os
import time
import zipfile
from collections.abc import Collection, Mapping

from autograder import UserError

#: A date that people and every tool take for a date (zip's own zero, 1980, looks like a fault).
DATE = (2026, 1, 1, 0, 0, 0)
FIRST, LAST = 1980, 2107


def stored_zip(files: Mapping[str, bytes], programs: Collection[str] = ()) -> bytes:
    """A zip of ``files``, in their order; ``programs`` are those that can be run.

    Raises UserError if SOURCE_DATE_EPOCH is no date.
    """
    date = _date()
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as archive:
        for name, content in files.items():
            info = zipfile.ZipInfo(name, date)
            info.external_attr = (0o100755 if name in programs else 0o100644) << 16
            info.create_system = 3
            archive.writestr(info, content)
    return buffer.getvalue()


def _date() -> tuple[int, int, int, int, int, int]:
    epoch = os.environ.get("SOURCE_DATE_EPOCH")
    if not epoch:
        return DATE
    try:
        year, month, day, hour, minute, second = time.gmtime(int(epoch))[:6]
    except (ValueError, OverflowError, OSError) as error:
        raise UserError(f"SOURCE_DATE_EPOCH={epoch} is not a time in seconds") from error
    if not FIRST <= year <= LAST:
        raise UserError(f"SOURCE_DATE_EPOCH={epoch}: a zip can only say {FIRST} to {LAST}")
    return year, month, day, hour, minute, second
