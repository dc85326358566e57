"""The timetable of deployments: targets are told, guards roll back. The worker keeps it, in a thread."""

import threading
from datetime import datetime, timedelta

import structlog

from core.errors import BusyError
from core.jobs import client
from core.services.deployment.announce import models_due
from core.services.deployment.guard import rollbacks_due
from core.services.deployment.jobs import Announce
from core.settings import Settings
from core.store.engine import OUT_OF_REACH
from core.store.types import now
from core.store.workspace import Workspace, open_workspace

FIRST_SECONDS, LOOK_SECONDS = 5.0, 2.0
"""The pages that start beside the worker come first; a roll-out takes longer than this pause."""
AGAIN = timedelta(seconds=30)
"""A job that failed on its way to the targets is put in line again."""
log = structlog.get_logger()


def keep(settings: Settings, stop: threading.Event) -> None:
    """Submit what is due until `stop` is set; a database that does not answer is asked again."""
    submitted: dict[str, datetime] = {}
    guards: set[int] = set()
    ws: Workspace | None = None
    stop.wait(FIRST_SECONDS)
    while not stop.wait(LOOK_SECONDS):
        try:
            if ws is None:
                ws = open_workspace(settings)
            submit_due(ws, submitted)
            submit_rollbacks(ws, guards)
        except (*OUT_OF_REACH, BusyError, OSError) as error:
            log.warning("the outbox waits", reason=type(error).__name__)


def submit_due(ws: Workspace, submitted: dict[str, datetime]) -> list[str]:
    """Put a job in line for every model of which a target is to be told; one at most for each.

    `submitted` is kept between calls: model -> when its job was submitted.
    """
    due = models_due(ws)
    for name in list(submitted):
        if name not in due:
            del submitted[name]
    put = [name for name in due if name not in submitted or now() - submitted[name] >= AGAIN]
    for name in put:
        client.submit(ws.settings, Announce(model=name), dedupe=name)
        submitted[name] = now()
    return put


def submit_rollbacks(ws: Workspace, guards: set[int]) -> list[str]:
    """Put in line the rollbacks that models have asked for beforehand; each guard asks once.

    `guards` is kept between calls: numbers of those that have asked. One that is refused is a person's then.
    """
    due = [rollback for rollback in rollbacks_due(ws) if rollback.guard not in guards]
    for rollback in due:
        client.submit(ws.settings, rollback.job, dedupe=rollback.job.model)
        guards.add(rollback.guard)
    return [rollback.job.model for rollback in due]
