"""Commands for auditors: make the dossier of a version, verify the log."""

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from core.access import LOCAL
from core.cli import say, work
from core.cli.options import BY, FORMAT, NAME, Format


def register(app: typer.Typer) -> None:
    """Hang the commands into the application."""
    group = typer.Typer(
        help="What an auditor asks: everything about a version in one file, and the proof of the log.",
        rich_markup_mode=None,
    )
    group.command(epilog="Example: python -m core dossier make churn --version 3 --out churn-3.zip")(make)
    group.command(epilog="Example: python -m core dossier verify churn-3.zip")(verify)
    app.add_typer(group, name="dossier")


def make(
    name: NAME,
    version: Annotated[
        str | None, typer.Option("--version", help="Without it, the one in production.")
    ] = None,
    out: Annotated[
        Path | None, typer.Option("--out", help="File to write (.zip); without it, one in the home.")
    ] = None,
    output: Annotated[Format, FORMAT] = "text",
    by: Annotated[str, BY] = LOCAL.name,
) -> None:
    """Write everything an auditor asks about a version as one signed file: JSON and HTML that prints."""
    from core.services.operations.dossier import make as service

    with work.workspace() as ws:
        path, document = service.make(ws, name, version, by=by, path=out)
    if output == "json":
        say.document(document)
        say.note(f"Written to {path}.")
        return
    for entry in document["questions"]:
        say.line(f"{entry['number']}. {entry['question']} {entry['reply']}")
    say.line(
        f"The dossier of {name}, version {document['version']}, is {path}. {document['log']['sentence']}"
    )


def verify(
    file: Annotated[Path | None, typer.Argument(help="A dossier; without it, the log alone.")] = None,
    output: Annotated[Format, FORMAT] = "text",
) -> None:
    """Compute the hash chain of the log anew, and check a dossier against it; exit code 1 on any change."""
    from core.services.operations.dossier import verify as service

    with work.workspace() as ws:
        of_file, report = service.verify_file(ws, file) if file else (None, service.verify(ws))
    sentence = service.summarize(report)
    about_file = service.summarize_file(of_file) if of_file else None
    if output == "json":
        file_report = asdict(of_file) | {"sentence": about_file} if of_file else None
        say.document(asdict(report) | {"sentence": sentence, "dossier": file_report})
    else:
        for line in filter(None, (about_file, sentence)):
            say.line(line)
        for fault in report.faults:
            say.line(f"- {fault.sentence}")
        if report.more:
            say.line(f"- and {report.more:,} more")
        say.line(f"Newest link: {report.head.seq} {report.head.hash}")
    if report.faults or (of_file is not None and of_file.faults):
        raise typer.Exit(1)
