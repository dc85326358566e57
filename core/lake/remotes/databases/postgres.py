"""Tables of a PostgreSQL database; its driver is in requirements-team.txt."""

from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from core.errors import DataError
from core.lake.remotes.databases.arrow_rows import to_arrow
from core.lake.sql import MARK

if TYPE_CHECKING:
    import psycopg

BLOCK = 20_000
CONNECT_SECONDS, QUERY_SECONDS = 10, 120
TEXTS = ("uuid", "json", "jsonb", "interval", "inet", "cidr")
"""Types that are read as they are written."""
OWN_KINDS = ("USER-DEFINED", "ARRAY")
TABLES = (
    "SELECT table_schema, table_name, table_schema = current_schema() FROM information_schema.tables "
    "WHERE table_schema NOT IN ('information_schema', 'pg_catalog') ORDER BY 1, 2"
)
COLUMNS = (
    "SELECT column_name, data_type FROM information_schema.columns "
    "WHERE table_schema = %s AND table_name = %s ORDER BY ordinal_position"
)


class Postgres:
    """An open connection in a read-only session."""

    def __init__(self, connection: "psycopg.Connection[Any]") -> None:
        self._connection = connection

    def tables(self) -> dict[str, tuple[str, ...]]:
        """Tables and views as `schema.table`; those of the current schema also without it."""
        tables = self._connection.execute(TABLES).fetchall()
        plain = {name: (schema, name) for schema, name, current in tables if current}
        return plain | {f"{schema}.{name}": (schema, name) for schema, name, _ in tables}

    def columns(self, table: tuple[str, ...]) -> dict[str, str]:
        """Column -> type."""
        return dict(self._connection.execute(COLUMNS, table).fetchall())

    def cast(self, kind: str) -> str:
        """A value inside SQL as the type of a column."""
        return MARK if kind in OWN_KINDS else f"CAST({MARK} AS {kind})"

    def fetch(self, sql: str, values: Sequence[Any] = ()) -> pa.Table:
        """The rows of a SELECT, through a cursor on the server."""
        with self._connection.transaction(), self._connection.cursor("caretaker") as cursor:
            cursor.execute(sql.replace("%", "%%").replace(MARK, "%s"), tuple(values))
            names = [column.name for column in cursor.description or ()]
            return to_arrow(names, iter(lambda: cursor.fetchmany(BLOCK), []))

    def close(self) -> None:
        """Let go of the connection."""
        self._connection.close()


@contextmanager
def connect(url: str) -> Iterator[Postgres]:
    """The database of the URL: read-only, UTC, with time limits."""
    import psycopg
    from psycopg.types.string import TextLoader

    address = "postgresql://" + url.partition("://")[2]
    with closing(psycopg.connect(address, autocommit=True, connect_timeout=CONNECT_SECONDS)) as connection:
        connection.execute("SET default_transaction_read_only = on")
        connection.execute(f"SET statement_timeout = '{QUERY_SECONDS:d}s'")
        connection.execute("SET TIME ZONE 'UTC'")
        for name in TEXTS:
            connection.adapters.register_loader(name, TextLoader)
        yield Postgres(connection)


def errors() -> tuple[type[Exception], ...]:
    """What its driver raises.

    Raises:
        DataError: the driver is not installed.
    """
    try:
        import psycopg
    except ImportError as error:
        raise DataError(
            "PostgreSQL cannot be read: its driver is not installed.",
            "Run: pip install -r requirements-team.txt",
        ) from error
    return (psycopg.Error,)
