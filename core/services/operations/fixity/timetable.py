"""The timetable of what the database files hold at rest."""

import time

from core.services.operations.fixity import at_rest
from core.services.timetable import Look
from core.store.workspace import Workspace

EVERY_SECONDS, SHARE = 3600.0, 1000
"""Once an hour, and where reading takes long, so seldom that it takes a thousandth of the time."""


def make_look() -> Look:
    """What the worker calls again and again."""
    next_at = time.monotonic()

    def look(ws: Workspace) -> None:
        nonlocal next_at
        started = time.monotonic()
        if started < next_at:
            return
        next_at = started + EVERY_SECONDS
        at_rest.take_note(ws.settings)
        next_at = max(next_at, started + SHARE * (time.monotonic() - started))

    return look
