"""Broken here: which inputs are said to have moved; the oracles are SciPy and statsmodels."""

import numpy as np
import pytest
from scipy.spatial.distance import jensenshannon
from scipy.stats import chi2_contingency
from statsmodels.stats.multitest import multipletests

from core.health.change.drift import (
    benjamini_hochberg,
    chi_squared,
    drift,
    jensen_shannon,
    persistent,
    predictions_moved,
)


def test_the_distance_agrees_with_scipy_for_many_rows():
    rng = np.random.default_rng(0)
    a, b = rng.integers(1, 9, 30) * 10**8, rng.integers(1, 9, 30) * 10**8
    assert jensen_shannon(a, b) == pytest.approx(jensenshannon(a, b, base=2), abs=1e-6)


def test_chance_alone_gives_no_distance_on_average():
    rng = np.random.default_rng(1)
    found = [
        jensen_shannon(rng.multinomial(200, [1 / 32] * 32), rng.multinomial(10**6, [1 / 32] * 32))
        for _ in range(200)
    ]
    assert np.mean(found) < 0.05


def test_chi_squared_and_adjustment_agree_with_the_oracles():
    a, b = np.array([30, 50, 20, 0]), np.array([20, 60, 40, 0])
    assert chi_squared(a, b) == pytest.approx(chi2_contingency(np.array([a, b])[:, :3]).pvalue)
    p = np.random.default_rng(2).random(20) ** 3
    assert np.allclose(benjamini_hochberg(p), multipletests(p, method="fdr_bh")[1])


def test_only_the_input_that_moved_is_flagged(count, two_classes, layout):
    y, scores, x = two_classes(2000, 0)
    before = count(y, scores, x=x, towns=["a", "b"] * 1000)
    after = count(y, scores, x=x**3, towns=["a", "b"] * 1000)
    found = drift(layout, before, after)
    assert found["x"].flagged
    assert found["x"].psi > 0.2
    assert not found["t"].flagged


def test_one_odd_chunk_is_not_yet_drift(count, two_classes, layout):
    y, scores, x = two_classes(2000, 0)
    calm, odd = (
        drift(layout, count(y, scores, x=x, towns=["a"] * 2000), count(y, scores, x=v, towns=["a"] * 2000))
        for v in (x, x**3)
    )
    flags = [each["x"].flagged for each in persistent([calm, odd, calm, odd, odd, calm])]
    assert flags == [False, False, False, True, True, True]


def scores(rng, rows, shift):
    """(1024,) rows by their score; `shift` in standard deviations of the log-odds."""
    values = 1 / (1 + np.exp(-1.5 * rng.normal(shift, 1, rows)))
    return np.histogram(values, np.linspace(0, 1, 1025))[0]


@pytest.mark.parametrize(
    ("rows", "shift", "low", "high"), [(250, 0, 0, 0), (1000, 0.5, 1, 1), (1000, 0.25, 0.4, 0.7)]
)
def test_predictions_that_lie_elsewhere_are_told_from_chance(rows, shift, low, high):
    rng = np.random.default_rng(3)
    moved = [
        predictions_moved(scores(rng, 1500, 0), [scores(rng, rows, shift) for _ in range(3)])
        for _ in range(200)
    ]
    assert low <= np.mean(moved) <= high


def test_without_scores_nobody_says_where_the_predictions_lie():
    assert predictions_moved(np.zeros(8, dtype=np.int64), [np.zeros(8, dtype=np.int64)]) is None
