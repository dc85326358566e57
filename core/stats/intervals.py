"""Intervals: Wilson for shares, Student for means, the delta method for ratios of counts, open scales."""

from dataclasses import dataclass
from math import isfinite

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


def clopper_pearson(successes: int, n: int, alpha: float = 0.05) -> tuple[float, float]:
    """Interval of a share that misses it in at most `alpha` of the cases (Clopper and Pearson 1934).

    >>> [round(x, 4) for x in clopper_pearson(8, 10)]
    [0.4439, 0.9748]
    """
    from scipy.special import betaincinv

    low = betaincinv(successes, n - successes + 1, alpha / 2) if successes else 0.0
    high = betaincinv(successes + 1, n - successes, 1 - alpha / 2) if successes < n else 1.0
    return float(low), float(high)


def share_variance(successes: float, n: float) -> float:
    """Variance of a share, above 0 also when all or none succeed (the share of Agresti and Coull 1998).

    >>> round(share_variance(8, 10), 4), share_variance(10, 10) > 0
    (0.0203, True)
    """
    centre = (successes + Z95**2 / 2) / (n + Z95**2)
    return float(centre * (1 - centre) / n)


def normal(value: float, variance: float, n: int, bounds: tuple[float, float]) -> Measured:
    """The number with a symmetric interval, cut at the bounds of its metric.

    >>> m = normal(0.9, 0.01, 100, (0, 1))
    >>> round(m.low, 3), m.high
    (0.704, 1)
    """
    half = Z95 * variance**0.5
    return Measured(value, max(bounds[0], value - half), min(bounds[1], value + half), variance, n)


def lognormal(value: float, variance: float, n: int, bounds: tuple[float, float]) -> Measured:
    """The number with an interval as if its distance from its only bound were lognormal; else `normal`.

    Sums of squares of few rows are: more often a little below what is expected of them, seldom far above.

    >>> measured = lognormal(1.0, 0.25, 100, (0, float("inf")))
    >>> round(measured.low, 3), round(measured.high, 3)
    (0.396, 2.524)
    """
    low, high = bounds
    above = isfinite(low)
    distance = value - low if above else high - value
    if above == isfinite(high) or distance <= 0:
        return normal(value, variance, n, bounds)
    factor = float(np.exp(Z95 * np.log1p(variance / distance**2) ** 0.5))
    near, far = distance / factor, distance * factor
    ends = (low + near, low + far) if above else (high - far, high - near)
    return Measured(value, *ends, variance, n)


def share(value: float, variance: float, n: int, _: tuple[float, float]) -> Measured:
    """The share of `n` rows with the interval of `wilson`, which stays within 0 and 1 by itself.

    >>> m = share(0.8, 0.016, 10, (0, 1))
    >>> round(m.low, 3), round(m.high, 3)
    (0.49, 0.943)
    """
    low, high = wilson(value * n, n)
    return Measured(value, low, high, variance, n)


def student(value: float, variance: float, n: int, bounds: tuple[float, float]) -> Measured:
    """The mean of `n` rows with its t interval (Student 1908), cut at the bounds of its metric.

    >>> m = student(5.0, 0.25, 10, (0, float('inf')))
    >>> round(m.low, 2), round(m.high, 2)
    (3.87, 6.13)
    """
    from scipy.special import stdtrit

    half = float(stdtrit(n - 1, 0.975)) * variance**0.5
    return Measured(value, max(bounds[0], value - half), min(bounds[1], value + half), variance, n)


def delta(confusion: Counts | Floats, gradient: Floats) -> float:
    """Variance of a ratio of counts, (K, K) counts and its gradient by them (multinomial delta method).

    >>> matrix = np.array([[50, 10], [20, 40]])
    >>> round(delta(matrix, np.array([[1.0, 0.0], [0.0, 1.0]]) / 120), 5)
    0.00156
    """
    mean = float((confusion * gradient).sum()) / confusion.sum()
    return float((confusion * (gradient - mean) ** 2).sum())


@dataclass(frozen=True, slots=True)
class OpenScale:
    """The scale of a metric without its ends: a band that is symmetric there stays within the bounds.

    Logit between two bounds, logarithm of the distance to a single one, the value itself without any.

    Attributes:
        bounds: lowest and highest value, infinite where there is none.
        margin: is added to the distance from a bound, so that a value at the bound has a place
            (Anscombe 1956: half a row).
    """

    bounds: tuple[float, float]
    margin: float = 0.0

    def place(self, value: Floats) -> Floats:
        """(...) values -> (...) places.

        >>> OpenScale((0, 1)).place(np.array([0.5, 0.9])).round(3).tolist()
        [0.0, 2.197]
        """
        place = np.zeros(np.shape(value))
        low, high = self.bounds
        if not isfinite(low) and not isfinite(high):
            return np.asarray(value, dtype=float)
        with np.errstate(divide="ignore", invalid="ignore"):
            if isfinite(low):
                place = place + np.log(value - low + self.margin)
            if isfinite(high):
                place = place - np.log(high - value + self.margin)
        return place

    def value(self, place: Floats) -> Floats:
        """The inverse of `place`; never beyond the bounds.

        >>> scale = OpenScale((0, 1), 0.01)
        >>> float(scale.value(scale.place(np.array(0.3))).round(9)), float(scale.value(np.array(99.0)))
        (0.3, 1.0)
        """
        low, high = self.bounds
        if not isfinite(low) and not isfinite(high):
            return np.asarray(place, dtype=float)
        if isfinite(low) and isfinite(high):
            width = high - low + 2 * self.margin
            value = low - self.margin + width / (1 + np.exp(-np.clip(place, -700, 700)))
        elif isfinite(low):
            value = low - self.margin + np.exp(place)
        else:
            value = high + self.margin - np.exp(-place)
        bounded: Floats = np.clip(value, low, high)
        return bounded

    def with_band(self, centre: float, near: float, far: float, variance: float, n: int) -> Measured:
        """The value at a place with its band between two others; the variance is the value's own."""
        # a bound is met exactly, so that a value at the bound is not beyond it by the last digit
        low, value, high = self.value(np.array([near, centre, far])).round(12)
        return Measured(float(value), float(low), float(high), variance, n)


@dataclass(frozen=True, slots=True)
class Span:
    """A value with the ends of its 95 % interval."""

    value: float
    low: float
    high: float

    @property
    def variance(self) -> float:
        """That of a normal variable with an interval as wide."""
        return ((self.high - self.low) / (2 * Z95)) ** 2
