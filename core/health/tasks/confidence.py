"""Confidence-based estimation of the metrics of classes (CBPE; as NannyML's).

What a score meant in the reference period is learnt by isotonic regression over the bins, with its
uncertainty. It assumes that a score still means that: it sees rows becoming harder or easier, and cannot see
the relation between inputs and labels change (concept drift).
"""

from dataclasses import dataclass

import numpy as np

from core.health.profiles.metric_counts import expected_counts
from core.health.profiles.profile import NEGATIVE, POSITIVE, RIGHT, WRONG, Profile
from core.health.rules import RULES, EstimateRules
from core.stats.arrays import Counts, Floats
from core.stats.counts import MetricCounts
from core.stats.intervals import Measured, normal
from core.stats.metrics import METRICS


@dataclass(frozen=True, slots=True)
class ConfidenceEstimator:
    """Probabilities by score bin; replicate 0 is the estimate, the others are bootstrap samples of it.

    Attributes:
        positive: (R, C, B) that a row is of the class, by the score of the class.
        right: (R, K, B) that a prediction is right, by predicted class and its score.
        rules: least number of rows, seed of the draws.
    """

    positive: Floats
    right: Floats
    rules: EstimateRules = RULES.estimate

    def estimate(self, profile: Profile) -> dict[str, Measured]:
        """Metric of classes -> expected value with a 95 % band; empty for too few rows, or without scores."""
        if profile.n < self.rules.rows or not profile.scores.any():
            return {}
        centre, draws = self._expectation(profile), self._draws(profile)
        estimates = {}
        for name, metric in METRICS.items():
            if metric.of_numbers:
                continue
            value, samples = float(metric.value(centre)), metric.value(draws)
            samples = samples[np.isfinite(samples)]
            if np.isfinite(value) and samples.size > 1:
                variance = float(((samples - value) ** 2).mean())
                estimates[name] = normal(value, variance, profile.n, metric.bounds)
        return estimates

    def _expectation(self, profile: Profile) -> MetricCounts:
        scores, confidence = profile.scores.sum(1), profile.confidence.sum(1)
        positive, right = self.positive[0], self.right[0]
        return expected_counts(
            confidence * right, confidence * (1 - right), scores * positive, scores * (1 - positive)
        )

    def _draws(self, profile: Profile) -> MetricCounts:
        rng = np.random.default_rng(self.rules.seed)
        scores, confidence = profile.scores.sum(1), profile.confidence.sum(1)
        positives = _binomial(rng, scores, self.positive[1:])
        right = _binomial(rng, confidence, self.right[1:])
        return expected_counts(right, confidence - right, positives, scores - positives)


def learn_confidence(reference: Profile, rules: EstimateRules = RULES.estimate) -> ConfidenceEstimator:
    """Learn from the labelled rows of the reference period (Poisson bootstrap over the bins)."""
    rng = np.random.default_rng(rules.seed)
    return ConfidenceEstimator(
        _curves(reference.scores[:, POSITIVE], reference.scores[:, NEGATIVE], rules.replicates, rng),
        _curves(reference.confidence[:, RIGHT], reference.confidence[:, WRONG], rules.replicates, rng),
        rules,
    )


def isotonic(successes: Floats, failures: Floats) -> Floats:
    """(B,) counts -> (B,) the share of successes, rising with the bin; empty bins are filled in."""
    from scipy.optimize import isotonic_regression

    weight = successes + failures
    known = np.flatnonzero(weight)
    if known.size == 0:
        return np.full(weight.shape, 0.5)
    fitted = isotonic_regression(successes[known] / weight[known], weights=weight[known]).x
    filled: Floats = np.interp(np.arange(weight.size), known, fitted)
    return filled


def _curves(yes: Counts, no: Counts, replicates: int, rng: np.random.Generator) -> Floats:
    """(X, B) counts -> (1 + replicates, X, B) curves."""
    samples = [(yes.astype(float), no.astype(float))]
    samples += [(rng.poisson(yes).astype(float), rng.poisson(no).astype(float)) for _ in range(replicates)]
    return np.array([[isotonic(a, b) for a, b in zip(*sample, strict=True)] for sample in samples])


def _binomial(rng: np.random.Generator, counts: np.ndarray, shares: np.ndarray) -> np.ndarray:
    """(X, B) counts and (R, X, B) shares -> (R, X, B) draws; empty bins cost nothing."""
    drawn = np.zeros(shares.shape)
    filled = counts > 0
    drawn[:, filled] = rng.binomial(counts[filled], shares[:, filled])
    return drawn
