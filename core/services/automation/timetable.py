"""The timetable of trainings by themselves."""

import time

import structlog

from core.errors import CaretakerError
from core.services.automation import runs
from core.services.automation.rules import RULES
from core.services.timetable import Look
from core.store import models
from core.store.engine import reading
from core.store.experiments import automatic_runs
from core.store.types import now
from core.store.workspace import Workspace

log = structlog.get_logger()


def make_look() -> Look:
    """What the worker calls again and again: it goes on with what runs and at times begins what is due."""
    looked = float("-inf")

    def look(ws: Workspace) -> None:
        nonlocal looked
        if time.monotonic() - looked >= RULES.look_seconds:
            begin_due(ws)
            looked = time.monotonic()
        follow(ws, runs.in_line(ws.settings))

    return look


def begin_due(ws: Workspace) -> list[int]:
    """Begin what is due of all models; gives the ids of the runs."""
    with reading(ws.engine) as session:
        names = [spec.name for spec in models.specs(session) if spec.automation is not None]
    begun_runs = [runs.begin(ws, name, now()) for name in names]
    return [run for run in begun_runs if run is not None]


def follow(ws: Workspace, do: runs.Do) -> None:
    """Go on with every run that is not done; one that cannot go on keeps no other from it."""
    with reading(ws.engine) as session:
        left = [run.id or 0 for run in automatic_runs.list_open(session)]
    for run in left:
        try:
            runs.advance(ws, run, do)
        except CaretakerError as error:
            log.warning("a training by itself waits", run=run, reason=error.message)
