"""SQL databases that rows are read from: found by the name of their connection, never written to."""

import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from difflib import get_close_matches
from typing import TypeAlias
from urllib.parse import unquote

import pyarrow as pa

from core.errors import DataError
from core.lake.readers.header import read_header
from core.lake.readers.normalise_types import plain
from core.lake.remotes.address import Address
from core.lake.remotes.databases import duck, postgres, sqlite
from core.lake.remotes.databases.protocol import Database
from core.lake.rows import to_frame
from core.lake.sql import quote
from core.settings import Settings
from core.tables.table import Table

LARGEST = 5_000_000
"""Rows that are read at once: above it a table is read piece by piece, as a source."""
SHOWN = 10
Errors: TypeAlias = tuple[type[Exception], ...]
PASSWORD = re.compile(r"://[^/:@]*:(.+)@|[?&]password=([^&]*)")


@contextmanager
def database(settings: Settings, name: str) -> Iterator[Database]:
    """The connection of that name, closed at the end.

    Raises:
        DataError: it is not configured, cannot be reached, or answers with an error; no password is told.
    """
    url = settings.connections.get(name)
    if url is None:
        raise DataError(f"There is no connection {name!r}.", _known_names(settings.connections))
    connect, errors = _kind(name, url)
    try:
        with connect(url) as connection:
            yield connection
    except errors as error:
        raise _failure(name, url, error) from error


def read_database(settings: Settings, where: Address, limit: int | None = None) -> Table:
    """The rows of a table or view; at most `limit` of them, in any order.

    Raises:
        DataError: connection or table are not there, or it holds more rows than are read at once.
    """
    with database(settings, where.place) as connection:
        table = find(connection, where)
        most = LARGEST if limit is None else limit
        rows = connection.fetch(f"SELECT * FROM {table_sql(table)} LIMIT {most + (limit is None):d}")
    if len(rows) > most:
        raise DataError(
            f"{where.name} holds more than {LARGEST:,} rows.",
            "Add it as a source with a watermark column: it is then taken in piece by piece.",
        )
    return as_table(where, rows)


def find(connection: Database, where: Address) -> tuple[str, ...]:
    """Schema and name of the table of an address.

    Raises:
        DataError: there is none; names like it are listed.
    """
    tables = connection.tables()
    if where.table in tables:
        return tables[where.table]
    near = get_close_matches(where.table, tables, n=3, cutoff=0.5)
    names = sorted({".".join(table) for table in tables.values()})
    listing = ", ".join(near or names[:SHOWN]) or "there are no tables"
    raise DataError(
        f"{where.place!r} has no table {where.table!r}.", f"{'Is it' if near else 'It has'}: {listing}?"
    )


def table_sql(table: tuple[str, ...]) -> str:
    """A table inside SQL, quoted."""
    return ".".join(quote(part) for part in table)


def as_table(where: Address, rows: pa.Table) -> Table:
    """Rows of a database as a table that arrived."""
    header = read_header(where.name, rows.column_names)
    readable, unread = plain({name: rows.column(at) for name, at in header.places.items()})
    return Table(to_frame(readable), where.name, unread=header.unread | unread)


def _kind(name: str, url: str) -> tuple[Callable[[str], AbstractContextManager[Database]], Errors]:
    scheme = url.partition(":")[0].partition("+")[0]
    if scheme in {"postgresql", "postgres"}:
        return postgres.connect, postgres.errors()
    if scheme == "sqlite":
        return sqlite.connect, sqlite.ERRORS
    if scheme == "duckdb":
        return duck.connect, duck.ERRORS
    raise DataError(
        f"The connection {name!r} names a kind of database that is not read here.",
        "Its URL begins with postgresql://, sqlite:/// or duckdb:///.",
    )


def _known_names(connections: Mapping[str, str]) -> str:
    if not connections:
        return 'Name one in CARETAKER_CONNECTIONS, e.g. {"shop": "postgresql://reader@db/shop"}.'
    return f"Known are: {', '.join(sorted(connections))}; more are named in CARETAKER_CONNECTIONS."


def _failure(name: str, url: str, error: Exception) -> DataError:
    lines = str(error).strip().splitlines()
    reason = lines[0].rstrip(".") if lines else type(error).__name__
    for secret in (url, *(part for parts in PASSWORD.findall(url) for part in parts if part)):
        reason = reason.replace(secret, "***").replace(unquote(secret), "***")
    return DataError(
        f"The connection {name!r} does not answer: {reason}.",
        "Check that the database runs, is reachable from this machine, and that the user may read it.",
    )
