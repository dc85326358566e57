"""Which rows a model may learn from before it judges a row.

Duplicates never straddle folds, rare classes stay in every training part, and drifting data are also judged
by models of their own neighbourhood in time.
"""

from dataclasses import dataclass

import numpy as np

from core.label_errors.rules import RULES, SplitRules
from core.stats.arrays import Floats, Ints
from core.stats.folds import FOLDS, assign


@dataclass(frozen=True, slots=True)
class Split:
    """Row numbers to learn from and row numbers to judge; disjoint."""

    train: Ints
    test: Ints


def shuffled_splits(
    labels: Ints, group: Ints, *, repeats: int = RULES.splits.repeats, k: int = FOLDS, seed: int = 0
) -> tuple[Split, ...]:
    """Splits of repeated, shuffled cross-validation; rows of one group stay together.

    Args:
        labels: (n,) what folds spread evenly.
        group: (n,) number of the group of identical rows.
        repeats: how often every row is judged.
        k: folds.
        seed: of the first repeat.

    >>> [split.test.size for split in shuffled_splits(np.tile([0, 1], 10), np.arange(20), repeats=1)]
    [4, 4, 4, 4, 4]
    """
    splits = []
    for repeat in range(repeats):
        fold = assign(labels, group, k=k, seed=seed + repeat)
        splits += [Split(np.flatnonzero(fold != f), np.flatnonzero(fold == f)) for f in range(k)]
    return tuple(split for split in splits if split.test.size and split.train.size)


def time_blocks(times: Floats, rules: SplitRules = RULES.splits) -> Ints | None:
    """(n,) number of the stretch of time that each row falls into; None with too few rows for two.

    >>> time_blocks(np.arange(100.0)) is None, int(time_blocks(np.arange(4000.0)).max())
    (True, 1)
    """
    number = min(len(times) // rules.block_rows, rules.most_blocks)
    if number < 2 or np.ptp(times) == 0:  # noqa: PLR2004
        return None
    inner = np.quantile(times, np.linspace(0, 1, number + 1)[1:-1])
    return np.unique(np.searchsorted(inner, times, side="right"), return_inverse=True)[1].astype(np.int64)


def neighbouring_splits(
    labels: Ints, group: Ints, block: Ints, *, k: int = FOLDS, seed: int = 0
) -> tuple[Split, ...]:
    """Splits in which a row is judged by models that saw only its own block and the two beside it."""
    fold = assign(labels, group, k=k, seed=seed)
    splits = []
    for b in range(int(block.max()) + 1):
        near = np.abs(block - b) <= 1
        splits += [
            Split(np.flatnonzero(near & (fold != f)), np.flatnonzero((block == b) & (fold == f)))
            for f in range(k)
        ]
    return tuple(s for s in splits if s.test.size and np.unique(labels[s.train]).size > 1)
