"""The holdout ledger: each look at the same rows is judged more strictly, so that searching does not pay."""

from math import pi

LEVEL = 0.05
SPENT = 0.0005


def alpha(look: int, level: float = LEVEL) -> float:
    """Level of look number 1, 2, ...: level * 6 / (pi^2 look^2), which adds up to `level` over all looks.

    >>> round(alpha(1), 4), round(alpha(2), 4)
    (0.0304, 0.0076)
    >>> sum(alpha(look) for look in range(1, 10_000)) < 0.05
    True
    """
    if look < 1:
        raise ValueError(f"the first look is number 1, not {look}")
    return level * 6 / (pi * look) ** 2


def is_spent(look: int) -> bool:
    """Whether the next look would be so strict that fresh rows are the better way.

    >>> is_spent(7), is_spent(8)
    (False, True)
    """
    return alpha(look) < SPENT
