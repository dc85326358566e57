"""Variances and intervals are those of rows drawn anew, and never nothing where few rows are alike."""

import numpy as np
import pytest
from scipy import stats

from core.stats import auc, bootstrap, class_metrics, error_moments, intervals
from core.stats.bootstrap import BootstrapRules
from core.stats.counts import ObservedCounts, counts_of_errors, counts_of_matrices
from core.stats.metrics import METRICS
from core.stats.paired import loss
from core.stats.predictions import Predictions, brier_scores, log_losses

of = Predictions.from_outputs


def observed(matrix, **changes):
    counts = counts_of_matrices(matrix)
    empty = {"log_loss_square": 0.0, "brier_square": 0.0, "scored": 0} | changes
    parts = {name: getattr(counts, name) for name in counts.__slots__} | empty
    return ObservedCounts(**parts, labelled=int(matrix.sum()))


TWO = np.array([[620, 80], [60, 240]])
THREE = np.array([[300, 30, 20], [25, 260, 15], [40, 10, 300]])


@pytest.mark.parametrize("matrix", [TWO, THREE])
@pytest.mark.parametrize("name", ["accuracy", "balanced_accuracy", "f1", "precision", "recall"])
def test_variances_of_classes_are_those_of_counts_drawn_anew(name, matrix):
    metric, n = METRICS[name], int(matrix.sum())
    drawn = np.random.default_rng(0).multinomial(n, matrix.ravel() / n, 4000).reshape(-1, *matrix.shape)
    spread = metric.value(counts_of_matrices(drawn)).var()
    assert metric.variance(observed(matrix)) == pytest.approx(spread, rel=0.09)


@pytest.mark.parametrize("name", ["accuracy", "balanced_accuracy", "f1", "precision", "recall"])
def test_no_fault_in_few_rows_is_no_certainty(name):
    measured = METRICS[name].measure(observed(np.diag([10, 10])))
    assert measured.value == 1
    assert measured.low < 0.96


def test_the_share_of_all_rows_has_the_interval_of_wilson():
    low, high = intervals.wilson(18, 20)
    oracle = stats.binomtest(18, 20).proportion_ci(method="wilson")
    assert (low, high) == pytest.approx((oracle.low, oracle.high))
    # Agresti and Coull: (18 + 1.92) / (20 + 3.84) = .8355
    assert intervals.share_variance(18, 20) == pytest.approx(0.8355 * 0.1645 / 20, rel=1e-3)


def test_an_interval_of_a_mean_is_that_of_student():
    seen = intervals.student(5.0, 0.04, 10, (0, np.inf))
    assert (seen.low, seen.high) == pytest.approx(stats.t.interval(0.95, 9, 5.0, 0.2))
    normal = intervals.normal(5.0, 0.04, 10, (4.8, 5.2))
    assert (normal.low, normal.high) == (4.8, 5.2)
    assert intervals.normal(5.0, 0.04, 10, (0, 9)).low == pytest.approx(5 - 1.959964 * 0.2)


def test_a_mean_loss_has_the_variance_of_a_mean():
    rows = np.random.default_rng(1).exponential(size=500)
    seen = observed(TWO, log_loss_square=float((rows**2).mean()), scored=500)
    with_mean = ObservedCounts(
        **{name: getattr(seen, name) for name in seen.__slots__ + counts_of_matrices(TWO).__slots__}
        | {"log_loss": rows.mean()}
    )
    assert class_metrics.log_loss_variance(with_mean) == pytest.approx(rows.var() / 500)


@pytest.mark.parametrize("name", ["mae", "rmse", "bias", "r2"])
def test_variances_of_errors_are_those_of_rows_drawn_anew(name):
    rng = np.random.default_rng(2)
    label = rng.normal(50, 20, 400)
    rows = error_moments.row_moments(label, label + rng.normal(3, 10, 400), 50.0)
    metric, draws = METRICS[name], rng.integers(0, 400, (3000, 400))
    spread = metric.value(counts_of_errors(np.stack([rows[draw].sum(axis=0) for draw in draws]))).var()
    influence = {
        "mae": error_moments.by_size,
        "rmse": error_moments.by_square,
        "bias": error_moments.by_error,
        "r2": error_moments.by_r_squared,
    }[name]
    assert error_moments.sampling_variance(influence, rows.sum(axis=0)) == pytest.approx(spread, rel=0.09)


def delong(positive, negative):
    """Area and variance from every pair (DeLong, DeLong, Clarke-Pearson 1988, equations 2 to 5)."""
    wins = (positive[:, None] > negative) + 0.5 * (positive[:, None] == negative)
    of_positive, of_negative = wins.mean(axis=1), wins.mean(axis=0)
    return wins.mean(), of_positive.var(ddof=1) / len(positive) + of_negative.var(ddof=1) / len(negative)


