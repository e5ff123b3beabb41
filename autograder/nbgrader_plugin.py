"""Our execution and our scores inside ``nbgrader autograde`` and formgrader's button.

Three preprocessors, named in ``defaults.py`` by import string. nbgrader converts one
notebook at a time; a submission is graded once, whole, and its notebooks are handed out from
that one result.
"""

from __future__ import annotations

from pathlib import Path

import nbformat
from nbconvert.exporters.exporter import ResourcesDict
from nbformat.notebooknode import NotebookNode
from nbgrader.coursedir import CourseDirectory
from nbgrader.preprocessors import NbGraderPreprocessor
from traitlets import Enum, Integer

from autograder.course import Course
from autograder.grading import blueprint as blueprints
from autograder.grading.blueprint import Blueprint
from autograder.grading.cohort import draw_seed, setting_of
from autograder.grading.gradebook import Recorder
from autograder.grading.workers import grade_with
from autograder.intake import submissions
from autograder.intake.parse import parse
from autograder.intake.sanitize import sanitize
from autograder.messages import using
from autograder.records import Result
from autograder.sandbox.isolation import BWRAP, NONE, Isolation
from autograder.sandbox.limits import Limits


class _Preprocessor(NbGraderPreprocessor):  # type: ignore[misc]  # nbgrader has no types
    """What the three share: the course, and the submission that is being converted."""

    def _course(self) -> Course:
        return Course.find(CourseDirectory(config=self.config).root)

    def _submitted(self) -> Path:
        where = CourseDirectory(config=self.config)
        return Path(where.root) / str(where.submitted_directory)

    def _blueprint(self, resources: ResourcesDict) -> Blueprint:
        course = self._course()
        return blueprints.read(course, course.assignment(resources["nbgrader"]["assignment"]))


class Sanitize(_Preprocessor):
    """Restore locked cells, self-checks and metadata from the released notebook."""

    def preprocess(
        self, nb: NotebookNode, resources: ResourcesDict
    ) -> tuple[NotebookNode, ResourcesDict]:
        blueprint = self._blueprint(resources)
        released = blueprint.released[resources["nbgrader"]["notebook"]]
        with using(blueprint.language):
            submitted = parse(nbformat.writes(nb).encode(), Limits.from_environment())
        clean = sanitize(submitted, released)
        for flag in clean.flags:
            self.log.warning("%s: %s", resources["nbgrader"]["student"], flag)
        return nbformat.from_dict(clean.notebook), resources


class Execute(_Preprocessor):
    """Run and judge the whole submission in the sandbox; keep the executed notebook."""

    isolation = Enum(
        [str(each) for each in Isolation], default_value=str(BWRAP), help="bwrap, or none."
    ).tag(config=True)
    seed = Integer(-1, help="Seed of the hidden inputs; -1 draws one.").tag(config=True)
    _latest: tuple[tuple[str, str, str, int], Result] | None = None

    def preprocess(
        self, nb: NotebookNode, resources: ResourcesDict
    ) -> tuple[NotebookNode, ResourcesDict]:
        result = self._result(resources)
        resources["autograder"] = result
        executed = result.notebooks.get(resources["nbgrader"]["notebook"])
        if executed is not None:
            nb = nbformat.reads(executed.decode(), as_version=4)
        return nb, resources

    def _result(self, resources: ResourcesDict) -> Result:
        names = resources["nbgrader"]
        limits = Limits.from_environment()
        blueprint = self._blueprint(resources)
        with using(blueprint.language):
            submission = submissions.read(
                self._submitted(), names["student"], names["assignment"], limits
            )
        key = (blueprint.fingerprint, names["student"], submission.digest, self.seed)
        first = names["notebook"] == next(iter(blueprint.notebooks))  # a submission is graded anew
        if Execute._latest is None or Execute._latest[0] != key or first:
            isolation = Isolation(self.isolation)
            if isolation is NONE:
                self.log.warning("NOT ISOLATED: students' code runs as you")
            seed = self.seed if self.seed >= 0 else draw_seed()
            setting = setting_of(self._course(), limits, isolation)
            Execute._latest = (key, grade_with(blueprint, submission, seed, setting))
        return Execute._latest[1]


class SaveScores(_Preprocessor):
    """Write the submission's marks and comments: each of its notebooks writes the whole result."""

    def preprocess(
        self, nb: NotebookNode, resources: ResourcesDict
    ) -> tuple[NotebookNode, ResourcesDict]:
        blueprint = self._blueprint(resources)
        with Recorder(self._course()) as recorder:
            recorder.ensure(blueprint)
            recorder.record(resources["autograder"], blueprint)
        return nb, resources
