"""HTML that came from a submission, made harmless before any browser sees it.

A student writes Markdown with HTML in it, and outputs in HTML; nbgrader's feedback pages and
formgrader put both on a page, the second one with an instructor's session. Everything passes
here: a list of what is allowed, nothing that runs, nothing that loads or calls another address.
``nbgrader_config.py`` names these functions as the exporter's filters, so the stock commands and
formgrader use them too.
"""

from __future__ import annotations

import html
import ipaddress
import re
import secrets
from functools import lru_cache
from typing import Any
from urllib.parse import urlsplit

import nh3
import pygments
from jinja2 import pass_context
from jinja2.runtime import Context
from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath
from pygments.formatters import HtmlFormatter
from pygments.lexers import get_lexer_by_name
from pygments.token import STANDARD_TYPES

from autograder.report.depth import most_open
from autograder.report.formulas import mathml

#: Longer texts are shown as they are: rendering Markdown is quadratic in its worst cases.
LONGEST_MARKDOWN = 20_000
#: Longer HTML is shown as it is where it opens so many elements at once, and cut there.
SHORT_HTML, MOST_OPEN = 20_000, 100
#: Longer code is shown without colours.
LONGEST_CODE = 200_000
#: Cells that are the same in every submission are rendered once: how many are remembered.
KEPT = 1024
#: Languages whose code blocks are highlighted; other names would choose any of 500 lexers.
LANGUAGES = frozenset("python py python3 ipython pycon bash sh json yaml toml sql markdown".split())
FORBIDDEN = {"area", "map", "nav", "header", "footer"}
TAGS = set(nh3.ALLOWED_TAGS) - FORBIDDEN
WITH_CONTENT = set(
    "script style iframe object embed noscript noembed noframes template title textarea svg math "
    "select xmp".split()
)
ATTRIBUTES = {
    "*": {"class", "style", "title", "lang"},
    "a": {"href"},
    "img": {"src", "alt", "width", "height"},
    "ol": {"start"},
    "table": {"border"},
    "td": {"colspan", "rowspan", "align", "valign"},
    "th": {"colspan", "rowspan", "align", "valign", "scope"},
}
CLASSES = {"dataframe", "highlight", "hl-ipython3", *filter(None, STANDARD_TYPES.values())}
STYLES = {"text-align", "vertical-align", "color", "background-color", "font-weight", "font-style"}

STYLE_VALUE = re.compile(r"[\w#%.,() -]{1,60}\Z")
PICTURE = re.compile(r"data:image/(?:png|jpeg|gif|webp);base64,[A-Za-z0-9+/=\s]+\Z")
LOCAL_PICTURE = re.compile(r"(?:\./)?[\w-]+(?:/[\w-]+)*\.(?:png|jpe?g|gif|webp)\Z", re.IGNORECASE)
PICTURE_MIME = re.compile(r"image/(?:png|jpeg|gif|webp)\Z")
BACKQUOTED = re.compile(r"`([^`\n]+)`")
PRIVATE_NAMES = (".localhost", ".local", ".internal", ".lan", ".home", ".arpa")


def clean(text: str | bytes) -> str:
    """An HTML fragment with only what is allowed in it; as text if it nests too deep to be read."""
    text = text.decode("utf-8", "replace") if isinstance(text, bytes) else str(text)
    return as_text(f"{text[:SHORT_HTML]}…") if _is_too_deep(text) else _clean(text)


def _is_too_deep(text: str) -> bool:
    return len(text) > SHORT_HTML and most_open(text, MOST_OPEN) >= MOST_OPEN


def _clean(text: str) -> str:
    return nh3.clean(
        text,
        tags=TAGS,
        clean_content_tags=WITH_CONTENT,
        attributes=ATTRIBUTES,
        attribute_filter=_attribute,
        url_schemes={"http", "https", "mailto", "data"},
        link_rel="noopener noreferrer nofollow",
    )


@pass_context
def markdown(context: Context, source: str) -> str:
    """Jinja filter: Markdown to clean HTML, with the pictures attached to the cell."""
    cell = context.get("cell") or {}
    return render(source, cell.get("attachments"))


def render(source: str, attachments: Any = None) -> str:
    """Markdown to clean HTML, formulas to MathML; as plain text if it cannot be rendered."""
    if len(source) > LONGEST_MARKDOWN:
        return as_text(source)
    return _render(source, attachments) if attachments else _render_once(source)


@lru_cache(KEPT)
def _render_once(source: str) -> str:
    return _render(source, None)


