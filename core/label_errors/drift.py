"""Tell a changed world from a wrong label.

A row that contradicts the model in production but not the models of its own time is not wrong:
the relation changed.
"""

from dataclasses import dataclass

import numpy as np

from core.label_errors.rules import RULES, ChangeRules
from core.stats.arrays import Bools, Floats, Ints


@dataclass(frozen=True, slots=True)
class Change:
    """Attributes: start = time from which the production model contradicts; rows (n,) = those it concerns."""

    start: float | None
    rows: Bools


def change(
    frozen: Floats,
    likelier: Bools,
    labels: Ints,
    times: Floats,
    block: Ints,
    rules: ChangeRules = RULES.change,
) -> Change:
    """Find the block of time from which on the production model contradicts labels that its time supports.

    The split of the blocks with the largest z of two proportions is taken; below `rules.z` none.

    Args:
        frozen: (n, K) probabilities logged by the model in production; NaN where there are none.
        likelier: (n,) the mixture finds another label likelier: the row is suspicious in its own time.
        labels: (n,) class numbers.
        times: (n,) moments as numbers.
        block: (n,) from `cv_splits.time_blocks`.
        rules: how sure it must be.
    """
    known = np.asarray(~np.isnan(frozen).any(axis=1))
    against = known & (frozen.argmax(axis=1) != labels) & ~likelier
    return change_start(np.asarray(against), known, times, block, rules)


def change_start(
    contradicts: Bools, known: Bools, times: Floats, block: Ints, rules: ChangeRules = RULES.change
) -> Change:
    """The same from what contradicts already.

    Args:
        contradicts: (n,) the production model is against the label, the models of its time are not.
        known: (n,) the production model predicted something.
        times: (n,) moments as numbers.
        block: (n,) from `cv_splits.time_blocks`.
        rules: how sure it must be.
    """
    best, start = rules.z, None
    for b in range(1, int(block.max()) + 1):
        before, after = known & (block < b), known & (block >= b)
        z = _z(contradicts[before], contradicts[after], rules.least_rise)
        if z > best:
            best, start = z, float(times[block == b].min())
    late = times >= start if start is not None else np.zeros(len(times), dtype=bool)
    return Change(start, contradicts & late)


def _z(before: Bools, after: Bools, least_rise: float) -> float:
    if not before.size or not after.size:
        return 0.0
    p = np.concatenate([before, after]).mean()
    rise = float(after.mean() - before.mean())
    if rise < least_rise:
        return 0.0
    return float(rise / np.sqrt(max(p * (1 - p), 1e-12) * (1 / before.size + 1 / after.size)))
