"""Tables of a DuckDB file."""

import threading
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from core.errors import DataError
from core.lake.remotes.databases.protocol import path_of
from core.lake.rows import THREADS
from core.lake.sql import MARK

ERRORS = (duckdb.Error,)
QUERY_SECONDS = 120.0
TABLES = (
    "SELECT table_schema, table_name FROM information_schema.tables "
    "WHERE table_catalog = current_database() ORDER BY ALL"
)
COLUMNS = (
    "SELECT column_name, data_type FROM information_schema.columns WHERE table_catalog = current_database() "
    "AND table_schema = ? AND table_name = ? ORDER BY ordinal_position"
)


class Duck:
    """An open file; nothing can be written through it, and it reaches no other file."""

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self._connection = connection

    def tables(self) -> dict[str, tuple[str, ...]]:
        """Tables and views as `schema.table`; those of the schema `main` also without it."""
        tables = [(str(schema), str(name)) for schema, name in self._connection.execute(TABLES).fetchall()]
        plain: dict[str, tuple[str, ...]] = {
            name: (schema, name) for schema, name in tables if schema == "main"
        }
        return plain | {f"{schema}.{name}": (schema, name) for schema, name in tables}

    def columns(self, table: tuple[str, ...]) -> dict[str, str]:
        """Column -> type."""
        return dict(self._connection.execute(COLUMNS, table).fetchall())

    def cast(self, kind: str) -> str:
        """A value inside SQL as the type of a column."""
        return f"CAST({MARK} AS {kind})"

    def fetch(self, sql: str, values: Sequence[Any] = ()) -> pa.Table:
        """The rows of a SELECT, stopped when it takes too long."""
        alarm = threading.Timer(QUERY_SECONDS, self._connection.interrupt)
        alarm.start()
        try:
            return self._connection.sql(sql.replace(MARK, "?"), params=list(values)).to_arrow_table()
        finally:
            alarm.cancel()

    def close(self) -> None:
        """Let go of the file."""
        self._connection.close()


@contextmanager
def connect(url: str) -> Iterator[Duck]:
    """The file of the URL, read-only.

    Raises:
        DataError: there is no such file.
    """
    path = Path(path_of(url))
    if not path.is_file():
        raise DataError(f"There is no DuckDB file {path}.", "Check the URL of the connection.")
    config: dict[str, str | bool | int | float | list[str]] = {
        "threads": THREADS,
        "enable_external_access": "false",
    }
    with closing(Duck(duckdb.connect(str(path), read_only=True, config=config))) as connection:
        yield connection
