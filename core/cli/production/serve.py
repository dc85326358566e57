"""The command that answers with the champion over HTTP, and with the next one after a promotion."""

from typing import TYPE_CHECKING, Annotated

import typer

from core.cli import say, work
from core.cli.options import NAME

if TYPE_CHECKING:
    from starlette.types import ASGIApp

EXAMPLE = "Example: python -m core serve churn --port 8600"
GRACE_SECONDS = 10
"""Requests that are under way when the server is stopped are answered."""


def register(app: typer.Typer) -> None:
    """Hang the command into the application."""
    app.command(epilog=EXAMPLE)(serve)


def serve(
    name: NAME,
    host: Annotated[
        str, typer.Option(help="Address to listen on; from other machines each request needs a token.")
    ] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="Port to listen on.")] = 8600,
    deliver: Annotated[
        bool, typer.Option("--deliver", help="Write every prediction into the model's log, for Health.")
    ] = False,
) -> None:
    """Answer POST /predict with the champion; after a promotion or rollback the new one within a second."""
    from core.jobs import threads

    threads.cap(1)  # requests are answered beside each other: threads within one would wait for each other
    from core import logs
    from core.api.security import loopback
    from core.api.serving import serving
    from core.locks import hold_lock
    from core.services.deployment.serve import follower
    from core.services.ingestion.prediction_outbox import PredictionOutbox

    logs.configure()
    with work.workspace() as ws, hold_lock(ws.settings.run / f"serve-{port}.lock", 1.0):
        following = follower(ws, name)
        folder = ws.settings.run / "served" / f"{following.served.spec.id}-{port}"
        pictures = following.served.spec.item == "image"
        outbox = PredictionOutbox(ws, name, folder, pictures) if deliver else None
        app = serving(following, open_here=loopback(host), outbox=outbox)
        say.note(f"Version {following.served.version} of {name} answers on http://{host}:{port}/predict.")
        raise typer.Exit(listen(app, host, port))


def listen(app: "ASGIApp", host: str, port: int) -> int:
    """Serve until the process is told to end; the exit code."""
    import uvicorn

    config = uvicorn.Config(
        app,
        host=host,
        port=port,
        log_level="warning",
        access_log=False,
        timeout_graceful_shutdown=GRACE_SECONDS,
    )
    server = uvicorn.Server(config)
    server.run()
    return 0 if server.started else 1
