"""Every number that decides how many labels are wrong, at its boundary, with its error rates (seeded)."""

import numpy as np
import pytest

from core.label_errors.label_noise import (
    anchors,
    confident_joint,
    prior_errors,
)
from core.label_errors.rules import RULES

REFUSAL = RULES.refusal


def plain_class(size, wrong_at):
    """A class whose surest row is row 0, with one contradiction; and another one, as large, without any."""
    labels = np.concatenate([np.zeros(size + 1, dtype=int), np.ones(size + 1, dtype=int)])
    labels[wrong_at] = 1
    labels[-1 - wrong_at] = 1
    p = np.linspace(0.99, 0.01, len(labels))
    return np.column_stack([p, 1 - p]), labels


@pytest.mark.parametrize(("size", "anchor_rows"), [(5000, 100), (200, 30)])
def test_anchors_are_the_surest_fiftieth_of_a_class_and_at_least_thirty(size, anchor_rows):
    """The last anchor is the only one that contradicts: a row fewer and the rate is 0, more and it falls."""
    q, labels = plain_class(size, anchor_rows - 1)
    sizes = np.bincount(labels)
    assert sizes[0] == size
    assert anchors(q, labels)[0] == pytest.approx(sizes[0] / anchor_rows)


def test_a_class_without_contradictions_is_not_certain():
    q, labels = plain_class(200, 150)
    wrong, spread = anchors(q, labels)
    assert wrong == 0
    safe = 0.5 / 31
    assert spread == pytest.approx(np.sqrt(sum(n**2 * safe * (1 - safe) / 30 for n in np.bincount(labels))))


def test_ordinary_doubt_is_not_counted_as_errors():
    """Every label is right, a third of the rows are hard: the lower end must be able to reach 0."""
    rng = np.random.default_rng(4)
    held_zero = 0
    for _ in range(20):
        p = np.concatenate([rng.uniform(0.2, 0.8, 400), rng.choice([0.995, 0.005], 800)])
        q = np.column_stack([1 - p, p])
        errors = prior_errors(q, q[None], (rng.random(1200) < p).astype(int))
        held_zero += errors.low <= 12
    assert held_zero >= 19


def test_planted_errors_are_within_the_interval_in_nearly_all_worlds():
    rng = np.random.default_rng(5)
    inside = 0
    for _ in range(40):
        truth = rng.integers(0, 2, 1500)
        wrong = rng.random(1500) < 0.08
        p = np.where(truth == 1, 0.97, 0.03)
        q = np.column_stack([1 - p, p])
        errors = prior_errors(q, q[None], np.where(wrong, 1 - truth, truth))
        inside += errors.low <= wrong.sum() <= errors.high
    assert inside >= 38


def test_the_estimate_is_half_way_between_anchors_and_joint():
    rng = np.random.default_rng(6)
    p = rng.uniform(0.01, 0.99, 3000)
    labels = (rng.random(3000) < p).astype(int)
    q = np.column_stack([1 - p, p])
    from core.label_errors.label_noise import confident_joint, wrong

    joint, (anchor, spread) = wrong(confident_joint(q, labels)), anchors(q, labels)
    errors = prior_errors(q, q[None], labels)
    assert anchor < joint
    assert errors.value == pytest.approx((joint + anchor) / 2)
    assert errors.low == pytest.approx(max(anchor - 1.96 * spread, 0), rel=1e-3)
    assert errors.high == pytest.approx(joint + 1.96 * np.sqrt(joint * (1 - joint / 3000)), rel=1e-3)


def test_a_row_as_sure_as_its_class_on_average_counts_for_it():
    """The surest rows of a class are often all alike: without them a mixed-up row would not be seen."""
    q = np.array([[0.75, 0.25]] * 4 + [[0.125, 0.875]])
    joint = confident_joint(q, np.array([0, 0, 0, 1, 1]))
    assert joint.tolist() == [[3.0, 0.0], [1.0, 1.0]]
