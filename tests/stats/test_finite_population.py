"""Bounds hold at every look, whatever was expected, and never contradict what is known."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import comb
from scipy.stats import hypergeom

from core.stats.sequential.finite_population import RULES, Draws, Sample, bounds, evidence, expected_left

ROWS = 60
NEEDED = -np.log(RULES.level)


def plain(hit, rows=ROWS, expected=0.05):
    """Rows drawn one after another from all that are left."""
    hit = np.asarray(hit, dtype=float)
    before = np.cumsum(hit) - hit
    return Draws(rows - np.arange(len(hit)), before, hit, np.full(len(hit), expected))


def known(hit, rows=ROWS, expected=0.05):
    draws = plain(hit, rows, expected)
    return Sample(rows, draws, draws, int(np.sum(hit)), int(len(hit) - np.sum(hit)))


@pytest.mark.parametrize(("total", "k"), [(5, 10), (30, 20), (59, 40)])
def test_the_chance_of_the_hits_is_the_hypergeometric_one(total, k):
    for hits in range(max(0, k - (ROWS - total)), min(total, k) + 1):
        draws = plain(np.arange(k) < hits)
        of_one_order = hypergeom.logpmf(hits, ROWS, total, k) - np.log(comb(k, hits))
        assert draws.likelihood(total) == pytest.approx(of_one_order)


def test_a_number_that_cannot_be_is_excluded_for_certain():
    assert plain([1, 1, 1]).likelihood(2) == -np.inf
    assert plain([0] * 10).likelihood(51) == -np.inf


@pytest.mark.parametrize("expected", [0.001, 0.05, 0.5, 0.99])
def test_the_truth_is_ever_excluded_with_a_chance_of_at_most_the_level(expected):
    """Exactly, over all orders of the rows: chances of (draws, hits) before the first exclusion."""
    worst = 0.0
    for total in range(0, ROWS + 1, 5):
        excluded = _excluded(total, expected)
        still = {0: 1.0}
        lost = 0.0
        for k in range(ROWS):
            following = {}
            for hits, chance in still.items():
                share = (total - hits) / (ROWS - k)
                for hit, part in ((1, share), (0, 1 - share)):
                    if part > 0:
                        following[hits + hit] = following.get(hits + hit, 0.0) + chance * part
            lost += sum(chance for hits, chance in following.items() if excluded[k, hits])
            still = {hits: chance for hits, chance in following.items() if not excluded[k, hits]}
        worst = max(worst, lost)
    assert worst <= RULES.level
    assert worst > 0.1 * RULES.level


def _excluded(total, expected):
    """(k, hits) -> whether the truth is excluded then: of one expectation the order does not matter."""
    table = np.zeros((ROWS, ROWS + 1), dtype=bool)
    for hits in range(min(total, ROWS) + 1):
        path = plain(np.arange(ROWS) < hits, expected=expected).against(total)
        table[max(hits - 1, 0) :, hits] = path[max(hits - 1, 0) :] >= NEEDED
    return table


@settings(max_examples=40)
@given(st.lists(st.booleans(), max_size=ROWS), st.floats(0, 1))
def test_bounds_never_contradict_what_is_known_and_end_at_the_truth(hit, expected):
    low, high = bounds(known(hit, expected=expected))
    assert sum(hit) <= low <= high <= ROWS - (len(hit) - sum(hit))
    if len(hit) == ROWS:
        assert low == high == sum(hit)


def test_bounds_are_the_numbers_that_are_not_excluded():
    hit = (np.arange(30) % 6 == 0).astype(float)
    low, high = bounds(known(hit))
    stands = [t for t in range(ROWS + 1) if plain(hit).against(t)[-1] < NEEDED]
    assert (low, high) == (stands[0], stands[-1])
    for total in range(ROWS + 1):
        shown = evidence(known(hit), total)
        assert (abs(shown) >= NEEDED) == (total < low or total > high)
        assert shown >= 0 if total < low else shown <= 0 or total <= 30


def test_rows_that_are_not_known_widen_both_ends():
    none, every = plain([0, 0, 0, 0]), plain([0, 1, 0, 0])
    wide = bounds(Sample(ROWS, none, every, 0, 3))
    assert wide[0] == bounds(known([0, 0, 0, 0]))[0]
    assert wide[1] >= bounds(known([0, 1, 0, 0]))[1]


def test_as_many_further_draws_as_are_expected_decide_it():
    start = known(np.arange(40) % 10 == 0, rows=2000)
    left = expected_left(start, 0.1, lambda low, high: high - low <= 200)
    later = known(np.arange(40 + left) % 10 == 0, rows=2000)
    fewer = known(np.arange(20 + left // 2) % 10 == 0, rows=2000)
    (low, high), (wide_low, wide_high) = bounds(later), bounds(fewer)
    assert high - low <= 1.1 * 200 < wide_high - wide_low


def test_what_cannot_be_decided_is_not_foretold():
    assert expected_left(known([0, 1]), 0.5, lambda *_: False) is None
    assert expected_left(known([0, 1]), 0.5, lambda *_: True) == 0
