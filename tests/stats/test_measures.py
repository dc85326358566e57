"""Metrics that not every model has are those of scikit-learn, with the variances of counts drawn anew."""

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import cohen_kappa_score

from core.health.profiles.metric_counts import expected_counts
from core.stats.counts import ObservedCounts, counts_of_matrices
from core.stats.measures.cost_matrix import cost_metric
from core.stats.measures.ordered import are_ordered, ordered_metrics, places
from core.stats.measures.table import metric_named, metric_table
from core.stats.predictions import Predictions

STARS = np.array(
    [[50, 10, 3, 1, 1], [8, 60, 12, 2, 0], [2, 15, 80, 20, 3], [0, 4, 22, 90, 20], [1, 1, 3, 30, 99]]
)
COSTS = np.array([[0.0, 5.0], [50.0, 2.0]])


def rows_of(matrix):
    """Labels and predictions with this confusion."""
    cells = np.argwhere(matrix >= 0).repeat(matrix.ravel(), axis=0)
    return cells[:, 0], cells[:, 1]


def observed(matrix):
    counts = counts_of_matrices(matrix)
    parts = {name: getattr(counts, name) for name in counts.__slots__}
    return ObservedCounts(
        **parts, labelled=int(matrix.sum()), scored=0, log_loss_square=0.0, brier_square=0.0
    )


def test_ordered_metrics_are_those_of_scikit_learn():
    truth, predicted = rows_of(STARS)
    distance, kappa = ordered_metrics(np.arange(5.0))
    counts, said = observed(STARS), Predictions(np.eye(5)[predicted], predicted)
    assert float(distance.value(counts)) == pytest.approx(np.abs(truth - predicted).mean())
    assert float(kappa.value(counts)) == pytest.approx(
        cohen_kappa_score(truth, predicted, weights="quadratic")
    )
    for metric in (distance, kappa):
        assert metric.of_rows(truth, said) == pytest.approx(float(metric.value(counts)))


def test_an_order_is_that_of_the_numbers():
    names = ("10", "9", "1.5")
    assert places(names).tolist() == [2, 1, 0]
    distance, _ = ordered_metrics(places(names))
    assert float(distance.value(counts_of_matrices(np.array([[0, 0, 1], [0, 0, 0], [0, 0, 0]])))) == 2
    assert [places(classes) for classes in (("1", "2"), ("a", "b", "c"), ("1", "1.0", "2"), ())] == [None] * 4
    assert "class_distance" not in metric_table(("1", "2"))


@pytest.mark.parametrize(
    "metric", [*ordered_metrics(np.arange(5.0)), cost_metric(np.arange(25.0).reshape(5, 5))]
)
def test_variances_are_those_of_counts_drawn_anew(metric):
    n = int(STARS.sum())
    drawn = np.random.default_rng(0).multinomial(n, STARS.ravel() / n, 4000).reshape(-1, 5, 5)
    spread = metric.value(counts_of_matrices(drawn)).var()
    assert metric.variance(observed(STARS)) == pytest.approx(spread, rel=0.12)
    assert metric.measure(observed(np.diag([20] * 5))).variance > 0


def test_classes_without_an_order_are_seldom_taken_for_ordered():
    """Errors go anywhere: at one in a thousand; errors of one class beside: always."""
    rng = np.random.default_rng(1)
    cells = np.full((6, 6), 0.02) + np.diag([0.9] * 6)
    near = np.eye(6) * 0.9 + np.eye(6, k=1) * 0.05 + np.eye(6, k=-1) * 0.05
    found = []
    for shares in (cells, near):
        drawn = rng.multinomial(600, (shares / shares.sum()).ravel(), 400).reshape(-1, 6, 6)
        found.append(np.mean([are_ordered(observed(matrix), np.arange(6.0)) for matrix in drawn]))
    assert found[0] <= 0.005
    assert found[1] >= 0.995


def test_the_expected_cost_of_two_classes_is_that_of_their_rows():
    """Rows by predicted class and bin that are expected right and wrong, added up by hand."""
    right, wrong = np.array([[6.0, 2], [3, 7]]), np.array([[1.0, 1], [2, 1]])
    positives, negatives = np.array([[4.0, 8]]), np.array([[7.0, 4]])
    counts = expected_counts(right, wrong, positives, negatives, (np.zeros((1, 2)), np.zeros((1, 2))))
    assert counts.confusion.tolist() == [[8.0, 3.0], [2.0, 10.0]]  # 8 no, 10 yes right; 2 missed, 3 too many
    assert float(cost_metric(COSTS).value(counts)) == pytest.approx((3 * 5 + 2 * 50 + 10 * 2) / 23)
    three = np.ones((3, 2))
    unknown = expected_counts(three, three, three, three, (np.zeros((3, 2)), np.zeros((3, 2))))
    assert np.isnan(cost_metric(np.ones((3, 3))).value(unknown))


def test_gains_are_costs_below_nought():
    """A cost of -10 is not "off by 10", as a bias would be."""
    gain = cost_metric(np.array([[0.0, 1.0], [3.0, -10.0]]), "EUR")
    assert not gain.both_ways
    assert gain.merit(-5.0) > gain.merit(-2.0) > gain.merit(1.0)
    assert gain.measure(observed(np.array([[5, 5], [5, 85]]))).value < -8
    truth, said = np.array([0, 1, 1, 1]), Predictions(np.eye(2)[[0, 1, 1, 0]], np.array([0, 1, 1, 0]))
    other = Predictions(np.eye(2)[[0, 1, 1, 1]], np.array([0, 1, 1, 1]))
    assert gain.compare(truth, said, other, 0.025).difference == pytest.approx(13 / 4)


def test_by_its_name_alone_a_metric_has_no_value():
    assert metric_named("cost").measure(observed(np.array([[5, 5], [5, 85]]))) is None
    assert metric_named("weighted_kappa").short == "quadratic kappa"
    with pytest.raises(KeyError):
        metric_named("luck")
    assert pd.Series([1.0, 2.0]).map(metric_named("cost").merit).tolist() == [-1.0, -2.0]
