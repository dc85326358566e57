"""Messages that wait in an outbox: which are due, and what a try makes of them, whoever is told."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final, Protocol, TypeVar

from sqlmodel import Session, SQLModel, col, select

from core.store.types import now

PAUSES: Final = (
    *(5.0, 15.0, 30.0, 60.0, 120.0),
    *(300.0,) * 6,
    *(600.0,) * 3,
    *(1_800.0, 7_200.0, 18_000.0, 36_000.0, 50_400.0),
)
"""Seconds between two tries, 33 hours together: short ones first, as most trouble lasts seconds to minutes,
then every five or ten minutes for an hour, so that what was away for ten minutes waits for five at most, then
the schedule of the Standard Webhooks specification (30 min, 2 h, 5 h, 10 h, 14 h)."""


class Waiting(Protocol):
    """A row of an outbox; it is sent while its state is "waiting"."""

    state: str
    attempts: int
    message: str
    next_at: datetime
    changed_at: datetime


ARow = TypeVar("ARow", bound=SQLModel)


def due(session: Session, kind: type[ARow], moment: datetime, **values: object) -> list[ARow]:
    """What waits and should be sent by now, the longest first; only rows with these values."""
    state, next_at = (col(getattr(kind, name)) for name in ("state", "next_at"))
    query = select(kind).where(state == "waiting", next_at <= moment)
    for name, value in values.items():
        query = query.where(col(getattr(kind, name)) == value)
    return list(session.exec(query.order_by(next_at)).all())


def note_try(row: Waiting, state: str, message: str, pauses: Sequence[float]) -> None:
    """Write down what became of a try; with no pause left that waits, it has failed.

    What does not wait any more, because it was superseded in the meantime, stays as it is.
    """
    if row.state != "waiting":
        return
    if state == "waiting" and row.attempts >= len(pauses):
        state = "failed"
    if state == "waiting":
        row.next_at = now() + timedelta(seconds=pauses[row.attempts])
    row.attempts += 1
    row.state, row.message, row.changed_at = state, message, now()
