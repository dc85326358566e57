"""Parquet as a table of numbers, texts, moments and bytes."""

from collections.abc import Mapping
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from core.errors import UnreadableFile
from core.lake.readers.header import Header, read_header
from core.lake.readers.limits import (
    LARGEST_PARQUET,
    check_cells,
    check_shape,
    check_size,
    too_large,
    value_type,
)
from core.lake.readers.normalise_types import plain
from core.lake.readers.vectors import NESTED, is_list
from core.lake.rows import share_columns
from core.tables.table import Table

PANDAS_INDEX = "__index_level_0__"
FOLDED = (pa.string(), pa.binary())
AT_ONCE = 4_000_000
"""Cells that are read before they are made plain, so that the whole file is not in memory twice."""


def read_parquet(path: Path) -> Table:
    """The rows of a Parquet file.

    Texts and bytes are read as places in a dictionary: so a file of a few bytes cannot unfold to many copies
    of a long one.

    Raises:
        UnreadableFile: the file is damaged or cut off, or too large.
        SchemaError: there are too many columns, or a cell is too long.
    """
    check_size(path, LARGEST_PARQUET)
    try:
        with pq.ParquetFile(path) as file:
            schema = file.schema_arrow
            check_shape(path.name, file.metadata.num_rows, len(schema.names))
            header = read_header(path.name, schema.names)
        frame, unread = _read(path, schema, header)
    except (pa.ArrowException, OSError, UnicodeDecodeError) as error:
        reason = (str(error).splitlines() or ["unreadable"])[0].rstrip(".")[:200]
        raise UnreadableFile(
            f"{path.name}: this is not a whole Parquet file ({reason}).",
            "It may have been cut off on its way: send it again.",
        ) from error
    return Table(frame, path.name, unread=header.unread | unread)


def _read(path: Path, schema: pa.Schema, header: Header) -> tuple[pd.DataFrame, dict[str, str]]:
    """The columns, whole and valid, and what is wrong with those that cannot be read.

    One column is read and made plain before the next, so that the cells are in memory once.

    Raises:
        pa.ArrowException: bytes are missing or wrong.
        SchemaError: a column holds a cell that is too long.
        UnreadableFile: more bytes unfold than are read at once.
    """
    fields = {name: schema.field(at) for name, at in header.places.items() if name != PANDAS_INDEX}
    unread = {name: NESTED for name, field in fields.items() if not _is_read(field.type)}
    read = [name for name in fields if name not in unread]
    order = sorted(read, key=lambda name: bool(pa.types.is_nested(fields[name].type)))  # vectors come last
    folded = [field.name for field in schema if value_type(field.type) in FOLDED]
    cells: dict[str, pd.Series] = {}
    with pq.ParquetFile(path, read_dictionary=folded) as file:
        about, rows = file.metadata, file.metadata.num_rows
        if sum(about.row_group(at).total_byte_size for at in range(about.num_row_groups)) > LARGEST_PARQUET:
            raise too_large(path.name, LARGEST_PARQUET)
        step = max(1, AT_ONCE // max(1, rows))
        for first in range(0, len(order), step):
            names = {name: fields[name].name for name in order[first : first + step]}
            columns = _columns(file, path.name, names)
            readable, unfit = plain(columns, beside=fields.keys() | cells.keys())
            cells |= share_columns(readable)
            unread |= unfit
    return pd.DataFrame(cells, index=range(rows), copy=False), unread


def _columns(file: pq.ParquetFile, source: str, names: Mapping[str, str]) -> dict[str, pa.ChunkedArray]:
    """Name -> column; `names`: name -> what the file calls it."""
    rows, table = file.metadata.num_rows, file.read(columns=list(names.values()), use_threads=False)
    table.validate(full=True)
    if len(table) != rows:
        raise pa.ArrowInvalid(f"it says {rows:,} rows and holds {len(table):,}")
    columns = {name: table[name_in_file] for name, name_in_file in names.items()}
    for name, column in columns.items():
        check_cells(source, name, column)
    return columns


def _is_read(kind: pa.DataType) -> bool:
    return is_list(kind) or not pa.types.is_nested(kind)
