"""The pages of an assignment in one zip, named as Moodle and Canvas want them back.

Moodle, *Upload multiple feedback files in a zip* (``mod/assign/feedback/file/importziplib.php``,
``is_valid_filename_for_import``): a folder ``Full Name_12345_assignsubmission_file_``, cut at its
underscores, whose second part is the participant's number, so no name may have an underscore; files
whose name begins with "." or "~" are ignored.

Canvas, *Re-upload submissions* (``app/models/abstract_assignment.rb``,
``infer_comment_context_from_filename``): the first two parts of the name, cut at underscores, that
are digits alone are the user's and the attachment's number; where students are hidden, the two that
follow ``anon``. The attachment must be one of that submission: so both come from the zip that
Canvas gave. ``LATE`` is left out. A group's pages go to whoever handed in, and Canvas shows them to
all. A last part that begins with "link" makes it ignore the file, so ours has none. It shows the
file under the attachment's own name, whatever it is (instructure/canvas-lms#2406).
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from autograder import UserError
from autograder.course import Course
from autograder.intake.participants import Participants
from autograder.records import Record, write_atomically
from autograder.report import people
from autograder.report.feedback import pages_of
from autograder.text import printable

PLATFORMS = ("moodle", "canvas")
#: What Moodle, or the file systems of those who open the zip, would not take in a name.
UNSAFE = re.compile(r'[_/\\:*?"<>|\x00-\x1f\x7f]+')
CANVAS_NAME = re.compile(
    r"(?P<ids>(?:(?P<slug>[^_]+)_)?(?:LATE_)?(?P<user>\d+|anon_[^_]+)_(?P<file>\d+)_)(?P<name>.+)"
)
DATE = (2026, 1, 1, 0, 0, 0)


class FeedbackZipError(UserError):
    """The zip cannot be made as asked; the message says what to do."""


@dataclass
class Zipped:
    """A zip of pages: where it is, what is in it, and who is not."""

    path: Path
    files: dict[str, bytes] = field(default_factory=dict)
    students: int = 0
    left_out: list[str] = field(default_factory=list)

    @property
    def pages(self) -> int:
        return len(self.files)

    def add(self, pages: dict[str, bytes], students: tuple[str, ...]) -> None:
        """Put in the pages of these students; without any, they are left out."""
        self.files |= pages
        self.students += len(students) if pages else 0
        self.left_out += [] if pages else students


def write_zips(
    platform: str,
    course: Course,
    records: Iterable[Record],
    participants: Participants,
    output: Path,
    submissions: Path | None = None,
) -> list[Zipped]:
    """A zip for each assignment, ``feedback-<platform>-<assignment>.zip`` below ``output``.

    ``submissions`` is the zip that Canvas gave: it has the names that Canvas knows.

    Raises:
        FeedbackZipError: Canvas's zip is missing, or is none.
    """
    by_assignment: dict[str, list[Record]] = {}
    for record in records:
        by_assignment.setdefault(record.assignment, []).append(record)
    known = _canvas_names(submissions) if platform == "canvas" else []
    written = []
    for name, some in sorted(by_assignment.items()):
        zipped = Zipped(output / f"feedback-{platform}-{name}.zip")
        for record in some:
            pages = pages_of(course, record)
            members = people.members(participants, record.student, name)
            if platform == "canvas":
                submission = people.submission(participants, record.student, name)
                zipped.add(_for_canvas(submission, known, pages), members)
            else:
                for member in members:
                    person = people.person(participants, member, name)
                    number = people.moodle_number(participants.identifier(member, name))
                    zipped.add(_for_moodle(person, number, pages), (member,))
        if zipped.files:
            write_atomically(zipped.path, _zip(zipped.files))
        written.append(zipped)
    return written


def _for_moodle(person: people.Person, number: str | None, pages: list[Path]) -> dict[str, bytes]:
    """A person's pages by their name in the zip; none without a participant's number."""
    if number is None:
        return {}
    name = UNSAFE.sub(" ", printable(person.name or person.student)).strip(" .~") or "participant"
    folder = f"{name}_{number}_assignsubmission_file_"
    return {f"{folder}/{page.name.lstrip('.~')}": page.read_bytes() for page in pages}


@dataclass(frozen=True)
class _CanvasName:
    """A file of the zip that Canvas gave."""

    ids: str
    slug: str
    user: str
    file: int
    name: str


def _canvas_names(path: Path | None) -> list[_CanvasName]:
    if path is None:
        raise FeedbackZipError(
            "--zip canvas needs the zip that Canvas gave (Download Submissions), whose names it "
            "wants back: give it with --submissions"
        )
    try:
        with zipfile.ZipFile(path) as archive:
            names = [PurePosixPath(name).name for name in archive.namelist()]
    except (OSError, ValueError, NotImplementedError, zipfile.BadZipFile):
        raise FeedbackZipError(f"{path} is not a zip: download the submissions again") from None
    found = map(CANVAS_NAME.fullmatch, names)
    known = [
        _CanvasName(
            match["ids"],
            match["slug"] or "",
            match["user"].removeprefix("anon_"),
            int(match["file"]),
            match["name"],
        )
        for match in found
        if match
    ]
    if not known:
        raise FeedbackZipError(
            f"{path} has no file named as Canvas names them (name_user_file_homework.ipynb): give "
            "the zip of Download Submissions"
        )
    return known


def _for_canvas(
    person: people.Person, known: list[_CanvasName], pages: list[Path]
) -> dict[str, bytes]:
    """A person's pages, each as an answer to the file that it is about, or to the last one."""
    mine = [each for each in known if person.canvas and each.user == person.canvas]
    if not mine:
        slugs = {_slug(person.student), _slug(person.name), _slug(_last_first(person.name))} - {""}
        mine = [each for each in known if each.slug in slugs]
    if not mine or len({each.user for each in mine}) > 1:
        return {}
    mine.sort(key=lambda each: (each.name.lower().endswith(".ipynb"), each.file))
    named = {}
    for page in pages:
        same = [each for each in mine if each.name.rpartition(".")[0].startswith(page.stem)]
        tail = f"feedback-{page.name}".replace("_", "-")
        named[f"{(same or mine)[-1].ids}{tail}"] = page.read_bytes()
    return named


def _slug(name: str) -> str:
    """A name as Canvas writes it in front of a file: letters and digits, in lower case."""
    return "".join(char for char in name.lower() if char.isalnum())


def _last_first(name: str) -> str:
    first, _, last = name.rpartition(" ")
    return f"{last}{first}"


def _zip(files: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in sorted(files.items()):
            info = zipfile.ZipInfo(name, DATE)
            info.compress_type = zipfile.ZIP_DEFLATED
            info.external_attr = 0o100644 << 16
            archive.writestr(info, content)
    return buffer.getvalue()