def _render(source: str, attachments: Any) -> str:
    try:
        renderer = _Renderer(attachments)
        rendered = MarkdownWithMath(renderer=renderer).render(source)
        return (
            as_text(source) if _is_too_deep(rendered) else renderer.with_formulas(_clean(rendered))
        )
    except Exception:
        return as_text(source)


def highlight(source: str, language: str | None = None, metadata: Any = None) -> str:
    """Jinja filter: the Python of a cell, coloured. Its metadata choose nothing."""
    if len(source) > LONGEST_CODE:
        return as_text(source)
    return _highlight_once(source) if len(source) < LONGEST_MARKDOWN else _highlight(source)


def _highlight(source: str) -> str:
    formatter = HtmlFormatter(cssclass="highlight hl-ipython3")
    return str(pygments.highlight(source, get_lexer_by_name("ipython3"), formatter))


_highlight_once = lru_cache(KEPT)(_highlight)


def as_text(source: str) -> str:
    """The source itself, to be read and no more."""
    return f"<pre>{html.escape(source)}</pre>"


def with_code(text: str) -> str:
    """Plain text with what stands between backquotes as code."""
    return BACKQUOTED.sub(r"<code>\1</code>", html.escape(text, quote=False))


def unchanged(text: str) -> str:
    """In the place of ``strip_files_prefix``, which runs after cleaning and edits addresses.

    ``href="files/javascript:…"`` is a harmless relative address until that filter cuts ``files/``.
    """
    return text


class _Renderer(IPythonRenderer):
    """nbconvert's renderer; attachments are pictures or nothing.

    A formula is a mark that nobody can guess, until the rest of the page is clean.
    """

    def __init__(self, attachments: Any):
        pictures = attachments if isinstance(attachments, dict) else {}
        super().__init__(escape=False, exclude_anchor_links=True, attachments=pictures)
        self._secret = secrets.token_hex(8)
        self._formulas: list[str] = []

    def with_formulas(self, text: str) -> str:
        """A clean page with each formula in its place."""
        return re.sub(rf"{self._secret}x(\d+)x", lambda found: self._formulas[int(found[1])], text)

    def _kept(self, latex: str, is_block: bool) -> str:
        self._formulas.append(mathml(latex.strip(), is_block))
        return f"{self._secret}x{len(self._formulas) - 1}x"

    def inline_math(self, body: str) -> str:
        return self._kept(body, False)

    def block_math(self, body: str) -> str:
        return self._kept(body, True)

    def latex_environment(self, name: str, body: str) -> str:
        return self._kept(f"\\begin{{{name}}}{body}\\end{{{name}}}", True)

    def block_code(self, code: str, info: str | None = None) -> str:
        language = (info or "").split(maxsplit=1)[:1]
        known = bool(language) and language[0].lower() in LANGUAGES
        return super().block_code(code, info if known else None)

    def _embed_image_or_attachment(self, src: str) -> str:
        if not src.startswith("attachment:"):
            return src
        data = self.attachments.get(src.removeprefix("attachment:"))
        for mime, text in data.items() if isinstance(data, dict) else ():
            if PICTURE_MIME.match(mime) and isinstance(text, str):
                return f"data:{mime};base64,{text}"
        return ""


def _attribute(tag: str, name: str, value: str) -> str | None:
    """The value that an attribute may have; None to drop it."""
    if name == "class":
        return " ".join(each for each in value.split() if each in CLASSES) or None
    if name == "style":
        return _style(value)
    if name == "href":
        return value if _may_be_followed(value) else None
    if name == "src":
        return value if PICTURE.match(value) or LOCAL_PICTURE.match(value) else None
    return value


def _style(value: str) -> str | None:
    kept = []
    for declaration in value.split(";"):
        name, _, content = (part.strip() for part in declaration.partition(":"))
        if name.lower() in STYLES and STYLE_VALUE.match(content) and "url" not in content.lower():
            kept.append(f"{name.lower()}: {content}")
    return "; ".join(kept) or None


def _may_be_followed(address: str) -> bool:
    """Whether an instructor may click on it: a public site, never this machine or this server.

    A relative address would open the student's own files, or a Jupyter page, with the
    instructor's session.
    """
    try:
        parts = urlsplit(address.strip())
        host = parts.hostname or ""
    except ValueError:
        return False
    if parts.scheme == "mailto":
        return True
    if parts.scheme not in ("http", "https") or "." not in host:
        return False
    return not (host.endswith(PRIVATE_NAMES) or _is_number(host))


def _is_number(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return host.rpartition(".")[2].isdigit() or host.lower().startswith("0x")
    return True
