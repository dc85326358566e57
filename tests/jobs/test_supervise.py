import os
import time
from pathlib import Path
from typing import Any

import pytest

from core.jobs import supervise
from core.locks import hold_lock
from core.settings import Settings


def test_no_worker_is_started_while_another_one_lives(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    started: list[Any] = []
    monkeypatch.setattr(supervise, "_spawn", lambda *_: started.append(1))
    monkeypatch.setattr(supervise, "LOOK_SECONDS", 0.01)
    supervisor = supervise.Supervisor(settings)
    with hold_lock(settings.run / "worker.lock"):
        supervisor.start()
        time.sleep(0.1)
        supervisor.stop()
    assert started == []


def test_the_worker_gets_the_very_same_settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    given = Settings(home=tmp_path, jobs_url="sqlite:////x.db", trusted_model_types=("mine.", "yours."))
    for name, value in supervise._as_environment(given).items():
        monkeypatch.setitem(os.environ, name, value)
    assert Settings() == given


def test_the_worker_looks_where_the_server_was_started(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The worker starts in the folder of the program: there a relative path would be another home."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("CARETAKER_HOME", "home")
    monkeypatch.setenv("CARETAKER_DATA_FOLDERS", '["drop", "~/drop"]')
    monkeypatch.setenv("CARETAKER_DATABASE_URL", "sqlite:///own.db")
    monkeypatch.setenv("CARETAKER_MLFLOW_URI", "sqlite:///mlflow.db")
    given = Settings()
    assert given.home == tmp_path / "home"
    assert given.data_folders == (tmp_path / "drop", Path.home() / "drop")
    assert given.database == f"sqlite:///{tmp_path}/own.db"
    for name, value in supervise._as_environment(given).items():
        monkeypatch.setenv(name, value)
    monkeypatch.chdir("/")
    assert Settings() == given


def test_a_log_that_grew_too_large_is_put_aside(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(supervise, "LARGEST_LOG", 3)
    for _ in range(2):
        with supervise._log(settings) as log:
            log.write(b"lines")
    assert (settings.run / "worker.log.1").read_bytes() == b"lines"
    assert (settings.run / "worker.log").read_bytes() == b"lines"
