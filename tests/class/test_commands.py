"""Every command that the READMEs and CONTRIBUTING.md give is run, as it is written.

Each ``sh`` block of a README is run by itself in one bash with ``set -e``, in the order of the
text, from the root of a copy of this repository in which two examples have been handed in. Files
whose content it shows (a block with a path after its language) are in place before the block that
needs them. A section of CONTRIBUTING.md is one terminal: its blocks are run in one bash, its files
are written where they stand in the text, and its ``text`` blocks are lines that one must have seen.
Targets of make are only known to exist: they are what runs these tests. Servers are started on this
machine alone, asked until they answer, and ended by their process id.
"""

from __future__ import annotations

import importlib.util
import json
import os
import re
import shlex
import shutil
import signal
import socket
import subprocess
import sys
import sysconfig
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import typer
from nbgrader.apps import NbGraderApp
from the_course import ROOT

from autograder.cli import app

READMES = ("README.md", "README.es.md")
FENCE = re.compile(r"^```(?P<language>\w+)(?: (?P<file>\S+))?\n(?P<text>.*?)^```", re.M | re.S)
INLINE = re.compile(r"(?<!`)`((?:make|autograder|nbgrader|python) [^`]+)`")
#: Of the examples: who has handed in what before the first command, and who before the last grade.
HANDED_IN = {"psi-con-inf": "ejercicio-2-psi", "solo-valor-p": "ejercicio-3-ks"}
LATER = ("huella-sin-verificar", "ejercicio-1-serializar")
DASK_PORT = "8786"
SECONDS = 1800  # for a whole text: only what hangs takes as long

BIN = str(Path(sys.prefix) / "bin")
TOKEN = "told"
OF_THIS_RUN = ("PYTEST", "MAKE", "MFLAGS", "PYTHON", "VIRTUAL_ENV", "AUTOGRADER", "JUPYTER")
#: Command of nbgrader that only says where formgrader is.
ONLY_ADVICE = {"formgrade"}

#: Run by bash exactly as they stand, before what a block begins with.
PLAIN = {".", "cd", "cp", "mkdir", "pip", "pre-commit", "ruff"}
QUICK = {"bundle", "build", "doctor", "export", "feedback", "grade", "new", "report", "truth"}

#: Ask an address until it answers, while the process that should answer is alive.
ASK = """
import os, sys, time, urllib.error, urllib.request
address, expected, server = sys.argv[1], sys.argv[2], int(sys.argv[3])
end = time.monotonic() + 600
while True:
    try:
        with urllib.request.urlopen(address, timeout=60) as answer:
            text = answer.read().decode()
        break
    except urllib.error.HTTPError as error:
        sys.exit(f"{address}: {error}")
    except OSError as error:
        os.kill(server, 0)  # raises where it has ended
        if time.monotonic() > end:
            sys.exit(f"{address} does not answer: {error}")
        time.sleep(0.2)
if expected not in text:
    sys.exit(f"{address} answers without {expected!r}: {text[:500]}")
"""
WORKERS = """
import sys
from distributed import Client
Client(sys.argv[1], timeout=600).wait_for_workers(1, timeout=600)
"""
PRELUDE = """
set -euo pipefail
trap 'for job in $(jobs -p); do kill "$job" || true; done; wait' EXIT
"""


class UnknownCommand(Exception):
    """A command that the tests cannot tell how to run; the message is the line."""


@dataclass(frozen=True)
class Text:
    """What a document gives to type: blocks of commands, and files by their path."""

    blocks: tuple[str, ...]
    files: dict[str, str]

    @classmethod
    def of(cls, name: str) -> Text:
        found = list(FENCE.finditer((ROOT / name).read_text("utf-8")))
        return cls(
            blocks=tuple(each["text"] for each in found if each["language"] == "sh"),
            files={each["file"]: each["text"] for each in found if each["file"]},
        )

    @property
    def commands(self) -> list[list[str]]:
        lines = (shlex.split(line, comments=True) for line in "".join(self.blocks).splitlines())
        return [words for words in lines if words]


@pytest.fixture()
def repository(tmp_path: Path) -> Path:
    """A copy of what is kept in git, under git, with this environment and something handed in."""
    copy = tmp_path / "repository"
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        cwd=ROOT,
        capture_output=True,
        check=True,
    ).stdout.decode()
    for name in filter(None, listed.split("\0")):
        if (ROOT / name).is_file():
            (copy / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, copy / name)
    (copy / ".venv").symlink_to(sys.prefix)
    for student, assignment in HANDED_IN.items():
        place = Path(student, assignment)
        shutil.copytree(copy / "examples/submitted" / place, copy / "submitted" / place)
    subprocess.run(["git", "init", "--quiet"], cwd=copy, check=True)
    return copy


