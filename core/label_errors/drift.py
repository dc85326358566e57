"""Tell a changed world from a wrong label.

A row that contradicts the model in production but not the models of its own time is not wrong:
the relation changed.
"""

from dataclasses import dataclass

import numpy as np

from core.stats.arrays import Bools, Floats, Ints

SURE = 5.0
LEAST_RISE = 0.02


@dataclass(frozen=True, slots=True)
class Change:
    """Attributes: start = time from which the production model contradicts; rows (n,) = those it concerns."""

    start: float | None
    rows: Bools


def change(frozen: Floats, score: Floats, given: Ints, times: Floats, block: Ints) -> Change:
    """Find the block of time from which on the production model contradicts labels that its time supports.

    The split of the blocks with the largest z of two proportions is taken; below `SURE` there is no change.

    Args:
        frozen: (n, K) probabilities logged by the model in production; NaN where there are none.
        score: (n,) sqrt-margin under the mixture; above 0 the row is suspicious in its own time.
        given: (n,) class numbers.
        times: (n,) moments as numbers.
        block: (n,) from `folds.blocks`.
    """
    known = np.asarray(~np.isnan(frozen).any(axis=1))
    against = known & (frozen.argmax(axis=1) != given) & (score <= 0)
    return since(np.asarray(against), known, times, block)


def since(contradicts: Bools, known: Bools, times: Floats, block: Ints) -> Change:
    """The same from what contradicts already.

    Args:
        contradicts: (n,) the production model is against the label, the models of its time are not.
        known: (n,) the production model said something.
        times: (n,) moments as numbers.
        block: (n,) from `folds.blocks`.
    """
    best, start = SURE, None
    for b in range(1, int(block.max()) + 1):
        before, after = known & (block < b), known & (block >= b)
        z = _z(contradicts[before], contradicts[after])
        if z > best:
            best, start = z, float(times[block == b].min())
    late = times >= start if start is not None else np.zeros(len(times), dtype=bool)
    return Change(start, contradicts & late)


def _z(before: Bools, after: Bools) -> float:
    if not before.size or not after.size:
        return 0.0
    p = np.concatenate([before, after]).mean()
    rise = float(after.mean() - before.mean())
    if rise < LEAST_RISE:
        return 0.0
    return float(rise / np.sqrt(max(p * (1 - p), 1e-12) * (1 / before.size + 1 / after.size)))
