"""A class of sixty, with every disorder of the corpus in it, as each platform would give it."""

from __future__ import annotations

import io
import json
import stat
import unicodedata
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from intake.cases import CASES, RIGHT
from intake.course import CARD, FULL, answered, as_bytes
from intake.zips import Files, canvas, moodle, pack

SUBMISSIONS = 59
TEAM = "Los Pumas"
#: The numbers of the two who hand in together, whatever number the submission has.
TEAM_MEMBERS = {101: "Zoe Luna", 102: "Yago Ríos"}
DUE = datetime(2026, 11, 20, 23, 59)
FIRST = "Bruno Carla Darío Elena Fabio Gala Hugo Irene Julián Karen Lautaro Mía".split()
LAST = "Núñez Peña Quiroga Rossi Suárez".split()


@dataclass(frozen=True)
class Submission:
    """What somebody hands in, or a team, and what must come of it."""

    number: int
    name: str
    files: Mapping[str, bytes]
    score: float
    queued: bool
    late: bool = False
    is_team: bool = False

    @property
    def people(self) -> tuple[int, ...]:
        """The numbers of those who get the mark."""
        return tuple(TEAM_MEMBERS) if self.is_team else (self.number,)

    @property
    def moment(self) -> datetime:
        """When it was handed in: not in the order of the numbers."""
        before = timedelta(hours=1 + 7 * self.number % 60)
        return DUE + timedelta(hours=1) if self.late else DUE - before


def with_a_link() -> bytes:
    """A student's zip, with a link among its files."""
    buffer = io.BytesIO(pack({"tp/demo.ipynb": RIGHT, "tp/CARD.md": CARD}))
    with zipfile.ZipFile(buffer, "a") as archive:
        link = zipfile.ZipInfo("tp/vecina.ipynb")
        link.external_attr = (stat.S_IFLNK | 0o777) << 16
        archive.writestr(link, "../../1/demo/demo.ipynb")
    return buffer.getvalue()


#: By number: a name and files where they matter, and whether it is late.
SPECIAL: dict[int, tuple[str, Files | None, float, bool]] = {
    1: ("Ana Paz", None, 0, False),
    2: ("Ana Paz", None, 0, False),
    3: (unicodedata.normalize("NFD", "Beto Ñandú"), None, 0, False),
    4: ("Ana O'Hara", None, 0, False),
    5: ("Juan (el otro) 🐍 Gil", None, 0, False),
    6: ("Tarde Pérez", {"demo.ipynb": RIGHT, "CARD.md": CARD}, FULL, True),
    7: ("Tarde Gómez", {"demo.ipynb": RIGHT}, FULL - 1, True),
    8: ("Solo Pdf", {"demo.pdf": b"%PDF-1.7"}, 0, False),
    9: ("Con Enlace", {"tp.zip": with_a_link()}, FULL, False),
    10: ("Zip Roto", {"entrega.zip": b"PK\3\4"}, 0, False),
    11: ("Vacía Sosa", {"demo.ipynb": b""}, 0, False),
    12: (TEAM, {"demo.ipynb": RIGHT, "CARD.md": CARD}, FULL, False),
}


def _usable() -> list[tuple[Files, float, bool]]:
    """The cases of the corpus that a zip can hold, spread over all of its kinds."""
    usable = [
        ({str(name): bytes(content) for name, content in each.files.items()}, each)
        for each in CASES.values()
        if each.assignment == "demo"
        and 0 < len(each.files) < 20
        and not each.aged
        and all(
            isinstance(content, bytes) and len(content) < 10**6 for content in each.files.values()
        )
        and all(name.isprintable() for name in each.files)
    ]
    return [(files, case.score, case.queued) for files, case in usable]


