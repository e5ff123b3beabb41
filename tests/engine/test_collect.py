"""Zips of submissions, honest and hostile, and where their files end."""

from __future__ import annotations

import io
import os
import stat
import struct
import zipfile
from pathlib import Path

import pytest
from typer.testing import CliRunner

from autograder.cli import app
from autograder.course import Course
from autograder.intake.account import Collected
from autograder.intake.archive import ArchiveError, Bounds
from autograder.intake.collect import CollectError, Options, collect
from autograder.intake.folders import survey
from autograder.intake.participants import Participants
from autograder.intake.student_names import student_id

NOTEBOOKS = {"homework": ("homework",), "serializar": ("1a", "1b")}
MOODLE = "_assignsubmission_file_"


def make_zip(path: Path, files: dict[str, bytes | str], method: int = zipfile.ZIP_DEFLATED) -> Path:
    with zipfile.ZipFile(path, "w", method) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return path


def zip_bytes(files: dict[str, bytes | str]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def tree(folder: Path) -> dict[str, bytes]:
    """Every file below a folder, but the list of participants."""
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.name != "participants.csv"
    }


def outcomes(found: Collected) -> dict[str, str]:
    return {f"{each.student}/{each.assignment}": each.outcome for each in found.placed}


@pytest.fixture()
def into(tmp_path: Path) -> Path:
    return tmp_path / "submitted"


@pytest.fixture()
def zipped(tmp_path: Path):
    """Makes a zip of ``files`` and says where it is."""
    return lambda files: make_zip(tmp_path / "entregas.zip", files)


def test_moodle_folders_become_students(zipped, into: Path) -> None:
    source = zipped(
        {
            f"Ana Pérez_123{MOODLE}/homework.ipynb": "{}",
            f"Ana Pérez_123{MOODLE}/datos/x.csv": "a",
            f"Juan Ñandú_99{MOODLE}/homework.ipynb": "{}",
        }
    )
    found = collect(source, into, NOTEBOOKS, Options("homework"))
    assert tree(into) == {
        "ana-perez/homework/datos/x.csv": b"a",
        "ana-perez/homework/homework.ipynb": b"{}",
        "juan-nandu/homework/homework.ipynb": b"{}",
    }
    assert found.complete
    assert survey(into, NOTEBOOKS).pairs == [("ana-perez", "homework"), ("juan-nandu", "homework")]


def test_moodle_files_without_folders(zipped, into: Path) -> None:
    source = zipped(
        {
            f"Ana Pérez_123{MOODLE}homework.ipynb": "{}",
            f"Ana Pérez_123{MOODLE}MODEL_CARD.md": "#",
        }
    )
    assert collect(source, into, NOTEBOOKS).complete
    assert sorted(tree(into)) == [
        "ana-perez/homework/MODEL_CARD.md",
        "ana-perez/homework/homework.ipynb",
    ]


def test_whose_every_file_is_refused_is_in_the_class_all_the_same(zipped, into: Path) -> None:
    refused = {f"Ana Paz_7{MOODLE.replace('file', 'onlinetext')}/onlinetext.html": "x"}
    good = {f"Beto Gil_8{MOODLE}/homework.ipynb": "{}"}
    found = collect(zipped({**refused, **good}), into, NOTEBOOKS)
    assert (into / "ana-paz" / "homework").is_dir() and not found.complete
    assert ("ana-paz", "homework") in survey(into, NOTEBOOKS).pairs
    assert found.account == "2 files in the zip = 1 placed + 1 refused + 0 ignored"
    (into / "ana-paz" / "homework" / "homework.ipynb").write_text("{}")
    again = collect(zipped({**refused, **good}), into, NOTEBOOKS, Options(force=True))
    assert (into / "ana-paz" / "homework" / "homework.ipynb").is_file()
    assert again.account == found.account


def test_what_is_no_zip_is_kept_as_it_is(zipped, into: Path) -> None:
    found = collect(
        zipped({f"Ana Paz_7{MOODLE}/tp.zip": "no"}), into, NOTEBOOKS, Options("homework")
    )
    assert tree(into) == {"ana-paz/homework/tp.zip": b"no"} and found.complete
    assert any("kept as it is" in note and "not a zip" in note for note in found.notes)


