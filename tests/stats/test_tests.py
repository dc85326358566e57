"""Tests of paired counts err as often as they say: exactly, over every count that can occur."""

import numpy as np
import pytest
from scipy import stats

from core.stats.tests import agresti_min, mcnemar_mid_p


def counts_of(n, fixed, broken):
    """Every (fixed, broken) of n rows with its probability, where a row is one of them with these chances."""
    pairs = [(f, b) for f in range(n + 1) for b in range(n + 1 - f)]
    triples = np.array([(f, b, n - f - b) for f, b in pairs])
    chances = stats.multinomial.pmf(triples, n, [fixed, broken, 1 - fixed - broken])
    return [(pair, chance) for pair, chance in zip(pairs, chances, strict=True) if chance > 1e-9]


@pytest.mark.parametrize(("n", "chance"), [(40, 0.05), (60, 0.04), (100, 0.1)])
def test_bounds_of_equal_models_exclude_nothing_in_at_most_one_of_twenty_each(n, chance):
    above, below = 0.0, 0.0
    for (fixed, broken), p in counts_of(n, chance, chance):
        low, high = agresti_min(fixed, broken, n, 0.05)
        above, below = above + p * (low > 0), below + p * (high < 0)
    assert above == pytest.approx(below)
    assert 0.02 <= above <= 0.05


@pytest.mark.parametrize(("n", "fixed", "broken"), [(40, 0.1, 0.02), (100, 0.05, 0.01), (200, 0.12, 0.04)])
def test_bounds_of_unequal_models_hold_the_truth_in_about_nineteen_of_twenty_each(n, fixed, broken):
    """With few of them the upper bound misses in up to one of eleven; without half rows in one of nine."""
    missed_low, missed_high = 0.0, 0.0
    for counts, p in counts_of(n, fixed, broken):
        low, high = agresti_min(*counts, n, 0.05)
        missed_low += p * (low > fixed - broken)
        missed_high += p * (high < fixed - broken)
    assert missed_low <= 0.055
    assert missed_high <= 0.09


def test_no_difference_in_few_rows_is_no_certainty():
    low, high = agresti_min(0, 0, 38, 0.05)
    assert (low, high) == pytest.approx((-1.645 / 40, 1.645 / 40), rel=1e-3)


@pytest.mark.parametrize(("n", "chance"), [(40, 0.1), (100, 0.1)])
def test_the_mid_p_value_of_equal_models_is_small_as_often_as_it_says(n, chance):
    called = sum(p for counts, p in counts_of(n, chance, chance) if mcnemar_mid_p(*counts) <= 0.1)
    assert 0.06 <= called <= 0.1


def test_the_mid_p_value_of_unequal_models_is_small_as_often_as_the_exact_sign_test_nearly():
    called = sum(p for counts, p in counts_of(100, 0.15, 0.03) if mcnemar_mid_p(*counts) <= 0.05)
    sure = sum(p for counts, p in counts_of(100, 0.15, 0.03) if exact(*counts) <= 0.05)
    assert sure < called < sure + 0.1
    assert called > 0.8


def exact(fixed, broken):
    return stats.binomtest(fixed, fixed + broken).pvalue if fixed + broken else 1.0
