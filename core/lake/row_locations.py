"""Where rows lie: in which part of the lake and which chunk, and where the log ends; how long labels take."""

from collections.abc import Iterable

import numpy as np
import pyarrow as pa

from core.lake.paths import row_files
from core.lake.rows import connect, read_columns
from core.lake.rows_view import fixed_delay, lag_sql, newest_versions_sql, rows_sql
from core.lake.whole import whole
from core.model import ModelSpec
from core.settings import Settings
from core.tables.chunks import CALENDAR
from core.tables.deliveries import LiveBatches, chunks_of


def locate_rows(
    settings: Settings, spec: ModelSpec, batches: LiveBatches, ids: Iterable[str]
) -> dict[str, list[tuple[str, str]]]:
    """Row id -> its (part, chunk) pairs."""
    row_ids = list(ids)
    if not row_ids:
        return {}
    rows = rows_sql(settings, spec, batches, columns=[])
    with connect(settings, spec) as connection:
        connection.register("wanted", pa.table({"id": pa.array(row_ids, pa.string())}))
        triples = connection.execute(
            f"SELECT _id, _part, _chunk FROM ({rows}) WHERE _id IN (SELECT id FROM wanted) ORDER BY ALL"
        ).fetchall()
    placed: dict[str, list[tuple[str, str]]] = {}
    for row_id, part, chunk in triples:
        placed.setdefault(row_id, []).append((part, chunk))
    return placed


def log_end(settings: Settings, spec: ModelSpec, batches: LiveBatches) -> str | None:
    """Where the log ends: its newest moment (ISO), else the position of its newest row; None without a log.

    Keys of calendar chunks are in the order of time, so that only the last one is read.
    """
    chunks = chunks_of(batches, "predictions")
    chunks = chunks[-1:] if spec.chunk in CALENDAR else chunks
    files = row_files(settings, spec, batches, "log", chunks)
    if not files:
        return None
    with connect(settings, spec) as connection:
        query = f"SELECT max(_time), max(_seq) FROM ({newest_versions_sql(files, chunks)})"
        [[moment, position]] = connection.execute(query).fetchall()
    return str(position) if moment is None else str(moment.isoformat())


def label_lag(settings: Settings, spec: ModelSpec, batches: LiveBatches) -> float | None:
    """Seconds that a label takes in the reference period; None where nothing says so."""
    if spec.roles.label_available_at is None:  # no row does
        return fixed_delay(spec)
    with connect(settings, spec) as connection:
        [[seconds]] = connection.execute(lag_sql(settings, spec, batches)).fetchall()
    return None if seconds is None else float(seconds)


def first_brought(settings: Settings, spec: ModelSpec, batches: LiveBatches, after: int) -> pa.Table:
    """Rows of the log that no delivery up to `after` brought: `_id`, and `batch`, which brought it first.

    Only chunks that a later delivery touched are read.
    """
    later = {
        chunk
        for batch in batches
        if batch.kind == "predictions" and batch.id > after
        for chunk in batch.chunks
    }
    files = row_files(settings, spec, batches, "log", sorted(later))
    parts = [pa.table({"_id": pa.array([], pa.string()), "batch": pa.array([], pa.int64())})]
    with whole(settings.lake / str(spec.id)):
        for file in sorted(files, key=lambda file: file.batch):
            ids = read_columns([file.path], ["_id"])
            parts.append(ids.append_column("batch", pa.repeat(file.batch, len(ids))))
    rows = pa.concat_tables(parts, promote_options="permissive").combine_chunks()
    # ids are numbered in the order in which they come first: a number above all before it is a new id
    numbers = rows["_id"].combine_chunks().dictionary_encode().indices.to_numpy()
    new = numbers > np.maximum.accumulate(np.concatenate([[-1], numbers]))[:-1]
    return rows.filter(pa.array(new & (rows["batch"].to_numpy() > after)))
