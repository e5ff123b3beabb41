"""The assignment that the attacks aim at: its notebook, and what a submission does to it."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import demo_course as demo
import yaml

from autograder.grading.blueprint import Blueprint
from autograder.intake.submissions import Submission

CORPUS = Path(__file__).parent / "corpus"
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


def blueprint() -> Blueprint:
    """What grading needs of the assignment."""
    content = {"demo": demo.as_bytes(notebook())}
    return Blueprint("demo", content, {}, "target_checks", "0" * 64)


def submission(made: dict | bytes, student: str = "mal", **files: bytes) -> Submission:
    """A submission of this notebook and these files."""
    content = made if isinstance(made, bytes) else demo.as_bytes(made)
    return Submission(student, "demo", {**files, "demo.ipynb": content})


#: It looks at everything that an earlier submission could have left behind.
LOOK_AROUND = """\
import os, sys, glob, threading, numpy
print(sorted(os.listdir('.')), sorted(os.listdir('/tmp')), sorted(os.listdir('/dev/shm')))
print(sorted(glob.glob('/proc/[0-9]*')).__len__(), threading.active_count())
print(oct(os.stat('.').st_mode), [os.listxattr(each) for each in ('.', '/tmp', '/dev/shm')])
print([open(f'/proc/sysvipc/{each}').read().count(chr(10)) for each in ('shm', 'sem', 'msg')])
print(numpy.random.rand(), sys.path, sorted(os.environ.items()), os.umask(0o22))
print(sorted(set(sys.modules) & {'pytest', 'autograder.check'}), 'marca' in globals())
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
    """

    name: str
    what: str
    score: float = 0.0
    status: tuple[str, ...] = ("graded",)
    flags: tuple[str, ...] = ()
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
    for name in ("status", "flags"):
        if isinstance(entry.get(name), str):
            entry[name] = [entry[name]]
        if name in entry:
            entry[name] = tuple(entry[name])
    return Attack(**entry)
