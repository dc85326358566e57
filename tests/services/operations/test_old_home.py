"""An update that loses what a home remembers, or a crash in it that leaves neither the old nor the new."""

import subprocess
import sys

import pytest
from sqlalchemy import inspect

from core.services.operations import backup as saving
from core.services.operations import doctor_stores, restore
from core.services.operations.fixity.files import file_checks
from core.settings import PROJECT, Settings
from core.store.engine import open_engine
from core.store.ingestion import file_digests
from core.store.migrate import versions
from core.store.workspace import Workspace, open_workspace
from tests.services.operations.old_home import TABLES, expected, fill, old_home, summarize
from tests.services.retrain_world import install

pytestmark = pytest.mark.processes

DIE = """
import os, sys
from sqlalchemy import event
from core.store.engine import open_engine
from core.store.migrate import migrate

engine = open_engine(sys.argv[1])

@event.listens_for(engine, "after_cursor_execute")
def die(_connection, _cursor, statement, *_):
    if " ".join(statement.split()).startswith(sys.argv[2]):
        os._exit(9)

migrate(engine)
"""
DEATHS = (
    "CREATE TABLE holdout_row",
    "INSERT INTO holdout_row",
    "UPDATE revision",
    "ALTER TABLE revision DROP",
)


@pytest.fixture(params=["sqlite", "postgres"])
def database_url(request):
    return "" if request.param == "sqlite" else request.getfixturevalue("postgres")


@pytest.mark.parametrize("kind", ["classes", "numbers"])
def test_an_old_home_says_what_it_said(kind, tmp_path, monkeypatch, database_url):
    """Comparison inputs, hashes, what came since the champion, history, export, leaderboard."""
    install(monkeypatch)
    ws = open_workspace(old_home(kind, tmp_path / "home", database_url))
    assert summarize(ws, kind) == expected(kind)


def test_a_backup_of_before_says_it_too_and_so_does_one_of_now(tmp_path, monkeypatch):
    install(monkeypatch)
    settings = old_home("classes", tmp_path / "home")
    before = Workspace(settings, open_engine(settings.database))
    with monkeypatch.context() as patch:  # that Caretaker wrote down no digests and chained nothing
        patch.setattr(file_digests, "read_all", lambda _session: {})
        patch.setattr(file_digests, "note", lambda _session, _digests: None)
        patch.setattr(saving, "_damaged_rows", lambda _copies: ())
        saving.backup(before, tmp_path / "before.tar")
    before.engine.dispose()
    assert versions(settings.database)[0] == TABLES
    saving.backup(open_workspace(settings), tmp_path / "now.tar")
    for name in ("before", "now"):
        restored = Settings(home=tmp_path / name)
        restore.restore(restored, tmp_path / f"{name}.tar")
        checks = {check.name: check.state for check in file_checks(open_workspace(restored), deep=True)}
        assert checks == {"lake": "ok"}
        assert next(doctor_stores.database(restored)).state == "ok"
        assert summarize(open_workspace(restored), "classes") == expected("classes")


@pytest.mark.parametrize("place", DEATHS)
def test_killed_in_the_update_it_is_the_old_home_and_the_next_start_makes_it_the_new(
    place, tmp_path, database_url
):
    url = database_url or f"sqlite:///{tmp_path}/caretaker.db"
    fill(url, "numbers")
    assert start(url, place) == 9
    assert versions(url)[0] == TABLES
    assert tables(url).isdisjoint({"holdout_row", "revision_label"})
    engine = open_engine(url)
    with engine.connect() as connection:
        cells = connection.exec_driver_sql("SELECT row_ids, given FROM holdout").all()
        [(corrections,)] = connection.exec_driver_sql("SELECT corrections FROM revision WHERE id = 2").all()
    assert len(cells) == 1
    assert "181.25" in str(corrections)
    engine.dispose()
    assert (
        subprocess.run([sys.executable, "-c", DIE, url, "nowhere"], cwd=PROJECT, check=False).returncode == 0
    )
    assert {"holdout_row", "revision_label"} < tables(url)
    assert count(url, "holdout_row") == 200
    assert count(url, "revision_label") == 4


def start(url, place):
    """A start that dies right after a statement that begins so; its exit status."""
    return subprocess.run([sys.executable, "-c", DIE, url, place], cwd=PROJECT, check=False).returncode


def tables(url):
    engine = open_engine(url)
    names = set(inspect(engine).get_table_names())
    engine.dispose()
    return names


def count(url, table):
    engine = open_engine(url)
    with engine.connect() as connection:
        number = connection.exec_driver_sql(f"SELECT count(*) FROM {table}").scalar()
    engine.dispose()
    return number
