"""What is done by the calendar: a row for each model and kind of work."""

from datetime import datetime

from sqlalchemy import Index, UniqueConstraint
from sqlmodel import Field, SQLModel

from core.store.tables.columns import moment, one_of


class Schedule(SQLModel, table=True):
    """A kind of work that a model does by a cron expression.

    `next_at` is the next moment; `due_at` that of a run which is not in line yet, whose job has an id made of
    both numbers, so that it is put in line once; `last_at` is that of the newest run. Where the worker was
    down, `missed_from` is the first of the moments for which the newest run stands.
    """

    __tablename__ = "schedule"
    __table_args__ = (
        UniqueConstraint("model_id", "kind"),
        one_of("kind", "check", "poll", "retrain"),
        Index("ix_schedule_next", "next_at"),
    )
    id: int | None = Field(default=None, primary_key=True)
    model_id: int = Field(foreign_key="model.id")
    kind: str
    cron: str
    time_zone: str
    next_at: datetime = moment()
    due_at: datetime | None = moment(nullable=True)
    last_at: datetime | None = moment(nullable=True)
    missed_from: datetime | None = moment(nullable=True)
    created_by: str
    created_at: datetime = moment()
