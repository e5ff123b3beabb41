"""One card, asked everywhere: the checks of both assignments, and the notebooks' own self-check.

Tables are drawn from the figures of the student's own saved model, in every form that is accepted.
"""

from __future__ import annotations

import contextlib
import importlib
import io
import re
import shutil
import sys
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path
from types import ModuleType
from typing import Any

import joblib
import jupytext
import numpy as np
import pandas as pd
import pytest
import the_course
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sklearn import metrics
from sklearn.compose import make_column_transformer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from the_course import ROOT

from autograder.checking import DirectStudent, run_checks

METRICS: dict[str, tuple[tuple[str, ...], Callable[[pd.DataFrame], float]]] = {
    "Casos": (("Casos", "n", "Filas", "Support"), len),
    "Exactitud": (
        ("Exactitud", "Accuracy", "exactitud"),
        lambda rows: metrics.accuracy_score(rows["y_true"], rows["y_pred"]),
    ),
    "Precisión": (
        ("Precisión", "Precision"),
        lambda rows: metrics.precision_score(rows["y_true"], rows["y_pred"], zero_division=np.nan),
    ),
    "Recall": (
        ("Recall", "Sensibilidad", "recall"),
        lambda rows: metrics.recall_score(rows["y_true"], rows["y_pred"], zero_division=np.nan),
    ),
    "F1": (("F1", "F1-score"), lambda rows: metrics.f1_score(rows["y_true"], rows["y_pred"])),
    "AUC": (
        ("AUC", "ROC AUC", "AUC-ROC"),
        lambda rows: metrics.roc_auc_score(rows["y_true"], rows["y_score"]),
    ),
}
TRUTH = "card_is_true_of_the_saved_model"
SELF_CHECK = ("leer_card", "tabla_card", "revisar_card")
CORPUS = ROOT / "tests/engine/ml/cards"


@dataclass(frozen=True, repr=False)
class Work:
    """What a student of one assignment has: a folder with the notebook's files, and its names."""

    assignment: str
    folder: Path
    card: str
    rows: dict[str, int]
    factors: tuple[str, ...]
    required: tuple[str, ...]

    @property
    def checks(self) -> ModuleType:
        return the_course.checks(self.assignment)

    def lost(self, card: str) -> set[str]:
        """The checks of the card that a card loses."""
        (self.folder / "MODEL_CARD.md").write_text(card, encoding="utf-8")
        student = DirectStudent({}, self.folder)
        verdicts = run_checks(self.checks, student, seed=1, cells=["card-autotest"])
        return {verdict.id for verdict in verdicts if not verdict.passed}

    def problems(self, card: str) -> list[str]:
        """What the notebook's own self-check says of a card."""
        (self.folder / "MODEL_CARD.md").write_text(card, encoding="utf-8")
        model = joblib.load(self.folder / "modelo.joblib")
        required = [(group, name) for group in self.required for name in ("Exactitud", "Recall")]
        with contextlib.chdir(self.folder):
            return self_check(self.assignment).revisar("MODEL_CARD.md", model, self.rows, required)

    def with_table(self, table: str) -> str:
        """The reference card with another table."""
        before, rest = self.card.split("| Grupo |")
        return f"{before}{table}\n\n- **El grupo al que" + rest.split("- **El grupo al que")[1]

    @property
    def evidence(self) -> pd.DataFrame:
        return pd.read_csv(self.folder / "evidencia.csv")


@cache
def self_check(assignment: str) -> ModuleType:
    """The module that travels with an assignment's notebook and looks at its card."""
    folder = ROOT / "solutions" / assignment
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(folder)
        for name in SELF_CHECK:
            sys.modules.pop(name, None)
        return importlib.import_module(SELF_CHECK[-1])


