"""Bounds and p-values of draws are of the level that they say; a bias is compared by its size."""

import numpy as np
import pytest
from scipy import stats

from core.stats import bootstrap, paired
from core.stats.bootstrap import BootstrapRules, JointCells, Moments
from core.stats.class_metrics import f1
from core.stats.counts import counts_of_matrices
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


def ten_classes(n):
    """Labels and what two models say, right on four fifths of the rows independently of each other."""
    rng = np.random.default_rng(1)
    truth = rng.integers(0, 10, n)
    return truth, *(np.where(rng.random(n) < 0.8, truth, rng.integers(0, 10, n)) for _ in range(2))


def test_few_draws_of_many_cells_bring_the_bounds_of_very_many():
    """Of 300 draws alone a 5 % bound would be off by .1 standard errors, one of .1 % hardly be known."""
    rows = ten_classes(1_500)

    def compare(rules, alpha):
        def score(matrices):
            return f1(counts_of_matrices(matrices))

        return paired.confusion(*rows, 10, score, alpha, rules=rules)

    few = BootstrapRules(most_cells=1, fewest_of_cells=300)
    many = BootstrapRules(resamples=15_000, most_cells=10**9)
    for alpha, off in ((0.05, 0.06), (0.002, 0.2)):
        fast, slow = compare(few, alpha), compare(many, alpha)
        unit = slow.deviation / slow.n**0.5
        assert (fast.low, fast.high) == pytest.approx((slow.low, slow.high), abs=off * unit)
        assert fast.deviation == pytest.approx(slow.deviation, rel=0.03)
        assert (fast.champion, fast.difference) == (slow.champion, slow.difference)


def test_the_cells_are_those_of_numpy_and_few_of_them_are_drawn_in_full():
    truth, a, b = ten_classes(3_000)
    cells = JointCells.of_rows(truth, a, b, 10)
    numbers, counts = np.unique(truth * 100 + a * 10 + b, return_counts=True)
    assert (cells.truth * 100 + cells.champion * 10 + cells.challenger).tolist() == numbers.tolist()
    assert cells.counts.tolist() == counts.tolist()
    assert cells.draws(BootstrapRules(most_cells=10_000 * len(numbers))) == 10_000
    assert cells.draws(BootstrapRules(most_cells=10_000 * len(numbers) - 1)) == 9_999
    assert cells.draws(BootstrapRules(most_cells=400 * len(numbers))) == 500
    assert cells.draws(BootstrapRules(resamples=400)) == 400


def test_the_linear_part_is_as_skewed_as_the_mean_of_skewed_rows():
    """Forty rows, of which three have all the loss: a sum of Poisson's kind, not a normal one."""
    values, counts = np.array([-3.0, 37.0]), np.array([37, 3])
    exact = (stats.binom.ppf([0.05, 0.95], 40, 3 / 40) * 40 - 3 * 40) / 40
    spread = bootstrap.beside_linear(np.zeros(50), np.zeros(50), Moments.of_mean(values, counts), 10_000)
    low, high, _ = bootstrap.bounds(spread, 0.05)
    assert (low, high) == pytest.approx(exact, abs=0.5)
    assert high + low > 0.25


def test_what_is_not_linear_stays_with_the_draws_that_it_belongs_to():
    linear = np.array([1.0, -1.0])
    spread = bootstrap.beside_linear(np.array([6.0, -6.0]), linear, Moments(1e-9, 0.0, 0.0), 4)
    assert spread.round(3).tolist() == [-5.0, -5.0, 5.0, 5.0]
