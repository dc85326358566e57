"""Label events: appended, never changed; what holds for a row is in `core.store.annotation.current`."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import Any, cast

from sqlalchemy import bindparam, insert, or_
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, func, select, text

from core.annotation.events import OPINIONS, Action, Display, Event, EventRecord
from core.store.annotation.tasks import parts
from core.store.chain.record import touch
from core.store.tables import LabelCurrent, LabelEvent, LabelTask
from core.store.types import now

ADVISORY_LOCK = 7_226_775
"""Of PostgreSQL: those who number events take turns, from the first number to the end of the transaction."""
EVENT: Any = LabelEvent.__table__  # type: ignore[attr-defined]
_TAKE_TURN = text("SELECT pg_advisory_xact_lock(:key)")
_LAST = select(func.max(EVENT.c.seq))
_KNOWN = select(EVENT.c.uid).where(EVENT.c.uid.in_(bindparam("uids", expanding=True)))
_OF_MODEL = select(EVENT).where(EVENT.c.model_id == bindparam("model"))
_OF_ROWS = _OF_MODEL.where(EVENT.c.row_id.in_(bindparam("rows", expanding=True)))
_MOMENT = func.coalesce(EVENT.c.client_time, EVENT.c.server_time)
_MOMENTS = select(_MOMENT).where(EVENT.c.model_id == bindparam("model"))
_MOMENTS = _MOMENTS.order_by(EVENT.c.seq.desc()).limit(bindparam("most"))
_OWN_MOMENTS = _MOMENTS.where(EVENT.c.person == bindparam("me"))


def append(session: Session, model_id: int, new: Sequence[EventRecord]) -> list[Event]:
    """Append the events whose uid is not known yet, in the order given; gives those.

    Numbers are given out under a lock, in the order of commit: who has read up to n has seen all up to n.
    Lock the tasks of the rows before: who waits for a task must keep no numbers from others.
    """
    if not new:
        return []
    connection = session.connection()
    if connection.dialect.name == "postgresql":
        connection.execute(_TAKE_TURN, {"key": ADVISORY_LOCK})
    fresh = unknown(session, new)
    if fresh:
        first, moment = (connection.execute(_LAST).scalar() or 0) + 1, now()
        rows = [_row(model_id, number, one, moment) for number, one in enumerate(fresh, start=first)]
        connection.execute(insert(EVENT), rows)
        for row in rows:
            touch(session, EVENT.name, row["seq"])
    return [one.event for one in fresh]


def unknown(session: Session, new: Sequence[EventRecord]) -> list[EventRecord]:
    """Those whose uid is not stored, in the order given, one of each uid."""
    unique = {one.event.uid: one for one in new}
    known = known_uids(session, list(unique))
    return [one for uid, one in unique.items() if uid not in known]


def known_uids(session: Session, uids: Sequence[str]) -> set[str]:
    """Those of the uids that are stored."""
    known: set[str] = set()
    for part in parts(uids):
        known.update(session.connection().execute(_KNOWN, {"uids": part}).scalars())
    return known


def of_rows(session: Session, model_id: int, row_ids: Sequence[str]) -> dict[str, list[Event]]:
    """Row -> its events."""
    by_row: dict[str, list[Event]] = defaultdict(list)
    for part in parts(row_ids):
        for row in session.connection().execute(_OF_ROWS, {"model": model_id, "rows": part}):
            by_row[row.row_id].append(_event(row))
    return dict(by_row)


def of_uids(session: Session, uids: Sequence[str]) -> dict[str, tuple[int, Event]]:
    """Uid -> model and event, of those that are stored."""
    known: dict[str, tuple[int, Event]] = {}
    for part in parts(uids):
        query = select(LabelEvent).where(col(LabelEvent.uid).in_(part))
        known |= {row.uid: (row.model_id, _event(row)) for row in session.exec(query).all()}
    return known


def records(session: Session, model_id: int) -> list[EventRecord]:
    """Every event of the model with how it came about, in the order of arrival."""
    query = select(LabelEvent).where(LabelEvent.model_id == model_id).order_by(col(LabelEvent.seq))
    return [
        EventRecord(_event(row), row.task_id, cast("Display", row.shown), row.mode, row.ms)
        for row in session.exec(query).all()
    ]


def rows_with_events(session: Session, model_id: int) -> list[str]:
    """Every row of the model that somebody did something to."""
    query = select(LabelEvent.row_id).where(LabelEvent.model_id == model_id).distinct()
    return sorted(session.exec(query).all())


def last_seq(session: Session, model_id: int) -> int:
    """Number of the newest event of the model; 0 when there is none."""
    return session.exec(select(func.max(LabelEvent.seq)).where(LabelEvent.model_id == model_id)).one() or 0


def corrections(session: Session, model_id: int, *, measuring: bool = False) -> dict[str, str]:
    """Row -> label, where experts have settled one (also where they kept the given label).

    With `measuring` none of the rows that had no label and were chosen because the model was not sure of
    them: it is wrong there more often than elsewhere.
    """
    query = select(LabelCurrent.row_id, LabelCurrent.label).where(
        LabelCurrent.model_id == model_id, LabelCurrent.state == "settled"
    )
    if measuring:
        unsure = select(LabelTask.row_id).where(
            LabelTask.model_id == model_id, LabelTask.kind == "unlabelled", LabelTask.state != "withdrawn"
        )
        query = query.where(col(LabelCurrent.row_id).not_in(unsure))
    return {row_id: label for row_id, label in session.exec(query).all() if label is not None}


def first_opinions(session: Session, model_id: int) -> dict[str, int]:
    """Row -> number of the first event that is an opinion on it."""
    query = select(LabelEvent.row_id, func.min(LabelEvent.seq)).where(
        LabelEvent.model_id == model_id, col(LabelEvent.action).in_(OPINIONS)
    )
    return dict(session.exec(query.group_by(col(LabelEvent.row_id))).all())


def people(session: Session, model_id: int) -> list[str]:
    """Everybody who chose a label for a row of the model."""
    query = select(LabelEvent.person).where(
        LabelEvent.model_id == model_id, col(LabelEvent.action).in_(OPINIONS)
    )
    return sorted(session.exec(query.distinct()).all())


def recent(session: Session, model_id: int, person: str | None, limit: int) -> list[tuple[int | None, Event]]:
    """The newest events, newest first, each with its task; of one person or of everybody."""
    query = select(LabelEvent).where(LabelEvent.model_id == model_id)
    if person is not None:
        query = query.where(LabelEvent.person == person)
    rows = session.exec(query.order_by(col(LabelEvent.seq).desc()).limit(limit)).all()
    return [(row.task_id, _event(row)) for row in rows]


def recent_moments(session: Session, model_id: int, person: str | None, limit: int) -> list[datetime]:
    """When the newest events came about, newest first; of one person or of everybody."""
    query = _MOMENTS if person is None else _OWN_MOMENTS
    values = {"model": model_id, "most": limit, "me": person}
    return list(session.connection().execute(query, values).scalars())


def own(session: Session, model_id: int, person: str, words: str, limit: int) -> list[tuple[int, Event]]:
    """What this person chose of each item of the queue and stands, newest first, each with its task.

    With `words` those alone with these in label, note or row.
    """
    later = aliased(LabelEvent)
    newer = select(later.uid).where(
        later.model_id == model_id, later.row_id == LabelEvent.row_id, later.person == person
    )
    newer = newer.where(col(later.action).in_(OPINIONS), col(later.seq) > LabelEvent.seq, ~_undo_of(later))
    query = select(LabelEvent).where(LabelEvent.model_id == model_id, LabelEvent.person == person)
    query = query.where(col(LabelEvent.action).in_(OPINIONS), col(LabelEvent.task_id).is_not(None))
    query = query.where(~_undo_of(LabelEvent), ~newer.exists())
    if words:
        fields = (LabelEvent.label, LabelEvent.note, LabelEvent.row_id)
        query = query.where(or_(*(col(field).icontains(words, autoescape=True) for field in fields)))
    rows = session.exec(query.order_by(col(LabelEvent.seq).desc()).limit(limit)).all()
    return [(row.task_id or 0, _event(row)) for row in rows]


def _undo_of(event: Any) -> Any:
    """SQL: whether its person took the event back."""
    undo = aliased(LabelEvent)
    query = select(undo.uid).where(undo.model_id == event.model_id, undo.row_id == event.row_id)
    query = query.where(undo.action == "undo", undo.person == event.person, undo.supersedes == event.uid)
    return query.exists()


def _row(model_id: int, seq: int, new: EventRecord, moment: datetime) -> dict[str, Any]:
    event = new.event
    return {
        "uid": event.uid,
        "seq": seq,
        "model_id": model_id,
        "task_id": new.task_id,
        "row_id": event.row_id,
        "person": event.person,
        "action": event.action,
        "label": event.label,
        "note": event.note,
        "supersedes": event.supersedes,
        "shown": new.shown,
        "mode": new.mode,
        "ms": new.ms,
        "client_time": event.at,
        "server_time": moment,
    }


def _event(row: Any) -> Event:
    return Event(
        uid=row.uid,
        row_id=row.row_id,
        person=row.person,
        action=cast("Action", row.action),
        at=row.client_time or row.server_time,
        label=row.label,
        note=row.note,
        supersedes=row.supersedes,
    )
