"""The array types of the pure rooms, named once."""

from collections.abc import Iterator
from typing import Any, TypeAlias

import numpy as np
import pandas as pd
from numpy.typing import NDArray

Floats: TypeAlias = NDArray[np.float64]
Vectors: TypeAlias = NDArray[np.float32]
"""What encoders make of items."""
Ints: TypeAlias = NDArray[np.int64]
Bools: TypeAlias = NDArray[np.bool_]
Counts: TypeAlias = NDArray[np.int64]
Cells: TypeAlias = Counts | Floats
"""Counts of classes; of a regression counts beside sums of amounts."""
Features: TypeAlias = pd.DataFrame | NDArray[Any]


BLOCK_ROWS = 65_536
"""Rows of a block: what is computed of them stays in the processor's cache."""


def row_blocks(rows: int) -> Iterator[slice]:
    """Slices that cover so many rows, so that what a step needs beside them stays small.

    >>> [(block.start, block.stop) for block in row_blocks(100_000)]
    [(0, 65536), (65536, 100000)]
    """
    for start in range(0, rows, BLOCK_ROWS):
        yield slice(start, min(start + BLOCK_ROWS, rows))


def highest(values: Floats, count: int) -> Bools:
    """(n,) whether each value is one of so many highest, without sorting all; of equal ones the first.

    >>> highest(np.array([0.2, 0.9, 0.5, 0.5]), 2).tolist()
    [False, True, True, False]
    """
    if count <= 0:
        return np.zeros(len(values), dtype=bool)
    least = np.partition(values, -count)[-count] if count < len(values) else values.min()
    mask = np.asarray(values > least)
    mask[np.flatnonzero(values == least)[: count - int(mask.sum())]] = True
    return mask


def take(features: Features, rows: Ints) -> Features:
    """Those rows, of a table or of an array.

    >>> take(np.array([[1, 2], [3, 4], [5, 6]]), np.array([2, 0])).tolist()
    [[5, 6], [1, 2]]
    """
    return features.iloc[rows] if isinstance(features, pd.DataFrame) else features[rows]
