"""The scale on which scores are counted in bins: fine at both ends, where confident models put them."""

import numpy as np

from core.stats.arrays import Floats

SPAN = 12.0
"""Log-odds beyond which a score counts as certain."""


def warp(score: Floats) -> Floats:
    """Where a score lies between 0 and 1 on the scale of the bins: half probability, half log-odds.

    >>> warp(np.array([0.0, 0.5, 1.0])).tolist()
    [0.0, 0.5, 1.0]
    """
    safe = np.clip(score, 1e-12, 1 - 1e-12)
    odds = np.clip((np.log(safe / (1 - safe)) + SPAN) / (2 * SPAN), 0, 1)
    placed: Floats = (np.clip(score, 0, 1) + odds) / 2
    return placed
