"""What ``nbgrader_config.py`` says: nbgrader's own settings, and ours under ``c.Autograder``."""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from datetime import tzinfo
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote
from zoneinfo import ZoneInfo

from autograder import UserError
from autograder.defaults import complete, configure

CONFIG = "nbgrader_config.py"
GRADEBOOK = "gradebook.db"


class CourseError(UserError):
    """What was asked for is not in the course; the message names it and what to do."""


@dataclass(frozen=True)
class Settings:
    """What ``nbgrader_config.py`` may say under ``c.Autograder``; every pattern is a glob.

    ``language``: of what the engine says to students (a catalogue of ``autograder/messages``).
    ``data``: files of the course, from its root, that students are given beside the notebooks.
    ``companions``: files of an assignment's folder that travel with its notebooks.
    ``reference_answers``: files of an assignment's folder that are answers: never released, never
    copied over a student's file of the same name.
    ``reads``: for each assignment, the data that it reads, where its code does not name them.
    ``timezone``: the place whose time platforms write, such as ``America/Montevideo``; UTC where
    none is said, as nbgrader has it.
    ``due``: when assignments are due, by their names, as ``2026-11-20 23:59``; what is not here is
    as the gradebook has it.
    ``bundle_grader``: whether the bundle carries the engine's wheel, for `autograder card`.
    """

    language: str = "en"
    data: tuple[str, ...] = ("data/**", "datasets/**")
    companions: tuple[str, ...] = tuple(
        "*.py *.md *.yml *.yaml *.toml *.txt *.html *.csv *.tsv *.json *.parquet *.png *.jpg "
        "Dockerfile".split()
    )
    reference_answers: tuple[str, ...] = ()
    reads: dict[str, tuple[str, ...]] = field(default_factory=dict)
    timezone: str = "UTC"
    due: dict[str, str] = field(default_factory=dict)
    bundle_grader: bool = False

    @property
    def zone(self) -> tzinfo:
        """The zone of times that do not say theirs."""
        return ZoneInfo(self.timezone)

    @classmethod
    def of(cls, config: Any) -> Settings:
        """The settings of a loaded configuration. Raises CourseError for an unknown one."""
        given = dict(config.get("Autograder", {}))
        unknown = sorted(given.keys() - {each.name for each in fields(cls)})
        if unknown:
            known = ", ".join(each.name for each in fields(cls))
            raise CourseError(f"c.Autograder.{unknown[0]} is no setting (there are: {known})")
        for name in ("data", "companions", "reference_answers"):
            if isinstance(given.get(name, ()), str):
                raise CourseError(f"c.Autograder.{name} must be a list of patterns")
            if name in given:
                given[name] = tuple(given[name])
        try:
            ZoneInfo(given.get("timezone", "UTC"))
        except (LookupError, ValueError, TypeError, OSError):
            raise CourseError(
                f"c.Autograder.timezone: {given['timezone']!r} is no time zone (one is "
                "America/Argentina/Buenos_Aires)"
            ) from None
        return cls(**given)


def load_config(root: Path) -> Any:
    """The engine's defaults and a course's ``nbgrader_config.py`` over them (a ``Config``).

    Raises:
        CourseError: the file is missing or cannot be run.
    """
    from traitlets.config import Config
    from traitlets.config.loader import ConfigFileNotFound, PyFileConfigLoader

    config = Config()
    configure(config)
    try:
        config.merge(PyFileConfigLoader(CONFIG, path=str(root)).load_config())
    except ConfigFileNotFound as error:
        raise CourseError(f"no {CONFIG} in {root}.") from error
    except Exception as error:
        raise CourseError(f"{root / CONFIG} cannot be read: {error!r}") from error
    try:
        complete(config, Settings.of(config).language)
    except LookupError as error:
        raise CourseError(f"c.Autograder.language: {error}") from error
    # nbgrader's own defaults: the current folder, and an address that breaks on some of its names
    config.CourseDirectory.root = str(root)
    given = config.CourseDirectory.get("db_url", f"sqlite:///{GRADEBOOK}")
    config.CourseDirectory.db_url = _in_course(str(given), root)
    return config


def _in_course(db_url: str, root: Path) -> str:
    """An address of an SQLite file, whatever characters the course's path has.

    A file of no absolute path lies in the course, wherever the command is run; a path that was put
    together with the course's own would end at a ``?`` in that.
    """
    scheme = "sqlite:///"
    name = db_url.removeprefix(scheme)
    if not db_url.startswith(scheme) or name.startswith(("file:", ":")) or not name:
        return db_url
    if name.startswith(f"{root}/"):
        name = name[len(str(root)) + 1 :]
    path, mark, query = name.partition("?")
    url = sqlite_url(root / path)
    return f"{url}{'&' if '?' in url else mark}{query}" if query else url


def sqlite_url(path: Path) -> str:
    """The address of an SQLite file, whatever characters its path has.

    A plain address ends at its ``?``; SQLite's own URI form has a way to write one. What SQLAlchemy
    makes of a ``%`` in an address depends on its version, which writes it then.
    """
    if not any(character in str(path) for character in "?#%"):
        return f"sqlite:///{path}"
    from sqlalchemy.engine import URL

    url = URL.create("sqlite", database=f"file:{quote(str(path))}", query={"uri": "true"})
    return url.render_as_string()


def sqlite_file(db_url: str) -> Path | None:
    """The file of an SQLite address, as ``sqlite_url`` writes them; None of any other database."""
    from sqlalchemy.engine import make_url

    url = make_url(db_url)
    if url.get_backend_name() != "sqlite":
        return None
    name = url.database or ""
    return Path(unquote(name.removeprefix("file:")) if name.startswith("file:") else name)
