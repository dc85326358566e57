"""Write-ahead logging for SQLite files: readers and the writer do not wait for each other."""

import sqlite3
import time
from contextlib import closing, suppress
from pathlib import Path

from core.store.snapshot import sqlite_file
from core.trouble import explain_failures, is_locked

PATIENCE_SECONDS = 20.0


def switch(connection: sqlite3.Connection, patience: float = PATIENCE_SECONDS) -> None:
    """Switch the file of this connection to WAL for good; tried again as long as others keep it.

    SQLite's own waiting does not apply to this switch: it needs a moment in which nobody reads, and of
    several processes that open a new file together the first one does it.

    Raises:
        sqlite3.OperationalError: the file is kept all the time, or something else is wrong with it.
    """
    deadline = time.monotonic() + patience
    while True:
        try:
            connection.execute("PRAGMA journal_mode=WAL")
        except sqlite3.OperationalError as error:
            if not is_locked(error) or time.monotonic() > deadline:
                raise
            time.sleep(0.02)
        else:
            return


def write_ahead(url: str) -> None:
    """Switch the SQLite file of this URL, which another library makes; other databases are left alone.

    Raises:
        BusyError: another process kept the file all the time.
        StoreError: the file is damaged, cannot be written, or the disk is full.
    """
    if (file := sqlite_file(url)) is not None:
        with explain_failures(file.parent, file), closing(sqlite3.connect(file)) as connection:
            switch(connection)


def checkpoint(file: Path) -> None:
    """Put what the log holds into the file, as far as others let it be; nobody has to wait."""
    with suppress(sqlite3.OperationalError), closing(sqlite3.connect(file, timeout=0)) as connection:
        connection.execute("PRAGMA wal_checkpoint(PASSIVE)")
