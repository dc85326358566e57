"""How much is read at once: what is larger is refused before it fills the memory."""

from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from core.errors import DataError, SchemaError, UnreadableFile

LARGEST_TEXT = 1 << 30
"""Bytes of a CSV or JSON lines file, unpacked."""
LARGEST_PARQUET = 4 << 30
LARGEST_CELL = 16 << 20
"""Bytes of one cell: a picture or a long document."""
MOST_COLUMNS = 2_000
MOST_CELLS = 200_000_000
"""Rows x columns of a Parquet file as its own description says."""
SPLIT = "Split it into several files: they may come in any order."


def check_size(path: Path, largest: int) -> None:
    """Refuse a file by its size, unopened.

    Raises:
        UnreadableFile: it is larger than what is read at once.
    """
    if path.stat().st_size > largest:
        raise too_large(path.name, largest)


def too_large(source: str, largest: int) -> UnreadableFile:
    """The error for a file with more bytes than are read at once."""
    return UnreadableFile(f"{source} holds more than {largest >> 20:,} MB.", SPLIT)


def check_shape(source: str, rows: int, columns: int) -> None:
    """Refuse too many columns, or too many rows for so many columns.

    Raises:
        DataError: says what there is and what is the most.
    """
    if columns > MOST_COLUMNS:
        raise SchemaError(
            f"{source} has {columns:,} columns; at most {MOST_COLUMNS:,} are read.",
            "Send only the columns that the model reads, the id, the time, the answers and the label.",
        )
    if rows * columns > MOST_CELLS:
        raise DataError(f"{source} has {rows:,} rows of {columns:,} columns: too many at once.", SPLIT)


def check_cells(source: str, name: str, column: pa.ChunkedArray) -> None:
    """Refuse texts and bytes that are too long, each or together, and texts with nul characters.

    Raises:
        SchemaError: names the column.
    """
    kind, total = value_type(column.type), 0
    if not (is_text(kind) or pa.types.is_binary(kind) or pa.types.is_large_binary(kind)):
        return
    for chunk in column.chunks:
        values = chunk.dictionary if pa.types.is_dictionary(column.type) else chunk
        sizes = pc.binary_length(values)
        longest = pc.max(sizes).as_py() or 0
        if longest > LARGEST_CELL:
            raise SchemaError(
                f"{source}: column {name!r} holds a cell of {longest >> 20:,} MB.",
                f"A cell holds at most {LARGEST_CELL >> 20} MB: shorten it, or leave the column out.",
            )
        if is_text(kind) and pc.any(pc.match_substring(values, "\x00")).as_py():
            raise SchemaError(
                f"{source}: column {name!r} holds nul characters.",
                "The file may be damaged on its way, or text may be stored as binary: export it again.",
            )
        lengths = pc.take(sizes, chunk.indices) if pa.types.is_dictionary(column.type) else sizes
        total += pc.sum(lengths.cast(pa.int64())).as_py() or 0
    if total > LARGEST_TEXT:
        raise SchemaError(f"{source}: column {name!r} holds {total >> 20:,} MB.", SPLIT)


def value_type(kind: pa.DataType) -> pa.DataType:
    """The type of the cells, also where a column holds places in a dictionary."""
    return kind.value_type if pa.types.is_dictionary(kind) else kind


def is_text(kind: pa.DataType) -> bool:
    """Whether the cells are texts."""
    cell = value_type(kind)
    return bool(pa.types.is_string(cell) or pa.types.is_large_string(cell) or pa.types.is_string_view(cell))
