"""The gate of a refit: what a refit does passes, what it cannot explain does not."""

import numpy as np
import pandas as pd
import pytest
from sklearn.linear_model import LogisticRegression

from core.stats.metrics import METRICS
from core.stats.predictions import Predictions
from core.training.predictions import predict
from core.training.refit import RULES, Refitted, check_agreement, check_metric, refit
from core.training.tasks import task_of

TASK = task_of(("no", "yes"))


def test_it_keeps_the_parameters_and_predicts_each_row_without_it():
    rng = np.random.default_rng(0)
    X = pd.DataFrame(rng.normal(size=(400, 3)), columns=list("abc"))
    y = pd.Series(np.where(1.5 * X["a"] + rng.logistic(size=400) > 0, "yes", "no"), dtype=object)
    copies = np.arange(len(X)).astype(np.uint64)
    model = LogisticRegression(C=0.3)
    result = refit(model, X, y, X.tail(100), TASK, seed=0, copies=copies, progress=lambda *_: None)
    assert result.estimator.C == 0.3
    assert len(result.recent_by_fold) == 5
    own = predict(result.estimator, X, TASK)
    assert not np.allclose(result.out_of_fold.probabilities, own.probabilities)
    assert np.allclose(result.out_of_fold.probabilities.sum(axis=1), 1)


def predictions(decided):
    decided = np.asarray(decided)
    return Predictions(np.stack([1 - decided, decided], axis=1).astype(float), decided)


@pytest.mark.parametrize(("wrong", "passed"), [(0, True), (1, True), (40, False)])
def test_only_what_is_worse_beyond_chance_fails(wrong, passed):
    truth = np.tile([0, 1], 100)
    refitted = truth.copy()
    refitted[:wrong] = 1 - refitted[:wrong]
    gate = check_metric(METRICS["accuracy"], truth, predictions(truth), predictions(refitted))
    assert gate.passed is passed
    assert "200 rows" in gate.detail


@pytest.mark.parametrize(("apart", "passed"), [(0, True), (16, True), (17, False)])
def test_it_may_be_one_and_a_half_times_as_far_as_the_farthest_fold(apart, passed):
    """1.5 times 4 of 1,000 rows, and a hundredth of the rows that never matters: 16 of 1,000."""

    def moved(number):
        return predictions((np.arange(1000) < number).astype(int))

    assert (RULES.times, RULES.least) == (1.5, 0.01)
    result = Refitted(None, moved(0), moved(apart), (moved(2), moved(4)))
    assert check_agreement(TASK, moved(0), result).passed is passed


def test_numbers_are_measured_by_their_spread():
    amounts = task_of(())
    promoted = Predictions(np.empty((4, 0)), np.array([0.0, 100.0, 200.0, 300.0]))
    near = Predictions(np.empty((4, 0)), promoted.predicted + 1)
    far = Predictions(np.empty((4, 0)), promoted.predicted + 5)
    assert check_agreement(amounts, promoted, Refitted(None, near, near, (promoted,))).passed
    assert not check_agreement(amounts, promoted, Refitted(None, far, far, (promoted,))).passed
