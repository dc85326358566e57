"""Leases on items: who is looking at what, so that nobody is asked what somebody else is answering.

Every function runs inside a writing transaction; the tasks it touches are locked by it.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import String, and_, bindparam, case, delete, insert, or_, update
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, select

from core.annotation.rules import RULES
from core.store import audit
from core.store.annotation.tasks import TASK
from core.store.tables import LabelClaim, LabelEvent, LabelTask

LEASE = RULES.lease
FRESH = timedelta(seconds=30)
"""A lease that began so lately is not begun anew with every answer: that would write all leases of a tab."""
ANSWERS = ("label", "unsure", "flag", "import", "adjudicate")
CLAIM: Any = LabelClaim.__table__  # type: ignore[attr-defined]
_MINE = and_(CLAIM.c.person == bindparam("me"), CLAIM.c.holder == bindparam("tab"))
_HELD = select(CLAIM.c.task_id).where(_MINE)
_OWN_ELSEWHERE = select(CLAIM.c.task_id).where(
    CLAIM.c.person == bindparam("me"),
    CLAIM.c.holder != bindparam("tab"),
    CLAIM.c.expires_at >= bindparam("at"),
)
_ENDING = update(CLAIM).where(_MINE, CLAIM.c.expires_at <= bindparam("until"))
_PROLONG = _ENDING.values(expires_at=bindparam("end"))
_TASKS: Any = bindparam("tasks", expanding=True)
_END = delete(CLAIM).where(CLAIM.c.task_id.in_(_TASKS)).returning(CLAIM.c.task_id)
_END_OVER = _END.where(CLAIM.c.expires_at < bindparam("at"))
_END_OF_PERSON = _END.where(CLAIM.c.person == bindparam("me"))
_SOME_MORE = update(TASK).where(TASK.c.id.in_(_TASKS)).values(live=TASK.c.live + 1)
_FEWER = case((TASK.c.live > bindparam("ended"), TASK.c.live - bindparam("ended")), else_=0)
_ONE_FEWER = update(TASK).where(TASK.c.id == bindparam("task")).values(live=_FEWER)


def expire(session: Session, model_id: int, at: datetime) -> None:
    """Give back every item whose lease ran out before `at`."""
    over = select(LabelClaim.task_id).where(LabelClaim.expires_at < at)
    query = select(LabelTask.id).where(LabelTask.model_id == model_id, col(LabelTask.id).in_(over))
    stale = session.exec(query.with_for_update(skip_locked=True, of=LabelTask)).all()
    _end(session, stale, _END_OVER, {"at": at})


def release(session: Session, model_id: int, person: str, holder: str, keep: Sequence[int] = ()) -> None:
    """Give back what this person holds in this tab, except the tasks to keep."""
    query = (
        select(LabelTask.id)
        .join(LabelClaim, col(LabelClaim.task_id) == LabelTask.id)
        .where(LabelTask.model_id == model_id, LabelClaim.person == person, LabelClaim.holder == holder)
        .where(col(LabelTask.id).not_in(keep))
        .order_by(col(LabelTask.id))
    )
    unused = session.exec(query.with_for_update(of=LabelTask)).all()
    _drop(session, unused, person)


def renew(session: Session, person: str, holder: str, at: datetime) -> set[int]:
    """Begin the leases of this tab anew; gives the tasks it still holds."""
    prolong(session, person, holder, at, LEASE)
    return set(session.connection().execute(_HELD, {"me": person, "tab": holder}).scalars())


def prolong(session: Session, person: str, holder: str, at: datetime, left: timedelta) -> None:
    """Begin those leases of this tab anew that end within `left`: the others need no write."""
    values = {"me": person, "tab": holder, "until": at + left, "end": at + LEASE}
    session.connection().execute(_PROLONG, values)


def leased_tasks(session: Session, person: str, task_ids: Sequence[int]) -> set[int]:
    """Those of the tasks that this person holds, in whichever tab."""
    query = select(LabelClaim.task_id).where(LabelClaim.person == person)
    return set(session.exec(query.where(col(LabelClaim.task_id).in_(task_ids))).all())


def take(
    session: Session,
    model_id: int,
    person: str,
    holder: str,
    number: int,
    at: datetime,
    *,
    again: bool = False,
) -> list[LabelTask]:
    """Lease the next items that this person has not answered; `again` offers skipped ones once more."""
    values = {"model": model_id, "me": person, "number": number}
    items = list(session.exec(_take_query(again=again), params=values).all())
    hold(session, [task.id or 0 for task in items], person, holder, at)
    return items


@cache
def _take_query(*, again: bool) -> Any:
    me = bindparam("me", type_=String)
    return (
        _free_tasks(select(LabelTask), bindparam("model"), me, ANSWERS if again else (*ANSWERS, "skip"))
        .order_by(col(LabelTask.priority), col(LabelTask.id))
        .limit(bindparam("number"))
    )


def _free_tasks(query: Any, model_id: Any, person: Any, actions: Sequence[str]) -> Any:
    """SQL: open items with room for one more, which this person neither has nor did one of these to."""
    mine = select(LabelClaim.id).where(LabelClaim.task_id == LabelTask.id, LabelClaim.person == person)
    return (
        query.where(LabelTask.model_id == model_id, LabelTask.state == "open")
        .where(col(LabelTask.live) + col(LabelTask.done) < LabelTask.want)
        .where(~mine.exists(), ~opinion_of(person, actions))
        .with_for_update(skip_locked=True, of=LabelTask)
    )


def hold_again(
    session: Session, model_id: int, person: str, holder: str, task_ids: Sequence[int], at: datetime
) -> None:
    """Lease once more what a tab still shows after its lease ran out, if nobody else was faster."""
    if task_ids:
        query = _free_tasks(select(LabelTask.id), model_id, person, ANSWERS)
        free = session.exec(query.where(col(LabelTask.id).in_(task_ids))).all()
        hold(session, free, person, holder, at)


def hold(session: Session, task_ids: Sequence[int], person: str, holder: str, at: datetime) -> None:
    """Write the leases on locked tasks."""
    if not task_ids:
        return
    lease = {"person": person, "holder": holder, "taken_at": at, "expires_at": at + LEASE}
    session.connection().execute(insert(CLAIM), [lease | {"task_id": number} for number in task_ids])
    session.connection().execute(_SOME_MORE, {"tasks": task_ids})


@dataclass(frozen=True, slots=True)
class OtherLease:
    """An item that somebody else has, or the same person in another tab."""

    task_id: int
    person: str
    taken_at: datetime
    expires_at: datetime


def other_leases(
    session: Session,
    model_id: int,
    person: str,
    holder: str,
    at: datetime,
    among: Sequence[int] | None = None,
    *,
    own: bool = False,
) -> list[OtherLease]:
    """The leases that keep open items from this tab, one an item: others', and own other tabs'.

    Args:
        session: within which it is read.
        model_id: of the queue.
        person: who asks.
        holder: the tab that asks.
        at: leases that ended before are over.
        among: of these tasks alone.
        own: of the person's other tabs alone.
    """
    values = {"model": model_id, "me": person, "tab": holder, "at": at}
    connection = session.connection()
    if own and connection.execute(_OWN_ELSEWHERE, values).first() is None:
        return []  # as nearly always: the rest of the query costs many times as much
    if among is not None:
        among = sorted(set(among) - set(connection.execute(_HELD, values).scalars()))
        if not among:
            return []
    query = _other_leases_query(own=own, among=among is not None)
    rows = connection.execute(query, values if among is None else values | {"among": among})
    return list({row.task_id: OtherLease(*row) for row in rows}.values())


@cache
def _other_leases_query(*, own: bool, among: bool) -> Any:
    """SQL with parameters: to build it takes longer than to run it."""
    me, tab = bindparam("me", type_=String), bindparam("tab", type_=String)
    which = _of_other_tab(me, tab) if own else _in_the_way(me, tab)
    query = (
        select(LabelClaim.task_id, LabelClaim.person, LabelClaim.taken_at, LabelClaim.expires_at)
        .join(LabelTask, col(LabelClaim.task_id) == LabelTask.id)
        .where(LabelTask.model_id == bindparam("model"), LabelTask.state == "open")
        .where(col(LabelClaim.expires_at) >= bindparam("at"), which, ~opinion_of(me, ANSWERS))
        .order_by(col(LabelClaim.expires_at).desc(), col(LabelClaim.id).desc())
    )
    return query.where(col(LabelTask.id).in_(bindparam("among", expanding=True))) if among else query


def take_over(
    session: Session, model_id: int, person: str, holder: str, whose: str, number: int, at: datetime
) -> list[LabelTask]:
    """Lease what `whose` tabs keep from this one, and write it down: the items that would be asked first."""
    theirs = select(LabelClaim.id).where(LabelClaim.task_id == LabelTask.id, LabelClaim.person == whose)
    query = (
        select(LabelTask)
        .where(LabelTask.model_id == model_id, LabelTask.state == "open", ~opinion_of(person, ANSWERS))
        .where(theirs.where(_in_the_way(person, holder)).exists())
        .order_by(col(LabelTask.priority), col(LabelTask.id))
        .limit(number)
        .with_for_update(skip_locked=True, of=LabelTask)
    )
    items = list(session.exec(query).all())
    task_ids = [task.id or 0 for task in items]
    _drop(session, task_ids, whose)
    hold(session, task_ids, person, holder, at)
    if items:
        body = {"from": whose, "items": len(items), "rows": [task.row_id for task in items]}
        audit.add(session, model_id, person, "take over", body)
    return items


def finish(session: Session, task_ids: Sequence[int], person: str) -> None:
    """End this person's leases on locked tasks that were answered or skipped."""
    _drop(session, task_ids, person)


