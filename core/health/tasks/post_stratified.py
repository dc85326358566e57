"""Post-stratification: what rows of a kind are more or less often positive than their scores say.

A calibration that holds on average may be off in both directions for two kinds of rows, and then misleads
where one becomes more frequent. What each stratum had beyond it is added to what the scores say (the residual
by group: post-stratification, Holt and Smith 1979; multicalibration, Hébert-Johnson et al. 2018), drawn to
nothing by as much as chance alone would make strata differ (Efron and Morris 1975). It is counted in
log-odds: as many points at every score would take sure rows beyond sure, and make scores rank too well.
"""

import numpy as np

from core.health.profiles.profile import NEGATIVE, POSITIVE, Profile
from core.health.profiles.score_bins import bands
from core.health.rules import EstimateRules
from core.stats.arrays import Counts, Floats, Ints
from core.stats.bootstrap import generator_for

STEPS = 12
"""Of Newton's method, none longer than one log-odd: twelve reach odds of 100,000 to 1."""
WORTH = 0.25
"""Of what is known before a row is counted, p (1 - p) of one: log-odds of all or none have an end."""


def learn_residuals(reference: Profile, rules: EstimateRules) -> Floats | None:
    """(1 + R, T, 32) log-odds beyond what scores say by stratum and band; None where these differ by chance.

    The first is the estimate, the others are draws of a Poisson bootstrap, spread as its error is.
    """
    if not reference.strata.size:
        return None
    rng = generator_for(reference.strata, rules.seed)
    counts = reference.strata.sum(1)[:, [POSITIVE, NEGATIVE]]  # (T, 2, 32)
    (counted,), variance = _residuals(counts[None])
    spread = (counted**2 / variance - 1).sum() / (1 / variance).sum()
    if spread <= 0:
        return None
    weight = spread / (spread + variance)
    drawn, _ = _residuals(rng.poisson(counts, (rules.replicates, *counts.shape)))
    # the error of a mean that is drawn to nothing (its posterior variance is that of the mean, times weight)
    samples = weight * counted + weight**0.5 * (drawn - counted)
    beyond = np.concatenate([weight * counted[None], samples])[..., None]
    known: Floats = beyond + _levels(beyond, counts)
    return known


def _residuals(counts: Counts) -> tuple[Floats, Floats]:
    """(X, T, 2, 32) positives and negatives -> (X, T) residuals, and the variance (T,) of the first.

    Log-odds are those of a band and of a stratum (a logistic model of two factors), by turns.
    """
    yes, rows = counts[:, :, 0], counts.sum(2)
    curve = (yes.sum(1) / np.maximum(rows.sum(1), 1))[:, None]
    stratum, level = np.zeros((*rows.shape[:2], 1)), np.zeros((len(rows), 1, rows.shape[2]))
    worth = np.ones(stratum.shape)
    for _ in range(STEPS):
        level = level + _step(yes, rows, move(curve, stratum + level), level, 1)
        chances = move(curve, stratum + level)
        worth = (rows * chances * (1 - chances)).sum(2, keepdims=True) + WORTH
        stratum = stratum + _step(yes, rows, chances, stratum, 2)
    return stratum[..., 0], 1 / worth[0, :, 0]


def _levels(beyond: Floats, counts: Counts) -> Floats:
    """(X, T, 1) residuals -> (X, 1, 32): with them every band of the reference has what it had."""
    yes, rows = counts[:, 0], counts.sum(1)
    curve = (yes.sum(0) / np.maximum(rows.sum(0), 1))[None]
    level = np.zeros((len(beyond), 1, rows.shape[-1]))
    for _ in range(STEPS):
        level = level + _step(yes, rows, move(curve, beyond + level), level, 1)
    return level


def _step(yes: Counts, rows: Counts, chances: Floats, odds: Floats, axis: int) -> Floats:
    """Of Newton's method, for odds that an axis has in common; none is longer than one."""
    worth = (rows * chances * (1 - chances)).sum(axis, keepdims=True) + WORTH
    step: Floats = np.clip(((yes - rows * chances).sum(axis, keepdims=True) - WORTH * odds) / worth, -1, 1)
    return step


def move(chances: Floats, odds: Floats) -> Floats:
    """Chances of which the log-odds are larger by so much.

    >>> move(np.array([0.0, 0.5, 1.0]), np.log(3)).round(9).tolist()
    [0.0, 0.75, 1.0]
    """
    factor = np.exp(odds)
    multiplied: Floats = chances * factor / (1 + chances * (factor - 1))
    return multiplied


def move_by_strata(
    residuals: Floats, profile: Profile, positive: Floats, right: Floats
) -> tuple[Floats, Floats]:
    """What scores say of the rows of a chunk, and what their strata had beyond it.

    Args:
        residuals: (X, T, 32) by stratum and band of the score.
        profile: of the chunk.
        positive: (X, 1, B) that a row is positive, by the bin of its score.
        right: (X, 2, B) that a prediction is right, by prediction and the bin of its own score.

    Returns:
        The last two, moved.
    """
    place = bands(profile.scores.shape[-1])
    rows = profile.strata.sum(2).astype(float)  # (T, 2, 32)
    ways = (
        (positive[:, 0], residuals, rows.sum(1), place),
        (right[:, 0], -residuals, rows[:, 0], place[::-1]),
        (right[:, 1], residuals, rows[:, 1], place),
    )
    every, no, yes = (_mean_over_strata(*way)[:, None] for way in ways)
    return every, np.concatenate([no, yes], axis=1)


def _mean_over_strata(chances: Floats, odds: Floats, rows: Floats, place: Ints) -> Floats:
    """(X, B) chances, (X, T, 32) log-odds, (T, 32) rows, (B,) bands -> (X, B); without rows as they are."""
    every, mean = rows.sum(0), chances.copy()
    filled = np.flatnonzero(every[place] > 0)
    place, chances = place[filled], chances[:, filled]
    with np.errstate(divide="ignore"):
        against = (1 - chances) / chances
    shares, lesser = (rows / np.maximum(every, 1))[:, place], np.exp(-odds)
    total, moved = np.zeros_like(chances), np.empty_like(chances)
    for at in np.flatnonzero(rows.any(axis=1)):  # as `move`, by odds against, in place: it costs most
        lesser[:, at].take(place, axis=1, out=moved, mode="clip")
        moved *= against
        moved += 1
        np.divide(shares[at], moved, out=moved)
        total += moved
    mean[:, filled] = np.minimum(total, 1.0)  # shares of one sum to one up to rounding
    return mean
