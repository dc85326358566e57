"""When it began: the most likely step in a series of standardised losses, with its likelihood interval."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from core.health.rules import RULES, OnsetRules


@dataclass(frozen=True, slots=True)
class Onset:
    """Positions of chunks: the most likely first bad one, and between which it plausibly lies."""

    at: int
    earliest: int
    latest: int


def onset(z: Sequence[float], rules: OnsetRules = RULES.onset) -> Onset | None:
    """The last fall in a series of standardised losses: where it began; None when there is none.

    It is the step to a free height, 0 before it, that makes the series since the last recovery most likely.
    Twice the log-likelihood ratio of a step at s is (sum of z from s on)^2 / number of them (Hinkley 1970).

    Args:
        z: losses of consecutive chunks in standard errors, positive where it got worse.
        rules: what is a fall, and which dates are plausible.

    >>> onset([0.1, -0.4, 0.2, 3.0, 4.1, 3.5])
    Onset(at=3, earliest=3, latest=3)
    >>> onset([0.1, -0.4, 0.2]) is None
    True
    """
    first = _after_recovery(z, rules)
    after = np.cumsum(np.asarray(z[first:], dtype=float)[::-1])[::-1]
    gain = np.maximum(after, 0) ** 2 / np.arange(after.size, 0, -1)
    if not gain.size or gain.max() < rules.certain:
        return None
    plausible = np.flatnonzero(gain.max() - gain <= rules.plausible)
    return Onset(first + int(gain.argmax()), first + int(plausible.min()), first + int(plausible.max()))


def _after_recovery(z: Sequence[float], rules: OnsetRules) -> int:
    """Position after the last fall that ended: the CUSUM was above the decision and is back at 0."""
    total, fell, first = 0.0, False, 0
    for at, value in enumerate(z):
        total = min(rules.ceiling * rules.decision, max(0.0, total + value - rules.slack))
        fell = fell or total > rules.decision
        if fell and total == 0.0:
            first, fell = at + 1, False
    return first
