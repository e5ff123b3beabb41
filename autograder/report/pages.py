"""nbgrader's configuration of the pages that show a submission: feedback and formgrader.

Importing this module is cheap: ``nbgrader_config.py`` calls :func:`configure` at every start.
"""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path
from typing import Any

TEMPLATES = Path(__file__).parent / "templates"

#: Outputs that are shown, the richest first. No SVG, script, widget or PDF.
SHOWN = (
    "text/html",
    "text/markdown",
    "text/latex",
    "image/png",
    "image/jpeg",
    "text/plain",
)
#: What nbconvert would do with the text of a submission, and what is done instead.
FILTERS = {
    "markdown2html": "autograder.report.safe_html.markdown",
    "highlight_code": "autograder.report.safe_html.highlight",
    "clean_html": "autograder.report.safe_html.clean",
    "strip_files_prefix": "autograder.report.safe_html.unchanged",
    "with_code": "autograder.report.safe_html.with_code",
}
#: Marks and comments from the gradebook, then the colours of the code.
PREPROCESSORS = (
    "autograder.report.feedback.Grades",
    "nbconvert.preprocessors.CSSHTMLHeaderPreprocessor",
)


def configure(c: Any) -> None:
    """Make harmless and readable every page that nbgrader renders from a submission.

    ``c`` is what ``get_config()`` gives. Our templates come first, so that ``feedback`` is ours;
    ``formgrade`` stays nbgrader's.
    """
    c.HTMLExporter.sanitize_html = True
    c.HTMLExporter.filters = dict(FILTERS)
    c.HTMLExporter.extra_template_basedirs = [str(TEMPLATES), str(_nbgrader_templates())]
    c.WidgetsDataTypeFilter.display_data_priority = list(SHOWN)
    c.GenerateFeedback.exporter_class = "autograder.report.feedback.FeedbackExporter"
    c.GenerateFeedback.preprocessors = list(PREPROCESSORS)


def _nbgrader_templates() -> Path:
    package = find_spec("nbgrader").submodule_search_locations[0]
    return Path(package) / "server_extensions" / "formgrader" / "templates"
