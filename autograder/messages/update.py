"""Bring every catalogue up to date with the messages that the code and the templates hold.

``python -m autograder.messages.update`` adds new messages to each ``.po``, without a translation,
drops those that are gone and compiles what is translated. With ``--check`` it writes nothing and
ends 1 if a file is not current or a message lacks its translation. It needs Babel, which grading
does not.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from io import BytesIO
from pathlib import Path

from babel.messages import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from autograder.messages import DOMAIN, LOCALE

PACKAGE = Path(__file__).resolve().parents[1]
METHODS = [("**.py", "python"), ("**.j2", "jinja2.ext:babel_extract")]
OPTIONS = {"**.j2": {"silent": "false"}}  # a template that cannot be read is an error
KEYWORDS = {"gettext": None, "ngettext": (1, 2)}
FOR_TRANSLATORS = ["Translators:"]


class _Dateless(Catalog):
    """A catalogue whose file depends on its messages alone: its header has no date."""

    @property
    def mime_headers(self) -> list[tuple[str, str]]:
        return [
            ("MIME-Version", "1.0"),
            ("Content-Type", "text/plain; charset=utf-8"),
            ("Content-Transfer-Encoding", "8bit"),
            ("Language", str(self.locale)),
            ("Plural-Forms", self.plural_forms),
        ]


def main() -> int:
    """Update the catalogues, or check them: the exit status."""
    check = "--check" in sys.argv[1:]
    problems = []
    for folder in sorted(LOCALE.glob("*/LC_MESSAGES")):
        source, compiled = folder / f"{DOMAIN}.po", folder / f"{DOMAIN}.mo"
        catalog = _updated(source, folder.parent.name)
        problems += [f"{source}: no translation of {each!r}" for each in _untranslated(catalog)]
        for path, content in ((source, _as_po(catalog)), (compiled, _as_mo(catalog))):
            if path.is_file() and path.read_bytes() == content:
                continue
            if check:
                problems.append(f"{path}: not current")
            else:
                path.write_bytes(content)
    print(*problems or ["catalogues are current"], sep="\n")
    return 1 if problems else 0


def _updated(source: Path, language: str) -> Catalog:
    """The messages that there are now, with the translations that ``source`` has of them."""
    known = read_po(BytesIO(source.read_bytes() if source.is_file() else b""), language)
    title = f"# {language}: what the engine says to students."
    catalog = _Dateless(language, header_comment=title, fuzzy=False)
    found = extract_from_dir(
        PACKAGE, METHODS, OPTIONS, keywords=KEYWORDS, comment_tags=FOR_TRANSLATORS
    )
    for file, _line, message, comments, _context in found:
        first = message if isinstance(message, str) else message[0]
        old = known.get(first)
        kept = old.string if old is not None and old.id == message and not old.fuzzy else None
        added = catalog.add(message, kept, locations=[(file, 0)], auto_comments=comments)
        added.flags.clear()  # which ones Babel sets depends on its version
    return catalog


def _untranslated(catalog: Catalog) -> list[str]:
    """Messages of which some form has no translation."""
    return [
        str(message.id)
        for message in catalog
        if message.id and not (message.string and all(_forms(message.string)))
    ]


def _forms(string: str | Sequence[str]) -> tuple[str, ...]:
    return (string,) if isinstance(string, str) else tuple(string)


def _as_po(catalog: Catalog) -> bytes:
    buffer = BytesIO()
    write_po(buffer, catalog, width=0, sort_by_file=True, include_lineno=False)
    return buffer.getvalue()


def _as_mo(catalog: Catalog) -> bytes:
    buffer = BytesIO()
    write_mo(buffer, catalog)
    return buffer.getvalue()


if __name__ == "__main__":
    sys.exit(main())
