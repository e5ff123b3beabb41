"""The layouts of the zips that learning platforms give, each with where its rule is written.

*Read in the source* means the platform's own code; *documented* what it or its users publish.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any

from autograder.intake.archive import Entry
from autograder.intake.layouts import Contents, Layout, Owner, OwnerKind, Piece
from autograder.intake.moments import read_moment, read_stamp
from autograder.intake.tables import plain_words
from autograder.intake.words import words

MOODLE = re.compile(
    r"(?P<name>.+?)(?:_(?P<number>\d+))?_assignsubmission_(?P<kind>[a-z]+)(?:_(?P<file>.*))?"
)
#: What Moodle writes instead of a name under blind marking, in the languages of its sites.
BLIND = words("blind")
CANVAS = re.compile(
    r"(?:(?P<name>.+?)_)?(?:(?P<late>LATE)_)?(?P<user>\d+|anon_\w+?)_(?P<attachment>\d+)_(?P<file>.+)"
)
CANVAS_TEXT = re.compile(
    r"(?:(?P<name>.+?)_)?(?:(?P<late>LATE)_)?(?P<user>\d+|anon_\w+?)_(?:text|link)\.html"
)
BLACKBOARD = re.compile(
    r"(?P<head>.+)_attempt_(?P<when>\d{4}(?:-\d\d){5})(?:_(?P<file>.+)|(?P<note>\.txt))"
)
BLACKBOARD_NAME = re.compile(
    r"^\s*(?:Name|Nombre)\s*:\s*(?P<name>.+?)\s*\((?P<login>[^()]+)\)\s*$", re.M
)
CLASSROOM = re.compile(r"(?P<name>[^\W\d_].*?) - (?P<file>.+)")
ILIAS = re.compile(r"(?P<last>[^_]+)_(?P<first>[^_]+)_(?P<login>.+)_(?P<number>\d+)")
ILIAS_TEAM = re.compile(r"Team[ _](?P<number>\d+)", re.I)
#: ILIAS's folder for what was handed in (``exc_ass_submission_zip``), by language.
ILIAS_FOLDERS = words("ilias")
GRADESCOPE = "submission_metadata.yml"


def _tops(contents: Contents) -> set[str]:
    return {entry.parts[0] for entry in contents.entries}


def _are_mostly(pattern: re.Pattern[str], names: Iterable[str]) -> bool:
    """Whether at least half of some names, and one, are of a pattern."""
    found = [pattern.fullmatch(name) is not None for name in names]
    return any(found) and 2 * sum(found) >= len(found)


def _all_loose(contents: Contents) -> bool:
    return all(len(entry.parts) == 1 for entry in contents.entries)


def _strange(entry: Entry, platform: str) -> Piece:
    return Piece(entry, problem=f"its name is not of those that {platform} gives")


def moodle(contents: Contents) -> list[Piece] | None:
    """*Download all submissions* of an assignment, with a folder for each student or without.

    Read in the source, ``mod/assign/classes/downloader.php``: ``Full Name_12345_assignsubmission_
    file`` and a folder's path or the file's name; the number is of the participant in that one
    assignment (``get_uniqueid_for_user``). Under blind marking the name is the word *Participant*;
    a team has its own name and number, and none when it is the default group. Versions before 3.9
    end the folder in ``_``.
    """
    if not _are_mostly(MOODLE, _tops(contents)):
        return None
    return [_moodle_piece(entry) for entry in contents.entries]


def _moodle_piece(entry: Entry) -> Piece:
    found = MOODLE.fullmatch(entry.parts[0])
    if found is None:
        return _strange(entry, "Moodle")
    kind = OwnerKind.PERSON if found["number"] else OwnerKind.TEAM
    name, number = found["name"], found["number"] or ""
    first, *more = plain_words(name).split() or [""]
    if first in BLIND and all(word.isdigit() for word in more):
        kind, number = OwnerKind.BLIND, number or "".join(more)
    owner = Owner(name, number, kind=kind)
    if found["kind"] != "file":
        problem = f"it is not a file handed in but Moodle's {found['kind']}"
        return Piece(entry, owner, entry.parts, problem)
    inside = entry.parts[1:] or tuple(filter(None, [found["file"]]))
    return Piece(entry, owner, inside, "" if inside else "it has no name")


def canvas(contents: Contents) -> list[Piece] | None:
    """*Download Submissions*: ``lastfirst_[LATE_]12345_67890_sums.ipynb``, all loose.

    Read in the source, ``lib/content_zipper.rb``: the sortable name in lower case without what is
    no letter, ``LATE``, the user's number (``anon_`` and an identifier when students are hidden),
    the attachment's, the file's name; ``_text.html`` and ``_link.html`` are what was typed. A
    group's name stands in the place of a student's.
    """
    if not _all_loose(contents):
        return None
    names = _tops(contents)
    if not _are_mostly(re.compile(f"{CANVAS.pattern}|{_unnamed(CANVAS_TEXT)}"), names):
        return None
    return [_canvas_piece(entry) for entry in contents.entries]


def _unnamed(pattern: re.Pattern[str]) -> str:
    return re.sub(r"\?P<\w+>", "?:", pattern.pattern)


def _canvas_piece(entry: Entry) -> Piece:
    typed = CANVAS_TEXT.fullmatch(entry.parts[0])
    found = typed or CANVAS.fullmatch(entry.parts[0])
    if found is None:
        return _strange(entry, "Canvas")
    number = found["user"].removeprefix("anon_")
    kind = OwnerKind.PERSON if found["name"] else OwnerKind.BLIND
    owner = Owner(found["name"] or f"anon {number}", number, kind=kind)
    if typed:
        return Piece(entry, owner, entry.parts, "it is not a file handed in but typed into Canvas")
    return Piece(entry, owner, (found["file"],), late=bool(found["late"]))


def blackboard(contents: Contents) -> list[Piece] | None:
    """``Assignment_user_attempt_2026-11-01-10-00-00_sums.ipynb``, and a ``.txt`` an attempt.

    Documented (the help of Blackboard Learn, and the tools of its users). The ``.txt`` says the
    student's name and login. Earlier attempts are set aside.
    """
    if not _all_loose(contents) or not _are_mostly(BLACKBOARD, _tops(contents)):
        return None
    heads = {found["head"] for name in _tops(contents) if (found := BLACKBOARD.fullmatch(name))}
    known = _blackboard_people(contents)
    users = {head: known.get(head) or _blackboard_user(head, heads) for head in heads}
    pieces = [_blackboard_piece(entry, users) for entry in contents.entries]
    last: dict[Owner, datetime] = {}
    for piece in pieces:
        if piece.moment is not None:
            last[piece.owner] = max(piece.moment, last.get(piece.owner, piece.moment))
    return [_without_earlier(piece, last.get(piece.owner)) for piece in pieces]


def _blackboard_people(contents: Contents) -> dict[str, Owner]:
    """Students by the beginning of their files' names, from Blackboard's own notes."""
    people: dict[str, Owner] = {}
    for entry in contents.entries:
        found = BLACKBOARD.fullmatch(entry.parts[0])
        if found and found["note"]:
            said = BLACKBOARD_NAME.search(contents.read(entry)[:4_000].decode("utf-8", "replace"))
            if said and found["head"].endswith(f"_{said['login']}"):
                people[found["head"]] = Owner(said["name"], login=said["login"])
    return people


def _blackboard_user(head: str, heads: set[str]) -> Owner:
    """The user at the end of ``Assignment_user``: what the names of a zip do not have in common."""
    words = [each.split("_") for each in heads]
    shared = 0
    while len(heads) > 1 and len({tuple(some[: shared + 1]) for some in words}) == 1:
        shared += 1
    own = head.split("_")[shared:] if len(heads) > 1 else head.split("_")[-1:]
    login = "_".join(own)
    return Owner(login, login=login)


def _blackboard_piece(entry: Entry, users: dict[str, Owner]) -> Piece:
    found = BLACKBOARD.fullmatch(entry.parts[0])
    moment = read_stamp(found["when"]) if found else None
    if found is None or moment is None:
        return _strange(entry, "Blackboard")
    owner = users[found["head"]]
    if found["note"]:
        return Piece(entry, owner, entry.parts, aside="Blackboard's note of an attempt")
    return Piece(entry, owner, (found["file"],), moment=moment)


def _without_earlier(piece: Piece, last: datetime | None) -> Piece:
    if piece.moment is None or piece.moment == last:
        return piece
    aside = f"an earlier attempt, of {piece.moment}; the last is of {last}"
    return Piece(piece.entry, piece.owner, piece.inside, aside=aside)


def gradescope(contents: Contents) -> list[Piece] | None:
    """*Export submissions*: ``submission_123/…`` and ``submission_metadata.yml``.

    Documented (examples of the file in its users' tools). The file says who handed each in
    (``:submitters``, several for a group) and when (``:created_at``).
    """
    listing = [entry for entry in contents.entries if entry.parts == (GRADESCOPE,)]
    if not listing:
        return None
    said = _yaml(contents.read(listing[0]))
    return [_gradescope_piece(entry, said) for entry in contents.entries]


def _yaml(content: bytes) -> dict[str, Any]:
    import yaml

    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        said = yaml.load(content, Loader=loader)
    except (yaml.YAMLError, ValueError, RecursionError):
        return {}
    return {str(key): value for key, value in said.items()} if isinstance(said, dict) else {}


def _gradescope_piece(entry: Entry, said: dict[str, Any]) -> Piece:
    if entry.parts == (GRADESCOPE,):
        return Piece(entry, aside="Gradescope's list of submissions")
    name = entry.parts[0]
    about = said.get(name)
    people = _value(about, "submitters")
    members = (
        tuple(_gradescope_person(one) for one in people if isinstance(one, dict))
        if (isinstance(people, list))
        else ()
    )
    if not members:
        return Piece(entry, problem=f"{GRADESCOPE} does not say who handed it in")
    owner = members[0]
    if len(members) > 1:
        number = re.sub(r"\D", "", name)
        owner = Owner(f"team {number}", number, kind=OwnerKind.TEAM, members=members)
    when = _value(about, "created_at")
    moment = when if isinstance(when, datetime) else read_moment(str(when or ""))
    return Piece(entry, owner, entry.parts[1:] or entry.parts, moment=moment)


def _gradescope_person(said: dict[str, Any]) -> Owner:
    name, number, email = (str(_value(said, key) or "") for key in ("name", "sid", "email"))
    return Owner(name or email or number, number, email=email)


def _value(said: Any, key: str) -> Any:
    """A value by its name, with or without the colon that Ruby writes before it."""
    return said.get(f":{key}", said.get(key)) if isinstance(said, dict) else None


def ilias(contents: Contents) -> list[Piece] | None:
    """*Download all submissions*: ``Exercise/Submissions/Last_First_login_123/…``.

    Read in the source, ``ilExerciseManagementCollectFilesJob`` and ``ilExSubmission``: the folder
    of the submissions is called as the site's language says, names are written in ASCII; a table
    lies beside it. Teams: ``Team 5/Last_First_login_123/…``.
    """
    inner = [entry for entry in contents.entries if plain_words(entry.parts[0]) in ILIAS_FOLDERS]
    inside = [(entry, entry.parts[1:]) for entry in inner] or [
        (entry, entry.parts) for entry in contents.entries
    ]
    folders = {parts[0] for _, parts in inside if len(parts) > 1}
    if not folders or not all(ILIAS.fullmatch(x) or ILIAS_TEAM.fullmatch(x) for x in folders):
        return None
    numbers = Counter(name.rpartition("_")[2] for name in folders)
    if not inner and (len(folders) < 2 or max(numbers.values()) > 1):
        return None  # no more than folders of hand-made names
    teams = _ilias_teams(parts for _, parts in inside)
    beside = [entry for entry in contents.entries if inner and entry not in inner]
    return [
        *(_ilias_piece(entry, parts, teams) for entry, parts in inside),
        *(Piece(entry, aside="ILIAS's own table") for entry in beside),
    ]


def _ilias_teams(paths: Iterable[tuple[str, ...]]) -> dict[str, Owner]:
    members: dict[str, list[Owner]] = {}
    for parts in paths:
        if ILIAS_TEAM.fullmatch(parts[0]) and len(parts) > 2:
            person, team = _ilias_person(parts[1]), members.setdefault(parts[0], [])
            if person is not None and person not in team:
                team.append(person)
    return {
        name: Owner(name, name.split()[-1], kind=OwnerKind.TEAM, members=tuple(people))
        for name, people in members.items()
    }


def _ilias_person(folder: str) -> Owner | None:
    found = ILIAS.fullmatch(folder)
    if found is None:
        return None
    name = f"{found['first']} {found['last']}"
    return Owner(name, found["number"], login=found["login"])


def _ilias_piece(entry: Entry, parts: tuple[str, ...], teams: dict[str, Owner]) -> Piece:
    team = teams.get(parts[0])
    person = team or _ilias_person(parts[0])
    inside = parts[2:] if team else parts[1:]
    if person is None or not inside:
        return _strange(entry, "ILIAS")
    return Piece(entry, person, inside)


def classroom(contents: Contents) -> list[Piece] | None:
    """A Google Classroom assignment's folder in Drive, downloaded: ``Ada Byron - sums.ipynb``.

    Documented (Classroom puts the student's name before that of a copy that it made for each).
    Files that students uploaded under names of their own say no student: they are refused.
    """
    if not _all_loose(contents) or not _are_mostly(CLASSROOM, _tops(contents)):
        return None
    return [_classroom_piece(entry) for entry in contents.entries]


def _classroom_piece(entry: Entry) -> Piece:
    found = CLASSROOM.fullmatch(entry.parts[0])
    if found is None:
        return Piece(entry, problem="its name does not begin with a student's and ' - '")
    return Piece(entry, Owner(found["name"]), (found["file"],))


def _layout(
    name: str, example: str, read: Callable[[Contents], list[Piece] | None], has_times: bool = False
) -> Layout:
    return Layout(name, example, read, has_times)


#: Tried in this order: those that a name of theirs tells for certain come first.
PLATFORMS = (
    _layout("Gradescope", "submission_123/… and submission_metadata.yml", gradescope),
    _layout("Moodle", "Full Name_12345_assignsubmission_file/…", moodle, has_times=True),
    _layout("Blackboard", "Assignment_user_attempt_2026-11-01-10-00-00_file.ipynb", blackboard),
    _layout("Canvas", "lastfirst_12345_67890_file.ipynb", canvas),
    _layout("ILIAS", "Exercise/Submissions/Last_First_login_123/…", ilias, has_times=True),
    _layout("Google Classroom", "Full Name - file.ipynb", classroom),
)
