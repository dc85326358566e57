"""What people decide of an alert: they know of it, or want to hear of it later."""

from datetime import datetime, timedelta

from core.access import Person, require
from core.errors import DataError
from core.services.alerts.views import AlertView, view
from core.store import models
from core.store.alerts import records
from core.store.engine import writing
from core.store.types import now
from core.store.workspace import Workspace

LONGEST_DAYS = 90
"""A snooze that is longer is forgotten; a fault that lasts a quarter is a setting to change."""


def acknowledge(ws: Workspace, number: int, *, person: Person) -> AlertView:
    """Write down that somebody takes care; it is told again only if it gets worse.

    Raises:
        AccessError: the person is no engineer of its model.
        DataError: there is no such alert, or it is closed.
    """
    return _decide(ws, number, person, "acknowledged", None)


def snooze(ws: Workspace, number: int, days: float, *, person: Person) -> AlertView:
    """Tell of it again after some days, if it lasts until then.

    Raises:
        AccessError: the person is no engineer.
        DataError: there is no such alert, it is closed, or the days are too few or too many.
    """
    if not 0 < days <= LONGEST_DAYS:
        raise DataError(f"An alert cannot be snoozed for {days:g} days.", f"Up to {LONGEST_DAYS} days.")
    return _decide(ws, number, person, "snoozed", now() + timedelta(days=days))


def _decide(ws: Workspace, number: int, person: Person, state: str, until: datetime | None) -> AlertView:
    """The alert in that state, with who decided it; asked for again, nothing is written again."""
    with writing(ws.engine) as session:
        row = records.find(session, number)
        if row is None:
            raise DataError(f"There is no alert {number}.", "`alerts list` names those that are open.")
        require(person, "engineer", models.by_id(session, row.model_id).name)
        if row.state == "closed":
            raise DataError(f"Alert {number} is closed.", "Nothing needs to be decided of it.")
        if row.state != state or row.snoozed_until != until:
            row.state, row.snoozed_until = state, until
            body = {"until": until.isoformat()} if until else {}
            records.add_event(session, row, state, person.name, {"sentence": row.sentence, **body})
        return view(row, models.by_id(session, row.model_id).name)
