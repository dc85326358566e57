"""The timetable of alerts: new findings are read, what is due is sent."""

from datetime import datetime, timedelta

from core.jobs import client
from core.services import timetable
from core.services.alerts import deliver, digest, read_findings
from core.services.alerts.jobs import SendAlerts
from core.services.timetable import Look
from core.store.types import now
from core.store.workspace import Workspace

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
    """Put a job in line for every destination to which something is due (`core.services.timetable`)."""
    due = deliver.destinations_due(ws)
    return timetable.submit_due(ws, due, lambda name: SendAlerts(destination=name), submitted)
