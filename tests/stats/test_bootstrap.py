"""Bounds and p-values of draws are of the level that they say; a bias is compared by its size."""

import numpy as np
import pytest
from scipy import stats

from core.stats import bootstrap
from core.stats.bootstrap import BootstrapRules
from core.stats.metrics import METRICS
from core.stats.predictions import Predictions

of = Predictions.from_outputs


@pytest.mark.parametrize(
    ("below", "low_excludes", "p"), [(50, True, 0.102), (51, False, 0.104), (10, True, 0.022)]
)
def test_bounds_and_p_value_of_draws_are_those_of_their_tails(below, low_excludes, p):
    """One-sided at 5 %: 51 of 1,000 draws below zero are the first that do not exclude it."""
    spread = np.arange(1_000) - below + 0.5
    low, high, value = bootstrap.bounds(spread, 0.05)
    assert (low > 0) is low_excludes
    assert bootstrap.bounds(-spread, 0.05) == pytest.approx((-high, -low, value))
    assert value == pytest.approx(p, abs=1e-3)


def test_p_values_of_nothing_are_below_a_tenth_in_one_of_ten_samples():
    """Means of 200 normal numbers; the bootstrap is a little too sure, by 1 / 200 of its spread."""
    rng, rules = np.random.default_rng(0), BootstrapRules(resamples=500)
    samples = rng.normal(size=(400, 200))
    p = np.array([bootstrap.bounds(bootstrap.drawn_mean(rows, rules, 0), 0.05)[2] for rows in samples])
    called = int((p <= 0.1).sum())
    assert stats.binom.ppf(0.001, 400, 0.1) <= called <= stats.binom.ppf(0.999, 400, 0.105)


@pytest.mark.parametrize(("before", "after", "gain"), [(-3.0, 1.0, 2.0), (1.0, -3.0, -2.0), (3.0, -3.0, 0.0)])
def test_a_bias_in_either_direction_is_compared_by_its_size(before, after, gain):
    truth = np.arange(300.0)
    seen = METRICS["bias"].compare(truth, of(truth + before), of(truth + after), 0.05, BootstrapRules(50))
    assert seen.difference == pytest.approx(gain)
    assert (seen.champion, seen.challenger) == pytest.approx((before, after))
