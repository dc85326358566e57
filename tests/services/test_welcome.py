"""Broken here: a fresh home that stays empty because the worker was slow to start."""

from threading import Event

import pytest

from core.errors import BusyError
from core.services import welcome
from core.settings import Settings
from core.store.workspace import open_workspace


@pytest.fixture
def ws(tmp_path, monkeypatch):
    monkeypatch.setattr(welcome, "PAUSE_SECONDS", 0)
    opened = open_workspace(Settings(home=tmp_path))
    yield opened
    opened.engine.dispose()


def busy(times, submitted):
    """A client whose worker is ready after so many tries."""
    tries = iter(range(times))

    def submit(_settings, kind, args, *, dedupe):
        if next(tries, None) is not None:
            raise BusyError("The worker has not started yet.", "Wait.")
        submitted.append((kind, args, dedupe))
        return "job"

    return submit


def test_a_fresh_home_gets_the_demo_once_however_late_the_worker_is(ws, monkeypatch):
    submitted = []
    monkeypatch.setattr(welcome.client, "submit", busy(50, submitted))
    assert welcome.pending(ws)
    assert welcome.welcome(ws, Event()) == "job"
    assert not welcome.pending(ws)
    assert welcome.welcome(ws, Event()) is None
    assert submitted == [("demo", {}, "demo")]


def test_it_ends_with_the_server(ws, monkeypatch):
    stop = Event()

    def submit(*_args, **_more):
        stop.set()
        raise BusyError("The worker has not started yet.", "Wait.")

    monkeypatch.setattr(welcome.client, "submit", submit)
    assert welcome.welcome(ws, stop) is None
    assert welcome.pending(ws)
