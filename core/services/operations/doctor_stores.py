"""The doctor on the stores: database, MLflow, lake, and the worker with its jobs."""

import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from core.errors import CaretakerError
from core.jobs import client
from core.jobs.spec import Progress, quiet
from core.lake.whole import damage, restoring
from core.lake.write import ABANDONED_SECONDS
from core.registry import store as registry
from core.services.operations.backup_contents import lake_files
from core.services.operations.doctor_check import Check, size, weight
from core.settings import Settings
from core.store.migrate import is_known, versions
from core.store.ping import failure
from core.store.snapshot import sqlite_file
from core.store.trouble import nameless
from core.store.workspace import Workspace, orphan_rows

LONG = timedelta(hours=6)
RECENT = 50
LOG = "run/worker.log has the details"


def database(settings: Settings) -> Check:
    """Whether the database answers and is whole, and how old its tables are; nothing is made or changed."""
    file, where = sqlite_file(settings.database), nameless(settings.database)
    is_missing = file is not None and not file.exists()
    if not is_missing and (trouble := failure(settings.database)) is not None:
        return _broken("stores", "database", trouble)
    now, newest = (None, "") if is_missing else versions(settings.database)
    if now is None and (lost := orphan_rows(settings)) is not None:
        return _broken("stores", "database", lost)
    if is_missing:
        hint = "Connect a model with `python -m core add`, or try `python -m core demo`."
        return Check("stores", "database", "ok", f"{where} is not made yet", hint)
    if now is not None and not is_known(now):
        detail = f"{where} has tables {now}, which this Caretaker does not know."
        return Check("stores", "database", "broken", detail, "Update Caretaker: a newer one was here.")
    large = f", {size(database_bytes(file))}" if file else ""
    if now != newest:
        hint = "The next start or command brings them up to date."
        return Check("stores", "database", "watch", f"{where}{large}: tables {now} of {newest}", hint)
    return Check("stores", "database", "ok", f"{where}{large}, tables up to date ({now})")


def database_bytes(file: Path) -> int:
    """Of a SQLite database with what its log holds and the file does not yet: of a fresh one nearly all."""
    return sum(part.stat().st_size for part in (file, Path(f"{file}-wal")) if part.exists())


def mlflow(settings: Settings) -> Check:
    """Whether MLflow's store answers, and how large it is."""
    where = nameless(settings.mlflow)
    if not registry.exists(settings):
        return Check("stores", "MLflow", "ok", f"{where} is not made yet")
    trouble = failure(settings.mlflow, "CARETAKER_MLFLOW_URI") if _sql(settings.mlflow) else None
    trouble = trouble or registry.failure(settings)
    if trouble is not None:
        return _broken("stores", "MLflow", trouble)
    file = sqlite_file(settings.mlflow)
    large = f", {size(database_bytes(file))}; artifacts {size(weight(settings.artifacts))}" if file else ""
    return Check("stores", "MLflow", "ok", f"{where}{large}")


def lake(ws: Workspace, progress: Progress = quiet) -> Iterator[Check]:
    """Files that are named and damaged or not there, and those that nobody names."""
    named, present = set(lake_files(ws)), {path for path in ws.settings.lake.rglob("*") if path.is_file()}
    missing = sorted(named - present)
    if missing:
        detail = f"{len(missing):,} files that the database names are gone, e.g. {missing[0]}"
        yield Check("stores", "lake", "broken", detail, restoring(missing[0]))
    damaged = []
    for at, path in enumerate(sorted(named & present)):
        progress(0.3 + 0.1 * at / len(named), f"Reading {path.name}")
        if (reason := damage(path)) is not None:
            damaged.append(path)
            detail = f"{path} is damaged ({reason})"
            yield Check("stores", "lake", "broken", detail, restoring(path))
    if not missing and not damaged:
        total = size(sum(path.stat().st_size for path in present))
        yield Check("stores", "lake", "ok", f"{len(named):,} files, {total}")
    old = [path for path in present - named if path.stat().st_mtime < time.time() - ABANDONED_SECONDS]
    if old:
        large = size(sum(path.stat().st_size for path in old))
        detail = f"{len(old):,} files ({large}) that no row names, e.g. {min(old)}"
        yield Check("stores", "lake", "watch", detail, "Nobody reads them; they may be deleted.")


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
