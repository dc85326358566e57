"""The first start: a fresh home gets the demo, so that the first page that a person sees fills by itself."""

from pathlib import Path
from threading import Event

from core.errors import BusyError
from core.jobs import client
from core.services.onboarding.connect_model import list_models
from core.services.onboarding.jobs import Demo
from core.store.workspace import Workspace

PAUSE_SECONDS = 1.0


def pending(ws: Workspace) -> bool:
    """Whether this home has neither a model nor been welcomed, and there is a demo to welcome with."""
    from core.services.onboarding import (
        demo_data,  # in the thread that welcomes: the first page need not wait for it
    )

    return demo_data.is_there() and not _marker(ws).exists() and not list_models(ws)


def welcome(ws: Workspace, stop: Event) -> str | None:
    """Submit the demo job on a fresh home, once, and return its id; None when there is nothing to do.

    The worker may still be starting, on a slow machine for long: tries until it is there, or `stop` is set.
    """
    while pending(ws) and not stop.is_set():
        try:
            job_id = client.submit(ws.settings, Demo(), dedupe="demo")
        except BusyError:
            stop.wait(PAUSE_SECONDS)
        else:
            _marker(ws).touch()
            return job_id
    return None


def _marker(ws: Workspace) -> Path:
    return ws.settings.run / "welcomed"
