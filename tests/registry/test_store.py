import sqlite3
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from core.registry import store
from core.settings import PROJECT
from tests.browser.server import until

OPEN = """
from pathlib import Path
from core.registry import store
from core.settings import Settings
import sys
settings = Settings(home=Path(sys.argv[1]))
store.experiment(store.client(settings), settings, "hotel")
"""


def test_the_store_is_in_wal_mode_and_keeps_artifacts_where_the_settings_say(settings: Any) -> None:
    opened = store.client(settings)
    experiment = opened.get_experiment(store.experiment(opened, settings, "hotel"))
    assert experiment.artifact_location == (settings.artifacts / "hotel").as_uri()
    assert store.experiment(opened, settings, "hotel") == experiment.experiment_id
    connection = sqlite3.connect(settings.home / "mlflow.db")
    assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    connection.close()


@pytest.mark.processes
def test_four_processes_may_open_a_fresh_store_at_once(tmp_path: Path) -> None:
    opening = [
        subprocess.Popen([sys.executable, "-c", OPEN, str(tmp_path)], cwd=PROJECT, stderr=subprocess.PIPE)
        for _ in range(4)
    ]
    errors = [process.communicate()[1].decode() for process in opening]
    assert [process.returncode for process in opening] == [0] * 4, errors


@pytest.mark.processes
def test_a_store_whose_making_was_killed_is_made_anew(tmp_path: Path) -> None:
    """MLflow makes its tables one by one; half of them would make every later start fail."""
    file = tmp_path / "mlflow.db.new"
    killed = subprocess.Popen([sys.executable, "-c", OPEN, str(tmp_path)], cwd=PROJECT)
    until(lambda: file.exists() and file.stat().st_size > 0, "the first tables")
    killed.kill()
    killed.wait(10)
    assert not (tmp_path / "mlflow.db").exists()
    again = subprocess.run([sys.executable, "-c", OPEN, str(tmp_path)], cwd=PROJECT, check=False)
    assert (again.returncode, (tmp_path / "mlflow.db").exists(), file.exists()) == (0, True, False)
