"""What a worker costs that has nothing to do: seconds of the processor in a minute.

`python -m tests.benchmarks.idle_worker`: a worker over an empty home, measured for a minute without any job,
and again after one, while its queue is looked at often.
"""

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from core.jobs import client
from core.jobs.pace import IDLE_SECONDS
from core.services.onboarding.jobs import Look
from core.settings import Settings

START_SECONDS, MINUTE = 30.0, 60.0


def processor_seconds(pid):
    """Of one process, by Linux."""
    user, system = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[11:13]
    return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")


def measure(pid, seconds):
    """Seconds of the processor in a minute, over this time."""
    before = processor_seconds(pid)
    time.sleep(seconds)
    return (processor_seconds(pid) - before) * MINUTE / seconds


def main():
    """Print both."""
    with tempfile.TemporaryDirectory() as home:
        environment = {**os.environ, "CARETAKER_HOME": home}
        worker = subprocess.Popen([sys.executable, "-m", "core.worker"], env=environment)
        try:
            time.sleep(START_SECONDS)
            idle = measure(worker.pid, MINUTE)
            client.submit(Settings(home=Path(home)), Look(draft=0))
            after = measure(worker.pid, IDLE_SECONDS)
        finally:
            worker.kill()
            worker.wait()
    print(f"without a job: {idle:.1f} s of {MINUTE:.0f}")
    print(f"one job, and the time after it: {after:.1f} s of {MINUTE:.0f}")


if __name__ == "__main__":
    main()
