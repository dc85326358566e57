"""200 models with a schedule each over an hour of simulated time: is every run put in line once, and on time?

`python -m tests.benchmarks.schedules [--models 200]`; a look every 2 seconds as the worker has them; jobs are
noted, not computed. In a second hour the worker is down from the tenth to the fortieth minute.
"""

import argparse
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from core.access import LOCAL
from core.jobs import client
from core.model import ModelSpec, Roles
from core.services.schedules import plan, runs
from core.services.timetable import LOOK_SECONDS
from core.settings import Settings
from core.store import models
from core.store.engine import writing
from core.store.workspace import open_workspace

START = datetime(2026, 3, 3, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
EVERY = (5, 10, 15, 30, 60)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--models", type=int, default=200)
    number = parser.parse_args().models
    with TemporaryDirectory() as folder:
        ws = fill(Path(folder), number)
        print("hour | due | put in line | twice | late by more than a look | looks | CPU s | CPU ms a look")
        hour(ws, "quiet", START, down=())
        hour(ws, "down from :10 to :40", START + HOUR, down=(10, 40))
        ws.engine.dispose()


def fill(folder, number):
    ws = open_workspace(Settings(home=folder))
    for one in range(number):
        roles = Roles(label="y", id="id")
        spec = ModelSpec(0, f"m{one}", "binary", "record", ("no", "yes"), roles, "m", "accuracy", 0.02, "day")
        with writing(ws.engine) as session:
            models.add(session, spec)
        minutes = EVERY[one % len(EVERY)]
        cron = f"{one % minutes}-59/{minutes} * * * *"
        plan.set_schedule(ws, spec.name, "check", cron, person=LOCAL, moment=START - timedelta(seconds=1))
    return ws


def hour(ws, name, start, down):
    """One hour; prints its line."""
    jobs, late, twice, moment = {}, 0, 0, start
    now = [start]

    def submit(_settings, job, *, job_id):
        nonlocal late, twice
        twice += job_id in jobs
        jobs[job_id] = job
        late += now[0].timestamp() - int(job_id.rsplit("-", 1)[1]) >= LOOK_SECONDS

    client.submit = submit
    due = sum(
        len(range(one % EVERY[one % len(EVERY)], 60, EVERY[one % len(EVERY)]))
        for one in range(len(plan.list_schedules(ws)))
    )
    looks, began = 0, time.process_time()
    while moment < start + HOUR:
        now[0] = moment
        if not down or not down[0] <= (moment - start) / timedelta(minutes=1) < down[1]:
            runs.submit_waiting(ws)
            if runs.begin_due(ws, moment):
                runs.submit_waiting(ws)
            looks += 1
        moment += timedelta(seconds=LOOK_SECONDS)
    cpu = time.process_time() - began
    print(f"{name} | {due} | {len(jobs)} | {twice} | {late} | {looks} | {cpu:.1f} | {1000 * cpu / looks:.2f}")


if __name__ == "__main__":
    main()
