"""Slips among few numbers: a price of a tenth is a gross error, and small sound amounts are none."""

from dataclasses import replace

import numpy as np
import pytest

from core.label_errors.neighbours import Neighbours
from core.label_errors.regression.gross_errors import Slip, gross
from core.label_errors.regression.reasons import Evidence, slip
from core.label_errors.regression.scale import Scale
from core.label_errors.regression.slips import POINTS, undone
from core.label_errors.regression.standard_residuals import standardise_residuals
from core.label_errors.rules import RULES
from core.label_errors.strategy import Explained

N, WRONG = 400, np.arange(5)
EVERY = np.ones(N, dtype=bool)
LEAST = RULES.residuals.least_evidence


def prices(noise, times=1.0, seed=0):
    """Prices that scatter by shares of themselves, five of them times a number; and their level."""
    rng = np.random.default_rng(seed)
    level = np.exp(8 + 0.5 * rng.normal(size=N))
    labels = level * np.exp(noise * rng.normal(size=N))
    labels[WRONG] *= times
    return labels, level


@pytest.mark.parametrize("times", [0.1, 10.0, 0.01, 1 / 60])
def test_slips_are_gross_errors_although_a_tenth_is_near_by_its_difference(times):
    labels, level = prices(0.25, times)
    residuals = standardise_residuals(labels, level, 0.25 * level, EVERY)
    assert set(np.argsort(-np.abs(residuals.z))[:5]) == set(WRONG)
    assert residuals.split.evidence > LEAST
    assert residuals.split.p[WRONG].min() > 0.9
    assert residuals.split.p[5:].max() < 0.5
    near = (labels - level) / (0.25 * level)
    assert times > 0.1 or gross(near).evidence < LEAST


def test_noise_of_every_kind_holds_no_gross_errors():
    rng = np.random.default_rng(1)
    level = np.exp(3 + 0.5 * rng.normal(size=N))
    even = rng.uniform(1, 10, N)
    kinds = (
        (level * np.exp(0.5 * rng.normal(size=N)), level, 0.5 * level),
        (level * rng.gamma(4, size=N) / 4, level, 0.5 * level),
        (np.maximum(even + 0.8 * rng.normal(size=N), 0.01), even, np.full(N, 0.8)),
        (level + rng.standard_t(3, N), level, np.ones(N)),
    )
    assert [standardise_residuals(*kind, EVERY).split.evidence < LEAST for kind in kinds] == [True] * len(
        kinds
    )


def test_the_scale_is_one_on_which_the_usual_labels_are_likely():
    labels, level = prices(0.5)
    assert standardise_residuals(labels, level, 0.5 * level, EVERY).scale.power == 0
    rng = np.random.default_rng(2)
    even = np.maximum(20 + rng.normal(size=N) * 8, 0.5)
    assert standardise_residuals(even, np.full(N, 20.0), np.full(N, 8.0), EVERY).scale.power == 1
    labels = rng.normal(size=N)
    below = standardise_residuals(labels, np.zeros(N), np.ones(N), EVERY)
    np.testing.assert_allclose(below.z * below.sigma, below.scale.residual(labels, np.zeros(N)))


@pytest.mark.parametrize("scale", [Scale(), Scale(0, 0.5), Scale(1 / 3, 0.5, 0.1)])
def test_a_label_that_lies_as_far_as_its_residual_is_the_label(scale):
    labels, expected = np.array([2.0, 5.0, 0.5]), np.array([3.0, 1.0, 0.5])
    np.testing.assert_allclose(scale.label(expected, scale.residual(labels, expected)), labels)
    step = 1e-6
    slope = (scale.residual(labels + step, expected) - scale.residual(labels, expected)) / step
    np.testing.assert_allclose(scale.log_slope(labels), np.log(slope), atol=1e-5)


@pytest.mark.parametrize("scale", [Scale(), Scale(0, 1.0), Scale(1 / 3, 1.0)])
def test_the_density_after_a_slip_is_that_of_the_labels_it_makes(scale):
    """By counting: sound labels, slipped to a tenth, in a narrow stretch around where they fall."""
    rng = np.random.default_rng(3)
    sound = 100 * np.exp(0.1 * rng.normal(size=200_000))
    made, one = sound / 10, np.array([10.0])
    expected, sigma = np.array([100.0]), np.ones(1)
    z = scale.residual(made, np.full(len(made), 100.0))
    before = scale.residual(sound, np.full(len(sound), 100.0))
    at, h = float(scale.residual(one, expected)[0]), 0.02 * float(np.std(z))
    tenth = next(
        s for s, f in zip(undone(one, expected, sigma, scale, 0.25), POINTS, strict=False) if f == 0.1
    )
    there = float(np.mean(np.abs(z - at) < h)) / (2 * h)
    back = 0.02 * float(np.std(before))
    origin = float(np.mean(np.abs(before - tenth.z[0]) < back)) / (2 * back)
    assert there == pytest.approx(origin * tenth.density, rel=0.1)


def test_errors_of_one_kind_are_evidence_where_as_many_of_all_kinds_are_not():
    rng = np.random.default_rng(4)
    z = np.r_[rng.standard_t(5, 394), np.full(6, -10.0) + rng.normal(size=6)]
    tenth, other = Slip(0.1, 1.0, z + 10.0), [Slip(0.1, 1.0, z - far) for far in (15, 20, 25, 30, 35, 40)]
    assert gross(z).evidence < LEAST < gross(z, [tenth, *other]).evidence
    clean = rng.standard_t(5, 400)
    assert gross(clean, [replace(tenth, z=clean + 8.0)]).evidence < LEAST


def explained(label, expected, low, high):
    one, near = np.ones(1), Neighbours(np.zeros((1, 1), int), np.zeros((1, 1)), np.zeros(1, bool))
    rows = Explained(np.array([0]), near, np.zeros(1))
    return Evidence(
        explained=rows, labels=label * one, group=np.array([0]), members=expected * np.ones((1, 1)),
        expected=expected * one, low=low * one, high=high * one, moved=one > 1,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("label", "words"),
    [
        (10.0, "10 is a tenth of"),
        (1000.0, "ten times"),
        (-100.0, "the negative of"),
        (220.0, "about 2.2 times"),
        (90.0, None),
    ],
)
def test_the_slip_that_fits_best_is_named(label, words):
    said = slip(explained(label, 100.0, 80.0, 125.0), 0)
    assert said is None if words is None else words in said
