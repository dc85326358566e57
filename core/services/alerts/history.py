"""What became of the alerts of a model, and who is told, as lines of the record."""

from datetime import datetime
from typing import Any

from core.store import audit
from core.store.alerts import records
from core.store.tables import AlertEvent, Audit

WORDS = {
    "opened": "opened",
    "reopened": "came back",
    "worse": "got worse",
    "reminded": "still open after the snooze",
    "merged": "has the same cause as another one",
    "closed": "closed",
    "acknowledged": "acknowledged",
    "snoozed": "snoozed",
}
"""What became of an alert -> its word in the record."""
MOST = 5_000


def entries(session: Any, model_id: int) -> list[tuple[datetime, str, str, str, str]]:
    """Lines of the record: moment, kind, sentence, person, reference."""
    changes = audit.entries(session, model_id, actions={records.RULES_CHANGED})
    return [*map(_event, records.events(session, model_id, MOST)), *map(_routes, changes)]


def _event(row: AlertEvent) -> tuple[datetime, str, str, str, str]:
    until = f" until {row.body['until'][:10]}" if "until" in row.body else ""
    sentence = f"Alert {row.alert_id} {WORDS[row.action]}{until}: {row.body['sentence']}"
    return row.created_at, "alert", sentence, row.person, str(row.alert_id)


def _routes(row: Audit) -> tuple[datetime, str, str, str, str]:
    return row.created_at, "alert", f"Alerts go to: {row.body['sentence']}", row.person, "alerts"
