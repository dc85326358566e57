"""What the lake knows of a model's columns and ids: the contract for the next file."""

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from core.lake.paths import row_files
from core.lake.rows import connect, to_frame
from core.lake.rows_view import data_columns
from core.lake.sql import literal, literals
from core.lake.whole import whole
from core.model import ModelSpec
from core.settings import Settings
from core.tables.deliveries import LiveBatches
from core.tables.values.columns import ColumnKind


def column_kinds(settings: Settings, spec: ModelSpec, batches: LiveBatches) -> dict[str, ColumnKind]:
    """Kind of every data column, as the first file of the model has it; empty without files."""
    files = row_files(settings, spec, batches)
    if not files:
        return {}
    with whole(settings.lake / str(spec.id)):
        schema = pq.read_schema(files[0].path)
    return {name: _kind(schema.field(name).type) for name in data_columns(spec)}


def known_rows(settings: Settings, spec: ModelSpec, batches: LiveBatches, ids: pd.Series) -> pd.DataFrame:
    """Of these ids, those that arrived before: `_seq`, `_chunk`, `_part` by `_id`.

    All versions of a row stand in the same place, so that any of them will do.
    """
    parts = [pd.DataFrame({"_id": [], "_seq": [], "_chunk": [], "_part": []}, dtype=object)]
    with connect(settings, spec) as connection:
        connection.register("wanted", pa.table({"_id": pa.array(ids, pa.string())}))
        for part in ("training", "log"):
            files = row_files(settings, spec, batches, part)
            if files:
                paths = literals(str(file.path) for file in files)
                known = connection.sql(
                    f"SELECT _id, min(_seq) AS _seq, min(_chunk) AS _chunk, {literal(part)} AS _part "
                    f"FROM read_parquet([{paths}]) SEMI JOIN wanted USING (_id) GROUP BY _id"
                )
                parts.append(to_frame(known.to_arrow_table()))
    frame = pd.concat([piece for piece in parts if len(piece)] or parts, ignore_index=True)
    return frame.set_index("_id")


def next_position(settings: Settings, spec: ModelSpec, batches: LiveBatches) -> int:
    """The position (`_seq`) of the next row that arrives."""
    files = row_files(settings, spec, batches)
    if not files:
        return 0
    paths = literals(str(file.path) for file in files)
    with connect(settings, spec) as connection:
        row = connection.execute(f"SELECT max(_seq) + 1 FROM read_parquet([{paths}])").fetchone()
    return int(row[0]) if row else 0


def _kind(kind: pa.DataType) -> ColumnKind:
    if pa.types.is_integer(kind) or pa.types.is_floating(kind):
        return "number"
    if pa.types.is_binary(kind):
        return "bytes"
    return "text"
