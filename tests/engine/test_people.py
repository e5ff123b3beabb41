"""Who is who: rosters as spreadsheets write them, numbers that stay, teams, namesakes, names."""

from __future__ import annotations

from pathlib import Path

import pytest
from intake import zips

from autograder.intake.collect import Options, collect
from autograder.intake.participants import Names, Participants
from autograder.intake.placing import Outcome
from autograder.intake.roster import Roster, RosterError
from autograder.intake.student_names import first_and_last, safe_id
from autograder.intake.tables import TableError, read_table


@pytest.fixture()
def course(tmp_path: Path) -> Path:
    return tmp_path


def bring(course: Path, files: zips.Files, assignment: str = "homework", **options):
    """Collect a zip of one assignment into the course."""
    path = course / "all.zip"
    path.write_bytes(zips.pack(files))
    chosen = Options(**{"assignment": assignment, "course": course, **options})
    return collect(path, course / "submitted", zips.NOTEBOOKS, chosen)


def works(course: Path) -> dict[str, bytes]:
    """Each student's notebook of the first assignment."""
    found = (course / "submitted").glob("*/homework/homework.ipynb")
    return {path.parts[-3]: path.read_bytes() for path in found}


def work(text: bytes) -> zips.Files:
    return {"homework.ipynb": text}


# --- rosters --------------------------------------------------------------------------------

SPANISH = "Nombre;Apellido(s);Dirección de correo;Número de ID;Grupos\n"
ROSTERS = {
    "Moodle's participants, from a Spanish Excel": (
        SPANISH + "Ana;Ñandú;ana@uni.example;123;Grupo 1\n",
        "cp1252",
    ),
    "with Excel's mark": (SPANISH + "Ana;Ñandú;ana@uni.example;123;Grupo 1\n", "utf-8-sig"),
    "Unicode text": (
        SPANISH.replace(";", "\t") + "Ana\tÑandú\tana@uni.example\t123\tGrupo 1\n",
        "utf-16",
    ),
    "with a declared separator": (
        "sep=;\n" + SPANISH + "Ana;Ñandú;ana@uni.example;123;Grupo 1\n",
        "utf-8",
    ),
    "in English": (
        'First name,Last name,Email address,ID number,Groups\nAna,"Ñandú",ana@uni.example,123,'
        '"Grupo 1, Lunes"\n',
        "utf-8",
    ),
    "one column of names": (
        "Apellido y nombre,Correo electrónico,Legajo,Grupo\n"
        '"Ñandú, Ana",ana@uni.example,123,Grupo 1\n',
        "utf-8",
    ),
}


@pytest.mark.parametrize("name", ROSTERS)
def test_a_roster_is_read_as_a_spreadsheet_writes_it(course: Path, name: str) -> None:
    text, encoding = ROSTERS[name]
    (course / "people.csv").write_bytes(text.encode(encoding))
    [person] = Roster.find([course]).people
    assert (person.first, person.last, person.email) == ("Ana", "Ñandú", "ana@uni.example")
    assert "123" in person.ids and "Grupo 1" in person.groups[""]
    assert Roster.find([course]).by_name("ñandu ana") == [person]


def test_columns_of_one_assignment(course: Path) -> None:
    (course / "roster.csv").write_text(
        "student,participant homework,entregado ejercicio 2 psi,prórroga homework\n"
        "ana,Participant 7,2026-11-01 10:00,2 días\n"
    )
    [person] = Roster.find([course]).people
    assert person.participants == {"homework": "7"}
    assert person.submitted == {"ejercicio 2 psi": "2026-11-01 10:00"}
    assert person.extensions == {"homework": "2 días"}


@pytest.mark.parametrize(
    ("content", "kind", "words"),
    [
        (b"a,b\n1,2\n", RosterError, "no column that says who is who"),
        (b"", TableError, "is empty"),
        (b"PK\x03\x04 an Excel file", TableError, "save it as CSV"),
        (b"\xd0\xcf\x11\xe0 an old one", TableError, "save it as CSV"),
        (b"name\nAna Paz\nAna Paz\n", RosterError, "in two rows"),
    ],
)
def test_a_roster_that_cannot_be_read_is_one_line(course, content, kind, words) -> None:
    (course / "people.csv").write_bytes(content)
    with pytest.raises(kind, match=words) as refused:
        Roster.find([course])
    assert "people.csv" in str(refused.value) and "\n" not in str(refused.value)


