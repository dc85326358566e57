"""Performance before the labels arrive: confidence-based estimation (CBPE; Kuberski et al., NannyML).

Of a regression the loss is estimated directly (DLE): what errors there were at such predictions.

It assumes that a score still means what it meant in the reference period. It sees rows becoming harder or
easier; it cannot see the relation between inputs and labels change (concept drift).
"""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from core.health.performance.calibrate import SEED, Calibration
from core.health.performance.metrics import measure
from core.health.profiles.metric_counts import expected_counts
from core.health.profiles.profile import Profile
from core.stats.counts import MetricCounts, counts_of_errors
from core.stats.error_moments import LABELLED, ROWS
from core.stats.intervals import Z95, Measured, normal
from core.stats.metrics import METRICS

MIN_ROWS = 20


def estimate(profile: Profile, calibration: Calibration) -> dict[str, Measured]:
    """Metric -> expected value over all rows of the chunk, with a 95 % band.

    The band is that of the value that will be realised: uncertainty of the calibration (bootstrap) and the
    chance of the labels (drawn from the calibrated probabilities).
    """
    if profile.n >= MIN_ROWS and profile.errors.size:
        return _expected_errors(profile, calibration)
    if profile.n < MIN_ROWS or not profile.scores.any():
        return {}
    centre = _expectation(profile, calibration)
    draws = _draws(profile, calibration)
    estimates = {}
    for name, metric in METRICS.items():
        if metric.influence is not None:
            continue
        value, samples = float(metric.value(centre)), metric.value(draws)
        samples = samples[np.isfinite(samples)]
        if np.isfinite(value) and samples.size > 1:
            variance = float(((samples - value) ** 2).mean())
            estimates[name] = normal(value, variance, profile.n, metric.bounds)
    return estimates


def with_misfit(calibration: Calibration, chunks: Sequence[Profile]) -> Calibration:
    """The calibration of a regression with what it misses in the chunks of the reference period.

    Errors differ from chunk to chunk for more reasons than the size of the prediction: mean of squared miss
    less its sampling variance, per metric.
    """
    missed: dict[str, list[float]] = {}
    for profile in chunks:
        for name, guess in estimate(profile, calibration).items():
            real = measure(METRICS[name], profile)
            if METRICS[name].influence is not None and real is not None:
                excess = (real.value - guess.value) ** 2 - real.variance - guess.variance
                missed.setdefault(name, []).append(excess)
    beyond = {name: max(0.0, float(np.mean(values))) for name, values in missed.items()}
    return replace(calibration, misfit=beyond)


def _expected_errors(profile: Profile, calibration: Calibration) -> dict[str, Measured]:
    """Every error is what it was on average in the reference period for a prediction in the same cell.

    The variance is that of the labels to come, within cells, that of the reference means, and the misfit.
    """
    reference = calibration.errors
    known = np.flatnonzero(reference[:-1, LABELLED])
    rows = profile.errors[:-1, ROWS]  # the last cell is "no prediction"
    if not known.size or rows.sum() < MIN_ROWS:
        return {}
    nearest = known[np.abs(np.arange(rows.size)[:, None] - known).argmin(1)]
    past = reference[nearest]
    counts = past[:, LABELLED]
    whole = (past * (rows / counts)[:, None]).sum(0)
    n, share = int(rows.sum()), rows / rows.sum()
    estimates = {}
    for name, metric in METRICS.items():
        if metric.influence is None:
            continue
        value = float(metric.value(counts_of_errors(whole)))
        if not np.isfinite(value):
            continue
        first, second = metric.influence(whole, past)
        within = np.maximum(second / counts - (first / counts) ** 2, 0)
        per_row = np.bincount(nearest, share, minlength=rows.size)[nearest]
        variance = float((share * within).sum() / n + (share * per_row * within / counts).sum())
        if 0 < variance < np.inf:
            estimates[name] = normal(value, variance + calibration.misfit.get(name, 0.0), n, metric.bounds)
    return estimates


def _expectation(profile: Profile, calibration: Calibration) -> MetricCounts:
    scores, confidence = profile.scores.sum(1), profile.confidence.sum(1)
    positive, right = calibration.positive[0], calibration.right[0]
    return expected_counts(
        confidence * right, confidence * (1 - right), scores * positive, scores * (1 - positive)
    )


def _draws(profile: Profile, calibration: Calibration) -> MetricCounts:
    rng = np.random.default_rng(SEED)
    scores, confidence = profile.scores.sum(1), profile.confidence.sum(1)
    positives = _binomial(rng, scores, calibration.positive[1:])
    right = _binomial(rng, confidence, calibration.right[1:])
    return expected_counts(right, confidence - right, positives, scores - positives)


def _binomial(rng: np.random.Generator, counts: np.ndarray, shares: np.ndarray) -> np.ndarray:
    """(X, B) counts and (R, X, B) shares -> (R, X, B) draws; empty bins cost nothing."""
    drawn = np.zeros(shares.shape)
    filled = counts > 0
    drawn[:, filled] = rng.binomial(counts[filled], shares[:, filled])
    return drawn


def backtest(realised: Measured | None, estimated: Measured | None) -> bool:
    """Whether the estimate held: the realised value lies within what both intervals allow."""
    if realised is None or estimated is None:
        return True
    spread = (realised.variance + estimated.variance) ** 0.5
    return bool(abs(realised.value - estimated.value) <= Z95 * spread)
