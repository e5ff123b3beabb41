"""nbgrader's configuration: where things are, what students see, who runs and who scores."""

from glob import escape
from pathlib import Path

from autograder.course import kept_back
from autograder.report.pages import configure

ROOT = Path(__file__).resolve().parent

c = get_config()  # noqa: F821

# Where things are. The names of the other folders are nbgrader's own: submitted/<student>/...
c.CourseDirectory.course_id = "clase-059"
c.CourseDirectory.root = str(ROOT)
c.CourseDirectory.source_directory = "solutions"
c.CourseDirectory.release_directory = "notebooks"

# Files of solutions/ that must be neither released nor copied over a student's file of the same
# name. nbgrader matches each entry as a glob: with a whole path, a student's own MODEL_CARD.md is
# left alone, while ours stays here. The path is as nbgrader writes it: "." stands for the student.
SOURCE = ROOT / "solutions"
KEPT_BACK = [f"{SOURCE}/./{path.relative_to(SOURCE)}" for path in kept_back(SOURCE)]
c.CourseDirectory.ignore = [
    ".ipynb_checkpoints",
    "*.pyc",
    "__pycache__",
    "feedback",
    *map(escape, KEPT_BACK),
]

# What students find where the solution was.
c.ClearSolutions.code_stub = {
    "python": (
        "# Escribí tu código acá.\n"
        'raise NotImplementedError("Todavía no completaste esta parte: '
        'escribí tu código y borrá esta línea.")'
    )
}
c.ClearSolutions.text_stub = "*Escribí tu respuesta acá.*"

# Feedback pages, and formgrader's: a submission's HTML must not run in anybody's browser.
configure(c)

# Who runs and who scores: the plugin's two preprocessors, by import string.
c.Autograde.sanitize_preprocessors = ["autograder.nbgrader_plugin.Sanitize"]
c.Autograde.autograde_preprocessors = [
    "autograder.nbgrader_plugin.Execute",
    "autograder.nbgrader_plugin.SaveScores",
]
