"""What is read from disk: bounded, and nothing outside the submission's folder."""

from __future__ import annotations

import os

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from autograder.intake.matching import Expected, match
from autograder.intake.submissions import read
from autograder.records import FileFate
from autograder.sandbox.limits import Limits

LIMITS = Limits(file_bytes=1_000, card_bytes=500, submission_bytes=2_500, files=5)


@pytest.fixture()
def folder(tmp_path):
    made = tmp_path / "ana" / "homework"
    made.mkdir(parents=True)
    return made


def read_it(folder):
    return read(folder.parents[1], "ana", "homework", LIMITS)


def test_files_and_subfolders_are_read(folder):
    (folder / "homework.ipynb").write_text("{}")
    (folder / "data").mkdir()
    (folder / "data" / "x.csv").write_text("1")
    (folder / "timestamp.txt").write_text("2026-11-23 10:00:00 UTC\n")
    submission = read_it(folder)
    assert submission.files == {"homework.ipynb": b"{}", "data/x.csv": b"1"}
    assert submission.timestamp == "2026-11-23 10:00:00 UTC"
    assert submission.flags == ()


def test_checkpoints_and_system_litter_are_left_out(folder):
    for name in (".ipynb_checkpoints", "__pycache__"):
        (folder / name).mkdir()
        (folder / name / "x").write_text("1")
    (folder / ".DS_Store").write_text("1")
    assert read_it(folder).files == {}


@pytest.mark.parametrize("target", ["/etc/passwd", "../../secret", "nothing"])
def test_a_link_is_never_followed(folder, target):
    (folder.parents[1] / "secret").write_text("x")
    os.symlink(target, folder / "MODEL_CARD.md")
    os.symlink("/etc", folder / "folder")
    submission = read_it(folder)
    assert submission.files == {}
    assert "it is a link" in submission.rejected["MODEL_CARD.md"]
    assert len(submission.flags) == 2


def test_a_fifo_does_not_block(folder):
    os.mkfifo(folder / "pipe")
    assert read_it(folder).rejected["pipe"] == "it is not an ordinary file"


def test_a_folder_named_as_the_card_is_named(folder):
    (folder / "MODEL_CARD.md").mkdir()
    assert "it is a folder" in read_it(folder).rejected["MODEL_CARD.md"]


def test_large_files_are_named_and_left_out(folder):
    (folder / "MODEL_CARD.md").write_bytes(b"x" * 501)
    (folder / "a.bin").write_bytes(b"x" * 1_001)
    submission = read_it(folder)
    assert submission.files == {} and set(submission.rejected) == {"MODEL_CARD.md", "a.bin"}


def test_the_whole_submission_is_bounded(folder):
    for name in "abcd":
        (folder / name).write_bytes(b"x" * 900)
    assert len(read_it(folder).files) == 2


def test_the_number_of_files_is_bounded(folder):
    for number in range(9):
        (folder / f"{number}").write_bytes(b"")
    assert len(read_it(folder).files) == 5


def test_the_digest_changes_with_any_content_name_or_date(folder):
    (folder / "a").write_text("1")
    digests = {read_it(folder).digest}
    (folder / "a").write_text("2")
    digests.add(read_it(folder).digest)
    (folder / "a").rename(folder / "b")
    digests.add(read_it(folder).digest)
    (folder / "timestamp.txt").write_text("2026-11-23 10:00:00 UTC")
    digests.add(read_it(folder).digest)
    assert len(digests) == 4


NAMES = st.sampled_from(
    [
        *("homework.ipynb", "homework (1).ipynb", "CARD.md", "card.md", "data.csv", "help.py"),
        *(".DS_Store", "timestamp.txt", "ñ.txt", os.fsdecode(b"latin-\xe9.txt")),
        *("con\nsalto", "a.zip", "x" * 80),
    ]
)
PLACES = st.sampled_from(["", "sub", "sub/deep", ".ipynb_checkpoints", "__MACOSX/sub", ".git"])
KINDS = st.sampled_from(["file", "large", "link", "pipe", "link to a folder"])
FOLDERS = st.dictionaries(st.tuples(PLACES, NAMES), KINDS, max_size=12)
EXPECTED = Expected(
    {"homework": {"cells": []}}, files=frozenset({"CARD.md"}), companions=frozenset({"help.py"})
)


def make(path, kind):
    path.parent.mkdir(parents=True, exist_ok=True)
    if kind == "pipe":
        os.mkfifo(path)
    elif kind.startswith("link"):
        os.symlink("/etc" if "folder" in kind else "/etc/passwd", path)
    else:
        path.write_bytes(b"x" * (2_000 if kind == "large" else 10))


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(FOLDERS)
def test_every_file_on_disk_is_in_the_account_once(tmp_path_factory, made):
    folder = tmp_path_factory.mktemp("submitted") / "ana" / "homework"
    folder.mkdir(parents=True)
    for (place, name), kind in made.items():
        make(folder / place / name, kind)
    submission = read_it(folder)
    records = match(submission, EXPECTED, LIMITS).records
    names = [each.name for each in records if each.files]
    assert len(names) == len({*names}) == len(made) == sum(each.files for each in records)
    for each in records:
        assert each.name.isprintable() and bool(each.reason) == (each.fate is FileFate.SET_ASIDE)


def test_of_more_files_than_can_be_listed_their_number_is_told(folder):
    (folder / "node_modules").mkdir()
    for number in range(1_200):
        (folder / "node_modules" / f"{number}").touch()
    (folder / "homework.ipynb").write_text("{}")
    submission = read_it(folder)
    assert "homework.ipynb" in submission.files
    assert sum(each.files for each in submission.unused) == 1_201 - len(submission.files)
    assert submission.unused[-1].name == "node_modules/…"
    assert submission.unused[-1].files == 201


def test_a_notebook_below_many_pictures_is_read(folder):
    for number in range(9):
        (folder / f"{number}.png").touch()
    (folder / "z").mkdir()
    (folder / "z" / "homework.ipynb").write_text("{}")
    assert "z/homework.ipynb" in read_it(folder).files


def test_the_order_of_several_notebooks_is_part_of_the_submission(folder):
    digests = set()
    for number, name in enumerate(("a.ipynb", "b.ipynb")):
        (folder / name).write_text("{}")
        os.utime(folder / name, (number, number))
    digests.add(read_it(folder).digest)
    os.utime(folder / "a.ipynb", (5, 5))
    digests.add(read_it(folder).digest)
    os.utime(folder / "a.ipynb", (9, 9))
    digests.add(read_it(folder).digest)
    assert len(digests) == 2
