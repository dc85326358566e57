"""Tables of an SQLite file."""

import sqlite3
import time
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa

from core.errors import DataError
from core.lake.remotes.databases.arrow_rows import to_arrow
from core.lake.remotes.databases.protocol import path_of
from core.lake.sql import MARK

ERRORS = (sqlite3.Error,)
BLOCK = 20_000
BUSY_SECONDS, QUERY_SECONDS = 10.0, 120.0
STEPS_BETWEEN_LOOKS = 100_000


class Sqlite:
    """An open file; nothing can be written through it."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def tables(self) -> dict[str, tuple[str, ...]]:
        """Tables and views by name."""
        tables = self._connection.execute("SELECT name FROM sqlite_master WHERE type IN ('table', 'view')")
        return {name: (name,) for (name,) in tables if not name.startswith("sqlite_")}

    def columns(self, table: tuple[str, ...]) -> dict[str, str]:
        """Column -> declared type."""
        return dict(self._connection.execute("SELECT name, type FROM pragma_table_xinfo(?)", table))

    def cast(self, kind: str) -> str:  # noqa: ARG002 - the other databases need both
        """A value inside SQL: SQLite compares it as the column stores it."""
        return MARK

    def fetch(self, sql: str, values: Sequence[Any] = ()) -> pa.Table:
        """The rows of a SELECT, stopped when it takes too long. SQLite knows doubles only, no decimals."""
        deadline = time.monotonic() + QUERY_SECONDS
        self._connection.set_progress_handler(lambda: time.monotonic() > deadline, STEPS_BETWEEN_LOOKS)
        bound = [float(value) if isinstance(value, Decimal) else value for value in values]
        with closing(self._connection.execute(sql.replace(MARK, "?"), bound)) as cursor:
            names = [column[0] for column in cursor.description]
            return to_arrow(names, iter(lambda: cursor.fetchmany(BLOCK), []))

    def close(self) -> None:
        """Let go of the file."""
        self._connection.close()


@contextmanager
def connect(url: str) -> Iterator[Sqlite]:
    """The file of the URL, read-only.

    Raises:
        DataError: there is no such file.
    """
    path = Path(path_of(url)).absolute()
    if not path.is_file():
        raise DataError(f"There is no SQLite file {path}.", "Check the URL of the connection.")
    connection = Sqlite(sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True, timeout=BUSY_SECONDS))
    with closing(connection):
        yield connection
