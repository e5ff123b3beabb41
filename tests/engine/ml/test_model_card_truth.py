"""`Truth`: every metric equals scikit-learn's, overall, by group and on ranges."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from cards.portfolio import evaluation
from sklearn import metrics as sk

from autograder.ml.model_card import Truth
from autograder.ml.model_card.groups import Interval, Level
from autograder.ml.model_card.metrics import Metric

LABEL, SCORE, GROUPS = evaluation()
PREDICTED = (SCORE >= 0.5).astype(int)
TRUTH = Truth.from_predictions(LABEL, PREDICTED, SCORE, GROUPS)

ON_PREDICTIONS = {
    "accuracy": sk.accuracy_score,
    "balanced_accuracy": sk.balanced_accuracy_score,
    "precision": sk.precision_score,
    "recall": sk.recall_score,
    "f1": sk.f1_score,
    "mcc": sk.matthews_corrcoef,
}
ON_SCORES = {
    "roc_auc": sk.roc_auc_score,
    "average_precision": sk.average_precision_score,
    "brier": sk.brier_score_loss,
    "log_loss": sk.log_loss,
}


@pytest.mark.parametrize("name", ON_PREDICTIONS)
def test_metrics_of_predictions_are_scikit_learns(name: str) -> None:
    function = ON_PREDICTIONS[name]
    assert TRUTH.overall[name] == pytest.approx(function(LABEL, PREDICTED))
    women = (GROUPS["genero"] == "F").to_numpy()
    expected = function(LABEL[women], PREDICTED[women])
    assert TRUTH.by_group["genero"]["F"][name] == pytest.approx(expected)


@pytest.mark.parametrize("name", ON_SCORES)
@pytest.mark.parametrize("decimals", [1, 15])
def test_metrics_of_scores_are_scikit_learns_with_ties_or_without(name: str, decimals: int) -> None:
    score = np.round(SCORE, decimals)
    truth = Truth.from_predictions(LABEL, PREDICTED, score)
    assert truth.overall[name] == pytest.approx(ON_SCORES[name](LABEL, score))


@pytest.mark.parametrize("average", ["macro", "weighted", "micro"])
@pytest.mark.parametrize("name", ["precision", "recall", "f1"])
def test_averages_are_scikit_learns(name: str, average: str) -> None:
    function = ON_PREDICTIONS[name]
    [value] = TRUTH.values(Metric(name, average))
    assert value == pytest.approx(function(LABEL, PREDICTED, average=average))


@pytest.mark.parametrize("average", ["macro", "weighted"])
def test_averages_of_three_classes_are_scikit_learns(average: str) -> None:
    rng = np.random.default_rng(3)
    label, predicted = rng.choice(list("abc"), 900), rng.choice(list("abc"), 900)
    truth = Truth.from_predictions(label, predicted, positive="b")
    expected = sk.f1_score(label, predicted, average=average)
    assert truth.values(Metric("f1", average)) == pytest.approx((expected,))
    assert truth.overall["mcc"] == pytest.approx(sk.matthews_corrcoef(label, predicted))
    one = sk.recall_score(label, predicted, labels=["b"], average=None)[0]
    assert truth.overall["recall"] == pytest.approx(one)


def test_specificity_is_the_other_classs_recall() -> None:
    expected = sk.recall_score(LABEL, PREDICTED, pos_label=0)
    assert TRUTH.overall["specificity"] == pytest.approx(expected)
    assert TRUTH.values(Metric("recall", "class:0")) == pytest.approx((expected,))
    assert TRUTH.overall["false_positive_rate"] == pytest.approx(1 - expected)


def test_groups_intersect() -> None:
    mask = ((GROUPS["genero"] == "F") & (GROUPS["region"] == "NOA")).to_numpy()
    group = (Level("genero", "F"), Level("region", "NOA"))
    assert TRUTH.values(Metric("support"), group) == (mask.sum(),)
    expected = sk.recall_score(LABEL[mask], PREDICTED[mask])
    assert TRUTH.values(Metric("recall"), group) == pytest.approx((expected,))


def test_open_ends_of_a_range_give_every_reading() -> None:
    age = GROUPS["edad"].to_numpy()
    group = (Interval("edad", (30, None), (45, None)),)
    readings = {
        ((age >= 30) & (age < 45)).sum(),
        ((age >= 30) & (age <= 45)).sum(),
        ((age > 30) & (age < 45)).sum(),
        ((age > 30) & (age <= 45)).sum(),
    }
    assert set(TRUTH.values(Metric("support"), group)) == readings


def test_numeric_column_has_ranges_and_no_levels() -> None:
    assert TRUTH.factors["edad"] == ()
    assert TRUTH.factors["genero"] == ("F", "M") or set(TRUTH.factors["genero"]) == {"F", "M"}


def test_missing_values_are_a_level() -> None:
    groups = pd.DataFrame({"zona": ["a", None, "a", np.nan], "edad": [1.0, np.nan, 2.0, 3.0]})
    truth = Truth.from_predictions([0, 1, 1, 0], [0, 1, 0, 0], groups=groups)
    assert truth.by_group["zona"]["sin dato"]["support"] == 2
    assert set(truth.factors["edad"]) == {"1", "2", "3", "sin dato"}


def test_metric_that_cannot_be_computed_has_no_value() -> None:
    truth = Truth.from_predictions([1, 1], [1, 0], [0.9, 0.2])
    assert truth.values(Metric("roc_auc")) == ()
    assert truth.values(Metric("recall"), (Level("genero", "F"),)) == ()
    assert truth.values(Metric("other")) == ()
    assert Truth.from_predictions([1, 0], [1, 0]).values(Metric("brier")) == ()


def test_positive_class_may_be_a_text() -> None:
    truth = Truth.from_predictions(["si", "no", "si"], ["si", "si", "no"], positive="si")
    assert truth.overall["precision"] == 0.5
    assert truth.overall["base_rate"] == pytest.approx(2 / 3)


def test_lengths_must_agree() -> None:
    with pytest.raises(ValueError, match="equal length"):
        Truth.from_predictions([0, 1], [0])
    with pytest.raises(ValueError, match="equal length"):
        Truth.from_predictions([], [])
