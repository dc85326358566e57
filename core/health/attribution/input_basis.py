"""The inputs of rows as numbers that a linear model reads: hats over ranks of a number, one of each value.

A number is described by its rank in the reference period, by piecewise linear hats between equally spaced
knots (de Boor 1978); a category by its frequent values. What was rare in the reference period has no number
of its own: nothing is known of its loss.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from core.health.profiles.layout import Feature
from core.stats.arrays import Floats, Ints


@dataclass(frozen=True, slots=True)
class Coding:
    """How many numbers describe one column.

    Attributes:
        knots: of a number; values: most of a category that are told apart.
        few: values with fewer rows before are not told apart.
    """

    knots: int
    values: int
    few: int


def table(feature: Feature, before: Ints, coding: Coding) -> Floats:
    """(cells, k) the numbers of every cell of a column.

    Args:
        feature: the column.
        before: (n,) its cells in the reference period.
        coding: how finely.

    >>> table(Feature("town", values=("a", "b", "c")), np.array([0] * 50 + [1] * 30 + [2]), Coding(3, 8, 5))
    array([[0.],
           [1.],
           [0.],
           [0.],
           [0.]])
    """
    counts = np.bincount(before, minlength=feature.size)
    if feature.numeric and np.count_nonzero(counts[:-1]) > coding.knots:
        return _hats(counts, coding)
    order = [at for at in np.argsort(-counts, kind="stable") if counts[at] >= coding.few]
    codes = np.zeros((feature.size, 0))
    for at in order[1 : coding.values]:
        codes = np.column_stack([codes, np.arange(feature.size) == at])
    others = np.isin(np.arange(feature.size), order[: coding.values], invert=True)
    if counts[others].sum() >= coding.few:
        codes = np.column_stack([codes, others])
    return codes


def _hats(counts: Ints, coding: Coding) -> Floats:
    """Numbers by their rank; a missing one by a number of its own where there are enough of them."""
    known = counts[:-1]
    rank = np.append((np.cumsum(known) - known / 2) / known.sum(), np.nan)
    knots = np.linspace(0, 1, coding.knots)[1:]
    codes = np.maximum(0, 1 - np.abs(rank[:, None] - knots) * (coding.knots - 1))
    missing = np.isnan(rank)
    codes[missing] = 0.0
    return np.column_stack([codes, missing]) if counts[-1] >= coding.few else codes


def products(left: Floats, right: Floats) -> Floats:
    """(n, k), (n, m) -> (n, k m): every number of the one times every one of the other."""
    return (left[:, :, None] * right[:, None, :]).reshape(len(left), -1)


def coarse_groups(features: Sequence[Feature], before: Ints, groups: int) -> list[Ints]:
    """Of every column the group of each of its cells: ranks, or frequent values and others; missing apart.

    Args:
        features: F columns.
        before: (n, F) their cells in the reference period.
        groups: how many of each.
    """
    group_of_cell = []
    for at, feature in enumerate(features):
        counts = np.bincount(before[:, at], minlength=feature.size)
        known = counts[:-1]
        if feature.numeric:
            share = (np.cumsum(known) - known / 2) / max(known.sum(), 1)
            group = np.minimum(share * groups, groups - 1).astype(np.int64)
        else:
            group = np.full(len(known), groups - 1)
            frequent = np.argsort(-known, kind="stable")[: groups - 1]
            group[frequent] = np.arange(len(frequent))
        group_of_cell.append(np.append(group, groups))
    return group_of_cell
