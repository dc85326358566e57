"""SQL databases that rows are read from: found by the name of their connection, never written to."""

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from difflib import get_close_matches
from typing import Any, Protocol
from urllib.parse import unquote

import pyarrow as pa

from core.errors import DataError
from core.lake.readers.header import checked_names
from core.lake.readers.normalise_types import plain
from core.lake.remotes.address import Address
from core.lake.rows import to_frame
from core.lake.sql import quote
from core.settings import Settings
from core.tables.table import Table

LARGEST = 5_000_000
"""Rows that are read at once: above it a table is read piece by piece, as a source."""
SHOWN = 10
PASSWORD = re.compile(r"://[^/:@]*:(.+)@|[?&]password=([^&]*)")


class Database(Protocol):
    """An open, read-only connection."""

    def tables(self) -> dict[str, tuple[str, ...]]:
        """Names by which people may call a table or view -> its schema and name."""

    def columns(self, table: tuple[str, ...]) -> dict[str, str]:
        """Column -> type, in order."""

    def cast(self, kind: str) -> str:
        """`MARK` as a value of the type of a column."""

    def fetch(self, sql: str, values: Sequence[Any] = ()) -> pa.Table:
        """The rows of a SELECT; `MARK` stands for a value in it."""

    def close(self) -> None:
        """Let go of the connection."""


@contextmanager
def database(settings: Settings, name: str) -> Iterator[Database]:
    """The connection of that name, closed at the end.

    Raises:
        DataError: it is not configured, cannot be reached, or answers with an error; no password is told.
    """
    url = settings.connections.get(name)
    if url is None:
        raise DataError(f"There is no connection {name!r}.", _known(settings.connections))
    opened, errors = _opener(name, url)
    try:
        with opened(url) as connection:
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
        rows = connection.fetch(f"SELECT * FROM {named(table)} LIMIT {most + (limit is None):d}")
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
    names = sorted({".".join(each) for each in tables.values()})
    shown = ", ".join(near or names[:SHOWN]) or "there are no tables"
    raise DataError(
        f"{where.place!r} has no table {where.table!r}.", f"{'Is it' if near else 'It has'}: {shown}?"
    )


def named(table: tuple[str, ...]) -> str:
    """A table inside SQL, quoted."""
    return ".".join(quote(part) for part in table)


def as_table(where: Address, rows: pa.Table) -> Table:
    """Rows of a database as a table that arrived."""
    names = checked_names(where.name, rows.column_names)
    kept, unread = plain({name: rows.column(at) for at, name in enumerate(names)})
    return Table(to_frame(kept), where.name, unread=unread)


def _opener(name: str, url: str) -> tuple[Any, tuple[type[Exception], ...]]:
    scheme = url.partition(":")[0].partition("+")[0]
    if scheme in {"postgresql", "postgres"}:
        from core.lake.remotes import postgres

        return postgres.opened, postgres.errors()
    if scheme == "sqlite":
        from core.lake.remotes import sqlite

        return sqlite.opened, sqlite.ERRORS
    if scheme == "duckdb":
        from core.lake.remotes import duck

        return duck.opened, duck.ERRORS
    raise DataError(
        f"The connection {name!r} names a kind of database that is not read here.",
        "Its URL begins with postgresql://, sqlite:/// or duckdb:///.",
    )


def _known(connections: Mapping[str, str]) -> str:
    if not connections:
        return 'Name one in CARETAKER_CONNECTIONS, e.g. {"shop": "postgresql://reader@db/shop"}.'
    return f"Known are: {', '.join(sorted(connections))}; more are named in CARETAKER_CONNECTIONS."


def _failure(name: str, url: str, error: Exception) -> DataError:
    lines = str(error).strip().splitlines()
    reason = lines[0].rstrip(".") if lines else type(error).__name__
    for secret in (url, *(part for found in PASSWORD.findall(url) for part in found if part)):
        reason = reason.replace(secret, "***").replace(unquote(secret), "***")
    return DataError(
        f"The connection {name!r} does not answer: {reason}.",
        "Check that the database runs, is reachable from this machine, and that the user may read it.",
    )


def path_of(url: str) -> str:
    """The file of a `sqlite:///` or `duckdb:///` URL.

    >>> path_of("sqlite:///data/shop.db"), path_of("duckdb:////srv/shop.duckdb")
    ('data/shop.db', '/srv/shop.duckdb')
    """
    return url.partition(":///")[2].partition("?")[0]
