"""What a model does when: set, taken back, listed with the last and the next time."""

from dataclasses import dataclass
from datetime import datetime

from core.access import Person, require
from core.errors import DataError
from core.services.schedules.cron import next_moment, require_cron
from core.store import audit, models
from core.store.engine import StoreSession, reading, writing
from core.store.monitoring import schedules
from core.store.tables import Schedule
from core.store.types import now
from core.store.workspace import Workspace

KINDS = {
    "check": "check the health",
    "poll": "look for new data",
    "retrain": "retrain the champion's recipe",
}
"""Kind -> what is done, for people."""


@dataclass(frozen=True, slots=True)
class ScheduleView:
    """What a model does by the calendar.

    Attributes:
        next_at: when it comes next; `last_at`: of which moment the newest run was.
        missed_from: where the worker was down, the first of the moments for which the newest run stands.
    """

    model: str
    kind: str
    cron: str
    time_zone: str
    next_at: datetime
    last_at: datetime | None
    missed_from: datetime | None
    created_by: str


def set_schedule(
    ws: Workspace,
    name: str,
    kind: str,
    cron: str,
    zone: str = "UTC",
    *,
    person: Person,
    moment: datetime | None = None,
) -> ScheduleView:
    """Do a kind of work of a model at the moments of a cron expression, in place of the one before.

    Raises:
        AccessError: the person is no engineer of the model.
        DataError: there is no such model or kind.
        BadSchedule: the expression or the time zone cannot be used.
    """
    require(person, "engineer", name)
    _require_kind(kind)
    moment, cron = moment or now(), " ".join(cron.split())
    require_cron(cron, zone, moment)
    with writing(ws.engine) as session:
        spec = models.spec(session, name, to_change=True)
        change_schedule(session, spec.id, kind, (cron, zone), person.name, moment)
        return next(
            _view(row, name) for row in schedules.list_schedules(session, spec.id) if row.kind == kind
        )


def drop_schedule(ws: Workspace, name: str, kind: str, *, person: Person) -> None:
    """Do that work by the calendar no longer; without a schedule nothing happens.

    Raises:
        AccessError: the person is no engineer of the model.
        DataError: there is no such model or kind.
    """
    require(person, "engineer", name)
    _require_kind(kind)
    with writing(ws.engine) as session:
        spec = models.spec(session, name, to_change=True)
        change_schedule(session, spec.id, kind, None, person.name, now())


def change_schedule(
    session: StoreSession,
    model_id: int,
    kind: str,
    timing: tuple[str, str] | None,
    by: str,
    moment: datetime,
    *,
    file: str = "",
) -> None:
    """Set or take back a schedule in a transaction that is open; one that stays as it is keeps its moments.

    Args:
        session: the transaction.
        model_id: whose schedule.
        kind: of what work.
        timing: a cron expression that can be used and its time zone; None takes the schedule back.
        by: who asks for it.
        moment: from when on.
        file: of models as code, for the record.
    """
    before = schedules.find(session, model_id, kind)
    if timing == (before and (before.cron, before.time_zone)):
        return
    cron, zone = timing or (None, before.time_zone if before else "UTC")
    row = None
    if cron is not None:
        following = next_moment(cron, zone, moment)
        row = Schedule(
            model_id=model_id, kind=kind, cron=cron, time_zone=zone, next_at=following, created_by=by
        )
    schedules.replace(session, before, row)
    body = {"kind": kind, "before": before and before.cron, "after": cron, "time_zone": zone}
    audit.add(session, model_id, by, schedules.CHANGED, body | ({"file": file} if file else {}))


def list_schedules(ws: Workspace, name: str | None = None) -> list[ScheduleView]:
    """What a model or all of them do by the calendar; only SQL.

    Raises:
        DataError: there is no such model.
    """
    with reading(ws.engine) as session:
        names = {spec.id: spec.name for spec in models.specs(session)}
        number = None if name is None else models.spec(session, name).id
        return [_view(row, names[row.model_id]) for row in schedules.list_schedules(session, number)]


def describe(view: ScheduleView) -> str:
    """A schedule in a line: what, when, the last and the next time."""
    last = f"last {_minute(view.last_at)}" if view.last_at else "never yet"
    missed = f" (for all missed since {_minute(view.missed_from)})" if view.missed_from else ""
    what = f"{view.model}: {KINDS[view.kind]} at '{view.cron}' {view.time_zone}"
    return f"{what}, {last}{missed}, next {_minute(view.next_at)}"


def _minute(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M} UTC"


def _require_kind(kind: str) -> None:
    if kind not in KINDS:
        raise DataError(f"There is no work {kind!r} to schedule.", f"There is {', '.join(KINDS)}.")


def _view(row: Schedule, name: str) -> ScheduleView:
    return ScheduleView(
        model=name,
        kind=row.kind,
        cron=row.cron,
        time_zone=row.time_zone,
        next_at=row.next_at,
        last_at=row.last_at,
        missed_from=row.missed_from,
        created_by=row.created_by,
    )
