"""A table that arrived, and the way back from a cell to its place in the file."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import pandas as pd

from core.errors import DataError, SchemaError

SHOWN = 40
"""Columns that a message names."""


def row_number(position: int) -> str:
    """A row as a person counts: data rows, from 1.

    >>> row_number(6)
    'row 7'
    """
    return f"row {position + 1:,}"


@dataclass(frozen=True, slots=True)
class Table:
    """What came in.

    Attributes:
        frame: the rows, numbered from 0.
        source: name of the file, for messages.
        place: position of a row -> "row 7 (line 8 of the file)".
        sha256: of the bytes it was read from, where a source looks at them again and again.
    """

    frame: pd.DataFrame
    source: str
    place: Callable[[int], str] = row_number
    sha256: str = ""


@contextmanager
def about(source: str) -> Iterator[None]:
    """Errors of the block are about this file: where several came, that one is told apart."""
    try:
        yield
    except DataError as error:
        error.source = error.source or source
        raise


def cell_error(table: Table, column: str, position: int, problem: str, hint: str) -> SchemaError:
    """An error that names file, column and row."""
    where = f"{table.source}: column {column!r}, {table.place(position)}"
    error = SchemaError(f"{where}: {problem}.", hint)
    error.column, error.row = column, position + 1
    return error


def require_columns(table: Table, columns: list[str]) -> None:
    """Refuse a table that lacks one of these columns.

    Raises:
        SchemaError: names what is missing and what there is.
    """
    missing = [name for name in columns if name not in table.frame.columns]
    if missing:
        found = ", ".join(map(str, table.frame.columns[:SHOWN]))
        found += f" and {len(table.frame.columns) - SHOWN:,} more" if len(table.frame.columns) > SHOWN else ""
        names = ", ".join(map(repr, missing))
        error = SchemaError(
            f"{table.source}: missing {'columns' if len(missing) > 1 else 'column'} {names}.",
            f"The file has: {found}. Rename or add the column and send the file again.",
        )
        error.column = missing[0]
        raise error


def require_rows(table: Table) -> None:
    """Refuse a table without rows, with unnamed or reserved columns.

    Raises:
        SchemaError: says which.
    """
    if table.frame.empty:
        raise SchemaError(
            f"{table.source}: there is a header but no row of data.", "Send a file with at least one row."
        )
    reserved = [name for name in table.frame.columns if str(name).startswith("_")]
    if reserved:
        raise SchemaError(
            f"{table.source}: column {reserved[0]!r} starts with an underscore, which is kept for Caretaker.",
            "Rename the column.",
        )
