import os
import time
from pathlib import Path
from typing import Any

import pytest

from core.jobs import supervise
from core.locks import held
from core.settings import Settings


def test_no_worker_is_started_while_another_one_lives(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    started: list[Any] = []
    monkeypatch.setattr(supervise, "_spawn", lambda *_: started.append(1))
    monkeypatch.setattr(supervise, "LOOK_SECONDS", 0.01)
    supervisor = supervise.Supervisor(settings)
    with held(settings.run / "worker.lock"):
        supervisor.start()
        time.sleep(0.1)
        supervisor.stop()
    assert started == []


def test_the_worker_gets_the_very_same_settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    given = Settings(home=tmp_path, jobs_url="sqlite:////x.db", trusted_model_types=("mine.", "yours."))
    for name, value in supervise._as_environment(given).items():
        monkeypatch.setitem(os.environ, name, value)
    assert Settings() == given


def test_a_log_that_grew_too_large_is_put_aside(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(supervise, "LARGEST_LOG", 3)
    for _ in range(2):
        with supervise._log(settings) as log:
            log.write(b"lines")
    assert (settings.run / "worker.log.1").read_bytes() == b"lines"
    assert (settings.run / "worker.log").read_bytes() == b"lines"
