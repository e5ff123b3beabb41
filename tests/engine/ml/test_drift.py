"""The oracle against closed forms, libraries and properties that hold for any sample."""

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from autograder.ml import drift

rng = np.random.default_rng


def quantile_sample(mean: float = 0.0, scale: float = 1.0, n: int = 200_000) -> np.ndarray:
    """A normal sample without noise: its quantiles at the middle of n equal steps."""
    return mean + scale * stats.norm.ppf((np.arange(n) + 0.5) / n)


@pytest.mark.parametrize(("shift", "psi"), [(0.2, 0.03831), (0.5, 0.23775), (1.0, 0.92614)])
def test_decile_psi_of_a_shifted_normal_is_the_exact_one(shift: float, psi: float) -> None:
    assert drift.psi_numeric(quantile_sample(), quantile_sample(shift)) == pytest.approx(
        psi, abs=2e-4
    )


def test_decile_psi_of_a_doubled_scale_is_the_exact_one() -> None:
    value = drift.psi_numeric(quantile_sample(), quantile_sample(scale=2))
    assert value == pytest.approx(0.4908, abs=2e-4)


def test_many_bins_approach_the_unbinned_psi() -> None:
    assert drift.psi_numeric(quantile_sample(), quantile_sample(0.5), 2_000) == pytest.approx(
        0.25, abs=2e-3
    )


def test_categorical_example_of_the_class() -> None:
    before = pd.Series(np.repeat(list("abcd"), [25, 25, 25, 25]))
    after = pd.Series(np.repeat(list("abcd"), [10, 20, 30, 40]))
    assert drift.psi_categorical(before, after) == pytest.approx(0.228217, abs=1e-6)


def test_levels_are_aligned_by_name_and_come_from_both_samples() -> None:
    floor, p, q = drift.FLOOR, 0.5, 0.75
    value = drift.psi_categorical(["a", "a", "b", "b"], ["a", "a", "a", "c"])
    parts = [(p, q), (0.5, floor), (floor, 0.25)]
    assert value == pytest.approx(sum((b - a) * math.log(b / a) for a, b in parts))


@pytest.mark.parametrize("missing", [None, np.nan])
def test_missing_level_is_one_whatever_its_spelling(missing: object) -> None:
    value = drift.psi_categorical(pd.Series(["a", "b"] * 50), pd.Series(["a", missing] * 50))
    assert value == pytest.approx(2 * (0.5 - 1e-4) * math.log(0.5 / 1e-4))


def test_missing_numbers_are_a_bin_of_their_own() -> None:
    complete = np.arange(1_000) + 0.5
    with_missing = np.append(complete, np.full(250, np.nan))
    expected = (0.2 - 1e-4) * math.log(0.2 / 1e-4) + 10 * (0.08 - 0.1) * math.log(0.8)
    assert drift.psi_numeric(complete, with_missing) == pytest.approx(expected)
    assert drift.psi_numeric(with_missing, complete) == pytest.approx(expected)


def test_new_extremes_fall_in_the_outer_bins() -> None:
    reference = np.arange(1_000) + 0.5
    far = drift.psi_numeric(reference, reference + 1e6)
    assert far == pytest.approx(0.9 * math.log(10) + 9 * (1e-4 - 0.1) * math.log(1e-3))
    assert drift.psi_numeric(reference, np.full(500, np.inf)) == pytest.approx(far)


def test_closed_end_moves_the_psi_of_integers_and_bounds_hold_both() -> None:
    ages = rng(1).integers(20, 70, 5_000)
    older = rng(2).integers(24, 74, 5_000)
    low, high = drift.psi_bounds(ages, older)
    for closed in ("right", "left"):
        assert low <= drift.psi_numeric(ages, older, closed=closed) <= high
    assert low < high


def test_closed_end_does_not_matter_without_ties() -> None:
    reference, production = rng(1).normal(size=(2, 2_000))
    low, high = drift.psi_bounds(reference, production)
    assert high - low < 1e-3


