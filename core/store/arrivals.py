"""The deliveries: what came through which door, and what became of it. Only ever added to."""

from sqlmodel import Session, col, select

from core.frames.batches import BatchReport, Sender
from core.store.tables import Arrival


def taken(
    session: Session, model_id: int, batch_id: int, report: BatchReport, sender: Sender, sha256: str = ""
) -> Arrival:
    """Write down a delivery in the transaction that takes it in."""
    return _add(
        session,
        Arrival(
            model_id=model_id,
            source_id=sender.source_id,
            batch_id=batch_id,
            door=sender.door,
            name=report.source,
            kind=report.kind,
            sha256=sha256,
            outcome="taken",
            rows=report.rows,
            new=report.new,
            replaced=report.replaced,
            labelled=report.labelled,
            first=report.chunks[0] if report.chunks else None,
            last=report.chunks[-1] if report.chunks else None,
            person=sender.by,
        ),
    )


def turned_away(
    session: Session,
    model_id: int,
    name: str,
    kind: str,
    sender: Sender,
    *,
    outcome: str,
    message: str,
    hint: str,
    sha256: str = "",
) -> Arrival:
    """Write down a delivery of which nothing was taken in: `outcome` is "known" or "refused"."""
    return _add(
        session,
        Arrival(
            model_id=model_id,
            source_id=sender.source_id,
            door=sender.door,
            name=name,
            kind=kind,
            sha256=sha256,
            outcome=outcome,
            message=message,
            hint=hint,
            person=sender.by,
        ),
    )


def listed(
    session: Session, model_id: int, limit: int, *, source_id: int | None = None, after: int = 0
) -> list[Arrival]:
    """The newest deliveries first: all of a model, or those of one source; `after`: with a larger id only."""
    query = select(Arrival).where(Arrival.model_id == model_id, col(Arrival.id) > after)
    if source_id is not None:
        query = query.where(Arrival.source_id == source_id)
    return list(session.exec(query.order_by(col(Arrival.id).desc()).limit(limit)).all())


def _add(session: Session, row: Arrival) -> Arrival:
    session.add(row)
    session.flush()
    return row
