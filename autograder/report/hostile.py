"""A notebook that attacks whoever looks at it, rendered as nbgrader would: is it harmless here?"""

from __future__ import annotations

import contextlib
import re
import warnings
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from autograder.course import Course

#: What would run, load or send something; each must be in no page.
ATTACKS = {
    "script": "<script>alert(1)</script>",
    "event handler": "<img src='x' onerror='alert(1)'>",
    "link that runs": "<a href='javascript:alert(1)'>x</a>",
    "frame": "<iframe src='https://example.com'></iframe>",
    "drawing that runs": "<svg onload='alert(1)'></svg>",
    "form": "<form action='https://example.com'><button>x</button></form>",
}
SIGNS = {
    "script": re.compile(r"<script[^>]*>\s*alert"),
    "event handler": re.compile(r"<[^>]*\bonerror\s*="),
    "link that runs": re.compile(r"<[^>]*href=['\"]?javascript:"),
    "frame": re.compile(r"<iframe"),
    "drawing that runs": re.compile(r"<svg[^>]*onload"),
    "form": re.compile(r"<form[^>]*example\.com"),
}


def notebook() -> Any:
    """Every attack in Markdown, in a raw cell and in outputs."""
    from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output, new_raw_cell

    text = "\n\n".join(ATTACKS.values())
    data = {"text/html": text, "text/markdown": text, "image/svg+xml": ATTACKS["drawing that runs"]}
    outputs = [
        new_output("display_data", data=data),
        new_output("display_data", data={"application/javascript": "alert(1)"}),
        new_output("stream", text=text),
        new_output("error", ename=text, evalue=text, traceback=[text]),
    ]
    cells = [new_markdown_cell(text), new_raw_cell(text), new_code_cell(text, outputs=outputs)]
    return new_notebook(cells=cells)


def rendered_by_nbgrader(course: Course) -> str:
    """The page that nbgrader's commands make of it when they are run from the course's folder."""
    from nbconvert.exporters import HTMLExporter
    from nbgrader.apps.baseapp import NbGrader

    with contextlib.chdir(course.root):
        app = NbGrader()
        app.load_config_file()
    exporter = HTMLExporter(config=app.config, template_name="basic")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # that there is no way to show a script is no news
        page, _resources = exporter.from_notebook_node(notebook())
    return page


def what_runs(page: str) -> list[str]:
    """The attacks that are left in a page."""
    return [name for name, sign in SIGNS.items() if sign.search(page)]