def test_plain_layout_says_the_assignment(zipped, into: Path) -> None:
    source = zipped(
        {
            "ana/homework/homework.ipynb": "{}",
            "ana/serializar/1a.ipynb": "{}",
            "ana/serializar/1b.ipynb": "{}",
            "beto.gomez@uni.example/homework/homework.ipynb": "{}",
        }
    )
    found = collect(source, into, NOTEBOOKS)
    assert sorted(tree(into)) == [
        "ana/homework/homework.ipynb",
        "ana/serializar/1a.ipynb",
        "ana/serializar/1b.ipynb",
        "beto.gomez@uni.example/homework/homework.ipynb",
    ]
    assert found.complete and found.notes == []


def test_a_folder_around_everything_is_nobody(zipped, into: Path) -> None:
    files = {f"entregas/ana/homework/{n}": "{}" for n in ("homework.ipynb", "a.txt")}
    collect(zipped(files), into, NOTEBOOKS)
    assert sorted(tree(into)) == ["ana/homework/a.txt", "ana/homework/homework.ipynb"]


def test_one_student_alone_is_not_taken_for_a_folder_around(zipped, into: Path) -> None:
    collect(zipped({"ana/datos/entrega/x.csv": "", "ana/homework.ipynb": "{}"}), into, NOTEBOOKS)
    assert sorted(tree(into)) == ["ana/homework/datos/entrega/x.csv", "ana/homework/homework.ipynb"]


def test_without_an_assignment_and_without_a_clue_it_asks(zipped, into: Path) -> None:
    with pytest.raises(CollectError, match="--assignment"):
        collect(zipped({"ana/otra.ipynb": "{}"}), into, NOTEBOOKS)
    assert not into.exists()


def test_notebooks_of_two_assignments_leave_a_doubt(zipped, into: Path) -> None:
    files = {"ana/homework.ipynb": "{}", "beto/1a.ipynb": "{}"}
    with pytest.raises(CollectError, match="--assignment"):
        collect(zipped(files), into, NOTEBOOKS)


def test_folders_that_wrap_a_submission_are_dropped(zipped, into: Path) -> None:
    files = {
        f"Ana_1{MOODLE}/mi tarea/final/homework.ipynb": "{}",
        f"Ana_1{MOODLE}/mi tarea/final/datos/x.csv": "a",
    }
    collect(zipped(files), into, NOTEBOOKS)
    assert sorted(tree(into)) == ["Ana/homework/datos/x.csv", "Ana/homework/homework.ipynb"]


def test_a_zip_that_a_student_handed_in_is_opened(zipped, into: Path) -> None:
    inner = zip_bytes({"tarea/homework.ipynb": "{}", "tarea/MODEL_CARD.md": "#"})
    files = {f"Ana Paz_1{MOODLE}/tarea.zip": inner, f"Beto Paz_2{MOODLE}tarea.zip": inner}
    assert collect(zipped(files), into, NOTEBOOKS).complete
    assert sorted(tree(into)) == [
        "ana-paz/homework/MODEL_CARD.md",
        "ana-paz/homework/homework.ipynb",
        "beto-paz/homework/MODEL_CARD.md",
        "beto-paz/homework/homework.ipynb",
    ]


def test_a_renamed_notebook_is_collected_and_noted(zipped, into: Path) -> None:
    found = collect(zipped({"ana/homework (1).ipynb": "{}"}), into, NOTEBOOKS, Options("homework"))
    assert sorted(tree(into)) == ["ana/homework/homework (1).ipynb"]
    assert found.notes == ["ana/homework: there is no homework.ipynb; there is homework (1).ipynb"]


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("../../fuera.txt", "leaves"),
        ("ana/homework/../../../fuera.txt", "leaves"),
        ("ana\\..\\..\\fuera.txt", "leaves"),
        ("/etc/fuera.txt", "absolute"),
        ("C:\\fuera.txt", "absolute"),
        ("C:/fuera.txt", "absolute"),
        ("ana/homework/a\x1b[2Jb.txt", "control"),
        ("ana/homework/" + "x" * 300, "too long"),
        ("suelto.txt", "no student"),
    ],
)
def test_a_name_that_is_not_a_plain_path_is_refused(
    zipped, into: Path, name: str, reason: str
) -> None:
    found = collect(zipped({name: "x", "ana/homework/homework.ipynb": "{}"}), into, NOTEBOOKS)
    assert len(found.refused) == 1 and reason in found.refused[0][1]
    assert not found.complete
    assert tree(into.parent) == {
        "entregas.zip": (into.parent / "entregas.zip").read_bytes(),
        "submitted/ana/homework/homework.ipynb": b"{}",
    }


