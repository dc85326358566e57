"""Broken here: whoever asks what is wrong, and is told that all is well."""

import os
import sqlite3
import sys
import threading
from contextlib import closing
from datetime import timedelta
from types import SimpleNamespace

import pandas as pd
import pytest

from core.errors import DataError
from core.lake.remotes import connections
from core.services.ingestion import api_tokens, sources
from core.services.ingestion.ingest import ingest_frame
from core.services.monitoring import monitor
from core.services.onboarding import connect_model
from core.services.onboarding.plan import ConnectRequest
from core.services.operations import doctor, doctor_machine, doctor_models
from core.services.operations.doctor_stores import database_bytes
from core.settings import Settings
from core.store import models
from core.store.engine import writing
from core.store.ingestion import batches
from core.store.tables import Deployment
from core.store.types import now
from core.store.workspace import RESTORING, VERIFIED, open_workspace
from core.tables.roles.guess import RequestedRoles
from core.tables.table import Table


@pytest.fixture
def shop(tmp_path):
    ws = open_workspace(Settings(home=tmp_path / "home"))
    days = pd.date_range("2024-01-01", periods=60)
    frame = pd.DataFrame({"id": range(60), "day": days, "x": range(60), "says": ["no", "yes"] * 30})
    request = ConnectRequest("shop", RequestedRoles(label="y", time="day", prediction="says"))
    connect_model.connect_table(ws, request, Table(frame.assign(y=["no", "no", "yes"] * 20), "first"))
    monitor.refresh(ws, "shop")
    return ws


def seen(settings):
    return doctor.examine(settings)


def one(checks, state, part):
    [found] = [check for check in checks if check.state == state and part in check.detail]
    return found


def test_a_healthy_home_has_nothing_broken(shop):
    checks = seen(shop.settings)
    assert [check for check in checks if check.state != "ok"] == []
    assert one(checks, "ok", "60 of 60 rows").name == "shop"
    assert one(checks, "ok", "tables up to date").name == "database"


def test_what_a_database_has_not_yet_moved_into_its_file_is_part_of_its_size(tmp_path):
    file = tmp_path / "caretaker.db"
    file.write_bytes(b"x" * 4096)
    assert database_bytes(file) == 4096
    (tmp_path / "caretaker.db-wal").write_bytes(b"x" * 900_000)
    assert database_bytes(file) == 904_096


def test_a_home_that_does_not_exist_is_not_made_by_asking(tmp_path):
    checks = seen(Settings(home=tmp_path / "nowhere"))
    assert {check.state for check in checks} == {"ok"}
    assert not (tmp_path / "nowhere").exists()


def test_files_of_the_lake_that_are_gone_or_left_over(shop):
    [first, *_] = sorted(shop.settings.lake.rglob("*.parquet"))
    left = first.rename(first.with_name("other.parquet"))
    checks = seen(shop.settings)
    assert "backup" in one(checks, "broken", "are gone").hint
    assert [check for check in checks if "no row names" in check.detail] == []
    os.utime(left, (0, 0))
    assert one(seen(shop.settings), "watch", "no row names").name == "lake"


def test_every_way_in_which_a_model_is_left_alone_is_told(shop, monkeypatch):
    days = pd.date_range("2024-03-01", periods=30)
    more = pd.DataFrame({"id": range(100, 130), "day": days, "x": range(30), "says": ["no", "yes"] * 15})
    ingest_frame(shop, "shop", more.assign(y="no"), "march")
    with pytest.raises(DataError):
        ingest_frame(shop, "shop", more.drop(columns="x"), "no x")
    api_tokens.create(shop, "shop", "old job", "ann")
    with writing(shop.engine) as session:
        spec = models.spec(session, "shop")
        models.add(session, type(spec)(**{**{k: getattr(spec, k) for k in spec.__slots__}, "name": "half"}))
    later = now() + timedelta(days=400)
    monkeypatch.setattr(doctor_models, "now", lambda: later)
    with writing(shop.engine) as session:
        [newest, *_] = batches.list_batches(session, spec.id)
        newest.created_at += timedelta(hours=1)
    checks = seen(shop.settings)
    for part in ("nothing for 399", "older than the newest", "was refused", "not used for 4", "cut off"):
        assert one(checks, "watch", part).hint, part
    assert {check.state for check in checks} == {"ok", "watch"}