def environment(home: Path, port: int) -> dict[str, str]:
    """As of somebody who has just opened a terminal; no browser opens, no index is asked."""
    server = {"ip": "127.0.0.1", "port": port, "open_browser": False, "allow_root": True}
    config = {
        "ServerApp": server,
        "ExtensionApp": {"open_browser": False},
        "IdentityProvider": {"token": TOKEN},
    }
    home.mkdir()
    for name in ("jupyter_server_config.json", "jupyter_lab_config.json"):
        (home / name).write_text(json.dumps(config))
    folders = os.environ["PATH"].split(os.pathsep)
    kept = {name: value for name, value in os.environ.items() if not name.startswith(OF_THIS_RUN)}
    return kept | {
        "PATH": os.pathsep.join(folder for folder in folders if folder != BIN),
        "HOME": str(home),
        "JUPYTER_CONFIG_DIR": str(home),
        "JUPYTER_PATH": str(Path(sys.prefix) / "share/jupyter"),
        "PIP_NO_INDEX": "1",
        "PIP_DISABLE_PIP_VERSION_CHECK": "1",
    }


def free_port() -> int:
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        return held.getsockname()[1]


def script(block: str, port: int) -> str:
    """What bash runs for a block. Raises UnknownCommand."""
    return "\n".join([PRELUDE, *typed(block, port)])


def typed(block: str, port: int) -> list[str]:
    """The lines of bash for the commands of a block. Raises UnknownCommand."""
    return [each for line in block.splitlines() for each in lines_for(line, port)]


@dataclass(frozen=True)
class Section:
    """What a section of a document has one type in a terminal, and lines that one then sees."""

    script: str
    seen: tuple[str, ...]

    @classmethod
    def each_of(cls, name: str, port: int) -> Iterator[Section]:
        """The sections of a document that give commands. Raises UnknownCommand."""
        for text in re.split(r"^## ", (ROOT / name).read_text("utf-8"), flags=re.M):
            lines, seen = [PRELUDE], []
            for block in FENCE.finditer(text):
                if block["file"]:
                    content, path = shlex.quote(block["text"]), shlex.quote(block["file"])
                    lines.append(f"printf %s {content} >{path}")
                elif block["language"] == "sh":
                    lines += typed(block["text"], port)
                elif block["language"] == "text":
                    seen += block["text"].splitlines()
            if len(lines) > 1:
                yield cls("\n".join(lines), tuple(seen))


def lines_for(line: str, port: int) -> list[str]:
    """A command as it stands, or what is done in its place. Raises UnknownCommand."""
    words = shlex.split(line, comments=True)
    if set(words) & {"&", "&&", "|", "||", ";"}:
        raise UnknownCommand(line)
    match words:
        case []:
            return []
        case ["make", *targets]:
            return [f"make --dry-run {shlex.join(targets)} >/dev/null"]
        case ["jupyter", "lab"]:
            address = f"http://127.0.0.1:{port}/formgrader/api/assignments?token={TOKEN}"
            return [f"{line.partition('#')[0]} &", *asked(address, "ejercicio-2-psi"), "kill $!"]
        case ["dask", "scheduler" | "worker", *_]:
            return [f"{line.replace(DASK_PORT, str(port)).partition('#')[0]} &"]
        case ["autograder", "grade", "--scheduler", address]:
            student, assignment = LATER
            address = address.replace(DASK_PORT, str(port))
            return [
                f"mkdir -p submitted/{student}",
                f"cp -r examples/submitted/{student}/{assignment} submitted/{student}",
                shlex.join([sys.executable, "-c", WORKERS, address]),
                line.replace(DASK_PORT, str(port)),
            ]
        case ["python3", "-m", "venv", folder]:
            # What the wheel depends on is taken from this environment: no index is asked.
            here = shlex.quote(sysconfig.get_path("purelib"))
            site = f"$(echo {folder}/lib/python*/site-packages)"
            return [line, f'echo {here} >"{site}/here.pth"']
        case ["autograder", command, *_] if command in QUICK:
            return [line]
        case ["python", "-m", "unittest", *_]:
            return [line]
        case ["rm", *paths] if all(path.startswith("solutions/") for path in paths):
            return [line]
        case [command, *_] if command in PLAIN or command.endswith("/bin/pip"):
            return [line]
    raise UnknownCommand(line)


