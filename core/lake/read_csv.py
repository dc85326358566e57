"""CSV as texts: types are decided later, by what the model expects."""

import csv
import io
import re
from pathlib import Path

import pyarrow as pa
import pyarrow.csv as pc

from core.errors import UnreadableFile
from core.frames.table import Table
from core.lake.header import check_names
from core.lake.rows import to_frame

DELIMITERS = (",", ";", "\t")
RAGGED = re.compile(r"Row #(\d+): Expected (\d+) columns, got (\d+)")


def read_csv(path: Path) -> Table:
    """The rows of a CSV file in UTF-8; the delimiter is a comma, semicolon or tab.

    Raises:
        UnreadableFile: bytes that are not UTF-8 or rows of another length, with the line.
        SchemaError: a column has no name, or two have the same.
    """
    text = _decode(path)
    first = text.split("\n", 1)[0]
    delimiter = max(DELIMITERS, key=first.count)
    names = next(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter), [])
    check_names(path.name, names)
    try:
        table = pc.read_csv(
            io.BytesIO(text.encode()),
            read_options=pc.ReadOptions(use_threads=False),
            parse_options=pc.ParseOptions(delimiter=delimiter, newlines_in_values=True),
            convert_options=pc.ConvertOptions(column_types=dict.fromkeys(names, pa.string())),
        )
    except pa.ArrowInvalid as error:
        raise _ragged(path, str(error), _places(text, delimiter)) from error
    return Table(to_frame(table), path.name, lambda position: _place(text, delimiter, position))


def _decode(path: Path) -> str:
    data = path.read_bytes()
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise UnreadableFile(
            f"{path.name}: line {line:,} holds the byte 0x{data[error.start]:02x}, which is not UTF-8.",
            "Save the file as UTF-8 (it may mix encodings) and send it again.",
        ) from error


def _ragged(path: Path, message: str, lines: list[int]) -> UnreadableFile:
    found = RAGGED.search(message)
    if found is None:
        return UnreadableFile(
            f"{path.name}: this is not CSV ({message.splitlines()[0]}).", "Export the file again."
        )
    record, expected, got = (int(number) for number in found.groups())
    line = lines[record - 1] if record <= len(lines) else record
    return UnreadableFile(
        f"{path.name}: line {line:,} has {got} values where the header has {expected}.",
        "Correct the line; a value with a comma needs quotes.",
    )


def _place(text: str, delimiter: str, position: int) -> str:
    lines = _places(text, delimiter)
    line = lines[position + 1] if position + 1 < len(lines) else position + 2
    return f"row {position + 1:,} (line {line:,} of the file)"


def _places(text: str, delimiter: str) -> list[int]:
    """The line on which every record starts, the header first: quoted values may span lines."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    lines, start = [], 1
    try:
        for record in reader:
            if record:
                lines.append(start)
            start = reader.line_num + 1
    except csv.Error:
        return lines
    return lines
