"""Send what waits in the outbox, again and again until it has arrived or is given up."""

from hashlib import sha256
from uuid import uuid4

from core.access import Person, require
from core.locks import try_hold
from core.services.alerts import destinations
from core.services.alerts.destinations import Outcome
from core.services.alerts.routes import require_destination
from core.services.alerts.views import MessageView, message_view
from core.store.alerts import outbox
from core.store.engine import reading, writing
from core.store.tables import AlertMessage
from core.store.types import now
from core.store.workspace import Workspace

NOT_CONFIGURED = "It is not configured any more (CARETAKER_ALERT_DESTINATIONS)."


def send_due(ws: Workspace, destination: str) -> list[MessageView]:
    """Send what is due to a destination, the longest waiting first; while another process does, nothing.

    A message counts as sent once that is written down: killed between the two, it is sent again under the
    same id.
    """
    name = sha256(destination.encode()).hexdigest()[:16]  # a name may hold what no file may be called
    lock = try_hold(ws.settings.run / f"alerts-{name}.lock")
    if lock is None:
        return []
    views = []
    with lock:
        while (row := _next_due(ws, destination)) is not None:
            outcome = _try(ws, row)
            with writing(ws.engine) as session:
                views.append(message_view(outbox.conclude(session, row.uid, outcome.state, outcome.message)))
    return views


def destinations_due(ws: Workspace) -> list[str]:
    """Destinations to which something should be sent by now."""
    with reading(ws.engine) as session:
        return sorted({row.destination for row in outbox.due(session, now())})


def put_test(ws: Workspace, destination: str, *, person: Person) -> str:
    """Write a message that only says that it arrived; gives its id.

    Raises:
        AccessError: the person is no engineer.
        NoDestination: the destination is not configured.
    """
    require(person, "engineer")
    require_destination(ws.settings, destination)
    text = f"This is a test that {person.name} asked for: alerts reach this place."
    body = {"title": "Caretaker: test", "text": text, "type": "info"}
    with writing(ws.engine) as session:
        uid = f"test_{uuid4().hex}"
        outbox.write_alone(session, uid, destination, "test", body)
    return uid


def find_message(ws: Workspace, uid: str) -> MessageView | None:
    """How a message stands."""
    with reading(ws.engine) as session:
        row = outbox.find(session, uid)
    return None if row is None else message_view(row)


def _next_due(ws: Workspace, destination: str) -> AlertMessage | None:
    with reading(ws.engine) as session:
        return next(iter(outbox.due(session, now(), destination)), None)


def _try(ws: Workspace, row: AlertMessage) -> Outcome:
    url = ws.settings.alert_destinations.get(row.destination)
    return Outcome("waiting", NOT_CONFIGURED) if url is None else destinations.send(url, row.uid, row.body)
