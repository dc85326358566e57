"""What experts did, a line for each person, day and action: for the record, not for the labels."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

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


@dataclass(frozen=True, slots=True)
class Work:
    """How often a person did the same thing, from when to when."""

    person: str
    action: str
    times: int
    first: datetime
    last: datetime


def work_up_to(session: Session, model_id: int, seq: int) -> list[Work]:
    """The label events of a model up to a number, summed up by person and action."""
    first, last = func.min(LabelEvent.server_time), func.max(LabelEvent.server_time)
    query: Any = select(LabelEvent.person, LabelEvent.action, func.count(), first).add_columns(last)
    mine = query.where(LabelEvent.model_id == model_id, LabelEvent.seq <= seq)
    by = col(LabelEvent.person), col(LabelEvent.action)
    return [Work(*row) for row in session.exec(mine.group_by(*by).order_by(*by)).all()]
