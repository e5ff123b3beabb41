"""nbgrader's configuration that every course gets without asking for it.

It makes harmless every page that nbgrader renders from a submission (feedback, formgrader), and
puts our reading, execution and judgement into ``nbgrader autograde``. The wheel installs
``etc/jupyter/nbgrader_config.py`` into its environment, which calls
``course.configure_for_nbgrader``, so that nbgrader's own commands and formgrader have it too. A
course's ``nbgrader_config.py`` is read after it and says only what is the course's own.

Importing this module is cheap: it is read at every start of nbgrader.
"""

from __future__ import annotations

import json
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from autograder.messages import gettext, using

TEMPLATES = Path(__file__).parent / "report" / "templates"

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
#: What no course releases, whatever it is called there.
IGNORED = (".ipynb_checkpoints", "*.pyc", "__pycache__", "feedback")


def configure(config: Any) -> None:
    """Write the defaults into ``config``, a traitlets ``Config``.

    Our templates come first, so that ``feedback`` is ours; ``formgrade`` stays nbgrader's.
    """
    config.HTMLExporter.sanitize_html = True
    config.HTMLExporter.filters = dict(FILTERS)
    config.HTMLExporter.extra_template_basedirs = [str(TEMPLATES), str(_nbgrader_templates())]
    config.WidgetsDataTypeFilter.display_data_priority = list(SHOWN)
    config.GenerateFeedback.exporter_class = "autograder.report.feedback.FeedbackExporter"
    config.GenerateFeedback.preprocessors = list(PREPROCESSORS)
    # its module makes nbgrader's converter ours
    config.Autograde.exporter_class = "autograder.nbgrader_plugin.NotebookExporter"


def complete(config: Any, language: str) -> None:
    """What a course's configuration left to the engine, in the course's language."""
    with using(language):
        if "code_stub" not in config.ClearSolutions:
            todo = gettext("You have not completed this part: write your code, delete this line.")
            comment = gettext("Write your code here.")
            quoted = json.dumps(todo, ensure_ascii=False)
            stub = f"# {comment}\nraise NotImplementedError({quoted})"
            config.ClearSolutions.code_stub = {"python": stub}
        if "text_stub" not in config.ClearSolutions:
            answer = gettext("Write your answer here.")
            config.ClearSolutions.text_stub = f"*{answer}*"


def _nbgrader_templates() -> Path:
    spec = find_spec("nbgrader")
    assert spec is not None and spec.origin is not None  # the engine asks for it
    return Path(spec.origin).parent / "server_extensions" / "formgrader" / "templates"
