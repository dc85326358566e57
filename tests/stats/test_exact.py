"""Broken here: thirty rows say more of a period than they can."""

import numpy as np
import pytest
from scipy import stats

from core.stats.intervals import Part, Span, exact, share_of_parts


def test_ends_of_shares_are_exact():
    for hits, n in ((0, 24), (1, 24), (7, 24), (24, 24)):
        oracle = stats.binomtest(hits, n).proportion_ci(0.95, "exact")
        assert exact(hits, n) == pytest.approx((oracle.low, oracle.high))


def test_a_part_that_nobody_looked_at_may_hold_anything():
    whole = share_of_parts([Part(0.3, 3, 24), Part(0.7, 0, 0)])
    assert whole.low == pytest.approx(0.3 * exact(3, 24)[0])
    assert whole.high > 0.7


@pytest.mark.parametrize("rates", [(0.2, 0.0), (0.4, 0.02), (0.05, 0.05)])
def test_sums_and_differences_hold_the_truth(rates):
    """Two periods of a fifth and four fifths, 24 and 6 rows of each, 400 draws."""
    rng, sums, differences = np.random.default_rng(0), 0, 0
    for _ in range(400):
        one, two = (
            share_of_parts(
                [Part(0.2, rng.binomial(24, rates[0]), 24), Part(0.8, rng.binomial(6, rates[1]), 6)]
            )
            for _ in range(2)
        )
        grown = one - two
        sums += one.low <= 0.2 * rates[0] + 0.8 * rates[1] <= one.high
        differences += grown.low <= 0 <= grown.high
    assert min(sums, differences) >= 0.95 * 400


def test_a_difference_is_as_unsure_as_both():
    assert (Span(0.3, 0.2, 0.4) - Span(0.1, 0.1, 0.1)).low == pytest.approx(0.1)
    assert (Span(0.3, 0.2, 0.4) - Span(0.1, 0.0, 0.2)).low == pytest.approx(0.2 - 0.02**0.5)
