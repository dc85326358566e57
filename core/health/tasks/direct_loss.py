"""Direct estimation of the errors of a regression (DLE): what errors there were at such predictions.

It assumes that a prediction of some size is as far off as it was in the reference period; a changed relation
between inputs and labels is not seen.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from core.health.performance.metrics import measure
from core.health.profiles.profile import Profile
from core.health.rules import RULES, EstimateRules
from core.stats.arrays import Floats
from core.stats.counts import counts_of_errors
from core.stats.error_moments import LABELLED, ROWS
from core.stats.intervals import Measured, normal
from core.stats.metrics import METRICS


@dataclass(frozen=True, slots=True)
class DirectLossEstimator:
    """What the reference period had by the cell of the prediction.

    Attributes:
        errors: (P, 12) sums of powers of the error and of the label (`core.stats.error_moments`).
        misfit: metric -> variance by which chunks miss that expectation beyond chance.
        rules: least number of rows.
    """

    errors: Floats
    misfit: Mapping[str, float] = field(default_factory=dict)
    rules: EstimateRules = RULES.estimate

    def estimate(self, profile: Profile) -> dict[str, Measured]:
        """Metric of amounts -> expected value with a 95 % band; empty for too few rows.

        Every error is what it was on average in the reference period for a prediction in the same cell. The
        variance is that of the labels to come, within cells, that of the reference means, and the misfit.
        """
        known = np.flatnonzero(self.errors[:-1, LABELLED])
        rows = profile.errors[:-1, ROWS]  # the last cell is "no prediction"
        if not known.size or rows.sum() < self.rules.rows:
            return {}
        nearest = known[np.abs(np.arange(rows.size)[:, None] - known).argmin(1)]
        past = self.errors[nearest]
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
                estimates[name] = normal(value, variance + self.misfit.get(name, 0.0), n, metric.bounds)
        return estimates


def learn_errors(
    before: Profile, chunks: Sequence[Profile], rules: EstimateRules = RULES.estimate
) -> DirectLossEstimator:
    """Learn from the labelled rows of the reference period, and what that misses in its chunks.

    Errors differ from chunk to chunk for more reasons than the size of the prediction: mean of squared miss
    less its sampling variance, per metric.
    """
    bare = DirectLossEstimator(before.errors, rules=rules)
    missed: dict[str, list[float]] = {}
    for profile in chunks:
        for name, guess in bare.estimate(profile).items():
            real = measure(METRICS[name], profile)
            if real is not None:
                excess = (real.value - guess.value) ** 2 - real.variance - guess.variance
                missed.setdefault(name, []).append(excess)
    return replace(bare, misfit={name: max(0.0, float(np.mean(excess))) for name, excess in missed.items()})
