"""The autograder of one assignment for Gradescope: the zip that it builds its container from.

Gradescope unpacks the zip in ``/autograder/source``, runs ``setup.sh`` once, as root, and for each
submission ``run_autograder``, which finds it in ``/autograder/submission`` and leaves
``/autograder/results/results.json``
(https://gradescope-autograders.readthedocs.io/en/latest/specs/). In the zip are the engine's wheel
and the assignment's blueprint, which is all that judges it: no solution, nothing of the rest of the
course. The hidden checks are in it: it is for Gradescope, not for students.
"""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path

from autograder import UserError
from autograder.authoring.environment import PIP, student_environment
from autograder.authoring.reproducible_zip import stored_zip
from autograder.authoring.wheel import wheel
from autograder.course import Course
from autograder.grading import blueprint as blueprints
from autograder.records import to_json, write_atomically

LOCK = "requirements.lock"
#: In the zip: what judges the assignment. ``report/gradescope_container.py`` reads them.
MANIFEST, PARTS = "blueprint/manifest.json", "blueprint/parts"
PYTHON = "3.12"
PROGRAMS = ("setup.sh", "run_autograder")

SETUP = """\
#!/usr/bin/env bash
# Runs once, as root, when Gradescope builds the container.
set -euo pipefail
source="${{AUTOGRADER_ROOT:-/autograder}}/source"
cd "$source"
apt-get install -y --no-install-recommends python3-pip curl ca-certificates
python3 -m pip install --quiet uv || python3 -m pip install --quiet --break-system-packages uv
# not below /root: whom the submissions run as could not read it there
export UV_PYTHON_INSTALL_DIR="$source/python"
uv venv --python {python} environment
{install}
chmod -R a+rX "$source/python" "$source/environment"
"""
RUN = """\
#!/usr/bin/env bash
# Runs for each submission. AUTOGRADER_ROOT and AUTOGRADER_PYTHON are for trying it elsewhere.
set -euo pipefail
root="${AUTOGRADER_ROOT:-/autograder}"
python="${AUTOGRADER_PYTHON:-$root/source/environment/bin/python}"
exec "$python" -P -m autograder.report.gradescope_container "$root"
"""


class GradescopeError(UserError):
    """The zip cannot be made as asked; the message says what to do."""


def write_gradescope(course: Course, assignment: str, output: Path) -> list[str]:
    """Write the zip; the names of what is in it.

    Raises:
        CourseError, BlueprintError, WheelError: what it is made of is not there.
    """
    files = gradescope_files(course, assignment)
    write_atomically(output, stored_zip(files, PROGRAMS))
    return list(files)


def gradescope_files(course: Course, assignment: str) -> dict[str, bytes]:
    """What goes into the zip, by its name there."""
    chosen = course.assignment(assignment)
    if not chosen.graded:
        raise GradescopeError(f"{assignment} gives no points: there is nothing to grade")
    blueprint = blueprints.read(course, chosen)
    _ = blueprint.checks  # here, not in the container, if they are not complete
    manifest = {"manifest": asdict(blueprint.manifest), "modules": course.imported}
    name, content = wheel()
    files = {name: content, MANIFEST: to_json(manifest).encode()}
    files |= {f"{PARTS}/{digest}": part.content for digest, part in blueprint.parts.items()}
    requirements, install = _requirements(course.root, name)
    files |= requirements
    files["setup.sh"] = SETUP.format(python=PYTHON, install=install).encode()
    files["run_autograder"] = RUN.encode()
    return dict(sorted(files.items()))


def _requirements(root: Path, wheel_name: str) -> tuple[dict[str, bytes], str]:
    """Files of requirements and the lines that install them: the course's lock where it has one."""
    install = "uv pip install --python environment/bin/python"
    lock = root / LOCK
    if lock.is_file():
        lines = f"{install} --require-hashes -r {LOCK}\n{install} --no-deps ./{wheel_name}"
        return {LOCK: lock.read_bytes()}, lines
    text = student_environment(root).files.get(PIP)
    if text is None:
        return {}, f"{install} ./{wheel_name}"
    return {PIP: text.encode()}, f"{install} -r {PIP} ./{wheel_name}"


def read_back(source: Path) -> tuple[blueprints.Manifest, list[blueprints.Part], tuple[str, ...]]:
    """Manifest, parts and the modules to import beforehand, from where the zip was unpacked."""
    content = json.loads((source / MANIFEST).read_bytes())
    manifest = blueprints.Manifest(**content["manifest"])
    parts = [blueprints.Part((source / PARTS / digest).read_bytes()) for digest in manifest.digests]
    return manifest, parts, tuple(content["modules"])
