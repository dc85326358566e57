"""What is told of a queue, in one look."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import String, and_, bindparam
from sqlmodel import Session, col, func, select

from core.store.annotation import claims, current, events, tasks
from core.store.annotation.claims import ANSWERS, OtherLease, opinion_of, taken_back
from core.store.annotation.events import EVENT
from core.store.tables import LabelEvent, LabelTask
from core.store.types import now

RECENT = 60
"""Events from which the pace is told."""


@dataclass(frozen=True, slots=True)
class QueueFacts:
    """How a queue is.

    Attributes:
        states: state -> tasks.
        outcomes: how annotated items came out -> how many; None where it was not asked.
        skipped: open items that the person passed on; `waiting`: annotated, None where it was not asked.
        leases: what keeps open items from the person's tab.
        moments: of the newest annotations.
    """

    states: Mapping[str, int]
    outcomes: Mapping[str, int] | None
    skipped: int
    waiting: int | None
    leases: Sequence[OtherLease]
    moments: Sequence[datetime]


def read(
    session: Session, model_id: int, person: str | None, holder: str, *, briefly: bool = False
) -> QueueFacts:
    """How the queue of a model is; of a person's tab where one is named.

    Args:
        session: within which it is read.
        model_id: of the queue.
        person: whose; None: everybody's.
        holder: the tab.
        briefly: leave out what grows with the queue and is told when a tab has nothing more to ask.
    """
    return QueueFacts(
        states=tasks.counts(session, model_id),
        outcomes=None if briefly else current.outcomes(session, model_id),
        skipped=0 if person is None else count_skipped(session, model_id, person),
        waiting=None if briefly else 0 if person is None else count_waiting(session, model_id, person),
        leases=[]
        if person is None
        else claims.other_leases(session, model_id, person, holder, now(), own=briefly),
        moments=events.recent_moments(session, model_id, person, RECENT),
    )


def count_skipped(session: Session, model_id: int, person: str) -> int:
    """How many open items this person has passed on and could have again."""
    values = {"model": model_id, "me": person}
    row_ids = list(session.connection().execute(_SKIPS, values).scalars())
    parts = tasks.parts(row_ids)  # mostly none: nobody pays for the rest then
    query, connection = _skipped_query(), session.connection()
    return sum(connection.execute(query, values | {"rows": part}).scalar_one() for part in parts)


def count_waiting(session: Session, model_id: int, person: str) -> int:
    """How many open items this person has answered: they wait for somebody else's answer."""
    values = {"model": model_id, "me": person}
    number: int = session.connection().execute(_waiting_query(), values).scalar_one()
    return number


_ME = bindparam("me", type_=String)
_OWN = and_(EVENT.c.model_id == bindparam("model"), EVENT.c.person == _ME)
_SKIPS = select(EVENT.c.row_id).where(_OWN, EVENT.c.action == "skip").distinct()
_OPEN = select(func.count()).where(col(LabelTask.model_id) == bindparam("model"), LabelTask.state == "open")


@cache
def _skipped_query() -> Any:
    again = opinion_of(_ME, ("skip",)), ~opinion_of(_ME, ANSWERS)
    room = col(LabelTask.live) + col(LabelTask.done) < LabelTask.want
    return _OPEN.where(col(LabelTask.row_id).in_(bindparam("rows", expanding=True)), room, *again)


@cache
def _waiting_query() -> Any:
    """SQL: what the person did is looked up first and once, whatever PostgreSQL guesses of its size."""
    rows = select(LabelEvent.row_id).where(_OWN, col(LabelEvent.action).in_(ANSWERS))
    own = rows.where(~taken_back(LabelEvent, _ME)).cte("own").prefix_with("MATERIALIZED")
    return _OPEN.where(col(LabelTask.row_id).in_(select(own.c.row_id)))
