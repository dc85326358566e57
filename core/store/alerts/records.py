"""Alerts, their events, the rules by which they go out, and which findings they know."""

from datetime import datetime
from typing import Any

from sqlmodel import Session, col, or_, select

from core.store.tables import Alert, AlertEvent, AlertReading, AlertRule, Finding
from core.store.types import now

RULES_CHANGED = "change alerts"
"""Action of the record."""


def rules(session: Session, model_id: int) -> dict[str, Any] | None:
    """The rules of a model as JSON; None where nobody set any."""
    row = session.get(AlertRule, model_id)
    return None if row is None else row.body


def set_rules(session: Session, model_id: int, body: dict[str, Any]) -> None:
    """Store the rules in place of those before."""
    session.merge(AlertRule(model_id=model_id, body=body))


def models_to_read(session: Session, moment: datetime) -> list[int]:
    """Models with a finding that their alerts do not know, or with an alert that was snoozed until now."""
    known = select(Finding.model_id).outerjoin(
        AlertReading,
        (col(AlertReading.model_id) == Finding.model_id)
        & (col(AlertReading.fingerprint) == Finding.fingerprint),
    )
    unread = session.exec(known.where(col(AlertReading.model_id).is_(None))).all()
    due = (col(Alert.state) == "snoozed") & (col(Alert.snoozed_until) <= moment)
    awake = session.exec(select(Alert.model_id).where(due).distinct()).all()
    return sorted({*unread, *awake})


def reading_of(session: Session, model_id: int) -> AlertReading | None:
    """Which finding of the model the alerts know."""
    return session.get(AlertReading, model_id)


def note_reading(session: Session, model_id: int, fingerprint: str, data: str) -> None:
    """The alerts know this finding, of that data."""
    session.merge(AlertReading(model_id=model_id, fingerprint=fingerprint, data=data))


def list_live(session: Session, model_id: int, closed_after: datetime) -> list[Alert]:
    """The alerts of a model that are not closed, or were closed after a moment; oldest first."""
    some = or_(Alert.state != "closed", col(Alert.closed_at) > closed_after)
    mine = select(Alert).where(Alert.model_id == model_id, some)
    return list(session.exec(mine.order_by(col(Alert.id))).all())


def list_alerts(
    session: Session, model_id: int | None = None, *, closed: bool = False, limit: int = 200
) -> list[Alert]:
    """The newest alerts, newest first; of one model or of all, those that are closed only if asked."""
    query = select(Alert).order_by(col(Alert.id).desc()).limit(limit)
    if model_id is not None:
        query = query.where(Alert.model_id == model_id)
    return list(session.exec(query if closed else query.where(Alert.state != "closed")).all())


def find(session: Session, number: int) -> Alert | None:
    """The alert of that number; others who want to change it wait until this transaction ends."""
    return session.exec(select(Alert).where(Alert.id == number).with_for_update()).one_or_none()


def add_event(session: Session, alert: Alert, action: str, person: str, body: dict[str, Any]) -> AlertEvent:
    """Write down what becomes of an alert, with the alert as it is then; gives the event with its number."""
    alert.changed_at = now()
    session.add(alert)
    session.flush()
    event = AlertEvent(
        model_id=alert.model_id, alert_id=alert.id or 0, action=action, person=person, body=body
    )
    session.add(event)
    session.flush()
    return event


def events(session: Session, model_id: int, limit: int = 500) -> list[AlertEvent]:
    """What became of the alerts of a model, newest first."""
    mine = select(AlertEvent).where(AlertEvent.model_id == model_id)
    return list(session.exec(mine.order_by(col(AlertEvent.id).desc()).limit(limit)).all())


def events_of(session: Session, alert_id: int) -> list[AlertEvent]:
    """What became of one alert, oldest first."""
    about = select(AlertEvent).where(AlertEvent.alert_id == alert_id)
    return list(session.exec(about.order_by(col(AlertEvent.id))).all())