def test_zero_inflated_reference_has_no_repeated_edge() -> None:
    reference = np.concatenate([np.zeros(500), rng(1).lognormal(size=500)])
    edges = drift.inner_edges(reference)
    assert len(np.unique(edges)) == len(edges) < 9
    assert drift.psi_numeric(reference, reference) == 0


def test_few_distinct_numbers_and_text_are_categorical() -> None:
    assert drift.is_categorical(pd.Series([3, 6, 12, 18, 24, 36] * 20))
    assert drift.is_categorical(pd.Series(["web", None]))
    assert drift.is_categorical(pd.Series([True, False]))
    assert not drift.is_categorical(pd.Series(range(11)))


def test_by_feature_is_ordered_and_ignores_what_only_production_has() -> None:
    reference = pd.DataFrame({"a": rng(1).normal(size=2_000), "b": ["x", "y"] * 1_000})
    production = reference.assign(b=["x"] * 2_000, fecha=pd.Timestamp("2026-07-01"))
    result = drift.psi_by_feature(reference, production)
    assert list(result.index) == ["b", "a"]
    assert result["a"] == 0 and result["b"] > 3


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (0.0, "estable"),
        (0.0999, "estable"),
        (0.1, "leve"),
        (0.25, "leve"),
        (0.2500001, "significativo"),
        (math.inf, "significativo"),
    ],
)
def test_reading_includes_both_edges_in_the_middle(value: float, words: str) -> None:
    assert drift.reading(value) == words


def test_expected_psi_without_drift_is_the_mean_of_simulations() -> None:
    generator = rng(3)
    values = [drift.psi_numeric(*generator.normal(size=(2, 1_000))) for _ in range(200)]
    assert np.mean(values) == pytest.approx(
        drift.expected_psi_without_drift(1_000, 1_000), rel=0.12
    )


def test_ks_of_a_shifted_normal_is_the_exact_one() -> None:
    result = drift.ks(quantile_sample(n=20_000), quantile_sample(0.5, n=20_000))
    assert result.statistic == pytest.approx(2 * stats.norm.cdf(0.25) - 1, abs=1e-3)
    assert result.p_value < 1e-12


def test_ks_and_wasserstein_leave_missing_values_out() -> None:
    sample = rng(1).normal(size=500)
    assert drift.ks(sample, np.append(sample, np.nan)).statistic == 0
    assert drift.wasserstein(sample, np.append(sample, np.nan)) == 0


def test_wasserstein_of_a_shift_is_the_shift() -> None:
    sample = rng(1).normal(0, 3, 4_000)
    assert drift.wasserstein(sample, sample + 6) == pytest.approx(6)
    standard = drift.wasserstein(sample, sample + 6, standardize=True)
    assert standard == pytest.approx(6 / sample.std(ddof=1))


def test_jensen_shannon_goes_from_zero_to_one() -> None:
    sample = rng(1).normal(size=2_000)
    assert drift.jensen_shannon(sample, sample) == 0
    near, far = drift.jensen_shannon(sample, sample + 0.5), drift.jensen_shannon(sample, sample + 9)
    assert 0 < near < far < 1


def test_different_numbers_of_bins_are_refused() -> None:
    with pytest.raises(ValueError, match="bins"):
        drift.psi_of_proportions([0.5, 0.5], [1.0])


shares = st.lists(st.integers(0, 500), min_size=2, max_size=12).filter(lambda c: sum(c) > 0)


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_psi_is_symmetric_and_never_negative(data: st.DataObject) -> None:
    p = data.draw(shares)
    q = data.draw(st.lists(st.integers(1, 500), min_size=len(p), max_size=len(p)))
    value = drift.psi_of_counts(p, q)
    assert value >= 0
    assert value == pytest.approx(drift.psi_of_counts(q, p))
