"""Broken here: a copy that mixes two moments, and a registry that points into the old home."""

import sqlite3
from contextlib import closing

from core.store.snapshot import PLACES, copy, relocate, revision, sound


def test_a_copy_holds_one_moment_while_somebody_writes(tmp_path):
    with closing(sqlite3.connect(tmp_path / "a.db", isolation_level=None)) as writer:
        writer.execute("PRAGMA journal_mode=WAL")
        writer.execute("CREATE TABLE t (n)")
        writer.execute("INSERT INTO t VALUES (1)")
        writer.execute("BEGIN IMMEDIATE")
        writer.execute("INSERT INTO t VALUES (2)")
        copy(tmp_path / "a.db", tmp_path / "b.db")
        writer.execute("COMMIT")
    assert sound(tmp_path / "b.db")
    assert revision(tmp_path / "b.db") is None
    with closing(sqlite3.connect(tmp_path / "b.db")) as reader:
        assert reader.execute("SELECT n FROM t").fetchall() == [(1,)]


def test_a_damaged_file_is_not_sound(tmp_path):
    (tmp_path / "a.db").write_bytes(b"SQLite format 3\0" + b"x" * 5000)
    assert not sound(tmp_path / "a.db")


def test_addresses_move_with_their_folder_and_others_stay(tmp_path):
    addresses = ["file:///home/a", "file:///home/a/7/x", "file:///home/ab/7", "s3://b/file:///home/a", None]
    with closing(sqlite3.connect(tmp_path / "m.db")) as made, made:
        for table in {table for table, _ in PLACES}:
            columns = ", ".join(column for each, column in PLACES if each == table)
            made.execute(f"CREATE TABLE {table} ({columns})")
        made.executemany("INSERT INTO runs VALUES (?)", [(address,) for address in addresses])
    relocate(tmp_path / "m.db", "file:///home/a", "file:///srv/c")
    with closing(sqlite3.connect(tmp_path / "m.db")) as moved:
        now = [row[0] for row in moved.execute("SELECT artifact_uri FROM runs ORDER BY rowid")]
    assert now == ["file:///srv/c", "file:///srv/c/7/x", *addresses[2:]]
