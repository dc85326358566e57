"""Look at a source once: what is new there is taken in, then the health is computed anew."""

from dataclasses import asdict
from typing import Any

from core.errors import BusyError, CaretakerError
from core.jobs.spec import Progress, StepContext, quiet
from core.lake.remotes.address import parse
from core.locks import held
from core.services.ingestion import delivery_log, sources
from core.services.ingestion.delivery_log import ArrivalView
from core.services.ingestion.poll_files import poll_files
from core.services.ingestion.poll_table import poll_table
from core.services.monitoring import monitor
from core.store import models
from core.store.engine import reading, writing
from core.store.ingestion import batches
from core.store.ingestion import sources as rows
from core.store.monitoring import findings
from core.store.workspace import Workspace, open_workspace


def poll(ws: Workspace, source_id: int, progress: Progress = quiet) -> list[ArrivalView]:
    """Take in what is new at a source; one look at a time, a second one waits and finds nothing.

    Returns:
        What came, newest first: taken in, known or refused.

    Raises:
        DataError: there is no such source, or it cannot be reached; the next looks at it are rarer.
        BusyError: another delivery takes too long.
    """
    try:
        with held(ws.settings.run / f"poll-{source_id}.lock"):
            return _poll(ws, source_id, progress)
    except TimeoutError as error:
        raise BusyError("Another delivery is still being taken in.", "It is tried again later.") from error


def _poll(ws: Workspace, source_id: int, progress: Progress) -> list[ArrivalView]:
    with reading(ws.engine) as session:
        source = rows.get(session, source_id)
        spec = models.by_id(session, source.model_id)
    before = max((each.id for each in delivery_log.listed(ws, spec.name, 1)), default=0)
    problem = ""
    try:
        if parse(source.address).kind == "sql":
            problem = poll_table(ws, spec, source, progress)
        else:
            poll_files(ws, spec, source, progress)
    except CaretakerError as error:
        with writing(ws.engine) as session:
            rows.record_poll(session, source_id, f"{error.message} {error.hint}")
        raise
    with writing(ws.engine) as session:
        rows.record_poll(session, source_id, problem)
    return delivery_log.listed(ws, spec.name, source_id=source_id, after=before)


def poll_step(context: StepContext) -> dict[str, Any]:
    """Job step: look at the source `args["source"]`, or at all sources of the model that are not paused.

    Raises:
        CaretakerError: a source could not be reached; the others were looked at nevertheless.
    """
    ws, name = open_workspace(context.settings), context.args["model"]
    said = context.args.get("source")
    numbers = [said] if said else [each.id for each in sources.listed(ws, name) if each.state == "on"]
    found: list[ArrivalView] = []
    failed: list[CaretakerError] = []
    for number in numbers:
        try:
            found += poll(ws, number, context.progress)
        except CaretakerError as error:
            failed.append(error)
    if failed:
        raise failed[0]
    shown = [{**asdict(each), "created_at": each.created_at.isoformat()} for each in found]
    return {"arrivals": shown}


def monitor_step(context: StepContext) -> dict[str, Any]:
    """Job step: compute the health anew if a batch came since the last time, through whichever door."""
    if any(each["outcome"] == "taken" for each in context.state["arrivals"]):
        return monitor.refresh_step(context)
    ws = open_workspace(context.settings)
    with reading(ws.engine) as session:
        spec = models.spec(session, context.args["model"])
        computed, came = findings.computation_time(session, spec.id), batches.newest_moment(session, spec.id)
    if came is None or (computed is not None and computed > came):
        return {}
    return monitor.refresh_step(context)
