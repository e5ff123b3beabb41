"""Every sentence that the engine says to a student, in the course's language.

English is the source; catalogues lie in ``locale/<language>/LC_MESSAGES/autograder.po``. A message
is looked up when it is said, in the language that is in use there and then: ``using`` sets it for
a block, in this thread alone.
"""

from __future__ import annotations

import gettext as catalogues
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from pathlib import Path

DOMAIN = "autograder"
LOCALE = Path(__file__).parent / "locale"
SOURCE = "en"

_language: ContextVar[str] = ContextVar("language", default=SOURCE)


def languages() -> tuple[str, ...]:
    """The languages there is a catalogue of, English first."""
    return (SOURCE, *sorted(path.parents[1].name for path in LOCALE.glob(f"*/*/{DOMAIN}.mo")))


@contextmanager
def using(language: str) -> Iterator[None]:
    """Speak ``language`` in this block. Raises LookupError when there is no catalogue of it."""
    _catalogue(language)
    token = _language.set(language)
    try:
        yield
    finally:
        _language.reset(token)


def language_in_use() -> str:
    return _language.get()


def gettext(message: str) -> str:
    """``message`` in the language in use."""
    return _catalogue(_language.get()).gettext(message)


def ngettext(one: str, many: str, count: float) -> str:
    """The form of a message that goes with ``count``, in the language in use.

    A part of something (half a point) is said as several are: catalogues only know whole numbers.
    """
    whole = int(count) if float(count).is_integer() else 2
    return _catalogue(_language.get()).ngettext(one, many, whole)


@cache
def _catalogue(language: str) -> catalogues.NullTranslations:
    if language == SOURCE:
        return catalogues.NullTranslations()
    try:
        return catalogues.translation(DOMAIN, LOCALE, [language])
    except OSError:
        known = ", ".join(languages())
        raise LookupError(f"there are no messages in {language!r} (there are: {known})") from None
