"""The command line: one command a use case, the same services as the pages.

Exit codes: 0 done, 1 refused or failed (message and hint on standard error), 2 wrong usage, 3 it is red.
"""

import sys
from collections.abc import Sequence
from typing import Annotated, Any

import typer

from core.cli import (
    add,
    classes,
    connect,
    keep,
    labels,
    schema,
    sources,
    tokens,
    watch,
    work,
)
from core.cli.experiments import improve, join
from core.cli.production import (
    alerts,
    automate,
    beside,
    declared,
    deploy,
    dossier,
    schedules,
    serve,
    settings,
)
from core.errors import CaretakerError
from core.version import current_version

COMMAND = "python -m core"


def build(name: str = COMMAND, alone: str = "") -> typer.Typer:
    """All commands, with help that is read without loading anything heavy.

    Args:
        name: what people type.
        alone: what it does without a command.
    """
    about = "Caretaker keeps a deployed model healthy: watch, fix labels, retrain, compare, promote."
    app = typer.Typer(
        name=name,
        help=f"{about} {alone}".strip(),
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_enable=False,
        rich_markup_mode=None,
    )
    app.callback()(_options)
    for room in (
        add,
        connect,
        classes,
        declared,
        watch,
        labels,
        improve,
        join,
        deploy,
        serve,
        beside,
        settings,
        automate,
        alerts,
        schedules,
        dossier,
        keep,
        tokens,
        sources,
        work,
        schema,
    ):
        room.register(app)
    return app


def _print_version(ask: bool) -> None:
    if ask:
        typer.echo(f"caretaker {current_version()}")
        raise typer.Exit


def _options(
    version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    """Options that stand before a command; they act by themselves."""


def main(arguments: Sequence[str], name: str = COMMAND, alone: str = "") -> int:
    """Run a command and give its exit code; an error is a sentence, never a traceback."""
    command: Any = typer.main.get_command(build(name, alone))
    try:
        command.main(list(arguments), prog_name=name)
    except CaretakerError as error:
        return _print_refusal(error)
    except SystemExit as done:
        return int(done.code or 0)
    except Exception as error:  # noqa: BLE001 - the outermost door: whatever it is, it is told as a sentence
        return _print_refusal(_as_caretaker_error(error, arguments))
    return 0


def _print_refusal(error: CaretakerError) -> int:
    """Say it and give the exit code; a role that nobody can guess safely is asked for by its option."""
    sys.stderr.write(f"Error: {error.message}\n{error.hint}\n")
    return error.exit_code


def _as_caretaker_error(error: Exception, arguments: Sequence[str]) -> CaretakerError:
    """What the machine refuses, in words; a fault of ours as a reference to the trace in the log."""
    from core.jobs.runner import unexpected_error
    from core.settings import Settings

    return unexpected_error(Settings(), f"command {' '.join(arguments[:2])}", error)
