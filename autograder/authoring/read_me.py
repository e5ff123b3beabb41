"""The first file that a student opens: what to install, where to start, what to hand in.

In the language in use. It speaks only of files that are in the bundle.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from autograder.assignment import Assignment
from autograder.authoring.environment import CONDA, PIP, Environment
from autograder.cells import cells_of
from autograder.course import Course
from autograder.messages import gettext
from autograder.sources import imports


@dataclass(frozen=True)
class ReadMe:
    """The read-me of a bundle: ``files`` are what is in it, ``wheel`` the name of the engine's."""

    title: str
    course: Course
    files: dict[str, bytes]
    environment: Environment
    wheel: str

    @property
    def text(self) -> str:
        parts = [f"# {self.title}", *self._unpack(), *self._install(), *self._work()]
        return "\n\n".join([*parts, *self._hand_in()]) + "\n"

    def _unpack(self) -> Iterator[str]:
        yield gettext("This is everything that you need for the class and for what comes after it.")
        if self.course.given:
            yield gettext(
                "Unpack the whole zip and leave each folder where it is: the notebooks look for "
                "their data in the folders above them."
            )
        else:
            yield gettext("Unpack the whole zip before opening anything in it.")

    def _install(self) -> Iterator[str]:
        yield "## " + gettext("Install what the notebooks use, once")
        yield gettext("Open a terminal in this folder, the one that holds this file.")
        if not any((self.course.root / name).is_file() for name in (CONDA, PIP)):
            names = ", ".join(f"`{name}`" for name in ("jupyterlab", *self._imported))
            yield gettext("Install JupyterLab and what the notebooks import: {names}.").format(
                names=names
            )
        if CONDA in self.files and PIP in self.files:
            yield gettext("There are two ways: choose one.")
        if CONDA in self.files:
            name = self.environment.name
            yield gettext("**With conda** (Miniforge, Miniconda, Anaconda):")
            yield _commands(
                f"conda env create -f {CONDA}", f"conda activate {name}" if name else ""
            )
        if PIP in self.files:
            yield from self._install_with_pip()
        if self.wheel:
            yield gettext("Then, in the same environment, the command that reads model cards:")
            yield _commands(f"python -m pip install --no-deps ./{self.wheel}")

    def _install_with_pip(self) -> Iterator[str]:
        python = self.environment.python.removeprefix("python").strip()
        if python:
            yield gettext("**With pip** (Python {versions}).").format(versions=python)
        else:
            yield gettext("**With pip**.")
        install = f"python -m pip install -r {PIP}"
        yield gettext("On Windows, in the Command Prompt (cmd):")
        yield _commands("py -m venv .venv", r".venv\Scripts\activate", install)
        yield gettext("On macOS and Linux:")
        yield _commands("python3 -m venv .venv", "source .venv/bin/activate", install)

    def _work(self) -> Iterator[str]:
        yield "## " + gettext("Work")
        yield gettext(
            "Activate the environment each time that you open a terminal, and open JupyterLab "
            "from this folder:"
        )
        yield _commands("jupyter lab")
        ungraded = [each for each in self.course.assignments if not each.graded]
        if ungraded:
            yield gettext("For the class:")
            yield "\n".join(f"- `{name}`" for each in ungraded for name in _notebooks(each))
        if self._is_in_a_notebook("NotImplementedError"):
            yield gettext("Where it says `NotImplementedError`, your code goes.")
        if self._is_in_a_notebook("✅"):
            yield gettext(
                "The tests that you see say what is wrong and what to try; when all is well, they "
                "print ✅."
            )

    def _hand_in(self) -> Iterator[str]:
        graded = self.course.graded
        if not graded:
            return
        yield "## " + gettext("Hand in")
        yield gettext(
            "Hand in each notebook **under the name that it has**, with all its cells, after "
            "running it from the first to the last."
        )
        head = (gettext("assignment"), gettext("what to hand in"))
        rows = [head, ("---", "---"), *map(_row, graded)]
        yield "\n".join(f"| {' | '.join(row)} |" for row in rows)
        written = [name for each in graded for name in _written(each)]
        if written:
            yield gettext("A file that you write goes beside the notebook, under exactly its name.")
        cards = [name for name in written if name.lower().endswith(".md")]
        if self.wheel and cards:
            yield gettext("Before you hand in a model card, see what it still lacks:")
            yield _commands(f"autograder card {cards[-1]}")

    def _is_in_a_notebook(self, text: str) -> bool:
        return any(text in source for source in self._code)

    @cached_property
    def _code(self) -> list[str]:
        """The code cells of every notebook."""
        notebooks = [content for name, content in self.files.items() if name.endswith(".ipynb")]
        cells = (cell for content in notebooks for cell in cells_of(json.loads(content)))
        return [cell.source for cell in cells if cell.type == "code"]

    @property
    def _imported(self) -> list[str]:
        """The libraries that the notebooks import, by the name of their module."""
        modules = {name.partition(".")[0] for source in self._code for name in imports(source)}
        ours = {Path(name).stem for name in self.files if name.endswith(".py")}
        return sorted(modules - ours - set(sys.stdlib_module_names))


def _row(assignment: Assignment) -> tuple[str, str]:
    names = [f"`{Path(name).name}`" for name in _notebooks(assignment)]
    own = [
        gettext("{name} (you write it)").format(name=f"`{Path(name).name}`")
        for name in _written(assignment)
    ]
    return assignment.name, ", ".join([*names, *own])


def _written(assignment: Assignment) -> list[str]:
    """Files that students write besides the notebooks: where the course has reference answers."""
    inside = [path.relative_to(assignment.source_dir) for path in assignment.references]
    return [f"notebooks/{assignment.name}/{path.as_posix()}" for path in inside]


def _notebooks(assignment: Assignment) -> list[str]:
    return [f"notebooks/{assignment.name}/{name}.ipynb" for name in assignment.notebooks]


def _commands(*lines: str) -> str:
    return "\n".join(["```sh", *filter(None, lines), "```"])
