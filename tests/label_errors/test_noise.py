"""Noise: the confident joint by hand, probabilities that add up, ordinary doubt."""

import numpy as np
import pytest

from core.label_errors.label_noise import (
    anchors,
    confident_joint,
    error_probability,
    prior_errors,
    wrong,
)

Q = np.array([[0.9, 0.1], [0.8, 0.2], [0.1, 0.9], [0.2, 0.8], [0.3, 0.7], [0.45, 0.55]])
GIVEN = np.array([0, 0, 0, 1, 1, 1])


def test_the_confident_joint_is_the_one_by_hand():
    """Thresholds: class 0 mean(.9, .8, .1) = .6, class 1 mean(.8, .7, .55) = .683.

    Rows 0, 1 count as (0, 0), row 2 as (0, 1), rows 3, 4 as (1, 1); row 5 reaches no threshold. Each row
    of the matrix is then scaled to the three rows given as its class: [[2, 1], [0, 3]].
    """
    joint = confident_joint(Q, GIVEN)
    np.testing.assert_allclose(joint, [[2, 1], [0, 3]])
    assert wrong(joint) == pytest.approx(1)


def test_a_class_nobody_is_sure_of_stays_on_the_diagonal():
    joint = confident_joint(np.array([[0.9, 0.05, 0.05], [0.1, 0.8, 0.1]]), np.array([0, 1]))
    np.testing.assert_allclose(joint, np.diag([1, 1, 0]))


def test_probabilities_sum_to_the_expected_errors_and_keep_the_order():
    ratio = np.random.default_rng(0).normal(-3, 2, 5000)
    p = error_probability(ratio, 250)
    assert p.sum() == pytest.approx(250, rel=1e-6)
    assert (np.argsort(p, kind="stable") == np.argsort(ratio, kind="stable")).all()


def test_probabilities_may_take_the_place_of_the_ratios():
    ratio = np.random.default_rng(1).normal(-3, 2, 500)
    expected = error_probability(ratio, 25)
    assert error_probability(ratio, 25, out=ratio) is ratio
    assert (ratio == expected).all()


def test_one_model_alone_widens_no_interval_and_two_that_differ_do(planted):
    q, labels = planted.judgement.q, planted.rows.given_labels
    alone, twice = prior_errors(q, [q], labels), prior_errors(q, [q, q], labels)
    assert alone == twice
    assert prior_errors(q, [q, q[::-1]], labels).high > alone.high


def test_the_estimate_before_any_review_holds_the_planted_number(planted):
    errors = prior_errors(planted.judgement.q, planted.judgement.members, planted.rows.given_labels)
    assert errors.low < planted.flipped.sum() < errors.high
    assert errors.reviewed == 0


def test_rows_that_nobody_could_foresee_widen_the_interval_downwards():
    """Half of the rows are coin flips: the joint counts them as errors, the anchors know that none is one."""
    rng = np.random.default_rng(1)
    p = np.concatenate([np.full(1000, 0.5), rng.choice([0.999, 0.001], 1000)])
    q = np.column_stack([1 - p, p])
    given = (rng.random(2000) < p).astype(int)
    errors = prior_errors(q, q[None], given)
    assert anchors(q, given)[0] < 40
    assert errors.low < 20
