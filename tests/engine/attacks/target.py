"""The assignment that the attacks aim at: its notebook, and what a submission does to it."""

from __future__ import annotations

import json
import secrets
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import demo_course as demo
import yaml

from autograder.grading.blueprint import Blueprint, Part
from autograder.intake.submissions import Submission
from autograder.sandbox.limits import MIB, Limits

CORPUS = Path(__file__).with_name("corpus")
CHECKS = Path(__file__).with_name("target_checks.py").read_bytes()
TABLE = b"a,b\n1,2\n"
#: What the checks read and students are not given: no attack may bring it back.
RESERVED = secrets.token_hex(8)
STUB = "raise NotImplementedError('todavía no')"
ANSWERS = {
    "cuadrado": "def cuadrado(x):\n    return x ** 2",
    "total": "total = sum(range(10))",
    "modelo": """\
import joblib
import pandas as pd
from sklearn.linear_model import LogisticRegression
azar = np.random.default_rng(0)
filas = pd.DataFrame({"a": azar.normal(size=300), "b": azar.normal(size=300)})
joblib.dump(LogisticRegression().fit(filas, filas["a"] + filas["b"] > 0), "modelo.joblib")""",
    "nota": "from pathlib import Path\nPath('nota.md').write_text('hola\\n')",
}
TESTS = {
    "cuadrado": ("assert cuadrado(2) == 4\nprint('✅')", 3),
    "total": ("assert total == 45", 1),
    "modelo": ("import os\nassert os.path.exists('modelo.joblib')", 3),
    "nota": ("assert open('nota.md').read()", 2),
}
FULL = 8.0  # of 9: nobody can predict noise

#: What the honest notebook imports, as a course's worker knows it beforehand.
MODULES = ("joblib", "sklearn.linear_model")
SEED = 4_815_162_342
#: What happens at once on a fast machine has happened by then on any.
PATIENCE = 900.0
LIMITS = Limits(
    cell_seconds=PATIENCE,
    call_seconds=PATIENCE,
    submission_seconds=4 * PATIENCE,
    start_seconds=PATIENCE,
    cpu_seconds=int(4 * PATIENCE),
    cell_output_bytes=MIB // 4,
    submission_output_bytes=MIB,
    message_bytes=16 * MIB,
    disk_bytes=16 * MIB,
    memory_bytes=512 * MIB,
    sandbox_memory_bytes=768 * MIB,
    processes=24,
)


def notebook(**answers: str) -> dict[str, Any]:
    """The notebook with these answers, and stubs where there is none."""
    cells = [demo.cell("import numpy as np", "importar", locked=True)]
    for name, (test, points) in TESTS.items():
        stub = f"def cuadrado(x):\n    {STUB}" if name == "cuadrado" else STUB
        cells.append(demo.cell(answers.get(name, stub), name, solution=True))
        roles = {"grade": True, "locked": True, "points": points}
        cells.append(demo.cell(test, f"{name}-autotest", **roles))
    cells.append(demo.cell("¿Por qué?", "porque", "markdown", grade=True, solution=True, points=1))
    return demo.notebook(*cells)


@cache
def blueprint() -> Blueprint:
    """What grading needs of the assignment."""
    return Blueprint(
        "demo",
        notebooks={"demo": Part(demo.as_bytes(notebook()))},
        given={"datos/tabla.csv": Part(TABLE)},
        judging={
            "solutions/demo/checks.py": Part(CHECKS),
            "datos/reservado.txt": Part(RESERVED.encode()),
        },
        checks_path="solutions/demo/checks.py",
    )


@cache
def other_blueprint() -> Blueprint:
    """Another assignment, whose students are given other data."""
    cells = demo.cell(
        "leido = open('../datos/otra.csv').read()", "leer", locked=True, grade=True, points=1
    )
    return Blueprint(
        "otra",
        notebooks={"otra": Part(demo.as_bytes(demo.notebook(cells)))},
        given={"datos/otra.csv": Part(b"c\n3\n")},
        judging={"checks.py": Part(OTHER_CHECKS)},
    )


def other_submission() -> Submission:
    """The right submission of the other assignment."""
    cell = demo.cell(
        "leido = open('../datos/otra.csv').read()", "leer", locked=True, grade=True, points=1
    )
    return Submission("eva", "otra", {"otra.ipynb": demo.as_bytes(demo.notebook(cell))})


