"""When it began: the most likely step in a series of standardised losses, with its likelihood interval."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

SLACK, DECISION = 0.5, 5.0
"""A one-sided CUSUM (Page 1954) that was above the decision and is back at 0: that fall is over."""
CEILING = 2 * DECISION
"""A long fall does not hide a recovery and a second fall after it."""
PLAUSIBLE = 3.841
"""Twice the log-likelihood that a date may lose and still be plausible (chi-squared, 1 df, 95 %)."""
CERTAIN = 6.635
"""Twice the log-likelihood ratio of "a step" to "none" that is needed (chi-squared, 1 df, 99 %)."""


@dataclass(frozen=True, slots=True)
class Onset:
    """Positions of chunks: the most likely first bad one, and between which it plausibly lies."""

    at: int
    earliest: int
    latest: int


def onset(z: Sequence[float]) -> Onset | None:
    """The last fall in a series of standardised losses: where it began; None when there is none.

    It is the step to a free height, 0 before it, that makes the series since the last recovery most likely.
    Twice the log-likelihood ratio of a step at s is (sum of z from s on)^2 / number of them (Hinkley 1970).

    >>> onset([0.1, -0.4, 0.2, 3.0, 4.1, 3.5])
    Onset(at=3, earliest=3, latest=3)
    >>> onset([0.1, -0.4, 0.2]) is None
    True
    """
    first = _after_recovery(z)
    after = np.cumsum(np.asarray(z[first:], dtype=float)[::-1])[::-1]
    gain = np.maximum(after, 0) ** 2 / np.arange(after.size, 0, -1)
    if not gain.size or gain.max() < CERTAIN:
        return None
    plausible = np.flatnonzero(gain.max() - gain <= PLAUSIBLE)
    return Onset(first + int(gain.argmax()), first + int(plausible.min()), first + int(plausible.max()))


def _after_recovery(z: Sequence[float]) -> int:
    """Position after the last fall that ended."""
    total, fell, first = 0.0, False, 0
    for at, value in enumerate(z):
        total = min(CEILING, max(0.0, total + value - SLACK))
        fell = fell or total > DECISION
        if fell and total == 0.0:
            first, fell = at + 1, False
    return first