@pytest.mark.parametrize(("positives", "negatives"), [(12, 9), (3, 40)])
def test_area_and_variance_are_those_of_all_pairs_and_ties_count_half(positives, negatives):
    rng = np.random.default_rng(4)
    positive, negative = rng.integers(1, 8, positives), rng.integers(0, 7, negatives)
    counts = [np.bincount(scores, minlength=8) for scores in (positive, negative)]
    area, variance = delong(positive, negative)
    assert float(auc.area(*counts)) == pytest.approx(area)
    assert auc.variance(*counts) == pytest.approx(variance)


def test_areas_of_one_chunk_are_no_surer_together_than_on_average():
    positives, negatives = np.array([[1, 2, 5], [4, 3, 9]]), np.array([[6, 2, 1], [9, 9, 2]])
    errors = [auc.variance(p, n) ** 0.5 for p, n in zip(positives, negatives, strict=True)]
    assert auc.macro_variance(positives, negatives) == pytest.approx(np.mean(errors) ** 2)


def test_the_variance_of_a_mean_error_has_one_degree_of_freedom_less_than_rows():
    label, error = np.arange(5.0), np.array([1.0, -2.0, 0.5, 3.0, 0.0])
    sums = error_moments.row_moments(label, label + error, 2.0).sum(axis=0)
    assert error_moments.sampling_variance(error_moments.by_error, sums) == pytest.approx(
        error.var(ddof=1) / 5
    )


def test_influences_on_r_squared_are_those_of_the_rows():
    """Around a centre that is not the mean: labels of later periods have another one."""
    rng = np.random.default_rng(5)
    label, error = rng.exponential(10, 50), rng.normal(1, 3, 50)
    sums = error_moments.row_moments(label, label + error, 4.0).sum(axis=0)
    spread, square = label.var(), float((error**2).mean())
    rows = square * (label - label.mean()) ** 2 / spread**2 - error**2 / spread
    first, second = error_moments.by_r_squared(sums, sums)
    assert (first, second) == pytest.approx((rows.sum(), (rows**2).sum()))


@pytest.mark.parametrize(("value", "size"), [(0.3, 0.2), (-0.3, 0.2), (0.2, 0.0), (0.0, 0.0)])
def test_the_size_of_a_bias_is_less_what_chance_adds_to_it(value, size):
    seen = intervals.normal(value, 0.05, 100, (-np.inf, np.inf))
    assert METRICS["bias"].comparable(seen).value == pytest.approx(size)
    assert METRICS["mae"].comparable(seen) is seen


def test_a_bias_of_nothing_looks_like_less_of_a_loss_than_its_size():
    """E sqrt(max(z^2 - 1, 0)) of a normal z is .343; without the subtraction it would be .798."""
    values = np.random.default_rng(6).normal(0, 0.1, 20_000)
    sizes = [METRICS["bias"].comparable(intervals.normal(v, 0.01, 9, (-9, 9))).value for v in values]
    assert np.mean(sizes) == pytest.approx(0.0343, abs=0.001)


def test_a_ranking_without_a_fault_is_as_sure_as_half_a_pair_out_of_place():
    positives, negatives = np.array([0, 0, 5]), np.array([4, 3, 0])
    assert float(auc.area(positives, negatives)) == 1
    assert auc.variance(positives, negatives) == pytest.approx(0.25 / 35)


def test_a_probability_of_zero_for_what_happens_costs_as_much_as_one_in_ten_to_the_fifteen():
    said = of(np.array([[0.0, 1.0], [1.0, 0.0], [0.75, 0.25], [1 - 1e-12, 1e-12]]))
    costs = log_losses(np.array([0, 0, 1, 1]), said)
    assert costs == pytest.approx([15 * np.log(10), 0, np.log(4), 12 * np.log(10)])


def test_brier_scores_of_two_classes_reach_one_and_of_more_two():
    assert brier_scores(np.array([1]), of(np.array([[0.9, 0.1]]))) == pytest.approx([0.81])
    assert brier_scores(np.array([2]), of(np.array([[0.0, 1.0, 0.0]]))) == pytest.approx([2.0])


@pytest.mark.parametrize(("rows", "student"), [(199, False), (200, True)])
def test_fewer_than_two_hundred_losses_are_bootstrapped(rows, student):
    gain = np.random.default_rng(3).exponential(size=rows) ** 2
    low = loss(gain, np.zeros(rows), 0.05).low
    of_t = gain.mean() - stats.t.isf(0.05, rows - 1) * gain.std(ddof=1) / np.sqrt(rows)
    assert bool(abs(low / of_t - 1) < 1e-9) is student


@pytest.mark.parametrize(("most", "draws"), [(1, 20), (30 * 50, 50), (10**9, 100)])
def test_many_rows_are_drawn_less_often_but_never_too_seldom(most, draws):
    rules = BootstrapRules(resamples=100, fewest=20, most_drawn=most)
    assert bootstrap.drawn_means(np.ones((30, 1)), rules, 0).shape == (draws, 1)


def test_few_rows_are_drawn_ten_thousand_times():
    assert bootstrap.drawn_mean(np.ones(3), BootstrapRules(), 0).shape == (10_000,)
