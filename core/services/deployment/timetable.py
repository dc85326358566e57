"""The timetable of deployments: targets are told, guards roll back."""

from datetime import datetime, timedelta

from core.jobs import client
from core.services.deployment.announce import models_due
from core.services.deployment.guard import rollbacks_due
from core.services.deployment.jobs import Announce
from core.services.timetable import Look
from core.store.types import now
from core.store.workspace import Workspace

AGAIN = timedelta(seconds=30)
"""A job that failed on its way to the targets is put in line again."""


def make_look() -> Look:
    """What the worker calls again and again."""
    submitted: dict[str, datetime] = {}
    guards: set[int] = set()

    def look(ws: Workspace) -> None:
        submit_due(ws, submitted)
        submit_rollbacks(ws, guards)

    return look


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
