"""The deliveries: what came through which door, and what became of it. Only ever added to."""

from dataclasses import asdict

from sqlmodel import Session, col, func, select

from core.store.tables import Arrival
from core.tables.deliveries import BatchReport, Sender


def record_accepted(
    session: Session, model_id: int, batch_id: int, report: BatchReport, sender: Sender, sha256: str = ""
) -> Arrival:
    """Write down a delivery in the transaction that takes it in."""
    left_out = asdict(report.left_out)
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
            left_out={key: left_out[key] for key in ("rows", "clipped", "listed")},
            message=report.left_out.message,
            hint=report.left_out.hint,
            person=sender.by,
        ),
    )


def record_rejected(
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


def list_deliveries(
    session: Session, model_id: int, limit: int, *, source_id: int | None = None, after: int = 0
) -> list[Arrival]:
    """The newest deliveries first: all of a model, or those of one source; `after`: with a larger id only."""
    query = select(Arrival).where(Arrival.model_id == model_id, col(Arrival.id) > after)
    if source_id is not None:
        query = query.where(Arrival.source_id == source_id)
    return list(session.exec(query.order_by(col(Arrival.id).desc()).limit(limit)).all())


def of_content(session: Session, model_id: int, kind: str, sha256: str) -> Arrival | None:
    """The newest delivery of that kind whose bytes have a hash that begins so."""
    query = select(Arrival).where(Arrival.model_id == model_id, Arrival.kind == kind)
    same = query.where(col(Arrival.sha256) >= sha256, col(Arrival.sha256) < sha256 + "g")
    return session.exec(same.order_by(col(Arrival.id).desc()).limit(1)).first()


def totals(session: Session, model_id: int) -> dict[tuple[str, str], int]:
    """How many deliveries came through each door with each outcome."""
    query = select(Arrival.door, Arrival.outcome, func.count()).where(Arrival.model_id == model_id)
    counts = session.exec(query.group_by(Arrival.door, Arrival.outcome)).all()
    return {(door, outcome): count for door, outcome, count in counts}


def _add(session: Session, row: Arrival) -> Arrival:
    session.add(row)
    session.flush()
    return row
