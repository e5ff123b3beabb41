"""Course material and grader for one class: build it, grade it, trust the mark."""

__version__ = "1.0.0"


class UserError(Exception):
    """Something that whoever runs the grader can mend: the message says what and how."""
