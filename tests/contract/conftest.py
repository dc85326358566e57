"""Real workers in processes of their own, ended when the test ends."""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from core.jobs import client
from core.jobs.job import Job
from core.jobs.status import JobStatus
from core.settings import PROJECT, Settings

PATIENCE_SECONDS = 300


class Desk:
    """A home with no worker yet, and the means to start, watch and kill workers on it."""

    def __init__(self, home: Path) -> None:
        self.settings = Settings(home=home)
        self.workers: list[subprocess.Popen[bytes]] = []
        self._log = (home / "workers.txt").open("ab")

    def start(self, *arguments: str, module: str = "tests.contract.slow_jobs") -> "subprocess.Popen[bytes]":
        """A worker process, by default with the jobs of `slow_jobs`."""
        worker = subprocess.Popen(
            [sys.executable, "-m", module, *arguments],
            env=os.environ | {"CARETAKER_HOME": str(self.settings.home)},
            cwd=PROJECT,
            stdin=subprocess.PIPE,
            stdout=self._log,
            stderr=self._log,
        )
        self.workers.append(worker)
        return worker

    def submit(self, job: Job, *, dedupe: str | None = None) -> str:
        """A job's id."""
        return client.submit(self.settings, job, dedupe=dedupe)

    def until(self, job_id: str, *states: str) -> JobStatus:
        """How the job stands once it is in one of the states."""
        status: JobStatus = self.wait_for(
            lambda: (seen := client.status(self.settings, job_id)).state in states and seen
        )
        return status

    def trace(self, word: str) -> list[list[str]]:
        """What follows the word in the trace, one entry for each time."""
        path = self.settings.run / "trace"
        lines = path.read_text().splitlines() if path.exists() else []
        return [line.split()[1:] for line in lines if line.split()[0] == word]

    def pids(self, word: str) -> list[int]:
        """Process ids in the first trace of a step, once it is there."""
        return [int(pid) for pid in self.wait_for(lambda: self.trace(word))[0]]

    def close(self) -> None:
        """End the workers and let go of the files."""
        for worker in self.workers:
            worker.kill()
            worker.communicate()
        self._log.close()
        client.close()

    @staticmethod
    def wait_for(look: Callable[[], Any], seconds: float = PATIENCE_SECONDS) -> Any:
        """What `look` returns as soon as it is truthy."""
        deadline = time.monotonic() + seconds
        while not (seen := look()):
            assert time.monotonic() < deadline, "it did not happen in time"
            time.sleep(0.05)
        return seen

    @staticmethod
    def alive(pid: int) -> bool:
        """Whether the process runs; one that is dead and not yet buried does not."""
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return False
        stat = Path(f"/proc/{pid}/stat")
        return not stat.exists() or stat.read_text().rpartition(")")[2].split()[0] != "Z"


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    monkeypatch.setenv("PYTHONPATH", f"{PROJECT}{os.pathsep}{Path(__file__).parent}")
    opened = Desk(tmp_path)
    yield opened
    opened.close()
