"""Builds, grades and reports courses made of notebooks; a course is a folder anywhere."""

__version__ = "2.0.0"

#: For ``gc.set_threshold``: in a process with a short life, collecting costs more than it frees.
COLLECT_SELDOM = (50_000, 20, 20)


class UserError(Exception):
    """Something that whoever runs the grader can mend: the message says what and how."""
