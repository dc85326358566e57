"""What people and programs are told of alerts."""

from dataclasses import dataclass
from datetime import datetime

from typing_extensions import TypedDict

from core.store import models
from core.store.alerts import outbox, records
from core.store.engine import reading
from core.store.tables import Alert, AlertEvent, AlertMessage
from core.store.workspace import Workspace


@dataclass(frozen=True, slots=True)
class AlertView:
    """An alert, for people.

    Attributes:
        state: open, acknowledged, snoozed or closed.
        until: of a snooze.
        by: who acknowledged or snoozed it last; None where nobody did.
    """

    id: int
    model: str
    kinds: tuple[str, ...]
    severity: str
    state: str
    sentence: str
    since: str
    opened_at: datetime
    closed_at: datetime | None
    until: datetime | None
    by: str | None = None


@dataclass(frozen=True, slots=True)
class MessageView:
    """A message to a destination.

    Attributes:
        state: "waiting", "sent", "failed" when it was given up, "superseded" when the alert went on.
        message: why the last try failed; empty before the first and after it was sent.
    """

    uid: str
    destination: str
    kind: str
    title: str
    state: str
    attempts: int
    message: str
    at: datetime
    next_at: datetime | None


class AlertDocument(TypedDict):
    """An alert of a model."""

    id: int
    """Its number."""
    kinds: list[str]
    """performance, estimate, data_fault, volume, freshness, labels, guard: several where one cause has
    several effects."""
    severity: str
    """red or amber, the highest since it opened."""
    state: str
    """open, acknowledged, snoozed or closed."""
    sentence: str
    """What the finding says."""
    since: str
    """Where in the log it began: a day, or the number of a row."""
    opened_at: str
    """When it was opened (UTC, ISO 8601)."""
    closed_at: str | None
    """When it closed; null while it has not."""
    snoozed_until: str | None
    """When people are told again, if it lasts; null unless it is snoozed."""
    by: str | None
    """Who acknowledged or snoozed it; null where nobody did."""


class AlertsDocument(TypedDict):
    """The alerts of a model, newest first; the closed ones as far as the newest 200 hold them."""

    model: str
    """Name of the model."""
    alerts: list[AlertDocument]
    """The alerts."""


def list_alerts(ws: Workspace, name: str | None = None, *, closed: bool = False) -> list[AlertView]:
    """The alerts of a model or of all, newest first; only SQL.

    Raises:
        DataError: there is no such model.
    """
    with reading(ws.engine) as session:
        names = {spec.id: spec.name for spec in models.specs(session)}
        number = None if name is None else models.spec(session, name).id
        rows = records.list_alerts(session, number, closed=closed)
        return [view(row, names[row.model_id], records.events_of(session, row.id or 0)) for row in rows]


def document(ws: Workspace, name: str) -> AlertsDocument:
    """The alerts of a model for programs.

    Raises:
        DataError: there is no such model.
    """
    return AlertsDocument(
        model=name, alerts=[alert_document(one) for one in list_alerts(ws, name, closed=True)]
    )


def alert_document(one: AlertView) -> AlertDocument:
    """An alert for programs."""
    return AlertDocument(
        id=one.id,
        kinds=list(one.kinds),
        severity=one.severity,
        state=one.state,
        sentence=one.sentence,
        since=one.since,
        opened_at=one.opened_at.isoformat(timespec="seconds"),
        closed_at=one.closed_at.isoformat(timespec="seconds") if one.closed_at else None,
        snoozed_until=one.until.isoformat(timespec="seconds") if one.until else None,
        by=one.by,
    )


def list_messages(ws: Workspace, limit: int = 50, name: str | None = None) -> list[MessageView]:
    """The newest messages and what became of each, newest first; only SQL.

    Of all models, or of one beside those that are about no single one.

    Raises:
        DataError: there is no such model.
    """
    with reading(ws.engine) as session:
        number = None if name is None else models.spec(session, name).id
        return [message_view(row) for row in outbox.list_messages(session, limit, number)]


def view(row: Alert, name: str, events: list[AlertEvent] | None = None) -> AlertView:
    """An alert for people."""
    decided = [event.person for event in events or () if event.action == row.state]
    return AlertView(
        id=row.id or 0,
        model=name,
        kinds=tuple(row.kinds),
        severity=row.severity,
        state=row.state,
        sentence=row.sentence,
        since=row.since,
        opened_at=row.opened_at,
        closed_at=row.closed_at,
        until=row.snoozed_until,
        by=decided[-1] if decided and row.state in {"acknowledged", "snoozed"} else None,
    )


def message_view(row: AlertMessage) -> MessageView:
    """A message for people."""
    return MessageView(
        uid=row.uid,
        destination=row.destination,
        kind=row.kind,
        title=row.body["title"],
        state=row.state,
        attempts=row.attempts,
        message=row.message,
        at=row.changed_at,
        next_at=row.next_at if row.state == "waiting" else None,
    )
