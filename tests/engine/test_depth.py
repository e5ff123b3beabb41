"""How deep HTML nests is never said too low, whatever the HTML is."""

from __future__ import annotations

from html.parser import HTMLParser

import nh3
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from autograder.report import safe_html
from autograder.report.depth import FOREIGN, OPTIONAL, TEXT, VOID, most_open

MANY = 10**6
NAMES = sorted(
    {*VOID, *FOREIGN, *OPTIONAL, *TEXT}
    | set("a b i nobr font div span table caption button select template form h1 lin\u212a".split())
)
PIECES = [
    *(f"<{name}>" for name in NAMES),
    *(f"</{name}>" for name in NAMES),
    *("<!--", "-->", "--!>", "<!-->", "<!doctype html>", "<![CDATA[", "]]>", "<?x", "</ >", "</>"),
    *("<b title='", "'", '"', ">", "/>", "<i x=", '<u x="y">', "<div =", '<b a"b>', "<BR/>"),
    *("x", " ", "<", "</", "< b>", "<3", "=", "\0", "\xa0"),
]
SOUP = st.lists(st.sampled_from(PIECES), max_size=30).map("".join)


class Depth(HTMLParser):
    """How deep a serialised tree is."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.now = self.most = 0
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self.now += tag not in VOID
        self.most = max(self.most, self.now)

    def handle_endtag(self, tag: str) -> None:
        self.now -= tag not in VOID


def depth_of_tree(text: str) -> int:
    """The depth of what a real parser makes of ``text``, of the elements that it lets through."""
    kept = set(NAMES) - set(TEXT) - {"template", "math", "svg", "select", "form", "lin\u212a"}
    cleaned = nh3.clean(text, tags=kept, clean_content_tags=set(), attributes={})
    return Depth(cleaned).most


@given(st.lists(SOUP, min_size=1, max_size=3), st.integers(1, 12))
@example(["<div><script><!--<script></script></div>"], 9)
@example(["<div><table><tr><td></div>"], 9)
@example(["<svg><input><input>"], 9)
@example(["<lin\u212a><b>"], 9)
@example(["<b title='</b>'>"], 9)
@example(["<!-- </b> --><b>"], 9)
@example(["<select><xmp></select><i title='</xmp>'>"], 9)
def test_it_is_never_less_than_the_tree_that_a_parser_makes(soup: list[str], times: int) -> None:
    text = "".join(piece * times for piece in soup)
    added = 1 + most_open(text, MANY)  # what parsers add; of an end tag alone, a paragraph
    assert added + most_open(text, MANY) >= depth_of_tree(text)


@pytest.mark.parametrize(
    ("text", "depth"),
    [
        ("<table>" + "<tr><td>1</td><td class='x y'>2<br></td></tr>" * 900 + "</table>", 3),
        ("<table>" + "<tr><td>1<td>2" * 30 + "</table>", 91),
        ('<div id="a"><style type="text/css">\n#T_1 { color: red }\n</style></div>' * 99, 2),
        ("<p>a < b, 3 <4 <!-- a comment --></p>" * 99, 1),
        ("<ul>" + "<li><a href='https://example.org/?a=1'>x</a></li>" * 99 + "</ul>", 3),
        ("x", 0),
    ],
)
def test_of_what_people_write_it_is_exact(text: str, depth: int) -> None:
    assert most_open(text, MANY) == depth


DEEP = {
    "divisions": "<div>" * 100_000,
    "attributes": "".join(f"<b title={number}>" for number in range(40_000)) + "<p>x" * 40_000,
    "blocks in formatting": "<b><div>" * 40_000 + "</b>" * 40_000,
    "lists": "<ul><li>" * 60_000,
    "paragraphs and divisions": "<p>" * 100 + "<p></div>" * 100_000,
}


@pytest.mark.parametrize("name", DEEP)
def test_what_would_take_minutes_is_shown_as_text(name: str) -> None:
    shown = safe_html.clean(DEEP[name])
    assert shown.startswith("<pre>&lt;") and len(shown) < 10 * safe_html.SHORT_HTML


def test_what_is_long_and_nests_little_is_cleaned() -> None:
    assert safe_html.clean("<p>x</p>" * 10_000) == "<p>x</p>" * 10_000


def test_so_is_markdown_that_nests_so_deep() -> None:
    source = ">" * 15_000 + "x"
    assert safe_html.render(source).startswith("<blockquote>")
    html = "<b>x\n\n" * 2_500
    assert safe_html.render(html) == safe_html.as_text(html)
