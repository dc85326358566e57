"""The first start: a fresh home gets the demo, so that the first page that a person sees fills by itself."""

from pathlib import Path

from core.errors import BusyError
from core.jobs import client
from core.services.setup import list_models
from core.store.workspace import Workspace


def pending(ws: Workspace) -> bool:
    """Whether this home has neither a model nor been welcomed."""
    return not _marker(ws).exists() and not list_models(ws)


def welcome(ws: Workspace, patience: int = 12) -> str | None:
    """Submit the demo job on a fresh home, once, and return its id; None when there is nothing to do.

    The worker may still be starting: `submit` waits for it 10 seconds, and is tried `patience` times.

    Raises:
        BusyError: the worker did not start.
    """
    if not pending(ws):
        return None
    for attempt in range(patience):
        try:
            job_id = client.submit(ws.settings, "demo", {}, dedupe="demo")
        except BusyError:
            if attempt == patience - 1:
                raise
        else:
            _marker(ws).touch()
            return job_id
    return None


def _marker(ws: Workspace) -> Path:
    return ws.settings.run / "welcomed"
