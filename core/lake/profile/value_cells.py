"""The cells of the features of classes, counted batch by batch while the rows stream by."""

from collections.abc import Iterator

import duckdb
import numpy as np
import pyarrow as pa

from core.health.profiles.feature_cells import number_cells
from core.health.profiles.layout import Feature, Layout
from core.lake.cells import cell_sql
from core.lake.profile.copies import Hashes
from core.lake.profile.placed_rows import PlacedRows
from core.lake.sql import plain_number
from core.stats.arrays import Counts, Ints

AT_ONCE = 65_536
"""Rows in a batch: a column of them stays in the cache of a processor."""
STATES = 3
"""Of a row: without a label, wrong, correct."""


def count_cells(
    connection: duckdb.DuckDBPyConnection,
    rows: PlacedRows,
    layout: Layout,
    groups: int,
    label: str,
    prediction: str,
) -> tuple[Counts, Counts]:
    """(groups, M, 3) rows, labelled rows, correct rows in every cell of every feature; (groups,) copies.

    Of a row nothing is kept but its hash.

    Args:
        connection: the database.
        rows: the rows and the expression of their group.
        layout: the cells.
        groups: how many groups there are.
        label: expression of the position of the label among the classes, NULL where none counts.
        prediction: likewise of the prediction.
    """
    slices = list(layout.slices().values())
    counts = np.zeros((groups, STATES, layout.cells), dtype=np.int64)
    hashes = Hashes()
    for batch in _batches(connection, rows, layout, label, prediction):
        group = batch.column(0).to_numpy().astype(np.int64)
        for at, (feature, where) in enumerate(zip(layout.features, slices, strict=True)):
            places = group * feature.size + cells_of_values(feature, batch.column(at + 1))
            by_place = np.bincount(places, minlength=groups * STATES * feature.size)
            counts[:, :, where] += by_place.reshape(groups, STATES, feature.size)
        if rows.hash:
            hashes.add(group // STATES, batch.column(-1).to_numpy())
    unlabelled, wrong, correct = counts[:, 0], counts[:, 1], counts[:, 2]
    by_cell = np.stack([unlabelled + wrong + correct, wrong + correct, correct], axis=-1)
    return by_cell, hashes.copies(groups)


def _batches(
    connection: duckdb.DuckDBPyConnection, rows: PlacedRows, layout: Layout, label: str, prediction: str
) -> Iterator[pa.RecordBatch]:
    """The group and the state of every row as one number, numbers as they are, cells of texts, the hash."""
    columns = "".join(f", {value_sql(feature, rows.types[feature.name])}" for feature in layout.features)
    columns += f", {rows.hash}" if rows.hash else ""
    state = f"CASE WHEN y IS NULL THEN 0 WHEN y = ({prediction}) THEN 2 ELSE 1 END"
    labelled = f"SELECT *, {label} AS y FROM ({rows.rows})"
    query = f"SELECT ({rows.chunk}) * {STATES} + {state}{columns} FROM ({labelled})"
    yield from connection.sql(query).to_arrow_reader(AT_ONCE)


def value_sql(feature: Feature, kind: str) -> str:
    """What is read of a column of this type to find the cells: a number as it is, the cell of a text."""
    if feature.numeric:
        return plain_number(feature.name, kind)
    return f"({cell_sql(feature, kind)})::USMALLINT"


def cells_of_values(feature: Feature, column: pa.Array) -> Ints:
    """(n,) the cells of what was read."""
    values = column.to_numpy(zero_copy_only=False)
    return number_cells(feature, values) if feature.numeric else values
