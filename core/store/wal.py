"""Write-ahead logging for the SQLite files that other libraries make: readers and the writer do not wait."""

import sqlite3
import time

PREFIX = "sqlite:///"
PATIENCE_SECONDS = 20.0


def write_ahead(url: str) -> None:
    """Switch the SQLite file of this URL to WAL for good; other databases are left alone.

    SQLite's own waiting does not apply to this switch, and it needs a moment in which nobody reads.
    """
    if not url.startswith(PREFIX):
        return
    deadline = time.monotonic() + PATIENCE_SECONDS
    while True:
        connection = sqlite3.connect(url.removeprefix(PREFIX))
        try:
            connection.execute("PRAGMA journal_mode=wal")
        except sqlite3.OperationalError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.05)
        else:
            return
        finally:
            connection.close()
