"""What the room tells people: how far a queue is, what was refused, a revision, an import."""

from dataclasses import dataclass
from datetime import datetime
from typing import TypedDict


class RefusedAnnotation(TypedDict):
    """An annotation that cannot be taken in, and why."""

    uid: str
    message: str
    hint: str


class LeaseSummary(TypedDict):
    """Items that one person has: since when, when they were last heard of; `mine`: own other tabs."""

    person: str
    mine: bool
    number: int
    since: str
    heard: str


@dataclass(frozen=True, slots=True)
class QueueProgress:
    """How far the queue is.

    Attributes:
        done: items that need no further annotation (of everybody), plus those this person passed on.
        changed, kept, unsure, flagged, conflict: how the annotated items came out.
        waiting: open items that this person has annotated and somebody else has not.
        elsewhere: who has the open items that are kept from this tab.
        per_minute: pace of the latest annotations; None when nobody annotates just now.
    """

    open: int
    done: int
    total: int
    changed: int
    kept: int
    unsure: int
    flagged: int
    conflict: int
    skipped: int
    waiting: int
    elsewhere: list[LeaseSummary]
    per_minute: float | None


@dataclass(frozen=True, slots=True)
class RevisionView:
    """A revision, for people.

    Attributes:
        rows: labelled rows; `corrections`: how many of them carry another label than the given one.
        event_seq: number of the last label event that is in it.
    """

    id: int
    number: int
    content_hash: str
    event_seq: int
    rows: int
    corrections: int
    created_by: str
    created_at: datetime


@dataclass(frozen=True, slots=True)
class ImportSummary:
    """How many annotations were new, how many known, and sentences about the rows that were left out."""

    new: int
    known: int
    left_out: tuple[str, ...] = ()
