import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from core.errors import BusyError, CaretakerError
from core.jobs import client
from core.locks import hold_lock
from core.services.monitoring.jobs import Monitor
from core.settings import Settings


@pytest.fixture(autouse=True)
def closing() -> Iterator[None]:
    yield
    client.close()


def test_before_the_first_worker_there_are_no_jobs_and_none_can_be_added(
    settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(client, "PATIENCE_SECONDS", 0.0)
    assert client.recent_jobs(settings) == []
    assert client.unfinished_ids(settings) == []
    with pytest.raises(CaretakerError, match="There is no job"):
        client.status(settings, "nothing")
    with pytest.raises(BusyError, match="has not started"):
        client.submit(settings, Monitor(model="m"))


def test_a_worker_is_alive_while_it_holds_its_lock(settings: Any) -> None:
    assert not client.worker_alive(settings)
    with hold_lock(settings.run / "worker.lock"):
        assert client.worker_alive(settings)
    assert not client.worker_alive(settings)


def test_closing_lets_go_of_every_database_that_was_asked(settings: Any) -> None:
    another = Settings(home=settings.home / "another")
    another.home.mkdir()
    assert client.recent_jobs(settings) == client.recent_jobs(another) == []
    assert open_files(settings.home) == {settings.home / "jobs.db", another.home / "jobs.db"}
    client.close()
    assert open_files(settings.home) == set()
    assert client.recent_jobs(settings) == []


def open_files(folder: Path) -> set[Path]:
    """Files of the folder that this process holds open."""
    held = {Path(os.path.realpath(link)) for link in Path("/proc/self/fd").iterdir()}
    return {path for path in held if path.is_relative_to(folder)}


def test_the_time_left_runs_down_between_two_reports(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(client.time, "time", lambda: 105.0)
    assert client._seconds_left({"left": 60.0, "at": 100.0}) == 55.0
    assert client._seconds_left({"left": 2.0, "at": 100.0}) == 1.0
    assert client._seconds_left({}) is None
