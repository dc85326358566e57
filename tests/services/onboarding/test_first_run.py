"""Broken here: a fresh home that stays empty because the worker was slow to start."""

from threading import Event

import pytest

from core.errors import BusyError, DataError
from core.services.onboarding import demo_data, first_run
from core.services.onboarding.jobs import Demo
from core.settings import Settings
from core.store.workspace import open_workspace


@pytest.fixture
def ws(tmp_path, monkeypatch):
    monkeypatch.setattr(first_run, "PAUSE_SECONDS", 0)
    opened = open_workspace(Settings(home=tmp_path))
    yield opened
    opened.engine.dispose()


def busy(times, submitted):
    """A client whose worker is ready after so many tries."""
    tries = iter(range(times))

    def submit(_settings, job, *, dedupe):
        if next(tries, None) is not None:
            raise BusyError("The worker has not started yet.", "Wait.")
        submitted.append((job, dedupe))
        return "job"

    return submit


def test_a_fresh_home_gets_the_demo_once_however_late_the_worker_is(ws, monkeypatch):
    submitted = []
    monkeypatch.setattr(first_run.client, "submit", busy(50, submitted))
    assert first_run.pending(ws)
    assert first_run.welcome(ws, Event()) == "job"
    assert not first_run.pending(ws)
    assert first_run.welcome(ws, Event()) is None
    assert submitted == [(Demo(), "demo")]


def test_it_ends_with_the_server(ws, monkeypatch):
    stop = Event()

    def submit(*_args, **_more):
        stop.set()
        raise BusyError("The worker has not started yet.", "Wait.")

    monkeypatch.setattr(first_run.client, "submit", submit)
    assert first_run.welcome(ws, stop) is None
    assert first_run.pending(ws)


def test_where_the_data_of_the_demo_did_not_come_along_no_job_fails_on_the_first_page(
    ws, monkeypatch, tmp_path
):
    monkeypatch.setattr(demo_data, "FOLDER", tmp_path / "nowhere")
    monkeypatch.setattr(first_run.client, "submit", busy(0, submitted := []))
    assert first_run.welcome(ws, Event()) is None
    assert submitted == []
    for read in (demo_data.hotel, demo_data.digits):
        with pytest.raises(DataError, match="did not come with this installation"):
            read()
