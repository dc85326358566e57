"""The weekly message: one for a destination, with a line for each of its models."""

from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any, cast

from core.health.performance import formatting
from core.health.report.document import HealthDocument
from core.health.status import STATUS_WORD, Status
from core.services.alerts.routes import rules_from
from core.services.alerts.texts import harmless
from core.stats.intervals import Measured
from core.stats.measures.table import metric_named
from core.store import models
from core.store.alerts import outbox, records
from core.store.engine import reading, writing
from core.store.monitoring import findings
from core.store.workspace import Workspace
from core.tables.chunks import day

HOUR = 7
"""Of Monday, in UTC: it is read at the beginning of the week."""


def put_due(ws: Workspace, moment: datetime) -> list[str]:
    """Write the message of this week for every destination that has none; gives those destinations.

    A worker that was down on Monday writes it when it is back: one for each week, of the numbers of then.
    """
    monday = week_begin(moment)
    with reading(ws.engine) as session:
        names = _destinations(session)
        due = {name: uid for name in names if outbox.find(session, uid := message_id(name, monday)) is None}
    for name, uid in due.items():
        with writing(ws.engine) as session:
            outbox.write_alone(session, uid, name, "digest", _body(session, names[name], monday))
    return sorted(due)


def week_begin(moment: datetime) -> datetime:
    """The newest Monday at the hour of the message.

    >>> from datetime import UTC
    >>> week_begin(datetime(2026, 3, 4, 12, tzinfo=UTC)).isoformat()
    '2026-03-02T07:00:00+00:00'
    >>> week_begin(datetime(2026, 3, 2, 6, tzinfo=UTC)).isoformat()
    '2026-02-23T07:00:00+00:00'
    """
    shifted = moment - timedelta(hours=HOUR)
    first = shifted - timedelta(days=shifted.weekday())
    return first.replace(hour=HOUR, minute=0, second=0, microsecond=0)


def message_id(destination: str, monday: datetime) -> str:
    """The id of the message of one week to one destination."""
    return f"digest_{monday:%Y-%m-%d}_{sha256(destination.encode()).hexdigest()[:16]}"


def line(name: str, document: HealthDocument | None) -> str:
    """A model in one line: its status, since when, its number with the interval.

    >>> line("churn", None)
    'churn: not checked yet'
    """
    if document is None:
        return f"{name}: not checked yet"
    onset, now = document["onset"], document["current"]
    since = f" since {onset['label']}" if onset and document["status"] == "red" else ""
    number = "no final labels yet"
    if now is not None:
        measured = Measured(now["value"], now["low"], now["high"], 0.0, now["n"])
        number = formatting.interval(metric_named(document["metric"]), measured)
        number = f"{document['metric_label']} {number}, {now['label']}"
    return f"{name}: {STATUS_WORD[cast('Status', document['status'])]}{since}. {number}"


def _destinations(session: Any) -> dict[str, list[int]]:
    """Destination -> models that have a line in its weekly message."""
    names: dict[str, list[int]] = {}
    for spec in models.specs(session):
        for route in rules_from(records.rules(session, spec.id)).routes:
            if route.digest:
                names.setdefault(route.destination, []).append(spec.id)
    return names


def _body(session: Any, numbers: list[int], monday: datetime) -> dict[str, Any]:
    lines = []
    for number in numbers:
        document: Any = findings.read(session, number)
        lines.append(line(models.by_id(session, number).name, document))
    return {
        "title": f"Models in the week of {day(monday)}",
        "text": harmless("\n".join(lines)),
        "type": "info",
    }
