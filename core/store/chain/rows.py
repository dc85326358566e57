"""Rows as the database holds them, byte by byte, and their digests."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from hashlib import blake2b, sha256
from typing import Any, Literal

from sqlalchemy import JSON, Connection, DateTime, String, TypeDecorator, text
from sqlmodel import SQLModel

Kind = Literal["text", "json", "moment", "plain"]
Columns = Mapping[str, Kind]
Row = tuple[Any, ...]

SHORT = 8
"""Hexadecimal digits of a field's digest, and bytes of a row's: they tell where a change is, not whether."""
PAGE = 5_000
"""Rows that are read at a time."""


@dataclass(frozen=True, slots=True)
class Chained:
    """A table whose rows are in the chain.

    Attributes:
        key: column of whole numbers by which a link names its rows.
        item: column that names a row among those of one key; empty where the key does.
        together: whether rows with numbers in succession share a link, so that a long import takes few; such
            rows are never written again. Of others the newest link counts.
    """

    key: str = "id"
    item: str = ""
    together: bool = False


TABLES: dict[str, Chained] = {
    "model": Chained(),
    "batch": Chained(),
    "label_event": Chained(key="seq", together=True),
    "scan": Chained(),
    "revision": Chained(),
    "revision_label": Chained(key="revision_id", item="row_id"),
    "holdout": Chained(),
    "holdout_row": Chained(key="holdout_id", item="row_id"),
    "holdout_look": Chained(),
    "trial": Chained(),
    "comparison": Chained(),
    "shadow": Chained(),
    "automatic_run": Chained(),
    "deployment": Chained(),
    "announcement": Chained(key="deployment_id", item="target"),
    "audit": Chained(together=True),
    "alert_event": Chained(together=True),
}
"""What a promotion rests on, and what became of alerts, in the order in which one transaction writes."""


@dataclass(frozen=True, slots=True)
class Digest:
    """What some rows of a table hold: of all, of each column, and of each row where there are several."""

    count: int
    whole: str
    fields: dict[str, str]
    rows: bytes


@cache
def columns_of(table: str) -> Columns:
    """The columns of a table as the code has them."""
    return {column.name: kind(column.type) for column in SQLModel.metadata.tables[table].columns}


def kind(type_: Any) -> Kind:
    """How the values of a column of this type are read without changing them."""
    plain_type = type_.impl if isinstance(type_, TypeDecorator) else type_
    kinds: tuple[tuple[Any, Kind], ...] = ((JSON, "json"), (DateTime, "moment"), (String, "text"))
    return next((name for base, name in kinds if isinstance(plain_type, base)), "plain")


def read(connection: Connection, table: str, columns: Columns, first: int, last: int) -> Iterator[Row]:
    """The rows whose key is from `first` to `last`, in the order of key and item, each after its key.

    Texts come as the bytes that are stored: a text that was damaged is no text any more.
    """
    chained, quote = TABLES[table], connection.dialect.identifier_preparer.quote
    sqlite = connection.dialect.name == "sqlite"
    named = ", ".join(
        [quote(chained.key), *(_column_text(quote(n), columns[n], sqlite=sqlite) for n in columns)]
    )
    place = f"FROM {quote(table)} WHERE {quote(chained.key)} BETWEEN :first AND :last"
    query = text(f"SELECT {named} {place} ORDER BY {quote(chained.key)}")
    result = connection.execute(query, {"first": first, "last": last})
    for page in result.partitions(PAGE):
        yield from map(tuple, page)


def _column_text(name: str, of: Kind, *, sqlite: bool) -> str:
    if sqlite:
        return name if of == "plain" else f"CAST({name} AS BLOB)"
    return f"CAST({name} AS TEXT)" if of == "json" else name


def digest(names: Sequence[str], rows: Sequence[Row]) -> Digest:
    """The digests of rows in order, without their keys.

    >>> one = digest(["person", "at"], [("eve", 1)])
    >>> other = digest(["person", "at"], [("eva", 1)])
    >>> [name for name in one.fields if one.fields[name] != other.fields[name]]
    ['person']
    """
    values = [[encode(value) for value in row] for row in rows]
    columns = {
        name: sha256(b"".join(column)).hexdigest()
        for name, column in zip(names, zip(*values, strict=True), strict=True)
    }
    whole = sha256("\n".join([str(len(values)), *columns, *columns.values()]).encode()).hexdigest()
    short = {name: value[:SHORT] for name, value in columns.items()}
    return Digest(len(values), whole, short, row_digests(values) if len(values) > 1 else b"")


def row_digests(values: Sequence[Sequence[bytes]]) -> bytes:
    """A short digest of each row, one after the other."""
    return b"".join(blake2b(b"".join(row), digest_size=SHORT).digest() for row in values)


def encode(value: Any) -> bytes:
    """A value as bytes that no other value has: its kind, its length, itself.

    >>> encode("a"), encode(None), encode(1), encode(1.0)
    (b's1:a', b'n0:', b'i1:1', b'f3:1.0')
    """
    if isinstance(value, str):
        value = value.encode()
    if isinstance(value, bytes):
        return b"s%d:%b" % (len(value), value)
    if value is None:
        return b"n0:"
    if isinstance(value, datetime):
        return encode(value.astimezone(UTC).isoformat())
    text = repr(value) if isinstance(value, float) else str(int(value))
    return f"{'f' if isinstance(value, float) else 'i'}{len(text)}:{text}".encode()