OTHER_CHECKS = b'''
from autograder.checking import check, expect

@check("leer", points=1)
def reads_what_was_given(student, rng):
    """Lee sus datos."""
    expect(student.value("leido")).to_equal("c\\n3\\n", expected="sus datos")
'''


def submission(made: dict | bytes, student: str = "mal", **files: bytes) -> Submission:
    """A submission of this notebook and these files."""
    content = made if isinstance(made, bytes) else demo.as_bytes(made)
    return Submission(student, "demo", {**files, "demo.ipynb": content})


#: It looks at everything that an earlier submission could have left behind.
LOOK_AROUND = """\
import os, sys, glob, socket, threading, numpy
print(sorted(os.listdir('.')), sorted(os.listdir('/tmp')), sorted(os.listdir('/dev/shm')))
print(os.getcwd(), sorted((each.name, each.is_symlink()) for each in os.scandir('/course')))
print(os.path.realpath('../datos/tabla.csv').count('/'), open('../datos/tabla.csv').read())
print(sorted(glob.glob('/proc/[0-9]*')).__len__(), threading.active_count(), socket.gethostname())
folders = ('.', '/course', '/tmp', '/dev/shm')
print([(oct(os.stat(each).st_mode), os.listxattr(each)) for each in folders])
print([open(f'/proc/sysvipc/{each}').read().count(chr(10)) for each in ('shm', 'sem', 'msg')])
print(numpy.random.rand(), sys.path, sorted(os.environ.items()), os.umask(0o22))
print(sorted(set(sys.modules) & {'pytest', 'autograder.checking'}), 'marca' in globals())
print([each for each in sys.modules if each.startswith('checks_') or 'target' in each])
print(numpy.testing.assert_allclose.__module__, numpy.isclose(1, 2), isinstance('a', int))"""


def honest() -> Submission:
    """A right submission that prints all that could differ were it not alone."""
    made = notebook(**ANSWERS)
    made["cells"] = [*made["cells"], {**demo.cell(LOOK_AROUND), "id": "mirar"}]
    return submission(made, "ana")


@dataclass(frozen=True)
class Attack:
    """One entry of the corpus: what it does and the outcome that it must have.

    ``solution``, ``total``, ``model``, ``note`` replace answers (all wrong if not ``solved``);
    ``start`` and ``end`` are more cells. The word LOGRADO may appear in no output: attacks print
    it when they reach what they should not.

    ``endless`` is part of the request that never ends (a cell's source, or ``op name``): from it
    on the clock runs out soon. ``deaf`` says that an interrupt does not end it either; whoever
    hears it has all the time to say so. ``perhaps`` are flags that a slow machine may add.
    """

    name: str
    what: str
    score: float = 0.0
    status: tuple[str, ...] = ("graded",)
    flags: tuple[str, ...] = ()
    perhaps: tuple[str, ...] = ()
    endless: str = ""
    deaf: bool = False
    says: str = ""
    shows: str = ""
    solved: bool = False
    solution: str = ""
    total: str = ""
    model: str = ""
    note: str = ""
    start: str = ""
    end: str = ""
    files: dict[str, str] = field(default_factory=dict)

    def submission(self, places: dict[str, str]) -> Submission:
        """The submission, with ``@NAME@`` replaced by what the attacker might know."""
        given = {
            "cuadrado": self.solution,
            "total": self.total,
            "modelo": self.model,
            "nota": self.note,
        }
        answers = {name: text for name, text in given.items() if text}
        made = notebook(**{**(ANSWERS if self.solved else {}), **answers})
        before = [{**demo.cell(self.start), "id": "antes"}] if self.start else []
        after = [{**demo.cell(self.end), "id": "despues"}] if self.end else []
        made["cells"] = [*before, *made["cells"], *after]
        text = json.dumps(made)
        for name, value in places.items():
            text = text.replace(f"@{name}@", value)
        files = {name: content.encode() for name, content in self.files.items()}
        return submission(text.encode(), **files)


def corpus(*files: str) -> list[Attack]:
    """The attacks of these files of the corpus (all of them if none is named)."""
    paths = [CORPUS / f"{name}.yaml" for name in files] or sorted(CORPUS.glob("*.yaml"))
    return [_attack(entry) for path in paths for entry in yaml.safe_load(path.read_text())]


def _attack(entry: dict[str, Any]) -> Attack:
    for name in ("status", "flags", "perhaps"):
        if isinstance(entry.get(name), str):
            entry[name] = [entry[name]]
        if name in entry:
            entry[name] = tuple(entry[name])
    return Attack(**entry)