@pytest.mark.parametrize("kind", [stat.S_IFLNK, stat.S_IFIFO, stat.S_IFCHR, stat.S_IFSOCK])
def test_links_and_devices_are_refused(tmp_path: Path, into: Path, kind: int) -> None:
    source = make_zip(tmp_path / "e.zip", {"ana/homework/homework.ipynb": "{}"})
    info = zipfile.ZipInfo("ana/homework/enlace.txt")
    info.external_attr = (kind | 0o777) << 16
    with zipfile.ZipFile(source, "a") as archive:
        archive.writestr(info, "/etc/passwd")
    found = collect(source, into, NOTEBOOKS)
    assert [reason for _, reason in found.refused] == ["it is a link or a device, not a file"]
    assert sorted(tree(into)) == ["ana/homework/homework.ipynb"]


def test_no_file_arrives_executable(tmp_path: Path, into: Path) -> None:
    info = zipfile.ZipInfo("ana/homework/homework.ipynb")
    info.external_attr = (stat.S_IFREG | 0o4777) << 16
    with zipfile.ZipFile(tmp_path / "e.zip", "w") as archive:
        archive.writestr(info, "{}")
    collect(tmp_path / "e.zip", into, NOTEBOOKS)
    mode = (into / "ana/homework/homework.ipynb").stat().st_mode
    assert not mode & (stat.S_IXUSR | stat.S_ISUID)


def test_something_that_unfolds_too_much_is_refused(zipped, into: Path) -> None:
    files = {"ana/homework/homework.ipynb": "{}", "ana/homework/bomba": bytes(8 * 2**20)}
    found = collect(zipped(files), into, NOTEBOOKS)
    assert "unfolds" in found.refused[0][1]
    assert sorted(tree(into)) == ["ana/homework/homework.ipynb"]


def test_a_file_over_its_bound_is_refused(zipped, into: Path) -> None:
    files = {"ana/homework/homework.ipynb": "{}", "ana/homework/grande": os.urandom(3000)}
    found = collect(zipped(files), into, NOTEBOOKS, bounds=Bounds(file_bytes=2000))
    assert "larger than" in found.refused[0][1]


def test_the_whole_archive_is_bounded_nested_ones_included(zipped, into: Path) -> None:
    inner = zip_bytes({f"{i}.bin": os.urandom(1000) for i in range(3)})
    source = zipped({"ana/homework/homework.ipynb": "{}", "ana/homework/x.zip": inner})
    with pytest.raises(ArchiveError, match="unfolds to more than"):
        collect(source, into, NOTEBOOKS, bounds=Bounds(total_bytes=5000))
    with pytest.raises(ArchiveError, match="entries"):
        collect(
            zipped({f"ana/homework/{i}": "" for i in range(6)}),
            into,
            NOTEBOOKS,
            bounds=Bounds(entries=5),
        )


def test_a_run_that_stops_leaves_no_half_submission(zipped, into: Path) -> None:
    files = {"ana/homework/homework.ipynb": "{}", "beto/homework/homework.ipynb": os.urandom(900)}
    with pytest.raises(ArchiveError):
        collect(zipped(files), into, NOTEBOOKS, bounds=Bounds(total_bytes=500))
    assert sorted(path.name for path in into.iterdir()) == ["ana"]


def test_a_size_that_lies_is_refused(zipped, into: Path) -> None:
    source = zipped({"ana/homework/homework.ipynb": "{}", "ana/homework/b.bin": b"b" * 5000})
    content = source.read_bytes()
    said, lie = struct.pack("<L", 5000), struct.pack("<L", 10)
    assert content.count(said) == 2
    source.write_bytes(content.replace(said, lie))
    found = collect(source, into, NOTEBOOKS)
    assert "damaged" in found.refused[0][1]
    assert sorted(tree(into)) == ["ana/homework/homework.ipynb"]


def test_an_encrypted_file_is_refused(zipped, into: Path) -> None:
    source = zipped({"ana/homework/homework.ipynb": "{}"})
    content = bytearray(source.read_bytes())
    for signature, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        content[content.index(signature) + offset] |= 1
    source.write_bytes(content)
    found = collect(source, into, NOTEBOOKS)
    assert found.refused == [("ana/homework/homework.ipynb", "it is encrypted")]


