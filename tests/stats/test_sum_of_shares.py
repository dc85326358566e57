"""Sums of shares: bounds of one part are those of its rows, of two those of both together."""

import numpy as np
import pytest

from core.stats.sequential.finite_population import Draws, Sample, bounds
from core.stats.sequential.sum_of_shares import Part, evidence_above
from core.stats.sequential.sum_of_shares import bounds as bounds_of_sum


@pytest.mark.parametrize(("hits", "drawn"), [(0, 24), (8, 24), (24, 24), (40, 60)])
def test_of_one_part_bounds_are_those_of_draws_from_its_rows(hits, drawn):
    hit = (np.arange(drawn) < hits).astype(float)
    draws = Draws(400 - np.arange(drawn, dtype=float), np.cumsum(hit) - hit, hit, np.full(drawn, 0.05))
    low, high = bounds(Sample(400, draws, draws, hits, drawn - hits))
    part = bounds_of_sum([Part(1.0, 400, drawn, hits)], 0.05)
    assert part == (pytest.approx(low / 400, abs=0.004), pytest.approx(high / 400, abs=0.004))


def test_of_two_parts_bounds_are_those_of_all_pairs_of_shares():
    """The same by trying all pairs of whole numbers."""
    parts = [Part(0.6, 60, 20, 9), Part(-0.3, 40, 15, 2)]
    evidence = [np.array([_against(part, total) for total in range(part.rows + 1)]) for part in parts]
    pairs = np.add.outer(*evidence)
    sums = np.add.outer(0.6 * np.arange(61) / 60, -0.3 * np.arange(41) / 40)
    inside = sums[pairs < np.log(20)]
    assert bounds_of_sum(parts, 0.05) == (
        pytest.approx(inside.min(), abs=0.01),
        pytest.approx(inside.max(), abs=0.01),
    )
    assert evidence_above(parts, 0.0, 0.05) == pytest.approx(pairs[sums <= 0].min(), abs=0.1)


def _against(part, total):
    place = np.arange(part.drawn, dtype=float)
    hit = (place < part.hits).astype(float)
    draws = Draws(part.rows - place, np.cumsum(hit) - hit, hit, np.full(part.drawn, 0.05))
    return draws.capital() - draws.likelihood(total)


def test_what_nobody_looked_at_may_be_anything():
    low, high = bounds_of_sum([Part(0.3, 300, 24, 3), Part(0.7, 700, 0, 0)], 0.05)
    assert low == pytest.approx(bounds_of_sum([Part(0.3, 300, 24, 3)], 0.05)[0])
    assert high > 0.7


def test_when_every_row_was_drawn_nothing_is_left_open():
    parts = [Part(0.5, 30, 30, 6), Part(-0.5, 30, 30, 3)]
    assert bounds_of_sum(parts, 0.05) == pytest.approx((0.05, 0.05))
    assert evidence_above(parts, 0.04, 0.05) == np.inf
    assert evidence_above(parts, 0.06, 0.05) == -np.inf


def test_as_large_a_share_in_both_is_called_larger_in_one_of_twenty_at_most_at_any_look():
    rng, called = np.random.default_rng(0), 0
    for _ in range(200):
        one, two = (rng.permutation(np.arange(300) < 60)[:120] for _ in range(2))
        called += any(
            evidence_above([Part(1.0, 300, k, one[:k].sum()), Part(-1.0, 300, k, two[:k].sum())], 0.0, 0.05)
            >= np.log(20)
            for k in range(20, 121, 20)
        )
    assert called / 200 <= 0.05
