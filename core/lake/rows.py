"""Read rows of the lake as a table. Pages never do: they read findings computed beforehand."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import duckdb
import numpy as np
import pandas as pd
import pyarrow as pa

from core.lake.paths import Part, row_files
from core.lake.readers.limits import is_text
from core.lake.rows_view import NO_CORRECTIONS, data_columns, rows_sql
from core.lake.sql import literals, quote
from core.lake.whole import whole
from core.model import ModelSpec
from core.settings import Settings
from core.tables.deliveries import LiveBatch, LiveBatches

THREADS = 2


@contextmanager
def connect(settings: Settings, spec: ModelSpec) -> Iterator[duckdb.DuckDBPyConnection]:
    """A DuckDB in memory that keeps to few threads: the worker runs several jobs on one machine.

    Raises:
        StoreError: a file of the model is gone or damaged; it is named.
    """
    with whole(settings.lake / str(spec.id)), duckdb.connect(config={"threads": THREADS}) as connection:
        yield connection


def read_rows(
    settings: Settings,
    spec: ModelSpec,
    batches: LiveBatches,
    *,
    part: Part = "all",
    columns: list[str] | None = None,
    ids: list[str] | None = None,
    chunks: list[str] | None = None,
    corrections: Mapping[str, str] = NO_CORRECTIONS,
) -> pd.DataFrame:
    """Rows in order of arrival: canonical columns and `columns` (None: all that the spec names).

    Texts are objects (None where missing), because scikit-learn does not take Arrow strings.
    """
    rows = rows_sql(
        settings, spec, batches, part=part, chunks=chunks, columns=columns, corrections=corrections
    )
    only = "" if ids is None else " WHERE _id IN (SELECT id FROM wanted)"
    with connect(settings, spec) as connection:
        if ids is not None:
            connection.register("wanted", pa.table({"id": pa.array(ids, pa.string())}))
        table = connection.sql(f"SELECT * FROM ({rows}){only} ORDER BY _seq, _id").to_arrow_table()
    return to_frame(table)


def read_delivery(settings: Settings, spec: ModelSpec, batch: LiveBatch) -> pd.DataFrame:
    """Rows of the log as one delivery brought them: `_id`, `_time` and the data columns, in any order.

    A version predicts them: what other deliveries say of the same rows is not asked for, which makes it four
    times as fast as `read_rows`.
    """
    columns = ["_id", "_time", *data_columns(spec)]
    names = ", ".join(map(quote, columns))
    files = row_files(settings, spec, (batch,), "log")
    if not files:
        return pd.DataFrame(columns=columns)
    paths = literals(str(file.path) for file in files)
    with connect(settings, spec) as connection:
        query = f"SELECT {names} FROM read_parquet([{paths}], union_by_name=true)"
        return to_frame(connection.sql(query).to_arrow_table())


def to_frame(table: pa.Table) -> pd.DataFrame:
    """An Arrow table as pandas, with texts as objects: one object for all cells of the same text."""
    texts = [field.name for field in table.schema if is_text(field.type)]
    objects = {name: _objects(table[name]) for name in texts}
    rest = table.drop_columns(texts).to_pandas() if len(texts) < table.num_columns else None
    frame: pd.DataFrame = pd.DataFrame(objects) if rest is None else rest.assign(**objects)
    return frame.reindex(columns=table.column_names)


def _objects(column: pa.ChunkedArray) -> pd.Series:
    """One Python text for all cells of a chunk that are the same, None where missing."""
    if not pa.types.is_dictionary(column.type):
        column = column.cast(pa.large_string()).dictionary_encode()
    parts = []
    for chunk in column.chunks:
        values = np.append(chunk.dictionary.to_numpy(zero_copy_only=False), [None])
        parts.append(values[chunk.indices.fill_null(len(values) - 1).to_numpy(zero_copy_only=False)])
    return pd.Series(np.concatenate(parts) if parts else [], dtype=object)
