"""Commands that bring data in and say what is there: ingest, demo, list."""

from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from core.cli import say, work
from core.cli.options import FORMAT, KIND, NAME, Format

if TYPE_CHECKING:
    from core.health.report.document import HealthDocument
    from core.model import ModelSpec
    from core.services.deployment.views import DeploymentView

INGEST_EXAMPLE = "Example: python -m core ingest churn 'predictions-2024-*.csv'"


def register(app: typer.Typer) -> None:
    """Hang the commands into the application."""
    app.command(epilog=INGEST_EXAMPLE)(ingest)
    app.command(epilog="Example: python -m core demo")(demo)
    app.command("list", epilog="Example: python -m core list --format json")(list_models)


def ingest(
    name: NAME,
    files: Annotated[
        list[str],
        typer.Argument(help="Files, patterns such as 'day-*.csv', s3://BUCKET/KEY, sql:NAME/TABLE."),
    ],
    kind: Annotated[Literal["predictions", "labels", "training"], KIND] = "predictions",
    output: Annotated[Format, FORMAT] = "text",
) -> None:
    """Take in batches of predictions, late labels or training rows; all of the files or none."""
    from core.lake.remotes.address import absolute
    from core.services.ingestion.jobs import Ingest
    from core.services.ingestion.label_changes import describe

    with work.workspace() as ws:
        paths = tuple(absolute(address) for address in files)
        done = work.do(ws.settings, Ingest(model=name, paths=paths, kind=kind))
    if output == "json":
        say.document({"batches": done["batches"]})
        return
    for batch in done["batches"]:
        chunks = batch["chunks"]
        span = " to ".join(dict.fromkeys([*chunks[:1], *chunks[-1:]])) or "no chunk yet"
        counts = f"{batch['new']:,} new, {batch['replaced']:,} replaced, {batch['labelled']:,} with a label"
        say.line(f"{batch['source']}: {batch['rows']:,} rows ({counts}), {span}")
        say.left_out(batch["left_out"])
        for note in describe(batch):
            say.line(note)
        if batch["waiting"]:
            say.line(f"{batch['waiting']:,} labels came before their rows: they count when those come.")


def demo(output: Annotated[Format, FORMAT] = "text") -> None:
    """Set up two models with real data: hotel cancellations and handwritten digits."""
    from core.services.onboarding.jobs import DIGITS, HOTEL, Demo

    with work.workspace() as ws:
        work.do(ws.settings, Demo())
    models = [HOTEL, DIGITS]
    say.result(output, {"models": models}, f"The demo is ready: {' and '.join(models)}.")


def list_models(output: Annotated[Format, FORMAT] = "text") -> None:
    """List the connected models: how they are, since when, and how new their data is."""
    from core.services.deployment import promote
    from core.services.monitoring.monitor import health
    from core.services.onboarding import connect_model

    with work.workspace() as ws:
        rows = [
            _row(spec, promote.champion(ws, spec.name), health(ws, spec.name))
            for spec in connect_model.list_models(ws)
        ]
    if output == "json":
        say.document({"models": rows})
        return
    for row in rows:
        now = f"{row['metric']} {row['value']:.3g}" if row["value"] is not None else f"{row['metric']} -"
        since = f", since {str(row['onset'])[:10]}" if row["onset"] else ""
        until = f"data until {str(row['data_until'])[:10]}" if row["data_until"] else "no log"
        version = f"version {row['version']}" if row["version"] else "no champion"
        say.line(f"{row['name']}: {row['status'] or 'not checked yet'}{since}; {now}; {version}; {until}")
    if not rows:
        say.line("No model is connected yet: see `python -m core add --help`, or try `python -m core demo`.")


def _row(
    spec: "ModelSpec", champion: "DeploymentView | None", document: "HealthDocument | None"
) -> dict[str, Any]:
    """What matters of one model; what is not known is None."""
    now = document["current"] if document else None
    onset = document["onset"] if document else None
    return {
        "name": spec.name,
        "task": spec.task,
        "item": spec.item,
        "classes": list(spec.classes),
        "metric": spec.metric,
        "version": champion.version if champion else None,
        "status": document["status"] if document else None,
        "onset": onset["date"] if onset else None,
        "value": now["value"] if now else None,
        "data_until": document["data"]["until"] if document else None,
        "computed_at": document["computed_at"] if document else None,
    }
