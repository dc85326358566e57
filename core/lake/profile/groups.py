"""Rows counted by small numbers in SQL."""

from collections.abc import Sequence
from typing import Any

import duckdb
import numpy as np

from core.health.profiles.layout import Layout
from core.stats.arrays import Counts, Floats

YOUNG = "NOT (_part = 'training' OR _mature) AS young"
"""Of canonical rows: whether a row is too young for a label that counts."""
COUNTED = "count(*), sum(waits::INT), sum(young::INT)"
"""All rows, those whose label may still become known, those too young for one."""


def count(
    connection: duckdb.DuckDBPyConnection, by: list[str], shape: tuple[int, ...], what: str = "count(*)"
) -> Floats:
    """(*shape, aggregates) by positions; rows with an unknown position do not count."""
    keys = ", ".join(f"({key})::INT AS k{i}" for i, key in enumerate(by))
    present = " AND ".join(f"({key}) IS NOT NULL" for key in by)
    groups = connection.execute(f"SELECT {keys}, {what} FROM t WHERE {present} GROUP BY ALL").fetchnumpy()
    columns: list[Any] = [np.ma.filled(column, 0) for column in groups.values()]
    dense = np.zeros((*shape, len(columns) - len(by)))
    places: Any = tuple(column.astype(int) for column in columns[: len(by)])
    dense[places] = np.stack(columns[len(by) :], axis=-1)
    return dense


def cells_by_group(
    connection: duckdb.DuckDBPyConnection, layout: Layout, groups: int, group: str, what: Sequence[str]
) -> Floats:
    """(groups, M, aggregates) over the cells of all features, which stand in `t` as f0, f1, ..."""
    cells = [
        count(connection, [group, f"f{i}"], (groups, feature.size), ", ".join(what))
        for i, feature in enumerate(layout.features)
    ]
    return np.concatenate([np.zeros((groups, 0, len(what))), *cells], axis=1)


def whole(counts: Floats) -> Counts:
    """Counts as integers."""
    return counts.astype(np.int64)
