"""Broken here: with a shared MLflow server the files of models land where only this machine finds them."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request

import numpy as np
import pytest

from core.registry import load, store, trials
from core.settings import Settings

pytestmark = pytest.mark.processes


@pytest.fixture
def served(tmp_path):
    """Address of a real MLflow server with a folder of its own for files."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    folder = tmp_path / "server"
    folder.mkdir()
    command = (
        *(sys.executable, "-m", "mlflow", "server", "--host", "127.0.0.1", "--port", str(port)),
        *("--workers", "1", "--backend-store-uri", f"sqlite:///{folder}/mlflow.db"),
        *("--artifacts-destination", str(folder / "files")),
    )
    environment = {**os.environ, "MLFLOW_DISABLE_TELEMETRY": "true"}
    with (folder / "log").open("w") as log:
        process = subprocess.Popen(
            command, cwd=folder, env=environment, stdout=log, stderr=log, start_new_session=True
        )
    address = f"http://127.0.0.1:{port}"
    try:
        wait(f"{address}/health", process)
        yield address
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        process.wait(30)


def wait(address, process, seconds=120):
    """Until the server answers."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        assert process.poll() is None, "the server ended"
        try:
            with urllib.request.urlopen(address, timeout=2):
                return
        except OSError:
            time.sleep(0.3)
    raise AssertionError("the server does not answer")


def test_a_model_is_kept_where_the_server_keeps_files(served, tmp_path, record, rows, fitted):
    settings = Settings(home=tmp_path / "home", mlflow_uri=served)
    logged = trials.log_trial(settings, record)
    opened = store.client(settings)
    experiment = opened.get_experiment_by_name("hotel")
    assert experiment.artifact_location.startswith("mlflow-artifacts:/")
    assert not list((tmp_path / "home").rglob("*.skops"))
    assert list((tmp_path / "server" / "files").rglob("*.skops"))
    elsewhere = Settings(home=tmp_path / "another machine", mlflow_uri=served)
    loaded = load.load_estimator(elsewhere, "hotel", logged.version)
    complete = rows.fillna(0.0)
    np.testing.assert_array_equal(loaded.predict_proba(complete), fitted.predict_proba(complete))
