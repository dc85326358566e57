"""What is told of a queue, in one look."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from core.store.annotation import claims, current, events, tasks
from core.store.annotation.claims import OtherLease
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
        skipped=0 if person is None else claims.count_skipped(session, model_id, person),
        waiting=None if briefly else 0 if person is None else claims.count_waiting(session, model_id, person),
        leases=[]
        if person is None
        else claims.other_leases(session, model_id, person, holder, now(), own=briefly),
        moments=events.recent_moments(session, model_id, person, RECENT),
    )
