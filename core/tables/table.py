"""A table that arrived, and the way back from a cell to its place in the file."""

import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from http import HTTPStatus

import numpy as np
import numpy.typing as npt
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
        origin: where each row stood among those that came, when some were left out.
        unread: columns that came but cannot be read -> what is wrong; they matter only where they are needed.
    """

    frame: pd.DataFrame
    source: str
    place: Callable[[int], str] = row_number
    sha256: str = ""
    origin: npt.NDArray[np.intp] | None = None
    unread: Mapping[str, str] = field(default_factory=dict)

    def row(self, position: int) -> int:
        """Number of the data row in the file, from 1."""
        return (position if self.origin is None else int(self.origin[position])) + 1

    def select(self, positions: npt.NDArray[np.intp]) -> "Table":
        """Only these rows; they still know their places."""
        place = self.place
        return replace(
            self,
            frame=self.frame.iloc[positions].reset_index(drop=True),
            place=lambda position: place(int(positions[position])),
            origin=positions if self.origin is None else self.origin[positions],
        )


@contextmanager
def about(source: str) -> Iterator[None]:
    """Errors of the block are about this file: where several came, that one is told apart."""
    try:
        yield
    except DataError as error:
        error.source = error.source or source
        raise


def cell_error(table: Table, column: str, position: int, problem: str, hint: str) -> SchemaError:
    """An error that names file, column and row.

    >>> table = Table(pd.DataFrame({"x": ["?"]}), "a.csv")
    >>> str(cell_error(table, "x", 0, "is no number", "Write a number."))
    "a.csv: column 'x', row 1: is no number. Write a number."
    """
    error = SchemaError(f"{table.source}: {_cell(table, column, position)}: {problem}.", hint)
    error.column, error.row = column, table.row(position)
    return error


class CellsError(SchemaError):
    """Cells of a column that do not fit, each for a reason of its row; the message names the first.

    Next: correct these cells and send the file again; a few of many rows are left out and listed instead.

    Attributes:
        positions: of all such rows in the table, in order; at least one.
        problem: position -> what is wrong there.
        empty: whether nothing stands in these cells, where something is needed.
        first: column, place and problem of the first one.
    """

    http_status = HTTPStatus.UNPROCESSABLE_ENTITY

    def __init__(
        self,
        table: Table,
        column: str,
        positions: npt.NDArray[np.intp],
        problem: Callable[[int], str],
        hint: str,
        *,
        empty: bool = False,
    ) -> None:
        at = int(positions[0])
        self.first = f"{_cell(table, column, at)}: {problem(at)}"
        self._source = table.source
        super().__init__(f"{table.source}: {self.first}.", hint)
        self.column, self.row = column, table.row(at)
        self.positions, self.problem, self.empty = positions, problem, empty

    def of_many(self, count: int, rows: int) -> SchemaError:
        """The refusal of a file of so many rows, of which so many are like that."""
        many = "" if count == 1 else f", and {count:,} of {rows:,} rows are like that"
        error = SchemaError(f"{self._source}: {self.first}{many}.", self.hint)
        error.column, error.row = self.column, self.row
        return error


def _cell(table: Table, column: str, position: int) -> str:
    return f"column {column!r}, {table.place(position)}"


def require_columns(table: Table, columns: list[str]) -> None:
    """Refuse a table that lacks one of these columns.

    Raises:
        SchemaError: names what is missing and what there is.
    """
    missing = [name for name in columns if name not in table.frame.columns]
    parts = (part for name in missing for part in (name, vector_of(name)))
    unread = next((part for part in parts if part in table.unread), None)
    if unread is not None:
        unfit = SchemaError(
            f"{table.source}: column {unread!r} {table.unread[unread]}.", "It is needed: correct the column."
        )
        unfit.column = unread
        raise unfit
    if missing:
        columns_text = ", ".join(map(str, table.frame.columns[:SHOWN]))
        columns_text += (
            f" and {len(table.frame.columns) - SHOWN:,} more" if len(table.frame.columns) > SHOWN else ""
        )
        names = ", ".join(map(repr, missing))
        error = SchemaError(
            f"{table.source}: missing {'columns' if len(missing) > 1 else 'column'} {names}.",
            f"The file has: {columns_text}. Rename or add the column and send the file again.",
        )
        error.column = missing[0]
        raise error


def vector_of(name: str) -> str:
    """The column whose lists are read as columns of such names, or what numbered columns are called.

    >>> vector_of("emb_12"), vector_of("price")
    ('emb', 'price')
    """
    return re.sub(r"[_.-]*\d*$", "", name)


def require_rows(table: Table) -> None:
    """Refuse a table without rows, or of which no column can be read.

    Raises:
        SchemaError: says which.
    """
    if not len(table.frame.columns) and table.unread:
        name, problem = next(iter(table.unread.items()))
        raise SchemaError(
            f"{table.source}: no column can be read: {name!r} {problem}.", "Correct the columns."
        )
    if table.frame.empty:
        raise SchemaError(
            f"{table.source}: there is a header but no row of data.", "Send a file with at least one row."
        )
