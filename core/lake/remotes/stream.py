"""A SQL table that grows: its rows in order of a watermark column, block by block."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from difflib import get_close_matches
from hashlib import blake2b
from typing import Any

import pyarrow as pa

from core.errors import DataError
from core.lake.remotes.address import Address
from core.lake.remotes.connections import as_table, database, find, table_sql
from core.lake.remotes.databases.arrow_rows import cell_text
from core.lake.remotes.watermark import back, encode, to_json
from core.lake.sql import quote
from core.settings import Settings
from core.tables.table import Table

DECIMALS = ("NUMERIC", "DECIMAL")
DIGEST = 8
"""Bytes that tell rows apart which stand at the same watermark."""


@dataclass(frozen=True, slots=True)
class Start:
    """Where to go on: at a watermark (None: at the first), or after the row with that watermark and key."""

    mark: Any = None
    key: Any = None


@dataclass(frozen=True, slots=True)
class Block:
    """Rows in order, with the watermark, key and hash of each."""

    table: Table
    marks: Sequence[Any]
    keys: Sequence[Any]
    digests: Sequence[bytes]


def check(settings: Settings, where: Address, column: str | None, key: str, look_back: float) -> None:
    """Refuse a table that cannot be read in this way.

    Raises:
        DataError: it is not there, or lacks the watermark column or the id; a look back before a text.
    """
    with database(settings, where.place) as connection:
        columns = connection.columns(find(connection, where))
    listing = ", ".join(columns)
    if column is None:
        raise DataError(
            f"{where.name} needs a watermark column: one that only grows, e.g. when a row was written.",
            f"Say --watermark with one of: {listing}.",
        )
    for name, what in ((column, "watermark column"), (key, "id column")):
        if name not in columns:
            near = get_close_matches(name, columns, n=3, cutoff=0.5)
            raise DataError(f"{where.name} has no {what} {name!r}.", f"It has: {', '.join(near) or listing}.")
    block = read_block(settings, where, column, key, Start(), 1)
    if look_back and block.marks:
        back(encode(block.marks[0]), look_back)


def read_block(settings: Settings, where: Address, column: str, key: str, start: Start, size: int) -> Block:
    """The next rows in order of watermark and key; rows without a watermark are never among them.

    Raises:
        DataError: the database does not answer, or the table is gone.
    """
    with database(settings, where.place) as connection:
        table = find(connection, where)
        kinds = connection.columns(table)
        mark, row = quote(column), quote(key)
        limits, values = f"{mark} IS NOT NULL", []
        if start.key is not None:
            at, one = connection.cast(kinds[column]), connection.cast(kinds[key])
            limits += f" AND ({mark} > {at} OR ({mark} = {at} AND {row} > {one}))"
            values = [start.mark, start.mark, start.key]
        elif start.mark is not None:
            limits += f" AND {mark} >= {connection.cast(kinds[column])}"
            values = [_exact(start.mark, kinds[column])]
        # names with an underscore are kept for Caretaker, and often for the tool that fills the table
        names = [name for name in kinds if not name.startswith("_")]
        selected = ", ".join(quote(name) for name in [*names, *({column} - set(names))])
        rows = connection.fetch(
            f"SELECT {selected} FROM {table_sql(table)} WHERE {limits} ORDER BY {mark}, {row} LIMIT {size:d}",
            values,
        )
    table_rows = as_table(where, rows.select(names))
    return Block(table_rows, rows[column].to_pylist(), rows[key].to_pylist(), _digests(rows))


def _exact(mark: Any, kind: str) -> Any:
    """A double that stands for a decimal, as one: PostgreSQL would round it to 15 digits."""
    return Decimal(repr(mark)) if isinstance(mark, float) and kind.upper().startswith(DECIMALS) else mark


def _digests(rows: pa.Table) -> list[bytes]:
    """The same row has the same hash, whatever rows it was read with."""
    columns = [[_cell_text(value) for value in rows[name].to_pylist()] for name in sorted(rows.column_names)]
    return [
        blake2b("\x1f".join(cells).encode(), digest_size=DIGEST).digest()
        for cells in zip(*columns, strict=True)
    ]


def _cell_text(value: Any) -> str:
    """A number is the same text in whichever block it stands, and in whichever type."""
    if value is None or value != value:  # noqa: PLR0124 - not a number
        return ""
    if isinstance(value, Decimal):
        return to_json(value)
    return cell_text(value)
