"""Figures: read, tied to a metric and a subgroup by name, compared with the recomputed ones."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from cards.figures import fill, marks
from cards.portfolio import OTHER, TRUTH

from autograder.ml.model_card import PrintedNumber, Truth, assess
from autograder.ml.model_card.metrics import find_metrics
from autograder.ml.model_card.numbers import cell_figure, find_figures
from autograder.ml.model_card.parse import fold

PHRASES = yaml.safe_load((Path(__file__).parent / "cards" / "phrases.yaml").read_text("utf-8"))


def _numbers(text: str, truth: Truth = TRUTH) -> list[PrintedNumber]:
    return assess(f"## Métricas\n\n{text}", truth).numbers


@pytest.mark.parametrize("name", PHRASES["measured"])
def test_true_figures_are_true(name: str) -> None:
    phrase = PHRASES["measured"][name]
    numbers = _numbers(fill(phrase, TRUTH))
    assert [number.verdict for number in numbers] == ["true"] * marks(phrase)


@pytest.mark.parametrize("name", PHRASES["measured"])
def test_figures_of_another_model_are_false(name: str) -> None:
    phrase = PHRASES["measured"][name]
    numbers = _numbers(fill(phrase, OTHER))
    assert len(numbers) == marks(phrase)
    wrong = [n for n in numbers if not (n.metric or "").startswith("casos")]
    assert {number.verdict for number in wrong} == {"false"}


@pytest.mark.parametrize("name", PHRASES["not_measured"])
def test_what_is_no_measurement_is_never_false(name: str) -> None:
    verdicts = {number.verdict for number in _numbers(PHRASES["not_measured"][name])}
    assert verdicts <= {"unmatched"}


@pytest.mark.parametrize("name", PHRASES["mixed"])
def test_honest_sentence_is_never_false(name: str) -> None:
    verdicts = {number.verdict for number in _numbers(PHRASES["mixed"][name])}
    assert "false" not in verdicts


@pytest.mark.parametrize("name", PHRASES["not_measured"])
def test_what_is_no_measurement_leaves_a_card_complete(name: str) -> None:
    card = (Path(__file__).parent / "cards" / "completa-tabla.md").read_text("utf-8")
    with_phrase = card.replace("## 6.", f"{PHRASES['not_measured'][name]}\n\n## 6.")
    assert with_phrase != card
    assert assess(with_phrase, TRUTH).complete


@pytest.mark.parametrize(
    ("heading", "verdict"),
    [
        ("Datos de entrenamiento y evaluación", "unmatched"),
        ("Datos de entrenamiento y de evaluación", "unmatched"),
        ("Datos de evaluación", "false"),
    ],
)
def test_a_count_under_a_heading_of_both_data_may_be_of_the_training(heading, verdict) -> None:
    card = f"## {heading}\n\n- Tamaño: 3.500 solicitudes.\n"
    assert [number.verdict for number in assess(card, TRUTH).numbers] == [verdict]


@pytest.mark.parametrize(
    "printed",
    (
        "0.8367 | 0,8367 | 83,7 % | 83.7% | ~84% | ≈ 0,84 | 84 por ciento | 0.84 | 0.8 | .837 | "
        "83.7 percent | **0,837** | `0.837` | 0.8366666666666667 | 83,67 por ciento"
    ).split(" | "),
)
def test_every_way_to_print_a_figure_is_read(printed: str) -> None:
    for text in (f"Exactitud: {printed}", f"La exactitud es {printed}.", _table(printed)):
        assert [number.verdict for number in _numbers(text)] == ["true"], text


def _table(printed: str) -> str:
    return f"| Métrica | Valor |\n|---|---|\n| Exactitud | {printed} |\n"


@pytest.mark.parametrize("printed", ["0.8372", "0,83", "83,6 %", "85%", "0.9", "0.836", "1.0", "0"])
def test_half_a_unit_of_the_last_digit_is_the_limit(printed: str) -> None:
    assert [number.verdict for number in _numbers(_table(printed))] == ["false"]


def test_rounding_to_an_integer_does_not_make_a_figure_true() -> None:
    assert [number.verdict for number in _numbers(_table("1"))] == ["false"]


@pytest.mark.parametrize("printed", ["1500", "1.500", "1,500", "1 500"])
def test_counts_take_thousands_separators(printed: str) -> None:
    table = f"| Grupo | Casos |\n|---|---|\n| Global | {printed} |\n"
    assert [number.verdict for number in _numbers(table)] == ["true"]


@pytest.mark.parametrize(
    ("text", "metric", "subgroup"),
    [
        ("La sensibilidad en varones es 0,5.", "recall", "varones"),
        ("El área bajo la curva ROC es 0,5.", "AUC", None),
        ("Tasa de aciertos: 50 %", "exactitud", None),
        ("Valor predictivo positivo (región Cuyo): 0,5", "precisión", "Cuyo"),
        ("Exactitud balanceada = 0,5", "exactitud balanceada", None),
        ("F1-score ponderado: 0,5", "F1 ponderado", None),
        ("PR-AUC: 0,5", "AUC-PR", None),
        ("Brier score: 0,5", "Brier", None),
        ("balanced_accuracy_score: 0,5", "exactitud balanceada", None),
        ("Precisión (accuracy): 0,5", "exactitud", None),
    ],
)
def test_names_decide_which_figure_is_which(text: str, metric: str, subgroup: str | None) -> None:
    [number] = _numbers(text)
    assert (number.metric, number.subgroup) == (metric, subgroup)


def test_figure_that_names_leave_open_is_reported_and_not_guessed() -> None:
    text = "La exactitud, el recall y el F1 van de 0,837 a 0,500 según cómo se mire."
    found = assess(f"## Métricas\n\n{text}", TRUTH)
    assert {number.verdict for number in found.numbers} == {"unmatched"}


def test_level_of_two_factors_is_what_its_column_says() -> None:
    table = (
        "| Canal | Recall |\n|---|---|\n| app | «recall canal=app 3» |\n"
        "| teléfono | «recall canal=telefono 3» |\n"
    )
    assert [number.verdict for number in _numbers(fill(table, TRUTH))] == ["true", "true"]


def test_number_without_a_metric_is_unverifiable() -> None:
    found = assess("## Métricas\n\n| Grupo | Valor |\n|---|---|\n| Mujeres | 0.799 |\n", TRUTH)
    assert [n.metric for n in found.numbers] == [None]
    assert "number-unverifiable" in {finding.code for finding in found.findings}


def test_probability_metrics_without_scores_are_unverifiable() -> None:
    truth = Truth.from_predictions([0, 1, 1, 0], [0, 1, 0, 0])
    found = assess("## Métricas\n\nEl AUC es 0,9 y la exactitud es 0,75.\n", truth)
    assert [number.verdict for number in found.numbers] == ["unmatched", "true"]


def test_true_share_of_women_does_not_stand_for_their_recall() -> None:
    text = "Las mujeres son el 48,5 % de la muestra y el recall importa."
    assert all(number.verdict == "unmatched" for number in _numbers(text))


@pytest.mark.parametrize(
    ("text", "printed"),
    [
        ("exactitud 0.86, recall 0,61 y 86,4 %", ["0.86", "0,61", "86,4 %"]),
        ("del 2024-05-01, v1.6.1, versión 3, 12/05/2024", []),
        ("0,86 ± 0,02", ["0,86"]),
        ("0,86 (0,84–0,88)", ["0,86"]),
        ("0,86 [0,84; 0,88]", ["0,86"]),
        ("0,86 (IC 95 %: 0,84 a 0,88)", ["0,86"]),
        ("(0,86)", ["0,86"]),
        ("PSI > 0,25; umbral de 0,5; p-valor = 0,01", []),
        ("por debajo de 0,7 o menos de 0,6; al menos 0,8; supera el 90 %", []),
        ("5 puntos, 3 p.p., 12 meses, 200 árboles, n_estimators=200", []),
        ("el 39 % de la muestra", []),
    ],
)
def test_figures_are_told_from_everything_else(text: str, printed: list[str]) -> None:
    assert [figure.printed for figure in find_figures(text, fold(text), [])] == printed


@pytest.mark.parametrize("cell", ["18-30", "< 30", "F", "2024-05", "ver tabla 3", "0,7 / 0,8", "-"])
def test_label_cell_is_no_figure(cell: str) -> None:
    assert cell_figure(cell, fold(cell)) is None


def test_metric_names_are_whole_words() -> None:
    for text in ("accidente", "aucanal", "imprecisión", "recaudación", "precisamos", "máximo"):
        assert find_metrics(fold(text)) == []
