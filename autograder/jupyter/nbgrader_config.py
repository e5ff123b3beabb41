"""Installed as ``etc/jupyter/nbgrader_config.py``: what nbgrader reads before a course's own."""

from autograder.defaults import configure_here

configure_here(get_config())  # noqa: F821
