"""Commands about labels and records: annotate, sample and export."""

from pathlib import Path
from typing import Annotated, Literal

import typer

from core.access import LOCAL
from core.cli import say, work
from core.cli.options import BY, FORMAT, NAME, OUT, Format


def register(app: typer.Typer) -> None:
    """Hang the commands into the application."""
    app.command(epilog="Example: python -m core annotate churn answers.csv --by Ada")(annotate)
    app.command(epilog="Example: python -m core sample churn --by Ada")(sample)
    app.command(epilog="Example: python -m core export churn --what labels --out labels.csv")(export)


def annotate(
    name: NAME,
    file: Annotated[Path, typer.Argument(help="Table with the columns id and label.")],
    by: Annotated[str, typer.Option(help="Whose answers these are; an export says it for each.")],
    leave_out: Annotated[
        bool, typer.Option("--leave-out", help="Leave out rows that do not fit, and take the others.")
    ] = False,
    output: Annotated[Format, FORMAT] = "text",
) -> None:
    """Take in answers from elsewhere, or those of `export --what annotations`, as label events."""
    from core.lake.remotes.sources import read_table
    from core.services.annotation.import_annotations import import_annotations
    from core.services.monitoring.jobs import Monitor

    with work.workspace() as ws:
        summary = import_annotations(ws, name, read_table(file), by, leave_out=leave_out)
        work.do(ws.settings, Monitor(model=name))
    known = f" {summary.known:,} were known." if summary.known else ""
    for sentence in summary.left_out:
        say.note(f"Left out: {sentence}.")
    result = {
        "model": name,
        "answers": summary.new,
        "known": summary.known,
        "left_out": list(summary.left_out),
        "by": by,
    }
    say.result(output, result, f"{summary.new:,} answers by {by} taken in.{known}")


def sample(
    name: NAME,
    by: Annotated[str, BY] = LOCAL.name,
    output: Annotated[Format, FORMAT] = "text",
) -> None:
    """Ask experts about a blind sample of labels: does a fall come from wrong labels?"""
    from core.services.label_errors.jobs import Sample

    with work.workspace() as ws:
        rows = work.do(ws.settings, Sample(model=name, by=by))["rows"]
    text = (
        f"{rows:,} rows of {name} are on Relabel, of the newest periods and of the reference period; nobody "
        f"sees their labels. `python -m core health {name}` says afterwards whether labels are to blame."
    )
    say.result(output, {"model": name, "rows": rows, "by": by}, text)


def export(
    name: NAME,
    what: Annotated[
        Literal["labels", "annotations", "revision", "experiments"], typer.Option(help="What leaves.")
    ],
    out: Annotated[Path, OUT],
    output: Annotated[Format, FORMAT] = "text",
) -> None:
    """Write current labels, every answer, the newest revision or the experiments to a file."""
    from core.services.operations.export import table

    with work.workspace() as ws:
        frame = table(ws, name, what)
    say.save(frame, out)
    if output == "json":
        say.document({"model": name, "rows": len(frame), "file": str(out)})
