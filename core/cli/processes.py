"""Commands that keep running: the worker."""

import typer


def register(app: typer.Typer) -> None:
    """Hang the commands into the application."""
    app.command(epilog="Example: python -m core worker")(worker)


def worker() -> None:
    """Do the long work of the pages, until it is stopped; one worker a machine."""
    from core.worker import main

    raise typer.Exit(main([]))
