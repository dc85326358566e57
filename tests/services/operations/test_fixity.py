"""Broken here: a disk that rots, and a doctor and a backup that see nothing."""

import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from types import SimpleNamespace

import pytest

from core.errors import BusyError, StoreError
from core.lake import prediction_cache
from core.services.annotation import annotate
from core.services.deployment import serve
from core.services.file_digests import note_version
from core.services.ingestion.ingest import ingest_frame
from core.services.monitoring import monitor
from core.services.operations import backup as saving
from core.services.operations import doctor, doctor_models, restore
from core.services.operations.fixity import databases, files
from core.services.operations.fixity.files import inventory
from core.settings import Settings
from core.store import engine
from core.store.sqlite import integrity
from core.store.sqlite.integrity import faults
from core.store.workspace import open_workspace
from tests import seed
from tests.services.operations.test_doctor import one, seen, shop  # noqa: F401 - the fixture

BIT = 4


def flip(path, offset):
    """One bit of one byte becomes another, as on a disk that rots: nobody is told when."""
    before, body = path.stat(), bytearray(path.read_bytes())
    body[offset] ^= BIT
    path.write_bytes(body)
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))


def model_files(ws):
    """Files of a version, as its registration leaves them."""
    folder = ws.settings.artifacts / "shop" / "models" / "m-1" / "artifacts"
    folder.mkdir(parents=True)
    (folder / "model.skops").write_bytes(bytes(range(256)))
    note_version(ws, "shop", SimpleNamespace(model_id="m-1"))
    return folder / "model.skops"


def test_a_byte_of_any_file_is_named_with_what_it_holds_and_the_way_back(shop, tmp_path):  # noqa: F811
    document = monitor.health(shop, "shop")
    lake, model = min(shop.settings.lake.rglob("*.parquet")), model_files(shop)
    saving.backup(shop, tmp_path / "good.tar")
    for path in (lake, model):
        name = path.relative_to(shop.settings.home).as_posix()
        for offset in (1, 30, -300, -9, -1):  # magic number, a page, the footer, its length, magic number
            flip(path, offset % path.stat().st_size)
            check = one(seen(shop.settings), "broken", f"{path} is damaged")
            assert f"tar -xf ARCHIVE -C {shop.settings.home} {name}" in check.hint
            assert ("log of 2024-01 of shop, from batch 1" in check.detail) == (path == lake)
            flip(path, offset % path.stat().st_size)
        flip(path, -20 % path.stat().st_size)
        assert name in saving.backup(shop, tmp_path / "bad.tar").damaged
        other = Settings(home=tmp_path / f"other-{path.name}")
        assert name in restore.restore(other, tmp_path / "bad.tar").damaged
    assert monitor.health(shop, "shop") == document
    shop.engine.dispose()
    restore.restore(shop.settings, tmp_path / "good.tar", replace=True)
    assert monitor.health(open_workspace(shop.settings), "shop") == document
    assert {check.state for check in seen(shop.settings)} <= {"ok", "watch"}


def test_a_version_of_which_a_byte_changed_is_not_served(shop, monkeypatch):  # noqa: F811
    """Most bytes of a file of numbers load without a word, and predict something else."""
    model = model_files(shop)
    spec = SimpleNamespace(registry_name="shop")
    monkeypatch.setattr(serve, "download", lambda *_: model.parent)
    monkeypatch.setattr(serve, "open_version", lambda *_: "opened")
    assert serve.open_whole(shop, spec, "1") == "opened"
    flip(model, 100)
    with pytest.raises(StoreError, match=r"model\.skops is damaged") as refused:
        serve.open_whole(shop, spec, "1")
    assert "tar -xf ARCHIVE" in refused.value.hint
    model.unlink()
    with pytest.raises(StoreError, match="it is gone"):
        serve.open_whole(shop, spec, "1")


