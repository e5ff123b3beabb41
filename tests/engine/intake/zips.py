"""Zips as platforms give them and as people make them, each in a line with what must happen.

A builder returns the names of a zip's entries with their contents; :func:`pack` makes the zip. A
case says what is placed (``student/assignment/file``), what is refused (a word of each reason) and
how many files are ignored.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

Files = dict[str, bytes]
#: A course's assignments, with their notebooks.
NOTEBOOKS = {"homework": ("homework",), "serializar": ("1a", "1b")}
WORK = {"homework.ipynb": b"{}"}
CARD = {**WORK, "MODEL_CARD.md": b"#"}
PARTS = {"1a.ipynb": b"{}", "1b.ipynb": b"{}"}


def pack(files: Mapping[str, bytes], times: Mapping[str, datetime] | None = None) -> bytes:
    """A zip; every entry has the time of 1980 unless ``times`` says another."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            when = (times or {}).get(name, datetime(1980, 1, 1))
            archive.writestr(zipfile.ZipInfo(name, when.timetuple()[:6]), content)
    return buffer.getvalue()


def moodle(who: str, files: Files = WORK, kind: str = "file", form: str = "folder") -> Files:
    """``who`` is ``Full Name_12345``; ``form``: folder, folder_ (before 3.9) or loose."""
    end = {"folder": "/", "folder_": "_/", "loose": "_"}[form]
    return {f"{who}_assignsubmission_{kind}{end}{name}": data for name, data in files.items()}


def canvas(who: str, user: int | str, files: Files = WORK, late: bool = False) -> Files:
    """``who`` is the sortable name in one word; empty when students are hidden."""
    parts = [who, "LATE" if late else "", str(user)]
    prefix = "_".join(part for part in parts if part)
    return {f"{prefix}_{900 + n}_{name}": data for n, (name, data) in enumerate(files.items())}


def blackboard(
    user: str, files: Files = WORK, when: str = "2026-11-01-22-05-00", name: str = ""
) -> Files:
    """An attempt, with Blackboard's note of it where the student's full name is given."""
    prefix = f"Tarea 1_{user}_attempt_{when}"
    note = f"Name: {name} ({user})\nAssignment: Tarea 1\nDate Submitted: x\n"
    own = {f"{prefix}.txt": note.encode()} if name else {}
    return {**own, **{f"{prefix}_{each}": data for each, data in files.items()}}


def gradescope(*submissions: tuple[int, list[str], Files], when: str = "") -> Files:
    """Each submission: its number, the names of who handed it in, its files."""
    lines, files = [], {}
    for number, people, content in submissions:
        lines += [f"submission_{number}:", "  :submitters:" + ("" if people else " []")]
        for person in people:
            email = f"{person.split()[0].lower()}@uni.example"
            lines += [f"  - :name: {person}", f"    :sid: '{len(person)}'", f"    :email: {email}"]
        if when:
            lines.append(f"  :created_at: {when}")
        lines += ["  :results:", "    output: |-", "      :submitters: nobody"]
        files.update({f"submission_{number}/{name}": data for name, data in content.items()})
    return {"submission_metadata.yml": "\n".join(lines).encode(), **files}


def ilias(*who: str, files: Files = WORK, folder: str = "Abgaben", table: bool = True) -> Files:
    """``who`` is ``Last_First_login_123``, or ``Team 5/Last_First_login_123``."""
    made = {f"Tarea/{folder}/{one}/{name}": data for one in who for name, data in files.items()}
    return {**made, **({"Tarea/Tarea.xlsx": b"x"} if table else {})}


def classroom(*who: str, files: Files = WORK) -> Files:
    """A Drive folder of an assignment: the student's name before that of each file."""
    return {f"{one} - {name}": data for one in who for name, data in files.items()}


def folders(*who: str, files: Files = WORK) -> Files:
    """``<student>/…``; a student may be ``ana/homework``."""
    return {f"{one}/{name}": data for one in who for name, data in files.items()}


def inside(folder: str, files: Files) -> Files:
    """Everything in one more folder."""
    return {f"{folder}/{name}": data for name, data in files.items()}


def zipped(name: str, files: Files) -> Files:
    """One file: a zip."""
    return {name: pack(files)}


