"""Whether shares of rows are what they were but for chance."""

import numpy as np

from core.health.rules import RULES, FaultRules


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
