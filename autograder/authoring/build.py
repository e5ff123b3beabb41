"""One source, three forms: script → executed solution → student notebook.

Each notebook is written once, as a jupytext script. This module runs it in a scratch copy of the
course and puts the result beside the script; nbgrader's own ``generate_assignment`` turns that into
what a student opens. Nothing is run inside the course, and the gradebook is not touched.

What is compared, to know whether a committed notebook is current, is what a reader would notice:
sources, metadata and text outputs. The bytes of an image and the time a cell took are not.
"""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import cast

import jupytext
import nbformat
from joblib import Parallel, delayed
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError
from nbformat import NotebookNode
from sqlalchemy import create_engine

from autograder import UserError
from autograder.assignment import Assignment, files_below
from autograder.authoring.normal_form import KERNEL, differences, normalise
from autograder.cells import Cell
from autograder.course import Course
from autograder.settings import CONFIG, load_config

CELL_TIMEOUT = 120
STARTUP_TIMEOUT = 600

#: Called as ``progress(done, total, assignment)`` when an assignment has been rebuilt.
Progress = Callable[[int, int, str], None]


class BuildError(UserError):
    """A source that cannot be built; the message names the notebook, the cell and the reason."""


@dataclass(frozen=True, order=True)
class Stale:
    """A committed file that is not what its source gives."""

    path: Path
    reason: str
    fix: str = "autograder build"

    def __str__(self) -> str:
        return f"{self.path}: {self.reason}"


def build(
    course: Course,
    assignments: Sequence[str] | None = None,
    check: bool = False,
    jobs: int = 2,
    progress: Progress | None = None,
    execute: bool = True,
) -> list[Stale]:
    """Regenerate every notebook; write what differs, or only name it.

    Args:
        course: where the sources are and where the notebooks go.
        assignments: names of those to rebuild; all of them by default.
        check: write nothing.
        jobs: how many assignments run at the same time, each in a process of its own.
        progress: told of each assignment that is done.
        execute: run the solutions. If not (only with ``check``), their committed outputs are taken
            as they are, for something else to hold them (nbval does), and all the rest is compared.

    Returns:
        What is stale, by path: with ``check=False``, nothing any more.

    Raises:
        CourseError: no assignment of that name.
        BuildError: one or more sources could not be built; the others were.
    """
    if not (check or execute):
        raise ValueError("what is written has been executed")
    chosen = [course.assignment(name) for name in assignments or ()] or course.assignments
    if not chosen:
        raise BuildError(
            f"there is no notebook to build in {course.source_dir}: an assignment is a folder "
            "there, with a jupytext script for each notebook"
        )
    work = Parallel(n_jobs=min(jobs, len(chosen)) or 1, return_as="generator_unordered")(
        delayed(_rebuild)(course, assignment, check, execute) for assignment in chosen
    )
    stale = [] if assignments else _abandoned(course, check)
    errors: list[str] = []
    for done, (name, found, error) in enumerate(work, start=1):
        stale.extend(found)
        errors.extend(filter(None, [error]))
        if progress:
            progress(done, len(chosen), name)
    if errors:
        raise BuildError("\n".join(sorted(errors)))
    return sorted(stale) if check else []


def workspace(course: Course, assignment: Assignment, root: Path, released: bool = False) -> Path:
    """Lay out a copy of the course under ``root`` in which an assignment can run.

    It holds what notebooks find by walking up (the data) and the assignment's folder, with its
    companions: the released one as a student gets it, or the source one with its reference answers
    and, where they exist, the executed solutions.

    Returns:
        The assignment's folder in the copy.
    """
    shared = {*course.data_read_by(assignment), *course.data_checked_with(assignment)}
    for path in (course.root / CONFIG, *sorted(shared)):
        _copy(path, root / path.relative_to(course.root))
    origin = assignment.release_dir if released else assignment.source_dir
    folder = root / origin.relative_to(course.root)
    beside = (path.relative_to(assignment.source_dir) for path in assignment.companions)
    files = [path for name in beside if (path := origin / name).is_file()]
    files += [] if released else assignment.references
    files += [path for name in assignment.notebooks if (path := origin / f"{name}.ipynb").is_file()]
    folder.mkdir(parents=True, exist_ok=True)
    for path in files:
        _copy(path, folder / path.relative_to(origin))
    return folder


