"""The cells of the features of classes, counted batch by batch while the rows stream by."""

from collections.abc import Iterator
from dataclasses import dataclass

import duckdb
import numpy as np
import pyarrow as pa

from core.health.profiles.feature_cells import number_cells
from core.health.profiles.layout import Feature, Layout
from core.health.profiles.profile import NEGATIVE, POSITIVE, UNLABELLED
from core.health.profiles.score_bins import BANDS
from core.health.profiles.strata import leaves
from core.lake.cells import cell_sql
from core.lake.profile.copies import Hashes
from core.lake.profile.placed_rows import PlacedRows
from core.lake.sql import plain_number
from core.stats.arrays import Cells, Counts, Ints

AT_ONCE = 65_536
"""Rows in a batch: a column of them stays in the cache of a processor."""
STATES = 3
"""Of a row: without a label, wrong, correct."""
PLACES = 2 * 3 * BANDS
"""Of a row in its stratum: prediction, state of its label (`Profile.strata`), band of its score."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """Expressions of what became of a row of classes.

    Attributes:
        label: position of the label among the classes, NULL where none counts.
        prediction: likewise of the prediction.
        score: bin of the score of the second of two classes.
    """

    label: str
    prediction: str
    score: str


@dataclass(frozen=True, slots=True)
class Streamed:
    """What is counted while the rows stream by; of a row nothing is kept but its hash.

    Attributes:
        cells: (groups, M, 3) rows, labelled rows and correct rows in every cell of every feature.
        copies: (groups,) rows that equal another one (`core.lake.profile.copies`).
        strata: (groups, T, 2, 3, 32) as in `Profile.strata`.
    """

    cells: Cells
    copies: Counts
    strata: Counts


def count_cells(
    connection: duckdb.DuckDBPyConnection, rows: PlacedRows, layout: Layout, groups: int, outcome: Outcome
) -> Streamed:
    """Count the cells, the copies and the strata of the rows of each group."""
    slices, strata = list(layout.slices().values()), layout.strata
    counts = np.zeros((groups, STATES, layout.cells), dtype=np.int64)
    by_stratum = np.zeros(groups * layout.score_groups * PLACES, dtype=np.int64)
    split_by = {feature.name for feature in strata.features} if strata else set[str]()
    hashes = Hashes()
    for batch in _batches(connection, rows, layout, outcome):
        group, split_cells = batch.column(0).to_numpy().astype(np.int64), {}
        for at, (feature, where) in enumerate(zip(layout.features, slices, strict=True)):
            cells = cells_of_values(feature, batch.column(at + 1))
            by_place = np.bincount(group * feature.size + cells, minlength=groups * STATES * feature.size)
            counts[:, :, where] += by_place.reshape(groups, STATES, feature.size)
            if feature.name in split_by:
                split_cells[feature.name] = cells
        if strata and layout.score_groups:
            own = leaves(strata, [split_cells[feature.name] for feature in strata.features], len(group))
            place = batch.column("place").to_numpy()
            places = ((group // STATES * layout.score_groups + own) * PLACES + place)[place < PLACES]
            by_stratum += np.bincount(places, minlength=len(by_stratum))
        if rows.hash:
            hashes.add(group // STATES, batch.column("hash").to_numpy())
    unlabelled, wrong, correct = counts[:, 0], counts[:, 1], counts[:, 2]
    by_cell = np.stack([unlabelled + wrong + correct, wrong + correct, correct], axis=-1)
    shape = (groups, layout.score_groups, 2, 3, BANDS)
    return Streamed(by_cell, hashes.copies(groups), by_stratum.reshape(shape))


def _batches(
    connection: duckdb.DuckDBPyConnection, rows: PlacedRows, layout: Layout, outcome: Outcome
) -> Iterator[pa.RecordBatch]:
    """The group and the state of every row as one number, then numbers as they are and cells of texts.

    Where they are asked for, at last the place in a stratum, of which there is none from `PLACES` on, and the
    hash.
    """
    y = "_y"  # no column of the data begins so
    state = f"CASE WHEN {y} IS NULL THEN 0 WHEN {y} = ({outcome.prediction}) THEN 2 ELSE 1 END"
    columns = [f"({rows.chunk}) * {STATES} + {state}"]
    columns += [value_sql(feature, rows.types[feature.name]) for feature in layout.features]
    if layout.score_groups:
        positive = f"CASE WHEN {y} IS NULL THEN {UNLABELLED} WHEN {y} = 1 THEN {POSITIVE} ELSE {NEGATIVE} END"
        band = f"({outcome.score}) * {BANDS} // {layout.bins}"
        place = f"(({outcome.prediction}) * 3 + {positive}) * {BANDS} + {band}"
        columns.append(f"coalesce({place}, {PLACES})::UTINYINT AS place")
    if rows.hash:
        columns.append(f"{rows.hash} AS hash")
    labelled = f"SELECT *, {outcome.label} AS {y} FROM ({rows.rows})"
    yield from connection.sql(f"SELECT {', '.join(columns)} FROM ({labelled})").to_arrow_reader(AT_ONCE)


def value_sql(feature: Feature, kind: str) -> str:
    """What is read of a column of this type to find the cells: a number as it is, the cell of a text."""
    if feature.numeric:
        return plain_number(feature.name, kind)
    return f"({cell_sql(feature, kind)})::USMALLINT"


def cells_of_values(feature: Feature, column: pa.Array) -> Ints:
    """(n,) the cells of what was read."""
    values = column.to_numpy(zero_copy_only=False)
    return number_cells(feature, values) if feature.numeric else values