def test_the_second_of_two_equal_names_is_refused(tmp_path: Path, into: Path) -> None:
    with (
        zipfile.ZipFile(tmp_path / "e.zip", "w") as archive,
        pytest.warns(UserWarning, match="Duplicate"),
    ):
        archive.writestr("ana/homework/homework.ipynb", "uno")
        archive.writestr("ana/homework/homework.ipynb", "dos")
    found = collect(tmp_path / "e.zip", into, NOTEBOOKS)
    assert [reason for _, reason in found.refused] == ["the zip has another file of the same name"]
    assert tree(into) == {"ana/homework/homework.ipynb": b"uno"}


def test_a_file_that_is_also_a_folder_costs_only_its_owner(zipped, into: Path) -> None:
    files = {
        "ana/homework/homework.ipynb": "{}",
        "mala/homework/homework.ipynb": "{}",
        "mala/homework/x": "",
        "mala/homework/x/y": "",
    }
    found = collect(zipped(files), into, NOTEBOOKS)
    assert outcomes(found) == {"ana/homework": "new", "mala/homework": "refused"}
    assert sorted(tree(into)) == ["ana/homework/homework.ipynb"]


@pytest.mark.parametrize(
    ("raw", "plain"),
    [
        ("Muñoz".encode(), "Muñoz"),
        ("Muñoz".encode("cp850"), "Muñoz"),
        ("Mun\u0303oz".encode(), "Muñoz"),
    ],
)
def test_names_without_the_utf8_flag_are_read(zipped, into: Path, raw: bytes, plain: str) -> None:
    placeholder = "x" * len(raw)
    source = zipped({f"{placeholder}/homework/homework.ipynb": "{}"})
    source.write_bytes(source.read_bytes().replace(placeholder.encode(), raw))
    collect(source, into, NOTEBOOKS)
    assert sorted(tree(into)) == [f"{plain}/homework/homework.ipynb"]


def test_what_systems_add_is_ignored(zipped, into: Path) -> None:
    files = {
        "ana/homework/homework.ipynb": "{}",
        "__MACOSX/ana/homework/._homework.ipynb": "x",
        "ana/homework/.DS_Store": "x",
        "ana/homework/.ipynb_checkpoints/homework-checkpoint.ipynb": "{}",
    }
    found = collect(zipped(files), into, NOTEBOOKS)
    assert found.ignored == 3 and found.complete
    assert sorted(tree(into)) == ["ana/homework/homework.ipynb"]


def test_a_student_does_not_set_the_time_of_the_submission(zipped, into: Path) -> None:
    files = {f"Ana_1{MOODLE}/homework.ipynb": "{}", f"Ana_1{MOODLE}/timestamp.txt": "2020-01-01"}
    found = collect(zipped(files), into, NOTEBOOKS)
    assert "do not set the time" in found.refused[0][1]
    assert sorted(tree(into)) == ["Ana/homework/homework.ipynb"]


def test_text_typed_into_moodle_is_told_and_not_graded(zipped, into: Path) -> None:
    files = {
        f"Ana_1{MOODLE}/homework.ipynb": "{}",
        "Ana_1_assignsubmission_onlinetext_/onlinetext.html": "<p>hola</p>",
    }
    found = collect(zipped(files), into, NOTEBOOKS)
    assert "onlinetext" in found.refused[0][1]
    assert sorted(tree(into)) == ["Ana/homework/homework.ipynb"]


def test_what_is_there_is_not_overwritten_unless_asked(tmp_path: Path, into: Path) -> None:
    first = make_zip(tmp_path / "1.zip", {"ana/homework/homework.ipynb": "1", "ana/homework/x": ""})
    second = make_zip(tmp_path / "2.zip", {"ana/homework/homework.ipynb": "2"})
    assert outcomes(collect(first, into, NOTEBOOKS)) == {"ana/homework": "new"}
    assert outcomes(collect(first, into, NOTEBOOKS)) == {"ana/homework": "unchanged"}
    found = collect(second, into, NOTEBOOKS)
    assert outcomes(found) == {"ana/homework": "refused"} and not found.complete
    assert tree(into)["ana/homework/homework.ipynb"] == b"1"
    assert outcomes(collect(second, into, NOTEBOOKS, Options(force=True))) == {
        "ana/homework": "replaced"
    }
    assert tree(into) == {"ana/homework/homework.ipynb": b"2"}


