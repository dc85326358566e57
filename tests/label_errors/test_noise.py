"""Noise: the confident joint by hand, probabilities that add up, estimates that answers sharpen."""

import numpy as np
import pytest

from core.label_errors.label_noise import (
    anchors,
    confident_joint,
    error_probability,
    prior_errors,
    reviewed_errors,
    reviewed_probability,
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


def test_few_answers_change_nothing_many_correct_the_probabilities():
    rng = np.random.default_rng(2)
    p = rng.uniform(0.01, 0.99, 4000)
    really = rng.random(4000) < p / 2
    few, many = np.arange(4000) < 10, np.arange(4000) < 800
    assert reviewed_probability(p, few, really) is p
    corrected = reviewed_probability(p, many, really)
    assert abs(corrected[~many].mean() - really[~many].mean()) < 0.03 < abs(p[~many].mean() - really.mean())


def test_answers_bring_the_estimate_to_the_truth_and_narrow_it():
    rng = np.random.default_rng(3)
    p = rng.beta(0.3, 2, 5000)
    really = rng.random(5000) < 0.5 * p
    wide, narrow = (np.isin(np.arange(5000), rng.choice(5000, size, replace=False)) for size in (50, 1500))
    first, last = reviewed_errors(p, wide, really), reviewed_errors(p, narrow, really)
    assert last.low < really.sum() < last.high
    assert last.high - last.low < first.high - first.low
    everything = reviewed_errors(p, np.ones(5000, dtype=bool), really)
    assert everything.value == everything.low == everything.high == really.sum()
