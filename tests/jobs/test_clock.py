"""Broken here: a worker on Python 3.12 beside an old SQLite, which never starts."""

import time
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.exc import OperationalError

from core.jobs import clock


def test_rows_get_their_moment_by_default_whatever_the_sqlite(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clock.sqlite3, "sqlite_version_info", (3, 40, 1))
    clock.lend()
    clock.lend()
    engine = create_engine(f"sqlite:///{tmp_path}/jobs.db")
    with engine.begin() as connection:
        connection.execute(
            text("CREATE TABLE t (a, at INTEGER NOT NULL DEFAULT (unixepoch('subsec') * 1000))")
        )
        connection.execute(text("INSERT INTO t (a) VALUES (1)"))
        assert connection.execute(text("SELECT at FROM t")).scalar_one() == pytest.approx(
            1000 * time.time(), abs=5000
        )
        with pytest.raises(OperationalError):
            connection.execute(text("SELECT unixepoch('2020-01-01')"))
    engine.dispose()
