"""Broken here: a full disk, a locked or a damaged file is told as a traceback, or as something else."""

import errno
import sqlite3
from contextlib import closing
from types import SimpleNamespace

import pytest

from core import trouble
from core.errors import BusyError, DiskFull, StoreError
from core.locks import hold_lock
from core.trouble import explain, explain_failures


def raised(statements, file):
    """What SQLite says to these statements, on a file of its own."""
    with closing(sqlite3.connect(file, timeout=0)) as connection:
        try:
            for statement in statements:
                connection.execute(statement)
        except sqlite3.Error as error:
            return error
    raise AssertionError("nothing was refused")


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EDQUOT])
def test_a_full_disk_is_named_with_what_is_free_and_that_nothing_is_lost(code, tmp_path, monkeypatch):
    monkeypatch.setattr(trouble.shutil, "disk_usage", lambda _: SimpleNamespace(free=12_300_000))
    said = explain(OSError(code, "No space left on device"), tmp_path / "home")
    assert isinstance(said, DiskFull)
    assert said.message == f"The disk of {tmp_path}/home is full: 12.3 MB are free."
    assert "Nothing that was there before is lost" in said.hint


def test_a_database_that_finds_no_room_is_a_full_disk(tmp_path):
    error = raised(["PRAGMA max_page_count=1", "CREATE TABLE a (b)"], tmp_path / "caretaker.db")
    assert isinstance(explain(error, tmp_path, tmp_path / "caretaker.db"), DiskFull)


@pytest.mark.parametrize(("free", "kind"), [(4096, DiskFull), (1 << 40, StoreError)])
def test_an_io_error_is_a_full_disk_only_where_no_room_is_left(free, kind, tmp_path, monkeypatch):
    monkeypatch.setattr(trouble.shutil, "disk_usage", lambda _: SimpleNamespace(free=free))
    error = sqlite3.OperationalError("disk I/O error")
    error.sqlite_errorcode = sqlite3.SQLITE_IOERR_SHMSIZE
    said = explain(error, tmp_path, tmp_path / "caretaker.db")
    assert type(said) is kind
    assert "damaged" not in said.message


def test_a_locked_database_names_the_file_and_what_to_do(tmp_path):
    file = tmp_path / "caretaker.db"
    with closing(sqlite3.connect(file)) as other:
        other.execute("BEGIN EXCLUSIVE")
        said = explain(raised(["CREATE TABLE a (b)"], file), tmp_path, file)
    assert isinstance(said, BusyError)
    assert f"{file} is held by another process" in said.message
    assert f"fuser -v {file}" in said.hint


def test_a_damaged_database_names_the_file_and_the_way_back(tmp_path):
    file = tmp_path / "caretaker.db"
    file.write_bytes(b"no database at all " * 100)
    said = explain(raised(["SELECT * FROM sqlite_master"], file), tmp_path, file)
    assert said is not None
    assert f"The database {file} is damaged (file is not a database)." == said.message
    assert "python -m core restore" in said.hint


def test_missing_rights_and_places_that_are_no_folder_are_named(tmp_path):
    refused = explain(PermissionError(errno.EACCES, "Permission denied", f"{tmp_path}/x"), tmp_path)
    assert refused is not None
    assert refused.message == f"{tmp_path}/x cannot be read or written (Permission denied)."
    (tmp_path / "file").write_text("")
    with pytest.raises(StoreError, match="is no folder"), explain_failures(tmp_path):
        (tmp_path / "file" / "home").mkdir()


def test_a_lock_that_another_process_holds_too_long_is_no_fault_of_ours(tmp_path):
    path = tmp_path / "poll-1.lock"
    waiting = hold_lock(path, patience=0.0)
    with hold_lock(path), pytest.raises(BusyError) as told, explain_failures(tmp_path), waiting:
        pass
    assert told.value.message == f"{path} is held by another process."
    assert explain(TimeoutError("timed out"), tmp_path) is None  # of a network: nothing is known of it here


def test_what_an_error_was_raised_from_counts_and_a_fault_of_ours_passes(tmp_path):
    outer = RuntimeError("it failed")
    outer.__cause__ = OSError(errno.ENOSPC, "No space left on device")
    assert isinstance(explain(outer, tmp_path), DiskFull)
    assert explain(KeyError("x"), tmp_path) is None
    with pytest.raises(FileNotFoundError), explain_failures(tmp_path):
        (tmp_path / "nothing").read_text()
