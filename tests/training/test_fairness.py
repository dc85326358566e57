"""Broken here: a challenger that is worse for some passes unseen, or equal ones are called unfair."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from core.stats.predictions import Predictions
from core.stats.together.dependence import Together
from core.training.comparison.fairness import FairSegment, fair_segments, fairness_gate

RUNS = 80


def predictions(truth, right):
    return Predictions.from_outputs(np.eye(2)[np.where(right, truth, 1 - truth)])


def contest(rng, n, segments, drop=0.0, groups=None):
    """Two models of equal accuracy; in the first segment the second is wrong so much more often."""
    truth, place = rng.integers(0, 2, n), rng.integers(0, segments, n)
    before, after = rng.random(n) < 0.8, rng.random(n) < 0.8
    if groups is not None:
        before, after = (rng.random(n)[groups] < 0.8 for _ in range(2))
        place = place[groups]
    after &= ~((place == 0) & (rng.random(n) < drop))
    column = pd.Series(np.array([f"s{i}" for i in place]), dtype=object)
    together = Together(groups)
    return fair_segments(
        {"s": column}, "accuracy", truth, predictions(truth, before), predictions(truth, after), 0.05,
        together=together,
    )  # fmt: skip


@pytest.mark.parametrize("groups", [None, np.repeat(np.arange(200), 5)])
def test_equal_models_have_a_worse_segment_in_one_of_twenty_holdouts(groups):
    rng = np.random.default_rng(0)
    worse = sum(any(part.is_worse for part in contest(rng, 1000, 8, groups=groups)) for _ in range(RUNS))
    assert worse <= stats.binom.ppf(0.999, RUNS, 0.05)


def test_a_segment_that_lost_is_found_and_comes_first():
    rng = np.random.default_rng(1)
    found = [contest(rng, 2000, 5, drop=0.3)[0] for _ in range(20)]
    assert sum(part.is_worse and part.name == "s = s0" for part in found) >= 18


def test_bounds_are_those_of_the_level_over_the_number_of_segments():
    """Of eight segments at 5 %: 2.5 standard errors in place of 1.6."""
    parts = contest(np.random.default_rng(2), 4000, 8)
    assert len(parts) == 8
    for part in parts:
        error = np.sqrt(2 * 0.8 * 0.2 / part.n)
        assert (part.high - part.low) / 2 / error == pytest.approx(stats.norm.isf(0.05 / 8), rel=0.1)


def test_segments_of_few_rows_are_left_out():
    rng = np.random.default_rng(3)
    truth = rng.integers(0, 2, 200)
    same = predictions(truth, rng.random(200) < 0.8)
    column = pd.Series(["big"] * 171 + ["small"] * 29, dtype=object)
    assert [part.name for part in fair_segments({"s": column}, "accuracy", truth, same, same, 0.05)] == [
        "s = big"
    ]
    assert fairness_gate([], blocks=True).passed is None


@pytest.mark.parametrize(
    ("high", "blocks", "passed", "warns"),
    [
        (-0.001, True, False, False),
        (-0.001, False, True, True),
        (0.0, True, True, False),
        (0.0, False, True, False),
    ],
)
def test_a_worse_segment_fails_or_warns_as_the_model_says(high, blocks, passed, warns):
    gate = fairness_gate([FairSegment("town = x", 200, -0.1, -0.2, high)], blocks=blocks)
    assert (gate.passed, gate.warns, gate.limit) == (passed, warns, "0")
    assert "town = x -0.100" in gate.detail


def test_bounds_reach_no_farther_than_two_values_can_be_apart():
    """A few rows of days that differ: an area cannot gain more than 1, however wide the bounds are."""
    rng = np.random.default_rng(1)
    truth, day = np.tile([0, 1], 15), np.repeat(np.arange(3), 10)
    scores = [np.clip(0.5 + rng.normal(0, 0.2, 3)[day] * (2 * truth - 1), 0.01, 0.99) for _ in range(2)]
    champion, challenger = (Predictions.from_outputs(np.column_stack([1 - s, s])) for s in scores)
    column = {"s": pd.Series(["all"] * 30, dtype=object)}
    [part] = fair_segments(column, "roc_auc", truth, champion, challenger, 1e-6, together=Together(day))
    assert (part.low, part.high) == (-1, 1)
