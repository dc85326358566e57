"""SQLite files as a whole: one moment of a file that others write to, and its paths after a move."""

import sqlite3
from contextlib import closing
from pathlib import Path

from core.trouble import damaged_database, explain_failures

PREFIX = "sqlite:///"
VERSION_TABLE = "caretaker_version"
PLACES = (
    ("experiments", "artifact_location"),
    ("runs", "artifact_uri"),
    ("logged_models", "artifact_location"),
    ("model_versions", "source"),
    ("model_versions", "storage_location"),
)
"""Where MLflow's store holds whole addresses of files."""


def sqlite_file(url: str) -> Path | None:
    """The file behind a SQLite URL; None for other databases.

    >>> sqlite_file("sqlite:////srv/caretaker.db").as_posix(), sqlite_file("postgresql://db/x")
    ('/srv/caretaker.db', None)
    """
    return Path(url.removeprefix(PREFIX)) if url.startswith(PREFIX) else None


def copy(source: Path, target: Path) -> None:
    """What the file holds at this moment, whatever is written to it meanwhile; nobody has to wait.

    Raises:
        StoreError: the file is damaged, or the disk is full: the copy would be of no use.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    with (
        explain_failures(source.parent, source),
        closing(sqlite3.connect(source)) as reader,
        closing(sqlite3.connect(target)) as writer,
    ):
        reader.backup(writer)
    if not sound(target):
        raise damaged_database(source, "SQLite's quick_check finds faults")


def sound(file: Path) -> bool:
    """Whether SQLite finds the file whole."""
    with closing(sqlite3.connect(file)) as opened:
        try:
            return bool(opened.execute("PRAGMA quick_check").fetchone() == ("ok",))
        except sqlite3.DatabaseError:
            return False


def revision(file: Path) -> str | None:
    """The version of our tables in a copied database; None when there are none."""
    with closing(sqlite3.connect(file)) as opened:
        try:
            row = opened.execute(f"SELECT version_num FROM {VERSION_TABLE}").fetchone()
        except sqlite3.OperationalError:
            return None
        return str(row[0]) if row else None


def relocate(file: Path, before: str, now: str) -> None:
    """Let an MLflow store that moved with its files point at them in their new folder (URIs)."""
    with closing(sqlite3.connect(file)) as opened, opened:
        for table, column in PLACES:
            opened.execute(
                f"UPDATE {table} SET {column} = ? || substr({column}, ?) "
                f"WHERE {column} = ? OR substr({column}, 1, ?) = ?",
                (now, len(before) + 1, before, len(before) + 1, f"{before}/"),
            )