def test_a_link_in_the_place_of_a_submission_is_not_followed(zipped, into: Path) -> None:
    outside = into.parent / "afuera"
    outside.mkdir()
    (into / "ana").mkdir(parents=True)
    (into / "ana" / "homework").symlink_to(outside)
    source = zipped({"ana/homework/homework.ipynb": "{}"})
    assert outcomes(collect(source, into, NOTEBOOKS)) == {"ana/homework": "refused"}
    collect(source, into, NOTEBOOKS, Options(force=True))
    assert list(outside.iterdir()) == []
    assert not (into / "ana" / "homework").is_symlink()


def test_namesakes_are_told_apart_by_their_number(zipped, into: Path) -> None:
    files = {f"Juan Paz_{n}{MOODLE}/homework.ipynb": str(n) for n in (7, 8)}
    found = collect(zipped(files), into, NOTEBOOKS)
    assert tree(into) == {
        "juan-paz-7/homework/homework.ipynb": b"7",
        "juan-paz-8/homework/homework.ipynb": b"8",
    }
    assert len(found.notes) == 2


def test_two_folders_that_become_one_student_are_not_mixed(zipped, into: Path) -> None:
    files = {"Ana Paz/homework/homework.ipynb": "1", "ana-paz/homework/homework.ipynb": "2"}
    found = collect(zipped(files), into, NOTEBOOKS)
    assert sorted(each.outcome for each in found.placed) == ["new", "refused"]
    assert len(tree(into)) == 1


def test_participants_are_remembered_for_each_assignment(tmp_path: Path, into: Path) -> None:
    for number, name in ((7, "homework"), (8, "serializar")):
        notebook = NOTEBOOKS[name][0]
        files = {f"Ana Paz_{number}{MOODLE}/{notebook}.ipynb": "{}"}
        collect(make_zip(tmp_path / f"{name}.zip", files), into, NOTEBOOKS)
    known = Participants.read(into)
    assert known.identifier("ana-paz", "homework") == "Participant 7"
    assert known.identifier("ana-paz", "serializar") == "Participant 8"
    assert known.name("ana-paz", "homework") == "Ana Paz"
    assert known.identifier("ana-paz", "otra") is None


@pytest.mark.parametrize("content", [b"", b"no es un zip", b"PK\x03\x04" + bytes(50)])
def test_what_is_not_a_zip_is_one_clear_error(tmp_path: Path, into: Path, content: bytes) -> None:
    (tmp_path / "x.zip").write_bytes(content)
    with pytest.raises(ArchiveError, match=r"x\.zip is not a zip"):
        collect(tmp_path / "x.zip", into, NOTEBOOKS)


def test_an_empty_zip_is_an_error(zipped, into: Path) -> None:
    with pytest.raises(CollectError, match="no submission"):
        collect(zipped({}), into, NOTEBOOKS)


@pytest.mark.parametrize(
    ("name", "student"),
    [
        ("ana.paz@uni.example", "ana.paz@uni.example"),
        ("Ana Pérez", "ana-perez"),
        ("<img src=x onerror=alert(1)>", "img-src-x-onerror-alert-1"),
        ("..hola..", "hola"),
        ("-rf", "rf"),
        ("李明", "李明"),
        ("¡!", ""),
        ("a" * 300, "a" * 100),
    ],
)
def test_a_student_is_a_plain_folder_name(name: str, student: str) -> None:
    assert student_id(name) == student


def test_the_command_lists_what_went_where(demo: Course, tmp_path: Path) -> None:
    source = make_zip(
        tmp_path / "e.zip",
        {
            f"Ana Paz_1{MOODLE}/demo.ipynb": "{}",
            "../fuera": "",
            "Beto_2_assignsubmission_file_/a": "",
        },
    )
    command = ["collect", str(source), "--course", str(demo.root)]
    result = CliRunner().invoke(app, command, env={"COLUMNS": "200"})
    assert result.exit_code == 1
    assert "ana-paz" in result.output and "new" in result.output
    assert "leaves the folder" in result.output
    assert (demo.submitted_dir / "ana-paz/demo/demo.ipynb").is_file()
