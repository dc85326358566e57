"""What experts did, a line for each person, day and action: for the record, not for the labels."""

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, func, select

from core.store.tables import LabelEvent


@dataclass(frozen=True, slots=True)
class DayOfWork:
    """How often a person did the same thing on one day, and when for the last time."""

    person: str
    action: str
    times: int
    last: datetime


def days_of_work(session: Session, model_id: int) -> list[DayOfWork]:
    """All label events of a model, summed up by person, day and action."""
    day = func.date(LabelEvent.server_time)
    query = (
        select(LabelEvent.person, LabelEvent.action, func.count(), func.max(LabelEvent.server_time))
        .where(LabelEvent.model_id == model_id)
        .group_by(day, col(LabelEvent.person), col(LabelEvent.action))
    )
    return [DayOfWork(*row) for row in session.exec(query).all()]
