"""The example cohort, made from the reference solutions: each name says what is right or wrong.

    python examples/generate.py            # write examples/submitted/
    python examples/generate.py --check    # fail if what is committed is not what this writes

Beside each submission, ``marks.json`` says what it must get. ``tests/class/test_examples.py``
grades the cohort and holds it to those marks.
"""

from __future__ import annotations

import argparse
import json
import re
import shutil
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from autograder.checking import checks_of
from autograder.course import Assignment, Course
from autograder.grading import blueprint

HERE = Path(__file__).resolve().parent
COURSE = Course.at(HERE.parent)
MARKERS = re.compile(r"^\s*### (BEGIN|END) SOLUTION\n?", re.MULTILINE)


@dataclass(frozen=True)
class Handed:
    """What one student hands in for one assignment, as changes to the reference solution.

    ``edits`` maps a cell's grade_id to pieces of its source, old to new; ``card`` rewrites the
    reference card; ``notebook`` rewrites the notebook; ``content`` replaces its file whole.
    """

    assignment: str
    edits: dict[str, dict[str, str]] = field(default_factory=dict)
    card: Callable[[str], str | None] = lambda text: text
    notebook: Callable[[dict], dict] = lambda notebook: notebook
    content: bytes | None = None
    loses: tuple[str, ...] = ()
    flags: tuple[str, ...] = ()
    status: str = "graded"


ALL = "*"


def replaced(old: str, new: str) -> Callable[[str], str]:
    """A rewrite of a text; it fails when ``old`` is not there."""

    def rewrite(text: str) -> str:
        if old not in text:
            raise ValueError(f"the reference no longer has {old!r}")
        return text.replace(old, new)

    return rewrite


def without_subgroups(card: str) -> str:
    """Only the overall row is left of the table; the prose still speaks of groups."""
    rows = re.compile(r"^\| (genero|region|canal|edad|Brecha) .*\n", re.MULTILINE)
    return rows.sub("", card)


def without_scope(card: str) -> str:
    """The out-of-scope uses are gone."""
    return card[: card.index("### Usos fuera de alcance")] + card[card.index("## 3.") :]


def with_placeholders(card: str) -> str:
    """Two sections as the template gives them."""
    ethics, caveats = card.index("## 6."), card.index("## 7.")
    template = (COURSE.root / "model_card_template.md").read_text(encoding="utf-8")
    left = template[template.index("## 6.") : template.index("## 7.")]
    return card[:ethics] + left + card[caveats:]


def cells_deleted(notebook: dict) -> dict:
    """Two self-checks deleted, the points of another edited: all of it comes back."""
    for cell in notebook["cells"]:
        nbgrader = cell["metadata"].get("nbgrader", {})
        if nbgrader.get("grade_id") == "card-autotest":
            nbgrader["points"] = 100
    gone = ("joblib-autotest", "alertas-autotest")
    return {**notebook, "cells": [c for c in notebook["cells"] if grade_id(c) not in gone]}


def grade_id(cell: dict) -> str | None:
    return cell["metadata"].get("nbgrader", {}).get("grade_id")