def asked(address: str, expected: str) -> list[str]:
    """Lines that wait until the last process that was started answers there."""
    return [f"{shlex.join([sys.executable, '-c', ASK, address, expected])} $!"]


def run(text: str, folder: Path, env: dict[str, str]) -> str:
    """What bash and everything that it starts write. Fails with it where a command fails."""
    with subprocess.Popen(
        ["bash", "-c", text],
        cwd=folder,
        env=env,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    ) as bash:
        try:
            written, _ = bash.communicate(timeout=SECONDS)
        except BaseException:
            os.killpg(bash.pid, signal.SIGKILL)
            raise
    assert bash.returncode == 0, f"{text}\n\n{written}"
    return written


def test_both_readmes_give_the_same_commands_and_files() -> None:
    english, spanish = (Text.of(name) for name in READMES)
    assert english.commands == spanish.commands
    assert english.files == spanish.files
    assert len(english.commands) > 15


def test_the_readmes_commands_work_as_they_are_written(repository: Path, tmp_path: Path) -> None:
    text = Text.of("README.md")
    for name, content in text.files.items():
        path = repository.parent / "arithmetic" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, "utf-8")
    port = free_port()
    env = environment(tmp_path / "home", port)
    written = [run(script(block, port), repository, env) for block in text.blocks]

    cluster = written[next(n for n, block in enumerate(text.blocks) if "--scheduler" in block)]
    assert re.search(r"\b[1-9]\d* graded now", cluster), cluster
    students = {each["student"] for each in marks(repository)}
    assert students == {*HANDED_IN, LATER[0]}
    assert (repository / "results/report.html").is_file()
    assert (repository / "results/marks.csv").is_file()
    assert {path.parts[-3] for path in pages(repository)} == set(HANDED_IN)

    other = repository.parent / "arithmetic"
    assert [(each["score"], each["max_score"]) for each in marks(other)] == [(2, 2)]
    assert len(pages(other)) == 1


def marks(course: Path) -> list[dict]:
    return json.loads((course / "results/results.json").read_text("utf-8"))["submissions"]


def pages(course: Path) -> list[Path]:
    """The feedback: feedback/<student>/<assignment>/<notebook>.html."""
    return list((course / "feedback").glob("*/*/*.html"))


def test_so_do_those_of_contributing(repository: Path, tmp_path: Path) -> None:
    port = free_port()
    env = environment(tmp_path / "home", port)
    for section in Section.each_of("CONTRIBUTING.md", port):
        written = words(run(section.script, repository, env))
        assert [line for line in section.seen if words(line) not in written] == []

    course = repository.parent / "curso-060"
    given = {each["student"]: (each["score"], each["max_score"]) for each in marks(course)}
    assert given == {"ana": (3, 3), "bob": (0, 3)}
    assert {path.parts[-3] for path in pages(course)} == {"ana", "bob"}


def words(text: str) -> str:
    """A text whose spaces and lines do not matter."""
    return " ".join(text.split())


@pytest.mark.parametrize("name", [*READMES, "CONTRIBUTING.md"])
def test_commands_within_sentences_exist(name: str) -> None:
    text = FENCE.sub("", (ROOT / name).read_text("utf-8"))
    found = [shlex.split(command) for command in INLINE.findall(text)]
    assert found
    assert [words for words in found if not exists(*words)] == []


def exists(program: str, *words: str) -> bool:
    """Whether a program has such a command or target, with such options."""
    if program == "make":
        targets = re.search(r"^\.PHONY: (.*)$", (ROOT / "Makefile").read_text(), re.M)
        return targets is not None and set(words) <= set(targets[1].split())
    if program == "nbgrader":
        return words[0] in NbGraderApp.subcommands and words[0] not in ONLY_ADVICE
    if program == "python":
        return words[0] == "-m" and importlib.util.find_spec(words[1]) is not None
    if program == "autograder":
        command = typer.main.get_command(app).commands.get(words[0])
        options = {word for word in words if word.startswith("--")}
        return command is not None and options <= {o for p in command.params for o in p.opts}
    return False


@pytest.mark.parametrize("line", ["rm -rf /", "autograder nothing", "cd x && make test", "jupyter"])
def test_a_command_that_nobody_knows_how_to_run_is_refused(line: str) -> None:
    with pytest.raises(UnknownCommand):
        lines_for(line, 1)
