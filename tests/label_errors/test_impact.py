"""Impact: the predicted change is what fitting again gives, and the curve is the sum of the probabilities."""

import numpy as np
import pytest
from hypothesis import given as over
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.special import log_softmax
from scipy.stats import spearmanr
from sklearn.linear_model import LogisticRegression

from core.label_errors.impact import gain_curve, impact, influence

RNG = np.random.default_rng(0)


def test_influence_ranks_rows_as_fitting_again_does():
    n, K = 150, 3
    truth = RNG.integers(0, K, n)
    X = RNG.normal(size=(n, 3)) + np.eye(K)[truth] * 1.5
    given = np.where(RNG.random(n) < 0.2, (truth + 1) % K, truth)
    q = np.eye(K)[truth] * 0.9 + 0.1 / K
    suggested = np.where(given == truth, (given + 1) % K, truth)
    predicted = influence(X, given, suggested, q)
    base = _loss(X, given, truth)
    rows = np.arange(0, n, 5)
    again = []
    for row in rows:
        switched = given.copy()
        switched[row] = suggested[row]
        again.append(base - _loss(X, switched, truth))
    assert spearmanr(predicted[rows], again).statistic > 0.9


def _loss(X, given, truth):
    design = np.hstack([X, np.ones((len(X), 1))])
    model = LogisticRegression(C=1.0, fit_intercept=False, solver="newton-cholesky").fit(design, given)
    return -log_softmax(model.decision_function(design), axis=1)[np.arange(len(X)), truth].mean()


def test_switching_wrong_labels_is_worth_more_than_switching_right_ones(planted):
    suggested = planted.judgement.suspicion.suggested
    worth = influence(planted.vectors, planted.rows.given_labels, suggested, planted.judgement.q)
    assert worth[planted.flipped].mean() > 0 > worth[~planted.flipped].mean()


def test_without_confident_rows_nothing_is_worth_more():
    q = np.full((60, 3), 1 / 3)
    given = np.tile([0, 1, 2], 20)
    assert (influence(RNG.normal(size=(60, 2)), given, (given + 1) % 3, q) == 0).all()


def test_impact_blends_likelihood_and_influence():
    assert impact(np.array([0.8, 0.8, 0.1]), np.array([1.0, 2.0, 3.0])).tolist() == pytest.approx(
        [0.8 * (0.5 + 1 / 3), 0.8 * (0.5 + 2 / 3), 0.1 * 1.5]
    )


@settings(max_examples=50)
@over(arrays(float, st.integers(1, 300), elements=st.floats(0, 1)), st.floats(0, 1), st.floats(1, 3))
def test_the_curve_adds_up_never_falls_and_lies_in_its_band(p, low, high):
    curve = gain_curve(p, low, high)
    assert curve["fixed"][-1] == pytest.approx(p.sum())
    assert curve["answers"][-1] == len(p)
    assert (np.diff(curve["fixed"]) >= 0).all()
    assert (curve["low"] <= curve["fixed"] + 1e-9).all()
    assert (curve["fixed"] <= curve["high"] + 1e-9).all()
