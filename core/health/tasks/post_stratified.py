"""Post-stratification: what rows of a kind are more or less often positive than their scores say.

A calibration that holds on average may be off in both directions for two kinds of rows, and then misleads
where one becomes more frequent. What each stratum had beyond it is added to what the scores say (the mean
residual by group: post-stratification, Holt and Smith 1979; multicalibration, Hébert-Johnson et al. 2018),
drawn to nothing by as much as chance alone would make strata differ (Efron and Morris 1975).
"""

import numpy as np

from core.health.profiles.profile import NEGATIVE, POSITIVE, Profile
from core.health.profiles.score_bins import bands
from core.health.rules import EstimateRules
from core.stats.arrays import Counts, Floats


def learn_residuals(reference: Profile, rules: EstimateRules) -> Floats | None:
    """(1 + R, T) share of positives beyond what scores say, by stratum; None where strata differ by chance.

    The first is the estimate, the others are draws of a Poisson bootstrap, spread as its error is.
    """
    if not reference.strata.size:
        return None
    rng = np.random.default_rng(rules.seed)
    counts = reference.strata.sum(1)[:, [POSITIVE, NEGATIVE]]  # (T, 2, 32)
    counted, variance = _residuals(counts[None])
    rows = counts.sum((1, 2))
    spread = (rows * (counted[0] ** 2 - variance)).sum() / max(rows.sum(), 1)
    if spread <= 0:
        return None
    weight = spread / (spread + np.where(rows > 0, variance, 1.0))
    drawn, _ = _residuals(rng.poisson(counts, (rules.replicates, *counts.shape)))
    # the error of a mean that is drawn to nothing (its posterior variance is that of the mean, times weight)
    known: Floats = np.concatenate([weight * counted, weight * counted + weight**0.5 * (drawn - counted)])
    return known


def _residuals(counts: Counts) -> tuple[Floats, Floats]:
    """(X, T, 2, 32) positives and negatives -> (X, T) residuals, and the variance (T,) of the first."""
    yes, rows = counts[:, :, 0], counts.sum(2)
    curve = (yes.sum(1) / np.maximum(rows.sum(1), 1))[:, None]
    n = np.maximum(rows.sum(-1), 1)
    means = (yes - rows * curve).sum(-1) / n
    variance: Floats = (rows[0] * curve[0] * (1 - curve[0])).sum(-1) / n[0] ** 2
    return means, variance


def shifts(residuals: Floats, profile: Profile) -> tuple[Floats, Floats]:
    """By how much rows of a chunk are more often positive, or right, than their scores alone say.

    Args:
        residuals: (X, T) by stratum.
        profile: of the chunk.

    Returns:
        (X, 1, B) by the bin of the score, and (X, 2, B) by prediction and the bin of its own score.
    """
    place = bands(profile.scores.shape[-1])
    rows = profile.strata.sum(2).astype(float)  # (T, 2, 32)
    beyond = np.einsum("xt,tkg->xkg", residuals, rows)
    every = beyond.sum(1) / np.maximum(rows.sum((0, 1)), 1)
    own = beyond / np.maximum(rows.sum(0), 1)
    right = np.stack([-own[:, 0][:, place[::-1]], own[:, 1][:, place]], axis=1)
    return every[:, None, place], right
