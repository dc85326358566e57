"""The jobs that take data in: a file, what is new at the sources, the body of an HTTP request."""

import shutil
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from core.access import LOCAL
from core.errors import DuplicateBatch
from core.jobs.job import ModelJob, job, step
from core.jobs.spec import StepContext
from core.services.monitoring.jobs import Monitor, check_health
from core.services.shadow.jobs import watch_shadows
from core.tables.deliveries import Door, Kind


@job("ingest", "Take in a file", quick=True, does=(Monitor,))
@dataclass(frozen=True, slots=True, kw_only=True)
class Ingest(ModelJob):
    """Take in files, all of them or none.

    Attributes:
        paths: files, patterns and addresses of a bucket or a SQL table (`core.lake.remotes.address`).
        kind: what rows they hold.
        by: who sends them, for the record.
        door: through which of the ways in they come.
    """

    paths: tuple[str, ...]
    kind: Kind = "predictions"
    by: str = LOCAL.name
    door: Door = "command line"


@step(Ingest)
def take_in(context: StepContext[Ingest]) -> dict[str, Any]:
    """Validate and store the rows.

    Raises:
        DuplicateBatch: they came before. As a process may have been killed after it had stored them, what
            follows on rows is done first.
    """
    from core.services.ingestion.ingest import ingest

    args = context.args
    with context.workspace() as ws:
        try:
            reports = ingest(
                ws,
                args.model,
                args.paths,
                args.kind,
                by=args.by,
                door=args.door,
                progress=context.progress,
            )
        except DuplicateBatch:
            catch_up(context)
            raise
    return {"batches": [asdict(report) for report in reports]}


step(Ingest)(check_health)
step(Ingest)(watch_shadows)


def catch_up(context: StepContext[ModelJob]) -> None:
    """Compute the health anew if rows came since the last time, through whichever door; shadows follow."""
    from core.services.ingestion.polling.poll import is_health_due

    with context.workspace() as ws:
        due = is_health_due(ws, context.args.model)
    if due:
        check_health(context)
    watch_shadows(context)


@job("poll", "Look for new data", quick=True)
@dataclass(frozen=True, slots=True, kw_only=True)
class Poll(ModelJob):
    """Look at the sources of a model.

    Attributes:
        source: number of one source; None: all that are not paused.
    """

    source: int | None = None


@step(Poll)
def look_at_sources(context: StepContext[Poll]) -> dict[str, Any]:
    """Take in what is new.

    Raises:
        CaretakerError: a source could not be reached; the others were looked at nevertheless.
    """
    from core.services.ingestion.polling.poll import poll_all

    with context.workspace() as ws:
        views = poll_all(ws, context.args.model, context.args.source, context.progress)
    return {"arrivals": [{**asdict(view), "created_at": view.created_at.isoformat()} for view in views]}


@step(Poll)
def check_what_came(context: StepContext[Poll]) -> dict[str, Any]:
    """Compute the health anew if rows came since the last time, through whichever door."""
    from core.services.ingestion.polling.poll import is_health_due

    due = any(delivery["outcome"] == "taken" for delivery in context.state["arrivals"])
    if not due:
        with context.workspace() as ws:
            due = is_health_due(ws, context.args.model)
    return check_health(context) if due else {}


step(Poll)(watch_shadows)


@job("deliver", "Take in a delivery", quick=True, does=(Monitor,))
@dataclass(frozen=True, slots=True, kw_only=True)
class Deliver(ModelJob):
    """Take in what a program sent.

    Attributes:
        path: the file in which the bytes wait.
        sha256: SHA-256 of the bytes.
        kind: what rows they are.
        by: name of the token that let them in.
    """

    path: str
    sha256: str
    kind: Kind
    by: str


@step(Deliver)
def take_in_delivery(context: StepContext[Deliver]) -> dict[str, Any]:
    """Take in the file; done before a crash, it only says so again."""
    from core.services.ingestion import delivery_status, receive_delivery

    args = context.args
    with context.workspace() as ws:
        receive_delivery.accept(ws, args, context.progress)
    shutil.rmtree(Path(args.path).parent, ignore_errors=True)
    return {"delivery": delivery_status.delivery_name(args.kind, args.sha256)}


step(Deliver)(check_health)
step(Deliver)(watch_shadows)
