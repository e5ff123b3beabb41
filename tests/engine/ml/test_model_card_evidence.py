"""Tables drawn from a random truth are accepted in every form; one wrong cell is found at its line.

What is said to be undefined, what is no group and what is no metric are told apart from what is
false.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sklearn import metrics as sklearn_metrics

from autograder.ml.model_card import Assessment, Groups, Kind, Truth, assess
from autograder.ml.model_card.groups import Group

QUIET = settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=True
)
ALIASES = {
    "genero": {"": ("género", "sex"), "F": ("mujeres", "women"), "M": ("varones",)},
    "region": {"": ("región",), "norte": ("north",)},
}
HEADINGS = {
    "support": ("Casos", "n", "# filas", "Soporte", "Support", "Cantidad de casos", "N (casos)"),
    "accuracy": ("Exactitud", "Accuracy", "accuracy_score", "Exactitud (accuracy)", "Acc."),
    "precision": ("Precisión", "Precision", "PPV", "Precisión (en evaluación)"),
    "recall": ("Recall", "Sensibilidad", "Recall (sensibilidad)", "TPR", "recall_score"),
    "f1": ("F1", "F1-score", "f1_score", "Puntaje F1"),
    "roc_auc": ("AUC", "ROC AUC", "AUC-ROC", "Área bajo la curva"),
    "balanced_accuracy": ("Exactitud balanceada", "Balanced accuracy", "balanced_accuracy"),
    "specificity": ("Especificidad", "Specificity", "TNR"),
    "brier": ("Brier", "Brier score", "Puntaje de Brier"),
}
ROWS = {
    ("Global", "Total", "Overall", "**Todos**", "`Global`"): Group(),
    ("genero = F", "género: F", "mujeres", "F", "F (genero)", "Sex = women"): Group("genero", "F"),
    ("genero = M", "varones", "género = 'M'", "M"): Group("genero", "M"),
    ("region = norte", "norte", "North", "región norte"): Group("region", "norte"),
    ("region = sur", "sur", "Región: Sur"): Group("region", "sur"),
    ("edad < 30", "edad menor de 30", "edad: < 30"): Group("edad", high=(30.0, False)),
    ("edad 30–49", "edad 30-49", "edad [30, 49]", "30 ≤ edad ≤ 49", "edad: 30 a 49 años"): Group(
        "edad", low=(30.0, True), high=(49.0, True)
    ),
    ("edad ≥ 50", "edad >= 50", "edad 50+", "edad: 50 o más"): Group("edad", low=(50.0, True)),
    ("Brecha (genero)", "Gap (sex)", "brecha de género"): Group("genero", is_gap=True),
    ("Brecha (region)", "Diferencia (región)"): Group("region", is_gap=True),
}


@dataclass(frozen=True)
class Drawn:
    """A table: its texts, row by row, and what every figure stands for."""

    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    is_html: bool

    @property
    def text(self) -> str:
        if self.is_html:
            lines = [self._html(self.header, "th"), *(self._html(row, "td") for row in self.rows)]
            return "<table>\n" + "\n".join(lines) + "\n</table>"
        lines = [self._piped(self.header), self._piped(["---"] * len(self.header))]
        return "\n".join([*lines, *map(self._piped, self.rows)])

    def line(self, row: int) -> int:
        """The line of a row, in a card that is this table alone."""
        return row + 3

    @staticmethod
    def _piped(cells: tuple[str, ...] | list[str]) -> str:
        return "| " + " | ".join(cells) + " |"

    @staticmethod
    def _html(cells: tuple[str, ...], tag: str) -> str:
        escaped = (cell.replace("<", "&lt;") for cell in cells)
        return "<tr>" + "".join(f"<{tag}>{cell}</{tag}>" for cell in escaped) + "</tr>"


@st.composite
def truths(draw: st.DrawFn) -> Truth:
    rng = np.random.default_rng(draw(st.integers(0, 10_000)))
    n = draw(st.integers(120, 400))
    frame = pd.DataFrame(
        {
            "genero": rng.choice(["F", "M"], n),
            "region": rng.choice(["norte", "sur"], n, p=[0.7, 0.3]),
            "edad": rng.integers(18, 80, n),
        }
    )
    label = (rng.random(n) < draw(st.floats(0.1, 0.9))).astype(int)
    score = np.clip(0.3 * label + 0.7 * rng.random(n), 0, 1)
    predicted = (score > draw(st.floats(0.2, 0.8))).astype(int)
    return Truth.from_predictions(label, predicted, score, frame, ALIASES)


def value_of(truth: Truth, group: Group, key: str) -> float:
    if not group.is_gap:
        return truth.values(key, truth.masks(group)[0])[0]
    levels = {"genero": "FM", "region": ("norte", "sur")}[group.column]
    values = [value_of(truth, Group(group.column, level), key) for level in levels]
    return math.nan if any(map(math.isnan, values)) else max(values) - min(values)


def written(value: float, key: str, decimals: int, comma: bool, percent: bool) -> str:
    if key == "support":
        return f"{value:.0f}"
    if math.isnan(value):
        return "nan"
    text = f"{100 * value:.{decimals - 2}f} %" if percent else f"{value:.{decimals}f}"
    return text.replace(".", ",") if comma else text


@st.composite
def tables(draw: st.DrawFn, truth: Truth) -> tuple[Drawn, list[tuple[Group, ...]], list[str]]:
    """A table of what is so, its groups by row and its metrics by column."""
    keys = draw(st.permutations(list(HEADINGS)))[: draw(st.integers(1, 6))]
    if keys == ["support"]:
        keys = ["support", "recall"]
    chosen = draw(st.permutations(list(ROWS)))
    names = [next(each for each in ROWS if ROWS[each] == Group())]
    names += [each for each in chosen if each not in names][: draw(st.integers(1, 8))]
    names = draw(st.permutations(names))
    decimals, comma, percent = draw(st.integers(2, 4)), draw(st.booleans()), draw(st.booleans())
    rows = tuple(
        (
            draw(st.sampled_from(each)),
            *(
                written(value_of(truth, ROWS[each], key), key, decimals, comma, percent)
                for key in keys
            ),
        )
        for each in names
    )
    first = draw(st.sampled_from(("Grupo", "Subgrupo", "Group", "Segmento", "")))
    header = (first, *(draw(st.sampled_from(HEADINGS[key])) for key in keys))
    return Drawn(header, rows, draw(st.booleans())), [ROWS[each] for each in names], list(keys)


def false_lines(found: Assessment) -> list[int | None]:
    return [finding.line for finding in found.of(Kind.CELL_FALSE)]


@QUIET
@given(st.data())
def test_a_table_of_what_is_so_is_accepted_in_full(data: st.DataObject) -> None:
    truth = data.draw(truths())
    drawn, _, keys = data.draw(tables(truth))
    found = assess(drawn.text, truth.groups, truth)
    assert found.of(Kind.CELL_FALSE, Kind.UNKNOWN_GROUP, Kind.UNKNOWN_METRIC) == ()
    assert found.of(Kind.UNKNOWN_VALUE) == ()
    assert {cell.key for cell in found.evidence} == set(keys)
    assert len(found.evidence) == len(drawn.rows) * len(keys)


@QUIET
@given(st.data())
def test_one_cell_that_is_not_so_is_found_at_its_line_and_no_other(data: st.DataObject) -> None:
    truth = data.draw(truths())
    drawn, groups, keys = data.draw(tables(truth))
    at = data.draw(st.integers(0, len(groups) - 1))
    column = data.draw(st.integers(0, len(keys) - 1))
    value = value_of(truth, groups[at], keys[column])
    if keys[column] == "support":
        wrong = f"{value + data.draw(st.integers(1, 50)):.0f}"
    else:
        moved = data.draw(st.floats(0.06, 0.5))
        base = 0.3 if math.isnan(value) else value
        wrong = f"{base - moved if base > moved else base + moved:.4f}"
    row = [*drawn.rows[at]]
    row[column + 1] = wrong
    rows = (*drawn.rows[:at], tuple(row), *drawn.rows[at + 1 :])
    lied = replace(drawn, rows=rows)
    found = assess(lied.text, truth.groups, truth)
    assert false_lines(found) == [lied.line(at)]
    [finding] = found.of(Kind.CELL_FALSE)
    assert all(part in finding.message for part in (row[0].strip("*`")[:3], wrong))
    if not math.isnan(value):
        assert f"{value:.3f}" not in finding.message + finding.hint


@QUIET
@given(st.data())
def test_several_tables_are_one_evidence(data: st.DataObject) -> None:
    truth = data.draw(truths())
    drawn = [data.draw(tables(truth))[0] for _ in range(3)]
    card = "## Métricas\n\n" + "\n\ntexto entre tablas\n\n".join(each.text for each in drawn)
    found = assess(card, truth.groups, truth)
    assert len(found.evidence) == sum(len(d.rows) * (len(d.header) - 1) for d in drawn)
    assert found.of(Kind.CELL_FALSE) == found.of(Kind.EVIDENCE_MISSING) == ()


@QUIET
@given(st.data())
def test_model_index_is_evidence(data: st.DataObject) -> None:
    truth = data.draw(truths())
    lines = ["---", "model-index:", "- name: m", "  results:", "  - metrics:"]
    plain = [group for group in ROWS.values() if group.level or group.is_global]
    drawn = data.draw(st.lists(st.sampled_from(plain), min_size=1, max_size=6))
    wrong = data.draw(st.integers(0, len(drawn) - 1))
    at = 0
    for number, group in enumerate(drawn):
        value = value_of(truth, group, "accuracy") + (0.07 if number == wrong else 0)
        slice_ = f"{group.column} = {group.level}" if group.level else "Global"
        lines += ["    - type: accuracy", f"      args: {{slice: {slice_}}}"]
        lines += [f"      value: {value:.4f}"]
        at = len(lines) if number == wrong else at
    found = assess("\n".join([*lines, "---", "", "texto"]), truth.groups, truth)
    assert len(found.evidence) == len(drawn)
    assert false_lines(found) == [at]


@QUIET
@given(truths())
def test_every_metric_is_scikit_learns(truth: Truth) -> None:
    def same(key: str, mask: np.ndarray, expected: float) -> bool:
        return any(np.isclose(expected, value) for value in truth.values(key, mask))

    for group in (Group(), Group("genero", "F"), Group("edad", high=(30.0, False))):
        [mask] = truth.masks(group)
        real, said = truth.positives[mask], truth.predicted[mask]
        assert truth.score is not None
        score = truth.score[mask]
        assert same("accuracy", mask, sklearn_metrics.accuracy_score(real, said))
        assert same("brier", mask, sklearn_metrics.brier_score_loss(real, score))
        if said.any() and real.any() and not real.all():
            assert same("precision", mask, sklearn_metrics.precision_score(real, said))
            assert same("recall", mask, sklearn_metrics.recall_score(real, said))
            assert same("specificity", mask, sklearn_metrics.recall_score(~real, ~said))
            assert same("f1", mask, sklearn_metrics.f1_score(real, said))
            assert same("roc_auc", mask, sklearn_metrics.roc_auc_score(real, score))
            balanced = sklearn_metrics.balanced_accuracy_score(real, said)
            assert same("balanced_accuracy", mask, balanced)


FRAME = pd.DataFrame({"grupo": list("aaaabbbb"), "otro": list("xyxyxyxy"), "edad": range(8)})
REAL = [0, 0, 0, 0, 1, 1, 0, 0]
SAID = [0, 0, 0, 0, 1, 0, 0, 1]
SMALL = Truth.from_predictions(REAL, SAID, None, FRAME, {"grupo": {"a": ("primera",)}})


def judged(table: str, truth: Truth = SMALL) -> Assessment:
    return assess(
        f"| Grupo | Casos | Precisión | Recall |\n|---|---|---|---|\n{table}\n", truth.groups, truth
    )


@pytest.mark.parametrize("undefined", ["nan", "NaN", "—", "-", "no existe", "N/A", "no definida"])
def test_what_does_not_exist_is_said_in_several_ways(undefined: str) -> None:
    found = judged(f"| Global | 8 | 0.5 | 0.5 |\n| a | 4 | {undefined} | {undefined} |")
    assert found.of(Kind.CELL_FALSE) == ()


@pytest.mark.parametrize("figure", ["0", "0.00", "0 %", "1.0"])
def test_a_figure_where_the_metric_does_not_exist_is_false(figure: str) -> None:
    assert false_lines(judged(f"| Global | 8 | 0.5 | 0.5 |\n| a | 4 | {figure} | nan |")) == [4]


def test_what_exists_is_not_said_to_be_undefined() -> None:
    assert false_lines(judged("| Global | 8 | nan | 0.5 |")) == [3]


@pytest.mark.parametrize("name", ["c", "grupo = c", "grupo = a y otro = x", "edad vieja", "1"])
def test_an_unknown_group_is_named_and_not_called_false(name: str) -> None:
    found = judged(f"| Global | 8 | 0.5 | 0.5 |\n| {name} | 4 | 0.99 | 0.99 |")
    [finding] = found.of(Kind.UNKNOWN_GROUP)
    assert finding.line == 4
    assert name in finding.message
    assert "grupo" in finding.hint
    assert found.of(Kind.CELL_FALSE) == ()


def test_what_an_unknown_group_may_have_meant_is_offered() -> None:
    [finding] = judged("| Global | 8 | 0.5 | 0.5 |\n| primeras | 4 | nan | nan |").of(
        Kind.UNKNOWN_GROUP
    )
    assert "grupo = a" in finding.hint


def test_a_level_that_two_columns_have_is_not_guessed() -> None:
    frame = pd.DataFrame({"barrio": ["x", "y"] * 4, "zona": ["y", "x"] * 4})
    truth = Truth.from_predictions(REAL, SAID, None, frame)
    found = judged("| Global | 8 | 0.5 | 0.5 |\n| x | 4 | 0.5 | 0.5 |", truth)
    [finding] = found.of(Kind.UNKNOWN_GROUP)
    assert "barrio = x" in finding.hint
    assert "zona = x" in finding.hint


def test_an_unknown_metric_is_named_once_and_not_called_false() -> None:
    table = "| Grupo | Recall | MCC |\n|---|---|---|\n| Global | 0.5 | 0.1 |\n| b | 0.5 | 0.2 |"
    found = assess(table, SMALL.groups, SMALL)
    [finding] = found.of(Kind.UNKNOWN_METRIC)
    assert "MCC" in finding.message
    assert found.of(Kind.CELL_FALSE) == ()


@pytest.mark.parametrize("heading", ["F1 macro", "Recall (clase 0)", "Recall (train)", "AUC-PR"])
def test_a_metric_of_something_else_is_not_taken_for_the_one_of_its_name(heading: str) -> None:
    table = f"| Grupo | Exactitud | {heading} |\n|---|---|---|\n| Global | 0.75 | 0.11 |"
    found = assess(table, SMALL.groups, SMALL)
    assert len(found.of(Kind.UNKNOWN_METRIC)) == 1
    assert found.of(Kind.CELL_FALSE) == ()


@pytest.mark.parametrize("text", ["alto", "0.4 / 0.6", "0.4–0.6", "ver abajo"])
def test_a_cell_that_is_no_figure_is_named_and_not_called_false(text: str) -> None:
    found = judged(f"| Global | 8 | 0.5 | {text} |")
    [finding] = found.of(Kind.UNKNOWN_VALUE)
    assert text in finding.message
    assert found.of(Kind.CELL_FALSE) == ()


@pytest.mark.parametrize(
    "table",
    [
        "| Hiperparámetro | Valor |\n|---|---|\n| C | 0.5 |",
        "| Modelo | Exactitud |\n|---|---|\n| Árbol | 0.91 |\n| Bosque | 0.93 |",
        "| | precision | recall | support |\n|---|---|---|---|\n| 0 | 0.8 | 0.9 | 5 |\n"
        "| 1 | 0.1 | 0.2 | 3 |\n| macro avg | 0.4 | 0.5 | 8 |",
        "### Entrenamiento\n\n| Grupo | Exactitud |\n|---|---|\n| Global | 0.99 |",
        "## Datos de entrenamiento\n\n| Grupo | n | Exactitud |\n|---|---|---|\n| a | 900 | 1 |",
        "> | Grupo | Exactitud |\n> |---|---|\n> | Global | 0.99 |",
    ],
)
def test_other_tables_are_no_evidence(table: str) -> None:
    found = assess(table, SMALL.groups, SMALL)
    assert found.evidence == ()
    assert found.of(Kind.CELL_FALSE, Kind.UNKNOWN_GROUP) == ()


def test_a_gap_may_be_of_the_figures_as_printed_and_may_leave_small_groups_out() -> None:
    frame = pd.DataFrame({"zona": ["n"] * 40 + ["s"] * 60 + ["e"] * 3})
    real = [1] * 103
    said = [1] * 27 + [0] * 13 + [1] * 29 + [0] * 31 + [0] * 3
    truth = Truth.from_predictions(real, said, None, frame)
    # n: 0.675, s: 0.48333, e: 0; 0.19167 exactly, 0.68 - 0.48 = 0.20 or 0.19 as printed
    for gap, is_so in (("0.19", True), ("0.20", True), ("0.675", True), ("0.21", False)):
        table = f"| Grupo | Recall |\n|---|---|\n| Brecha (zona) | {gap} |"
        assert [cell.is_true for cell in assess(table, truth.groups, truth).evidence] == [is_so]


def test_a_percentage_without_its_sign_is_read_by_its_heading_or_its_size() -> None:
    for heading, figure in (("Recall (%)", "50"), ("Recall (%)", "50,0"), ("Recall", "50.0")):
        table = f"| Grupo | {heading} |\n|---|---|\n| Global | {figure} |"
        assert [cell.is_true for cell in assess(table, SMALL.groups, SMALL).evidence] == [True]


def test_counts_may_have_thousands() -> None:
    frame = pd.DataFrame({"zona": ["n"] * 1_500})
    truth = Truth.from_predictions([1] * 1_500, [1] * 1_500, None, frame)
    for figure in ("1500", "1.500", "1,500", "1 500", "1500 (100 %)"):
        table = f"| Grupo | Casos | Recall |\n|---|---|---|\n| Global | {figure} | 1.0 |"
        cells = assess(table, truth.groups, truth).evidence
        assert [cell.is_true for cell in cells] == [True, True], figure


def test_without_a_truth_figures_are_read_and_not_judged() -> None:
    groups = Groups.of(FRAME)
    found = assess("| Grupo | Recall |\n|---|---|\n| Global | 0.9 |\n| a | 0.8 |", groups)
    assert [cell.is_true for cell in found.evidence] == [None, None]
    assert [cell.value for cell in found.evidence] == [0.9, 0.8]
    assert found.of(Kind.EVIDENCE_MISSING) == ()


def test_scores_that_are_missing_leave_their_metrics_unjudged() -> None:
    found = assess("| Grupo | AUC |\n|---|---|\n| Global | 0.9 |", SMALL.groups, SMALL)
    assert [cell.is_true for cell in found.evidence] == [None]


def test_a_truth_needs_as_many_labels_as_predictions() -> None:
    with pytest.raises(ValueError, match="length"):
        Truth.from_predictions([1, 0], [1], None, pd.DataFrame({"a": [1, 2]}))
