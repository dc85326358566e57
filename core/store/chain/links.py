"""The links: each with the hash of the one before, appended under a lock."""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256
from itertools import groupby
from typing import Any

from sqlalchemy import Connection, insert, select, text

from core.store.chain.rows import PAGE, TABLES, Columns, Digest, Row, columns_of, digest, read
from core.store.tables.chain import ChainLink
from core.store.types import now

ADVISORY_LOCK = 7_226_774
"""Of PostgreSQL: writers take turns from their last statement to the end of their transaction."""
START = "start"
"""Table of the first link: since when there is a chain, and how many rows were there before."""
NOTHING = "0" * 64
"""Hash before the first link."""
MOST = 1_000
"""Rows of one link at most where they share it: to find one, so many are read."""
GAP = 10
"""Keys that a transaction did not write are read past rather than asked around, up to so many in a row."""
LINK: Any = ChainLink.__table__  # type: ignore[attr-defined]
_HEAD = select(LINK.c.seq, LINK.c.hash).order_by(LINK.c.seq.desc()).limit(1)
_TAKE_TURN = text("SELECT pg_advisory_xact_lock(:key)")


@dataclass(frozen=True, slots=True)
class Head:
    """The newest link: who wrote it down elsewhere can tell that nothing up to it was changed since."""

    seq: int
    hash: str


def head(connection: Connection) -> Head:
    """The newest link of the chain."""
    row = connection.execute(_HEAD).one_or_none()
    return Head(*row) if row is not None else Head(0, NOTHING)


def append(connection: Connection, keys: Iterable[tuple[str, int]]) -> None:
    """Write the links of rows that this transaction has written; nothing else is locked after this.

    Args:
        connection: of a transaction that writes, before its end.
        keys: table and key of each row; what is not there (any more) is left out.
    """
    if connection.dialect.name == "postgresql":
        connection.execute(_TAKE_TURN, {"key": ADVISORY_LOCK})
    keys_by_table: dict[str, list[int]] = {table: [] for table in TABLES}
    for table, key in keys:
        keys_by_table[table].append(key)
    extend(
        connection,
        [
            part
            for table, own_keys in keys_by_table.items()
            for part in _parts(connection, table, columns_of(table), sorted(set(own_keys)))
        ],
    )


def begin(connection: Connection, columns_by_table: dict[str, Columns]) -> int:
    """Chain the rows that are there: the first link says when; gives how many they are."""
    parts = [part for table, columns in columns_by_table.items() for part in _all(connection, table, columns)]
    count = sum(part[3].count for part in parts)
    extend(connection, [(START, 0, 0, Digest(count, NOTHING, {}, b"")), *parts])
    return count


def chain_table(connection: Connection, table: str, columns: Columns) -> None:
    """Chain the rows of a table that joins later, as they are found; done before, nothing happens."""
    known = connection.execute(select(LINK.c.seq).where(LINK.c.table_name == table).limit(1)).first()
    if known is None:
        extend(connection, _all(connection, table, columns))


Part = tuple[str, int, int, Digest]
"""Table, first and last key, what the rows hold."""


def _all(connection: Connection, table: str, columns: Columns) -> Iterator[Part]:
    key = TABLES[table].key
    query = text(f"SELECT DISTINCT {key} FROM {table} ORDER BY {key}")
    yield from _parts(connection, table, columns, list(connection.execute(query).scalars()))


def extend(connection: Connection, parts: Iterable[Part]) -> None:
    """Append a link for each part."""
    last, at, new = head(connection), now().isoformat(), []
    for table, first, until, of in parts:
        fields = json.dumps(of.fields, separators=(",", ":"))
        link = {"seq": last.seq + 1, "table_name": table, "first": first, "last": until, "count": of.count}
        link |= {"digest": of.whole, "fields": fields, "rows": of.rows, "at": at, "previous": last.hash}
        link["hash"] = link_hash(link)
        last = Head(last.seq + 1, str(link["hash"]))
        new.append(link)
    if new:
        connection.execute(insert(LINK), new)


def link_hash(link: Mapping[Any, Any]) -> str:
    """The hash of a link: over all of it, with the hash of the one before."""
    texts = [link[name] for name in ("previous", "table_name", "digest", "fields", "at")]
    numbers = [str(link[name]) for name in ("seq", "first", "last", "count")]
    return sha256("\n".join([*texts, *numbers, link["rows"].hex()]).encode()).hexdigest()


def _parts(connection: Connection, table: str, columns: Columns, keys: list[int]) -> Iterator[Part]:
    """The rows of these keys, cut as they share links."""
    own_keys = set(keys)
    for first, last in spans(keys, PAGE):
        rows = (row for row in read(connection, table, columns, first, last) if row[0] in own_keys)
        if TABLES[table].together:
            yield from _together(table, columns, rows)
        else:
            for key, of_key in groupby(rows, key=lambda row: row[0]):
                yield table, key, key, digest(list(columns), content(table, columns, of_key))


def _together(table: str, columns: Columns, rows: Iterator[Row]) -> Iterator[Part]:
    part: list[Row] = []
    for row in rows:
        if len(part) == MOST or (part and row[0] != part[-1][0] + 1):
            yield table, part[0][0], part[-1][0], digest(list(columns), content(table, columns, part))
            part = []
        part.append(row)
    if part:
        yield table, part[0][0], part[-1][0], digest(list(columns), content(table, columns, part))


def content(table: str, columns: Columns, rows: Iterable[Row]) -> list[Row]:
    """The rows in order without their keys, as they are digested."""
    return [row[1:] for row in in_order(table, columns, rows)]


def in_order(table: str, columns: Columns, rows: Iterable[Row]) -> list[Row]:
    """Rows of one key in the order of their items: databases sort texts each their own way."""
    item = TABLES[table].item
    if not item:
        return list(rows)
    at = list(columns).index(item) + 1
    return sorted(rows, key=lambda row: row[at] if isinstance(row[at], bytes) else str(row[at]).encode())


def spans(keys: list[int], most: int) -> Iterator[tuple[int, int]]:
    """First and last of groups of at most so many keys in ascending order, without wide gaps among them.

    >>> list(spans([1, 2, 4, 70, 90, 91], 3))
    [(1, 4), (70, 70), (90, 91)]
    """
    part: list[int] = []
    for key in keys:
        if part and (len(part) == most or key > part[-1] + GAP):
            yield part[0], part[-1]
            part = []
        part.append(key)
    if part:
        yield part[0], part[-1]
