"""Commands about labels and records: annotate and export."""

from pathlib import Path
from typing import Annotated, Literal

import typer

from core.cli import say, work
from core.cli.options import FORMAT, NAME, OUT, Format


def register(app: typer.Typer) -> None:
    """Hang the commands into the application."""
    app.command(epilog="Example: python -m core annotate churn answers.csv --by Ada")(annotate)
    app.command(epilog="Example: python -m core export churn --what labels --out labels.csv")(export)


def annotate(
    name: NAME,
    file: Annotated[Path, typer.Argument(help="Table with the columns id and label.")],
    by: Annotated[str, typer.Option(help="Whose answers these are.")],
    output: Annotated[Format, FORMAT] = "text",
) -> None:
    """Take in answers from elsewhere as label events."""
    from core.lake.sources import read_file
    from core.services.annotate import import_answers

    with work.workspace() as ws:
        count = import_answers(ws, name, read_file(file), by)
        work.do(ws.settings, "monitor", {"model": name})
    say.result(output, {"model": name, "answers": count, "by": by}, f"{count:,} answers by {by} taken in.")


def export(
    name: NAME,
    what: Annotated[Literal["labels", "annotations", "revision", "experiments"], typer.Option()],
    out: Annotated[Path, OUT],
    output: Annotated[Format, FORMAT] = "text",
) -> None:
    """Write current labels, every answer, the newest revision or the experiments to a file."""
    from core.services.export import table

    with work.workspace() as ws:
        frame = table(ws, name, what)
    say.save(frame, out)
    if output == "json":
        say.document({"model": name, "rows": len(frame), "file": str(out)})
