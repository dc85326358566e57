"""The paired statistics agree with independent implementations and keep their error rates."""

from unittest.mock import patch

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats
from statsmodels.stats.contingency_tables import mcnemar
from statsmodels.stats.multitest import multipletests

from core.stats import paired
from core.stats.auc import rows_macro_area
from core.stats.class_metrics import f1
from core.stats.counts import counts_of_matrices
from core.stats.metrics import METRICS, metrics_for
from core.stats.predictions import Predictions
from core.stats.tests import agresti_min, holm, mcnemar_mid_p

of = Predictions.from_outputs


@given(fixed=st.integers(0, 80), broken=st.integers(0, 80))
def test_mid_p_is_the_exact_p_less_half_of_what_was_seen_twice(fixed, broken):
    exact = mcnemar([[5, fixed], [broken, 5]], exact=True).pvalue
    seen = stats.binom.pmf(min(fixed, broken), fixed + broken, 0.5)
    expected = exact - seen if fixed != broken else 1 - 0.5 * seen
    assert mcnemar_mid_p(fixed, broken) == pytest.approx(expected if fixed + broken else 1)


@given(fixed=st.integers(0, 50), broken=st.integers(0, 50), alpha=st.floats(0.001, 0.2))
def test_the_interval_turns_over_when_the_models_change_places(fixed, broken, alpha):
    low, high = agresti_min(fixed, broken, 120, alpha)
    back = agresti_min(broken, fixed, 120, alpha)
    assert low <= high
    assert (low, high) == pytest.approx((-back[1], -back[0]))


def test_the_accuracy_interval_covers_the_truth_as_often_as_it_says():
    rng = np.random.default_rng(0)
    alpha, truth, hits = 0.05, 0.04, 0
    for _ in range(600):
        fixed, broken, _same = rng.multinomial(300, [0.08, 0.04, 0.88])
        low, high = agresti_min(fixed, broken, 300, alpha)
        hits += low <= truth <= high
    assert 0.87 <= hits / 600 <= 0.93


def delong(truth, a, b):
    """Brute force: every pair of a positive and a negative row (DeLong, DeLong, Clarke-Pearson 1988)."""

    def parts(score):
        above = score[truth][:, None] - score[~truth][None, :]
        kernel = (above > 0) + 0.5 * (above == 0)
        return kernel.mean(), kernel.mean(axis=1), kernel.mean(axis=0)

    (auc_a, v_a, w_a), (auc_b, v_b, w_b) = parts(a), parts(b)
    variance = np.var(v_b - v_a, ddof=1) / truth.sum() + np.var(w_b - w_a, ddof=1) / (~truth).sum()
    return auc_b - auc_a, np.sqrt(variance)


@settings(max_examples=30)
@given(seed=st.integers(0, 10_000), levels=st.sampled_from([3, 20, 10_000]))
def test_the_auc_difference_is_delongs_with_ties_too(seed, levels):
    rng = np.random.default_rng(seed)
    truth = rng.random(90) < 0.4
    a = np.round((truth + rng.normal(size=90)) * levels) / levels
    b = np.round((truth + rng.normal(size=90)) * levels) / levels
    both = [np.column_stack([-score, score]) for score in (a, b)]
    found = paired.roc_auc(truth.astype(np.intp), *both, 0.025)
    difference, error = delong(truth, a, b)
    assert found.difference == pytest.approx(difference, abs=1e-12)
    assert (found.high - found.low) / 2 == pytest.approx(stats.norm.isf(0.025) * error)
    assert found.p == pytest.approx(2 * stats.norm.sf(abs(difference) / error))


def test_the_macro_auc_is_scikit_learns():
    from sklearn.metrics import roc_auc_score

    rng = np.random.default_rng(1)
    truth = rng.integers(0, 4, 200)
    chances = rng.dirichlet(np.ones(4), 200) + 0.3 * np.eye(4)[truth]
    chances /= chances.sum(axis=1, keepdims=True)
    auc, influence = rows_macro_area(truth, chances)
    assert auc == pytest.approx(roc_auc_score(truth, chances, multi_class="ovr", average="macro"))
    assert abs(influence.sum()) < 0.05


def test_the_macro_auc_error_agrees_with_the_bootstrap():
    rng = np.random.default_rng(2)
    truth = rng.integers(0, 3, 400)
    a = rng.dirichlet(np.ones(3), 400) + 0.4 * np.eye(3)[truth]
    b = a + rng.normal(scale=0.2, size=a.shape)
    found = paired.roc_auc(truth, a, b, 0.025)
    draws = [rng.integers(0, 400, 400) for _ in range(300)]
    spread = [rows_macro_area(truth[d], b[d])[0] - rows_macro_area(truth[d], a[d])[0] for d in draws]
    assert found.deviation / np.sqrt(400) == pytest.approx(np.std(spread), rel=0.2)


def test_a_loss_difference_is_the_paired_t_test():
    rng = np.random.default_rng(3)
    a, b = rng.exponential(size=400), rng.exponential(size=400)
    found = paired.loss(a, b, 0.025)
    oracle = stats.ttest_rel(a, b)
    interval = oracle.confidence_interval(0.95)
    assert found.p == pytest.approx(oracle.pvalue)
    assert (found.low, found.high) == pytest.approx((interval.low, interval.high))


