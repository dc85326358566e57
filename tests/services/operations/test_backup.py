"""Broken here: the morning after the disk died."""

import sqlite3
import threading
from contextlib import closing

import pandas as pd
import pytest

from core.errors import BusyError, DataError, UnreadableFile
from core.locks import try_hold
from core.registry.load import load_estimator
from core.services.dataset import rows
from core.services.deployment import promote
from core.services.ingestion.ingest import ingest_frame
from core.services.monitoring import monitor
from core.services.onboarding import connect_model
from core.services.onboarding.plan import ConnectRequest
from core.services.operations import backup as saving
from core.services.operations import restore
from core.services.operations.backup_contents import uncovered_stores
from core.settings import Settings
from core.store import models
from core.store.engine import reading
from core.store.workspace import RESTORING, open_workspace
from core.tables.roles.guess import RequestedRoles
from core.tables.table import Table


def sales(first, count):
    days = pd.date_range("2024-01-01", periods=120).repeat(2)
    frame = pd.DataFrame({"id": range(240), "day": days, "x": [n % 7 for n in range(240)]})
    return frame.assign(y=["yes" if n % 7 > 2 else "no" for n in range(240)]).iloc[first : first + count]


@pytest.fixture(scope="module")
def shop(tmp_path_factory):
    ws = open_workspace(Settings(home=tmp_path_factory.mktemp("home")))
    frame = sales(0, 200).reset_index(drop=True)
    frame.to_parquet(ws.settings.home / "first.parquet")
    request = ConnectRequest(
        "shop",
        RequestedRoles(label="y", time="day"),
        data=ws.settings.home / "first.parquet",
        train_until="2024-03-01",
        recipe="logistic_regression",
    )
    connect_model.connect(ws, request)
    monitor.refresh(ws, "shop")
    return ws


@pytest.fixture(scope="module")
def archive(shop, tmp_path_factory):
    file = tmp_path_factory.mktemp("archive") / "shop.tar.zst"
    saving.backup(shop, file)
    return file


def all_rows(ws):
    with reading(ws.engine) as session:
        return rows(ws, models.spec(session, "shop"))


def test_a_restored_home_answers_as_the_one_that_was_saved(shop, archive, tmp_path):
    settings = Settings(home=tmp_path / "other")
    done = restore.restore(settings, archive)
    assert done.missing == ()
    ws = open_workspace(settings)
    pd.testing.assert_frame_equal(all_rows(ws), all_rows(shop))
    assert monitor.refresh(ws, "shop") == monitor.health(shop, "shop")
    now = promote.champion(ws, "shop")
    assert now is not None
    # The registry's addresses must lead into the new home: the old one may be gone.
    with closing(sqlite3.connect(settings.home / "mlflow.db")) as mlflow:
        [(where,)] = mlflow.execute("SELECT storage_location FROM model_versions").fetchall()
    assert where.startswith(settings.artifacts.as_uri())
    assert load_estimator(settings, "shop", now.version).predict(pd.DataFrame({"x": [0, 6]})).tolist()
    ingest_frame(ws, "shop", sales(200, 40), "later")


def test_a_backup_while_batches_arrive_has_every_file_that_it_names(tmp_path):
    ws = open_workspace(Settings(home=tmp_path / "home"))
    frame = sales(0, 100).assign(p=0.5, says="yes")
    request = ConnectRequest("shop", RequestedRoles(label="y", time="day", prediction="says", exclude=("p",)))
    connect_model.connect_table(ws, request, Table(frame, "first"))
    ended = threading.Event()

    def keep_sending():
        for first in range(100, 240, 4):
            ingest_frame(ws, "shop", sales(first, 4).assign(p=0.5, says="yes"), f"from {first}")
        ended.set()

    sender = threading.Thread(target=keep_sending)
    sender.start()
    files = []
    while not ended.is_set() or not files:
        files.append(tmp_path / f"{len(files)}.tar.gz")
        assert saving.backup(ws, files[-1]).missing == ()
    sender.join()
    restore.restore(Settings(home=tmp_path / "other"), files[0])
    there = all_rows(open_workspace(Settings(home=tmp_path / "other")))
    assert 100 <= len(there) <= 240


