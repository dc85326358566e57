"""Broken here: a stack hears who does not help, has too many members, or is judged by its own rows."""

import numpy as np
import pytest

from core.stats.measures.table import metric_named
from core.stats.metrics import METRICS
from core.stats.predictions import Predictions
from core.training.search import blend
from core.training.search.blend import BlendRules

MAE, AUC = METRICS["mae"], METRICS["roc_auc"]
of = Predictions.from_outputs


def noisy(truth, count, seed=0, scale=1.0):
    rng = np.random.default_rng(seed)
    return [of(truth + rng.normal(scale=scale, size=len(truth))) for _ in range(count)]


def test_members_with_errors_of_their_own_are_heard_alike_and_the_stack_is_better_than_each():
    truth = np.random.default_rng(1).normal(size=900)
    members = noisy(truth, 3)
    share = blend.weights(members, truth, MAE)
    assert share.sum() == pytest.approx(1)
    assert share.min() > 0.2
    made = blend.predict_crossed(members, truth, np.arange(900) // 300, MAE, None)
    assert MAE.of_rows(truth, made) < min(MAE.of_rows(truth, member) for member in members)


def test_each_block_is_predicted_with_the_weights_of_the_others():
    """In the first block one member is right and in the second the other: each misleads about the other."""
    truth = np.zeros(200)
    block = np.arange(200) // 100
    one, other = of(np.where(block == 0, 0.0, 9.0)), of(np.where(block == 0, 9.0, 0.0))
    made = blend.predict_crossed([one, other], truth, block, MAE, None)
    assert made.outputs.tolist() == [9.0] * 200


def test_a_useless_member_is_hardly_heard():
    rng = np.random.default_rng(0)
    truth = rng.integers(0, 2, 600)
    score = np.clip(truth * 0.4 + 0.3 + rng.normal(scale=0.1, size=600), 0.01, 0.99)
    members = [of(np.column_stack([1 - s, s])) for s in (score, rng.random(600))]
    assert blend.weights(members, truth, AUC)[1] < 0.1


def test_of_numbers_the_metric_itself_decides():
    """The mean has the least squared error of skewed labels, their 90 % quantile the least loss of it."""
    truth = np.random.default_rng(0).exponential(size=2_000)
    members = [of(np.full(2_000, value)) for value in (1.0, 2.3)]
    assert blend.weights(members, truth, METRICS["rmse"])[0] > 0.9
    assert blend.weights(members, truth, metric_named("pinball@0.9"))[1] > 0.9


def test_twenty_rounds_choose_at_most_six_members_of_three_experiments_each():
    truth = np.random.default_rng(1).normal(size=400)
    share = blend.weights(noisy(truth, 12), truth, MAE)
    assert np.count_nonzero(share) == 6
    one = blend.weights(noisy(truth, 12), truth, MAE, BlendRules(rounds=1))
    assert np.count_nonzero(one) == 1
    # one that is far off is heard in one round of twenty at most: never with less than a twentieth
    near, far = of(truth + 0.1), of(truth - 3.8)
    assert blend.weights([near, far], truth, MAE).tolist() == [0.95, 0.05]
    assert blend.weights([near, of(truth - 4.0)], truth, MAE)[1] == 0
    assert blend.pool(["a"] * 4 + ["b"] + ["a"]) == [0, 1, 2, 4]