def _in_the_way(person: Any, holder: Any) -> Any:
    """SQL: the lease keeps the item from this tab: of an own other tab, or the item has room for no more."""
    mine = aliased(LabelClaim)
    own = select(mine.id).where(mine.task_id == LabelTask.id, mine.person == person)
    full = col(LabelTask.live) + col(LabelTask.done) >= LabelTask.want
    return or_(_of_other_tab(person, holder), and_(col(LabelClaim.person) != person, full, ~own.exists()))


def _of_other_tab(person: Any, holder: Any) -> Any:
    return and_(col(LabelClaim.person) == person, col(LabelClaim.holder) != holder)


def _drop(session: Session, task_ids: Sequence[int | None], person: str) -> None:
    """End a person's leases on locked tasks."""
    _end(session, task_ids, _END_OF_PERSON, {"me": person})


def _end(session: Session, task_ids: Sequence[int | None], leases: Any, values: dict[str, Any]) -> None:
    """Delete those of these leases that are on these tasks."""
    if task_ids:
        ended = session.connection().execute(leases, values | {"tasks": task_ids}).scalars()
        if fewer := [{"task": number, "ended": count} for number, count in Counter(ended).items()]:
            session.connection().execute(_ONE_FEWER, fewer)


def opinion_of(person: Any, actions: Sequence[str]) -> Any:
    """SQL: the person did one of these to the task and did not take it back."""
    return (
        select(LabelEvent.uid)
        .where(LabelEvent.model_id == LabelTask.model_id, LabelEvent.row_id == LabelTask.row_id)
        .where(LabelEvent.person == person, col(LabelEvent.action).in_(actions))
        .where(~taken_back(LabelEvent, person))
        .exists()
    )


def taken_back(event: Any, person: Any) -> Any:
    """SQL: the person took the event back."""
    undo = aliased(LabelEvent)
    return (
        select(undo.uid)
        .where(undo.model_id == event.model_id, undo.row_id == event.row_id)
        .where(undo.action == "undo", undo.person == person, undo.supersedes == event.uid)
        .exists()
    )
