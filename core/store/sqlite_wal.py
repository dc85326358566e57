"""Write-ahead logging for the SQLite files that other libraries make: readers and the writer do not wait."""

import sqlite3
import time
from contextlib import closing

from core.errors import BusyError
from core.store.snapshot import sqlite_file
from core.trouble import explain_failures

PATIENCE_SECONDS = 20.0


def write_ahead(url: str) -> None:
    """Switch the SQLite file of this URL to WAL for good; other databases are left alone.

    SQLite's own waiting does not apply to this switch, and it needs a moment in which nobody reads.

    Raises:
        BusyError: another process kept the file all the time.
        StoreError: the file is damaged, cannot be written, or the disk is full.
    """
    if (file := sqlite_file(url)) is None:
        return
    deadline = time.monotonic() + PATIENCE_SECONDS
    while True:
        try:
            with explain_failures(file.parent, file), closing(sqlite3.connect(file)) as connection:
                connection.execute("PRAGMA journal_mode=wal")
        except BusyError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.05)
        else:
            return