def the_class() -> list[Submission]:
    """Fifty-eight people and a team of two."""
    cases = _usable()
    found = []
    for number in range(1, SUBMISSIONS + 1):
        files, score, queued = cases[number * len(cases) // (SUBMISSIONS + 1)]
        name = f"{FIRST[number % len(FIRST)]} {LAST[number // len(FIRST)]}"
        is_late = False
        if number in SPECIAL:
            name, own, own_score, is_late = SPECIAL[number]
            if own is not None:
                files, score, queued = own, own_score, own_score > 0
        is_team = name == TEAM
        found.append(Submission(number, name, files, score, queued, is_late, is_team))
    return found


def again() -> list[Submission]:
    """The second zip: some hand in again, and a third person has the name of two others."""
    better = as_bytes(answered(why="Because it drifted."))
    made = [
        Submission(each.number, each.name, {"demo.ipynb": better, "CARD.md": CARD}, FULL, True)
        if each.number % 6 == 1
        else each
        for each in the_class()
    ]
    return [*made, Submission(60, "Ana Paz", {"demo.ipynb": RIGHT, "CARD.md": CARD}, FULL, True)]


def in_one_folder(files: Mapping[str, bytes]) -> Files:
    """As a platform without folders takes them: what is in folders, in a zip."""
    if any("/" in name for name in files):
        return {"entrega.zip": pack(files)}
    return dict(files)


def moodle_zip(some: list[Submission], blind: bool = False) -> bytes:
    """*Download all submissions*, with the times of the submissions; people's names or none."""
    files, times = {}, {}
    for each in some:
        name = "Participante" if blind and not each.is_team else each.name
        mine = moodle(f"{name}_{each.number}", dict(each.files))
        files |= mine
        times |= dict.fromkeys(mine, each.moment)
    return pack(files, times)


def slug(name: str) -> str:
    """A name as Canvas writes it, the last name first."""
    first, _, last = name.partition(" ")
    return "".join(char for char in f"{last}{first}".lower() if char.isalnum())


def canvas_zip(some: list[Submission]) -> bytes:
    """*Download Submissions*: a group's name stands where a student's would."""
    files: Files = {}
    for each in some:
        name = slug(each.name) if not each.is_team else "".join(each.name.lower().split())
        files |= canvas(name, each.people[0], in_one_folder(each.files), each.late)
    return pack(files)


def gradescope_zip(some: list[Submission]) -> bytes:
    """*Export submissions*, with who handed in each and when."""
    listed, files = {}, {}
    for each in some:
        people = TEAM_MEMBERS if each.is_team else {each.number: each.name}
        listed[f"submission_{each.number}"] = {
            ":submitters": [
                {":name": name, ":sid": str(number), ":email": f"u{number}@uni.example"}
                for number, name in people.items()
            ],
            ":created_at": f"{each.moment.isoformat(' ')} Z",
        }
        files |= {f"submission_{each.number}/{name}": data for name, data in each.files.items()}
    return pack(
        {"submission_metadata.yml": json.dumps(listed, ensure_ascii=False).encode(), **files}
    )


MOODLE_HEADER = (
    "Identificador;Nombre completo;Estado;Calificación;Calificación máxima;"
    "La calificación se puede cambiar;Última modificación (entrega);"
    "Última modificación (calificación);Comentarios de retroalimentación"
)


def everybody(some: list[Submission]) -> dict[int, str]:
    """Each person's name by number."""
    named = {each.number: each.name for each in some if not each.is_team}
    return {**named, **TEAM_MEMBERS}


def moodle_worksheet(some: list[Submission]) -> bytes:
    """As a Spanish spreadsheet saves it, with somebody who handed in nothing."""
    people = {**everybody(some), 200: "Nadie Nunca"}
    rows = [
        f'Participante {number};"{name}";Enviado;;7,00;Sí;"viernes, 20 de noviembre";-;'
        for number, name in people.items()
    ]
    return ("\ufeff" + "\r\n".join([MOODLE_HEADER, *rows, ""])).encode()


def canvas_gradebook(some: list[Submission]) -> bytes:
    """Canvas's *Export*, with an assignment that is not ours."""
    people = {**everybody(some), 200: "Nadie Nunca"}
    rows = [f'"{name}",{number},u{number},A,,5.00' for number, name in people.items()]
    head = "Student,ID,SIS Login ID,Section,Demo (77),Other (78)"
    return "\n".join([head, "    Points Possible,,,,7.00,10.00", *rows, ""]).encode()


def people_csv(platform: str) -> str:
    """The roster: the team, who handed in nothing and, for Canvas, when two handed in late."""
    members = [
        f"{name.split()[0].lower()},{name},u{number},{number},{TEAM},"
        for number, name in TEAM_MEMBERS.items()
    ]
    late = [
        f"{slug(each.name)},{each.name},u{each.number},{each.number},,{each.moment}"
        for each in the_class()
        if each.late and platform == "canvas"
    ]
    number = "participant" if platform == "moodle" else "id"
    head = f"student,name,username,{number},group,submitted"
    return "\n".join([head, *members, *late, "nadie,Nadie Nunca,u200,200,,", ""])
