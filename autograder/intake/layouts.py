"""Whose each file of a zip is: the layouts that are known, tried one after the other.

A layout reads the entries of an archive and says of each whose it is and where it lies in what that
student handed in, or that the archive is not laid out so. What no layout recognises is refused by
name. Layouts of platforms are in ``platforms.py``; folders that a person made are here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum

from autograder.intake.archive import Entry
from autograder.intake.tables import plain_words
from autograder.intake.words import words

DEEPEST = 4  # folders around everything
#: Names of folders that hold students, never of one.
AROUND = words("around")


class OwnerKind(StrEnum):
    """Who an owner is; blind: a person whose name the platform hides."""

    PERSON = "person"
    TEAM = "team"
    BLIND = "blind"


@dataclass(frozen=True)
class Owner:
    """Whose a file is, as the archive says it.

    ``number`` is the platform's own number of that person or team, empty where it gives none.
    """

    name: str
    number: str = ""
    login: str = ""
    email: str = ""
    kind: OwnerKind = OwnerKind.PERSON
    members: tuple[Owner, ...] = ()


@dataclass(frozen=True)
class Piece:
    """One file: whose it is and its path in what was handed in.

    ``problem`` is why it is refused; ``aside`` what it is, where it is the platform's own and
    nobody's work. ``moment`` is when the platform says that it was handed in.
    """

    entry: Entry
    owner: Owner = field(default_factory=lambda: Owner(""))
    inside: tuple[str, ...] = ()
    problem: str = ""
    aside: str = ""
    moment: datetime | None = None
    late: bool = False


@dataclass(frozen=True)
class Contents:
    """An archive's files, with what may be asked about them.

    Attributes:
        read: the bytes of an entry.
        notebooks: the notebooks of each assignment of the course.
        is_student: whether a name is one of the roster, or of a student known before.
    """

    entries: list[Entry]
    read: Callable[[Entry], bytes]
    notebooks: dict[str, tuple[str, ...]]
    is_student: Callable[[str], bool]

    def below_root(self) -> Contents | None:
        """The same without the one folder around everything; None where there is no such folder."""
        roots = {entry.parts[0] for entry in self.entries}
        if len(roots) != 1 or any(len(entry.parts) < 2 for entry in self.entries):
            return None
        inner = [replace(entry, parts=entry.parts[1:]) for entry in self.entries]
        return replace(self, entries=inner)


@dataclass(frozen=True)
class Layout:
    """A way in which an archive is laid out; ``example`` is how it looks, for messages.

    ``has_times``: whether the entries' own times may be those of the submissions.
    """

    name: str
    example: str
    read: Callable[[Contents], list[Piece] | None]
    has_times: bool = False


class Unrecognised(Exception):
    """No layout says whose the files are; ``reason`` says what could not be told."""

    def __init__(self, reason: str):
        super().__init__(reason)
        self.reason = reason


def recognise(contents: Contents, layouts: tuple[Layout, ...]) -> tuple[Layout, list[Piece]]:
    """The first layout that is an archive's, wrapped in other folders or not, and its pieces.

    Raises:
        Unrecognised: none of them is.
    """
    inner: Contents | None = contents
    for _ in range(DEEPEST):
        if inner is None:
            break
        for layout in layouts:
            pieces = layout.read(inner)
            if pieces is not None:
                return layout, pieces
        inner = inner.below_root()
    return FOLDERS, read_folders(contents)


# --- folders that a person made ----------------------------------------------------------------


def read_folders(contents: Contents) -> list[Piece]:
    """Folders that a person made, or nbgrader: those around the students are dropped.

    ``<student>/…``, ``<student>/<assignment>/…``, ``<assignment>/<student>/…`` and
    ``<student>.zip``. Raises Unrecognised where it cannot be told which folders are the students.
    """
    entries, strays = contents.entries, []
    for _ in range(DEEPEST):
        folders = _by_folder(entries)
        loose = [entry for entry in entries if len(entry.parts) == 1]
        if not folders or not _are_around(folders, loose, contents):
            break
        strays += loose
        inner = [entry for entry in entries if len(entry.parts) > 1]
        entries = [replace(entry, parts=entry.parts[1:]) for entry in inner]
    pieces = [*map(_folder_piece, entries), *map(_stray, strays)]
    folders = _by_folder(entries)
    if folders and _are_assignments(folders, contents):
        pieces = [*map(_by_assignment, entries), *map(_stray, strays)]
    if pieces and all(piece.problem for piece in pieces):
        raise Unrecognised(f"nothing says whose {_some(contents.entries)} is")
    return pieces


def _by_folder(entries: list[Entry]) -> dict[str, list[Entry]]:
    """What each top folder holds, by paths in it."""
    found: dict[str, list[Entry]] = {}
    for entry in entries:
        if len(entry.parts) > 1:
            found.setdefault(entry.parts[0], []).append(replace(entry, parts=entry.parts[1:]))
    return found


def _are_around(folders: dict[str, list[Entry]], loose: list[Entry], contents: Contents) -> bool:
    """Whether the top folders hold students, and are none. Raises Unrecognised."""
    if any(_is_zip(entry) for entry in loose):
        return False
    if len(folders) > 1:
        groups = [name for name, inside in folders.items() if _holds_namesakes(inside)]
        return len(groups) == len(folders) and not any(map(contents.is_student, folders))
    [(name, inside)] = folders.items()
    if contents.is_student(name):
        return False
    around = set(plain_words(name).split()) & AROUND
    answer = _holds_students(inside, contents)
    if answer is None and not around:
        raise Unrecognised(
            f"is {name!r} a student, or a folder with the students in it? Put its students in "
            "people.csv, or make the zip without it"
        )
    return answer or bool(around)


def _holds_students(inside: list[Entry], contents: Contents) -> bool | None:
    """Whether the one folder of an archive holds students' folders; None where nobody can tell."""
    children = _by_folder(inside)
    if any(len(entry.parts) == 1 and _is_notebook(entry) for entry in inside):
        return False
    if not children:
        return sum(map(_is_zip, inside)) > 1
    if any(entry.parts[1] in contents.notebooks for entry in inside if len(entry.parts) > 2):
        return True
    if _are_assignments(children, contents):
        return True
    if any(name in contents.notebooks for name in children):
        return False
    if any(map(contents.is_student, children)) or _holds_namesakes(inside):
        return True
    if len(children) == 1 and _holds_students(next(iter(children.values())), contents):
        return True
    return None if any(map(_is_notebook, inside)) or len(children) > 1 else False


