"""What a student writes reaches a browser without anything that runs, loads or calls."""

from __future__ import annotations

import base64

import pandas as pd
import pytest
from bs4 import BeautifulSoup

from autograder.report.formulas import ATTRIBUTES, ELEMENTS
from autograder.report.safe_html import (
    LONGEST_CODE,
    LONGEST_MARKDOWN,
    _Renderer,
    clean,
    highlight,
    render,
    unchanged,
    with_code,
)

ACTIVE = (
    "script style iframe object embed form input button textarea select meta base link svg "
    "video audio source template noscript frame frameset applet portal"
).split()
PNG = base64.b64encode(b"\x89PNG").decode()

HOSTILE = [
    "<script>alert(1)</script>",
    "<SCRIPT SRC=//evil.example/x.js></SCRIPT>",
    "<img src=x onerror=alert(1)>",
    "<img src=x.png onerror=alert(1)>",
    "<svg onload=alert(1)><script>alert(1)</script></svg>",
    "<iframe srcdoc='<script>alert(1)</script>'></iframe>",
    "<object data='data:text/html,<script>alert(1)</script>'></object>",
    "<style>body{display:none}</style>",
    "<link rel=stylesheet href=//evil.example/x.css>",
    "<meta http-equiv=refresh content='0;url=//evil.example'>",
    "<base href=//evil.example>",
    "<form action=/formgrader/api/grade/1><input name=score value=9><button>ver</button></form>",
    "<details open ontoggle=alert(1)>x</details>",
    "<div style='position:fixed;inset:0;background:url(//evil.example/x)'>x</div>",
    "<a href='javascript:alert(1)'>x</a>",
    "<a href=' &#1; javascript:alert(1)'>x</a>",
    "<a href='data:text/html,<script>alert(1)</script>'>x</a>",
    "[x](javascript:alert(1))",
    "[x](JaVaScRiPt&colon;alert(1))",
    '<https://evil.example/"onmouseover=alert(1)>',
    "![x](data:image/svg+xml;base64,PHN2Zy8+)",
    "![x](https://evil.example/espia.png)",
    "![x](/formgrader?path=/home/docente/curso/submitted/mala/homework)",
    "![x](../../../logout)",
    "<noscript><p title='</noscript><img src=x onerror=alert(1)>'></noscript>",
    "<math><mtext><table><mglyph><style><!--</style><img title='--&gt;&lt;img onerror=a(1)>'>",
    "<b <script>alert(1)</script>>x</b>",
    "<!--[if IE]><script>alert(1)</script><![endif]-->",
    "```mermaid\n<script>alert(1)</script>\n```",
    "$<img src=x onerror=alert(1)>$",
    "\\begin{x}<script>alert(1)</script>\\end{x}",
    "<input type=text class='score tabbable' id=psi-autotest>",
]


def assert_inert(html: str) -> None:
    """Nothing in ``html`` runs, nothing loads from or leads to anywhere but a public site."""
    soup = BeautifulSoup(html, "html.parser")
    assert [tag.name for tag in soup.find_all(ACTIVE)] == []
    for formula in soup.find_all("math"):  # ours: it holds nothing but MathML
        for tag in [formula, *formula.find_all(True)]:
            assert tag.name in ELEMENTS and set(tag.attrs) <= ATTRIBUTES
    for tag in soup.find_all(True):
        for name, value in tag.attrs.items():
            text = " ".join(value) if isinstance(value, list) else value
            assert not name.startswith("on"), (name, text)
            assert name not in ("srcdoc", "srcset", "action", "formaction", "background"), name
            if name == "href":
                assert text.startswith(("https://", "http://", "mailto:")), text
            if name == "src":
                assert text.startswith("data:image/") or "/" not in text.lstrip("./"), text
                assert "svg" not in text, text
            if name == "style":
                assert "url" not in text and "position" not in text, text


@pytest.mark.parametrize("source", HOSTILE)
def test_hostile_markdown_and_html_become_inert(source: str) -> None:
    assert_inert(render(source))
    assert_inert(clean(source))


def test_the_detector_of_these_tests_detects() -> None:
    caught = 0
    for source in HOSTILE:
        try:
            assert_inert(source)
        except AssertionError:
            caught += 1
    assert caught >= 22


def test_no_id_name_or_class_of_the_student_reaches_formgrader() -> None:
    html = clean("<div id=psi name=psi class='score tabbable mark-graded dataframe k'>x</div>")
    assert html == '<div class="dataframe k">x</div>'


@pytest.mark.parametrize(
    "address",
    [
        "http://localhost:8888/formgrader?path=x",
        "http://127.0.0.1/",
        "http://127.1/",
        "http://2130706433/",
        "http://0x7f.1/",
        "http://[::1]:8888/",
        "http://hub.local/",
        "//evil.example/",
        "/formgrader?path=x",
        "evil.html",
        "files/javascript:alert(1)",
        "file:///etc/passwd",
        "http://[mal",
    ],
)
def test_a_link_leads_only_to_a_public_site(address: str) -> None:
    assert "href" not in clean(f'<a href="{address}">x</a>')


