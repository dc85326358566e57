"""The batches: which files of the lake exist."""

from datetime import datetime
from typing import cast

from sqlmodel import Session, col, func, select

from core.store.tables import Arrival, Batch
from core.tables.deliveries import WAITING, BatchReport, Kind, LiveBatch, LiveBatches


def live(session: Session, model_id: int) -> LiveBatches:
    """All batches of a model, in order of arrival."""
    rows = session.exec(select(Batch).where(Batch.model_id == model_id).order_by(col(Batch.id))).all()
    counted = select(Arrival.batch_id, func.max(Arrival.replaced)).where(
        Arrival.model_id == model_id, Arrival.outcome == "taken"
    )
    replaced = dict(session.exec(counted.group_by(col(Arrival.batch_id))).all())
    return tuple(
        LiveBatch(
            row.id or 0, cast("Kind", row.kind), row.content_hash, tuple(row.chunks), replaced.get(row.id)
        )
        for row in rows
    )


def find(session: Session, model_id: int, kind: Kind, content_hash: str) -> Batch | None:
    """The batch with that content, if it was taken in before."""
    return session.exec(
        select(Batch).where(
            Batch.model_id == model_id, Batch.kind == kind, Batch.content_hash == content_hash
        )
    ).first()


def list_batches(session: Session, model_id: int) -> list[Batch]:
    """The rows of the batch table, newest first."""
    return list(
        session.exec(select(Batch).where(Batch.model_id == model_id).order_by(col(Batch.id).desc())).all()
    )


def newest(session: Session, model_id: int) -> int:
    """The number of the newest batch; 0 before the first."""
    return session.exec(select(func.max(Batch.id)).where(Batch.model_id == model_id)).one() or 0


def newest_at(session: Session, model_id: int, moment: datetime) -> int:
    """The number of the batch that was the newest at a moment; 0 before the first."""
    query = select(func.max(Batch.id)).where(Batch.model_id == model_id, col(Batch.created_at) <= moment)
    return session.exec(query).one() or 0


def newest_moment(session: Session, model_id: int) -> datetime | None:
    """When the newest batch came."""
    row = session.get(Batch, newest(session, model_id))
    return None if row is None else row.created_at


def totals(session: Session, model_id: int) -> dict[str, tuple[int, int]]:
    """How many batches of each kind were taken in, and their rows."""
    query = select(Batch.kind, func.count(), func.sum(Batch.rows)).where(Batch.model_id == model_id)
    return {kind: (count, int(rows)) for kind, count, rows in session.exec(query.group_by(Batch.kind)).all()}


def add(session: Session, model_id: int, report: BatchReport) -> int:
    """Make the files of a batch exist; its id."""
    row = Batch(
        model_id=model_id,
        kind=report.kind,
        content_hash=report.content_hash,
        source=report.source,
        rows=report.rows,
        chunks=[*report.chunks, *([WAITING] if report.waiting else [])],
    )
    session.add(row)
    session.flush()
    if row.id is None:
        raise ValueError("the batch was not stored")
    return row.id
