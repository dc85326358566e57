"""How much a metric varies from chunk to chunk, beyond what the number of rows explains."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from core.health.rules import RULES, AlarmRules
from core.stats.intervals import Measured


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


def baseline(
    pooled: Measured, chunks: Sequence[Measured | None], tolerance: float, rules: AlarmRules = RULES.alarm
) -> Baseline:
    """The reference, and its variance between chunks: DerSimonian and Laird's (1986), moderated.

    Few chunks say little of it: the interval of a standard deviation from three reaches from a half to six
    times it. So it is the mean, weighted with the degrees of freedom, of what they say and of the floor (the
    prior of Smyth 2004), and at least the floor. Without a tolerance there is nothing to weigh against.

    Args:
        pooled: the metric over all reference rows.
        chunks: the metric in every reference chunk; None where it could not be measured.
        tolerance: a loss that does not matter, in the unit of the metric.
        rules: the floor of the variance between chunks, and what it weighs.

    >>> chunk = Measured(0.9, 0.88, 0.92, 0.0001, 900)
    >>> baseline(chunk, [chunk, chunk, None], tolerance=0.02)
    Baseline(value=0.9, variance=0.0001, tau2=0.0001, chunks=2)
    """
    measured = [chunk for chunk in chunks if chunk is not None]
    floor, degrees = (rules.floor * tolerance) ** 2, len(measured) - 1
    if degrees < 1:  # one chunk says nothing about variation
        return Baseline(pooled.value, pooled.variance, floor, len(measured))
    prior = rules.prior if floor else 0.0
    moderated = (degrees * dersimonian_laird(measured) + prior * floor) / (degrees + prior)
    return Baseline(pooled.value, pooled.variance, max(floor, moderated), len(measured))


def dersimonian_laird(chunks: Sequence[Measured]) -> float:
    """Variance between at least two chunks; below 0 where they differ by less than by chance.

    >>> far, near = Measured(0.9, 0.88, 0.92, 0.0001, 900), Measured(0.8, 0.78, 0.82, 0.0001, 900)
    >>> round(dersimonian_laird([far, near]), 6), round(dersimonian_laird([far, far]), 6)
    (0.0049, -0.0001)
    """
    values = np.array([chunk.value for chunk in chunks])
    weights = 1 / np.array([chunk.variance for chunk in chunks])
    total = weights.sum()
    heterogeneity = (weights * (values - (weights * values).sum() / total) ** 2).sum()
    return float((heterogeneity - (len(chunks) - 1)) / (total - (weights**2).sum() / total))


class Between:
    """The variance between chunks, learnt on from neighbours in the log while there is no alarm.

    Neighbours tell it apart from a trend or a step, which move only the difference across it (von Neumann
    1941): what is normal is not learnt from a fall.
    """

    def __init__(self, base: Baseline, tolerance: float, rules: AlarmRules = RULES.alarm) -> None:
        self._least = min(base.tau2, (rules.floor * tolerance) ** 2)
        self.degrees = max(base.chunks - 1, 0) + rules.prior
        """Of freedom, that it is known by."""
        self._squares = self.degrees * base.tau2
        self._before: Measured | None = None

    @property
    def tau2(self) -> float:
        """The variance, as far as it is known before the next chunk."""
        return max(self._least, self._squares / self.degrees)

    def add(self, chunk: Measured, *, quiet: bool) -> None:
        """Take in a chunk of the log; one with an alarm (not `quiet`) is no neighbour."""
        before, self._before = self._before, chunk if quiet else None
        if before is None or self._before is None:
            return
        beyond = ((chunk.value - before.value) ** 2 - chunk.variance - before.variance) / 2
        self._squares += NEIGHBOURS * beyond
        self.degrees += NEIGHBOURS


NEIGHBOURS = 2 / 3
"""Degrees of freedom of one of many differences of neighbours: each chunk is in two (von Neumann 1941)."""
