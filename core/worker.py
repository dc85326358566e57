"""The job process: `python -m core worker`. At most one lives on a machine; kill it whenever you like."""

import os
import signal
import sys
import threading
import time
from datetime import UTC, datetime, timedelta
from io import FileIO
from typing import Any

import structlog

from core import logs
from core.errors import CaretakerError
from core.jobs import child, client, runner
from core.jobs.job import Jobs
from core.jobs.spec import StepContext
from core.locks import try_hold
from core.private import keep_private
from core.services.alerts.jobs import SendAlerts
from core.services.deployment.jobs import Announce
from core.services.experiments.jobs import Retrain
from core.services.ingestion.jobs import Poll
from core.services.label_errors.jobs import Learn
from core.services.monitoring.jobs import Monitor
from core.settings import Settings

TRIES, PAUSE_SECONDS = 5, 0.1
KEEP_DAYS = 90
NICE = 10
OFTEN = ("core.services.monitoring.monitor", "core.services.ingestion.ingest")
"""What the steps that run most often import, .4 CPU-seconds: once for all of them."""
log = structlog.get_logger()


def run(settings: Settings, jobs: Jobs, *, tied: bool = False) -> int:
    """Work until the process is told to stop; with `tied` also until standard input ends.

    Returns:
        The exit code: 1 when another worker is at work, or when this one cannot start; the log says why.
    """
    logs.configure()
    keep_private()
    if tied and hasattr(os, "nice"):
        os.nice(NICE)  # the pages of the process that started it come first
    lock = _hold(settings)
    if lock is None:
        log.warning("another worker is at work", home=str(settings.home))
        return 1
    try:
        with lock, runner.in_words(settings, "start of the worker"):
            return _work(settings, jobs, tied=tied)  # the lock is given back only when the start fails
    except CaretakerError as error:
        log.critical("The worker cannot start.", reason=error.message, hint=error.hint)
        return 1


def _work(settings: Settings, jobs: Jobs, *, tied: bool) -> int:
    stop = threading.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda *_: stop.set())
    if tied:
        threading.Thread(target=_wait_for_the_end_of_input, args=(stop,), daemon=True).start()
    _start(settings, jobs)
    threading.Thread(target=_keep_the_timetable, args=(settings, stop, jobs), daemon=True).start()
    log.info("the worker is ready", home=str(settings.home))
    stop.wait()
    log.info("the worker stops")
    sys.stderr.flush()
    # No good-byes: the next worker takes up the running jobs exactly as after a crash.
    os._exit(0)


def _hold(settings: Settings) -> FileIO | None:
    # Somebody who only looks whether a worker lives takes the lock for an instant: try again.
    for _ in range(TRIES):
        lock = try_hold(settings.run / "worker.lock")
        if lock is not None:
            return lock
        time.sleep(PAUSE_SECONDS)
    return None


def _wait_for_the_end_of_input(stop: threading.Event) -> None:
    sys.stdin.buffer.read()
    stop.set()


def _keep_the_timetable(settings: Settings, stop: threading.Event, jobs: Jobs) -> None:
    from core.services import timetable
    from core.services.alerts import timetable as alerts
    from core.services.automation import timetable as trainings
    from core.services.deployment import timetable as deployments
    from core.services.ingestion.polling import timetable as deliveries
    from core.services.label_errors import timetable as answers
    from core.services.operations.fixity import timetable as databases
    from core.services.schedules import timetable as schedules

    makers = {
        Poll.declaration.name: deliveries.make_look,
        Announce.declaration.name: deployments.make_look,
        Retrain.declaration.name: trainings.make_look,
        Learn.declaration.name: answers.make_look,
        SendAlerts.declaration.name: alerts.make_look,
        Monitor.declaration.name: schedules.make_look,
    }
    looks = [make() for name, make in makers.items() if name in jobs]
    if looks:
        timetable.keep(settings, stop, [*looks, databases.make_look()])


def _start(settings: Settings, jobs: Jobs) -> None:
    child.prepare(OFTEN if Monitor.declaration.name in jobs else ())
    from core.jobs import runtime

    _reconcile(settings)
    runtime.launch(settings, jobs)
    client.forget(settings, (datetime.now(UTC) - timedelta(days=KEEP_DAYS)).isoformat())


def _reconcile(settings: Settings) -> None:
    """Repair what a crash left, before any job runs: a failure here must not keep the worker from working."""
    from core.registry import store

    live, work = client.unfinished_ids(settings), runner.work_folder(settings, "start")
    runner.remove_left(settings, lambda name: name not in live)
    if not store.exists(settings):
        return
    call = runner.StepCall(settings, "start", reconcile_step, live, {}, work)
    try:
        child.run(call, lambda _fraction, _message: None, lambda: False)
    except CaretakerError as error:
        log.warning("reconciliation failed", message=error.message)


def reconcile_step(context: StepContext[list[str]]) -> dict[str, Any]:
    """End the runs and trials of dead jobs, then finish or undo promotions that were interrupted."""
    from core.lake.write import remove_unfinished
    from core.registry import reconcile
    from core.services.deployment import promote
    from core.services.experiments import retrain

    live = context.args
    remove_unfinished(context.settings.lake)
    with context.workspace() as ws:
        ended = reconcile.reconcile(context.settings, live)
        closed = retrain.reconcile(ws, live)
        promote.reconcile(ws)
    return {"ended": ended, "closed": closed}


def main(arguments: list[str]) -> int:
    """`python -m core.worker [--tied]`, as the web process starts it."""
    from core.services.jobs import JOBS

    return run(Settings(), JOBS, tied="--tied" in arguments)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
