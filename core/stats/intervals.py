"""Intervals: Wilson for shares, DeLong for the ranking, the delta method for ratios of counts."""

from dataclasses import dataclass

import numpy as np

from core.stats.arrays import Counts, Floats

Z95 = 1.959963984540054


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


def student(value: float, variance: float, n: int, bounds: tuple[float, float]) -> Measured:
    """The mean of `n` rows with its t interval (Student 1908), cut at the bounds of its metric."""
    from scipy.special import stdtrit

    half = float(stdtrit(n - 1, 0.975)) * variance**0.5
    return Measured(value, max(bounds[0], value - half), min(bounds[1], value + half), variance, n)


def delta(confusion: Counts, gradient: Floats) -> float:
    """Variance of a ratio of counts, (K, K) counts and its gradient by them (multinomial delta method)."""
    mean = float((confusion * gradient).sum()) / confusion.sum()
    return float((confusion * (gradient - mean) ** 2).sum())


def ranking(positives: Floats, negatives: Floats) -> Floats:
    """(..., B) positives and negatives in rising bins -> (...) area under the ROC curve, ties count half."""
    below = np.cumsum(negatives, axis=-1) - negatives / 2
    pairs = positives.sum(-1) * negatives.sum(-1)
    with np.errstate(invalid="ignore", divide="ignore"):
        area: Floats = (positives * below).sum(-1) / pairs
    return area


def delong(positives: Counts, negatives: Counts) -> float:
    """Variance of the area under the ROC curve from (B,) histograms (DeLong, DeLong, Clarke-Pearson 1988)."""
    P, N = int(positives.sum()), int(negatives.sum())
    rank_positive = (np.cumsum(negatives) - negatives / 2) / N
    rank_negative = (P - np.cumsum(positives) + positives / 2) / P
    floor = 0.25 / (P * N)
    return max(_spread(rank_positive, positives) / P + _spread(rank_negative, negatives) / N, floor)


def _spread(values: Floats, counts: Counts) -> float:
    total = int(counts.sum())
    mean = float((values * counts).sum()) / total
    return float((counts * (values - mean) ** 2).sum()) / max(total - 1, 1)
