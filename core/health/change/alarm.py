"""When a fall is more than chance: an exponentially weighted mean of the loss, with its own error."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np

from core.health.rules import RULES, AlarmRules
from core.stats.intervals import Z95, Measured


@dataclass(frozen=True, slots=True)
class Baseline:
    """What is normal: the metric in the reference period, and how much it varies from chunk to chunk.

    Attributes:
        tau2: variance between chunks beyond sampling.
        chunks: number of reference chunks that were measured.
    """

    value: float
    variance: float
    tau2: float
    chunks: int

    @property
    def shared(self) -> float:
        """Variance that all comparisons with this baseline have in common."""
        return self.variance + self.tau2 / max(self.chunks, 1)


@dataclass(frozen=True, slots=True)
class Signal:
    """The state after one chunk; losses are positive when the metric got worse.

    Attributes:
        loss: of this chunk; z: the same in standard errors.
        level: weighted mean loss of the recent chunks, with `low` and `high` (95 %) and its standard error.
        alarm: level beyond the limit and beyond the tolerance.
    """

    loss: float
    z: float
    level: float
    low: float
    high: float
    error: float
    alarm: bool


def baseline(
    pooled: Measured, chunks: Sequence[Measured | None], tolerance: float, rules: AlarmRules = RULES.alarm
) -> Baseline:
    """The reference, and its variance between chunks by DerSimonian and Laird (1986), at least a floor.

    Args:
        pooled: the metric over all reference rows.
        chunks: the metric in every reference chunk; None where it could not be measured.
        tolerance: a loss that does not matter, in the unit of the metric.
        rules: the floor of the variance between chunks.

    >>> chunk = Measured(0.9, 0.88, 0.92, 0.0001, 900)
    >>> baseline(chunk, [chunk, chunk, None], tolerance=0.02)
    Baseline(value=0.9, variance=0.0001, tau2=0.0001, chunks=2)
    """
    measured = [chunk for chunk in chunks if chunk is not None]
    floor = (rules.floor * tolerance) ** 2
    if len(measured) < 2:  # noqa: PLR2004 -- one chunk says nothing about variation
        return Baseline(pooled.value, pooled.variance, floor, len(measured))
    values = np.array([chunk.value for chunk in measured])
    weights = 1 / np.array([chunk.variance for chunk in measured])
    total = weights.sum()
    heterogeneity = (weights * (values - (weights * values).sum() / total) ** 2).sum()
    between = (heterogeneity - (len(measured) - 1)) / (total - (weights**2).sum() / total)
    return Baseline(pooled.value, pooled.variance, max(floor, float(between)), len(measured))


def signals(
    base: Baseline,
    chunks: Sequence[Measured | None],
    sign: int,
    tolerance: float,
    fresh: Collection[int] = (),
    rules: AlarmRules = RULES.alarm,
) -> list[Signal | None]:
    """One state a chunk; None where nothing was measured (the state before carries on).

    The error of the reference is common to all chunks and does not average out: it enters the variance of
    the level once, with the squared sum of the weights.

    Args:
        base: what is normal.
        chunks: the metric in every chunk of the log, in order of time.
        sign: 1 where higher is better, -1 where lower is.
        tolerance: a loss that does not matter, in the unit of the metric.
        fresh: positions from which on another version predicts: the state before them is forgotten.
        rules: weight and limit of the moving average.

    >>> base = Baseline(value=0.9, variance=0.0, tau2=0.0001, chunks=10)
    >>> sound, fallen = Measured(0.9, 0.88, 0.92, 0.0001, 900), Measured(0.8, 0.77, 0.83, 0.0001, 900)
    >>> [state.alarm for state in signals(base, [sound, fallen, fallen], 1, 0.02)]
    [False, True, True]
    """
    states: list[Signal | None] = []
    keep = 1 - rules.weight
    loss_sum = weight_sum = own_variance = 0.0
    for at, chunk in enumerate(chunks):
        if at in fresh:
            loss_sum = weight_sum = own_variance = 0.0
        if chunk is None:
            states.append(None)
            continue
        loss, variance = sign * (base.value - chunk.value), chunk.variance + base.tau2
        loss_sum = keep * loss_sum + rules.weight * loss
        weight_sum = keep * weight_sum + rules.weight
        own_variance = keep**2 * own_variance + rules.weight**2 * variance
        level = loss_sum / weight_sum
        error = (own_variance / weight_sum**2 + base.shared) ** 0.5
        states.append(
            Signal(
                loss=loss,
                z=loss / (variance + base.shared) ** 0.5,
                level=level,
                low=level - Z95 * error,
                high=level + Z95 * error,
                error=error,
                alarm=bool(level > rules.limit * error and level >= tolerance),
            )
        )
    return states
