"""CSV as texts: types are decided later, by what the model expects."""

import csv
import io
import re
from functools import cache
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.csv as pc

from core.errors import UnreadableFile
from core.lake.readers.header import read_header
from core.lake.readers.limits import LARGEST_CELL, check_cells
from core.lake.readers.text import read_text
from core.lake.rows import to_frame
from core.tables.table import Table

DELIMITERS = (",", ";", "\t", "|")
RAGGED = re.compile(r"Row #(\d+): Expected (\d+) columns, got (\d+)")
LONG = "straddling object"


def read_csv(path: Path) -> Table:
    """The rows of a CSV file; the delimiter is a comma, semicolon, tab or bar.

    Raises:
        UnreadableFile: bytes that are not text, an open quote, or rows of another length, with the line.
        SchemaError: there are too many columns, or a cell is too long.
    """
    data = read_text(path)
    first = re.split(rb"[\r\n]", data.lstrip(b"\r\n"), maxsplit=1)[0].decode()
    delimiter = max(DELIMITERS, key=first.count)
    try:
        named: list[str] = next((record for record in _records(data, delimiter) if record), [])
    except csv.Error as error:
        raise _no_csv(path, str(error)) from error
    header = read_header(path.name, named)
    try:
        table = pc.read_csv(
            io.BytesIO(data),
            read_options=pc.ReadOptions(use_threads=False, block_size=LARGEST_CELL),
            parse_options=pc.ParseOptions(delimiter=delimiter, newlines_in_values=True),
            convert_options=pc.ConvertOptions(column_types=dict.fromkeys(named, pa.string())),
        )
    except pa.ArrowInvalid as error:
        raise _unread(path, str(error), data, delimiter) from error
    columns = {name: table.column(at) for name, at in header.places.items()}
    for name, column in columns.items():
        check_cells(path.name, name, column)
    lines = cache(lambda: _places(data, delimiter))  # many rows may be listed
    if _open_quote(data, delimiter, table):
        raise UnreadableFile(
            f"{path.name}: {_place(lines(), len(table) - 1)} opens a quote that never closes.",
            "Close the quote, or send the file again: it may have been cut off.",
        )
    return Table(
        to_frame(pa.table(columns)),
        path.name,
        lambda position: _place(lines(), position),
        unread=header.unread,
    )


def _open_quote(data: bytes, delimiter: str, table: pa.Table) -> bool:
    """Whether the last cell runs to the end of the file because its quote was never closed."""
    if not len(table):
        return False
    last = (table.column(table.num_columns - 1)[-1].as_py() or "").replace('"', '""').encode()
    if not last:
        return data.endswith((f'{delimiter}"'.encode(), b'\n"', b'\r"'))
    return bool(last.strip(b'"')) and data.endswith(b'"' + last)


def _unread(path: Path, message: str, data: bytes, delimiter: str) -> UnreadableFile:
    if LONG in message:
        return UnreadableFile(
            f"{path.name}: a row is longer than {LARGEST_CELL >> 20} MB.",
            "A quote may not be closed; else shorten the cell, or leave the column out.",
        )
    ragged = RAGGED.search(message)
    if ragged is None:
        return _no_csv(path, message)
    record, expected, got = (int(number) for number in ragged.groups())
    lines = _places(data, delimiter)
    line = lines[record - 1] if record <= len(lines) else record
    return UnreadableFile(
        f"{path.name}: line {line:,} has {got} values where the header has {expected}.",
        "Correct the line; a value with a comma needs quotes.",
    )


def _no_csv(path: Path, message: str) -> UnreadableFile:
    reason = (message.splitlines() or ["no rows"])[0].rstrip(".")[:200]
    return UnreadableFile(f"{path.name}: this is not CSV ({reason}).", "Export the file again.")


def _place(lines: list[int], position: int) -> str:
    line = lines[position + 1] if position + 1 < len(lines) else position + 2
    return f"row {position + 1:,} (line {line:,} of the file)"


def _places(data: bytes, delimiter: str) -> list[int]:
    """The line on which every record starts, the header first: quoted values may span lines."""
    records = _records(data, delimiter)
    lines, start = [], 1
    try:
        for record in records:
            if record:
                lines.append(start)
            start = records.line_num + 1
    except csv.Error:
        return lines
    return lines


def _records(data: bytes, delimiter: str) -> Any:
    lines = io.TextIOWrapper(io.BytesIO(data), encoding="utf-8", newline="")
    return csv.reader(lines, delimiter=delimiter)
