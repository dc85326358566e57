"""Schedules: what is due, what is in line, what comes next."""

from datetime import datetime

from sqlmodel import Session, col, select

from core.store.tables import Schedule

CHANGED = "change schedule"
"""Action of the record."""


def find(session: Session, model_id: int, kind: str) -> Schedule | None:
    """The schedule of a kind of work of a model."""
    mine = select(Schedule).where(Schedule.model_id == model_id, Schedule.kind == kind)
    return session.exec(mine).one_or_none()


def replace(session: Session, before: Schedule | None, new: Schedule | None) -> None:
    """Store a schedule in place of the one before; None takes it back.

    It is another row with another id: a run of the one before cannot pass for one of this.
    """
    if before is not None:
        session.delete(before)
        session.flush()
    if new is not None:
        session.add(new)
        session.flush()


def list_schedules(session: Session, model_id: int | None = None) -> list[Schedule]:
    """The schedules of a model or of all, by model and kind."""
    query = select(Schedule).order_by(col(Schedule.model_id), col(Schedule.kind))
    return list(session.exec(query if model_id is None else query.where(Schedule.model_id == model_id)).all())


def due(session: Session, moment: datetime) -> list[Schedule]:
    """Schedules whose next moment has come, the longest due first."""
    query = select(Schedule).where(Schedule.next_at <= moment).order_by(col(Schedule.next_at))
    return list(session.exec(query).all())


def not_in_line(session: Session) -> list[Schedule]:
    """Schedules with a run that is not known to be in line."""
    return list(session.exec(select(Schedule).where(col(Schedule.due_at).is_not(None))).all())


def begin_run(
    session: Session, row: Schedule, due_at: datetime, next_at: datetime, missed_from: datetime | None
) -> None:
    """Note a run that is to be put in line, and when the next one comes."""
    row.due_at, row.next_at, row.missed_from = due_at, next_at, missed_from
    session.add(row)


def note_in_line(session: Session, number: int, due_at: datetime) -> None:
    """The run of that moment is in line; of a schedule that was changed meanwhile nothing is noted."""
    row = session.get(Schedule, number)
    if row is not None and row.due_at == due_at:
        row.due_at, row.last_at = None, due_at
        session.add(row)
