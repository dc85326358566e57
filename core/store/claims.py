"""Leases on items: who is looking at what, so that nobody is asked what somebody else is answering.

Every function runs inside a writing transaction; the tasks it touches are locked by it.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.orm import aliased
from sqlmodel import Session, col, delete, func, select

from core.store.tables import LabelClaim, LabelEvent, LabelTask

LEASE = timedelta(minutes=5)
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
    held = session.exec(query).all()
    for claim in held:
        claim.expires_at = at + LEASE
        session.add(claim)
    return {claim.task_id for claim in held}


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
        .where(~_answered(person, ANSWERS if again else (*ANSWERS, "skip")))
        .order_by(col(LabelTask.priority), col(LabelTask.id))
        .limit(number)
        .with_for_update(skip_locked=True, of=LabelTask)
    )
    chosen = list(session.exec(query).all())
    hold(session, chosen, person, holder, at)
    return chosen


def hold_again(
    session: Session, model_id: int, person: str, holder: str, task_ids: Sequence[int], at: datetime
) -> None:
    """Lease once more what a tab still shows after its lease ran out, if nobody else was faster."""
    mine = select(LabelClaim.id).where(LabelClaim.task_id == LabelTask.id, LabelClaim.person == person)
    query = (
        select(LabelTask)
        .where(LabelTask.model_id == model_id, LabelTask.state == "open", col(LabelTask.id).in_(task_ids))
        .where(col(LabelTask.live) + col(LabelTask.done) < LabelTask.want)
        .where(~mine.exists(), ~_answered(person, ANSWERS))
        .with_for_update(skip_locked=True, of=LabelTask)
    )
    hold(session, session.exec(query).all(), person, holder, at)


def hold(session: Session, chosen: Sequence[LabelTask], person: str, holder: str, at: datetime) -> None:
    """Write the leases on locked tasks."""
    for task in chosen:
        task.live += 1
        session.add(task)
        session.add(LabelClaim(task_id=task.id or 0, person=person, holder=holder, expires_at=at + LEASE))
    session.flush()


def finish(session: Session, answered: Sequence[LabelTask], person: str) -> None:
    """End this person's leases on locked tasks that were answered or skipped."""
    _drop(session, answered, col(LabelClaim.person) == person)


def skipped(session: Session, model_id: int, person: str) -> int:
    """How many open items this person has passed on."""
    query = select(func.count()).select_from(LabelTask).where(LabelTask.model_id == model_id)
    return session.exec(query.where(LabelTask.state == "open", _answered(person, ("skip",)))).one()


def _drop(session: Session, tasks: Sequence[LabelTask], which: Any) -> None:
    for task in tasks:
        gone = session.exec(delete(LabelClaim).where(col(LabelClaim.task_id) == task.id, which))
        task.live = max(0, task.live - gone.rowcount)
        session.add(task)
    session.flush()


def _answered(person: str, actions: Sequence[str]) -> Any:
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
