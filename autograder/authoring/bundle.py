"""What students download: one zip with the notebooks, the data and how to start.

The same course gives the same bytes: entries are sorted, dated 1980 and stored as they are
(compressed bytes depend on the version of zlib). No solution, no check, no test of ours goes in;
a released notebook that still holds its solution stops the bundle.
"""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from autograder import UserError
from autograder.cells import cells_of
from autograder.course import Assignment, Course
from autograder.records import write_atomically

EPOCH = (1980, 1, 1, 0, 0, 0)
READ_ME = "LEEME.md"
BESIDES = ("environment.yml", "LICENSE*")
MARKS = ("### BEGIN SOLUTION", "### BEGIN HIDDEN TESTS", "=== BEGIN MARK SCHEME ===")

TEXT = """# {title}

Acá está lo que necesitás para la clase y para lo que viene después.

1. Descomprimí todo junto: los notebooks buscan la carpeta `datasets/` hacia arriba.
2. Prepará el entorno, una sola vez:

   ```sh
   conda env create -f environment.yml
   conda activate {environment}
   ```

3. Abrí JupyterLab en esta carpeta (`jupyter lab`) y empezá por acá:

{notebooks}

Donde dice `NotImplementedError` va tu código. Cada autocontrol te dice qué está mal y qué probar;
cuando está bien, imprime ✅.

Entregá cada notebook **con el mismo nombre** con el que lo recibiste y sin borrar celdas. Si se
pide una model card, copiá `model_card_template.md` como `MODEL_CARD.md` al lado del notebook y
completala.
"""


class BundleError(UserError):
    """The bundle cannot be made; the message names the file and what to do."""


def write_bundle(course: Course, output: Path) -> list[str]:
    """Write the zip; the names of what is in it.

    Raises:
        BundleError: a notebook is not built, or holds its solution.
    """
    files = dict(sorted(bundle_files(course).items()))
    write_atomically(output, _zipped(files))
    return list(files)


def bundle_files(course: Course) -> dict[str, bytes]:
    """What goes into the bundle, by its name there."""
    root = course.course_id or course.root.name
    released = {
        f"notebooks/{assignment.name}/{name}": content
        for assignment in course.assignments
        for name, content in _released(assignment)
    }
    shared = {str(path.relative_to(course.root)): path.read_bytes() for path in _shared(course)}
    first = _read_me(course, sorted(released)).encode()
    files = {**released, **shared, READ_ME: first}
    return {f"{root}/{name}": content for name, content in files.items()}


def _released(assignment: Assignment) -> Iterator[tuple[str, bytes]]:
    """An assignment's notebooks, proved to be the students', and their companions."""
    for notebook in assignment.notebooks:
        path = assignment.released(notebook)
        if not path.is_file():
            raise BundleError(f"{path} does not exist: run `autograder build` first")
        content = path.read_bytes()
        _prove_unsolved(path, content, assignment.solution(notebook))
        yield path.name, content
    for companion in assignment.companions:
        inside = companion.relative_to(assignment.source_dir)
        path = assignment.release_dir / inside
        if not path.is_file():
            raise BundleError(f"{path} does not exist: run `autograder build` first")
        yield inside.as_posix(), path.read_bytes()


def _prove_unsolved(path: Path, content: bytes, solution: Path) -> None:
    """Raises BundleError when a released notebook holds what students have to write."""
    mark = next((mark for mark in MARKS if mark in content.decode("utf-8")), None)
    if mark:
        raise BundleError(f"{path} holds {mark!r}: run `autograder build`")
    if not solution.is_file():
        return
    solved = dict(_answers(json.loads(solution.read_bytes())))
    for name, source in _answers(json.loads(content)):
        if source.strip() and source == solved.get(name):
            raise BundleError(f"{path}: the cell {name} holds its solution: run `autograder build`")


def _answers(notebook: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """The cells that students write: their grade_id and source."""
    for cell in cells_of(notebook):
        if cell.is_answer:
            yield cell.grade_id, cell.source


def _shared(course: Course) -> Iterator[Path]:
    yield from course.given
    for pattern in BESIDES:
        yield from course.root.glob(pattern)


def _read_me(course: Course, names: list[str]) -> str:
    notebooks = [name for name in names if name.endswith(".ipynb")]
    return TEXT.format(
        title=course.course_id or course.root.name,
        environment=_environment(course),
        notebooks="\n".join(f"   - `{name}`" for name in notebooks),
    )


def _environment(course: Course) -> str:
    """The name that environment.yml gives to the environment."""
    path = course.root / "environment.yml"
    lines = path.read_text("utf-8").splitlines() if path.is_file() else []
    named = [line.partition(":")[2].strip() for line in lines if line.startswith("name:")]
    return named[0] if named else course.course_id


def _zipped(files: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as archive:
        for name, content in files.items():
            info = zipfile.ZipInfo(name, EPOCH)
            info.external_attr = 0o100644 << 16
            info.create_system = 3
            archive.writestr(info, content)
    return buffer.getvalue()
