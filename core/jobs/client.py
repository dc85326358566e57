"""Submit, follow and stop jobs from any process; the job library is imported on the first call only."""

import time
from threading import Lock
from typing import TYPE_CHECKING, Any

from core.errors import BusyError, CaretakerError
from core.jobs.job import Job, to_json
from core.jobs.status import JobStatus, State
from core.locks import is_held
from core.settings import Settings
from core.store.trouble import refusal

if TYPE_CHECKING:
    from dbos import DBOSClient, WorkflowStatus
    from sqlalchemy.exc import DBAPIError

WORKFLOW = "run_job"
HEAVY = "heavy"  # the queue of one place; quick kinds have a queue of their own, called like the kind
STATES: dict[str, State] = {
    "ENQUEUED": "queued",
    "DELAYED": "queued",
    "PENDING": "running",
    "SUCCESS": "done",
    "CANCELLED": "cancelled",
    "ERROR": "failed",
    "MAX_RECOVERY_ATTEMPTS_EXCEEDED": "failed",
}
UNFINISHED = [status for status, state in STATES.items() if state in {"queued", "running"}]
BROKEN = {
    "message": "The job ended in a way that should not happen.",
    "hint": "Submit it again; if it fails again, send run/worker.log to your engineer.",
}
PATIENCE_SECONDS = 30.0

_clients: "dict[str, DBOSClient]" = {}
_opening = Lock()


def submit(
    settings: Settings,
    job: Job,
    *,
    dedupe: str | None = None,
    job_id: str | None = None,
) -> str:
    """Put the job with these arguments in line and return its id.

    While a job with the same `dedupe` key is queued or running, its id is returned and nothing is added.
    When there is a job `job_id`, even one that has ended, nothing is added.

    Raises:
        BusyError: the worker has never started and did not do so within 30 seconds.
    """
    kind = job.declaration.name
    queue = kind if kind in _quick_kinds(settings) else HEAVY
    options: dict[str, Any] = {"workflow_name": WORKFLOW, "queue_name": queue}
    if job_id is not None:
        options["workflow_id"] = job_id
    if dedupe is not None:
        options |= {"deduplication_id": f"{kind}:{dedupe}", "duplication_policy": "return-existing"}
    return _client(settings.jobs).enqueue(options, kind, to_json(job)).get_workflow_id()  # type: ignore[arg-type]


def status(settings: Settings, job_id: str) -> JobStatus:
    """How the job stands.

    Raises:
        CaretakerError: there is no such job.
    """
    rows = _list(settings, workflow_ids=[job_id])
    if not rows:
        raise CaretakerError(f"There is no job {job_id}.", "Finished jobs are forgotten after 90 days.")
    return _status(rows[0])


def jobs_with_prefix(settings: Settings, prefix: str) -> list[JobStatus]:
    """The jobs whose id begins so, oldest first."""
    return [_status(row) for row in _list(settings, workflow_id_prefix=prefix)]


def recent_jobs(settings: Settings, limit: int = 20) -> list[JobStatus]:
    """The newest jobs first; empty when the worker has never started."""
    return [_status(row) for row in _list(settings, limit=limit, sort_desc=True)]


def live_jobs(settings: Settings) -> list[JobStatus]:
    """The jobs that are queued or running, the newest first, however many ended since they began."""
    return [_status(row) for row in _list(settings, status=UNFINISHED, sort_desc=True)]


def unfinished_ids(settings: Settings) -> list[str]:
    """Ids of the jobs that are queued or running."""
    rows = _list(settings, status=UNFINISHED, load_input=False, load_output=False)
    return [row.workflow_id for row in rows]


def step_names(settings: Settings, job_id: str) -> list[str]:
    """Names of the steps that ended, in order, as the job library keeps them."""
    steps = _client(settings.jobs).list_workflow_steps(job_id, load_output=False)
    return [step["function_name"] for step in steps]


def cancel(settings: Settings, job_id: str) -> None:
    """Take the job out of the line, or stop its running step; a job that has ended stays as it is."""
    _client(settings.jobs).cancel_workflow(job_id)


def forget(settings: Settings, ended_before: str, *, kind: type[Job] | None = None) -> int:
    """Delete the jobs (of a quick kind) that ended before this ISO moment; returns how many."""
    some: dict[str, Any] = {} if kind is None else {"queue_name": kind.declaration.name}
    rows = _list(settings, completed_before=ended_before, load_input=False, load_output=False, **some)
    _client(settings.jobs).delete_workflows([row.workflow_id for row in rows])
    return len(rows)


def worker_alive(settings: Settings) -> bool:
    """Whether a worker holds its lock on this machine."""
    return is_held(settings.run / "worker.lock")


def close() -> None:
    """Let go of every connection of this process; the next call opens its own again."""
    while _clients:
        _clients.popitem()[1].destroy()


def _client(url: str) -> "DBOSClient":
    with _opening:
        if url not in _clients:
            _clients[url] = _open(url)
        return _clients[url]


def _open(url: str) -> "DBOSClient":
    from dbos import DBOSClient, DBOSPortableJSONSerializer

    from core.jobs import clock

    clock.lend()
    return DBOSClient(
        system_database_url=url,
        serializer=DBOSPortableJSONSerializer(),
        application_name="caretaker",
        lazy=True,
        retry_connection_errors=False,
    )


def _quick_kinds(settings: Settings) -> set[str]:
    """The kinds with a queue of their own, as the worker declared them."""
    from sqlalchemy.exc import DBAPIError

    deadline = time.monotonic() + PATIENCE_SECONDS
    while True:
        try:
            names = {queue.name for queue in _client(settings.jobs).list_queues()}
        except DBAPIError as error:
            _refuse_broken(error, settings)
            names = set()  # the worker has not made the tables yet
        if HEAVY in names:
            return names - {HEAVY}
        if time.monotonic() > deadline:
            raise BusyError("The worker has not started yet.", "Wait a few seconds and try again.")
        time.sleep(0.2)


def _list(settings: Settings, **query: Any) -> "list[WorkflowStatus]":
    from sqlalchemy.exc import DBAPIError

    try:
        return _client(settings.jobs).list_workflows(name=WORKFLOW, **query)
    except DBAPIError as error:
        _refuse_broken(error, settings)
        return []  # the worker has not made the tables yet


def _refuse_broken(error: "DBAPIError", settings: Settings) -> None:
    """Say that the database of the jobs is damaged, locked or away; that tables are missing is no trouble."""
    if (refused := refusal(error, settings.jobs, "CARETAKER_JOBS_URL")) is not None:
        raise refused from error


def _status(row: "WorkflowStatus") -> JobStatus:
    kind, args = row.input["args"] if row.input else ("", {})
    output, report = row.output or {}, row.attributes or {}
    state = STATES[row.status]
    error = output.get("error") if state == "done" else BROKEN if state == "failed" else None
    if error:
        state = "failed"
    return JobStatus(
        id=row.workflow_id,
        kind=kind,
        state=state,
        fraction=1.0 if state == "done" else report.get("fraction", 0.0),
        message=report.get("message", ""),
        seconds_left=_seconds_left(report) if state == "running" else None,
        started_at=report.get("started"),
        result=output.get("result") if state == "done" else None,
        error=error,
        args=args,
    )


def _seconds_left(report: dict[str, Any]) -> float | None:
    """The estimate of the last report, less the time since then."""
    if report.get("left") is None:
        return None
    return float(max(1.0, report["left"] - (time.time() - report["at"])))
