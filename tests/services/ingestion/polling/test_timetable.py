"""Broken here: a source is looked at never, or by a pile of jobs."""

from datetime import timedelta

import pytest

from core.services.ingestion import sources
from core.services.ingestion.jobs import Poll
from core.services.ingestion.polling import timetable
from core.services.ingestion.polling.poll import poll
from core.services.monitoring import monitor
from core.services.monitoring.jobs import Monitor
from core.store.engine import writing
from core.store.monitoring import findings
from core.store.types import now
from tests.services.ingestion.test_ingest import connected


@pytest.fixture
def shop(tmp_path, monkeypatch):
    ws, _ = connected(tmp_path / "home")
    put = []
    monkeypatch.setattr(timetable.client, "submit", lambda *args, **how: put.append((args[1:], how)) or "job")
    (tmp_path / "drop").mkdir()
    number = sources.add(ws, "shop", str(tmp_path / "drop"), every_seconds=60, by="Ada").id
    yield ws, number, put
    ws.engine.dispose()


def test_what_is_due_is_put_in_line_once(shop):
    ws, number, put = shop
    submitted = {}
    assert timetable.submit_due(ws, submitted) == [number]
    assert put == [((Poll(model="shop", source=number),), {"dedupe": str(number)})]
    assert timetable.submit_due(ws, submitted) == []
    poll(ws, number)
    assert timetable.submit_due(ws, submitted) == []


def test_it_is_due_again_after_its_time_and_a_lost_poll_is_put_in_line_again(shop, monkeypatch):
    ws, number, put = shop
    submitted = {}
    timetable.submit_due(ws, submitted)
    poll(ws, number)
    for seconds, due in ((50, []), (70, [number]), (80, []), (110, [number])):
        monkeypatch.setattr(timetable, "now", lambda seconds=seconds: now() + timedelta(seconds=seconds))
        assert timetable.submit_due(ws, submitted) == due
    assert len(put) == 3


def test_a_paused_source_is_never_due(shop):
    ws, number, put = shop
    sources.pause(ws, "shop", number, "Ada")
    assert timetable.submit_due(ws, {}) == []
    assert put == []


def test_findings_of_an_older_caretaker_are_computed_anew(shop):
    """After an update the page would look for fields that the stored document does not have."""
    ws, _, put = shop
    fresh = monitor.refresh(ws, "shop")
    timetable.renew(ws)
    assert put == []
    old = {key: value for key, value in fresh.items() if key != "format"}
    with writing(ws.engine) as session:
        findings.write(session, 1, findings.fingerprint(session, 1), old, now(), headline={})
    assert monitor.health(ws, "shop") is None
    timetable.renew(ws)
    assert put == [((Monitor(model="shop"),), {"dedupe": "shop"})]
    assert monitor.refresh(ws, "shop")["format"] == fresh["format"]
