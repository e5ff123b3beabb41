"""Installed as ``etc/jupyter/nbgrader_config.py``: what nbgrader reads before a course's own."""

from autograder.course import configure_for_nbgrader

configure_for_nbgrader(get_config())  # type: ignore[name-defined]  # noqa: F821 (Jupyter defines it)
