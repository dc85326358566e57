"""Broken here: a comparison from arrays is not that of the same predictions on a holdout."""

import numpy as np
import pytest
from sklearn.metrics import f1_score, log_loss, mean_absolute_error, roc_auc_score

from core.errors import CaretakerError
from core.services.in_memory.compare_predictions import compare_predictions
from core.stats.metrics import METRICS
from core.stats.predictions import Predictions

N = 300


@pytest.fixture(scope="module")
def world():
    rng = np.random.default_rng(0)
    y = rng.integers(0, 2, N)
    return y, *(np.clip(0.3 * y + 0.7 * rng.random(N), 0.01, 0.99) for _ in range(2))


@pytest.mark.parametrize("metric", [name for name, each in METRICS.items() if not each.of_numbers])
def test_it_is_the_paired_comparison_of_the_metric(world, metric):
    y, a, b = world
    result = compare_predictions(y, a, b, metric)
    ours, theirs = (Predictions.from_outputs(np.column_stack([1 - p, p])) for p in (a, b))
    assert result.difference == METRICS[metric].compare(y, ours, theirs, 0.025)
    assert result.margin == METRICS[metric].margin.at(result.difference.champion)


def test_values_are_those_of_scikit_learn(world):
    y, a, b = world
    assert compare_predictions(y, a, b, "roc_auc").difference.champion == pytest.approx(roc_auc_score(y, a))
    assert compare_predictions(y, a, b, "log_loss").difference.challenger == pytest.approx(log_loss(y, b))
    hard = (a > 0.5).astype(int)
    assert compare_predictions(y, hard, hard, "f1").difference.champion == pytest.approx(f1_score(y, hard))
    mae = compare_predictions(y, a, b, "mae").difference
    assert mae.champion == pytest.approx(mean_absolute_error(y, a))


def test_labels_and_probabilities_can_be_told_apart(world):
    y, a, b = world
    names = np.array(["no", "yes"])
    both = np.column_stack([1 - a, a])
    wanted = compare_predictions(y, a, b, "accuracy").difference
    for ours in (a, both, names[(a > 0.5).astype(int)]):
        assert compare_predictions(names[y], ours, b, "accuracy").difference == wanted
    turned = compare_predictions(names[y], both[:, ::-1], 1 - b, "accuracy", classes=["yes", "no"])
    assert turned.difference == wanted


def test_a_margin_and_a_level_are_the_callers(world):
    y, a, _ = world
    worse = np.clip(a - 0.02 * y, 0, 1)
    strict, kind = (compare_predictions(y, a, worse, "roc_auc", margin=m) for m in (0.0001, 0.2))
    assert (strict.decision.verdict, kind.decision.verdict) == ("worse", "not_worse")
    wide = compare_predictions(y, a, worse, "roc_auc", alpha=0.001).difference
    assert wide.low < strict.difference.low


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"metric": "speed"}, "no metric 'speed'"),
        ({"alpha": 0.7}, "no level"),
        ({"a": [0.5] * 3}, "a has 3 values, and there are 300 rows"),
        ({"b": [np.nan] * N}, "b: 300 of 300 values are missing"),
        ({"b": ["perhaps"] * N}, "'perhaps', which is none of the classes 0, 1"),
        ({"b": [7.5] * N}, "no probabilities"),
        ({"a": [1] * N}, "needs probabilities"),
        ({"y": [1] * N}, "are the same"),
        ({"metric": "mae", "a": ["x"] * N}, "a holds what is no number"),
        ({"metric": "mae", "a": [[1.0]] * N}, "a has 2 dimensions"),
        ({"metric": "mae", "b": [np.inf] * N}, "b: 300 of 300 values are missing"),
    ],
)
def test_bad_arrays_are_refused_with_the_next_step(world, changes, words):
    y, a, b = world
    given = {"y": y, "a": a, "b": b, "metric": "roc_auc"} | changes
    with pytest.raises(CaretakerError) as caught:
        compare_predictions(**given)
    assert words in str(caught.value)
    assert caught.value.hint


def test_rows_of_one_group_and_of_one_time_are_no_independent_proof(world):
    y, a, b = world
    alone = compare_predictions(y, a, b, "log_loss")
    twice = [np.repeat(each, 3) for each in (y, a, b)]
    too_sure = compare_predictions(*twice, "log_loss").difference
    grouped = compare_predictions(*twice, "log_loss", groups=np.repeat(np.arange(N), 3))
    assert grouped.dependence.groups == N
    width = alone.difference.high - alone.difference.low
    assert too_sure.high - too_sure.low == pytest.approx(width / 3**0.5, rel=0.05)
    assert grouped.difference.high - grouped.difference.low == pytest.approx(width, rel=0.05)
    assert "Rows of one group belong together" in grouped.sentence
    timed = compare_predictions(*twice, "log_loss", times=np.repeat(np.arange(N) // 30, 3))
    assert timed.dependence.p is not None
    with pytest.raises(CaretakerError, match="groups"):
        compare_predictions(y, a, b, "log_loss", groups=[1, 2])
