"""When a fall is more than chance: an exponentially weighted mean of the loss, with its own error."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np

from core.stats.intervals import Z95, Measured

WEIGHT = 0.3
"""Lambda of the EWMA (Roberts 1959)."""
LIMIT = 2.9


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


def baseline(pooled: Measured, chunks: Sequence[Measured | None], tolerance: float) -> Baseline:
    """The reference, and its variance between chunks by DerSimonian and Laird (1986), at least a floor.

    The floor: chunks of any model differ by something, and few reference chunks cannot show it. Half of the
    tolerance costs no sensitivity, because a smaller loss is tolerated anyway.
    """
    there = [chunk for chunk in chunks if chunk is not None]
    floor = (tolerance / 2) ** 2
    if len(there) < 2:  # noqa: PLR2004 -- one chunk says nothing about variation
        return Baseline(pooled.value, pooled.variance, floor, len(there))
    values = np.array([chunk.value for chunk in there])
    weights = 1 / np.array([chunk.variance for chunk in there])
    total = weights.sum()
    heterogeneity = (weights * (values - (weights * values).sum() / total) ** 2).sum()
    between = (heterogeneity - (len(there) - 1)) / (total - (weights**2).sum() / total)
    return Baseline(pooled.value, pooled.variance, max(floor, float(between)), len(there))


def signals(
    base: Baseline,
    chunks: Sequence[Measured | None],
    sign: int,
    tolerance: float,
    fresh: Collection[int] = (),
) -> list[Signal | None]:
    """One state a chunk; None where nothing was measured (the state before carries on).

    At the positions in `fresh` another version answers: what was there before is forgotten.

    The error of the reference is common to all chunks and does not average out: it enters the variance of
    the level once, with the squared sum of the weights.
    """
    found: list[Signal | None] = []
    loss_sum = weight_sum = own_variance = 0.0
    for at, chunk in enumerate(chunks):
        if at in fresh:
            loss_sum = weight_sum = own_variance = 0.0
        if chunk is None:
            found.append(None)
            continue
        loss, variance = sign * (base.value - chunk.value), chunk.variance + base.tau2
        loss_sum = (1 - WEIGHT) * loss_sum + WEIGHT * loss
        weight_sum = (1 - WEIGHT) * weight_sum + WEIGHT
        own_variance = (1 - WEIGHT) ** 2 * own_variance + WEIGHT**2 * variance
        level = loss_sum / weight_sum
        error = (own_variance / weight_sum**2 + base.shared) ** 0.5
        found.append(
            Signal(
                loss=loss,
                z=loss / (variance + base.shared) ** 0.5,
                level=level,
                low=level - Z95 * error,
                high=level + Z95 * error,
                error=error,
                alarm=bool(level > LIMIT * error and level >= tolerance),
            )
        )
    return found
