"""Alerts: who is told, what was opened and what became of it, what was sent where."""

from datetime import datetime
from typing import Any

from sqlalchemy import Index, UniqueConstraint
from sqlmodel import Field, SQLModel

from core.store.tables.columns import document, moment, one_of


class AlertRule(SQLModel, table=True):
    """How the alerts of a model open and close, and where they go (`core.health.alerts.rules.AlertRules`)."""

    __tablename__ = "alert_rule"
    model_id: int = Field(foreign_key="model.id", primary_key=True)
    body: dict[str, Any] = document()


class AlertReading(SQLModel, table=True):
    """Which finding of a model the alerts know, and what data it was of."""

    __tablename__ = "alert_reading"
    model_id: int = Field(foreign_key="model.id", primary_key=True)
    fingerprint: str
    data: str


class Alert(SQLModel, table=True):
    """An alert as it stands, a projection of its events; `keys` say what it is, whatever its numbers.

    `absent` counts readings of new data without its condition; `since` is where in the log it began.
    """

    __tablename__ = "alert"
    __table_args__ = (
        one_of("severity", "amber", "red"),
        one_of("state", "open", "acknowledged", "snoozed", "closed"),
        Index("ix_alert_model", "model_id", "state"),
    )
    id: int | None = Field(default=None, primary_key=True)
    model_id: int = Field(foreign_key="model.id")
    keys: list[str] = document()
    kinds: list[str] = document()
    severity: str
    state: str = "open"
    code: str
    sentence: str
    since: str
    absent: int = 0
    opened_at: datetime = moment()
    changed_at: datetime = moment()
    snoozed_until: datetime | None = moment(nullable=True)
    closed_at: datetime | None = moment(nullable=True)


class AlertEvent(SQLModel, table=True):
    """What became of an alert, and by whom; only ever added to."""

    __tablename__ = "alert_event"
    __table_args__ = (
        one_of(
            "action",
            "opened", "reopened", "worse", "reminded", "merged", "closed", "acknowledged", "snoozed",
        ),
        Index("ix_alert_event_alert", "alert_id", "id"),
    )  # fmt: skip
    id: int | None = Field(default=None, primary_key=True)
    model_id: int = Field(foreign_key="model.id")
    alert_id: int = Field(foreign_key="alert.id")
    action: str
    person: str
    body: dict[str, Any] = document()
    created_at: datetime = moment()


class AlertMessage(SQLModel, table=True):
    """What a destination is sent: the outbox, written with the event that it tells of.

    `uid` is the same each time it is sent, so that a receiver can drop what it had. A message about the end
    of an alert waits until the cool-down is over, and is superseded when the alert goes on.
    """

    __tablename__ = "alert_message"
    __table_args__ = (
        one_of("kind", "opened", "worse", "reminded", "closed", "digest", "test"),
        one_of("state", "waiting", "sent", "failed", "superseded"),
        UniqueConstraint("event_id", "destination"),
        Index("ix_alert_message_due", "state", "next_at"),
    )
    uid: str = Field(primary_key=True)
    destination: str
    kind: str
    model_id: int | None = Field(default=None, foreign_key="model.id")
    alert_id: int | None = Field(default=None, foreign_key="alert.id")
    event_id: int | None = Field(default=None, foreign_key="alert_event.id")
    state: str = "waiting"
    body: dict[str, Any] = document()
    attempts: int = 0
    message: str = ""
    next_at: datetime = moment()
    changed_at: datetime = moment()
    created_at: datetime = moment()
