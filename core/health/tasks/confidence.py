"""Confidence-based estimation of the metrics of classes (CBPE; as NannyML's).

What a score meant in the reference period is learnt by isotonic regression over the bins, with its
uncertainty. It assumes that a score still means that: it sees rows becoming harder or easier, and cannot see
the relation between inputs and labels change (concept drift).

An isotonic curve is steeper than what it was fitted to, and so promises too much of ranking, log-loss and
Brier score. What it promises of the reference period beyond what was realised there is taken off again.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

import numpy as np

from core.health.profiles.calibration import isotonic
from core.health.profiles.metric_counts import expected_counts, log_costs
from core.health.profiles.profile import NEGATIVE, POSITIVE, RIGHT, WRONG, Profile
from core.health.profiles.score_bins import middles
from core.health.rules import RULES, EstimateRules
from core.health.tasks.few_labels import Losses, assisted_mean, few_enough, with_interval
from core.health.tasks.post_stratified import move_by_strata
from core.stats.arrays import Counts, Floats
from core.stats.bootstrap import generator_for
from core.stats.intervals import Measured, OpenScale
from core.stats.metric import Metric
from core.stats.metrics import METRICS, MetricTable

Samples: TypeAlias = tuple[Floats, Floats]
"""(1 + R, X, B) successes and failures; the first are as counted, the others a Poisson bootstrap."""


TAILS = (0.025, 0.975)
"""Shares of the draws below the ends of a band."""


@dataclass(frozen=True, slots=True)
class ConfidenceEstimator:
    """Probabilities by score bin; replicate 0 is the estimate, the others are bootstrap samples of it.

    Attributes:
        positive: (1 + R, C, B) that a row is of the class, by the score of the class.
        right: (1 + R, K, B) that a prediction is right, by predicted class and its score.
        realised: metric -> (1 + R,) its value in the reference period; `promised`: what the curves say of it.
        labelled: rows that it was learnt from.
        rules: least number of rows, seed of the draws.
        metrics: what is estimated.
        residuals: (1 + R, T, 32) log-odds beyond the curves (`core.health.tasks.post_stratified`).
    """

    positive: Floats
    right: Floats
    realised: Mapping[str, Floats]
    promised: Mapping[str, Floats]
    labelled: int
    rules: EstimateRules = RULES.estimate
    metrics: MetricTable = field(default_factory=lambda: METRICS)
    residuals: Floats | None = None

    def estimate(self, profile: Profile) -> dict[str, Measured]:
        """Metric of classes -> expected value with a 95 % band; empty for too few rows, or without scores."""
        if profile.n < self.rules.rows or not profile.scores.any():
            return {}
        expected = self._expected_values(profile)
        measured = {
            name: self._with_band(self.metrics[name], values, profile.n) for name, values in expected.items()
        }
        return {name: value for name, value in measured.items() if value is not None}

    def assist(self, profile: Profile) -> dict[str, Measured]:
        """Share of right predictions; of two classes log-loss and Brier score as well."""
        if not few_enough(profile.scored, profile.n, self.rules):
            return {}
        known = profile.confidence[:, [RIGHT, WRONG]].sum(1).astype(float)
        hits = profile.confidence[:, RIGHT].astype(float)
        right = Losses(
            *(part.ravel() for part in (profile.confidence.sum(1), known, hits, hits, self.right[0]))
        )
        values = {"accuracy": with_interval(METRICS["accuracy"], *assisted_mean(right, share=True))}
        if len(profile.scores) == 1:
            middle = middles(profile.scores.shape[-1])
            own, other = log_costs(profile)
            costs = {"log_loss": (own[0], other[0]), "brier": ((1 - middle) ** 2, middle**2)}
            for name, pair in costs.items():
                values[name] = with_interval(METRICS[name], *assisted_mean(self._losses(profile, *pair)))
        return {name: value for name, value in values.items() if value is not None}

    def _losses(self, profile: Profile, own: Floats, other: Floats) -> Losses:
        """By the bin of the score, of losses (B,) of a row of the class and of a row of the other."""
        yes, no = profile.scores[0, POSITIVE], profile.scores[0, NEGATIVE]
        chance = self.positive[0, 0]
        return Losses(
            profile.scores[0].sum(0).astype(float),
            (yes + no).astype(float),
            yes * own + no * other,
            yes * own**2 + no * other**2,
            chance * own + (1 - chance) * other,
        )

    def _with_band(self, metric: Metric, values: Floats, n: int) -> Measured | None:
        """The first of (1 + R,) values less what is promised too much, with a band from the others."""
        from scipy.special import stdtrit

        scale = OpenScale(metric.bounds, 0.5 / min(n, self.labelled))
        together = np.stack([self.promised[metric.name], self.realised[metric.name], values])
        promised, realised, places = scale.place(together)
        excess = promised - realised
        places = places - np.where(np.isfinite(excess), excess, 0.0)
        centre, samples = places[0], np.sort(places[1:][np.isfinite(places[1:])])
        if not np.isfinite(centre) or samples.size <= 1:
            return None
        half = float(stdtrit(samples.size, 0.975)) * float(((samples - centre) ** 2).mean()) ** 0.5
        drawn = scale.value(np.append(samples, centre))
        variance = float(((drawn[:-1] - drawn[-1]) ** 2).mean())
        # of few rows of a class the draws are a few values, one of them far off: no bell describes them
        low, high = np.interp(TAILS, np.linspace(0, 1, samples.size), samples)
        return scale.with_band(float(centre), min(centre - half, low), max(centre + half, high), variance, n)

    def _expected_values(self, profile: Profile) -> dict[str, Floats]:
        """Metric -> (1 + R,) expected value, and values of labels drawn from each replicate."""
        scores, confidence = profile.scores.sum(1), profile.confidence.sum(1)
        rng = generator_for(scores, self.rules.seed)
        positive, right = self.positive, self.right
        if self.residuals is not None:
            positive, right = move_by_strata(self.residuals, profile, positive, right)
        positives = np.concatenate([positive[:1] * scores, _binomial(rng, scores, positive[1:])])
        hits = np.concatenate([right[:1] * confidence, _binomial(rng, confidence, right[1:])])
        costs = log_costs(profile)
        return _values(positives, scores - positives, hits, confidence - hits, costs, self.metrics)


def learn_confidence(
    reference: Profile, rules: EstimateRules = RULES.estimate, metrics: MetricTable = METRICS
) -> ConfidenceEstimator:
    """Learn from the labelled rows of the reference period (Poisson bootstrap over the bins)."""
    rng = generator_for(reference.scores, rules.seed)
    scores = _samples(reference.scores[:, [POSITIVE, NEGATIVE]], rules, rng)
    confidence = _samples(reference.confidence[:, [RIGHT, WRONG]], rules, rng)
    positive, right = _curves(scores), _curves(confidence)
    costs, scored, predicted = log_costs(reference), sum(scores), sum(confidence)
    promised = (scored * positive, scored * (1 - positive), predicted * right, predicted * (1 - right))
    realised = _values(*scores, *confidence, costs, metrics)
    return ConfidenceEstimator(
        positive,
        right,
        realised,
        _values(*promised, costs, metrics),
        max(reference.labelled, 1),
        rules,
        metrics,
    )


def _samples(counts: Counts, rules: EstimateRules, rng: np.random.Generator) -> Samples:
    """(X, 2, B) counts -> successes and failures; drawn ones have a rest at both ends."""
    drawn = rng.poisson(counts, (rules.replicates, *counts.shape))
    yes, no = np.moveaxis(np.concatenate([counts[None], drawn]).astype(float), 2, 0)
    for at in np.ndindex(yes.shape[:2]):
        filled = np.flatnonzero(yes[at] + no[at])
        if at[0] and filled.size:
            yes[at][filled[0]] += rng.gamma(rules.ends)
            no[at][filled[-1]] += rng.gamma(rules.ends)
    return yes, no


def _curves(samples: Samples) -> Floats:
    """(1 + R, X, B) the share of successes."""
    curves = np.zeros(samples[0].shape)
    for at in np.ndindex(curves.shape[:2]):
        curves[at] = isotonic(samples[0][at], samples[1][at])
    return curves


def _values(
    positives: Floats,
    negatives: Floats,
    right: Floats,
    wrong: Floats,
    costs: tuple[Floats, Floats],
    metrics: MetricTable,
) -> dict[str, Floats]:
    """Metric of classes -> (1 + R,) values."""
    counts = expected_counts(right, wrong, positives, negatives, costs)
    return {name: metric.value(counts) for name, metric in metrics.items() if not metric.of_numbers}


def _binomial(rng: np.random.Generator, counts: np.ndarray, shares: np.ndarray) -> np.ndarray:
    """(X, B) counts and (R, X, B) shares -> (R, X, B) draws; empty bins cost nothing."""
    drawn = np.zeros(shares.shape)
    filled = counts > 0
    drawn[:, filled] = rng.binomial(counts[filled], shares[:, filled])
    return drawn
