"""How often people differ on the rows of two classes, and whether that is less than before."""

from dataclasses import dataclass
from typing import Literal

import numpy as np

from core.annotation.rules import RULES, PairRules
from core.stats.arrays import Counts
from core.stats.intervals import wilson

Change = Literal["less", "more"]


@dataclass(frozen=True, slots=True)
class Differing:
    """How often two people who chose one of two classes for a row chose different ones.

    Attributes:
        value: the mean over rows of the share of their pairs of votes that differ; 0 without a row.
        low, high: its 95 % interval; 0 and 1 without a row.
        rows: that two people or more labelled, all as one of the two.
    """

    value: float
    low: float
    high: float
    rows: int


def differing(counts: Counts) -> Differing:
    """How often two people differ, of rows with votes for two classes only.

    Pairs of votes, as rows with more votes differ more often though people do not. The interval is Wilson's:
    exact enough for two votes a row, too wide for more.

    Args:
        counts: (n, 2) votes of each row for either class; rows of fewer than two votes are left out.

    >>> differing(np.array([[2, 0], [1, 1], [0, 3], [2, 1], [0, 1]])).value.__round__(4)
    0.4167
    """
    size = counts.sum(axis=1)
    counts, size = counts[size > 1], size[size > 1]
    if not len(size):
        return Differing(0.0, 0.0, 1.0, 0)
    share = float(np.mean(2 * counts[:, 0] * counts[:, 1] / (size * (size - 1))))
    return Differing(share, *wilson(share * len(size), len(size)), len(size))


def change(before: Differing, after: Differing, rules: PairRules = RULES.pairs) -> Change | None:
    """Whether people differ less or more than before; None while it cannot be told.

    Where both intervals, of enough rows on either side, have no value in common. That is stricter than an
    interval of the difference, as it has to be: a pair is named when it looks worst, so that what follows
    looks better by itself (regression to the mean).

    >>> change(differing(np.array([[1, 1]] * 30 + [[2, 0]] * 30)), differing(np.array([[2, 0]] * 40)))
    'less'
    >>> change(differing(np.array([[1, 1]] * 30)), differing(np.array([[2, 0]] * 10)))
    """
    if min(before.rows, after.rows) < rules.least_side:
        return None
    return "less" if after.high < before.low else "more" if after.low > before.high else None
