"""Leases on items: who is looking at what, so that nobody is asked what somebody else is answering.

Every function runs inside a writing transaction; the tasks it touches are locked by it.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import and_, or_
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, delete, func, select

from core.annotation.rules import RULES
from core.store import audit
from core.store.tables import LabelClaim, LabelEvent, LabelTask

LEASE = RULES.lease
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
    query = select(LabelClaim).where(LabelClaim.person == person, LabelClaim.holder == holder)
    leases = session.exec(query).all()
    for claim in leases:
        claim.expires_at = at + LEASE
        session.add(claim)
    return {claim.task_id for claim in leases}


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


def other_leases(
    session: Session,
    model_id: int,
    person: str,
    holder: str,
    at: datetime,
    among: Sequence[int] | None = None,
) -> list[LabelClaim]:
    """The leases that keep open items from this tab, one an item: others', and own other tabs'."""
    query = (
        select(LabelClaim)
        .join(LabelTask, col(LabelClaim.task_id) == LabelTask.id)
        .where(LabelTask.model_id == model_id, LabelTask.state == "open", ~_opinion_of(person, ANSWERS))
        .where(LabelClaim.expires_at >= at, _in_the_way(person, holder))
        .order_by(col(LabelClaim.expires_at).desc(), col(LabelClaim.id).desc())
    )
    if among is not None:
        query = query.where(col(LabelTask.id).in_(among))
    return list({claim.task_id: claim for claim in session.exec(query).all()}.values())


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
    room = col(LabelTask.live) + col(LabelTask.done) < LabelTask.want
    return _number(session, model_id, room, _opinion_of(person, ("skip",)), ~_opinion_of(person, ANSWERS))


def count_waiting(session: Session, model_id: int, person: str) -> int:
    """How many open items this person has answered: they wait for somebody else's answer."""
    return _number(session, model_id, _opinion_of(person, ANSWERS))


def _number(session: Session, model_id: int, *which: Any) -> int:
    query = select(func.count()).select_from(LabelTask)
    return session.exec(query.where(LabelTask.model_id == model_id, LabelTask.state == "open", *which)).one()


def _in_the_way(person: str, holder: str) -> Any:
    """SQL: the lease keeps the item from this tab: of an own other tab, or the item has room for no more."""
    mine = aliased(LabelClaim)
    own = select(mine.id).where(mine.task_id == LabelTask.id, mine.person == person)
    full = col(LabelTask.live) + col(LabelTask.done) >= LabelTask.want
    other_tab = and_(col(LabelClaim.person) == person, col(LabelClaim.holder) != holder)
    return or_(other_tab, and_(col(LabelClaim.person) != person, full, ~own.exists()))


def _drop(session: Session, tasks: Sequence[LabelTask], which: Any) -> None:
    for task in tasks:
        deleted = session.exec(delete(LabelClaim).where(col(LabelClaim.task_id) == task.id, which))
        task.live = max(0, task.live - deleted.rowcount)
        session.add(task)
    session.flush()


def _opinion_of(person: str, actions: Sequence[str]) -> Any:
    """SQL: the person did one of these to the task and did not take it back."""
    undo = aliased(LabelEvent)
    taken_back = (
        select(undo.uid)
        .where(undo.model_id == LabelEvent.model_id, undo.row_id == LabelEvent.row_id)
        .where(undo.action == "undo", undo.person == person, undo.supersedes == LabelEvent.uid)
    )
    return (
        select(LabelEvent.uid)
        .where(LabelEvent.model_id == LabelTask.model_id, LabelEvent.row_id == LabelTask.row_id)
        .where(LabelEvent.person == person, col(LabelEvent.action).in_(actions), ~taken_back.exists())
        .exists()
    )
