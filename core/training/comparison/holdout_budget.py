"""The holdout's budget: each look at it is judged more strictly, so that searching does not pay."""

from dataclasses import dataclass
from math import pi


@dataclass(frozen=True, slots=True)
class BudgetRules:
    """The budget of one holdout.

    Attributes:
        level: chance that any look ever calls an equal challenger better: the usual 5 %.
        spent: a look at a stricter level than this needs a difference of 3.3 standard errors where the first
            look at a new holdout needs 1.9: new rows are the better way then, from look 8 on.
    """

    level: float = 0.05
    spent: float = 0.0005


RULES = BudgetRules()


def alpha(look: int, rules: BudgetRules = RULES) -> float:
    """Level of look number 1, 2, ...: level * 6 / (pi^2 look^2), which adds up to `level` over all looks.

    Bonferroni over a convergent series, as in alpha spending (Foster and Stine 2008): it holds however the
    later challengers depend on the earlier looks.

    Raises:
        ValueError: there is no look before the first.

    >>> round(alpha(1), 4), round(alpha(2), 4)
    (0.0304, 0.0076)
    >>> sum(alpha(look) for look in range(1, 10_000)) < 0.05
    True
    """
    if look < 1:
        raise ValueError(f"the first look is number 1, not {look}")
    return rules.level * 6 / (pi * look) ** 2


def is_spent(look: int, rules: BudgetRules = RULES) -> bool:
    """Whether a look is so strict that fresh rows are the better way.

    >>> is_spent(7), is_spent(8)
    (False, True)
    """
    return alpha(look, rules) < rules.spent


def looks_at_most(rules: BudgetRules = RULES) -> int:
    """How many looks at one holdout prove something.

    >>> looks_at_most()
    7
    """
    look = 1
    while not is_spent(look + 1, rules):
        look += 1
    return look
