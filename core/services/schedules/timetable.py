"""The timetable of schedules."""

from core.services.schedules import runs
from core.services.timetable import Look
from core.store.types import now
from core.store.workspace import Workspace


def make_look() -> Look:
    """What the worker calls again and again: what was noted before a crash goes first."""

    def look(ws: Workspace) -> None:
        runs.submit_waiting(ws)
        if runs.begin_due(ws, now()):
            runs.submit_waiting(ws)

    return look
