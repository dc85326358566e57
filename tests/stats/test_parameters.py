"""Metrics with a parameter, and relative errors, are those of scikit-learn, from rows and from profiles."""

from dataclasses import replace

import numpy as np
import pytest
from sklearn.metrics import (
    mean_absolute_percentage_error,
    mean_pinball_loss,
    precision_score,
    recall_score,
)

from core.health.performance.metrics import measure
from core.health.profiles.log_rows import LogRows
from core.health.profiles.metric_counts import observed_counts
from core.health.tasks.from_arrays import layout_from_arrays, profile_from_arrays
from core.stats.counts import counts_of_errors
from core.stats.error_moments import row_moments
from core.stats.measures.table import metric_table, metric_with_parameter
from core.stats.metrics import METRICS
from core.stats.predictions import Predictions

N = 4000
RNG = np.random.default_rng(4)
SCORE = RNG.beta(1, 5, N)
TRUTH = (RNG.random(N) < SCORE).astype(int)
SCORES = np.column_stack([1 - SCORE, SCORE])
TOP = np.sort(SCORE)[-N // 20]


def profile(truth=TRUTH, scores=SCORES):
    nothing = np.zeros(len(truth), dtype=bool)
    rows = LogRows(truth, scores.argmax(axis=1), scores, nothing, {})
    return profile_from_arrays(layout_from_arrays(("no", "yes"), rows, [], []), rows)


@pytest.mark.parametrize(
    ("name", "oracle", "cut"),
    [
        ("precision@0.2", precision_score, 0.2),
        ("recall@0.2", recall_score, 0.2),
        ("precision@.35", precision_score, 0.35),
        ("precision@top5%", precision_score, TOP),
        ("recall@top5%", recall_score, TOP),
    ],
)
def test_cuts_are_those_of_scikit_learn(name, oracle, cut):
    """From rows to the digit; from a profile within the rows of one of its 1024 bins."""
    metric, expected = metric_with_parameter(name), oracle(TRUTH, cut <= SCORE)
    predictions = Predictions.from_outputs(SCORES)
    assert metric.of_rows(TRUTH, predictions) == pytest.approx(expected)
    measured = measure(metric, profile())
    assert measured.value == pytest.approx(expected, abs=0.006)
    assert measured.low < expected < measured.high
    other = Predictions.from_outputs(SCORES[:, ::-1])
    difference = metric.compare(TRUTH, predictions, other, 0.025)
    assert difference.champion == pytest.approx(expected)
    assert difference.challenger == metric.of_rows(TRUTH, other) != pytest.approx(expected)


def test_an_interval_at_a_cut_covers():
    metric = metric_with_parameter("precision@top5%")
    covered = []
    for seed in range(150):
        rng = np.random.default_rng(seed)
        score = rng.beta(1, 5, 1000)
        truth = (rng.random(1000) < score).astype(int)
        measured = measure(metric, profile(truth, np.column_stack([1 - score, score])))
        covered.append(measured.low <= 0.542 <= measured.high)  # of 10 million rows
    assert 0.9 <= np.mean(covered) <= 1


def test_a_cut_above_all_scores_has_no_precision():
    assert measure(metric_with_parameter("precision@0.99"), profile(scores=np.full((N, 2), 0.5))) is None


@pytest.mark.parametrize("quantile", [0.1, 0.5, 0.9])
def test_quantile_losses_are_those_of_scikit_learn(quantile):
    label = RNG.gamma(3, 20, N)
    predicted = label + RNG.normal(5, 15, N)
    metric = metric_with_parameter(f"pinball@{quantile}")
    rows = row_moments(label, predicted, 50.0)
    expected = mean_pinball_loss(label, predicted, alpha=quantile)
    assert float(metric.value(counts_of_errors(rows.sum(axis=0)))) == pytest.approx(expected)
    assert metric.of_rows(label, Predictions(np.empty((N, 0)), predicted)) == pytest.approx(expected)
    error = predicted - label
    losses = np.maximum(-quantile * error, (1 - quantile) * error)
    variance = metric.variance(counts_of_errors(rows.sum(axis=0)))
    assert variance == pytest.approx(losses.var() / (N - 1))


def test_relative_errors_are_those_of_scikit_learn_without_labels_of_nought():
    label = np.where(np.arange(N) % 50 == 0, 0.0, RNG.gamma(3, 20, N) * RNG.choice([-1, 1], N))
    predicted = label + RNG.normal(0, 4, N)
    metric, some = METRICS["mape"], label != 0
    sums = row_moments(label, predicted, 7.0).sum(axis=0)
    expected = mean_absolute_percentage_error(label[some], predicted[some])
    assert float(metric.value(counts_of_errors(sums))) == pytest.approx(expected)
    assert metric.of_rows(label, Predictions(np.empty((N, 0)), predicted)) == pytest.approx(expected)
    relative = np.abs((predicted - label)[some] / label[some])
    assert metric.variance(counts_of_errors(sums)) == pytest.approx(relative.var() / some.sum(), rel=0.01)
    none = row_moments(np.zeros(50), np.ones(50), 0.0).sum(axis=0)
    assert np.isnan(metric.value(counts_of_errors(none)))


@pytest.mark.parametrize(
    "name", ["precision@1.5", "recall@top0%", "f1@0.2", "pinball@top5%", "pinball@0", "recall@"]
)
def test_a_name_that_means_nothing_is_none(name):
    assert metric_with_parameter(name) is None
    assert name not in metric_table(record=name)


def test_counts_of_several_replicates_are_cut_each_for_itself():
    counts = observed_counts(profile())
    metric = metric_with_parameter("recall@top5%")
    one = float(metric.value(counts))
    twice = replace(
        counts, positives=np.stack([counts.positives] * 2), negatives=np.stack([counts.negatives] * 2)
    )
    assert metric.value(twice).tolist() == [one, one]
