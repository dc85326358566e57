"""One string says where data come from: a file or pattern, `s3://bucket/key`, or `sql:CONNECTION/TABLE`."""

from dataclasses import dataclass
from glob import has_magic
from pathlib import Path
from typing import Literal

from core.errors import DataError

S3, SQL = "s3://", "sql:"
WRITE_SQL = "Write sql:CONNECTION/TABLE, e.g. sql:shop/orders or sql:shop/sales.orders."
WRITE_S3 = "Write s3://bucket/key, e.g. s3://logs/churn/*.parquet."


@dataclass(frozen=True, slots=True)
class Address:
    """Where data come from.

    Attributes:
        text: as a person wrote it.
        place: path or pattern; bucket/key or its pattern; name of the connection.
        table: table of the connection, else empty.
    """

    text: str
    kind: Literal["files", "s3", "sql"]
    place: str
    table: str = ""

    @property
    def name(self) -> str:
        """How messages name it."""
        return f"{self.place}/{self.table}" if self.kind == "sql" else self.text

    @property
    def many(self) -> bool:
        """Whether it may mean several files."""
        return self.kind != "sql" and has_magic(self.place)


def parse(text: str) -> Address:
    """Read an address; nothing is opened.

    Raises:
        DataError: it is none.

    >>> parse("sql:shop/sales.orders").table
    'sales.orders'
    >>> parse("s3://logs/2024/*.csv").place, parse("day-*.csv").kind
    ('logs/2024/*.csv', 'files')
    """
    if text.startswith(SQL):
        connection, _, table = text.removeprefix(SQL).partition("/")
        if not (connection and table):
            raise DataError(f"{text!r} does not name a table.", WRITE_SQL)
        return Address(text, "sql", connection, table)
    if text.startswith(S3):
        bucket, _, key = text.removeprefix(S3).partition("/")
        if not (bucket and key) or has_magic(bucket):
            raise DataError(f"{text!r} does not name an object in a bucket.", WRITE_S3)
        return Address(text, "s3", f"{bucket}/{key}")
    if not text.strip():
        raise DataError("There is no address.", "Write a file, a pattern, s3://bucket/key or sql:NAME/TABLE.")
    return Address(text, "files", text)


def absolute(text: str) -> str:
    """The address as other processes understand it: a path no longer depends on the current folder.

    Raises:
        DataError: it is no address.
    """
    where = parse(text)
    return str(Path(where.place).absolute()) if where.kind == "files" else text
