"""What was in production when, and what happened beside it. Only SQL: pages may ask."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from core.services.deployment.reasons import OVERRIDES
from core.services.operations.history import describe_revision
from core.store import models
from core.store.annotation import revisions
from core.store.engine import reading
from core.store.experiments import deployments
from core.store.monitoring import findings
from core.store.tables import Deployment, Revision
from core.store.types import now
from core.store.workspace import Workspace

KINDS = {"first": "first version", "promote": "promotion", "rollback": "rollback"}


@dataclass(frozen=True, slots=True)
class Stay:
    """A version in production, from one change to the next.

    Attributes:
        number: of the deployment that began it.
        until: None while it is live.
    """

    number: int
    version: str
    start: datetime
    until: datetime | None


@dataclass(frozen=True, slots=True)
class Mark:
    """Something that happened.

    Attributes:
        kind: first version, promotion, override, rollback, refused, revision or alarm.
        version: that it is about; empty for revisions and alarms.
        number: of the deployment, where it is one.
    """

    at: datetime
    kind: str
    version: str
    sentence: str
    person: str
    number: int | None = None


@dataclass(frozen=True, slots=True)
class ProductionTimeline:
    """Stays and marks, oldest first; `earlier` alarms lie before the first version, in older data."""

    stays: list[Stay]
    marks: list[Mark]
    earlier: int


def timeline(ws: Workspace, name: str) -> ProductionTimeline:
    """The past of production.

    Raises:
        DataError: there is no such model.
    """
    with reading(ws.engine) as session:
        model = models.spec(session, name).id
        changes = deployments.list_concluded(session, model)
        cuts = revisions.list_revisions(session, model)
        health = findings.read(session, model)
    done = [row for row in changes if row.state == "done"]
    ends = [*(_at(row) for row in done[1:]), None]
    stays = [
        Stay(row.id or 0, row.version, _at(row), end)
        for row, end in zip(done, ends[: len(done)], strict=True)
    ]
    alarms = _alarms(health)
    start = stays[0].start if stays else now()
    inside = [alarm for alarm in alarms if alarm.at >= start]
    marks = sorted([*map(_change, changes), *map(_revision, cuts), *inside], key=lambda mark: mark.at)
    return ProductionTimeline(stays, marks, len(alarms) - len(inside))


def _at(row: Deployment) -> datetime:
    return row.decided_at or row.created_at


def _change(row: Deployment) -> Mark:
    kind = KINDS[row.kind] if row.state == "done" else row.state
    override = OVERRIDES.get(row.override or "", "")
    if override and row.state == "done":
        kind = "override"
    of = f" in place of version {row.previous}" if row.previous else ""
    by = f", approved by {row.decided_by}" if row.decided_by and row.state == "done" else ""
    why = f" ({override})" if override else ""
    sentence = f"{kind.capitalize()}: version {row.version}{of}{by}{why}. {row.reason}"
    return Mark(_at(row), kind, row.version, sentence, row.person, row.id)


def _revision(row: Revision) -> Mark:
    return Mark(row.created_at, "revision", "", describe_revision(row), row.created_by)


def _alarms(health: dict[str, Any] | None) -> list[Mark]:
    """When the metric's alarms began, where the log has dates."""
    alerts = [alert for alert in (health or {}).get("alerts", []) if alert["rule"] == "performance"]
    return [
        Mark(_moment(alert["opened"]), "alarm", "", alert["sentence"], "Caretaker")
        for alert in alerts
        if isinstance(alert["opened"], str)
    ]


def _moment(place: str) -> datetime:
    at = datetime.fromisoformat(place)
    return at if at.tzinfo else at.replace(tzinfo=UTC)