def test_few_rows_are_bootstrapped():
    rng = np.random.default_rng(4)
    a = rng.exponential(size=60)
    b = a - 0.2 + rng.normal(scale=0.3, size=60)
    found = paired.loss(a, b, 0.025)
    oracle = stats.bootstrap((a - b,), np.mean, method="percentile", rng=0).confidence_interval
    assert (found.low, found.high) == pytest.approx((oracle.low, oracle.high), abs=0.02)


def test_the_cell_bootstrap_is_the_row_bootstrap():
    rng = np.random.default_rng(5)
    truth = rng.integers(0, 3, 300)
    a = np.where(rng.random(300) < 0.7, truth, rng.integers(0, 3, 300))
    b = np.where(rng.random(300) < 0.8, truth, rng.integers(0, 3, 300))

    def macro_f1(matrices):
        return f1(counts_of_matrices(matrices))

    def matrix(y, predicted):
        return np.bincount(y * 3 + predicted, minlength=9).reshape(1, 3, 3)

    found = paired.confusion(truth, a, b, 3, macro_f1, 0.05)

    def statistic(y, p, q):
        return macro_f1(matrix(y, q))[0] - macro_f1(matrix(y, p))[0]

    oracle = stats.bootstrap(
        (truth, a, b), statistic, paired=True, vectorized=False, method="percentile",
        confidence_level=0.9, n_resamples=1500, rng=0,
    ).confidence_interval  # fmt: skip
    assert (found.low, found.high) == pytest.approx((oracle.low, oracle.high), abs=0.012)


@pytest.mark.parametrize("name", metrics_for("binary"))
def test_every_metric_is_that_of_scikit_learn(name):
    from sklearn import metrics

    rng = np.random.default_rng(6)
    truth = rng.integers(0, 2, 250)
    positive = np.clip(0.5 + 0.25 * (truth - 0.5) + rng.normal(scale=0.2, size=250), 0.01, 0.99)
    said = of(np.column_stack([1 - positive, positive]))
    oracle = {
        "accuracy": metrics.accuracy_score(truth, said.predicted),
        "balanced_accuracy": metrics.balanced_accuracy_score(truth, said.predicted),
        "f1": metrics.f1_score(truth, said.predicted),
        "precision": metrics.precision_score(truth, said.predicted),
        "recall": metrics.recall_score(truth, said.predicted),
        "roc_auc": metrics.roc_auc_score(truth, positive),
        "log_loss": metrics.log_loss(truth, positive),
        "brier": metrics.brier_score_loss(truth, positive),
    }
    assert METRICS[name].of_rows(truth, said) == pytest.approx(oracle[name])
    same = METRICS[name].compare(truth, said, said, 0.03)
    assert (same.challenger, same.difference) == pytest.approx((oracle[name], 0))


def numbers(n=400, seed=7):

    rng = np.random.default_rng(seed)
    truth = rng.normal(50, 20, n)
    return (
        truth,
        of(truth + rng.normal(6, 10, n)),
        of(truth + rng.normal(0, 7, n)),
    )


@pytest.mark.parametrize("name", metrics_for("regression"))
def test_every_metric_of_numbers_is_that_of_scikit_learn(name):
    from sklearn import metrics

    truth, said, better = numbers()
    oracle = {
        "mae": metrics.mean_absolute_error(truth, said.predicted),
        "rmse": metrics.root_mean_squared_error(truth, said.predicted),
        "mape": metrics.mean_absolute_percentage_error(truth, said.predicted),
        "bias": (said.predicted - truth).mean(),
        "r2": metrics.r2_score(truth, said.predicted),
    }
    assert METRICS[name].of_rows(truth, said) == pytest.approx(oracle[name])
    same = METRICS[name].compare(truth, said, said, 0.03)
    assert (same.challenger, same.difference) == pytest.approx((oracle[name], 0))
    found = METRICS[name].compare(truth, said, better, 0.03)
    assert 0 < found.low < found.difference < found.high
    assert found.p < 0.05


@pytest.mark.parametrize("name", ["rmse", "r2"])
def test_intervals_of_errors_are_those_of_a_paired_bootstrap(name):

    truth, before, after = numbers()
    found = METRICS[name].compare(truth, before, after, 0.05)
    value, sign = METRICS[name].of_rows, -1 if name == "rmse" else 1

    def gain(y, a, b):
        return sign * (value(y, of(b)) - value(y, of(a)))

    oracle = stats.bootstrap(
        (truth, before.predicted, after.predicted), gain, paired=True, vectorized=False, method="percentile",
        confidence_level=0.9, n_resamples=1500, rng=0,
    ).confidence_interval  # fmt: skip
    wide = oracle.high - oracle.low
    assert (found.low, found.high) == pytest.approx((oracle.low, oracle.high), abs=0.1 * wide)


@given(st.lists(st.floats(0, 1), min_size=1, max_size=15))
def test_holm_is_that_of_statsmodels(p_values):
    with patch("gc.collect"):  # which it calls each time: a third of a second in a process with all libraries
        oracle = multipletests(p_values, method="holm")[1].tolist()
    assert holm(p_values) == pytest.approx(oracle)
