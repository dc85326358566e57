"""Commands that bring data in: add, ingest, demo, list."""

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from core.cli import say, work
from core.cli.options import FORMAT, NAME, Format

if TYPE_CHECKING:
    from core.services.plan import ConnectRequest

ADD_EXAMPLE = (
    "Example: python -m core add churn --task binary --data churn.parquet --label churned "
    "--time day --train-until 2024-07-01"
)
INGEST_EXAMPLE = "Example: python -m core ingest churn 'predictions-2024-*.csv'"


def register(app: typer.Typer) -> None:
    """Hang the commands into the application."""
    app.command(epilog=ADD_EXAMPLE)(add)
    app.command(epilog=INGEST_EXAMPLE)(ingest)
    app.command(epilog="Example: python -m core demo")(demo)
    app.command("list", epilog="Example: python -m core list --format json")(list_models)


def add(  # noqa: PLR0917 - the options of the command, as people know them
    name: NAME,
    data: Annotated[Path, typer.Option(help="CSV, Parquet or JSON lines.")],
    label: Annotated[str, typer.Option(help="Column of the label.")],
    task: Annotated[Literal["binary", "multiclass", "regression"] | None, typer.Option()] = None,
    id_column: Annotated[str | None, typer.Option("--id", help="Column that identifies a row.")] = None,
    time: Annotated[str | None, typer.Option(help="Column of dates; 'none': the order counts.")] = None,
    prediction: Annotated[str | None, typer.Option(help="Column of the predicted class or amount.")] = None,
    score: Annotated[str | None, typer.Option(help="Column of the positive class's probability.")] = None,
    scores_prefix: Annotated[str | None, typer.Option(help="Probabilities are in PREFIX + class.")] = None,
    positive: Annotated[str | None, typer.Option(help="The positive class.")] = None,
    exclude: Annotated[str, typer.Option(help="Columns to leave out, with commas.")] = "",
    segment: Annotated[list[str] | None, typer.Option(help="Column to break health down by.")] = None,
    item: Annotated[Literal["record", "text", "image"] | None, typer.Option()] = None,
    item_column: Annotated[str | None, typer.Option(help="Column of the text or image.")] = None,
    label_available_at: Annotated[str | None, typer.Option(help="Column: when the label was known.")] = None,
    chunk: Annotated[str | None, typer.Option(help="day, week, month, quarter, year or a number.")] = None,
    metric: Annotated[str | None, typer.Option(help="Metric of record.")] = None,
    tolerance: Annotated[
        float | None, typer.Option(help="Loss of the metric that may pass, in its unit: 0.02 is 2 points.")
    ] = None,
    model: Annotated[str | None, typer.Option(help="models:/NAME@champion: it exists already.")] = None,
    train_until: Annotated[
        str | None, typer.Option(help="DATE or share: rows before it train a first champion.")
    ] = None,
    recipe: Annotated[str | None, typer.Option(help="Recipe of the first champion.")] = None,
    reference: Annotated[str | None, typer.Option(help="Reference period: FROM..TO.")] = None,
    output: Annotated[Format, FORMAT] = "text",
) -> None:
    """Connect a model: its data, its roles of columns, its first champion."""
    from core.frames.guess import Wanted
    from core.services.plan import ConnectRequest

    wanted = Wanted(
        label=label,
        task=task,
        id=id_column,
        time=time,
        prediction=prediction,
        score=score,
        scores_prefix=scores_prefix,
        exclude=tuple(part.strip() for part in exclude.split(",") if part.strip()),
        segments=tuple(segment) if segment else None,
        item=item,
        item_column=item_column,
        label_available_at=label_available_at,
        positive=positive,
    )
    request = ConnectRequest(
        name=name,
        wanted=wanted,
        data=data,
        chunk=chunk,
        metric=metric,
        tolerance=tolerance,
        model=model,
        train_until=train_until,
        recipe=recipe,
        reference=_period(reference),
    )
    _connect(request, data, output)


def ingest(
    name: NAME,
    files: Annotated[
        list[str],
        typer.Argument(help="Files, patterns such as 'day-*.csv', s3://BUCKET/KEY, sql:NAME/TABLE."),
    ],
    kind: Annotated[Literal["predictions", "labels", "training"], typer.Option()] = "predictions",
    output: Annotated[Format, FORMAT] = "text",
) -> None:
    """Take in batches of predictions, late labels or training rows; all of the files or none."""
    from core.lake.address import absolute

    with work.workspace() as ws:
        paths = [absolute(address) for address in files]
        done = work.do(ws.settings, "ingest", {"model": name, "paths": paths, "kind": kind})
    if output == "json":
        say.document({"batches": done["batches"]})
        return
    for batch in done["batches"]:
        chunks = batch["chunks"]
        span = chunks[0] if len(chunks) == 1 else f"{chunks[0]} to {chunks[-1]}"
        counts = f"{batch['new']:,} new, {batch['replaced']:,} replaced, {batch['labelled']:,} with a label"
        say.line(f"{batch['source']}: {batch['rows']:,} rows ({counts}), {span}")


def demo() -> None:
    """Set up two models with real data: hotel cancellations and handwritten digits."""
    with work.workspace() as ws:
        work.do(ws.settings, "demo", {})
    say.line("The demo is ready: hotel-cancellations and handwritten-digits.")


def list_models(output: Annotated[Format, FORMAT] = "text") -> None:
    """List the connected models."""
    from core.services import promote, setup
    from core.services.monitor import health

    with work.workspace() as ws:
        rows: list[dict[str, Any]] = []
        for spec in setup.list_models(ws):
            champion, seen = promote.champion(ws, spec.name), health(ws, spec.name)
            rows.append(
                {
                    "name": spec.name,
                    "task": spec.task,
                    "item": spec.item,
                    "classes": list(spec.classes),
                    "metric": spec.metric,
                    "version": champion.version if champion else None,
                    "status": seen["status"] if seen else None,
                }
            )
    if output == "json":
        say.document({"models": rows})
        return
    for row in rows:
        say.line(f"{row['name']}: {row['status'] or 'not checked yet'}, version {row['version'] or '-'}")
    if not rows:
        say.line("No model is connected yet: see `python -m core add --help`, or try `python -m core demo`.")


def _period(text: str | None) -> tuple[str, str] | None:
    if text is None:
        return None
    first, dots, last = text.partition("..")
    if not (first and dots and last):
        raise typer.BadParameter("write FROM..TO", param_hint="--reference")
    return first, last


def _connect(request: "ConnectRequest", data: Path, output: Format) -> None:
    from core.lake.sources import read_table
    from core.services.plan import plan
    from core.services.setup import carry_out

    with work.workspace() as ws:
        made = plan(request, read_table(data))
        if output == "text":
            for reason in made.reasons:
                say.note(f"- {reason}")
        with say.progress() as progress:
            spec = carry_out(ws, request, made, progress)
        work.do(ws.settings, "monitor", {"model": spec.name})
    facts = {"training_rows": len(made.training), "log_rows": len(made.log), "reasons": list(made.reasons)}
    if output == "json":
        say.document({"model": spec.name, **facts, "spec": asdict(spec)})
    else:
        say.line(
            f"Connected {spec.name}: {len(made.training):,} training rows, {len(made.log):,} in the log."
        )
