"""Opening a gradebook: its schema, and what to do about one that cannot be used."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from nbgrader.api import Base, Gradebook
from nbgrader.dbutil import ALEMBIC_DIR
from sqlalchemy import Connection, create_engine, inspect, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, DatabaseError, SQLAlchemyError

from autograder import UserError
from autograder.course import Course
from autograder.grading.answers import make_table
from autograder.settings import CONFIG, sqlite_file

VERSION = "alembic_version"
#: What a database says, and what to do then.
ADVICE = {
    "readonly": "make it and its folder writable (chmod u+w), or copy the course elsewhere",
    "read-only": "make it and its folder writable (chmod u+w), or copy the course elsewhere",
    "unable to open": "see that its folder is there and yours, and that the disk has room",
    "is full": "make room on the disk",
    "disk i/o": "make room on the disk, and see that it is well",
    "locked": "close what else uses the gradebook (formgrader?)",
    "not a database": "it is no gradebook: move it away, and a new one is made",
    "malformed": "it is damaged: put its last copy in its place, or move it away",
}
OTHERWISE = "close what else uses the gradebook (formgrader?), see that the disk has room"


class GradebookError(UserError):
    """The gradebook cannot be used; the message says which and what to do."""

    @classmethod
    def of(
        cls, db_url: str, error: SQLAlchemyError, what: str = "cannot be used"
    ) -> GradebookError:
        """What a database said, in a line, with what to do about it."""
        said = " ".join(str(getattr(error, "orig", None) or error).split())[:200]
        known = (advice for words, advice in ADVICE.items() if words in said.lower())
        todo = next(known, OTHERWISE)
        return cls(f"{shown(db_url)} {what}: {said}. What is recorded stays: {todo}, and run again")


def shown(db_url: str) -> str:
    """A database's address for people: the file, or the address without its password."""
    path = sqlite_file(db_url)
    return str(path) if path else make_url(db_url).render_as_string(hide_password=True)


def open_gradebook(course: Course) -> Gradebook:
    """The gradebook of a course, made where there is none. Raises GradebookError."""
    try:
        engine = create_engine(course.db_url)
        with engine.begin() as connection:
            _prepare(connection, course)
            make_table(connection)
        engine.dispose()
        return Gradebook(course.db_url, course.course_id)
    except DatabaseError as error:
        raise GradebookError.of(course.db_url, error, "cannot be opened") from error
    except (ArgumentError, ImportError) as error:
        raise GradebookError(
            f"c.CourseDirectory.db_url in {course.root / CONFIG} is no database that can be used "
            "here: write sqlite:///gradebook.db, or install what PostgreSQL needs "
            "(pip install 'autograder[postgres]')"
        ) from error


def _prepare(connection: Connection, course: Course) -> None:
    """Make the tables of a new gradebook; refuse one whose schema is another.

    The version of the schema is written too, as upgrades need it. nbgrader would do both, but takes
    seconds to ask a command for the version, and leaves a gradebook without one when it is killed
    in between.
    """
    found = inspect(connection)
    tables = set(found.get_table_names())
    if not tables & Base.metadata.tables.keys():
        Base.metadata.create_all(connection)
        _stamp(connection)
        return
    lacks = _lacking(found, tables)
    if lacks:
        where = shown(course.db_url)
        path = " from a path without ?, # and %" if set(where) & set("?#%") else ""
        raise GradebookError(
            f"{where} is of an older nbgrader (it has no {lacks}): make a copy of it, run "
            f"`nbgrader db upgrade` in {course.root}{path}, and grade again"
        )
    version = _version(connection) if VERSION in tables else None
    if version is None:
        _stamp(connection)
    elif not list(Path(ALEMBIC_DIR, "versions").glob(f"{version}_*.py")):
        raise GradebookError(
            f"{shown(course.db_url)} is of a newer nbgrader (its schema is {version}): install "
            "that version here, or name another file with c.CourseDirectory.db_url"
        )


def _lacking(found: Any, tables: set[str]) -> str | None:
    """The first table or column of today's schema that a gradebook has not."""
    for name, table in Base.metadata.tables.items():
        if name not in tables:
            return str(name)
        columns = {column["name"] for column in found.get_columns(name)}
        for column in table.columns:
            if column.name not in columns:
                return f"{name}.{column.name}"
    return None


def _version(connection: Connection) -> str | None:
    row = connection.execute(text(f"SELECT version_num FROM {VERSION}")).first()
    return "".join(filter(str.isalnum, str(row[0]))) if row else None


def _stamp(connection: Connection) -> None:
    from alembic.migration import MigrationContext
    from alembic.script import ScriptDirectory

    MigrationContext.configure(connection).stamp(ScriptDirectory(ALEMBIC_DIR), "head")
