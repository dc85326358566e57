"""Broken here: rows are in the lake, and neither Health nor a shadow ever hears of them."""

import pytest

from core.errors import DuplicateBatch
from core.services.ingestion import jobs
from core.services.ingestion.jobs import Ingest
from core.services.monitoring import monitor
from tests.services.ingestion.test_ingest import connected, month
from tests.services.retrain_world import context


def test_rows_of_which_a_killed_process_told_nobody_are_told_when_they_are_sent_again(tmp_path, monkeypatch):
    ws, _ = connected(tmp_path / "home")
    told = []
    monkeypatch.setattr(jobs, "check_health", lambda _: told.append("health"))
    monkeypatch.setattr(jobs, "watch_shadows", lambda _: told.append("shadows"))
    month(2, 30).to_csv(tmp_path / "second.csv", index=False)
    args = {"model": "shop", "paths": (str(tmp_path / "second.csv"),)}
    again = context(ws, tmp_path / "work", Ingest, **args)
    jobs.take_in(again)
    assert told == []  # the steps that follow do it, if the process lives so long
    with pytest.raises(DuplicateBatch):
        jobs.take_in(again)
    assert told == ["health", "shadows"]
    monitor.refresh(ws, "shop")
    with pytest.raises(DuplicateBatch):
        jobs.take_in(again)
    assert told == ["health", "shadows", "shadows"]
    ws.engine.dispose()
