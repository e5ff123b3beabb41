"""What is read from disk: bounded, and nothing outside the submission's folder."""

from __future__ import annotations

import os

import pytest

from autograder.intake.submissions import read
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