def test_what_waits_for_a_job_is_saved_even_when_it_is_taken_in_meanwhile(shop, tmp_path, monkeypatch):
    early = shop.settings.run / "deliveries" / "1" / "predictions-1" / "a.jsonl"
    late = shop.settings.run / "inbox" / "x" / "b.csv"
    early.parent.mkdir(parents=True)
    early.write_text("early")

    def meanwhile(ws, folder, copies=saving._databases):
        early.unlink()
        late.parent.mkdir(parents=True)
        late.write_text("late")
        return copies(ws, folder)

    monkeypatch.setattr(saving, "_databases", meanwhile)
    saving.backup(shop, tmp_path / "b.tar")
    settings = Settings(home=tmp_path / "home")
    restore.restore(settings, tmp_path / "b.tar")
    there = {
        path.read_text() for part in ("deliveries", "inbox") for path in (settings.run / part).rglob("*.*")
    }
    assert there == {"early", "late"}


def test_a_damaged_or_cut_off_backup_changes_nothing(archive, tmp_path):
    settings = Settings(home=tmp_path / "home")
    data = archive.read_bytes()
    for name, wrong in {
        "cut.tar.zst": data[: len(data) // 2],
        "empty.tar.zst": b"",
        "text.tar.gz": b"no archive at all",
    }.items():
        (tmp_path / name).write_bytes(wrong)
        with pytest.raises(UnreadableFile, match="Nothing was changed"):
            restore.restore(settings, tmp_path / name)
    assert not (settings.home / "caretaker.db").exists()
    assert not (settings.home / RESTORING).exists()
    with pytest.raises(UnreadableFile, match="which kind of archive"):
        restore.restore(settings, tmp_path / "backup.zip")
    with pytest.raises(UnreadableFile, match="does not exist"):
        restore.restore(settings, tmp_path / "nothing.tar.gz")


def test_a_home_that_holds_something_is_given_up_only_on_purpose(shop, archive, tmp_path):
    settings = Settings(home=tmp_path / "home")
    restore.restore(settings, archive)
    ws = open_workspace(settings)
    ingest_frame(ws, "shop", sales(200, 40), "later")
    with pytest.raises(DataError, match="not empty"):
        restore.restore(settings, archive)
    ws.engine.dispose()
    restore.restore(settings, archive, replace=True)
    assert len(all_rows(open_workspace(settings))) == len(all_rows(shop))


@pytest.mark.parametrize("lock", ["worker", "server", "ingest-1", "promote-1"])
def test_nothing_is_restored_under_a_running_process(lock, archive, tmp_path):
    settings = Settings(home=tmp_path / "home")
    handle = try_hold(settings.run / f"{lock}.lock")
    assert handle is not None
    with handle, pytest.raises(BusyError, match=f"{lock}.lock"):
        restore.restore(settings, archive)


@pytest.mark.parametrize("after", range(6))
def test_a_restore_that_was_cut_off_is_finished(after, shop, archive, tmp_path, monkeypatch):
    settings = Settings(home=tmp_path / "home")
    restore.restore(settings, archive)
    moved = []

    def fails(source, target, move=restore.shutil.move):
        if len(moved) == after:
            raise KeyboardInterrupt
        moved.append(move(source, target))

    with monkeypatch.context() as patch:
        patch.setattr(restore.shutil, "move", fails)
        with pytest.raises(KeyboardInterrupt):
            restore.restore(settings, archive, replace=True)
    with pytest.raises(BusyError, match="cut off in the middle"):
        open_workspace(settings)
    assert restore.restore(settings, archive).finished
    assert len(all_rows(open_workspace(settings))) == len(all_rows(shop))
    assert not (settings.home / RESTORING).exists()


def test_the_backup_of_a_newer_caretaker_is_refused(shop, archive, tmp_path, monkeypatch):
    monkeypatch.setattr(restore, "is_known", lambda _version: False)
    with pytest.raises(DataError, match="newer Caretaker"):
        restore.restore(Settings(home=tmp_path / "home"), archive)


def test_what_lies_on_a_server_is_named(tmp_path):
    settings = Settings(home=tmp_path, database_url="postgresql://db/caretaker", mlflow_uri="http://mlflow")
    said = " ".join(uncovered_stores(settings))
    assert "pg_dump" in said
    assert "MLflow is on a server" in said
