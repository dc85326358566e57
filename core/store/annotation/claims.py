"""Leases on items: who is looking at what, so that nobody is asked what somebody else is answering.

Every function runs inside a writing transaction; the tasks it touches are locked by it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import String, and_, bindparam, distinct, or_
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, delete, func, select, update

from core.annotation.rules import RULES
from core.store import audit
from core.store.tables import LabelClaim, LabelEvent, LabelTask

LEASE = RULES.lease
FRESH = timedelta(seconds=30)
"""A lease that began so lately is not begun anew with every answer: that would write all leases of a tab."""
ANSWERS = ("label", "unsure", "flag", "import", "adjudicate")


def expire(session: Session, model_id: int, at: datetime) -> None:
    """Give back every item whose lease ran out before `at`."""
    over = select(LabelClaim.id).where(LabelClaim.task_id == LabelTask.id, LabelClaim.expires_at < at)
    query = select(LabelTask).where(LabelTask.model_id == model_id, over.exists())
    stale = session.exec(query.with_for_update(skip_locked=True, of=LabelTask)).all()
    _drop(session, stale, col(LabelClaim.expires_at) < at)


def release(session: Session, model_id: int, person: str, holder: str, keep: Sequence[int] = ()) -> None:
    """Give back what this person holds in this tab, except the tasks to keep."""
    query = (
        select(LabelTask)
        .join(LabelClaim, col(LabelClaim.task_id) == LabelTask.id)
        .where(LabelTask.model_id == model_id, LabelClaim.person == person, LabelClaim.holder == holder)
        .where(col(LabelTask.id).not_in(keep))
    )
    _drop(session, session.exec(query.with_for_update(of=LabelTask)).all(), col(LabelClaim.person) == person)


def renew(session: Session, person: str, holder: str, at: datetime) -> set[int]:
    """Begin the leases of this tab anew; gives the tasks it still holds."""
    prolong(session, person, holder, at, LEASE)
    query = select(LabelClaim.task_id).where(LabelClaim.person == person, LabelClaim.holder == holder)
    return set(session.exec(query).all())


def prolong(session: Session, person: str, holder: str, at: datetime, left: timedelta) -> None:
    """Begin those leases of this tab anew that end within `left`: the others need no write."""
    query = update(LabelClaim).where(col(LabelClaim.person) == person, col(LabelClaim.holder) == holder)
    ending = query.where(col(LabelClaim.expires_at) <= at + left).values(expires_at=at + LEASE)
    session.exec(ending.execution_options(synchronize_session=False))


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
    mine = select(LabelClaim.id).where(LabelClaim.task_id == LabelTask.id, LabelClaim.person == person)
    query = (
        select(LabelTask)
        .where(LabelTask.model_id == model_id, LabelTask.state == "open")
        .where(col(LabelTask.live) + col(LabelTask.done) < LabelTask.want)
        .where(~mine.exists())
        .where(~_opinion_of(person, ANSWERS if again else (*ANSWERS, "skip")))
        .order_by(col(LabelTask.priority), col(LabelTask.id))
        .limit(number)
        .with_for_update(skip_locked=True, of=LabelTask)
    )
    items = list(session.exec(query).all())
    hold(session, items, person, holder, at)
    return items


def hold_again(
    session: Session, model_id: int, person: str, holder: str, task_ids: Sequence[int], at: datetime
) -> None:
    """Lease once more what a tab still shows after its lease ran out, if nobody else was faster."""
    mine = select(LabelClaim.id).where(LabelClaim.task_id == LabelTask.id, LabelClaim.person == person)
    query = (
        select(LabelTask)
        .where(LabelTask.model_id == model_id, LabelTask.state == "open", col(LabelTask.id).in_(task_ids))
        .where(col(LabelTask.live) + col(LabelTask.done) < LabelTask.want)
        .where(~mine.exists(), ~_opinion_of(person, ANSWERS))
        .with_for_update(skip_locked=True, of=LabelTask)
    )
    hold(session, session.exec(query).all(), person, holder, at)


def hold(session: Session, tasks: Sequence[LabelTask], person: str, holder: str, at: datetime) -> None:
    """Write the leases on locked tasks."""
    for task in tasks:
        task.live += 1
        session.add(task)
        lease = LabelClaim(task_id=task.id or 0, person=person, holder=holder)
        lease.taken_at, lease.expires_at = at, at + LEASE
        session.add(lease)
    session.flush()


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
    query = _other_leases_query(own=own, among=among is not None)
    values = {"model": model_id, "me": person, "tab": holder, "at": at}
    rows = session.connection().execute(query, values if among is None else values | {"among": list(among)})
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
        .where(col(LabelClaim.expires_at) >= bindparam("at"), which, ~_opinion_of(me, ANSWERS))
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
        .where(LabelTask.model_id == model_id, LabelTask.state == "open", ~_opinion_of(person, ANSWERS))
        .where(theirs.where(_in_the_way(person, holder)).exists())
        .order_by(col(LabelTask.priority), col(LabelTask.id))
        .limit(number)
        .with_for_update(skip_locked=True, of=LabelTask)
    )
    items = list(session.exec(query).all())
    _drop(session, items, col(LabelClaim.person) == whose)
    hold(session, items, person, holder, at)
    if items:
        body = {"from": whose, "items": len(items), "rows": [task.row_id for task in items]}
        audit.add(session, model_id, person, "take over", body)
    return items


def finish(session: Session, items: Sequence[LabelTask], person: str) -> None:
    """End this person's leases on locked tasks that were answered or skipped."""
    _drop(session, items, col(LabelClaim.person) == person)


