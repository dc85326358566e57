"""The timetable: what is due is put in line. The worker keeps it, in one thread for all that is looked at."""

import threading
from collections.abc import Callable, Collection, Sequence
from datetime import datetime, timedelta
from typing import TypeAlias

import structlog

from core.errors import BusyError
from core.jobs import client
from core.jobs.job import Job
from core.settings import Settings
from core.store.engine import OUT_OF_REACH
from core.store.types import now
from core.store.workspace import Workspace, open_workspace

Look: TypeAlias = Callable[[Workspace], None]
"""Submits what is due; called again and again, it keeps what it has submitted."""
FIRST_SECONDS, LOOK_SECONDS = 5.0, 2.0
"""The pages that start beside the worker come first; no roll-out is as quick as the pause."""
AGAIN = timedelta(seconds=30)
"""A job that failed on its way is put in line again."""
TROUBLE = (*OUT_OF_REACH, BusyError, OSError)
log = structlog.get_logger()


def keep(settings: Settings, stop: threading.Event, looks: Sequence[Look]) -> None:
    """Look until `stop` is set; where a database does not answer, the others go on and it is asked again."""
    ws: Workspace | None = None
    stop.wait(FIRST_SECONDS)
    while not stop.wait(LOOK_SECONDS):
        try:
            ws = ws or open_workspace(settings)
        except TROUBLE as error:
            _wait(error)
            continue
        for look in looks:
            try:
                look(ws)
            except TROUBLE as error:
                _wait(error)


def submit_due(
    ws: Workspace, due: Collection[str], make_job: Callable[[str], Job], submitted: dict[str, datetime]
) -> list[str]:
    """Put a job in line for everything that is due; one at most for each, and again while it stays due.

    Args:
        ws: the stores.
        due: names of what is due.
        make_job: name -> its job.
        submitted: kept between calls: name -> when its job was submitted.
    """
    for name in list(submitted):
        if name not in due:
            del submitted[name]
    put = [name for name in due if name not in submitted or now() - submitted[name] >= AGAIN]
    for name in put:
        client.submit(ws.settings, make_job(name), dedupe=name)
        submitted[name] = now()
    return put


def _wait(error: Exception) -> None:
    log.warning("the timetable waits", reason=type(error).__name__)