COHORT: dict[str, tuple[Handed, ...]] = {
    "completa": tuple(Handed(each.name) for each in COURSE.graded),
    "psi-con-inf": (
        Handed(
            "ejercicio-2-psi",
            {
                "psi": {
                    "np.maximum(conteos / len(muestra), PISO)": "conteos / len(muestra)",
                    "p, q = proporciones\n    return": (
                        "p, q = proporciones\n"
                        "    con_casos = (p > 0) | (q > 0)\n"
                        "    p, q = p[con_casos], q[con_casos]\n"
                        "    return"
                    ),
                }
            },
            loses=("stays_finite_when_a_bin_is_empty", "missing_values_may_appear_and_vanish"),
        ),
    ),
    "solo-valor-p": (
        Handed(
            "ejercicio-3-ks",
            {
                "alertas": {
                    '(tabla["p_ajustado"] < alfa) & (tabla["D"] > d_minimo)': (
                        'tabla["p_valor"] < alfa'
                    )
                }
            },
            loses=(
                "alert_needs_evidence_and_size",
                "alert_uses_the_corrected_p",
                "limits_do_not_alert",
                "thresholds_are_the_arguments",
            ),
        ),
    ),
    "b-al-usuario": (
        Handed(
            "ejercicio-4-shadow",
            {
                "servir": {
                    "    return respuesta\n": (
                        '    de_b = fila["respuesta_b"]\n'
                        "    return respuesta if de_b is None else de_b\n"
                    )
                }
            },
            loses=("user_gets_the_answer_of_a",),
        ),
    ),
    "huella-sin-verificar": (
        Handed(
            "ejercicio-1-serializar",
            {
                "cargar-verificado": {
                    'if hashlib.sha256(contenido).hexdigest() != ficha["sha256"]:': (
                        'if not ficha["sha256"]:'
                    )
                }
            },
            loses=("changed_file_is_refused_unloaded",),
        ),
    ),
    "card-sin-subgrupo": (
        Handed(
            "homework",
            card=without_subgroups,
            loses=("card_measures_a_subgroup", "card_is_true_of_the_saved_model"),
        ),
    ),
    "card-con-placeholders": (
        Handed("homework", card=with_placeholders, loses=("card_has_ethical_considerations",)),
    ),
    "card-sin-fuera-de-alcance": (
        Handed("homework", card=without_scope, loses=("card_says_what_is_out_of_scope",)),
    ),
    "card-con-otros-numeros": (
        Handed(
            "homework",
            card=replaced("| Global | 1500 | 0.811 |", "| Global | 1500 | 0.913 |"),
            loses=("card_is_true_of_the_saved_model",),
        ),
    ),
    "sin-deteccion": (
        Handed(
            "homework",
            {"alertas": {"disparadas = psi[psi > umbral]": "disparadas = psi[psi > 10 * umbral]"}},
            loses=(
                "alerts_above_the_threshold_only",
                "each_alert_is_logged_once",
                "detects_a_shift_or_a_new_mix",
                "detects_a_change_of_scale_or_levels",
                "detects_missing_values",
            ),
        ),
    ),
    "modelo-ausente": (
        Handed(
            "homework",
            {"guardar": {'joblib.dump(modelo, "modelo.joblib")': "modelo_guardado = False"}},
            loses=(
                "artefact_works_by_itself",
                "artefact_is_the_model",
                "card_is_true_of_the_saved_model",
            ),
        ),
    ),
    "celdas-borradas": (
        Handed(
            "homework",
            notebook=cells_deleted,
            flags=(
                "test-deleted: alertas-autotest",
                "test-deleted: joblib-autotest",
            ),
        ),
    ),
    "entrega-vacia": (Handed("homework", card=lambda _: None, content=b"released", loses=(ALL,)),),
    "notebook-cortado": (
        Handed(
            "homework",
            content=b'{"cells": [{"cell_type": "code", "sour',
            card=lambda _: None,
            loses=(ALL,),
            flags=("notebook-invalid: homework",),
            status="invalid",
        ),
    ),
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--check", action="store_true", help="change nothing; compare")
    options = parser.parse_args()
    target = HERE / "submitted"
    if not options.check:
        shutil.rmtree(target, ignore_errors=True)
        write(target)
        return
    with tempfile.TemporaryDirectory() as folder:
        write(Path(folder))
        stale = sorted(differences(Path(folder), target))
    if stale:
        sys.exit(f"examples/ is stale, run `python examples/generate.py`: {', '.join(stale)}")


def differences(new: Path, old: Path) -> set[str]:
    """Files that are not the same in both folders."""
    mine, theirs = (
        {path.relative_to(root): path.read_bytes() for path in files(root)} for root in (new, old)
    )
    return {str(name) for name in mine.keys() | theirs.keys() if mine.get(name) != theirs.get(name)}


def files(root: Path) -> list[Path]:
    return [path for path in root.rglob("*") if path.is_file()]


def write(target: Path) -> None:
    for student, handed in COHORT.items():
        marks = {}
        for each in handed:
            assignment = COURSE.assignment(each.assignment)
            folder = target / student / each.assignment
            folder.mkdir(parents=True)
            write_notebooks(folder, assignment, each)
            write_references(folder, assignment, each)
            marks[each.assignment] = expected(assignment, each)
        text = json.dumps(marks, indent=2, ensure_ascii=False) + "\n"
        (target / student / "marks.json").write_text(text, encoding="utf-8")


def write_notebooks(folder: Path, assignment: Assignment, handed: Handed) -> None:
    pending = dict(handed.edits)
    for name in assignment.notebooks:
        content = handed.content
        if content == b"released":
            content = assignment.released(name).read_bytes()
        elif content is None:
            content = as_bytes(handed.notebook(answered(assignment, name, pending)))
        (folder / f"{name}.ipynb").write_bytes(content)
    if pending:
        raise ValueError(f"{assignment.name} has no cell {', '.join(pending)}")


def answered(assignment: Assignment, name: str, pending: dict[str, dict[str, str]]) -> dict:
    """The reference solution without markers nor outputs, with the edits that fall in it."""
    notebook = json.loads(assignment.solution(name).read_text(encoding="utf-8"))
    for cell in notebook["cells"]:
        source = MARKERS.sub("", "".join(cell["source"]))
        for old, new in pending.pop(grade_id(cell), {}).items():
            source = replaced(old, new)(source)
        cell["source"] = source.splitlines(keepends=True)
        if cell["cell_type"] == "code":
            cell["outputs"], cell["execution_count"] = [], None
    return notebook


def as_bytes(notebook: dict) -> bytes:
    return (json.dumps(notebook, indent=1, ensure_ascii=False) + "\n").encode()


def write_references(folder: Path, assignment: Assignment, handed: Handed) -> None:
    """The answers that are files: model cards."""
    for path in assignment.references:
        text = handed.card(path.read_text(encoding="utf-8"))
        if text is not None:
            (folder / path.name).write_text(text, encoding="utf-8")


def expected(assignment: Assignment, handed: Handed) -> dict:
    """The marks that a submission must get: what it loses is written above, the rest follows."""
    every = checks_of(blueprint.read(COURSE, assignment).checks)
    lost = [each for each in every if ALL in handed.loses or each.id in handed.loses]
    unknown = set(handed.loses) - {each.id for each in every} - {ALL}
    if unknown:
        raise ValueError(f"{assignment.name} has no check {', '.join(sorted(unknown))}")
    total = sum(each.points for each in every)
    criteria = [each for each in every if each.criterion]
    return {
        "score": total - sum(each.points for each in lost),
        "max_score": total,
        "status": handed.status,
        "accepted": not any(each.criterion for each in lost) if criteria else None,
        "loses": [each.id for each in lost],
        "flags": list(handed.flags),
    }


if __name__ == "__main__":
    main()
