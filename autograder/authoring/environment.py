"""What students install: the course's own environment, without what only graders need.

A course states its environment once, in ``environment.yml`` (conda), in ``requirements.txt`` (pip)
or in both. Students get both forms, but for

- what stands below a comment ``# graders only``, down to a comment ``# everyone`` or the end;
- what is installed from the course's folder (``-e .``, a path): students do not have it.

Without a ``requirements.txt`` of the course's own, students' is made from ``environment.yml``.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml
from packaging.requirements import InvalidRequirement, Requirement
from packaging.utils import canonicalize_name

from autograder import UserError

CONDA = "environment.yml"
PIP = "requirements.txt"
MADE = "# Made by `autograder bundle`: change the course's own, not this one.\n"

MARK = re.compile(r"^\s*#\s*(graders only|everyone)\s*$")
NAME = re.compile(r"^[A-Za-z0-9][\w.-]*")
#: What pip would take from the disk of whoever wrote it: an editable, a path, another file.
LOCAL = re.compile(r"^(-e|-r|-c|--editable|--requirement|--constraint)\b|^[./~]|^file:|@\s*file:")


#: A line of a file, from 0, and what it asks for.
Entry = tuple[int, str]


class CourseEnvironmentError(UserError):
    """The course's environment cannot be read; the message names the file and the reason."""


@dataclass(frozen=True)
class Environment:
    """What students install: ``files`` by name, as text; conda's name of it, the Python it asks."""

    files: dict[str, str] = field(default_factory=dict)
    name: str = ""
    python: str = ""


@dataclass(frozen=True)
class _Conda:
    """The students' part of an ``environment.yml``."""

    name: str
    channels: tuple[str, ...]
    packages: tuple[str, ...]
    from_pip: tuple[str, ...]

    @property
    def python(self) -> str:
        return next((each for each in self.packages if _name(each) == "python"), "")

    @property
    def requirements(self) -> list[str]:
        """The same for pip, which has Python and itself already."""
        packages = [each for each in self.packages if _name(each) not in ("python", "pip")]
        return [*map(pip_requirement, packages), *self.from_pip]


def student_environment(root: Path, tools: Sequence[str] = ()) -> Environment:
    """The students' environment of the course in ``root``; ``tools``: requirements added to it.

    A tool that the course lists itself, for graders or for all, is taken as the course lists it.

    Raises:
        CourseEnvironmentError: ``environment.yml`` is not one.
    """
    files: dict[str, str] = {}
    conda = None
    if (root / CONDA).is_file():
        conda = _read_conda(root / CONDA, tools)
        files[CONDA] = _as_yaml(conda)
    requirements = _read_pip(root / PIP, tools) if (root / PIP).is_file() else None
    if requirements is None:
        requirements = conda.requirements if conda else list(tools)
    if requirements:
        files[PIP] = MADE + "".join(f"{line}\n" for line in requirements)
    return Environment(files, conda.name if conda else "", conda.python if conda else "")


def pip_requirement(spec: str) -> str:
    """One of conda's requirements in pip's words: ``numpy=1.26`` is ``numpy==1.26.*``.

    Versions that pip cannot say (a build, alternatives) are left out: the name alone stays.
    """
    spec = re.sub(r"\s*([,<>=!~|]+)\s*", r"\1", spec.rpartition("::")[2].strip())
    name = _name_as_written(spec)
    versions = spec[len(name) :].split()[0] if spec[len(name) :].strip() else ""
    if exact := re.fullmatch(r"(==?)?([\w.*+!-]+)(=.*)?", versions):
        loose = exact[1] == "=" and not exact[2].endswith("*")
        versions = f"=={exact[2].removesuffix('.*')}.*" if loose else f"=={exact[2]}"
    try:
        Requirement(f"{name}{versions}")
    except InvalidRequirement:
        return name
    return f"{name}{versions}"


def _read_conda(path: Path, tools: Sequence[str]) -> _Conda:
    text = path.read_text("utf-8")
    try:
        content = yaml.safe_load(text)
        packages, from_pip = _entries(yaml.compose(text, yaml.SafeLoader))
    except (yaml.YAMLError, AttributeError, KeyError, TypeError, ValueError) as error:
        raise CourseEnvironmentError(f"{path} is no environment of conda: {error!r}") from error
    hidden = _hidden_lines(text)
    wanted = {_name(each) for each in tools}

    def kept(entry: Entry) -> bool:
        line, requirement = entry
        return line not in hidden or _name(requirement) in wanted

    conda = [requirement for _, requirement in filter(kept, packages)]
    pip = [each for _, each in filter(kept, from_pip) if not LOCAL.search(each)]
    known = set(map(_name, (*conda, *pip)))
    return _Conda(
        name=str(content.get("name") or ""),
        channels=tuple(map(str, content.get("channels") or ())),
        packages=tuple(conda),
        from_pip=(*pip, *(each for each in tools if _name(each) not in known)),
    )


def _entries(tree: Any) -> tuple[list[Entry], list[Entry]]:
    """What it asks of conda and of pip, each with its line: comments say who it is for."""
    items = {key.value: value.value for key, value in tree.value}["dependencies"]
    packages = [(each.start_mark.line, each.value) for each in items if _is_text(each)]
    by_pip = [each for item in items if not _is_text(item) for _, each in item.value]
    return packages, [(each.start_mark.line, each.value) for one in by_pip for each in one.value]


def _is_text(node: Any) -> bool:
    return isinstance(node, yaml.ScalarNode)


def _read_pip(path: Path, tools: Sequence[str]) -> list[str]:
    text = path.read_text("utf-8")
    hidden = _hidden_lines(text)
    wanted = {_name(each) for each in tools}
    lines = [
        line
        for number, line in enumerate(text.splitlines())
        if not MARK.match(line)
        and not LOCAL.search(line.strip())
        and (number not in hidden or (line.strip() and _name(line) in wanted))
    ]
    known = {_name(line) for line in lines if line.strip()}
    return [*lines, *(each for each in tools if _name(each) not in known)]


def _hidden_lines(text: str) -> set[int]:
    """Numbers, from 0, of the lines that are only for graders."""
    return set(_hidden(text.splitlines()))


def _hidden(lines: Sequence[str]) -> Iterator[int]:
    hiding = False
    for number, line in enumerate(lines):
        if mark := MARK.match(line):
            hiding = mark[1] == "graders only"
        elif hiding:
            yield number


def _as_yaml(conda: _Conda) -> str:
    packages = [*conda.packages]
    if conda.from_pip and "pip" not in map(_name, packages):
        packages.append("pip")
    lines = [
        *([f"name: {_scalar(conda.name)}"] if conda.name else []),
        *(["channels:"] if conda.channels else []),
        *(f"  - {_scalar(each)}" for each in conda.channels),
        "dependencies:",
        *(f"  - {_scalar(each)}" for each in packages),
        *(["  - pip:"] if conda.from_pip else []),
        *(f"      - {_scalar(each)}" for each in conda.from_pip),
    ]
    return MADE + "".join(f"{line}\n" for line in lines)


def _scalar(text: str) -> str:
    """``text`` as YAML: as it is where that reads back the same, else in quotes."""
    try:
        plain = yaml.safe_load(f"- {text}") == [text]
    except yaml.YAMLError:
        plain = False
    return text if plain else json.dumps(text, ensure_ascii=False)


def _name_as_written(requirement: str) -> str:
    found = NAME.match(requirement.strip().rpartition("::")[2])
    return found[0] if found else ""


def _name(requirement: str) -> str:
    """The name that a requirement of conda or pip asks for, in its one spelling."""
    return canonicalize_name(_name_as_written(requirement))
