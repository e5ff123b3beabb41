"""Whose folders lie in ``submitted/``, and what lies there that is in nobody's right place.

The layout is nbgrader's, ``<student>/<assignment>/``. Nothing else is graded, and all of it is
told: a folder elsewhere, a link, an assignment that does not exist, a name that cannot be shown.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from autograder.intake.student_names import safe_id
from autograder.intake.submissions import SKIPPED_FOLDERS, SubmissionError
from autograder.intake.tables import plain_words
from autograder.records import Misplaced
from autograder.text import instead_of, printable

#: Files that somebody meant to hand in, wherever they lie.
HANDED_IN = (".ipynb", ".md", ".py", ".joblib", ".pdf", ".zip", ".7z", ".rar", ".gz", ".tar")
Pair = tuple[str, str]


@dataclass
class Folders:
    """The folder of each (student, assignment), and what is in no right place."""

    of: dict[Pair, Path] = field(default_factory=dict)
    misplaced: list[Misplaced] = field(default_factory=list)

    @property
    def pairs(self) -> list[Pair]:
        """Every (student, assignment), sorted."""
        return sorted(self.of)


def survey(root: Path, notebooks: Mapping[str, tuple[str, ...]]) -> Folders:
    """Everything below ``root``; ``notebooks`` are those of each assignment that is graded.

    Raises:
        SubmissionError: the folder does not exist or holds no submission.
    """
    if not root.is_dir():
        raise SubmissionError(f"there is no folder {root}: say where with --submitted DIR")
    found = Folders()
    for path in _inside(root, root, found):
        if path.is_symlink():
            _tell(found, root, path, "it is a link, which is not followed", "the folder itself")
        elif path.is_dir() and path.name in notebooks:
            reason = "it is an assignment, in the place of a student"
            _tell(found, root, path, reason, f"<student>/{path.name}/")
        elif path.is_dir():
            _survey_student(path, root, notebooks, found)
        elif path.suffix.lower() in HANDED_IN:
            _tell(found, root, path, "it is in no student's folder", "<student>/<assignment>/")
    renamed = {(path.parent, student) for (student, _), path in found.of.items()}
    for folder, student in sorted(renamed):
        if folder.name != student:
            reason = f"its name cannot be shown as it is: it is graded as {student}"
            _tell(found, root, folder, reason, student, graded=True)
    if not found.of:
        raise SubmissionError(
            f"no submission in {root}: the layout is {root}/<student>/<assignment>/, "
            f"with assignments {', '.join(notebooks)}{_first_of(found.misplaced)}"
        )
    return found


def _first_of(misplaced: list[Misplaced]) -> str:
    if not misplaced:
        return ""
    first = misplaced[0]
    more = f" (and {len(misplaced) - 1} more)" if len(misplaced) > 1 else ""
    return f". There is {first.path}: {first.reason}{more}"


def _inside(folder: Path, root: Path, found: Folders) -> Iterator[Path]:
    """What a folder holds, sorted, without what systems leave behind."""
    try:
        paths = sorted(folder.iterdir())
    except OSError:
        _tell(found, root, folder, "it cannot be read: see who owns it", "")
        return
    for path in paths:
        if not path.name.startswith(".") and path.name not in SKIPPED_FOLDERS:
            yield path


def _survey_student(
    folder: Path, root: Path, notebooks: Mapping[str, tuple[str, ...]], found: Folders
) -> None:
    student = safe_id(folder.name)
    for path in _inside(folder, root, found):
        name = path.name
        if path.is_symlink():
            _tell(found, root, path, "it is a link, which is not followed", f"{student}/{name}/")
        elif path.is_dir() and name in notebooks:
            _add(folder, student, path, root, found)
        elif path.is_dir():
            reason, place = _unknown(name, notebooks)
            _tell(found, root, path, reason, f"{student}/{place}/")
        elif path.suffix.lower() in HANDED_IN:
            place = _assignment_of(path, notebooks)
            reason = "it is directly in the student's folder"
            _tell(found, root, path, reason, f"{student}/{place}/")


def _add(folder: Path, student: str, path: Path, root: Path, found: Folders) -> None:
    pair = student, path.name
    if pair not in found.of:
        found.of[pair] = path
        return
    if folder.name == student:  # the folder that bears the name goes first
        path, found.of[pair] = found.of[pair], path
    reason = f"{student} has another folder {pair[1]}, which is graded"
    _tell(found, root, path, reason, "a student's name of its own")


def _unknown(name: str, notebooks: Mapping[str, tuple[str, ...]]) -> tuple[str, str]:
    alike = [each for each in notebooks if plain_words(each) == plain_words(name)]
    if alike:
        return f"the assignment is called {alike[0]}", alike[0]
    return f"there is no assignment of that name ({instead_of(name, notebooks)})", "<assignment>"


def _assignment_of(path: Path, notebooks: Mapping[str, tuple[str, ...]]) -> str:
    """Of which assignment a notebook seems to be, by its name."""
    having = [name for name, stems in notebooks.items() if path.stem in stems]
    return having[0] if len(having) == 1 else "<assignment>"


def _tell(
    found: Folders, root: Path, path: Path, reason: str, place: str, *, graded: bool = False
) -> None:
    inside = printable(str(path.relative_to(root))) if path != root else "."
    found.misplaced.append(Misplaced(inside, printable(reason), printable(place), graded))
