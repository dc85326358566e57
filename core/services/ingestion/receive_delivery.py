"""Receive what a program sends: checked at once, safe on the disk, accepted by the worker."""

import os
import shutil
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path

from core.errors import BusyError, DuplicateBatch
from core.jobs import client
from core.jobs.spec import Progress
from core.lake.remotes.sources import read_table
from core.lake.schema import column_kinds
from core.lake.write import sync_folder
from core.locks import hold_lock
from core.model import ModelSpec
from core.services.ingestion import delivery_status
from core.services.ingestion.delivery_log import record_refusal
from core.services.ingestion.ingest import check_rows, ingest_tables
from core.services.ingestion.jobs import Deliver
from core.services.ingestion.views import DeliveryStatus
from core.store import models
from core.store.engine import reading
from core.store.ingestion import batches, deliveries
from core.store.workspace import Workspace
from core.tables.deliveries import Door, Kind, Sender
from core.tables.left_out import Sieve
from core.tables.table import about

DOOR: Door = "http"
LEAST_FREE = 512 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Body:
    """A whole body that came: its file, under the name that people read, and the SHA-256 of its bytes."""

    path: Path
    sha256: str


@dataclass(frozen=True, slots=True)
class Receipt:
    """The delivery, and whether it is new; `rows` that it holds, when it was opened."""

    delivery: DeliveryStatus
    fresh: bool
    rows: int | None


def make_room(ws: Workspace) -> None:
    """Delete what nobody waits for, now and then; refuse to begin when the disk is nearly full.

    Raises:
        BusyError: it is.
    """
    delivery_status.sweep(ws)
    home = ws.settings.home.resolve()
    if (free := shutil.disk_usage(home).free) < LEAST_FREE:
        raise BusyError(
            f"The disk of {home} is nearly full: {free / 1e6:,.0f} MB are free.",
            "Make room there, then send the rows again; what was sent before is safe.",
        )


def receive(ws: Workspace, name: str, body: Body, kind: Kind, by: str) -> Receipt:
    """Take the file over (it moves) and put its job in line; a delivery that is known changes nothing.

    Raises:
        DataError: the rows do not fit the model, which is written down; or there is no such model.
        BusyError: the worker has never started.
    """
    delivery = delivery_status.delivery_name(kind, body.sha256)
    status = delivery_status.find_status(ws, name, delivery)
    if status is not None and status.state in delivery_status.KNOWN:
        return Receipt(status, fresh=False, rows=status.rows)
    rows = check(ws, name, body, kind, by)
    lock = ws.settings.run / "deliveries" / f"{sha256(delivery.encode()).hexdigest()[0]}.lock"
    with hold_lock(lock):
        status = delivery_status.find_status(ws, name, delivery)
        if status is not None and status.state in delivery_status.KNOWN:
            return Receipt(status, fresh=False, rows=rows)
        with reading(ws.engine) as session:
            spec = models.spec(session, name)
        path = _settle(ws, spec, body, delivery)
        number = len(delivery_status.attempts(ws.settings, spec, delivery)) + 1
        job = Deliver(model=name, path=str(path), sha256=body.sha256, kind=kind, by=by)
        name_of_job = delivery_status.job_name(spec, delivery, number)
        job_id = client.submit(ws.settings, job, job_id=name_of_job)
    return Receipt(DeliveryStatus(delivery, kind, "queued", job_id), fresh=True, rows=rows)


def check(ws: Workspace, name: str, body: Body, kind: Kind, by: str) -> int:
    """Read the rows and hold them against the model; gives their number. A refusal is written down.

    Rows that do not fit are left out and listed when it is their turn, unless they are many. Whether labels
    belong to rows that have arrived is seen then, too.

    Raises:
        DataError: a value does not fit; with column and row.
    """
    with reading(ws.engine) as session:
        spec = models.spec(session, name)
        live = batches.live(session, spec.id)
    name_of_file = body.path.name
    files = [(name_of_file, body.sha256)]
    with record_refusal(ws, spec.id, files, kind, Sender(by, DOOR)), about(name_of_file):
        table = read_table(body.path)
        check_rows(Sieve(table), spec, column_kinds(ws.settings, spec, live), kind)
    return len(table.frame)


def accept(ws: Workspace, delivery: Deliver, progress: Progress) -> None:
    """Take in the file of an accepted delivery; taken in before a crash, nothing changes."""
    with reading(ws.engine) as session:
        model = models.spec(session, delivery.model).id
        arrival = deliveries.of_content(session, model, delivery.kind, delivery.sha256)
    if arrival is not None and arrival.outcome == "taken":
        return
    table = replace(read_table(Path(delivery.path)), sha256=delivery.sha256)
    try:
        ingest_tables(
            ws, delivery.model, [table], delivery.kind, by=delivery.by, door=DOOR, progress=progress
        )
    except DuplicateBatch:
        progress(1.0, "The same rows came before")  # in other bytes; written down as known


def _settle(ws: Workspace, spec: ModelSpec, body: Body, delivery: str) -> Path:
    """Move the body to its place so that a power cut cannot take it away any more."""
    target = delivery_status.folder(ws.settings, spec, delivery) / body.path.name
    target.parent.mkdir(parents=True, exist_ok=True)
    with body.path.open("rb") as handle:
        os.fsync(handle.fileno())
    body.path.rename(target)
    for folder in (target.parent, *target.parent.parents[:3]):
        sync_folder(folder)
    return target