def test_namesakes_with_numbers_are_two_people(course: Path) -> None:
    (course / "people.csv").write_text("name,id\nAna Paz,11\nAna Paz,12\n")
    assert [each.student for each in Roster.find([course]).people] == ["ana-paz-11", "ana-paz-12"]


@pytest.mark.parametrize("content", [b"\xff\xfe", b"\x00\x00\x00", b'a,b\n"1', b"a\n" + b'"' * 9])
def test_a_table_of_any_bytes_is_rows_or_one_line(course: Path, content: bytes) -> None:
    path = course / "x.csv"
    path.write_bytes(content)
    try:
        table = read_table(path)
    except TableError as error:
        assert "x.csv" in str(error)
    else:
        assert all(len(row) == len(table.header) for row in table.rows)


# --- the same person in every zip -----------------------------------------------------------


def test_a_known_number_is_that_person_under_another_name(course: Path) -> None:
    bring(course, zips.moodle("Ana Paz_7", work(b"1")))
    bring(course, zips.moodle("Ana María Paz_7", work(b"2")), force=True)
    assert works(course) == {"ana-paz": b"2"}


def test_namesakes_of_a_later_zip_replace_nobody(course: Path) -> None:
    bring(course, zips.moodle("Juan Paz_7", work(b"7")))
    bring(course, zips.moodle("Juan Paz_8", work(b"8")), force=True)
    assert works(course) == {"juan-paz": b"7", "juan-paz-8": b"8"}
    bring(course, zips.moodle("Juan Paz_8", work(b"8 again")), force=True)
    assert works(course) == {"juan-paz": b"7", "juan-paz-8": b"8 again"}


def test_namesakes_stay_apart_in_the_next_assignment(course: Path) -> None:
    bring(course, zips.moodle("Juan Paz_7") | zips.moodle("Juan Paz_8"))
    found = bring(course, zips.moodle("Juan Paz_55", zips.PARTS), "serializar")
    assert [each.student for each in found.placed] == ["juan-paz-55"]
    assert "several have that name" in found.notes[0]


def test_the_roster_tells_namesakes_apart_by_number(course: Path) -> None:
    (course / "people.csv").write_text(
        "student,name,participant homework,participant serializar\n"
        "juan1,Juan Paz,7,70\njuan2,Juan Paz,8,80\n"
    )
    bring(course, zips.moodle("Juan Paz_8") | zips.moodle("Juan Paz_7"))
    found = bring(course, zips.moodle("Juan Paz_80", zips.PARTS), "serializar")
    assert sorted(works(course)) == ["juan1", "juan2"]
    assert [each.student for each in found.placed] == ["juan2"]


def test_blind_marking_is_the_same_person_afterwards(course: Path) -> None:
    bring(course, zips.moodle("Ana Paz_7", work(b"1")))
    bring(course, zips.moodle("Participant_7", work(b"2")), force=True)
    assert works(course) == {"ana-paz": b"2"}
    assert Participants.read(course / "submitted").name("ana-paz", "homework") == "Ana Paz"


def test_a_name_that_was_hidden_is_learned_later(course: Path) -> None:
    bring(course, zips.moodle("Participante_7", work(b"1")))
    assert Participants.read(course / "submitted").names("participant-7") is None
    bring(course, zips.moodle("Ana Paz_7", work(b"2")), force=True)
    assert works(course) == {"participant-7": b"2"}
    people = Participants.read(course / "submitted")
    assert people.names("participant-7") == Names("Ana", "Paz", "")


def test_canvas_has_one_number_in_every_assignment(course: Path) -> None:
    bring(course, zips.canvas("pazana", 7))
    found = bring(course, zips.canvas("pazanamaria", 7, zips.PARTS), "serializar")
    assert [each.student for each in found.placed] == ["pazana"]
    people = Participants.read(course / "submitted")
    assert people.number("pazana", "Canvas") == "7"
    assert people.ids("pazana") == {"7"}
    assert people.identifier("pazana", "homework") is None  # Moodle knows no such number


def test_a_folder_of_somebody_else_is_not_replaced(course: Path) -> None:
    bring(course, zips.folders("Ana Paz", files=work(b"1")))
    found = bring(course, zips.folders("ANA PAZ", files=work(b"2")))
    assert works(course) == {"ana-paz": b"1"}
    assert found.placed[0].outcome is Outcome.REFUSED and "--force" in found.placed[0].reason


def test_who_handed_in_nothing_is_said(course: Path) -> None:
    (course / "people.csv").write_text("student,name\nana,Ana Paz\nbeto,Beto Díaz\n")
    found = bring(course, zips.moodle("Ana Paz_7"))
    assert [each.name for each in found.missing["homework"]] == ["Beto Díaz"]


