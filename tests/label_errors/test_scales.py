"""The scale of residuals: what is too large and too small stands out alike, whatever noise there is."""

from dataclasses import replace

import numpy as np
import pytest
from sklearn.metrics import average_precision_score

from core.label_errors.regression.gross_errors import gross
from core.label_errors.regression.noise import fit_noise
from core.label_errors.regression.residuals import local_course
from core.label_errors.regression.standard_residuals import standardise_residuals
from core.label_errors.rules import RULES

N = 3000
EVERY = np.ones(N, dtype=bool)


def amounts(factor, seed=0):
    """Amounts with gamma noise; 2 % are wrong, and where they are too large models expect too much of all."""
    rng = np.random.default_rng(seed)
    level = np.exp(4 + rng.normal(size=N))
    labels = level * rng.gamma(4, size=N) / 4
    wrong = np.isin(np.arange(N), rng.choice(N, N // 50, replace=False))
    labels[wrong] *= factor
    expected = level * (1.25 if factor > 1 else 1.0)
    return labels, expected, 0.5 * level * np.exp(0.2 * rng.normal(size=N)), wrong


@pytest.mark.parametrize(("factor", "gain"), [(10.0, -0.005), (0.1, 0.4)])
def test_large_labels_are_not_lost_on_the_scale_on_which_small_ones_are_found(factor, gain):
    labels, expected, sigma, wrong = amounts(factor)
    ours = standardise_residuals(labels, expected, sigma, EVERY).split.p
    differences = gross((labels - expected) / sigma).p
    assert average_precision_score(wrong, ours) > average_precision_score(wrong, differences) + gain


def test_what_models_expect_too_much_is_put_right_wherever_they_do():
    rng = np.random.default_rng(1)
    level = rng.uniform(50, 500, N)
    labels, off = level + 10 * rng.normal(size=N), np.where(level > 400, 8.0, 0.0)
    ours = standardise_residuals(labels, level + off, np.full(N, 10.0), EVERY)
    high, low = level > 430, level < 370
    for rows in (high, low):
        assert abs(np.median(ours.z[rows])) < 0.15
        assert np.median(np.abs(ours.z[rows])) == pytest.approx(0.6745, rel=0.1)
    right = ours.scale.label(level + off, np.zeros(N))
    assert np.abs(right - level)[high].mean() < 1.5
    assert np.abs(right - level)[low].mean() < 1.5


def test_a_stretch_without_scatter_has_a_unit():
    middle, unit = local_course(np.arange(900.0), np.zeros(900), 300)
    assert middle.tolist() == [0] * 900
    assert unit.tolist() == [1] * 900
    half = np.where(np.arange(900) < 300, 0.0, np.resize([-1.0, 1.0], 900))
    assert local_course(np.arange(900.0), half, 300)[1].min() > 0


def test_looking_at_more_scales_is_no_more_evidence():
    """Two scales that say the same are evidence as one is, and of several none is above the best."""
    rng = np.random.default_rng(2)
    level = np.exp(5 + 0.5 * rng.normal(size=N))
    labels = level * np.exp(0.5 * rng.normal(size=N))
    labels[:20] /= 30
    world = labels, level, 0.5 * level, EVERY

    def evidence(*powers):
        return standardise_residuals(*world, replace(RULES.residuals, powers=powers)).split.evidence

    assert evidence(0.0) == pytest.approx(evidence(0.0, 0.0), abs=1e-6)
    assert evidence(0.0) > RULES.residuals.least_evidence
    alone = [evidence(0.0), evidence(1 / 6)]
    assert evidence(0.0, 1 / 6) <= max(alone) + 1e-6


@pytest.mark.parametrize("degrees", [3, 8, 50])
def test_noise_is_told_although_one_row_in_a_hundred_is_a_gross_error(degrees):
    rng = np.random.default_rng(3)
    z = np.r_[2 * rng.standard_t(degrees, 19_800), np.full(200, 90.0)]
    noise = fit_noise(z)
    assert noise.scale == pytest.approx(2, rel=0.08)
    assert 1 / noise.degrees == pytest.approx(1 / degrees, abs=0.06)
