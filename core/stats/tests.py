"""Tests of paired counts, and the correction for many tests."""

import numpy as np


def mcnemar_mid_p(fixed: int, broken: int) -> float:
    """Two-sided mid-p value of McNemar's test from the discordant counts (Fagerland, Lydersen, Laake 2013).

    >>> round(mcnemar_mid_p(12, 3), 4)
    0.0213
    """
    from scipy.stats import binom

    n = fixed + broken
    if n == 0:
        return 1.0
    tail = binom(n, 0.5)
    if fixed == broken:
        return 1 - 0.5 * float(tail.pmf(fixed))
    least = min(fixed, broken)
    return 2 * float(tail.cdf(least)) - float(tail.pmf(least))


def agresti_min(fixed: int, broken: int, n: int, alpha: float) -> tuple[float, float]:
    """Interval of a difference of paired proportions: half a row is added to each cell (Agresti, Min 2005).

    Args:
        fixed: rows that only the second has right.
        broken: rows that only the first has right.
        n: all rows.
        alpha: one-sided level of each bound.

    >>> low, high = agresti_min(12, 3, 100, 0.025)
    >>> round(low, 3), round(high, 3)
    (0.013, 0.163)
    """
    from scipy.special import ndtri

    gained, lost = (fixed + 0.5) / (n + 2), (broken + 0.5) / (n + 2)
    centre = gained - lost
    reach = -float(ndtri(alpha)) * np.sqrt((gained + lost - centre**2) / (n + 2))
    return max(-1.0, float(centre - reach)), min(1.0, float(centre + reach))


def holm(p_values: list[float]) -> list[float]:
    """Adjusted p-values that keep the chance of any false finding (Holm 1979).

    >>> holm([0.01, 0.04, 0.03])
    [0.03, 0.06, 0.06]
    """
    adjusted = [0.0] * len(p_values)
    highest = 0.0
    for rank, index in enumerate(sorted(range(len(p_values)), key=p_values.__getitem__)):
        highest = max(highest, min(1.0, p_values[index] * (len(p_values) - rank)))
        adjusted[index] = highest
    return adjusted
