"""The array types of the pure rooms, named once."""

from collections.abc import Iterator, Sequence
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
ClassNumbers: TypeAlias = NDArray[np.signedinteger[Any]]
"""Numbers of classes in as few bytes as they take."""
Features: TypeAlias = pd.DataFrame | NDArray[Any]


BLOCK_CELLS = 131_072
"""Numbers of a block: what is computed of them, a megabyte each, stays in the processor's cache."""


def row_blocks(rows: int, columns: int = 1) -> Iterator[slice]:
    """Slices that cover so many rows, so that what a step needs beside them stays small.

    >>> [(block.start, block.stop) for block in row_blocks(30_000, columns=10)]
    [(0, 13107), (13107, 26214), (26214, 30000)]
    """
    size = max(BLOCK_CELLS // columns, 1)
    for start in range(0, rows, size):
        yield slice(start, min(start + size, rows))


def of_classes(matrix: Floats, classes: Ints | ClassNumbers) -> Floats:
    """(n,) of each row the number of its class.

    >>> of_classes(np.array([[0.2, 0.8], [0.9, 0.1]]), np.array([1, 0])).tolist()
    [0.8, 0.9]
    """
    numbers: Floats = matrix[np.arange(len(classes)), classes]
    return numbers


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


def highest_of_columns(matrix: Floats, counts: Sequence[int]) -> list[Ints]:
    """For each column the rows of so many highest values, in order; of equal ones the first.

    The same as `highest` of each column, in one pass over the rows: beside the rows that may still be among
    the highest nothing is kept.

    Args:
        matrix: (n, K) numbers.
        counts: (K,) how many rows of each column.

    >>> [rows.tolist() for rows in highest_of_columns(np.array([[0.2, 0.8], [0.9, 0.1], [0.5, 0.5]]), [2, 1])]
    [[1, 2], [0]]
    """
    columns = [_Highest(count) for count in counts]
    for block in row_blocks(*matrix.shape):
        for column, values in zip(columns, np.ascontiguousarray(matrix[block].T), strict=True):
            column.offer(values, block.start)
    return [column.rows() for column in columns]


class _Highest:
    """The highest values of a column so far, in batches, and above which value a later one is of them."""

    def __init__(self, count: int) -> None:
        self._count, self._least, self._waiting = count, -np.inf, 0
        self._batches: list[tuple[Floats, Ints]] = []

    def offer(self, values: Floats, first: int) -> None:
        rows = np.flatnonzero(values > self._least)
        self._batches.append((values[rows], rows + first))
        self._waiting += len(rows)
        if self._waiting > self._count + len(values):
            self._keep()

    def _keep(self) -> None:
        values, rows = (np.concatenate(parts) for parts in zip(*self._batches, strict=True))
        mask = highest(values, self._count)
        self._batches, self._waiting = [(values[mask], rows[mask])], 0
        if 0 < self._count <= len(rows):
            self._least = float(self._batches[0][0].min())

    def rows(self) -> Ints:
        self._keep()
        return self._batches[0][1]


def take(features: Features, rows: Ints) -> Features:
    """Those rows, of a table or of an array.

    >>> take(np.array([[1, 2], [3, 4], [5, 6]]), np.array([2, 0])).tolist()
    [[5, 6], [1, 2]]
    """
    return features.iloc[rows] if isinstance(features, pd.DataFrame) else features[rows]