def worked(assignment: str, cells: str, folder: Path, **about: Any) -> Work:
    """Run some cells of a solution in ``folder``, with its companions and reference card."""
    source = ROOT / "solutions" / assignment
    code = [
        each
        for each in jupytext.read(source / f"{assignment}.py").cells
        if each.cell_type == "code"
    ]
    chosen = cells.split()
    names: dict[str, Any] = {"__name__": "__main__"}
    with contextlib.chdir(source):
        exec(code[0].source.replace("plt.style.use", "str"), names)
    with contextlib.chdir(folder), contextlib.redirect_stdout(io.StringIO()):
        for each in code:
            if each.metadata.get("nbgrader", {}).get("grade_id") in chosen:
                exec(each.source, names)
    shutil.copy(source / "grupos.toml", folder)
    card = (source / "MODEL_CARD.md").read_text(encoding="utf-8")
    return Work(assignment, folder, card, **about)


@pytest.fixture(scope="module")
def works(tmp_path_factory: pytest.TempPathFactory) -> list[Work]:
    """The reference solutions of both assignments, as far as their cards need them."""
    make = tmp_path_factory.mktemp
    homework = worked(
        "homework",
        "datos modelo guardar tabla-por-subgrupo",
        make("homework"),
        rows={"training": 3_500, "evaluation": 1_500},
        factors=("genero", "region", "canal", "cuotas"),
        required=(),
    )
    exercise = worked(
        "ejercicio-5-model-card",
        "datos entrenar guardar-modelo evidencia guardar-evidencia",
        make("exercise"),
        rows={"training": 668, "evaluation": 223},
        factors=("sexo", "clase", "edad"),
        required=("Global", "sexo = mujer", "sexo = varón"),
    )
    return [homework, exercise]


# --- Tables, drawn --------------------------------------------------------------------------


def printed(value: float, name: str, style: str, decimals: int) -> str:
    """A figure as a card may print it."""
    if np.isnan(value):
        return {"comma": "—", "percent": "no existe"}.get(style, "nan")
    if name == "Casos":
        return f"{value:,.0f}".replace(",", ".") if style == "comma" else f"{value:.0f}"
    if style == "percent":
        return f"{100 * value:.{max(0, decimals - 2)}f} %".replace(".", ",")
    text = f"{value:.{decimals}f}"
    return (
        text.replace(".", ",") if style == "comma" else f"**{text}**" if style == "bold" else text
    )


@st.composite
def table_of(draw: st.DrawFn, work: Work) -> list[list[str]]:
    """A table of true figures: its header, then Global, some levels, perhaps a gap."""
    evidence = work.evidence
    factor = work.factors[0] if work.required else draw(st.sampled_from(work.factors))
    levels = {name: rows for name, rows in evidence.groupby(factor)}
    if not work.required:
        wanted = draw(st.lists(st.sampled_from(list(levels)), min_size=1, unique=True))
        levels = {name: levels[name] for name in wanted}
    columns = draw(st.lists(st.sampled_from(list(METRICS)), min_size=2, unique=True))
    needed = ("Exactitud", "Recall") if work.required else ("Recall",)
    columns += [name for name in needed if name not in columns]
    style = draw(st.sampled_from(["point", "comma", "percent", "bold"]))
    decimals = draw(st.integers(2, 4))
    write = partial(printed, style=style, decimals=decimals)
    whole = draw(st.sampled_from(["Global", "Total", "Overall", "**Global**"]))
    label = draw(st.sampled_from([f"{factor} = {{}}", f"{factor}={{}}", f"{factor.title()}: {{}}"]))
    named = {whole: evidence} | {label.format(name): rows for name, rows in levels.items()}
    body = [
        [group, *(write(METRICS[name][1](rows), name) for name in columns)]
        for group, rows in named.items()
    ]
    if draw(st.booleans()):
        body.append([f"Brecha ({factor})", *gaps(evidence, factor, columns, write)])
    heads = [draw(st.sampled_from(METRICS[name][0])) for name in columns]
    return [[draw(st.sampled_from(["Grupo", "Subgrupo", "Group"])), *heads], *body]


