"""JSON lines: one object a line."""

import json
from pathlib import Path
from typing import Any

import pandas as pd

from core.errors import UnreadableFile
from core.lake.readers import vectors
from core.lake.readers.header import read_header
from core.lake.readers.limits import LARGEST_CELL
from core.lake.readers.text import read_text
from core.tables.table import Table, row_number

BEYOND = 2**63
"""The first whole number that 64 bits with a sign do not hold."""
MOST_DIGITS = 20
"""Of a number of 64 bits, with its sign."""


def read_jsonl(path: Path) -> Table:
    """The rows of a JSON lines file; a key that a line lacks is missing there.

    Raises:
        UnreadableFile: a line is not a JSON object; it is named.
        SchemaError: there are too many keys.
    """
    rows: list[dict[str, Any]] = []
    lines: list[int] = []
    for number, line in enumerate(read_text(path).split(b"\n"), start=1):
        if line.strip():
            rows.append(_row(path.name, number, line))
            lines.append(number)
    keys = list(dict.fromkeys(key for row in rows for key in row))
    header = read_header(path.name, keys)
    names = {keys[at]: name for name, at in header.places.items()}
    # objects, because whole numbers beside missing ones would become floats and lose digits
    frame = pd.DataFrame(rows, dtype=object, columns=list(names)).rename(columns=names)
    frame, unread = _with_vectors(frame, _first_nested(rows, lines, names))

    def place(position: int) -> str:
        line = lines[position]
        same = line == position + 1
        return row_number(position) + ("" if same else f" (line {line:,} of the file)")

    return Table(frame, path.name, place, unread=header.unread | unread)


def _with_vectors(frame: pd.DataFrame, nested: dict[str, int]) -> tuple[pd.DataFrame, dict[str, str]]:
    """Vectors as a column for each of their places; other lists and records with what is wrong.

    Args:
        frame: all columns.
        nested: name -> first line in which its cell is a list or a record.
    """
    parts, unread = [frame.drop(columns=list(nested))], {}
    for name, line in nested.items():
        try:
            numbers = vectors.of_lists(frame[name].where(frame[name].notna(), None).tolist())
            parts.append(pd.DataFrame(vectors.columns(name, numbers, frame.columns)))
        except vectors.NoVectorError as error:
            unread[name] = f"{error} (line {line:,})"
    return pd.concat(parts, axis=1), unread


def _first_nested(rows: list[dict[str, Any]], lines: list[int], names: dict[str, str]) -> dict[str, int]:
    """Columns of which a cell is a list or a record -> the first line of one."""
    first: dict[str, int] = {}
    for line, row in zip(lines, rows, strict=True):
        for key, value in row.items():
            if isinstance(value, dict | list) and key in names:
                first.setdefault(names[key], line)
    return first


def _row(source: str, number: int, line: bytes) -> dict[str, Any]:
    if len(line) > LARGEST_CELL:
        raise UnreadableFile(
            f"{source}: line {number:,} is longer than {LARGEST_CELL >> 20} MB.", "Write one object a line."
        )
    try:
        row = json.loads(line, object_pairs_hook=_unique, parse_int=whole)
    except (ValueError, RecursionError) as error:
        reason = str(error).split(";", 1)[0] if not isinstance(error, RecursionError) else "too deeply nested"
        raise UnreadableFile(
            f"{source}: line {number:,} is not a JSON object ({reason}).",
            "Write one object a line, in UTF-8.",
        ) from error
    if not isinstance(row, dict):
        raise UnreadableFile(
            f"{source}: line {number:,} is not an object.",
            'Write lines like {"id": 1, "price": 9.5}.',
        )
    if b"\\u" in line:
        _refuse_escapes(source, number, row)
    return {key: str(value).lower() if isinstance(value, bool) else value for key, value in row.items()}


def _refuse_escapes(source: str, number: int, row: dict[str, Any]) -> None:
    r"""Nul characters and halves of characters (`\ud800`) cannot be stored as text."""
    texts = [text for pair in row.items() for text in pair if isinstance(text, str)]
    if any("\x00" in text or any("\ud800" <= sign <= "\udfff" for sign in text) for text in texts):
        raise UnreadableFile(
            f"{source}: line {number:,} holds a nul or half a character as \\u....",
            "Write whole characters in UTF-8.",
        )


def whole(digits: str) -> int | str:
    """A whole number of 64 bits; a longer one stays the text that it is, an id or the fault of its cell.

    >>> whole("42"), whole("-9223372036854775809")
    (42, '-9223372036854775809')
    """
    number = int(digits) if len(digits) <= MOST_DIGITS else None
    return number if number is not None and -BEYOND <= number < BEYOND else digits


class _TwiceError(ValueError):
    """A key occurs twice in one object."""


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    row = dict(pairs)
    if len(row) < len(pairs):
        raise _TwiceError("a key occurs twice")
    return row
