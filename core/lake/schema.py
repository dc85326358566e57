"""What the lake knows of a model's columns and ids: the contract for the next file."""

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from core.frames.batches import LiveBatches
from core.frames.columns import ColumnKind
from core.frames.spec import ModelSpec
from core.lake.paths import row_files
from core.lake.rows import connect, read_rows
from core.lake.sql import listed
from core.lake.view import data_columns
from core.settings import Settings


def column_kinds(settings: Settings, spec: ModelSpec, batches: LiveBatches) -> dict[str, ColumnKind]:
    """Kind of every data column, as the first file of the model has it; empty without files."""
    files = row_files(settings, spec, batches)
    if not files:
        return {}
    schema = pq.read_schema(files[0].path)
    return {name: _kind(schema.field(name).type) for name in data_columns(spec)}


def known_rows(settings: Settings, spec: ModelSpec, batches: LiveBatches, ids: list[str]) -> pd.DataFrame:
    """Of these ids, those that arrived before: `_seq`, `_chunk`, `_part` by `_id`."""
    frame = read_rows(settings, spec, batches, columns=[], ids=ids)
    return frame.set_index("_id")[["_seq", "_chunk", "_part"]]


def next_position(settings: Settings, spec: ModelSpec, batches: LiveBatches) -> int:
    """The position (`_seq`) of the next row that arrives."""
    files = row_files(settings, spec, batches)
    if not files:
        return 0
    paths = listed(str(file.path) for file in files)
    with connect() as connection:
        row = connection.execute(f"SELECT max(_seq) + 1 FROM read_parquet([{paths}])").fetchone()
    return int(row[0]) if row else 0


def _kind(kind: pa.DataType) -> ColumnKind:
    if pa.types.is_integer(kind) or pa.types.is_floating(kind):
        return "number"
    if pa.types.is_binary(kind):
        return "bytes"
    return "text"
