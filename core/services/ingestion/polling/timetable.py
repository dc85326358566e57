"""The timetable of deliveries: sources that are due are looked at, old and damaged findings are made anew."""

from datetime import datetime, timedelta

from core.jobs import client
from core.services.ingestion.jobs import Poll
from core.services.monitoring.jobs import Monitor
from core.services.timetable import Look
from core.store import models
from core.store.engine import reading
from core.store.ingestion import sources
from core.store.types import now
from core.store.workspace import Workspace

AGAIN = timedelta(seconds=30)
"""A poll that was put in line and did not begin is put in line again; while it waits, that adds nothing."""
KEPT = timedelta(minutes=1)
"""A finished poll is forgotten soon: what it brought is among the deliveries, its trouble at the source."""


RENEW = timedelta(hours=1)
"""How often documents are read to see whether they are to be made anew: some milliseconds each."""


def make_look() -> Look:
    """What the worker calls again and again."""
    submitted: dict[int, tuple[datetime | None, datetime]] = {}
    next_renewal = now()

    def look(ws: Workspace) -> None:
        nonlocal next_renewal
        if now() >= next_renewal:
            renew(ws)
            next_renewal = now() + RENEW
        if submit_due(ws, submitted):
            client.forget(ws.settings, (now() - KEPT).isoformat(), kind=Poll)

    return look


def renew(ws: Workspace) -> None:
    """Put a check in line for every model whose findings an older Caretaker wrote, or a disk damaged."""
    from core.services.monitoring import monitor

    for name in monitor.outdated_models(ws):
        client.submit(ws.settings, Monitor(model=name), dedupe=name)


def submit_due(ws: Workspace, submitted: dict[int, tuple[datetime | None, datetime]]) -> list[int]:
    """Put a poll in line for every source that is due: one at most for each, however long it takes.

    `submitted` is kept between calls: source -> the last look at it by then, and when the poll was submitted.
    """
    moment = now()
    with reading(ws.engine) as session:
        due = [(row, models.by_id(session, row.model_id).name) for row in sources.due(session, moment)]
    put = []
    for row, name in due:
        number = row.id or 0
        polled_at, at = submitted.get(number, (None, None))
        if at is not None and polled_at == row.polled_at and moment - at < AGAIN:
            continue
        client.submit(ws.settings, Poll(model=name, source=number), dedupe=str(number))
        submitted[number] = (row.polled_at, moment)
        put.append(number)
    return put
