"""What every kind of database does for us: it lists tables and gives the rows of a SELECT."""

from collections.abc import Sequence
from typing import Any, Protocol

import pyarrow as pa


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


def path_of(url: str) -> str:
    """The file of a `sqlite:///` or `duckdb:///` URL.

    >>> path_of("sqlite:///data/shop.db"), path_of("duckdb:////srv/shop.duckdb")
    ('data/shop.db', '/srv/shop.duckdb')
    """
    return url.partition(":///")[2].partition("?")[0]
