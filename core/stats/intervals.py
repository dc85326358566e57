"""Intervals: Wilson for shares, Student for means, the delta method for ratios of counts."""

from dataclasses import dataclass

import numpy as np

from core.stats.arrays import Counts, Floats

Z95 = 1.959963984540054
"""Quantile .975 of the normal distribution: the one spelling of "1.96"."""


@dataclass(frozen=True, slots=True)
class Measured:
    """A number with its 95 % interval, its variance and the number of rows that it rests on."""

    value: float
    low: float
    high: float
    variance: float
    n: int


def wilson(successes: float, n: float) -> tuple[float, float]:
    """95 % interval of a share (Wilson 1927).

    >>> [round(x, 4) for x in wilson(8, 10)]
    [0.4902, 0.9433]
    """
    centre = (successes + Z95**2 / 2) / (n + Z95**2)
    share = successes / n
    half = Z95 / (n + Z95**2) * np.sqrt(n * share * (1 - share) + Z95**2 / 4)
    return float(max(0, centre - half)), float(min(1, centre + half))


def share_variance(successes: float, n: float) -> float:
    """Variance of a share, above 0 also when all or none succeed (the share of Agresti and Coull 1998)."""
    centre = (successes + Z95**2 / 2) / (n + Z95**2)
    return float(centre * (1 - centre) / n)


def normal(value: float, variance: float, n: int, bounds: tuple[float, float]) -> Measured:
    """The number with a symmetric interval, cut at the bounds of its metric."""
    half = Z95 * variance**0.5
    return Measured(value, max(bounds[0], value - half), min(bounds[1], value + half), variance, n)


def share(value: float, variance: float, n: int, _: tuple[float, float]) -> Measured:
    """The share of `n` rows with the interval of `wilson`, which stays within 0 and 1 by itself."""
    low, high = wilson(value * n, n)
    return Measured(value, low, high, variance, n)


def student(value: float, variance: float, n: int, bounds: tuple[float, float]) -> Measured:
    """The mean of `n` rows with its t interval (Student 1908), cut at the bounds of its metric."""
    from scipy.special import stdtrit

    half = float(stdtrit(n - 1, 0.975)) * variance**0.5
    return Measured(value, max(bounds[0], value - half), min(bounds[1], value + half), variance, n)


def delta(confusion: Counts, gradient: Floats) -> float:
    """Variance of a ratio of counts, (K, K) counts and its gradient by them (multinomial delta method)."""
    mean = float((confusion * gradient).sum()) / confusion.sum()
    return float((confusion * (gradient - mean) ** 2).sum())
