"""The worker's side of the job library: one durable workflow that walks through the steps of a job."""

import shutil
import threading
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from core.errors import CaretakerError
from core.jobs import child, client, clock
from core.jobs.client import HEAVY, WORKFLOW
from core.jobs.job import Jobs, from_json
from core.jobs.pace import IDLE_POLL_SECONDS, Pace
from core.jobs.runner import StepCall, work_folder
from core.jobs.spec import Cancelled
from core.jobs.track import Track
from core.settings import Settings
from core.store.engine import JOB_SECONDS
from core.store.sqlite.wal import write_ahead

if TYPE_CHECKING:
    from dbos import DBOSConfig

RESTARTS = 10
EXECUTOR = "worker"  # constant: a restarted worker takes up what the dead one left
VERSION = "1"  # constant: the default hashes the source, and each edit would strand waiting jobs


def launch(settings: Settings, jobs: Jobs) -> None:
    """Bring the job tables up to date, take up what a dead worker left and begin to work."""
    from dbos import DBOS

    # Before the tables are there, because later the clients' reads stand in the way of the switch.
    write_ahead(settings.jobs)
    clock.lend()
    DBOS(config=_config(settings))

    quick = [job.declaration.name for job in jobs.values() if job.declaration.quick]
    # The heavy one last: a client takes it as the sign that the worker is ready.
    paces = {name: Pace() for name in (*quick, HEAVY)}

    @DBOS.workflow(name=WORKFLOW, max_recovery_attempts=RESTARTS)
    def run_job(kind: str, args: dict[str, Any]) -> dict[str, Any]:
        pace = paces.get(kind, paces[HEAVY])
        pace.wake()
        try:
            return _run(settings, jobs, kind, args)
        finally:
            pace.wake()

    DBOS.launch()
    for name, pace in paces.items():
        queue = DBOS.register_queue(name, global_concurrency=1, polling_interval_sec=IDLE_POLL_SECONDS)
        threading.Thread(target=pace.keep, args=(queue,), daemon=True).start()


def _config(settings: Settings) -> "DBOSConfig":
    from dbos import DBOSPortableJSONSerializer

    return {
        "name": "caretaker",
        "system_database_url": settings.jobs,
        "application_version": VERSION,
        "executor_id": EXECUTOR,
        "log_level": "WARNING",
        "serializer": DBOSPortableJSONSerializer(),
    }


def _run(settings: Settings, jobs: Jobs, kind: str, document: dict[str, Any]) -> dict[str, Any]:
    """Walk through the steps; those that were done before a crash answer from their checkpoint."""
    from dbos import DBOS

    job_id = str(DBOS.workflow_id)
    job = jobs.get(kind)
    if job is None:
        return _failure_document(
            f"There is no job of the kind {kind!r}.", "Restart the worker after an update."
        )
    try:
        args = from_json(job, document)
    except CaretakerError as error:
        return _failure_document(error.message, error.hint)
    # A job that an older version began goes on under the names that it gave to its steps.
    old_names = client.step_names(settings, job_id)[1:]
    started = DBOS.run_step({"name": "started"}, lambda: datetime.now(UTC).isoformat(timespec="seconds"))
    track = Track(job_id, started)
    state: dict[str, Any] = {}
    for index, step in enumerate(job.declaration.steps):
        work = work_folder(settings, job_id)
        call = StepCall(settings, job_id, step.function, args, state, work, JOB_SECONDS)
        name = old_names[index] if index < len(old_names) else f"{kind}: {call.name}"
        outcome = DBOS.run_step({"name": name}, _step, call, track, job.declaration.span(index))
        if outcome["error"] is not None:
            state = {}
            break
        state |= outcome["result"]
    shutil.rmtree(work_folder(settings, job_id), ignore_errors=True)
    return {"result": state, "error": outcome["error"]}


def _step(call: StepCall, track: Track, span: tuple[float, float]) -> dict[str, Any]:
    from dbos import DBOS, error

    low, high = span

    def progress(fraction: float, message: str) -> None:
        track.write(low + (high - low) * min(1.0, max(0.0, fraction)), message)

    def is_cancelled() -> bool:
        status = DBOS.get_workflow_status(call.job_id)
        return status is None or status.status == "CANCELLED"

    progress(0.0, "")
    try:
        return {"result": child.run(call, progress, is_cancelled), "error": None}
    except CaretakerError as refused:
        return _failure_document(refused.message, refused.hint)
    except Cancelled:
        shutil.rmtree(call.work, ignore_errors=True)
        raise error.DBOSWorkflowCancelledError(f"{call.job_id} was cancelled") from None


def _failure_document(message: str, hint: str) -> dict[str, Any]:
    return {"result": {}, "error": {"message": message, "hint": hint}}
