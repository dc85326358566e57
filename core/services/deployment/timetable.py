"""The timetable of deployments: targets are told, guards roll back."""

from datetime import datetime

from core.jobs import client
from core.services import timetable
from core.services.deployment.announce import models_due
from core.services.deployment.guard import rollbacks_due
from core.services.deployment.jobs import Announce
from core.services.timetable import Look
from core.store.workspace import Workspace


def make_look() -> Look:
    """What the worker calls again and again."""
    submitted: dict[str, datetime] = {}
    guards: set[int] = set()

    def look(ws: Workspace) -> None:
        submit_due(ws, submitted)
        submit_rollbacks(ws, guards)

    return look


def submit_due(ws: Workspace, submitted: dict[str, datetime]) -> list[str]:
    """Put a job in line for every model of which a target is to be told (`core.services.timetable`)."""
    return timetable.submit_due(ws, models_due(ws), lambda name: Announce(model=name), submitted)


def submit_rollbacks(ws: Workspace, guards: set[int]) -> list[str]:
    """Put in line the rollbacks that models have asked for beforehand; each guard asks once.

    `guards` is kept between calls: numbers of those that have asked. One that is refused is a person's then.
    """
    due = [rollback for rollback in rollbacks_due(ws) if rollback.guard not in guards]
    for rollback in due:
        client.submit(ws.settings, rollback.job, dedupe=rollback.job.model)
        guards.add(rollback.guard)
    return [rollback.job.model for rollback in due]