def _holds_namesakes(inside: list[Entry]) -> bool:
    """Whether two folders have a notebook of the same name: two students' then."""
    where: dict[str, set[str]] = {}
    for entry in inside:
        if _is_notebook(entry):
            folder = entry.parts[0] if len(entry.parts) > 1 else ""
            where.setdefault(entry.parts[-1], set()).add(folder)
    return any(len(folders) > 1 and "" not in folders for folders in where.values())


def _are_assignments(folders: dict[str, list[Entry]], contents: Contents) -> bool:
    """Whether each folder is an assignment with students' folders in it."""
    return folders.keys() <= contents.notebooks.keys() and all(
        not any(len(entry.parts) == 1 and _is_notebook(entry) for entry in inside)
        and any(len(entry.parts) > 1 for entry in inside)
        for inside in folders.values()
    )


def _folder_piece(entry: Entry) -> Piece:
    if len(entry.parts) > 1:
        return Piece(entry, Owner(entry.parts[0]), entry.parts[1:])
    if _is_zip(entry):
        return Piece(entry, Owner(entry.parts[0][: -len(".zip")]), entry.parts)
    return _stray(entry)


def _by_assignment(entry: Entry) -> Piece:
    if len(entry.parts) < 3:
        return _stray(entry)
    assignment, student, *inside = entry.parts
    return Piece(entry, Owner(student), (assignment, *inside))


def _stray(entry: Entry) -> Piece:
    return Piece(entry, problem="it is in no student's folder")


def _is_notebook(entry: Entry) -> bool:
    return entry.parts[-1].lower().endswith(".ipynb")


def _is_zip(entry: Entry) -> bool:
    return entry.parts[-1].lower().endswith(".zip")


def _some(entries: list[Entry]) -> str:
    return entries[0].origin if entries else "the zip"


FOLDERS = Layout("folders", "<student>/… or <student>/<assignment>/…", read_folders)


def listed(layouts: tuple[Layout, ...]) -> Iterator[str]:
    """A line for each layout that is known, and how it looks."""
    for layout in (*layouts, FOLDERS):
        yield f"{layout.name}: {layout.example}"
