"""The timetable of trainings by themselves. The worker keeps it, in a thread."""

import threading
import time

import structlog

from core.errors import BusyError, CaretakerError
from core.services.automation import runs
from core.services.automation.rules import RULES
from core.settings import Settings
from core.store import models
from core.store.engine import OUT_OF_REACH, reading
from core.store.experiments import automatic_runs
from core.store.types import now
from core.store.workspace import Workspace, open_workspace

FIRST_SECONDS = 10.0
"""The pages that start beside the worker come first, and jobs that were interrupted."""
log = structlog.get_logger()


def keep(settings: Settings, stop: threading.Event) -> None:
    """Go on with what runs and begin what is due until `stop` is set."""
    ws: Workspace | None = None
    looked = float("-inf")
    stop.wait(FIRST_SECONDS)
    while not stop.wait(RULES.follow_seconds):
        try:
            if ws is None:
                ws = open_workspace(settings)
            if time.monotonic() - looked >= RULES.look_seconds:
                begin_due(ws)
                looked = time.monotonic()
            follow(ws, runs.in_line(settings))
        except (*OUT_OF_REACH, BusyError, OSError) as error:
            log.warning("training by itself waits", reason=type(error).__name__)


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
