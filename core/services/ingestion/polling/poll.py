"""Look at a source once: what is new there is taken in."""

from core.errors import BusyError, CaretakerError
from core.jobs.spec import Progress, quiet
from core.lake.remotes.address import parse
from core.locks import hold_lock
from core.services.ingestion import delivery_log, sources
from core.services.ingestion.polling.poll_files import poll_files
from core.services.ingestion.polling.poll_table import poll_table
from core.services.ingestion.views import DeliveryView
from core.store import models
from core.store.engine import reading, writing
from core.store.ingestion import batches
from core.store.ingestion import sources as rows
from core.store.monitoring import findings
from core.store.workspace import Workspace


def poll(ws: Workspace, source_id: int, progress: Progress = quiet) -> list[DeliveryView]:
    """Take in what is new at a source; one look at a time, a second one waits and finds nothing.

    Returns:
        What came, newest first: taken in, known or refused.

    Raises:
        DataError: there is no such source, or it cannot be reached; the next looks at it are rarer.
        BusyError: another delivery takes too long.
    """
    try:
        with hold_lock(ws.settings.run / f"poll-{source_id}.lock"):
            return _poll(ws, source_id, progress)
    except TimeoutError as error:
        raise BusyError("Another delivery is still being taken in.", "It is tried again later.") from error


def _poll(ws: Workspace, source_id: int, progress: Progress) -> list[DeliveryView]:
    with reading(ws.engine) as session:
        source = rows.get(session, source_id)
        spec = models.by_id(session, source.model_id)
    before = max((view.id for view in delivery_log.list_deliveries(ws, spec.name, 1)), default=0)
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
    return delivery_log.list_deliveries(ws, spec.name, source_id=source_id, after=before)


def poll_all(ws: Workspace, name: str, source_id: int | None, progress: Progress) -> list[DeliveryView]:
    """Look at one source, or at all sources of the model that are not paused; gives what came.

    Raises:
        CaretakerError: a source could not be reached; the others were looked at nevertheless.
    """
    at_work = [source.id for source in sources.list_sources(ws, name) if source.state == "on"]
    numbers = [source_id] if source_id else at_work
    views: list[DeliveryView] = []
    errors: list[CaretakerError] = []
    for number in numbers:
        try:
            views += poll(ws, number, progress)
        except CaretakerError as error:
            errors.append(error)
    if errors:
        raise errors[0]
    return views


def is_health_due(ws: Workspace, name: str) -> bool:
    """Whether a batch came since the health was computed, through whichever door."""
    with reading(ws.engine) as session:
        spec = models.spec(session, name)
        computed, newest = (
            findings.computation_time(session, spec.id),
            batches.newest_moment(session, spec.id),
        )
    return newest is not None and (computed is None or computed <= newest)