def test_links_to_public_sites_stay() -> None:
    html = render("[guía](https://scikit-learn.org/stable/)")
    assert 'href="https://scikit-learn.org/stable/"' in html
    assert "noopener" in html


def test_nothing_is_edited_after_cleaning() -> None:
    text = 'href="files/javascript:alert(1)"'
    assert unchanged(text) == text


def test_ordinary_markdown_is_rendered() -> None:
    html = render("# Título\n\n**negrita** y `código`\n\n- uno\n\n|a|b|\n|-|-:|\n|1|2|\n")
    for piece in ("<h1>Título</h1>", "<strong>negrita</strong>", "<code>código</code>", "<li>uno"):
        assert piece in html
    assert 'style="text-align: right"' in html


def test_formulas_are_mathml_which_asks_nobody() -> None:
    block = BeautifulSoup(render(r"$$\sum_i (q_i - p_i)\ln\frac{q_i}{p_i}$$"), "html.parser")
    assert block.math["display"] == "block" and block.mfrac.msub.text == "qi"
    assert render("$a<b$") == (
        '<p><math display="inline"><mrow><mi>a</mi><mo>&lt;</mo><mi>b</mi></mrow></math></p>\n'
    )
    assert "<mtable" in render("\\begin{align}a &= 1\\\\b &= 2\\end{align}")


@pytest.mark.parametrize(
    "latex",
    [
        r"\text{<img src=x onerror=alert(1)>}",
        r"\text{&lt;script&gt;alert(1)&lt;/script&gt;}",
        r"\href{javascript:alert(1)}{x}",
        r"\color{red;background:url(//x)}{x}",
        r"\newcommand{\a}{\a\a}\a",
        r"\sqrt{" * 200,
        "{" * 1_999,
        "x" * 3_000,
        "&",
    ],
)
def test_a_formula_brings_nothing_but_mathml(latex: str) -> None:
    soup = BeautifulSoup(render(f"before ${latex}$ after"), "html.parser")
    assert "before" in soup.text and "after" in soup.text
    for tag in soup.find_all(True):
        assert tag.name in ELEMENTS | {"p", "code"}
        assert set(tag.attrs) <= ATTRIBUTES


def test_a_mark_for_a_formula_cannot_be_guessed() -> None:
    first, second = (_Renderer(None)._kept("x", False) for _ in range(2))
    assert first != second


def test_a_table_of_pandas_is_readable() -> None:
    html = clean(pd.DataFrame({"mes": [1], "PSI": [0.25]})._repr_html_())
    assert "<style" not in html and "scoped" not in html and "&lt;" not in html
    cells = [tag.text for tag in BeautifulSoup(html, "html.parser").find_all(["th", "td"])]
    assert cells == ["", "mes", "PSI", "0", "1", "0.25"]


def test_code_is_highlighted_and_an_odd_language_is_not() -> None:
    assert '<span class="mi">1</span>' in render("```python\nx = 1\n```")
    assert "<span" not in render("```brainfuck\n+++\n```")


def test_an_attached_picture_is_shown() -> None:
    html = render("![a](attachment:a.png)", {"a.png": {"image/png": PNG}})
    assert f'src="data:image/png;base64,{PNG}"' in html


@pytest.mark.parametrize(
    "attachments",
    [
        {"a.png": {"image/svg+xml": "PHN2Zy8+"}},
        {"a.png": {"text/html": "PHNjcmlwdD4="}},
        {"a.png": {"image/png": '"><script>alert(1)</script>'}},
        {"a.png": "texto"},
        {},
        None,
        "texto",
    ],
)
def test_an_attachment_that_is_not_a_picture_shows_nothing(attachments: object) -> None:
    html = render("hola ![a](attachment:a.png)", attachments)
    assert "hola" in html
    assert "src" not in html
    assert_inert(html)


def test_a_picture_among_other_attachments_is_the_one_shown() -> None:
    both = {"a": {"image/svg+xml": "PHN2Zy8+", "image/png": PNG}}
    assert f"data:image/png;base64,{PNG}" in render("![a](attachment:a)", both)


def test_code_of_a_cell_is_coloured_and_escaped() -> None:
    html = highlight(
        "x = '<script>alert(1)</script>'  # hola", metadata={"magics_language": "html"}
    )
    assert '<span class="c1"># hola</span>' in html
    assert_inert(html)
    assert highlight("<b>" * LONGEST_CODE).startswith("<pre>&lt;b&gt;")


def test_a_very_long_text_is_shown_as_it_is() -> None:
    html = render("\\begin{a}<b>" * LONGEST_MARKDOWN)
    assert html.startswith("<pre>\\begin{a}&lt;b&gt;")


def test_backquoted_names_are_code_and_the_rest_is_text() -> None:
    assert with_code("`psi(x)`: <b>") == "<code>psi(x)</code>: &lt;b&gt;"
    assert "<script" not in with_code("`<script>`")
