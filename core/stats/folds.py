"""Folds in which copies stay together: a copy in the training part would defend its own wrong label."""

import numpy as np
import numpy.typing as npt
import pandas as pd

FOLDS = 5
ALWAYS_TRAINING = -1


def groups(hashes: npt.NDArray[np.uint64]) -> npt.NDArray[np.int64]:
    """Number of the group of identical rows that each row belongs to.

    Args:
        hashes: (n,) of the rows' content, from `core.tables.values.content_hash.row_hashes`.

    >>> groups(np.array([7, 9, 7], dtype=np.uint64))
    array([0, 1, 0])
    """
    return np.unique(hashes, return_inverse=True)[1].astype(np.int64)


def assign(
    labels: npt.NDArray[np.int64],
    group: npt.NDArray[np.int64],
    *,
    k: int = FOLDS,
    seed: int = 0,
    judge_rare: bool = False,
) -> npt.NDArray[np.int64]:
    """Fold number of every row: stratified by class, whole groups.

    A class with fewer groups than folds cannot stand in every fold and in every training part. It gets
    `ALWAYS_TRAINING`, learnt and never judged; or, where every row must be judged, some folds go without it.

    Args:
        labels: (n,) class number of every row.
        group: (n,) group number of every row.
        k: number of folds.
        seed: of the shuffling.
        judge_rare: give the rows of rare classes a fold too.

    >>> labels, group = np.array([0, 0, 0, 0, 1, 1, 1, 1]), np.array([0, 0, 1, 2, 3, 4, 5, 6])
    >>> folds = assign(labels, group, k=2)
    >>> bool(folds[0] == folds[1]), sorted(np.bincount(folds, labels).tolist())
    (True, [2.0, 2.0])
    """
    table = pd.DataFrame({"group": group, "label": labels})
    sizes = table.groupby(["group", "label"], sort=True).size().rename("rows").reset_index()
    major = sizes.sort_values(["group", "rows"], ascending=[True, False]).drop_duplicates("group")
    noise = np.random.default_rng(seed).random(len(major))
    # larger groups are dealt first, so that one fold does not get all of them
    dealt = major.assign(noise=noise).sort_values(["label", "rows", "noise"], ascending=[True, False, True])
    counts = dealt.groupby("label")["group"].transform("size")
    fold = np.where(judge_rare | (counts >= k), np.arange(len(dealt)) % k, ALWAYS_TRAINING)
    by_group = np.empty(int(group.max()) + 1, dtype=np.int64)
    by_group[dealt["group"].to_numpy()] = fold
    return by_group[group]
