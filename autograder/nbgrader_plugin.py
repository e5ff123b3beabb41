"""Our execution and our scores inside ``nbgrader autograde`` and formgrader's button.

Three preprocessors, named in ``nbgrader_config.py`` by import string. nbgrader converts one
notebook at a time; a submission is graded once, whole, and its notebooks are handed out from
that one result.
"""

from __future__ import annotations

import atexit
import json
import secrets
from pathlib import Path

import nbformat
from nbconvert.exporters.exporter import ResourcesDict
from nbformat.notebooknode import NotebookNode
from nbgrader.coursedir import CourseDirectory
from nbgrader.preprocessors import NbGraderPreprocessor
from traitlets import Enum, Integer

from autograder import submissions
from autograder.cohort import SEEDS, blueprint
from autograder.course import Course
from autograder.gradebook import Recorder
from autograder.grading import grade
from autograder.outcome import Blueprint, Result
from autograder.sandbox.driver import Sandbox, SandboxError
from autograder.sandbox.isolation import BWRAP, NONE
from autograder.sandbox.limits import Limits
from autograder.sanitize import parse, sanitize

_SANDBOXES: dict[tuple[str, str], Sandbox] = {}


class _Ours(NbGraderPreprocessor):
    """What the three share: the course, and the submission that is being converted."""

    def _course(self) -> Course:
        return Course.find(CourseDirectory(config=self.config).root)

    def _submitted(self) -> Path:
        where = CourseDirectory(config=self.config)
        return Path(where.root) / where.submitted_directory

    def _plan(self, resources: ResourcesDict) -> Blueprint:
        return blueprint(self._course().assignment(resources["nbgrader"]["assignment"]))


class Sanitize(_Ours):
    """Restore locked cells, self-checks and metadata from the released notebook."""

    def preprocess(
        self, nb: NotebookNode, resources: ResourcesDict
    ) -> tuple[NotebookNode, ResourcesDict]:
        released = self._plan(resources).notebooks[resources["nbgrader"]["notebook"]]
        submitted = parse(nbformat.writes(nb).encode(), Limits.from_environment())
        clean = sanitize(submitted, json.loads(released))
        for flag in clean.flags:
            self.log.warning("%s: %s", resources["nbgrader"]["student"], flag)
        return nbformat.from_dict(clean.notebook), resources


class Execute(_Ours):
    """Run and judge the whole submission in the sandbox; keep the executed notebook."""

    isolation = Enum([BWRAP, NONE], default_value=BWRAP, help="bwrap, or none.").tag(config=True)
    seed = Integer(-1, help="Seed of the hidden inputs; -1 draws one.").tag(config=True)
    _latest: tuple[tuple, Result] | None = None

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
        submission = submissions.read(
            self._submitted(), names["student"], names["assignment"], limits
        )
        plan = self._plan(resources)
        seed = self.seed if self.seed >= 0 else secrets.randbelow(SEEDS)
        key = (plan.fingerprint, names["student"], submission.digest, self.seed)
        if Execute._latest is None or Execute._latest[0] != key or self._is_first(plan, names):
            Execute._latest = (key, self._grade(plan, submission, seed))
        return Execute._latest[1]

    @staticmethod
    def _is_first(plan: Blueprint, names: dict) -> bool:
        """Whether this conversion begins a submission: it is then graded anew."""
        return names["notebook"] == next(iter(plan.notebooks))

    def _grade(self, plan: Blueprint, submission, seed: int) -> Result:
        if self.isolation == NONE:
            self.log.warning("NOT ISOLATED: students' code runs as you")
        sandbox = self._sandbox()
        try:
            return grade(plan, submission, seed, sandbox)
        except SandboxError:
            sandbox.close()
            return grade(plan, submission, seed, sandbox)

    def _sandbox(self) -> Sandbox:
        datasets = self._course().root / "datasets"
        key = (self.isolation, str(datasets))
        if key not in _SANDBOXES:
            _SANDBOXES[key] = Sandbox(datasets, self.isolation)
            atexit.register(_SANDBOXES[key].close)
        return _SANDBOXES[key]


class SaveScores(_Ours):
    """Write the submission's marks and comments: each of its notebooks writes the whole result."""

    def preprocess(
        self, nb: NotebookNode, resources: ResourcesDict
    ) -> tuple[NotebookNode, ResourcesDict]:
        plan = self._plan(resources)
        with Recorder(self._course()) as recorder:
            recorder.ensure(plan)
            recorder.record(resources["autograder"], plan)
        return nb, resources
