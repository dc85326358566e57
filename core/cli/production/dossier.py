"""Commands for auditors: verify the log."""

from dataclasses import asdict
from typing import Annotated

import typer

from core.cli import say, work
from core.cli.options import FORMAT, Format


def register(app: typer.Typer) -> None:
    """Hang the commands into the application."""
    group = typer.Typer(
        help="What an auditor asks: the proof that the log was not changed.", rich_markup_mode=None
    )
    group.command(epilog="Example: python -m core dossier verify")(verify)
    app.add_typer(group, name="dossier")


def verify(output: Annotated[Format, FORMAT] = "text") -> None:
    """Compute the hash chain of the log anew; exit code 1 where a row is not what was written."""
    from core.services.operations.dossier import verify as service

    with work.workspace() as ws:
        report = service.verify(ws)
    sentence = service.summarize(report)
    if output == "json":
        say.document(asdict(report) | {"sentence": sentence})
    else:
        say.line(sentence)
        for fault in report.faults:
            say.line(f"- {fault.sentence}")
        if report.more:
            say.line(f"- and {report.more:,} more")
        say.line(f"Newest link: {report.head.seq} {report.head.hash}")
    if report.faults:
        raise typer.Exit(1)
