"""Parquet as a table of numbers, texts, moments and bytes."""

from pathlib import Path

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
from core.lake.rows import to_frame
from core.tables.table import Table

PANDAS_INDEX = "__index_level_0__"
FOLDED = (pa.string(), pa.binary())


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
        columns = _read(path, schema, header)
    except (pa.ArrowException, OSError, UnicodeDecodeError) as error:
        reason = (str(error).splitlines() or ["unreadable"])[0].rstrip(".")[:200]
        raise UnreadableFile(
            f"{path.name}: this is not a whole Parquet file ({reason}).",
            "It may have been cut off on its way: send it again.",
        ) from error
    readable, unread = plain({name: column for name, column in columns.items() if name != PANDAS_INDEX})
    unread |= {name: NESTED for name in header.places if name not in columns}
    return Table(to_frame(readable), path.name, unread=header.unread | unread)


def _read(path: Path, schema: pa.Schema, header: Header) -> dict[str, pa.ChunkedArray]:
    """Name -> column, whole and valid; but those of records and of lists that are no numbers.

    Raises:
        pa.ArrowException: bytes are missing or wrong.
        SchemaError: a column holds a cell that is too long.
        UnreadableFile: more bytes unfold than are read at once.
    """
    fields = {name: schema.field(at) for name, at in header.places.items()}
    flat = {
        name: field.name
        for name, field in fields.items()
        if is_list(field.type) or not pa.types.is_nested(field.type)
    }
    folded = [field.name for field in schema if value_type(field.type) in FOLDED]
    with pq.ParquetFile(path, read_dictionary=folded) as file:
        about, rows = file.metadata, file.metadata.num_rows
        if sum(about.row_group(at).total_byte_size for at in range(about.num_row_groups)) > LARGEST_PARQUET:
            raise too_large(path.name, LARGEST_PARQUET)
        table = file.read(columns=list(flat.values()))
    table.validate(full=True)
    if len(table) != rows:
        raise pa.ArrowInvalid(f"it says {rows:,} rows and holds {len(table):,}")
    columns = dict(zip(flat, table.columns, strict=True))
    for name, column in columns.items():
        check_cells(path.name, name, column)
    return columns
