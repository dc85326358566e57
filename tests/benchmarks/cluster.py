"""The same jobs on one machine and on a Dask cluster of two workers: `python -m tests.benchmarks.cluster`.

Two homes hold the same model of so many rows. In each its labels are searched and it is trained again, in one
by the threads of this process, in the other by two workers of one thread each, on this same machine: what the
cluster costs is seen, not what it would gain. The suspects, their numbers and the judgement of the challenger
are compared to the last digit. Printed are seconds, of the clock and of the processor of this process, and
what was sent to the workers as files.
"""

import argparse
import hashlib
import tempfile
import time
from pathlib import Path

from distributed import LocalCluster

from core.jobs import foreground, threads
from core.jobs.cluster.packing import Packer
from core.jobs.spec import quiet
from core.services.experiments.jobs import Retrain
from core.services.label_errors import suspect_list
from core.services.label_errors.jobs import Scan
from core.settings import Settings
from core.store import models
from core.store.engine import reading
from core.store.experiments import trials
from core.store.workspace import open_workspace
from tests.benchmarks.retrain_cost import home

SENT = []


def main():
    """Print the table."""
    reader = argparse.ArgumentParser()
    reader.add_argument("--rows", type=int, default=12_000)
    asked = reader.parse_args()
    threads.cap()
    _count_what_is_sent()
    print(f"{asked.rows:,} rows of 20 numbers\n\n| job | where | s | CPU-s here | MB sent | findings |")
    print("|---|---|---|---|---|---|")
    with tempfile.TemporaryDirectory() as folder:
        two = LocalCluster(
            n_workers=2, threads_per_worker=1, host="127.0.0.1", scheduler_kwargs={"dashboard": False}
        )
        with two as cluster:
            for where, address in (("here", ""), ("cluster", cluster.scheduler_address)):
                ws, *_ = home(Path(folder) / where, asked.rows)
                settings = Settings(home=ws.settings.home, cluster=address)
                for job, findings in ((Scan(model="m"), _suspects), (Retrain(model="m", by="b"), _trials)):
                    SENT.clear()
                    began, cpu = time.monotonic(), time.process_time()
                    foreground.run(settings, job, quiet)
                    seconds = time.monotonic() - began, time.process_time() - cpu
                    name = type(job).__name__.lower()
                    print(
                        f"| {name} | {where} | {seconds[0]:.1f} | {seconds[1]:.1f} | {sum(SENT) / 1e6:.1f} "
                        f"| {findings(open_workspace(settings))} |"
                    )


def _suspects(ws):
    return _digest(suspect_list.export(ws, "m").to_csv(index=False))


def _trials(ws):
    with reading(ws.engine) as session:
        spec = models.spec(session, "m")
        rows = trials.list_trials(session, spec.id)
        return _digest(str([(row.recipe, row.cv) for row in rows]))


def _digest(text):
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def _count_what_is_sent():
    write = Packer._file

    def counted(self, value):
        before = len(self._files)
        file = write(self, value)
        if len(self._files) > before:
            SENT.append(Path(file).stat().st_size)
        return file

    Packer._file = counted


if __name__ == "__main__":
    main()
