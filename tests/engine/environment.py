"""The environment of the engine's tests: the wheel of this working tree, installed far from it.

``python tests/engine/environment.py PATH`` makes it, or brings it up to date; it does nothing when
the wheel is the one that is there. The packages that the engine needs are those of the Python that
runs this, linked and not copied; the engine itself comes from the wheel alone. Then::

    PATH/bin/python -P -m pytest tests/engine
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import subprocess
import sys
import sysconfig
import tempfile
import venv
from importlib.metadata import EntryPoint, distributions
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[2]
PACKAGE = "autograder"
#: What Jupyter looks for in the environment that it runs in: templates, kernels, extensions.
DATA = ("share/jupyter", "etc/jupyter")
SCRIPT = """#!{python}
import sys
from {module} import {attribute}
if __name__ == "__main__":
    sys.exit({call}())
"""


def prepare(path: Path, repository: Path = REPOSITORY) -> bool:
    """Make or refresh the environment at ``path``; False when there was nothing to do."""
    path = path.absolute()
    path.parent.mkdir(parents=True, exist_ok=True)
    lock = path.parent / f".{path.name}.lock"
    with tempfile.TemporaryDirectory(prefix="wheel-") as scratch, lock.open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        wheel = build_wheel(repository, Path(scratch))
        stamp = path / "wheel"
        content = wheel.read_bytes() + Path(__file__).read_bytes()
        wanted = f"{hashlib.sha256(content).hexdigest()} {_packages_here()}\n"
        if stamp.is_file() and stamp.read_text() == wanted:
            return False
        if not (path / "bin" / "python").exists():
            venv.create(path, with_pip=False, symlinks=True)
        stamp.unlink(missing_ok=True)
        _link_packages(path)
        pip = [sys.executable, "-P", "-m", "pip", "--disable-pip-version-check", "--no-input"]
        pip += ["--python", str(path / "bin" / "python"), "install", "-qq"]
        pip += ["--no-index", "--no-deps", "--force-reinstall", str(wheel)]
        _run(pip, cwd=scratch)
        stamp.write_text(wanted)
        return True


def build_wheel(repository: Path, folder: Path) -> Path:
    """The wheel of a working tree, in ``folder``: the same sources give the same bytes."""
    command = [sys.executable, "-P", "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    _run(command, cwd=repository)
    [wheel] = folder.glob("*.whl")
    return wheel


def _packages_here() -> Path:
    return Path(sysconfig.get_path("purelib"))


def _link_packages(path: Path) -> None:
    """This Python's packages, its commands and Jupyter's data, seen from the environment.

    A folder that a ``.pth`` file adds comes after the environment's own, and ``.pth`` files in it
    are not read: an editable install of the engine there stays without effect.
    """
    packages = _packages_here()
    there = {"base": str(path), "platbase": str(path)}
    own = Path(sysconfig.get_path("purelib", "venv", vars=there))
    (own / "linked.pth").write_text(f"{packages}\n")
    for name in DATA:
        (path / name).mkdir(parents=True, exist_ok=True)
        for origin in (Path(sys.prefix) / name).glob("*"):
            link = path / name / origin.name
            if origin.name not in ("__pycache__", "nbgrader_config.py") and not link.exists():
                link.symlink_to(origin)
    for distribution in distributions(path=[str(packages)]):
        if distribution.name != PACKAGE:
            for each in distribution.entry_points.select(group="console_scripts"):
                _write_script(path / "bin", each)


def _write_script(folder: Path, command: EntryPoint) -> None:
    path = folder / command.name
    attribute, call = command.attr.partition(".")[0], command.attr
    words = {"module": command.module, "attribute": attribute, "call": call}
    path.write_text(SCRIPT.format(python=folder / "python", **words))
    path.chmod(0o755)


def _run(command: list[str], cwd: Path | str) -> None:
    """Run a command that says something only when it fails."""
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    done = subprocess.run(command, cwd=cwd, env=environment, capture_output=True, text=True)
    if done.returncode != 0:
        sys.exit(f"{' '.join(command)}\n{done.stdout}{done.stderr}")


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(f"usage: {sys.argv[0]} PATH")
    if prepare(Path(sys.argv[1])):
        print(f"installed {PACKAGE} in {sys.argv[1]}")
