"""The random slice: its size, its chances, and that an estimate by these chances is right on average."""

import numpy as np
import pytest

from core.label_errors.audit import draw, inclusion

NONE = np.zeros(300, dtype=bool)


def test_rows_come_with_the_chances_that_are_written_down():
    rng = np.random.default_rng(0)
    p, times = np.linspace(0.0, 0.5, 300), np.zeros(300)
    for _ in range(1500):
        drawn = draw(p, NONE, 40, rng)
        assert len(drawn.rows) == 40
        times[drawn.rows] += 1
    spread = np.sqrt(np.maximum(p, 0.02) * (1 - np.maximum(p, 0.02)))
    chances = 40 * spread / spread.sum()
    assert np.abs(times / 1500 - chances).max() < 5 * np.sqrt(chances.max() / 1500)


def test_errors_weighed_by_their_chances_are_right_on_average():
    """Horvitz and Thompson (1952): what makes a sample with unequal chances speak for all rows."""
    rng = np.random.default_rng(1)
    p = rng.beta(0.3, 3, 300)
    wrong = rng.random(300) < 0.1
    totals = []
    for _ in range(800):
        drawn = draw(p, NONE, 60, rng)
        totals.append((wrong[drawn.rows] / drawn.chances).sum())
    assert np.mean(totals) == pytest.approx(wrong.sum(), rel=0.08)


def test_rows_that_are_asked_about_anyway_are_not_drawn():
    passed = np.arange(300) < 295
    drawn = draw(np.full(300, 0.1), passed, 40, np.random.default_rng(2))
    assert sorted(drawn.rows) == [295, 296, 297, 298, 299]
    assert drawn.chances.tolist() == [1.0] * 5


def test_no_chance_is_above_one():
    chances = inclusion(np.array([50.0, 5.0, 1.0, 1.0, 1.0]), 3)
    assert chances.max() == 1.0
    assert chances.sum() == pytest.approx(3)
