"""The outbox of alerts: what destinations are sent, written in the transaction of what it tells of."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import uuid4

from sqlmodel import Session, col, select

from core.store import retries
from core.store.tables import AlertEvent, AlertMessage
from core.store.types import now


def write(
    session: Session,
    event: AlertEvent,
    destinations: Sequence[str],
    kind: str,
    body: dict[str, Any],
    due_at: datetime,
) -> None:
    """Write what destinations are sent of an event, from a moment on."""
    for destination in destinations:
        row = AlertMessage(
            uid=f"alert_{uuid4().hex}",
            destination=destination,
            kind=kind,
            model_id=event.model_id,
            alert_id=event.alert_id,
            event_id=event.id,
            body=body,
            next_at=due_at,
        )
        session.add(row)


def write_alone(session: Session, uid: str, destination: str, kind: str, body: dict[str, Any]) -> bool:
    """Write a message that is about no single alert, unless there is one of that id; gives whether it was."""
    if session.get(AlertMessage, uid) is not None:
        return False
    session.add(AlertMessage(uid=uid, destination=destination, kind=kind, body=body))
    session.flush()
    return True


def withdraw_end(session: Session, alert_id: int) -> None:
    """Supersede what would have told of the end of an alert that goes on."""
    ends = select(AlertMessage).where(AlertMessage.alert_id == alert_id, AlertMessage.kind == "closed")
    for row in session.exec(ends.where(AlertMessage.state == "waiting")).all():
        row.state, row.changed_at = "superseded", now()
        session.add(row)


def recipients_of(session: Session, alert_id: int) -> list[str]:
    """Where an alert was sent, or is to be sent: they are told of its end as well."""
    rows = select(AlertMessage.destination).where(AlertMessage.alert_id == alert_id)
    return sorted(set(session.exec(rows.where(AlertMessage.kind != "closed")).all()))


def due(session: Session, moment: datetime, destination: str | None = None) -> list[AlertMessage]:
    """What should be sent by now, the longest first; to one destination or to all."""
    only = {} if destination is None else {"destination": destination}
    return retries.due(session, AlertMessage, moment, **only)


def conclude(session: Session, uid: str, state: str, message: str) -> AlertMessage:
    """Write down what became of a try; where it failed, what else is due there waits as long.

    Only a test does not wait: somebody looks at the place now.
    """
    row = session.get_one(AlertMessage, uid)
    retries.note_try(row, state, message, retries.PAUSES)
    session.add(row)
    if row.state == "waiting":
        for other in due(session, now(), row.destination):
            if other.kind != "test":
                other.next_at = row.next_at
                session.add(other)
    return row


def find(session: Session, uid: str) -> AlertMessage | None:
    """The message of that name."""
    return session.get(AlertMessage, uid)


def list_messages(session: Session, limit: int = 200, model_id: int | None = None) -> list[AlertMessage]:
    """The newest messages, newest first; of all models, or of one beside those of no single one."""
    query = select(AlertMessage).order_by(col(AlertMessage.created_at).desc(), col(AlertMessage.uid).desc())
    if model_id is not None:
        of_it = col(AlertMessage.model_id) == model_id
        query = query.where(of_it | col(AlertMessage.model_id).is_(None))
    return list(session.exec(query.limit(limit)).all())
