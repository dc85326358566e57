"""Scores: temperature and weights are the best ones, a margin above 0 means the suggestion is likelier."""

import numpy as np
import pytest
from hypothesis import given as over
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.optimize import minimize_scalar
from scipy.special import softmax
from sklearn.metrics import log_loss as oracle

from core.label_errors.classification.mixture import (
    apply_temperature,
    doubt,
    fit_temperature,
    knowledge,
    log_loss,
    mix,
    smooth,
    suspicion,
)
from core.label_errors.rules import RULES

RNG = np.random.default_rng(0)
LOGITS = RNG.normal(size=(2000, 4))
GIVEN = np.array([RNG.choice(4, p=p) for p in softmax(LOGITS, axis=1)])


def test_log_loss_is_scikit_learns():
    P = softmax(LOGITS, axis=1)
    assert np.isclose(log_loss(P, GIVEN), oracle(GIVEN, P))


def test_temperature_finds_how_much_too_sure_a_model_is():
    assert 2.6 < fit_temperature(np.log(softmax(3 * LOGITS, axis=1)), GIVEN) < 3.4


def test_temperature_is_the_best_on_a_grid():
    logs = np.log(smooth(softmax(2 * LOGITS, axis=1)))
    found = log_loss(apply_temperature(logs, fit_temperature(logs, GIVEN)), GIVEN)
    assert found <= min(log_loss(apply_temperature(logs, t), GIVEN) for t in np.linspace(0.3, 5, 60)) + 1e-6


def test_a_useless_model_does_not_pull_the_mixture_down():
    good, useless = softmax(LOGITS, axis=1), softmax(RNG.normal(size=(2000, 4)), axis=1)
    mixed = mix([good, useless], GIVEN)
    assert mixed.weights[0] > 0.9
    assert log_loss(mixed.q, GIVEN) <= mixed.losses.min() + 1e-9
    np.testing.assert_allclose(mixed.q.sum(axis=1), 1)


@settings(max_examples=60)
@over(arrays(float, (5, 3), elements=st.floats(0.01, 1)), st.lists(st.integers(0, 2), min_size=5, max_size=5))
def test_the_suggestion_is_the_best_other_class_and_likelier_where_the_log_ratio_is_above_0(raw, given):
    q, labels = raw / raw.sum(axis=1, keepdims=True), np.array(given)
    found = suspicion(q, labels)
    for row, label in enumerate(labels):
        others = np.delete(q[row], label)
        assert found.suggested[row] != label
        assert q[row, found.suggested[row]] == others.max()
        assert found.likelier[row] == (others.max() > q[row, label])
        assert np.isclose(found.log_ratio[row], np.log(others.max() / q[row, label]))


def test_doubt_runs_from_sure_to_no_idea():
    assert doubt(np.array([[1.0, 0, 0], [1 / 3] * 3])).round(6).tolist() == [0, 1]


def test_knowledge_is_positive_for_a_model_and_not_for_the_class_shares():
    assert knowledge(softmax(LOGITS, axis=1), GIVEN) > 0.1
    shares = np.tile(np.bincount(GIVEN) / 2000, (2000, 1))
    assert knowledge(shares, GIVEN) <= 0


def plainly_mixed(models, labels):
    """The same in few words and much memory."""
    members = []
    for P in models:
        logs = np.log(smooth(P))

        def tempered(log_t, logs=logs):
            powered = softmax(logs / np.exp(log_t), axis=1)
            return powered / powered.sum(axis=1, keepdims=True)

        best = minimize_scalar(
            lambda log_t: log_loss(tempered(log_t), labels), bounds=(-2, 2), method="bounded"
        ).x
        members.append(tempered(best))
    losses = np.array([log_loss(P, labels) for P in members])
    weights = [np.exp(-T * (losses - losses.min())) for T in RULES.mixture.sharpness]
    return min(
        (np.tensordot(w / w.sum(), members, axes=1) for w in weights), key=lambda q: log_loss(q, labels)
    )


@pytest.mark.parametrize(("n", "K", "M"), [(30_000, 9, 2), (300, 2, 3)])
def test_a_mixture_in_blocks_is_the_mixture(n, K, M):
    rng = np.random.default_rng(n)
    labels = rng.integers(0, K, n)
    models = [
        softmax(rng.normal(size=(n, K)) + (2 + m) * np.eye(K)[labels] * rng.random((n, 1)), axis=1)
        for m in range(M)
    ]
    kept = [P.copy() for P in models]
    found = mix(models, labels)
    np.testing.assert_allclose(found.q, plainly_mixed(models, labels), rtol=1e-6)
    assert all((was == P).all() for P, was in zip(models, kept, strict=True))
