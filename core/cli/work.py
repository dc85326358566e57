"""Long work from the command line: by the worker if one is alive, else here."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import typer

from core.cli import say
from core.errors import CaretakerError

if TYPE_CHECKING:
    from core.jobs.job import Job
    from core.jobs.spec import Progress
    from core.jobs.status import JobStatus
    from core.settings import Settings
    from core.store.workspace import Workspace

LOOK_SECONDS = 0.3
GRACE_SECONDS = 10.0  # the pages replace a dead worker within a few seconds


def register(app: typer.Typer) -> None:
    """Hang the command into the application."""
    app.command(epilog="Example: python -m core worker")(worker)


def worker() -> None:
    """Do the long work of the pages, until it is stopped; one worker a machine."""
    from core.worker import main

    raise typer.Exit(main([]))


@contextmanager
def workspace() -> Iterator["Workspace"]:
    """The stores that the environment names (`CARETAKER_HOME`), closed at the end."""
    from core.settings import Settings
    from core.store.workspace import open_workspace

    ws = open_workspace(Settings())
    try:
        yield ws
    finally:
        ws.engine.dispose()


def do(settings: "Settings", job: "Job") -> dict[str, Any]:
    """Run a job to its end and give its result.

    Raises:
        CaretakerError: the job failed or was stopped, or its worker is gone.
    """
    from core.jobs import client, foreground

    with say.progress() as progress:
        if not client.worker_alive(settings):
            return foreground.run(settings, job, progress)
        return _result(_follow(settings, client.submit(settings, job), job.declaration.title, progress))


def _follow(settings: "Settings", job_id: str, title: str, progress: "Progress") -> "JobStatus":
    """The status of a job that has ended.

    Raises:
        CaretakerError: the worker is gone, and nothing started another one.
    """
    from core.jobs import client

    seen_alive = time.monotonic()
    while True:
        status = client.status(settings, job_id)
        waiting = "Waiting in line: " if status.state == "queued" else ""
        progress(status.fraction, status.message or waiting + title)
        if status.state in {"done", "failed", "cancelled"}:
            return status
        if client.worker_alive(settings):
            seen_alive = time.monotonic()
        elif time.monotonic() - seen_alive > GRACE_SECONDS:
            raise CaretakerError(
                "The worker that did this has stopped.",
                "Start it with `python -m core worker`: it goes on where the job stopped.",
            )
        time.sleep(LOOK_SECONDS)


def _result(status: "JobStatus") -> dict[str, Any]:
    if status.state == "cancelled":
        raise CaretakerError("The job was stopped.", "Start it again when you are ready.")
    if status.error is not None:
        raise CaretakerError(status.error["message"], status.error["hint"])
    return status.result or {}
