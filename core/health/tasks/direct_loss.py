"""Direct estimation of the errors of a regression (DLE): what errors there were in rows like these.

It assumes that a row of some kind is as far off as it was in the reference period; a changed relation
between inputs and labels is not seen.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from core.health.performance.metrics import measure
from core.health.profiles.profile import Profile
from core.health.rules import RULES, EstimateRules
from core.health.tasks.few_labels import Losses, assisted_mean, few_enough, with_interval
from core.health.tasks.record import Candidates, Record
from core.stats.arrays import Floats, Ints
from core.stats.counts import counts_of_errors
from core.stats.error_moments import (
    ERROR,
    FOURTH,
    LABELLED,
    NONZERO,
    RELATIVE,
    RELATIVE2,
    ROWS,
    SIZE,
    SQUARE,
    SQUARED,
    Influence,
    by_relative_size,
    by_size,
    tail_kurtosis,
)
from core.stats.intervals import Z95, Measured, lognormal
from core.stats.metrics import METRICS, MetricTable

LEAST_EXCESS = 0.5
"""Kurtosis less 1 is 0.8 of uniform errors; errors that are all of one size have none, and no tail."""


@dataclass(frozen=True, slots=True)
class DirectLossEstimator:
    """What the reference period had by stratum, or by the cell of the prediction.

    Attributes:
        errors: (S, 16) sums of powers of the error and of the label (`core.stats.error_moments`).
        misfit: metric -> variance by which chunks miss that expectation beyond chance.
        rules: least number of rows, and what is assumed of errors that are larger than those before.
        metrics: what is estimated.
    """

    errors: Floats
    misfit: Mapping[str, float] = field(default_factory=dict)
    rules: EstimateRules = RULES.estimate
    metrics: MetricTable = field(default_factory=lambda: METRICS)

    def estimate(self, profile: Profile) -> dict[str, Measured]:
        """Metric of amounts -> expected value with a 95 % band; empty for too few rows.

        Every error is what it was on average in the reference period for a row of the same stratum. The
        variance is that of the labels to come, within cells, that of the reference means, and the misfit.
        """
        known = np.flatnonzero(self.errors[:-1, LABELLED])
        rows = profile.errors[:-1, ROWS]  # the last is "no prediction"
        if not known.size or rows.sum() < self.rules.rows:
            return {}
        past = self.errors[known]
        expected: Floats = np.bincount(self._nearest(known), rows, minlength=known.size).astype(float)
        whole = (past * (expected / past[:, LABELLED])[:, None]).sum(0)
        n, tail = int(rows.sum()), learn_tail(past, self.rules)
        estimates = {}
        for name, metric in self.metrics.items():
            if metric.influence is None:
                continue
            value = float(metric.value(counts_of_errors(whole)))
            if not np.isfinite(value):  # labels that are all alike leave nothing to explain
                continue
            variance = _variance(metric.influence, whole, past, expected)
            if metric.influence is by_relative_size and _resting(past) < self.rules.resting:
                continue
            if 0 < variance < np.inf:
                shape = tail if metric.influence in SQUARED else replace(tail, near=1.0, far=1.0)
                third = _third_moment(past, expected) if metric.influence is by_size else 0.0
                misfit = self.misfit.get(name, 0.0)
                estimates[name] = shape.band(value, variance, misfit, n, metric.bounds, third)
        return estimates

    @property
    def record(self) -> Record:
        """None: there is one method."""
        return Record()

    def candidates(self, profile: Profile) -> Candidates:
        """Directly from the errors."""
        return {"direct_loss": self.estimate(profile)}

    def assist(self, profile: Profile) -> dict[str, Measured]:
        """Mean absolute error, root of the mean squared error and bias."""
        groups = profile.errors[:-1]
        known = np.flatnonzero(self.errors[:-1, LABELLED])
        if not known.size or not few_enough(groups[:, LABELLED].sum(), groups[:, ROWS].sum(), self.rules):
            return {}
        past = self.errors[known][self._nearest(known)]
        values = {}
        for name, first, second in (("mae", SIZE, SQUARE), ("bias", ERROR, SQUARE), ("rmse", SQUARE, FOURTH)):
            expected = past[:, first] / past[:, LABELLED]
            parts = (groups[:, ROWS], groups[:, LABELLED], groups[:, first], groups[:, second], expected)
            value, variance, n = assisted_mean(Losses(*parts))
            if name == "rmse":
                value = max(value, 0.0) ** 0.5
                variance = variance / (4 * value**2) if value else 0.0
            values[name] = with_interval(METRICS[name], value, variance, n)
        return {name: value for name, value in values.items() if value is not None}

    def _nearest(self, known: Ints) -> Ints:
        """(S,) for every stratum the place among the known ones of that which lies nearest."""
        nearest: Ints = np.abs(np.arange(len(self.errors) - 1)[:, None] - known).argmin(1)
        return nearest


@dataclass(frozen=True, slots=True)
class Tail:
    """How much surer a variance of few errors looks than it is.

    Attributes:
        near: how much larger the variance of squared errors is than what so few of them show.
        far: the same for the end of the band at which errors are larger than those before.
        freedom: degrees of freedom of a variance of errors with such a kurtosis (Satterthwaite 1946).
    """

    near: float
    far: float
    freedom: float

    def band(
        self,
        value: float,
        variance: float,
        misfit: float,
        n: int,
        bounds: tuple[float, float],
        third: float = 0.0,
    ) -> Measured:
        """The value with its 95 % band, further to the side of the larger errors.

        Args:
            value: what is expected.
            variance: of it by chance.
            misfit: variance of what chunks differ by beyond it.
            n: rows of the chunk.
            bounds: of the metric.
            third: third moment of the value about its mean. A skewed mean and its standard error grow
                together, so that a sample without the largest errors looks too sure: the end of larger errors
                lies further by skewness (2 t^2 + 1) / 6 standard errors (Johnson 1978), of which the scale of
                the logarithm has (standard error / value) t^2 / 2 already.
        """
        from scipy.special import stdtrit

        t = float(stdtrit(self.freedom, 0.975))
        total = variance * self.near + misfit
        lean = third / total**1.5 * (2 * t**2 + 1) / 6 - total**0.5 / max(abs(value), 1e-12) * t**2 / 2
        near, far = (
            lognormal(value, (variance * factor + misfit) * (quantile / Z95) ** 2, n, bounds)
            for factor, quantile in ((self.near, t), (self.far, t + max(lean, 0.0)))
        )
        low, high = (near.low, far.high) if np.isinf(bounds[1]) else (far.low, near.high)
        return Measured(value, low, high, total, n)


def learn_tail(past: Floats, rules: EstimateRules = RULES.estimate) -> Tail:
    """How heavy the tail of errors is, as of Student's t with as much of their size in few of them.

    Args:
        past: (S, 16) sums of errors by stratum, with labelled rows in each.
        rules: how heavy a tail is assumed, and from how many rows on it shows by itself.
    """
    n = past[:, LABELLED]
    several = past[n > 1]
    if not several[:, SQUARE].sum():
        return Tail(1.0, 1.0, max(float(n.sum()), 1.0))
    count = several[:, LABELLED]
    size, square = several[:, SIZE] / count, several[:, SQUARE] / count
    chance = np.maximum(square - size**2, 0) / (count - 1)
    ratio = float((count * np.maximum(size**2 - chance, 0)).sum() / several[:, SQUARE].sum())
    spread = max(float(several[:, FOURTH].sum() / (count * square**2).sum()) - 1, LEAST_EXCESS)
    weight = rules.tail_rows / (rules.tail_rows + n.sum())
    near, far = (
        float(max((tail_kurtosis(ratio, least) - 1) / spread, 1.0) ** weight)
        for least in (rules.least_tail, rules.least_far_tail)
    )
    return Tail(near, far, max(2 * float(n.sum()) / (spread * near), 1.0))


def _variance(influence: Influence, whole: Floats, past: Floats, expected: Floats) -> float:
    """Variance of a metric over rows expected in cells: of the labels to come, and of the means before."""
    first, second = influence(whole, past)
    count = past[:, LABELLED]
    squares = np.maximum(second - first**2 / count, 0)
    pooled = squares.sum() / max((count - 1).sum(), 1)
    within = np.where(count > 1, squares / np.maximum(count - 1, 1), pooled)
    share = expected / expected.sum()
    return float((share * within).sum() / expected.sum() + (share**2 * within / count).sum())


def _third_moment(past: Floats, expected: Floats) -> float:
    """Of a mean of |e| that strata expect, about its mean.

    That of |e| is at most (E e^2 E e^4)^.5 (Lyapunov): taken for it, for sums of cubes are not counted. Of
    lognormal errors it is 1.6 times as large, of normal ones 1.1 times.
    """
    n = past[:, LABELLED]
    size, square, fourth = (past[:, column] / n for column in (SIZE, SQUARE, FOURTH))
    central = np.maximum(np.sqrt(square * fourth) - 3 * size * square + 2 * size**3, 0)
    return float(((expected / expected.sum()) ** 3 * central / n**2).sum())


def _resting(past: Floats) -> float:
    """Share of the rows that the mean relative error rests on (Kish 1965): of labels about 0 a small one."""
    total, squares, rows = (float(past[:, column].sum()) for column in (RELATIVE, RELATIVE2, NONZERO))
    return total**2 / (squares * rows) if squares else 1.0


def learn_errors(
    before: Profile,
    chunks: Sequence[Profile],
    rules: EstimateRules = RULES.estimate,
    metrics: MetricTable = METRICS,
) -> DirectLossEstimator:
    """Learn from the labelled rows of the reference period, and what that misses in its chunks.

    Errors differ from chunk to chunk for more reasons than their kind: mean of squared miss
    less its sampling variance, per metric.
    """
    bare = DirectLossEstimator(before.errors, rules=rules, metrics=metrics)
    missed: dict[str, list[float]] = {}
    for profile in chunks:
        for name, guess in bare.estimate(profile).items():
            real = measure(metrics[name], profile)
            if real is not None:
                excess = (real.value - guess.value) ** 2 - real.variance - guess.variance
                missed.setdefault(name, []).append(excess)
    return replace(bare, misfit={name: max(0.0, float(np.mean(excess))) for name, excess in missed.items()})