def test_stores_that_do_not_answer(tmp_path):
    checks = seen(Settings(home=tmp_path, database_url="postgresql://ann:secret@127.0.0.1:9/x"))
    assert "secret" not in one(checks, "broken", "does not answer").detail
    (tmp_path / "mlflow.db").write_bytes(b"not a database")
    open_workspace(Settings(home=tmp_path)).engine.dispose()
    assert one(seen(Settings(home=tmp_path)), "broken", "mlflow.db is damaged").name == "MLflow"


def test_connections_and_folders(tmp_path, monkeypatch):
    with closing(sqlite3.connect(tmp_path / "shop.db")) as made, made:
        made.execute("CREATE TABLE orders (id)")
    settings = Settings(
        home=tmp_path / "home",
        connections={"good": f"sqlite:///{tmp_path}/shop.db", "gone": f"sqlite:///{tmp_path}/gone.db"},
        data_folders=(tmp_path, tmp_path / "gone"),
    )
    checks = {(check.name, check.state) for check in seen(settings)}
    assert {("connection good", "ok"), ("connection gone", "broken")} <= checks
    assert {("data folder", "ok"), ("data folder", "broken")} <= checks
    gate = threading.Event()

    def silent(*_):
        gate.wait()
        raise DataError("Too late.", "Never mind.")

    monkeypatch.setattr(connections, "database", silent)
    monkeypatch.setattr(doctor, "PATIENCE_SECONDS", 0.05)
    assert len([check for check in seen(settings) if "no answer within" in check.detail]) == 2
    gate.set()


def test_sources_and_their_last_errors(shop, tmp_path):
    (tmp_path / "in").mkdir()
    made = sources.add(shop, "shop", str(tmp_path / "in"), by="ann")
    assert one(seen(shop.settings), "ok", "never looked at").name == "shop"
    sources.pause(shop, "shop", made.id, "ann")
    assert "source resume" in one(seen(shop.settings), "watch", "; paused").hint


def test_a_restore_that_was_cut_off_is_broken(shop):
    folder = shop.settings.home / RESTORING
    folder.mkdir()
    (folder / VERIFIED).write_text("{}")
    assert "restore FILE" in one(seen(shop.settings), "broken", "cut off").hint


def test_the_machine(tmp_path, monkeypatch):
    (tmp_path / "requirements.txt").write_text("pandas>=999\nno-such-package  # for nothing\n")
    check = doctor_machine._libraries(tmp_path / "requirements.txt")
    assert (check.state, "pandas" in check.detail, "no-such-package is missing" in check.detail) == (
        "broken",
        True,
        True,
    )
    (tmp_path / "config.toml").write_text('[server]\naddress = "0.0.0.0"\n')
    assert doctor_machine._address(tmp_path).state == "broken"
    (tmp_path / "secrets.toml").write_text("[auth]\n")
    assert doctor_machine._address(tmp_path).state == "ok"
    monkeypatch.setattr(doctor_machine.shutil, "disk_usage", lambda _: SimpleNamespace(free=10))
    assert doctor_machine._disk(tmp_path).state == "broken"
    monkeypatch.setattr(sys, "version_info", (3, 10, 1))
    assert doctor_machine._python().state == "watch"
    (tmp_path / "file").write_text("")
    assert doctor_machine._home(tmp_path / "file").state == "broken"


@pytest.mark.parametrize(("files", "state"), [("as promoted", "ok"), ("swapped", "broken")])
def test_files_that_somebody_swapped_under_the_version_in_production_are_broken(
    shop, monkeypatch, files, state
):
    with writing(shop.engine) as session:
        spec = models.spec(session, "shop")
        deployed = {"kind": "promote", "state": "done", "version": "2", "reason": "better", "person": "eve"}
        session.add(Deployment(model_id=spec.id, known={"files": "as promoted"}, **deployed))
    monkeypatch.setattr(doctor_models, "load_model", lambda *_: None)
    monkeypatch.setattr(doctor_models, "files_hash", lambda *_: files)
    assert one(
        seen(shop.settings), state, "version 2, in production" if files == "swapped" else "version 2 in"
    )


def test_a_change_of_the_champion_that_was_interrupted_is_told(shop):
    with writing(shop.engine) as session:
        spec = models.spec(session, "shop")
        begun = {"kind": "promote", "state": "intended", "version": "3", "reason": "better", "person": "eve"}
        session.add(Deployment(model_id=spec.id, **begun))
    assert "the worker settles it" in one(seen(shop.settings), "watch", "change to version 3").hint