def test_of_a_large_home_sizes_alone_are_looked_at_until_all_is_asked_for(shop, monkeypatch):  # noqa: F811
    model = model_files(shop)
    flip(model, 100)
    monkeypatch.setattr(files, "DEEP_BYTES", 0)
    monkeypatch.setattr(databases, "DEEP_BYTES", 0)
    assert "--deep reads them all" in one(seen(shop.settings), "ok", "sizes compared").detail
    [check] = [c for c in doctor.examine(shop.settings, deep=True) if str(model) in c.detail]
    assert check.state == "broken"
    model.write_bytes(b"short")
    assert "5 bytes in place of 256" in one(seen(shop.settings), "broken", str(model)).detail
    model.unlink()
    assert one(seen(shop.settings), "watch", "are gone, e.g.").hint


def test_a_home_of_before_gets_its_digests_from_the_next_backup(tmp_path, monkeypatch):
    ws = seed.records(tmp_path / "home", 30)
    assert inventory(ws).digests == {}
    assert "the next backup writes down that of 1" in one(seen(ws.settings), "ok", "1 files").detail
    saving.backup(ws, tmp_path / "a.tar")
    assert inventory(ws).digests == {}  # it may just be written
    monkeypatch.setattr(files, "AT_REST_SECONDS", -60)
    saving.backup(ws, tmp_path / "b.tar")
    [path] = inventory(ws).digests
    flip(tmp_path / "home" / path, -40)  # in the footer, where no checksum of Parquet is
    assert one(seen(ws.settings), "broken", path).name == "lake"


def test_what_is_made_again_is_no_fault_and_what_rots_in_it_is(tmp_path, monkeypatch):
    monkeypatch.setattr(files, "AT_REST_SECONDS", -60)
    ws = seed.records(tmp_path / "home", 30)
    spec = seed.the_spec(ws, "bookings")
    place, half = prediction_cache.path(ws.settings, spec, 1, "2"), [[0.5, 0.5]] * 3
    outputs = seed.pd.DataFrame(half).to_numpy()
    table = prediction_cache.table(spec, ["a", "b", "c"], outputs, [0, 0, 0])
    prediction_cache.write(place, table)
    saving.backup(ws, tmp_path / "a.tar")
    flip(place, -40)
    assert one(seen(ws.settings), "broken", str(place)).name == "files"
    prediction_cache.write(place, table.head(2))
    assert [check for check in seen(ws.settings) if check.state == "broken"] == []


def change(file, statement):
    with closing(sqlite3.connect(file)) as opened, opened:
        opened.execute(statement)


@pytest.mark.parametrize(
    ("statement", "part"),
    [
        ("UPDATE label_task SET reasons = CAST(X'5BFF5D' AS TEXT) WHERE id = 3", "id 3: reasons cannot"),
        ("UPDATE label_task SET reasons = '[' WHERE id = 3", "label_task, id 3: reasons cannot be read"),
        ("UPDATE label_task SET created_at = 'noon' WHERE id = 4", "id 4: created_at cannot be read"),
        ("UPDATE label_task SET model_id = 77 WHERE id = 4", "names a row of model that is not there"),
    ],
)
def test_a_value_that_is_none_any_more_is_named_by_doctor_and_backup(statement, part, tmp_path):
    """The backup is made all the same: one wrong row must not keep all others from being saved."""
    ws = seed.records(tmp_path / "home", 30)
    file = tmp_path / "home" / "caretaker.db"
    assert faults(file, own=True) == []
    change(file, statement)
    assert "restore ARCHIVE" in one(seen(ws.settings), "broken", part).hint
    [damaged] = saving.backup(ws, tmp_path / "a.tar").damaged
    assert damaged.startswith("database.db (")
    assert part in damaged


