"""The engine's own wheel, made from the package that is running.

It needs no checkout and no build backend, so an installed engine can hand itself on: the package's
files as they are now, the metadata of its installation, and a RECORD of both. The same package
gives the same bytes.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path

import autograder
from autograder import UserError, __version__
from autograder.assignment import files_below
from autograder.authoring.reproducible_zip import stored_zip

NAME = "autograder"
TAG = "py3-none-any"
PACKAGE = Path(autograder.__file__).parent
#: Files of the package that are installed outside of it too: pyproject.toml's ``shared-data``.
SHARED_DATA = {"jupyter/nbgrader_config.py": "etc/jupyter/nbgrader_config.py"}
WHEEL = f"Wheel-Version: 1.0\nGenerator: {NAME}\nRoot-Is-Purelib: true\nTag: {TAG}\n"


class WheelError(UserError):
    """The wheel cannot be made; the message says what to do."""


def wheel() -> tuple[str, bytes]:
    """The wheel's file name and its bytes.

    Raises:
        WheelError: the package is not installed, or its installation is of another version.
    """
    files = dict(sorted(_package_files()))
    files |= dict(sorted(_metadata_files(_installed())))
    record = f"{_dist_info()}/RECORD"
    files[record] = _record(files, record).encode()
    return f"{NAME}-{__version__}-{TAG}.whl", stored_zip(files)


def requirement_of(name: str) -> str:
    """What the engine asks of a library: ``typer<1,>=0.12``; any extra's, without its marker."""
    from packaging.requirements import Requirement
    from packaging.utils import canonicalize_name

    for text in _installed().requires or ():
        requirement = Requirement(text)
        if canonicalize_name(requirement.name) == canonicalize_name(name):
            return f"{requirement.name}{requirement.specifier}"
    return name


def _installed() -> Distribution:
    try:
        installed = distribution(NAME)
    except PackageNotFoundError as error:
        raise WheelError(f"{PACKAGE} is not installed: run `pip install`") from error
    if installed.version != __version__:
        raise WheelError(
            f"{NAME} {__version__} runs from {PACKAGE}, and what is installed says "
            f"{installed.version}: run `pip install` again"
        )
    return installed


def _dist_info() -> str:
    return f"{NAME}-{__version__}.dist-info"


def _package_files() -> Iterator[tuple[str, bytes]]:
    for path in files_below(PACKAGE):
        inside = path.relative_to(PACKAGE).as_posix()
        if path.suffix != ".pyc":
            yield f"{NAME}/{inside}", path.read_bytes()  # of a link, what it leads to
        if inside in SHARED_DATA:
            yield f"{NAME}-{__version__}.data/data/{SHARED_DATA[inside]}", path.read_bytes()


def _metadata_files(installed: Distribution) -> Iterator[tuple[str, bytes]]:
    licenses = installed.metadata.get_all("License-File") or []
    for name in ("METADATA", "entry_points.txt", *(f"licenses/{each}" for each in licenses)):
        text = installed.read_text(name)
        if text is None:
            raise WheelError(f"the installation of {NAME} has no {name}: run `pip install` again")
        yield f"{_dist_info()}/{name}", text.encode()
    yield f"{_dist_info()}/WHEEL", WHEEL.encode()


def _record(files: dict[str, bytes], itself: str) -> str:
    """Each file with its SHA-256 and its size, as the wheel format wants them."""
    lines = [f"{name},{_digest(content)},{len(content)}\n" for name, content in files.items()]
    return "".join([*lines, f"{itself},,\n"])


def _digest(content: bytes) -> str:
    digest = base64.urlsafe_b64encode(hashlib.sha256(content).digest())
    return f"sha256={digest.decode().rstrip('=')}"
