"""Every delivery leaves a line, through whichever door it came: taken in, known, or refused and why."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from core.errors import DataError, DuplicateBatch
from core.services.ingestion.views import DeliveryView
from core.store import models
from core.store.engine import Decide, Within, reading, writing
from core.store.ingestion import deliveries
from core.store.tables import Arrival
from core.store.workspace import Workspace
from core.tables.deliveries import Kind, Sender


def list_deliveries(
    ws: Workspace, name: str, limit: int = 200, *, source_id: int | None = None, after: int = 0
) -> list[DeliveryView]:
    """The newest deliveries of a model first.

    Raises:
        DataError: there is no such model.
    """
    with reading(ws.engine) as session:
        spec = models.spec(session, name)
        rows = deliveries.list_deliveries(session, spec.id, limit, source_id=source_id, after=after)
    return [view(row) for row in rows]


@dataclass(frozen=True, slots=True)
class SourceHooks:
    """What a source writes down in the transaction in which a delivery ends: with it or not at all."""

    on_accepted: Within
    on_refused: Decide


@contextmanager
def record_refusal(
    ws: Workspace,
    model_id: int,
    files: Sequence[tuple[str, str]],
    kind: Kind,
    sender: Sender,
    hooks: SourceHooks | None = None,
) -> Iterator[None]:
    """What the block refuses is written down, a line for each file of the delivery, and raised again.

    `files`: name of each, and the sha256 of its bytes or "".
    """
    try:
        yield
    except DataError as error:
        culprit = error.source or ""
        with writing(ws.engine) as session:
            recorded = hooks is None or hooks.on_refused(session, error)
            for name, sha256 in files if recorded else ():
                why = _why(error, name, culprit)
                deliveries.record_rejected(session, model_id, name, kind, sender, sha256=sha256, **why)
        raise


def _why(error: DataError, name: str, culprit: str) -> dict[str, str]:
    if culprit not in {name, ""}:
        message = f"{name} was not taken in, because {culprit} came with it and was not."
        return {"outcome": "refused", "message": message, "hint": "Send it again without that file."}
    outcome = "known" if isinstance(error, DuplicateBatch) else "refused"
    return {"outcome": outcome, "message": error.message, "hint": error.hint}


def view(row: Arrival) -> DeliveryView:
    """A row of the table as a view."""
    return DeliveryView(
        id=row.id or 0,
        name=row.name,
        kind=row.kind,
        door=row.door,
        outcome=row.outcome,
        rows=row.rows,
        new=row.new,
        replaced=row.replaced,
        labelled=row.labelled,
        first=row.first,
        last=row.last,
        message=row.message,
        hint=row.hint,
        person=row.person,
        created_at=row.created_at,
        source_id=row.source_id,
        batch_id=row.batch_id,
        left_out=row.left_out.get("rows", 0),
        clipped=row.left_out.get("clipped", 0),
        listed=row.left_out.get("listed", []),
    )
