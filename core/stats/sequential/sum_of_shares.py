"""A sum of shares, each of a part of the rows, by how many were drawn of each: bounds that hold at any time.

Of two parts the evidence against two shares together is the product of that against each
(`core.stats.sequential.finite_population`): their draws know nothing of each other. The sum lies where some
two shares are not excluded, so that nothing is assumed of the one that is not asked about.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from core.stats.arrays import Floats
from core.stats.sequential.finite_population import RULES, BoundRules, mixture

POINTS = 401
"""Shares of each part that are tried, closer near 0 and 1: beside the best ones evidence errs by .0001 of 24
draws and by .004 of a thousand."""


@dataclass(frozen=True, slots=True)
class Part:
    """A part of the rows, and what random ones of it are.

    Attributes:
        weight: of its share in the sum; below 0 it is taken off.
        rows: of which the share is; drawn: of these, at random and none twice; hits: among the drawn. Of what
            is only foretold the last two may be no whole numbers.
    """

    weight: float
    rows: int
    drawn: float
    hits: float

    @property
    def value(self) -> float:
        """What it adds to the sum, as far as its drawn rows tell."""
        return self.weight * self.hits / self.drawn if self.drawn else 0.0

    def grown(self, factor: float) -> "Part":
        """The same after so many times the draws, of which as large a share are hits."""
        times = min(factor, self.rows / self.drawn) if self.drawn else 1.0
        return Part(self.weight, self.rows, times * self.drawn, times * self.hits)

    def against(self, expected: float, rules: BoundRules) -> tuple[Floats, Floats]:
        """(points,) what possible shares add to the sum, and the logarithm of the evidence against each."""
        least, most = self.hits, self.rows - (self.drawn - self.hits)
        totals = least + (most - least) * np.sin(np.linspace(0, np.pi / 2, POINTS)) ** 2
        evidence = mixture(self.hits, self.drawn, expected, rules) - self._likelihood(totals)
        return self.weight * totals / max(self.rows, 1), evidence

    def _likelihood(self, totals: Floats) -> Floats:
        """Hypergeometric, of one order."""
        others = self.rows - totals
        of_hits = _descending(totals, self.hits) + _descending(others, self.drawn - self.hits)
        return of_hits - _descending(np.array(float(self.rows)), self.drawn)


def bounds(parts: Sequence[Part], expected: float, rules: BoundRules = RULES) -> tuple[float, float]:
    """The sum of one or two parts lies between these at every time at once, but for a chance of `level`.

    Args:
        parts: one or two.
        expected: share of hits, as far as one knows beforehand: it decides how wide bounds are, not whether
            they hold.
        rules: level and bets.

    >>> low, high = bounds([Part(0.25, 250, 24, 8), Part(-0.1, 100, 24, 0)], 0.05)
    >>> round(low, 3), round(high, 3)
    (0.022, 0.168)
    """
    needed = -float(np.log(rules.level))
    return _least(parts, expected, needed, rules), -_least(_negative(parts), expected, needed, rules)


def evidence_above(parts: Sequence[Part], value: float, expected: float, rules: BoundRules = RULES) -> float:
    """Logarithm of the evidence that the sum is more than `value`; below 0 that it is less."""
    if sum(part.value for part in parts) < value:
        return -_against_less(_negative(parts), -value, expected, rules)
    return _against_less(parts, value, expected, rules)


def _negative(parts: Sequence[Part]) -> list[Part]:
    return [replace(part, weight=-part.weight) for part in parts]


def _least(parts: Sequence[Part], expected: float, needed: float, rules: BoundRules) -> float:
    """The least sum of shares that are not excluded together."""
    (sums, evidence), (others, against) = _two(parts, expected, rules)
    open_ones = against + evidence.min() < needed
    # the evidence against sums up to each, which only falls: the first that the other part leaves open
    falling = np.minimum.accumulate(evidence)
    first = np.searchsorted(-falling, against[open_ones] - needed, side="right")
    return float((sums[first] + others[open_ones]).min())


def _against_less(parts: Sequence[Part], value: float, expected: float, rules: BoundRules) -> float:
    """Logarithm of the evidence against all sums up to `value`; 0 where that is none."""
    (sums, evidence), (others, against) = _two(parts, expected, rules)
    last = np.searchsorted(sums, value - others, side="right") - 1
    together = np.minimum.accumulate(evidence)[last] + against
    return max(float(together[last >= 0].min(initial=np.inf)), 0.0)


def _two(
    parts: Sequence[Part], expected: float, rules: BoundRules
) -> tuple[tuple[Floats, Floats], tuple[Floats, Floats]]:
    """What shares add, in rising order, with the evidence against them, of both parts or one and nothing."""
    both = [part.against(expected, rules) for part in parts]
    rising = [
        (sums, evidence) if sums[0] <= sums[-1] else (sums[::-1], evidence[::-1]) for sums, evidence in both
    ]
    nothing = (np.zeros(1), np.zeros(1))
    return rising[0], (rising[1] if len(rising) > 1 else nothing)


def _descending(start: Floats, count: float) -> Floats:
    """Logarithm of start (start - 1) ... over `count` factors."""
    from scipy.special import gammaln

    product: Floats = gammaln(start + 1) - gammaln(start - count + 1)
    return product