def count_skipped(session: Session, model_id: int, person: str) -> int:
    """How many open items this person has passed on and could have again."""
    return _count(session, _skipped_query(), model_id, person)


def count_waiting(session: Session, model_id: int, person: str) -> int:
    """How many open items this person has answered: they wait for somebody else's answer."""
    return _count(session, _waiting_query(), model_id, person)


def _count(session: Session, query: Any, model_id: int, person: str) -> int:
    number: int = session.connection().execute(query, {"model": model_id, "me": person}).scalar_one()
    return number


@cache
def _skipped_query() -> Any:
    me = bindparam("me", type_=String)
    room = col(LabelTask.live) + col(LabelTask.done) < LabelTask.want
    return _number_of(me, ("skip",)).where(room, ~_opinion_of(me, ANSWERS))


@cache
def _waiting_query() -> Any:
    return _number_of(bindparam("me", type_=String), ANSWERS)


def _number_of(person: Any, actions: Sequence[str]) -> Any:
    """SQL: open items to which the person did one of these; walks what the person did, not the queue."""
    done = aliased(LabelEvent)
    return (
        select(func.count(distinct(col(LabelTask.id))))
        .select_from(done)
        .join(LabelTask, and_(col(LabelTask.model_id) == done.model_id, col(LabelTask.row_id) == done.row_id))
        .where(done.model_id == bindparam("model"), done.person == person, col(done.action).in_(actions))
        .where(LabelTask.state == "open", ~_taken_back(done, person))
    )


def _in_the_way(person: Any, holder: Any) -> Any:
    """SQL: the lease keeps the item from this tab: of an own other tab, or the item has room for no more."""
    mine = aliased(LabelClaim)
    own = select(mine.id).where(mine.task_id == LabelTask.id, mine.person == person)
    full = col(LabelTask.live) + col(LabelTask.done) >= LabelTask.want
    return or_(_of_other_tab(person, holder), and_(col(LabelClaim.person) != person, full, ~own.exists()))


def _of_other_tab(person: Any, holder: Any) -> Any:
    return and_(col(LabelClaim.person) == person, col(LabelClaim.holder) != holder)


def _drop(session: Session, tasks: Sequence[LabelTask], which: Any) -> None:
    for task in tasks:
        deleted = session.exec(delete(LabelClaim).where(col(LabelClaim.task_id) == task.id, which))
        task.live = max(0, task.live - deleted.rowcount)
        session.add(task)
    session.flush()


def _opinion_of(person: Any, actions: Sequence[str]) -> Any:
    """SQL: the person did one of these to the task and did not take it back."""
    return (
        select(LabelEvent.uid)
        .where(LabelEvent.model_id == LabelTask.model_id, LabelEvent.row_id == LabelTask.row_id)
        .where(LabelEvent.person == person, col(LabelEvent.action).in_(actions))
        .where(~_taken_back(LabelEvent, person))
        .exists()
    )


def _taken_back(event: Any, person: Any) -> Any:
    """SQL: the person took the event back."""
    undo = aliased(LabelEvent)
    return (
        select(undo.uid)
        .where(undo.model_id == event.model_id, undo.row_id == event.row_id)
        .where(undo.action == "undo", undo.person == person, undo.supersedes == event.uid)
        .exists()
    )
