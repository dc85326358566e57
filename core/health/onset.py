"""When it began: a one-sided CUSUM (Page 1954), with an interval from the likelihood of a step."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

SLACK = 0.5
DECISION = 5.0
CEILING = 2 * DECISION
"""A long fall does not hide a recovery and a second fall after it."""
PLAUSIBLE = 3.841
"""Twice the log-likelihood that a date may lose and still be plausible (chi-squared, 1 df, 95 %)."""


@dataclass(frozen=True, slots=True)
class Onset:
    """Positions of chunks: the most likely first bad one, and between which it plausibly lies."""

    at: int
    earliest: int
    latest: int


def onset(z: Sequence[float]) -> Onset | None:
    """The beginning of the last fall in a series of standardised losses; None when there was none.

    >>> onset([0.1, -0.4, 0.2, 3.0, 4.1, 3.5])
    Onset(at=3, earliest=3, latest=3)
    """
    total, start, found = 0.0, 0, None
    for at, value in enumerate(z):
        total = min(CEILING, max(0.0, total + value - SLACK))
        if total == 0.0:
            start = at + 1
        elif total > DECISION:
            found = start
    if found is None:
        return None
    earliest, latest = _interval(np.asarray(z, dtype=float), found)
    return Onset(found, min(earliest, found), max(latest, found))


def _interval(z: np.ndarray, found: int) -> tuple[int, int]:
    """Starts of a step to a free height, 0 before it, whose likelihood is near that of the best one."""
    first = max(0, found - 12)
    starts = np.arange(first, z.size)
    gain = np.array([max(0.0, float(z[s:].mean())) ** 2 * (z.size - s) for s in starts])
    plausible = starts[gain.max() - gain <= PLAUSIBLE]
    return int(plausible.min()), int(plausible.max())