def execute(
    notebook: NotebookNode, folder: Path, allow_errors: bool = False, timeout: int = CELL_TIMEOUT
) -> NotebookNode:
    """Run a notebook in a fresh kernel whose working directory is ``folder``; in place.

    The kernel ignores the user's own IPython settings, and its runtime files stay out of the
    user's home.

    Raises:
        BuildError: a cell failed (unless ``allow_errors``), took over ``timeout`` seconds or
            killed the kernel.
    """
    client = NotebookClient(
        notebook,
        kernel_name=KERNEL["name"],
        resources={"metadata": {"path": str(folder)}},
        timeout=timeout,
        startup_timeout=STARTUP_TIMEOUT,
        allow_errors=allow_errors,
        coalesce_streams=True,
        record_timing=False,
        extra_arguments=["--log-level=ERROR"],
    )
    with _private_environment():
        try:
            return client.execute()
        except (CellExecutionError, CellTimeoutError, DeadKernelError, RuntimeError) as error:
            raise BuildError(_why(notebook, error)) from error


def stale_solutions(assignment: Assignment) -> Iterator[Stale]:
    """The executed solutions that are not of their scripts' text; outputs are not looked at.

    Raises:
        BuildError: a script that cannot be built.
    """
    if not all(assignment.script(name).is_file() for name in assignment.notebooks):
        return  # written as notebooks
    for name, current in _solve(assignment, None).items():
        if reason := _differs(assignment.source_dir / name, current):
            yield Stale(assignment.source_dir / name, reason)


def _rebuild(
    course: Course, assignment: Assignment, check: bool, run: bool
) -> tuple[str, list[Stale], str | None]:
    """Rebuild one assignment: its name, what was stale, and the error that stopped it."""
    with tempfile.TemporaryDirectory(prefix="build-") as scratch:
        root = Path(scratch).resolve()
        release = root / "release"
        try:
            folder = workspace(course, assignment, root / "run") if run else None
            solutions = _solve(assignment, folder)
            student = _release(course, assignment, solutions, release)
        except BuildError as error:
            return assignment.name, [], f"{assignment.name}: {error}"
        solved = release / assignment.source_dir.relative_to(course.root)
        stale = [
            *_reconcile(solved, assignment.source_dir, ("*.ipynb",), check),
            *_reconcile(student, assignment.release_dir, ("*",), check),
        ]
        return assignment.name, stale, None


def _solve(assignment: Assignment, folder: Path | None) -> dict[str, NotebookNode]:
    """An assignment's notebooks by file name, from its scripts: executed, in order, in ``folder``.

    Without it they get the outputs that the committed solutions have.
    """
    solved = {}
    for name in assignment.notebooks:
        try:
            notebook = _read_script(assignment.script(name))
            _require_valid_cells(notebook)
            if folder:
                execute(notebook, folder)
        except BuildError as error:
            raise BuildError(f"{name}.py: {error}") from error
        normalise(notebook, f"{assignment.name}/{name}", folder)
        if not folder:
            _take_outputs(notebook, assignment.solution(name))
        nbformat.validate(notebook)
        solved[f"{name}.ipynb"] = notebook
    return solved


def _require_valid_cells(notebook: NotebookNode) -> None:
    """Hold each cell to what nbgrader makes of its metadata, before anything is run.

    Raises:
        BuildError: a cell that nbgrader does not take, or two of one ``grade_id``.
    """
    from nbgrader.nbgraderformat import MetadataValidator

    validator = MetadataValidator()
    numbers: dict[str, int] = {}
    for number, cell in enumerate(notebook.cells, start=1):
        if "nbgrader" not in cell.metadata:
            continue
        name = Cell(cell).grade_id
        where = f"cell {number} ({name})" if name else f"cell {number}"
        try:
            validator.validate_cell(cell)
        except Exception as error:
            reason = getattr(error, "message", str(error)).partition("\n")[0]
            raise BuildError(f"{where}: nbgrader does not take its metadata: {reason}") from error
        if name and numbers.setdefault(name, number) != number:
            raise BuildError(f"{where}: cell {numbers[name]} has the same grade_id: change one")


def _take_outputs(notebook: NotebookNode, committed: Path) -> None:
    """Give each cell the outputs of the committed cell of its id, and the count it would have."""
    try:
        cells = nbformat.read(committed, as_version=nbformat.NO_CONVERT).cells
        outputs = {cell.get("id"): cell.outputs for cell in cells if cell.cell_type == "code"}
    except Exception:  # whoever compares will say that it is missing, or what is wrong with it
        outputs = {}
    run = (cell for cell in notebook.cells if cell.cell_type == "code" and cell.source.strip())
    for count, cell in enumerate(run, start=1):
        cell.outputs, cell.execution_count = outputs.get(cell.id, []), count


def _read_script(path: Path) -> NotebookNode:
    try:
        notebook = jupytext.read(path, fmt="py:percent")
    except Exception as error:
        reason = str(error).partition("\n")[0]
        raise BuildError(f"jupytext cannot read it as a notebook: {reason}") from error
    notebook.metadata["kernelspec"] = KERNEL
    return cast(NotebookNode, notebook)