@dataclass(frozen=True)
class Case:
    """A zip, what it is, and what must become of its files.

    Attributes:
        placed: paths below the submitted folder, without the files of times.
        refused: a word of the reason of each file that is refused, in any order.
        error: a part of what is said where nothing can be collected.
        people: the course's people.csv.
        options: of ``collect``.
    """

    says: str
    files: Files
    placed: tuple[str, ...] = ()
    refused: tuple[str, ...] = ()
    ignored: int = 0
    error: str = ""
    people: str = ""
    options: dict[str, Any] = field(default_factory=dict)


def at(
    *students: str, files: Iterable[str] = WORK, assignment: str = "homework"
) -> tuple[str, ...]:
    """Where the files of these students belong."""
    return tuple(f"{one}/{assignment}/{name}" for one in students for name in files)


ANA, BETO = "Ana Paz_7", "Beto Ñandú_8"
BOTH = at("ana-paz", "beto-nandu")
GROUPS = "student,name,group\nana,Ana Paz,Los Pumas\nbeto,Beto Ñandú,Los Pumas\n"
CLASS = "student,name,email\nana,Ana Paz,ana@uni.example\nbeto,Beto Ñandú,beto@uni.example\n"
HOMEWORK = {"assignment": "homework"}

CASES = [
    Case("moodle: a folder each", moodle(ANA) | moodle(BETO), BOTH),
    Case("moodle before 3.9: the folder ends in _", moodle(ANA, form="folder_"), at("ana-paz")),
    Case("moodle without folders", moodle(ANA, CARD, form="loose"), at("ana-paz", files=CARD)),
    Case("moodle in one more folder", inside("entregas", moodle(ANA) | moodle(BETO)), BOTH),
    Case("moodle in two more folders", inside("a/b", moodle(ANA) | moodle(BETO)), BOTH),
    Case("moodle in a zip in the zip", zipped("x.zip", moodle(ANA) | moodle(BETO)), BOTH),
    Case(
        "moodle: text typed",
        moodle(ANA) | moodle(ANA, {"o.html": b""}, "onlinetext"),
        at("ana-paz"),
        ("onlinetext",),
    ),
    Case(
        "moodle: namesakes", moodle("Ana Paz_7") | moodle("Ana Paz_9"), at("ana-paz-7", "ana-paz-9")
    ),
    Case(
        "moodle: blind marking",
        moodle("Participant_7") | moodle("Participant_9"),
        at("participant-7", "participant-9"),
    ),
    Case("moodle: blind marking in Spanish", moodle("Participante_7"), at("participant-7")),
    Case("moodle: blind, the number in the name", moodle("Participante 7"), at("participant-7")),
    Case(
        "moodle: a person called Participante Paz",
        moodle("Participante Paz_7"),
        at("participante-paz"),
    ),
    Case(
        "moodle: a folder of the student's inside",
        moodle(ANA, {"tp/homework.ipynb": b"{}"}),
        at("ana-paz"),
    ),
    Case(
        "moodle: a student's zip",
        moodle(ANA, zipped("tp.zip", inside("tp", CARD))),
        at("ana-paz", files=CARD),
    ),
    Case(
        "moodle: a loose zip of a student",
        moodle(ANA, zipped("tp.zip", CARD), form="loose"),
        at("ana-paz", files=CARD),
    ),
    Case(
        "moodle: an empty zip of a student",
        moodle(ANA, WORK | zipped("tp.zip", {})),
        at("ana-paz", files=["homework.ipynb", "tp.zip"]),
    ),
    Case(
        "moodle: a file that is no zip",
        moodle(ANA, WORK | {"tp.zip": b"no"}),
        at("ana-paz", files=["homework.ipynb", "tp.zip"]),
    ),
    Case(
        "moodle: a date of the student's own",
        moodle(ANA, WORK | {"timestamp.txt": b"2020-01-01"}),
        at("ana-paz"),
        ("time",),
    ),
    Case(
        "moodle: a date in the student's zip",
        moodle(ANA, zipped("tp.zip", WORK | {"timestamp.txt": b"2020-01-01"})),
        at("ana-paz"),
        ("time",),
    ),
    Case(
        "moodle: the instructor's notes beside",
        moodle(ANA) | {"notas.txt": b"x"},
        at("ana-paz"),
        ("Moodle",),
    ),
    Case("moodle: a team of the roster", moodle("Los Pumas_55"), at("los-pumas"), people=GROUPS),
    Case("moodle: a team by its name", moodle("Grupo 3_55"), at("grupo-3")),
    Case("moodle: the default team has no number", moodle("Default group"), at("default-group")),
    Case("moodle: a person of the roster", moodle(ANA), at("ana"), people=CLASS),
    Case(
        "moodle: the roster knows the number",
        moodle("A. P._7"),
        at("ana"),
        people="student,name,participant homework\nana,Ana Paz,Participant 7\n",
    ),
    Case("moodle: emoji and parentheses", moodle("Ana (la) 🐍 Paz_7"), at("ana-la-paz")),
    Case("moodle: an apostrophe", moodle("Ana O'Hara_7"), at("ana-o-hara")),
    Case("moodle: decomposed names", moodle("Bet\u0301o Ñandu\u0301_8"), at("beto-nandu")),
    Case("canvas", canvas("pazana", 7) | canvas("nandubeto", 8), at("pazana", "nandubeto")),
    Case(
        "canvas: late",
        canvas("pazana", 7, late=True) | canvas("nandubeto", 8),
        at("pazana", "nandubeto"),
    ),
    Case("canvas: two files", canvas("pazana", 7, CARD), at("pazana", files=CARD)),
    Case("canvas: names hidden", canvas("", "anon_x1y2z", WORK), at("participant-x1y2z")),
    Case("canvas: a person of the roster", canvas("pazana", 7), at("ana"), people=CLASS),
    Case(
        "canvas: the roster's own number",
        canvas("pazanamaria", 7),
        at("ana"),
        people="student,name,id\nana,Ana Paz,7\n",
    ),
    Case(
        "canvas: text typed",
        canvas("pazana", 7) | {"nandubeto_8_text.html": b""},
        at("pazana"),
        ("typed",),
    ),
    Case(
        "canvas: a student's zip",
        canvas("pazana", 7, zipped("tp.zip", CARD)),
        at("pazana", files=CARD),
    ),
    Case("canvas in one more folder", inside("submissions", canvas("pazana", 7)), at("pazana")),
    Case(
        "canvas: a name with _ in the file",
        canvas("pazana", 7, WORK | {"a_1_2_b.csv": b""}),
        at("pazana", files=["homework.ipynb", "a_1_2_b.csv"]),
    ),
    Case("blackboard", blackboard("apaz") | blackboard("bnandu"), at("apaz", "bnandu")),
    Case(
        "blackboard: with its notes",
        blackboard("apaz", name="Ana Paz") | blackboard("bnandu"),
        at("ana-paz", "bnandu"),
        ignored=1,
    ),
    Case(
        "blackboard: a login with _",
        blackboard("a_paz") | blackboard("b_paz"),
        at("a_paz", "b_paz"),
    ),
    Case(
        "blackboard: an earlier attempt",
        blackboard("apaz") | blackboard("apaz", when="2026-10-30-10-00-00"),
        at("apaz"),
        ignored=1,
    ),
    Case(
        "blackboard: the roster's login",
        blackboard("apaz"),
        at("ana"),
        people="student,name,username\nana,Ana Paz,apaz\n",
    ),
    Case("blackboard in one more folder", inside("gradebook", blackboard("apaz")), at("apaz")),
    Case(
        "gradescope",
        gradescope((1, ["Ana Paz"], WORK), (2, ["Beto Ñandú"], CARD)),
        at("ana-paz") + at("beto-nandu", files=CARD),
        ignored=1,
    ),
    Case(
        "gradescope in its export folder",
        inside("assignment_9_export", gradescope((1, ["Ana Paz"], WORK))),
        at("ana-paz"),
        ignored=1,
    ),
    Case(
        "gradescope: a group",
        gradescope((1, ["Ana Paz", "Beto Ñandú"], WORK)),
        at("team-1"),
        ignored=1,
    ),
    Case(
        "gradescope: the roster's address",
        gradescope((1, ["Anita"], WORK)),
        at("ana"),
        people="student,name,email\nana,Ana Paz,anita@uni.example\n",
        ignored=1,
    ),
    Case(
        "gradescope: nobody handed it in",
        gradescope((1, ["Ana Paz"], WORK), (2, [], WORK)),
        at("ana-paz"),
        ("does not say",),
        ignored=1,
    ),
    Case(
        "gradescope: its list is damaged",
        gradescope((1, ["Ana Paz"], WORK)) | {"submission_metadata.yml": b":\n - ]["},
        refused=("does not say",),
        ignored=1,
    ),
    Case("ilias", ilias("Paz_Ana_apaz_7", "Nandu_Beto_bnandu_8"), BOTH, ignored=1),
    Case(
        "ilias in English", ilias("Paz_Ana_apaz_7", folder="Submissions"), at("ana-paz"), ignored=1
    ),
    Case("ilias without its table", ilias("Paz_Ana_apaz_7", table=False), at("ana-paz")),
    Case("ilias without its folder", folders("Paz_Ana_apaz_7", "Nandu_Beto_bnandu_8"), BOTH),
    Case("ilias: a team", ilias("Team 5/Paz_Ana_apaz_7"), at("team-5"), ignored=1),
    Case(
        "ilias: the roster's login",
        ilias("Paz_Ana_apaz_7"),
        at("ana"),
        ignored=1,
        people="student,name,username\nana,A. Paz,apaz\n",
    ),
    Case("classroom", classroom("Ana Paz", "Beto Ñandú"), BOTH),
    Case(
        "classroom in its Drive folder", inside("Tarea 1", classroom("Ana Paz", "Beto Ñandú")), BOTH
    ),
    Case(
        "classroom: a file without a name",
        classroom("Ana Paz") | {"tarea.ipynb": b"{}"},
        at("ana-paz"),
        ("begin",),
    ),
    Case("folders of students", folders("ana", "beto"), at("ana", "beto")),
    Case(
        "folders of students and assignments",
        folders("ana/homework") | folders("ana/serializar", files=PARTS),
        at("ana") + at("ana", files=PARTS, assignment="serializar"),
    ),
    Case(
        "folders of assignments and students",
        folders("homework/ana", "homework/beto") | folders("serializar/ana", files=PARTS),
        at("ana", "beto") + at("ana", files=PARTS, assignment="serializar"),
    ),
    Case(
        "the assignment in another case",
        folders("ana/Homework", "beto/HOMEWORK"),
        at("ana", "beto"),
    ),
    Case(
        "folders in one called entregas",
        inside("entregas", folders("ana", "beto")),
        at("ana", "beto"),
    ),
    Case("one student in one called entregas", inside("entregas", folders("ana")), at("ana")),
    Case("notebooks in one called entregas", inside("entregas", WORK), error="nothing says whose"),
    Case(
        "folders in a folder in a folder",
        inside("2026/comision", folders("ana", "beto")),
        at("ana", "beto"),
    ),
    Case(
        "two groups of students",
        inside("lunes", folders("ana", "cruz")) | inside("jueves", folders("beto", "dora")),
        at("ana", "cruz", "beto", "dora"),
    ),
    Case("a student, or a folder with one", folders("ana/tarea"), error="is 'ana' a student"),
    Case("a student of the roster with a folder", folders("ana/tarea"), at("ana"), people=CLASS),
    Case("a folder with a student of the roster", folders("tarea/ana"), at("ana"), people=CLASS),
    Case(
        "a zip for each student",
        zipped("ana.zip", WORK) | zipped("beto.zip", CARD),
        at("ana") + at("beto", files=CARD),
    ),
    Case(
        "zips of students in a folder",
        inside("tp", zipped("a.zip", WORK) | zipped("b.zip", WORK)),
        at("a", "b"),
    ),
    Case("one student's zip", zipped("ana.zip", WORK), at("ana")),
    Case("a folder of the roster's group", folders("Los Pumas"), at("los-pumas"), people=GROUPS),
    Case(
        "a file of nobody",
        folders("ana", "beto") | {"x.txt": b""},
        at("ana", "beto"),
        ("no student",),
    ),
    Case(
        "loose notebooks",
        {"ana.ipynb": b"", "beto.ipynb": b""},
        error="nothing says whose",
        options=HOMEWORK,
    ),
    Case(
        "loose pictures",
        {"IMG_1.png": b"", "IMG_2.png": b""},
        error="nothing says whose",
        options=HOMEWORK,
    ),
    Case(
        "what macOS adds",
        folders("ana") | {"__MACOSX/ana/._homework.ipynb": b"x"},
        at("ana"),
        ignored=1,
    ),
    Case("a way out", folders("ana") | {"ana/../../x": b""}, at("ana"), ("leaves",)),
    Case("an absolute path", folders("ana") | {"/etc/x": b""}, at("ana"), ("absolute",)),
    Case("a folder of no letters", folders("ana", "¡!"), at("ana"), ("no letter",)),
    Case(
        "two that would be one",
        folders("Ana Paz", "ana-paz"),
        at("ana-paz"),
        ("would be the same",),
    ),
    Case("an unknown assignment", folders("ana", files={"x.ipynb": b""}), error="--assignment"),
    Case(
        "a renamed notebook",
        folders("ana", files={"homework (1).ipynb": b""}),
        at("ana", files=["homework (1).ipynb"]),
        options=HOMEWORK,
    ),
]
