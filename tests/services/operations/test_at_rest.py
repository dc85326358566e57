"""Broken here: a byte of a database changes while nobody looks, or an alarm comes where somebody wrote."""

import os
import sqlite3
import subprocess
import sys
from contextlib import closing

from core.services.operations import backup as saving
from core.services.operations.fixity import at_rest, timetable
from core.store.workspace import open_workspace
from tests.services.operations.test_doctor import one, seen, shop  # noqa: F401 - the fixture
from tests.services.operations.test_fixity import change, flip


def quiet_backup(shop, tmp_path):  # noqa: F811
    """A backup writes down what the databases hold at rest, as the worker does."""
    shop.engine.dispose()
    return saving.backup(open_workspace(shop.settings), tmp_path / "at-rest.tar").damaged


def test_every_byte_of_a_database_at_rest_is_looked_at(shop, tmp_path, monkeypatch):  # noqa: F811
    """Counters and unused bytes of the header, and a letter of a delivery's name, which no check knows."""
    file = shop.settings.home / "caretaker.db"
    monkeypatch.setattr(at_rest, "AGAIN_SECONDS", 0.0)
    change(
        file,
        "INSERT INTO token (model_id, name, hash, created_by, created_at) "
        "VALUES (1, 'nightly', 'abc', 'eve', '2026-01-01 00:00:00')",
    )
    assert quiet_backup(shop, tmp_path) == ()
    for offset in (24, 70, 95, file.read_bytes().rindex(b"nightly")):
        flip(file, offset)
        check = one(seen(shop.settings), "broken", "says that nobody wrote it since")
        assert f"{file} is damaged (its SHA-256 is another than at 20" in check.detail
        assert any(name.startswith("database.db (its SHA") for name in quiet_backup(shop, tmp_path))
        flip(file, offset)
    assert one(seen(shop.settings), "ok", "SHA-256 of caretaker.db compared")
    assert quiet_backup(shop, tmp_path) == ()


def test_after_a_restart_of_the_machine_a_byte_at_rest_is_doubted_not_condemned(shop, tmp_path, monkeypatch):  # noqa: F811
    """Where the power went off, the time of change may be lost and the bytes not."""
    quiet_backup(shop, tmp_path)
    flip(shop.settings.home / "caretaker.db", 95)
    monkeypatch.setattr(at_rest, "boot", lambda: "another")
    assert "lost its power" in one(seen(shop.settings), "watch", "may be damaged (its SHA-256").detail


def test_a_note_that_is_damaged_is_said_and_written_anew(shop, tmp_path):  # noqa: F811
    quiet_backup(shop, tmp_path)
    note = at_rest.note_path(shop.settings)
    for offset in (5, note.stat().st_size - 30, note.stat().st_size - 3):
        flip(note, offset)
        assert one(seen(shop.settings), "watch", str(note))
        assert [name.split(" (")[0] for name in quiet_backup(shop, tmp_path)] == ["run/databases.json"]
        assert quiet_backup(shop, tmp_path) == ()


def test_what_is_copied_or_written_is_never_called_damaged(shop, tmp_path):  # noqa: F811
    """Written, written down and compared again and again, in one moment, through the log and past it."""
    quiet_backup(shop, tmp_path)
    file = shop.settings.home / "caretaker.db"
    os.utime(file)  # as a copy has it
    assert [known for _, _, known, _ in at_rest.compare(shop.settings)] == [None]
    for number in range(30):
        change(file, f"UPDATE batch SET source = 'file {number}'")
        if number % 3:
            at_rest.take_note(shop.settings)
        if number % 5 == 0:
            with closing(sqlite3.connect(file)) as opened:
                opened.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        assert not any(differs for *_, differs in at_rest.compare(shop.settings))


WRITER = """
import random, sqlite3, sys, time
opened = sqlite3.connect(sys.argv[1], isolation_level=None, timeout=20)
opened.execute("PRAGMA wal_autocheckpoint=2")
print(1, flush=True)
while True:
    for n in range(random.randrange(20)):
        opened.execute("UPDATE batch SET source = ?", ("x" * random.randrange(5000),))
    time.sleep(random.choice([0, 0.01, 0.15]))
"""


def test_no_false_alarm_while_another_process_writes_and_rests(shop, monkeypatch):  # noqa: F811
    file, notes, results = shop.settings.home / "caretaker.db", 0, []
    monkeypatch.setattr(at_rest, "AGAIN_SECONDS", 0.0)
    with subprocess.Popen([sys.executable, "-c", WRITER, str(file)], stdout=subprocess.PIPE) as other:
        other.stdout.readline()
        while notes < 4:
            notes += len(at_rest.take_note(shop.settings))
            for _ in range(5):
                results += [differs for *_, differs in at_rest.compare(shop.settings)]
        other.kill()
    assert not any(results)


def test_the_worker_writes_down_once_an_hour_what_the_databases_hold(shop, monkeypatch):  # noqa: F811
    clock = [100.0]
    monkeypatch.setattr(timetable.time, "monotonic", lambda: clock[0])
    look, note = timetable.make_look(), at_rest.note_path(shop.settings)
    look(shop)
    first = note.read_text()
    change(shop.settings.home / "caretaker.db", "UPDATE batch SET source = 'later'")
    shop.engine.dispose()  # the last connection puts the log into the file
    clock[0] += timetable.EVERY_SECONDS - 1
    look(shop)
    assert note.read_text() == first
    clock[0] += 2
    look(shop)
    assert note.read_text() != first