@pytest.mark.parametrize(
    "statement",
    [
        "ALTER TABLE label_task RENAME COLUMN reasons TO reasonz",
        "ALTER TABLE model RENAME TO modem",
        "UPDATE model SET spec = '{'",
        "UPDATE model SET name = CAST(X'FFFE' AS TEXT)",
    ],
)
def test_who_needs_what_is_lost_is_told_which_database_is_damaged(statement, tmp_path):
    ws = seed.records(tmp_path / "home", 30)
    change(tmp_path / "home" / "caretaker.db", statement)
    with pytest.raises(StoreError, match=r"caretaker\.db is damaged"):
        annotate.lease(ws, annotate.open_desk(ws, "bookings", "ann", "tab"), [], 3)
    assert any("caretaker.db is damaged" in check.detail for check in seen(ws.settings))


def test_a_packed_profile_of_which_a_bit_changed_is_named(shop):  # noqa: F811
    file = shop.settings.home / "caretaker.db"
    with closing(sqlite3.connect(file)) as opened, opened:
        query = "SELECT id, body FROM profile WHERE chunk LIKE 'log/%' LIMIT 1"
        row, body = opened.execute(query).fetchone()
        middle = len(body) // 2
        rotten = body[:middle] + bytes([body[middle] ^ BIT]) + body[middle + 1 :]
        opened.execute("UPDATE profile SET body = ? WHERE id = ?", (rotten, row))
    assert one(seen(shop.settings), "broken", f"profile, id {row}, model_id 1 is not what").area == "stores"


def test_a_row_that_decisions_rest_on_and_says_something_sensible_else_is_named(shop):  # noqa: F811
    change(shop.settings.home / "caretaker.db", "UPDATE batch SET source = 'fist' WHERE id = 1")
    check = one(seen(shop.settings), "broken", "id 1 of batch is not what was written: source changed")
    assert "dossier verify" in check.hint
    [damaged] = saving.backup(shop, shop.settings.home.parent / "a.tar").damaged
    assert damaged == "database.db (Row id 1 of batch is not what was written: source changed)"


def test_a_look_that_fails_is_a_line_and_the_rest_goes_on(shop, monkeypatch):  # noqa: F811
    def fails(_ws):
        yield doctor_models.Check("model", "shop", "ok", "seen before")
        raise KeyError("odd")

    monkeypatch.setattr(doctor_models, "model_checks", fails)
    checks = seen(Settings(home=shop.settings.home, data_folders=(shop.settings.home,)))
    assert one(checks, "ok", "seen before").name == "shop"
    assert one(checks, "broken", "unexpected happened").name == "models"
    assert [check.name for check in checks][-1] == "data folder"


def test_a_program_that_keeps_the_database_is_named_with_its_command(tmp_path, monkeypatch):
    ws = seed.records(tmp_path / "home", 30)
    file = tmp_path / "home" / "caretaker.db"
    hold = "import sqlite3, sys; c = sqlite3.connect(sys.argv[1], isolation_level=None); "
    hold += "c.execute('BEGIN IMMEDIATE'); c.execute('DELETE FROM audit'); print(1, flush=True); input()"
    command = [sys.executable, "-c", hold, str(file)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as other:
        other.stdout.readline()
        monkeypatch.setattr(integrity, "WRITER_SECONDS", 0.05)
        check = one(seen(ws.settings), "watch", f"held by process {other.pid} ({sys.executable} -c import")
        assert f"fuser -v {file}" in check.hint
        ws.engine.dispose()
        monkeypatch.setattr(engine, "FILE_SECONDS", 0.05)
        busy = seed.open_home(tmp_path / "home")
        with (
            pytest.raises(BusyError, match=f"held by process {other.pid} "),
            engine.writing(busy.engine) as session,
        ):
            session.connection()
        other.communicate(b"\n")
    assert [check for check in seen(ws.settings) if "held by" in check.detail] == []


def test_deliveries_are_written_down_as_they_come(shop):  # noqa: F811
    known = set(inventory(shop).digests)
    days = seed.pd.date_range("2024-05-01", periods=10)
    more = {"id": range(900, 910), "day": days, "x": range(10), "says": ["no", "yes"] * 5}
    ingest_frame(shop, "shop", seed.pd.DataFrame(more), "may")
    [new] = set(inventory(shop).digests) - known
    assert (shop.settings.home / new).is_file()
