"""nbgrader's configuration of this class; what every course needs is the engine's default."""

c = get_config()  # noqa: F821

# Where things are. The names of the other folders are nbgrader's own: submitted/<student>/...
c.CourseDirectory.course_id = "clase-059"
c.CourseDirectory.source_directory = "solutions"
c.CourseDirectory.release_directory = "notebooks"

# What students read is in Spanish; what they are given besides the notebooks.
c.Autograder.language = "es"
c.Autograder.data = [
    "datasets/*.csv",
    "datasets/*.md",
    "datasets/*.mplstyle",
    "model_card_template.md",
]
# Running a notebook by hand leaves data beside it: those never travel.
c.Autograder.companions = "*.py *.md *.yml *.yaml *.toml *.txt *.html Dockerfile".split()
c.Autograder.reference_answers = ["MODEL_CARD.md"]
# `autograder card` goes with the notebooks: students look at their model cards before handing in.
c.Autograder.bundle_grader = True
