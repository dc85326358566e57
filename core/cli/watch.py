"""Commands that look: health, report and suspects."""

from pathlib import Path
from typing import Annotated, Any, Literal

import typer

from core.cli import say, work
from core.cli.options import FORMAT, NAME, OUT, Format

RED = 3
PLACE = "a date, or the number of a row where chunks are rows"


def register(app: typer.Typer) -> None:
    """Hang the commands into the application."""
    app.command(epilog="Example: python -m core health churn --format json --from 2024-01-01")(health)
    app.command(epilog="Example: python -m core report churn --out churn.pdf")(report)
    app.command(epilog="Example: python -m core suspects churn --top 200 --out suspects.csv")(suspects)


def health(
    name: NAME,
    output: Annotated[Format, FORMAT] = "text",
    first: Annotated[str | None, typer.Option("--from", help=f"Only chunks from here on: {PLACE}.")] = None,
    until: Annotated[str | None, typer.Option("--until", help=f"Only chunks before this: {PLACE}.")] = None,
) -> None:
    """Compute what is missing and print the verdict; exit code 3 when the model is red."""
    from core.health.page.course import course
    from core.health.report.chunk_places import chunks_between, describe_chunk
    from core.health.report.step_entries import describe_worth
    from core.messages import Code
    from core.services.monitoring.jobs import Monitor
    from core.services.monitoring.monitor import health as stored

    with work.workspace() as ws:
        work.do(ws.settings, Monitor(model=name))
        document: Any = stored(ws, name)
    chunks = chunks_between(document["chunks"], first, until)
    if output == "json":
        say.document({**document, "chunks": chunks})
    else:
        say.line(f"{document['status'].upper()}: {document['sentence']}")
        if line := course(document):
            say.line(line)
        for cause in document["causes"]:
            say.line(f"- {cause['sentence']}")
        for step in document["steps"]:
            say.line(f"Next: {step['sentence']} {describe_worth([step])}".rstrip())
        if any(step["code"] == Code.ASK_BLIND.value for step in document["steps"]):
            say.line(f"Next: python -m core sample {name}")
        for chunk in chunks if first or until else ():
            say.line(describe_chunk(document["metric"], chunk))
    if document["status"] == "red":
        raise typer.Exit(RED)


def report(
    name: NAME,
    out: Annotated[Path, typer.Option("--out", help="File to write: churn.html, or churn.pdf.")],
    output: Annotated[Format, FORMAT] = "text",
) -> None:
    """Write the Health page as one file that needs nothing else: HTML, or a PDF where its name ends so."""
    from core.charts.report.html import page
    from core.charts.report.pdf import pdf
    from core.services.deployment import promote
    from core.services.monitoring.monitor import refresh

    with work.workspace() as ws, say.progress() as progress:
        document = refresh(ws, name, progress)
        draw = pdf if out.suffix.lower() == ".pdf" else page
        content = draw(document, promote.deployments(ws, name))
    say.write(content, out)
    say.result(output, {"model": name, "file": str(out)}, f"The report of {name} is in {out}")


def suspects(
    name: NAME,
    out: Annotated[Path, OUT],
    top: Annotated[int | None, typer.Option(min=1, help="Only the best so many.")] = None,
    on: Annotated[Literal["training", "all"], typer.Option(help="Which labelled rows.")] = "training",
    sort: Annotated[
        Literal["likelihood", "impact"],
        typer.Option(help="What comes first: likely errors, or useful corrections."),
    ] = "likelihood",
    output: Annotated[Format, FORMAT] = "text",
) -> None:
    """Find labels that are probably wrong and write them, best first."""
    from core.services.label_errors import suspect_list
    from core.services.label_errors.jobs import Scan

    with work.workspace() as ws:
        work.do(ws.settings, Scan(model=name, on=on))
        frame = suspect_list.export(ws, name, top, sort)
    say.save(frame, out)
    if output == "json":
        say.document({"model": name, "rows": len(frame), "file": str(out)})
