"""Milliseconds for SQLite before 3.42, which the job library asks it for on Python 3.12 and newer."""

import sqlite3
import time
from typing import Any

from sqlalchemy import Engine, event

KNOWS_MILLISECONDS = (3, 42)


def lend() -> None:
    """Give the SQLite connections that are opened from now on the function they lack; a new SQLite has it."""
    if sqlite3.sqlite_version_info < KNOWS_MILLISECONDS and not event.contains(Engine, "connect", _lend):
        event.listen(Engine, "connect", _lend)


def _lend(connection: Any, _record: Any) -> None:
    if isinstance(connection, sqlite3.Connection):
        connection.create_function("unixepoch", 1, unixepoch)


def unixepoch(moment: str) -> float:
    """Seconds since 1970 as SQLite's function of that name gives them, for the present only.

    >>> 1.7e9 < unixepoch("subsec") < 1e10
    True

    Raises:
        ValueError: another moment is asked for.
    """
    if moment not in {"subsec", "subsecond"}:
        raise ValueError(f"unixepoch({moment!r}) needs SQLite 3.42")
    return time.time()
