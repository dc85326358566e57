"""Read rows of the lake as a table. Pages never do: they read findings computed beforehand."""

import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cache
from pathlib import Path

import duckdb
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from core.lake.paths import Part, row_files
from core.lake.readers.limits import is_text
from core.lake.rows_view import NO_CORRECTIONS, data_columns, rows_sql
from core.lake.sql import quote
from core.lake.whole import whole
from core.model import ModelSpec
from core.settings import Settings
from core.tables.deliveries import LiveBatch, LiveBatches

pa.set_memory_pool(pa.system_memory_pool())  # gives back what is freed; the others keep half a file
THREADS = 2
MANY_IDS = 10_000
"""From so many on, DuckDB takes three times as long to look them up as Arrow does in what it gives."""


@contextmanager
def connect(settings: Settings, spec: ModelSpec) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection to a DuckDB in memory; what it registers or makes temporary is seen by no other.

    Raises:
        StoreError: a file of the model is gone or damaged; it is named.
    """
    with whole(settings.lake / str(spec.id)), _database().cursor() as connection:
        try:
            yield connection
        except duckdb.FatalException:  # the database answers nobody any more: the next ask another
            _database.cache_clear()
            raise


@cache
def _database() -> duckdb.DuckDBPyConnection:
    """The database of this process: to open one takes 30 ms, another connection to it .1.

    It keeps to few threads, because the worker runs several jobs on one machine, and no file in memory.
    """
    return duckdb.connect(config={"threads": THREADS, "enable_external_file_cache": False})


if hasattr(os, "register_at_fork"):
    os.register_at_fork(before=_database.cache_clear)  # its threads do not come along


def read_rows(
    settings: Settings,
    spec: ModelSpec,
    batches: LiveBatches,
    *,
    part: Part = "all",
    columns: list[str] | None = None,
    fields: Sequence[str] | None = None,
    ids: list[str] | pa.Array | None = None,
    chunks: list[str] | None = None,
    corrections: Mapping[str, str] = NO_CORRECTIONS,
) -> pd.DataFrame:
    """Rows in order of arrival: canonical columns (all, or `fields`) and `columns` (None: all of the spec).

    Texts are objects (None where missing), because scikit-learn does not take Arrow strings.
    """
    rows = rows_sql(
        settings, spec, batches, part=part, chunks=chunks, columns=columns, corrections=corrections
    )
    keys = None if ids is None else pa.array(ids, pa.string())
    few = keys is not None and len(keys) < MANY_IDS
    data = data_columns(spec) if columns is None else columns
    names = "*" if fields is None else ", ".join(map(quote, [*fields, *data]))
    only = " WHERE _id IN (SELECT id FROM wanted)" if few else ""
    with connect(settings, spec) as connection:
        if few:
            connection.register("wanted", pa.table({"id": keys}))
        table = connection.sql(f"SELECT {names} FROM ({rows}){only} ORDER BY _seq, _id").to_arrow_table()
    if keys is not None and not few:
        table = table.filter(pc.is_in(table["_id"].cast(pa.string()), value_set=keys))
    return to_frame(table)


def read_delivery(settings: Settings, spec: ModelSpec, batch: LiveBatch) -> pd.DataFrame:
    """Rows of the log as one delivery brought them: `_id`, `_time` and the data columns, in any order.

    A version predicts them: what other deliveries say of the same rows is not asked for, which makes it four
    times as fast as `read_rows`.
    """
    columns = ["_id", "_time", *data_columns(spec)]
    files = row_files(settings, spec, (batch,), "log")
    if not files:
        return pd.DataFrame(columns=columns)
    with whole(settings.lake / str(spec.id)):
        return to_frame(read_columns([file.path for file in files], columns))


def read_columns(paths: Sequence[Path], columns: list[str]) -> pa.Table:
    """Columns of some files one below the other; a column that a file lacks is unknown there."""
    parts = []
    for path in paths:
        with pq.ParquetFile(path) as file:
            known = set(file.schema_arrow.names)
            parts.append(file.read([name for name in columns if name in known], use_threads=False))
    table = pa.concat_tables(parts, promote_options="permissive")
    for name in columns:
        if name not in table.column_names:
            table = table.append_column(name, pa.nulls(len(table), pa.string()))
    return table.select(columns)


def share_columns(table: pa.Table) -> dict[str, pd.Series]:
    """The columns, as in `to_frame`; numbers stay where Arrow holds them, and nobody can write into them."""
    return {
        name: _objects(table[name]) if is_text(table[name].type) else table[name].to_pandas()
        for name in table.column_names
    }


def to_frame(table: pa.Table) -> pd.DataFrame:
    """An Arrow table as pandas, with texts as objects: one object for all cells of the same text."""
    texts = [field.name for field in table.schema if is_text(field.type)]
    objects = {name: _objects(table[name]) for name in texts if name != "_id"}
    if "_id" in texts:  # all are different
        objects["_id"] = pd.Series(table["_id"].to_numpy(zero_copy_only=False), dtype=object)
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
