"""The distribution of a number in the reference period, and how far values lie from it."""

from dataclasses import dataclass

import numpy as np

from core.health.profiles.layout import Feature
from core.health.rules import RULES, CellRules, DistortionRules
from core.stats.arrays import Counts, Floats


@dataclass(frozen=True, slots=True)
class Before:
    """The distribution of a number in the reference period.

    Attributes:
        edges: (K,) places where it is known: the edges of the cells.
        below: (K,) share of the known values below each of them.
        steps: whether it takes so few values that it is a staircase; else it is nearly straight in between.
        n: its known values.
    """

    edges: Floats
    below: Floats
    steps: bool
    n: int

    def share_below(self, places: Floats) -> Floats:
        """(m,) share of the known values below these places."""
        if self.steps:
            return np.append(self.below, 1.0)[np.searchsorted(self.edges, places)]
        shares: Floats = np.interp(places, self.edges, self.below, left=0.0, right=1.0)
        return shares

    def quantiles(self, shares: Floats) -> Floats:
        """(m,) the values below which about these shares lie."""
        values: Floats = np.interp(shares, self.below, self.edges)
        return values

    def snap(self, values: Floats, near: float) -> Floats:
        """(m,) values; those nearer to an edge than this part of the gap around it are put onto it.

        A value that was multiplied, rounded and divided again is not quite what it was.

        >>> before_of(Feature("x", edges=(0.0, 1.0, 3.0, 3.1)), np.ones(6)).snap(np.array([0.995, 2.0]), 0.02)
        array([1., 2.])
        """
        if len(self.edges) < 3:  # noqa: PLR2004 -- one value: there is no gap
            return values
        at = np.clip(np.searchsorted(self.edges[:-1], values), 1, len(self.edges) - 2)
        left, right = self.edges[at - 1], self.edges[at]
        room = near * (right - left)
        values = np.where(np.abs(values - right) <= room, right, values)
        snapped: Floats = np.where(np.abs(values - left) <= room, left, values)
        return snapped


def before_of(feature: Feature, cells: Counts, rules: CellRules = RULES.cells) -> Before:
    """The distribution behind the (M,) rows in the cells of a number.

    >>> before_of(Feature("x", edges=(0.0, 1.0, 3.0, 3.1)), np.array([0, 10, 10, 20, 0, 5])).below.tolist()
    [0.0, 0.25, 0.5, 1.0]
    """
    edges, n = np.array(feature.edges), int(cells[:-1].sum())
    below = np.cumsum(cells[: len(edges)]) / max(n, 1)
    return Before(edges, below, len(edges) - 1 <= rules.quantiles, n)


def distance(before: Before, values: Floats, rules: DistortionRules = RULES.distortions) -> float:
    """Largest difference of the distribution of (m,) values from the one before, at its edges.

    There it is known exactly (Kolmogorov 1933, Smirnov 1948).

    >>> before = before_of(Feature("x", edges=(0.0, 1.0, 2.0)), np.array([0, 10, 10, 0, 0]))
    >>> distance(before, np.array([0.0, 0.5, 1.0, 1.5])), distance(before, np.array([1.0, 1.5]))
    (0.0, 0.5)
    """
    snapped = np.sort(before.snap(values, rules.near))
    below = np.searchsorted(snapped, before.edges) / len(values)
    return float(np.abs(below - before.below).max())
