"""The doctor on the stores: database, MLflow, and the worker with its jobs."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from core.errors import CaretakerError
from core.jobs import client
from core.registry import store as registry
from core.services.operations.doctor_check import Check, size, weight
from core.settings import Settings
from core.store.migrate import is_known, versions
from core.store.ping import failure
from core.store.snapshot import sqlite_file
from core.store.trouble import nameless
from core.store.workspace import orphan_rows

LONG = timedelta(hours=6)
RECENT = 50
LOG = "run/worker.log has the details"


def database(settings: Settings) -> Iterator[Check]:
    """Whether the database answers and is whole, and how old its tables are; nothing is made or changed."""
    file, where = sqlite_file(settings.database), nameless(settings.database)
    is_missing = file is not None and not file.exists()
    if not is_missing and (trouble := failure(settings.database)) is not None:
        yield _broken("stores", "database", trouble)
        return
    now, newest = (None, "") if is_missing else versions(settings.database)
    if now is None and (lost := orphan_rows(settings)) is not None:
        yield _broken("stores", "database", lost)
        return
    if is_missing:
        hint = "Connect a model with `python -m core add`, or try `python -m core demo`."
        yield Check("stores", "database", "ok", f"{where} is not made yet", hint)
        return
    if now is not None and not is_known(now):
        detail = f"{where} has tables {now}, which this Caretaker does not know."
        yield Check("stores", "database", "broken", detail, "Update Caretaker: a newer one was here.")
        return
    large = f", {size(database_bytes(file))}" if file else ""
    if now != newest:
        hint = "The next start or command brings them up to date."
        yield Check("stores", "database", "watch", f"{where}{large}: tables {now} of {newest}", hint)
        return
    yield Check("stores", "database", "ok", f"{where}{large}, tables up to date ({now})")


def database_bytes(file: Path) -> int:
    """Of a SQLite database with what its log holds and the file does not yet: of a fresh one nearly all."""
    return sum(part.stat().st_size for part in (file, Path(f"{file}-wal")) if part.exists())


def mlflow(settings: Settings) -> Iterator[Check]:
    """Whether MLflow's store answers, and how large it is."""
    where = nameless(settings.mlflow)
    if not registry.exists(settings):
        yield Check("stores", "MLflow", "ok", f"{where} is not made yet")
        return
    trouble = failure(settings.mlflow, "CARETAKER_MLFLOW_URI") if _sql(settings.mlflow) else None
    trouble = trouble or registry.failure(settings)
    if trouble is not None:
        yield _broken("stores", "MLflow", trouble)
        return
    file = sqlite_file(settings.mlflow)
    large = f", {size(database_bytes(file))}; artifacts {size(weight(settings.artifacts))}" if file else ""
    yield Check("stores", "MLflow", "ok", f"{where}{large}")


def work(settings: Settings) -> Iterator[Check]:
    """Whether somebody does the jobs that wait."""
    file, alive = sqlite_file(settings.jobs), client.worker_alive(settings)
    if file is not None and not file.exists():
        yield Check("work", "worker", "ok", "no worker was started yet; commands do the work themselves")
        return
    if (trouble := failure(settings.jobs, "CARETAKER_JOBS_URL")) is not None:
        yield _broken("work", "jobs", trouble)
        return
    jobs = client.recent_jobs(settings, RECENT)
    waiting = [job for job in jobs if job.state in {"queued", "running"}]
    yield _worker(alive, len(waiting))
    long = [job for job in waiting if _age(job.started_at) > LONG]
    if long and alive:
        yield Check("work", "jobs", "watch", f"{long[0].kind} runs for over six hours", f"Stop it; {LOG}.")
    finished = [job for job in jobs if job.state in {"done", "failed"}]
    if finished and finished[0].state == "failed" and finished[0].error:
        error = finished[0].error
        detail = f"the last job ({finished[0].kind}) failed: {error['message']}"
        yield Check("work", "jobs", "watch", detail, error["hint"])


def _worker(alive: bool, waiting: int) -> Check:
    if alive:
        return Check("work", "worker", "ok", f"alive; {waiting} jobs wait or run")
    if waiting:
        hint = "Start the server or `python -m core worker`: it goes on where they stopped."
        return Check("work", "worker", "broken", f"none is alive, and {waiting} jobs wait", hint)
    return Check("work", "worker", "ok", "none is alive and nothing waits; commands do the work themselves")


def _broken(area: str, name: str, error: CaretakerError) -> Check:
    return Check(area, name, "broken", error.message, error.hint)


def _sql(uri: str) -> bool:
    return uri.startswith(("sqlite:", "postgresql", "mysql", "mssql"))


def _age(started: str | None) -> timedelta:
    return datetime.now(UTC) - datetime.fromisoformat(started) if started else timedelta(0)
