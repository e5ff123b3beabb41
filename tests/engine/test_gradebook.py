"""Gradebooks that are old, new, read-only, damaged, elsewhere: one line with what to do."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import demo_course
import pytest
from sqlalchemy import create_engine

from autograder.course import Course
from autograder.grading.gradebook import Recorder
from autograder.grading.opening import GradebookError
from autograder.records import document, write
from autograder.report.marks import marks
from autograder.settings import sqlite_file


@pytest.fixture()
def made(demo: Course) -> Course:
    """The demo course with a gradebook."""
    with Recorder(demo):
        pass
    return demo


def change(course: Course, *statements: str) -> None:
    with closing(sqlite3.connect(course.root / "gradebook.db")) as database:
        for statement in statements:
            database.execute(statement)
        database.commit()


def refusal(course: Course) -> str:
    with pytest.raises(GradebookError) as refused, Recorder(course):
        pass
    said = str(refused.value)
    assert "\n" not in said and "Error" not in said and "sqlalche" not in said
    return said


def version(course: Course) -> list[tuple[str]]:
    with closing(sqlite3.connect(course.root / "gradebook.db")) as database:
        return database.execute("SELECT version_num FROM alembic_version").fetchall()


OLDER = {
    "student.lms_user_id": ("ALTER TABLE student DROP COLUMN lms_user_id",),
    "grade.extra_credit": ("ALTER TABLE grade DROP COLUMN extra_credit",),
    "course": ("DROP TABLE course",),
}


@pytest.mark.parametrize("stamped", [True, False])
@pytest.mark.parametrize("lacks", OLDER)
def test_an_older_schema_is_named_with_the_command_that_mends_it(made, lacks, stamped) -> None:
    change(made, "PRAGMA foreign_keys=OFF", *OLDER[lacks])
    if not stamped:
        change(made, "DROP TABLE alembic_version")
    said = refusal(made)
    assert f"it has no {lacks}" in said and "nbgrader db upgrade" in said and "copy" in said


def test_a_schema_without_its_version_gets_it(made: Course) -> None:
    before = version(made)
    change(made, "DROP TABLE alembic_version")
    with Recorder(made):
        pass
    assert version(made) == before != []


def test_a_schema_of_the_future_is_left_alone(made: Course) -> None:
    change(made, "UPDATE alembic_version SET version_num = 'abcdef123456'")
    assert "newer nbgrader" in refusal(made)


def test_a_gradebook_that_may_not_be_written_says_so(made: Course) -> None:
    path = made.root / "gradebook.db"
    config = made.root / "nbgrader_config.py"
    url = f"sqlite:///file:{path}?mode=ro&uri=true"
    config.write_text(f"{demo_course.CONFIG}\nc.CourseDirectory.db_url = {url!r}\n")
    change(made, "DROP TABLE alembic_version")
    said = refusal(Course.at(made.root))
    assert "make it and its folder writable" in said and str(path) in said


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("sqlite:////no/such/folder/gradebook.db", "see that its folder is there"),
        ("no address", "c.CourseDirectory.db_url in"),
        ("oracle+nothing://x/y", "c.CourseDirectory.db_url in"),
    ],
)
def test_an_address_that_leads_nowhere_is_one_line(demo: Course, url: str, words: str) -> None:
    with (demo.root / "nbgrader_config.py").open("a") as config:
        config.write(f"c.CourseDirectory.db_url = {url!r}\n")
    assert words in refusal(Course.at(demo.root))


def test_a_file_that_is_no_gradebook_is_one_line_for_who_reads_it_too(demo: Course) -> None:
    (demo.root / "gradebook.db").write_bytes(b"this is no database" * 100)
    assert "move it away" in refusal(demo)
    write(demo.root / "results", document([], 7))
    with pytest.raises(GradebookError, match="it is no gradebook: move it away") as refused:
        marks(demo, [])
    assert "\n" not in str(refused.value)


NAMES = ["plain", "a b", "¿llovió?", "100%", "#1", "%41", "[2026]", "it's", "a?b=c&d"]
URLS = {
    "none": "",
    "nbgrader's own": "c.CourseDirectory.db_url = f'sqlite:///{root}/gradebook.db'",
    "relative": "c.CourseDirectory.db_url = 'sqlite:///gradebook.db'",
    "with an option": "c.CourseDirectory.db_url = f'sqlite:///{root}/gradebook.db?timeout=1'",
}


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("url", URLS)
def test_the_gradebook_stays_in_the_course(tmp_path: Path, monkeypatch, name, url) -> None:
    root = tmp_path / name
    root.mkdir()
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    monkeypatch.chdir(elsewhere)
    config = f"c = get_config()\nroot = {str(root)!r}\n{URLS[url]}\n"
    (root / "nbgrader_config.py").write_text(config)
    course = Course.at(root)
    assert sqlite_file(course.db_url) == root / "gradebook.db"
    with create_engine(course.db_url).connect() as connection:
        connection.exec_driver_sql("CREATE TABLE marks (mark)")
    assert sorted(tmp_path.rglob("*.db*")) == [root / "gradebook.db"]
    assert sorted(tmp_path.iterdir()) == sorted([root, elsewhere])
