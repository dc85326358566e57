"""A SQLite file looked at to its end: its structure, its constraints, and what every value should be."""

import json
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Any

from sqlalchemy import JSON, DateTime, TypeDecorator
from sqlmodel import SQLModel

from core.errors import CaretakerError
from core.store.sealed import profiles, suspects
from core.store.sealed.documents import unseal
from core.trouble import explain, is_locked

MOST = 5
"""Faults of a file that are told, and of a table."""
PATIENCE_SECONDS, WRITER_SECONDS = 5.0, 2.0


class Text(bytes):
    """A text as it lies in the file, which may be none any more; other bytes are no texts."""


def faults(file: Path, *, own: bool) -> list[str]:
    """What is wrong with a database, in words; empty when nothing is found.

    A byte that turns one value into another sensible one is not seen here: of the tables that decisions rest
    on the record sees it (`core.store.chain.verify`).

    Args:
        file: the database.
        own: whether it is Caretaker's own, whose tables are known, or another library's.
    """
    try:
        with closing(sqlite3.connect(file, timeout=PATIENCE_SECONDS)) as opened:
            opened.text_factory = Text
            wrong = [*_structure(opened, own=own), *islice(_values(opened, own=own), MOST)]
    except sqlite3.DatabaseError as error:
        return [str(error)]
    return wrong[:MOST]


def busy(file: Path) -> CaretakerError | None:
    """Who keeps others from writing to the database for seconds; None where nobody does."""
    try:
        with closing(sqlite3.connect(file, timeout=WRITER_SECONDS, isolation_level=None)) as opened:
            opened.execute("BEGIN IMMEDIATE")
            opened.execute("ROLLBACK")
    except sqlite3.OperationalError as error:
        return explain(error, file.parent, file) if is_locked(error) else None
    return None


def _structure(opened: sqlite3.Connection, *, own: bool) -> Iterator[str]:
    """What SQLite itself finds: pages, indexes, NOT NULL and CHECK; of our tables also foreign keys."""
    for (line,) in opened.execute(f"PRAGMA integrity_check({MOST})"):
        if line != b"ok":
            yield _text(line)
    if own:
        yield from _lost_columns(opened)
        for table, row, parent, _ in opened.execute("PRAGMA foreign_key_check").fetchmany(MOST):
            yield f"row {row} of {_text(table)} names a row of {_text(parent)} that is not there"


def _lost_columns(opened: sqlite3.Connection) -> Iterator[str]:
    """Columns that the code knows and the file does not."""
    for table in SQLModel.metadata.sorted_tables:
        present = {_text(name) for _, name, *_ in opened.execute(f'PRAGMA table_info("{table.name}")')}
        for name in sorted(set(table.columns.keys()) - present):
            yield f"{table.name} has no column {name}"


def _values(opened: sqlite3.Connection, *, own: bool) -> Iterator[str]:
    """Texts that are none, and of our tables documents and moments that are none."""
    names = [_text(name) for (name,) in opened.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
    for table in names:
        result = opened.execute(f'SELECT * FROM "{table}"')
        columns = [_text(column[0]) for column in result.description]
        kinds = _kinds(table) if own else {}
        for row in result:
            if own and not _is_as_written(table, dict(zip(columns, row, strict=True))):
                key = ", ".join(f"{n} {_text(v)}" for n, v in zip(columns[:2], row[:2], strict=True))
                yield f"{table}, {key} is not what was written"
            for name, value in zip(columns, row, strict=True):
                if isinstance(value, bytes) and not _is_readable(value, kinds.get(name)):
                    yield f"{table}, {_text(columns[0])} {_text(row[0])}: {name} cannot be read"


def _is_as_written(table: str, row: dict[str, Any]) -> bool:
    """Whether a row that carries its digest gives it."""
    known = row.get("digest")
    if known is None or table not in DIGESTS:
        return True
    try:
        return DIGESTS[table](row) == _text(known)
    except (ValueError, TypeError):
        return False


def _profile_digest(row: dict[str, Any]) -> str:
    chunk, column, value = (_text(row[name]) for name in ("chunk", "segment_column", "segment_value"))
    return profiles.digest(chunk, column, value, row["body"])


def _suspect_digest(row: dict[str, Any]) -> str:
    texts = {name: _text(row[name]) for name in ("row_id", "given", "suggested")}
    return suspects.digest({**row, **texts, "reasons": json.loads(row["reasons"])})


DIGESTS: dict[str, Callable[[dict[str, Any]], str]] = {
    "profile": _profile_digest,
    "suspect": _suspect_digest,
}
"""Tables whose rows carry a digest."""


def _kinds(table: str) -> dict[str, Any]:
    """Column -> its SQL type."""
    known = SQLModel.metadata.tables.get(table)
    types = {column.name: column.type for column in known.columns} if known is not None else {}
    return {name: of.impl if isinstance(of, TypeDecorator) else of for name, of in types.items()}


def _is_readable(value: bytes, kind: Any) -> bool:
    """Whether a text is what its column takes."""
    if not isinstance(value, Text):
        return True
    try:
        text = value.decode()
        if isinstance(kind, JSON):
            unseal(text)
        elif isinstance(kind, DateTime):
            datetime.fromisoformat(text)
    except ValueError:
        return False
    return True


def _text(value: Any) -> str:
    return value.decode(errors="replace") if isinstance(value, bytes) else str(value)