def _release(
    course: Course, assignment: Assignment, solutions: dict[str, NotebookNode], root: Path
) -> Path:
    """The student version, in a scratch course that no notebook has run in.

    Made by nbgrader's converter, with the course's configuration and a gradebook of its own.
    """
    from nbgrader.api import Base
    from nbgrader.converters import GenerateAssignment
    from nbgrader.coursedir import CourseDirectory
    from nbgrader.utils import capture_log

    folder = workspace(course, assignment, root)
    for name, notebook in solutions.items():
        nbformat.write(notebook, folder / name)
    config = load_config(root)
    config.CourseDirectory.db_url = f"sqlite:///{root / 'gradebook.db'}"
    config.CourseDirectory.assignment_id = assignment.name
    config.CourseDirectory.root = str(root)
    config.CourseDirectory.ignore = Course.at(root).ignored
    # with its tables there, nbgrader does not run alembic (for seconds) to note their version
    Base.metadata.create_all(create_engine(config.CourseDirectory.db_url))
    coursedir = CourseDirectory(config=config)
    with _private_environment():
        result = capture_log(GenerateAssignment(coursedir=coursedir, config=config))
    if not result["success"]:
        raise BuildError(result.get("log") or result["error"])
    return root / assignment.release_dir.relative_to(course.root)


def _reconcile(
    current: Path, committed: Path, patterns: Sequence[str], check: bool
) -> Iterator[Stale]:
    """Compare a committed folder with a regenerated one; unless ``check``, make them alike."""
    wanted = {path.relative_to(current) for path in _matching(current, patterns)}
    there = {path.relative_to(committed) for path in _matching(committed, patterns)}
    for name in sorted(there - wanted):
        yield Stale(committed / name, "nothing in the sources gives this file")
        if not check:
            (committed / name).unlink()
    for name in sorted(wanted):
        if reason := _out_of_date(committed / name, current / name):
            yield Stale(committed / name, reason)
            if not check:
                _copy(current / name, committed / name)


def _abandoned(course: Course, check: bool) -> list[Stale]:
    """Released folders whose assignment is no longer in the sources."""
    known = {assignment.name for assignment in course.assignments}
    folders = [path for path in course.release_dir.glob("[!._]*/") if path.name not in known]
    if not check:
        for folder in folders:
            shutil.rmtree(folder)
    return [Stale(folder, "no assignment of that name in the sources") for folder in folders]


def _matching(folder: Path, patterns: Sequence[str]) -> Iterator[Path]:
    found = {path for pattern in patterns for path in folder.rglob(pattern)}
    return (path for path in files_below(folder) if path in found)


def _out_of_date(committed: Path, current: Path) -> str:
    if not committed.is_file():
        return "it has not been generated"
    if current.suffix != ".ipynb":
        same = committed.read_bytes() == current.read_bytes()
        return "" if same else "it is not the file of the sources"
    return _differs(committed, nbformat.read(current, as_version=nbformat.NO_CONVERT))


def _differs(committed: Path, current: NotebookNode) -> str:
    try:
        old = nbformat.read(committed, as_version=nbformat.NO_CONVERT)
    except Exception as error:
        return f"it is not a notebook ({error})"
    return differences(old, current)


def _why(notebook: NotebookNode, error: Exception) -> str:
    """Which cell stopped a run, and with what."""
    for number, cell in enumerate(notebook.cells, start=1):
        for output in cell.get("outputs", ()):
            if output.output_type == "error":
                return f"cell {number} raises {output.ename}: {output.evalue}\n{cell.source}"
    return f"{type(error).__name__}: {str(error).strip()}"


def _copy(origin: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(origin, target)


@contextmanager
def _private_environment() -> Iterator[None]:
    """Kernels that read no setting of the user's and leave nothing in their home.

    The environment's own commands come first, as in an activated one.
    """
    with tempfile.TemporaryDirectory(prefix="jupyter-") as scratch:
        changes = {
            "IPYTHONDIR": f"{scratch}/ipython",
            "JUPYTER_RUNTIME_DIR": f"{scratch}/runtime",
            "OMP_NUM_THREADS": "1",
            "OPENBLAS_NUM_THREADS": "1",
            "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]]),
            "PYTHONDONTWRITEBYTECODE": "1",
            "PYTHONHASHSEED": "0",
            "PYTHONSAFEPATH": "",  # a notebook imports the modules beside it
        }
        before = {key: os.environ.get(key) for key in changes}
        os.environ.update(changes)
        try:
            yield
        finally:
            for key, value in before.items():
                os.environ.pop(key, None) if value is None else os.environ.update({key: value})
