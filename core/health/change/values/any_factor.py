"""A factor that no unit has: all quantiles times one and the same large number."""

import numpy as np

from core.health.rules import RULES, UnitRules
from core.stats.arrays import Floats


def any_factor(before: Floats, now: Floats, rules: UnitRules = RULES.units) -> float | None:
    """The factor by which all quantiles were multiplied; None when it is not one factor, or a small one.

    Args:
        before: (m,) quantiles, the extremes of a few rows not among them.
        now: (m,) the same of the chunk.
        rules: how large it must be, and how well it must fit.

    >>> before = np.array([1.0, 2.0, 3.0, 4.0, 6.0])
    >>> any_factor(before, before * 1000), any_factor(before, before + 1000), any_factor(before, before * 2)
    (1000.0, None, None)
    """
    spread, after = before[-1] - before[0], now[-1] - now[0]
    if spread <= 0 or after <= 0:
        return None
    factor = float(after / spread)
    fits = np.abs(now / factor - before).max() <= rules.alike * spread
    return factor if fits and not 1 / rules.factor < factor < rules.factor else None
