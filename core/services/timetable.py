"""The timetable: what is due is put in line. The worker keeps it, in one thread for all that is looked at."""

import threading
from collections.abc import Callable, Sequence
from typing import TypeAlias

import structlog

from core.errors import BusyError
from core.settings import Settings
from core.store.engine import OUT_OF_REACH
from core.store.workspace import Workspace, open_workspace

Look: TypeAlias = Callable[[Workspace], None]
"""Submits what is due; called again and again, it keeps what it has submitted."""
FIRST_SECONDS, LOOK_SECONDS = 5.0, 2.0
"""The pages that start beside the worker come first; no roll-out is as quick as the pause."""
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


def _wait(error: Exception) -> None:
    log.warning("the timetable waits", reason=type(error).__name__)
