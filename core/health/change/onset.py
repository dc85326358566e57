"""When it began: the most likely step, slope or both in a series of losses, and its interval."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from core.health.rules import RULES, OnsetRules
from core.stats.arrays import Floats


@dataclass(frozen=True, slots=True)
class Onset:
    """Positions of chunks: the most likely first bad one, and between which it plausibly lies.

    Attributes:
        gradual: it did not fall at once: no step explains the losses as well as a slope does.
    """

    at: int
    earliest: int
    latest: int
    gradual: bool = False


def onset(z: Sequence[float], rules: OnsetRules = RULES.onset) -> Onset | None:
    """The last fall in a series of standardised losses: where it began; None when there is none.

    It is the step to a free height, 0 before it, that makes the series since the last recovery most likely
    (Hinkley 1970), or the slope to a free height over several chunks where that is certain to fit better:
    a step is a slope over one chunk, so that twice the ratio is chi-squared with one degree of freedom. Where
    a step that goes on falling, which has two free heights, is certain to fit better than every slope, it
    began with the step: a slope alone would be dated before it.

    Args:
        z: losses of consecutive chunks in standard errors, positive where it got worse.
        rules: what is a fall, and which dates are plausible.

    >>> onset([0.1, -0.4, 0.2, 3.0, 4.1, 3.5])
    Onset(at=3, earliest=3, latest=3, gradual=False)
    >>> onset([0.1, -0.4, 0.2, 1.0, 2.1, 3.0, 3.9, 5.2, 6.1])
    Onset(at=3, earliest=2, latest=4, gradual=True)
    >>> onset([0.1, -0.4, 0.2, 5.6, 5.9, 7.2, 7.8, 8.5, 9.4, 10.0])
    Onset(at=3, earliest=3, latest=3, gradual=False)
    >>> onset([0.1, -0.4, 0.2]) is None
    True
    """
    first = _after_recovery(z, rules)
    step, slope, both = _gains(np.asarray(z[first:], dtype=float))
    if not step.size or step.max() < rules.certain:
        return None
    gain, gradual = step, False
    if slope.max() - step.max() > rules.gradual:
        gradual = bool(both.max() - slope.max() <= rules.at_once)
        gain = slope if gradual else both
    plausible = first + np.flatnonzero(gain.max() - gain <= rules.plausible)
    return Onset(first + int(gain.argmax()), int(plausible.min()), int(plausible.max()), gradual)


def _gains(z: Floats) -> tuple[Floats, Floats, Floats]:
    """Twice the log-likelihood that a step, the best slope, and the best of both gain from each chunk on.

    A shape w has (sum of w z)^2 / (sum of w^2). Of a slope over k chunks w is 1, 2, ... k, k, ...: the number
    of its first k chunks that are not later, so that sum of w z is the sum of k of the sums of z to the end.
    Both together are least squares of two columns, 1 and w, neither of which may be negative.
    """
    ends, behind = np.cumsum(z[::-1])[::-1], np.arange(z.size, 0, -1.0)
    step: Floats = np.maximum(ends, 0) ** 2 / behind
    slope, both = step.copy(), step.copy()
    products, squares, weights = ends.copy(), behind.copy(), behind.copy()
    for length in range(2, z.size + 1):
        fits = z.size - length + 1
        products = products[:fits] + ends[length - 1 :]
        # the weights of the chunks from the k-th on rise from k - 1 to k
        squares = squares[:fits] + (2 * length - 1) * behind[length - 1 :]
        weights = weights[:fits] + behind[length - 1 :]
        slope[:fits] = np.maximum(slope[:fits], np.maximum(products, 0) ** 2 / squares)
        at_once = squares * ends[:fits] - weights * products
        later = behind[:fits] * products - weights * ends[:fits]
        fitted = (at_once * ends[:fits] + later * products) / (behind[:fits] * squares - weights**2)
        both[:fits] = np.where((at_once > 0) & (later > 0), np.maximum(both[:fits], fitted), both[:fits])
    return step, slope, both


def _after_recovery(z: Sequence[float], rules: OnsetRules) -> int:
    """Position after the last fall that ended: the CUSUM was above the decision and is back at 0."""
    total, fell, first = 0.0, False, 0
    for at, value in enumerate(z):
        total = min(rules.ceiling * rules.decision, max(0.0, total + value - rules.slack))
        fell = fell or total > rules.decision
        if fell and total == 0.0:
            first, fell = at + 1, False
    return first
