"""The timetable of alerts: new findings are read, what is due is sent."""

from datetime import datetime, timedelta

from core.jobs import client
from core.services.alerts import deliver, digest, read_findings
from core.services.alerts.jobs import SendAlerts
from core.services.timetable import Look
from core.store.types import now
from core.store.workspace import Workspace

AGAIN = timedelta(seconds=30)
"""A job that failed on its way to the destination is put in line again."""
FINISHED = timedelta(minutes=1)
"""A finished job is forgotten soon: what became of each message stands beside it."""


def make_look() -> Look:
    """What the worker calls again and again."""
    submitted: dict[str, datetime] = {}

    def look(ws: Workspace) -> None:
        read_findings.read_due(ws, now())
        digest.put_due(ws, now())
        if submit_due(ws, submitted):
            client.forget(ws.settings, (now() - FINISHED).isoformat(), kind=SendAlerts)

    return look


def submit_due(ws: Workspace, submitted: dict[str, datetime]) -> list[str]:
    """Put a job in line for every destination to which something is due; one at most for each.

    `submitted` is kept between calls: destination -> when its job was submitted.
    """
    due = deliver.destinations_due(ws)
    for name in list(submitted):
        if name not in due:
            del submitted[name]
    put = [name for name in due if name not in submitted or now() - submitted[name] >= AGAIN]
    for name in put:
        client.submit(ws.settings, SendAlerts(destination=name), dedupe=name)
        submitted[name] = now()
    return put