def gaps(
    evidence: pd.DataFrame, factor: str, columns: list[str], write: Callable[..., str]
) -> list[str]:
    """The cells of a row of gaps: largest minus smallest. The number of rows has none."""
    of_each = {
        name: [METRICS[name][1](rows) for _, rows in evidence.groupby(factor)] for name in columns
    }
    return [
        "" if name == "Casos" else write(np.nanmax(values) - np.nanmin(values), name)
        for name, values in of_each.items()
    ]


def in_markdown(table: list[list[str]]) -> str:
    lines = ["| " + " | ".join(row) + " |" for row in table]
    return "\n".join([lines[0], "|---" * len(table[0]) + "|", *lines[1:]])


def in_html(table: list[list[str]]) -> str:
    rows = ("".join(f"<td>{cell.strip('*')}</td>" for cell in row) for row in table)
    return "<table>\n" + "\n".join(f"<tr>{row}</tr>" for row in rows) + "\n</table>"


LAYOUTS = st.sampled_from([in_markdown, in_html])
DRAWN = settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("which", [0, 1], ids=["homework", "exercise"])
@given(data=st.data())
@DRAWN
def test_true_tables_pass_every_check_and_the_self_check(
    works: list[Work], which: int, data: st.DataObject
) -> None:
    work = works[which]
    card = work.with_table(data.draw(LAYOUTS)(data.draw(table_of(work))))
    assert work.lost(card) == set()
    assert work.problems(card) == []


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("which", [0, 1], ids=["homework", "exercise"])
@given(data=st.data())
@DRAWN
def test_one_false_cell_loses_the_truth_and_nothing_else(
    works: list[Work], which: int, data: st.DataObject
) -> None:
    work = works[which]
    table = data.draw(table_of(work))
    row = data.draw(st.integers(1, len(table) - 1))
    places = [at for at, text in enumerate(table[row]) if at and text]
    column = data.draw(st.sampled_from(places))
    table[row][column] = another_than(table[row][column])
    card = work.with_table(data.draw(LAYOUTS)(table))
    assert work.lost(card) == {TRUTH}
    [problem] = work.problems(card)
    assert "evidencia.csv" in problem


def another_than(text: str) -> str:
    """A figure of the same form that is not the one printed."""
    place = re.search(r"(?<=\b0[.,])\d|[1-9]", text) or re.search(r"\d", text)
    if place is None:  # it said that there is none
        return "0,31"
    digit = "7" if place.group() in "12" else "1"
    return text[: place.start()] + digit + text[place.end() :]


# --- The engine's corpus --------------------------------------------------------------------


@pytest.mark.filterwarnings("ignore")
def test_the_self_check_decides_as_the_grader_does(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of the corpus' cards, 95 in 100 at least: complete or not."""
    monkeypatch.syspath_prepend(CORPUS.parent)
    portfolio = importlib.import_module("cards.portfolio")
    labels, scores, factors = portfolio.evaluation()
    said = (scores >= 0.5).astype(int)
    evidence = factors.assign(y_true=labels, y_pred=said, y_score=scores)
    evidence.to_csv(tmp_path / "evidencia.csv", index=False)
    check = self_check("homework")
    monkeypatch.setattr(check, "VERSION", portfolio.DECLARED.sklearn)
    model = make_pipeline(make_column_transformer((StandardScaler(), ["a"])), LogisticRegression())
    rows = {"training": 3_500, "evaluation": 1_500}
    beside = {"evidencia": tmp_path / "evidencia.csv", "grupos": CORPUS / "grupos.toml"}
    wanted = yaml.safe_load((CORPUS / "index.yaml").read_text("utf-8"))
    differing = [
        name
        for name, about in wanted.items()
        if about["complete"] == bool(check.revisar(CORPUS / f"{name}.md", model, rows, **beside))
    ]
    assert len(differing) <= 0.05 * len(wanted), differing
