"""Keep one worker running beside the web process."""

import json
import os
import subprocess
import sys
import threading
import time
from contextlib import suppress
from typing import IO

from core.jobs.client import worker_alive
from core.jobs.runner import log_path
from core.modules import IMPORT_FOLDER, local_name
from core.settings import Settings

LOOK_SECONDS = 0.5
LONGEST_PAUSE = 30.0
SETTLED_SECONDS = 60.0
STOP_SECONDS = 5.0
LARGEST_LOG = 5_000_000


class Supervisor:
    """Starts a worker when none holds the lock, and again with growing pauses when it dies.

    The worker it starts ends with this process, however that ends: it reads a pipe that only we hold open.
    """

    def __init__(self, settings: Settings, module: str = local_name("core.worker")) -> None:
        self._settings = settings
        self._module = module
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._watch, name="caretaker supervisor", daemon=True)
        self._worker: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Begin to watch, in a thread."""
        self._thread.start()

    def stop(self) -> None:
        """Stop watching, and stop the worker if it is ours."""
        self._stop.set()
        self._thread.join()
        if self._worker is not None:
            _end(self._worker)

    def _watch(self) -> None:
        pause, started = LOOK_SECONDS, 0.0
        while not self._stop.is_set():
            if self._worker is not None and self._worker.poll() is not None:
                _end(self._worker)
                self._worker = None
                settled = time.monotonic() - started > SETTLED_SECONDS
                pause = LOOK_SECONDS if settled else min(LONGEST_PAUSE, 2 * pause)
                self._stop.wait(pause)
            elif self._worker is None and not worker_alive(self._settings):
                self._worker, started = _spawn(self._settings, self._module), time.monotonic()
            self._stop.wait(LOOK_SECONDS)


def _spawn(settings: Settings, module: str) -> "subprocess.Popen[bytes]":
    with _log(settings) as log:
        return subprocess.Popen(
            [sys.executable, "-m", module, "--tied"],
            cwd=IMPORT_FOLDER,
            env=os.environ | _as_environment(settings),
            stdin=subprocess.PIPE,
            stdout=log,
            stderr=log,
        )


def _as_environment(settings: Settings) -> dict[str, str]:
    """The settings as variables: a command line, which everybody can read, may not hold a password."""
    values = settings.model_dump(mode="json")
    return {
        f"CARETAKER_{name.upper()}": value if isinstance(value, str) else json.dumps(value)
        for name, value in values.items()
    }


def _log(settings: Settings) -> IO[bytes]:
    path = log_path(settings)
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.exists() and path.stat().st_size > LARGEST_LOG:
        path.replace(path.with_suffix(".log.1"))
    return path.open("ab")


def _end(worker: "subprocess.Popen[bytes]") -> None:
    if worker.stdin is not None:
        worker.stdin.close()
    with suppress(subprocess.TimeoutExpired):
        worker.wait(STOP_SECONDS)
        return
    worker.kill()
    worker.wait()
