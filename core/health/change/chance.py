"""Whether shares of rows are what they were but for chance."""

import numpy as np

from core.health.profiles.layout import Feature
from core.health.rules import RULES, FaultRules
from core.stats.arrays import Counts


def rises(
    bad: int, n: int, past_bad: int, past_n: int, least: float, rules: FaultRules = RULES.faults
) -> bool:
    """Whether the share of bad rows rose by at least `least` and by more than chance (binomial tail).

    Args:
        bad: bad rows among the `n` of the chunk.
        n: rows of the chunk.
        past_bad: bad rows among the `past_n` of the reference period.
        past_n: rows of the reference period.
        least: rise of the share that is worth a word.
        rules: level of the test, and upper limit of the past share.

    >>> rises(11, 230, 0, 5000, 0.02), rises(1, 5, 0, 5000, 0.02), rises(300, 1000, 290, 1000, 0.02)
    (True, False, False)
    """
    from scipy.special import bdtrc, betaincinv

    if not n or not past_n or bad / n - past_bad / past_n < least:
        return False
    upper = betaincinv(past_bad + 1, max(past_n - past_bad, 1), rules.upper)
    return bool(bdtrc(bad - 1, n, upper) < rules.level)


def unlikely(share: float, n: int, rules: FaultRules = RULES.faults) -> bool:
    """Whether `n` rows all fall where a share of them used to fall: not by chance, and not as usual.

    >>> unlikely(0.5, 200), unlikely(0.5, 10), unlikely(0.998, 200)
    (True, False, False)
    """
    return bool(share <= rules.usual and excludes_chance(share, n, rules))


def excludes_chance(share: float, n: int, rules: FaultRules = RULES.faults) -> bool:
    """Whether `n` rows do not all fall by accident where this share of them used to fall.

    >>> excludes_chance(0.5, 20), excludes_chance(0.5, 19)
    (True, False)
    """
    return bool(n * np.log(max(share, 1e-12)) < np.log(rules.impossible))


def looks_otherwise(feature: Feature, a: Counts, b: Counts, rules: FaultRules = RULES.faults) -> bool:
    """Whether values must be looked at: they are distributed otherwise, or may hide missing ones.

    Numbers by the largest difference of their distributions (Kolmogorov 1933, Smirnov 1948), categories by
    half the sum of those of the shares.

    Args:
        feature: the column.
        a: (M,) rows in its cells before.
        b: (M,) rows in its cells now.
        rules: how far is otherwise.

    >>> town, before = Feature("town", values=("Ulm", "Bonn")), np.array([600, 400, 0, 0])
    >>> looks_otherwise(town, before, np.array([150, 100, 0, 0])), looks_otherwise(town, before, before[::-1])
    (False, True)
    """
    n, past = int(b[:-1].sum()), int(a[:-1].sum())
    if n < rules.enough or not past:
        return False
    gap = b[:-1] / n - a[:-1] / past
    noise = rules.changed_chance * (1 / n + 1 / past) ** 0.5
    if not feature.numeric:
        return bool(np.abs(gap).sum() / 2 >= rules.changed_mix + noise)
    if np.abs(np.cumsum(gap)).max() >= max(rules.changed, noise):
        return True
    strange = list(feature.strange)
    filled = rises(n, int(b.sum()), past, int(a.sum()), rules.coded, rules)
    return filled or rises(int(b[strange].sum()), n, int(a[strange].sum()), past, rules.coded, rules)
