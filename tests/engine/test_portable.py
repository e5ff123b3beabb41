"""What teachers and students run on Windows needs no module that only POSIX has.

Grading itself is for Linux. What happens around it is not: collecting, exporting, reporting, making
the bundle and, for students, looking at a model card. That last one asks for eight libraries only.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from test_report import record

from autograder.authoring.bundle import TOOLS
from autograder.course import Course
from autograder.records import document, write

POSIX = ("fcntl", "grp", "pwd", "resource", "termios")
#: Starts a command where importing ``blocked`` fails, in our code: what libraries do on the system
#: they are on is theirs to know, and they import by ``sys.platform``.
BLOCKING = """\
import importlib.abc, os, sys

blocked, ours, arguments = set(sys.argv[1].split()), sys.argv[2], sys.argv[3:]

class Blocker(importlib.abc.MetaPathFinder):
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] not in blocked:
            return None
        frame = sys._getframe(1)
        while "importlib" in frame.f_code.co_filename:
            frame = frame.f_back
        if ours and not frame.f_code.co_filename.startswith(ours):
            return None
        raise ModuleNotFoundError(f"No module named {name!r} ({frame.f_code.co_filename})")

for name in [each for each in sys.modules if each.partition(".")[0] in blocked]:
    del sys.modules[name]
sys.meta_path.insert(0, Blocker())
import autograder
from autograder.cli import main
if ours:  # some library may have imported it: whoever asks next, asks the blocker
    for name in blocked:
        sys.modules.pop(name, None)
sys.argv = ["autograder", *arguments]
main()
"""
LIBRARIES = (
    "IPython ipykernel jinja2 joblib jsonschema jupytext matplotlib nbclient nbconvert "
    "nbformat nbgrader nh3 packaging scipy sklearn sqlalchemy traitlets"
)
CARD = "## Métricas\n\nexactitud 0,8\n"


def run(
    *arguments: str | Path, blocked: str = " ".join(POSIX), everywhere: bool = False
) -> subprocess.CompletedProcess[str]:
    """Run a command where ``blocked`` cannot be imported, by us or by anybody."""
    import autograder

    ours = "" if everywhere else str(Path(autograder.__file__).parent)
    command = [sys.executable, "-P", "-c", BLOCKING, blocked, ours, *map(str, arguments)]
    environment = {**os.environ, "PYTHONIOENCODING": "utf-8"}
    return subprocess.run(command, env=environment, capture_output=True, text=True)


@pytest.mark.parametrize(
    "command", ["card", "collect", "export", "report", "bundle", "feedback", "truth"]
)
def test_a_command_shows_its_help(command: str) -> None:
    done = run(command, "--help", everywhere=True)
    assert done.returncode == 0, done.stderr
    assert f"autograder {command}" in done.stdout


@pytest.mark.parametrize("everywhere", [False, True])
def test_what_is_blocked_cannot_be_imported(everywhere: bool) -> None:
    """Grading locks a file as POSIX does, so this command does not start."""
    done = run("grade", everywhere=everywhere)
    assert "No module named" in done.stderr


def test_collecting_a_zip(demo: Course, tmp_path: Path) -> None:
    archive = tmp_path / "all.zip"
    with zipfile.ZipFile(archive, "w") as written:
        written.writestr(
            "ana/demo/demo.ipynb", (demo.root / "notebooks/demo/demo.ipynb").read_text()
        )
    done = run("collect", archive, "--course", demo.root)
    assert done.returncode == 0, done.stderr
    assert (demo.submitted_dir / "ana" / "demo" / "demo.ipynb").is_file()


@pytest.mark.parametrize("words", [("report",), ("export", "--to", "csv"), ("--help",)])
def test_what_needs_no_notebook_imports_no_library_for_them(
    demo: Course, words: tuple[str, ...]
) -> None:
    """They take seconds to import."""
    write(demo.root / "results", document([record("ana", "demo")], 7))
    where = () if words == ("--help",) else ("--course", demo.root)
    done = run(*words, *where, blocked="jsonschema nbconvert nbformat", everywhere=True)
    assert done.returncode == 0, done.stderr


def test_making_the_bundle(demo: Course, tmp_path: Path) -> None:
    solution = demo.root / "solutions" / "demo" / "demo.ipynb"
    solved = json.loads(solution.read_bytes())
    solved["cells"][4]["source"] = "Because it multiplies."
    solution.write_text(json.dumps(solved))
    configuration = demo.root / "nbgrader_config.py"
    configuration.write_text(configuration.read_text() + "c.Autograder.bundle_grader = True\n")
    done = run("bundle", "--course", demo.root, "--output", tmp_path / "a.zip")
    assert done.returncode == 0, done.stderr
    assert zipfile.is_zipfile(tmp_path / "a.zip")


@pytest.mark.parametrize(
    "words", [("export", "--to", "csv"), ("export", "--to", "moodle"), ("report",)]
)
def test_what_reads_results_says_that_there_are_none(demo: Course, words: tuple[str, ...]) -> None:
    done = run(*words, "--course", demo.root)
    assert done.returncode == 2
    assert "error" in done.stderr and "Traceback" not in done.stderr


MODULES = """
autograder.report.export autograder.report.feedback autograder.report.html autograder.report.marks
autograder.grading.gradebook autograder.intake.collect autograder.authoring.build
autograder.authoring.bundle
""".split()


def test_the_modules_behind_them_import_nothing_of_posix() -> None:
    source = BLOCKING.replace("main()\n", f"import {', '.join(MODULES)}\n")
    import autograder

    ours = str(Path(autograder.__file__).parent)
    command = [sys.executable, "-P", "-c", source, " ".join(POSIX), ours]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("json_wanted", [False, True])
def test_a_model_card_needs_eight_libraries(tmp_path: Path, json_wanted: bool) -> None:
    needed = (
        "typer",
        "rich",
        "markdown-it-py",
        "mdit-py-plugins",
        "numpy",
        "pandas",
        "pyyaml",
        "msgspec",
    )
    assert needed == TOOLS
    (tmp_path / "evidencia.csv").write_text("y_true,y_pred,zona\n1,1,norte\n0,1,sur\n", "utf-8")
    path = tmp_path / "MODEL_CARD.md"
    path.write_text(CARD, "utf-8")
    blocked = " ".join((*POSIX, LIBRARIES))
    done = run("card", path, *(["--json"] if json_wanted else []), blocked=blocked, everywhere=True)
    assert (done.returncode, done.stderr) == (1, "")
    if json_wanted:
        assert json.loads(done.stdout)["complete"] is False
    else:
        assert "MODEL_CARD.md" in done.stdout
