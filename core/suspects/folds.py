"""Which rows a model may learn from before it judges a row.

Duplicates never straddle folds (a copy in the training part would defend its own wrong label), rare classes
stay in every training part, and drifting data are also judged by models of their own neighbourhood in time.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from core.suspects.arrays import Floats, Ints

FOLDS = 5
ALWAYS_TRAINING = -1
BLOCK_ROWS = 1500
MOST_BLOCKS = 8


@dataclass(frozen=True, slots=True)
class Split:
    """Row numbers to learn from and row numbers to judge; disjoint."""

    train: Ints
    test: Ints


def row_hashes(features: pd.DataFrame) -> Ints:
    """One 64-bit hash of the content of every row."""
    hashes: Ints = pd.util.hash_pandas_object(features, index=False).to_numpy().view(np.int64)
    return hashes


def groups(hashes: Ints) -> Ints:
    """Number of the group of identical rows that each row belongs to.

    >>> groups(np.array([7, 9, 7]))
    array([0, 1, 0])
    """
    return np.unique(hashes, return_inverse=True)[1].astype(np.int64)


def assign(given: Ints, group: Ints, *, k: int = FOLDS, seed: int = 0) -> Ints:
    """Fold number of every row: stratified by class, whole groups.

    A class with fewer groups than folds gets `ALWAYS_TRAINING`: it cannot be judged, but must be learnt.

    Args:
        given: (n,) class number of every row.
        group: (n,) group number of every row.
        k: number of folds.
        seed: of the shuffling.
    """
    table = pd.DataFrame({"group": group, "given": given})
    sizes = table.groupby(["group", "given"], sort=True).size().rename("rows").reset_index()
    major = sizes.sort_values(["group", "rows"], ascending=[True, False]).drop_duplicates("group")
    noise = np.random.default_rng(seed).random(len(major))
    # larger groups are dealt first, so that one fold does not get all of them
    dealt = major.assign(noise=noise).sort_values(["given", "rows", "noise"], ascending=[True, False, True])
    counts = dealt.groupby("given")["group"].transform("size")
    fold = np.where(counts >= k, np.arange(len(dealt)) % k, ALWAYS_TRAINING)
    by_group = np.empty(int(group.max()) + 1, dtype=np.int64)
    by_group[dealt["group"].to_numpy()] = fold
    return by_group[group]


def shuffled(
    given: Ints, group: Ints, *, repeats: int = 2, k: int = FOLDS, seed: int = 0
) -> tuple[Split, ...]:
    """Splits of repeated, shuffled cross-validation."""
    splits = []
    for repeat in range(repeats):
        fold = assign(given, group, k=k, seed=seed + repeat)
        splits += [Split(np.flatnonzero(fold != f), np.flatnonzero(fold == f)) for f in range(k)]
    return tuple(split for split in splits if split.test.size and split.train.size)


def blocks(times: Floats) -> Ints | None:
    """Number of the stretch of time that each row falls into; None when there are too few rows for two."""
    number = min(len(times) // BLOCK_ROWS, MOST_BLOCKS)
    if number < 2 or np.ptp(times) == 0:  # noqa: PLR2004
        return None
    inner = np.quantile(times, np.linspace(0, 1, number + 1)[1:-1])
    return np.unique(np.searchsorted(inner, times, side="right"), return_inverse=True)[1].astype(np.int64)


def neighbouring(
    given: Ints, group: Ints, block: Ints, *, k: int = FOLDS, seed: int = 0
) -> tuple[Split, ...]:
    """Splits in which a row is judged by models that saw only its own block and the two beside it."""
    fold = assign(given, group, k=k, seed=seed)
    splits = []
    for b in range(int(block.max()) + 1):
        near = np.abs(block - b) <= 1
        splits += [
            Split(np.flatnonzero(near & (fold != f)), np.flatnonzero((block == b) & (fold == f)))
            for f in range(k)
        ]
    return tuple(s for s in splits if s.test.size and np.unique(given[s.train]).size > 1)
