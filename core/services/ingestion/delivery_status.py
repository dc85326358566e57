"""Deliveries over HTTP: where their bytes wait, and how each of them stands.

A delivery is named by its kind and the hash of its bytes, so the same bytes are the same delivery. Its file
is synced before a job with a name of its own is put in line; both outlive any crash.
"""

import re
import shutil
import time
from dataclasses import replace
from pathlib import Path
from typing import cast, get_args

from core.jobs import client
from core.jobs.status import JobStatus
from core.model import ModelSpec
from core.services.ingestion.views import DeliveryState, DeliveryStatus
from core.settings import Settings
from core.store import models
from core.store.engine import reading
from core.store.ingestion import deliveries
from core.store.tables import Arrival
from core.store.workspace import Workspace
from core.tables.deliveries import Kind

KINDS: tuple[Kind, ...] = get_args(Kind)
HASH_DIGITS = 32
NAME = re.compile(rf"({'|'.join(KINDS)})-([0-9a-f]{{{HASH_DIGITS}}})")
UNDER_WAY = frozenset({"queued", "running"})
KNOWN = UNDER_WAY | {"taken", "known"}
KEPT_SECONDS = 7 * 24 * 3600.0
"""How long the bytes of a delivery are kept that could not be taken in."""
HALF_SECONDS = 3600.0
"""After that time nobody goes on writing a body that came by half."""


def delivery_name(kind: Kind, content: str) -> str:
    """The name of a delivery whose bytes have this SHA-256.

    >>> delivery_name("labels", "ab" * 32)
    'labels-abababababababababababababababab'
    """
    return f"{kind}-{content[:HASH_DIGITS]}"


def find_status(ws: Workspace, name: str, delivery: str) -> DeliveryStatus | None:
    """How the delivery stands; None when nothing of that name came.

    Raises:
        DataError: there is no such model.
    """
    parts = NAME.fullmatch(delivery)
    if parts is None:
        return None
    kind, content = cast("Kind", parts[1]), parts[2]
    with reading(ws.engine) as session:
        spec = models.spec(session, name)
        arrival = deliveries.of_content(session, spec.id, kind, content)
    tries = attempts(ws.settings, spec, delivery)
    last = tries[-1] if tries else None
    if last is not None and last.state in UNDER_WAY:
        return DeliveryStatus(delivery, kind, cast("DeliveryState", last.state), last.id)
    if arrival is not None:
        return _ended_status(delivery, arrival, last)
    if last is None:
        return None
    refusal = last.error or {"message": "", "hint": ""}
    state = cast("DeliveryState", last.state)
    return DeliveryStatus(delivery, kind, state, last.id, message=refusal["message"], hint=refusal["hint"])


def attempts(settings: Settings, spec: ModelSpec, delivery: str) -> list[JobStatus]:
    """The jobs that tried to take it in, oldest first: more than one only when the earlier ones failed."""
    jobs = client.jobs_with_prefix(settings, job_name(spec, delivery, ""))
    return sorted(jobs, key=lambda job: int(job.id.rpartition(".")[2]))


def job_name(spec: ModelSpec, delivery: str, number: int | str) -> str:
    """The id of the job that tries for the n-th time."""
    return f"deliver-{spec.id}-{delivery}.{number}"


def folder(settings: Settings, spec: ModelSpec, delivery: str) -> Path:
    """Where the file of a delivery waits."""
    return settings.run / "deliveries" / str(spec.id) / delivery


def halves(settings: Settings) -> Path:
    """Where bodies lie while they come."""
    return settings.run / "deliveries" / "halves"


def sweep(ws: Workspace) -> None:
    """Delete half bodies that nobody goes on writing, and old files that no job waits for; once an hour."""
    now, swept = time.time(), ws.settings.run / "deliveries" / "swept"
    if swept.exists() and swept.stat().st_mtime > now - HALF_SECONDS:
        return
    swept.parent.mkdir(exist_ok=True)
    swept.touch()
    for half in halves(ws.settings).glob("*"):
        if half.stat().st_mtime < now - HALF_SECONDS:
            shutil.rmtree(half, ignore_errors=True)
    for old in (ws.settings.run / "deliveries").glob("[0-9]*/*"):
        if old.stat().st_mtime > now - KEPT_SECONDS:
            continue
        tries = client.jobs_with_prefix(ws.settings, f"deliver-{old.parent.name}-{old.name}.")
        if not any(job.state in UNDER_WAY for job in tries):
            shutil.rmtree(old, ignore_errors=True)


def _ended_status(delivery: str, arrival: Arrival, job: JobStatus | None) -> DeliveryStatus:
    status = DeliveryStatus(
        delivery,
        cast("Kind", arrival.kind),
        cast("DeliveryState", arrival.outcome),
        None if job is None else job.id,
        message=arrival.message,
        hint=arrival.hint,
    )
    if arrival.outcome != "taken":
        return status
    return replace(
        status,
        rows=arrival.rows,
        new=arrival.new,
        replaced=arrival.replaced,
        labelled=arrival.labelled,
        left_out=arrival.left_out.get("rows", 0),
        clipped=arrival.left_out.get("clipped", 0),
        listed=tuple(arrival.left_out.get("listed", ())),
    )
