"""Copies: rows of a chunk that equal another one of it in inputs and prediction.

They are told by 64-bit hashes: of a million rows two that differ are taken for equal once in 37 million
times.
"""

import duckdb
import numpy as np

from core.lake.profile.placed_rows import PlacedRows
from core.stats.arrays import Counts, Ints


class Hashes:
    """Of the rows that streamed by: their groups and their hashes."""

    def __init__(self) -> None:
        """No row yet."""
        self._groups: list[Ints] = []
        self._hashes: list[Ints] = []

    def add(self, groups: Ints, hashes: Ints) -> None:
        """The (n,) rows of another batch, which need not stay in memory."""
        self._groups.append(groups.astype(np.int32))
        self._hashes.append(hashes.copy())

    def copies(self, groups: int) -> Counts:
        """(groups,) rows less different rows.

        >>> hashes = Hashes()
        >>> hashes.add(np.array([0, 1, 1]), np.array([7, 7, 8], dtype=np.uint64))
        >>> hashes.add(np.array([1, 0]), np.array([7, 9], dtype=np.uint64))
        >>> hashes.copies(3).tolist()
        [0, 1, 0]
        """
        copies = np.zeros(groups, dtype=np.int64)
        if self._groups:
            places, hashes = np.concatenate(self._groups), np.concatenate(self._hashes)
            for group in range(groups):
                own = np.sort(hashes[places == group])
                copies[group] = (own[1:] == own[:-1]).sum()
        return copies


def count_copies(connection: duckdb.DuckDBPyConnection, rows: PlacedRows, groups: int) -> Counts:
    """(groups,) copies, where nothing else of the rows is read."""
    hashes = Hashes()
    if rows.hash:
        places = connection.execute(f"SELECT {rows.chunk} AS g, {rows.hash} AS h FROM ({rows.rows})")
        columns = places.fetchnumpy()
        hashes.add(np.asarray(columns["g"]), np.asarray(columns["h"]))
    return hashes.copies(groups)