# --- teams ----------------------------------------------------------------------------------


def test_a_teams_members_are_those_of_the_roster(course: Path) -> None:
    (course / "people.csv").write_text(zips.GROUPS)
    found = bring(course, zips.moodle("Los Pumas_55"))
    assert found.missing == {"homework": []}
    people = Participants.read(course / "submitted")
    assert people.members("los-pumas", "homework") == ("ana", "beto")
    assert people.members("ana", "homework") == ("ana",)
    assert people.identifier("los-pumas", "homework") is None  # 55 is a group, not a participant


def test_a_team_of_nobody_is_told_and_stands_for_itself(course: Path) -> None:
    found = bring(course, zips.moodle("Grupo 3_55"))
    assert any("nobody is known to be in it" in note for note in found.notes)
    people = Participants.read(course / "submitted")
    assert people.members("grupo-3", "homework") == ("grupo-3",)
    assert people.identifier("grupo-3", "homework") is None


def test_what_is_said_to_be_teams_are_teams(course: Path) -> None:
    bring(course, zips.moodle("Pumas_55"), teams=True)
    assert Participants.read(course / "submitted").identifier("pumas", "homework") is None


def test_gradescope_says_who_is_in_a_team(course: Path) -> None:
    (course / "people.csv").write_text(zips.CLASS)
    bring(course, zips.gradescope((1, ["Ana Paz", "Beto Ñandú"], zips.WORK)))
    people = Participants.read(course / "submitted")
    assert people.members("team-1", "homework") == ("ana", "beto")


def test_sections_of_a_class_are_no_teams(course: Path) -> None:
    (course / "people.csv").write_text("student,name,group\nana,Ana Paz,Lunes\nbeto,B,Lunes\n")
    bring(course, zips.moodle("Ana Paz_7"))
    assert Participants.read(course / "submitted").members("ana", "homework") == ("ana",)


# --- Moodle's worksheet ---------------------------------------------------------------------

WORKSHEET = (
    "Identificador,Nombre completo,Dirección de correo,Estado,Última modificación (entrega)\n"
    'Participante 7,Ana Paz,ana@uni.example,x,"domingo, 1 de noviembre de 2026, 22:05"\n'
    "Participante 8,Beto Díaz,beto@uni.example,x,-\n"
)


def test_moodles_worksheet_says_who_and_when(course: Path) -> None:
    (course / "sheet.csv").write_text(WORKSHEET)
    found = bring(course, zips.moodle("Participante_7"), worksheet=course / "sheet.csv")
    assert works(course).keys() == {"ana-paz"}
    written = course / "submitted/ana-paz/homework/timestamp.txt"
    assert written.read_text() == "2026-11-01 22:05:00 UTC\n"
    assert [each.name for each in found.missing["homework"]] == ["Beto Díaz"]


def test_a_worksheet_meets_the_roster(course: Path) -> None:
    (course / "sheet.csv").write_text(WORKSHEET)
    (course / "people.csv").write_text(zips.CLASS)
    bring(course, zips.moodle("Participante_7"), worksheet=course / "sheet.csv")
    assert works(course).keys() == {"ana"}


# --- names ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "parts"),
    [
        ("Pérez Gómez, Ana María", ("Ana María", "Pérez Gómez")),
        ("Ana Pérez", ("Ana", "Pérez")),
        ("Ana", ("Ana", "")),
        ("", ("", "")),
    ],
)
def test_a_full_name_has_two_parts(name: str, parts: tuple[str, str]) -> None:
    assert first_and_last(name) == parts


@pytest.mark.parametrize(
    ("folder", "student"),
    [
        ("Mun\u0303oz", "Muñoz"),
        ("Ana (2)", "ana-2"),
        ("O'Hara", "O'Hara"),
        ("<b>ana", "b-ana"),
        ("ana\nbeto", "ana-beto"),
        ("a" * 129, "a" * 100),
        (" ana ", "ana"),
    ],
)
def test_a_folder_of_any_name_is_a_student_that_pages_can_show(folder, student) -> None:
    assert safe_id(folder) == student


@pytest.mark.parametrize("folder", ["🐍", "¡!", "\udcff\udcfe"])
def test_a_folder_without_letters_gets_a_name_from_its_bytes(folder: str) -> None:
    assert safe_id(folder).startswith("student-") and safe_id(folder) == safe_id(folder)
