"""What the room tells people: how far a queue is, what was refused, a revision, an import."""

from dataclasses import dataclass
from datetime import datetime

from typing_extensions import TypedDict


class RefusedAnnotation(TypedDict):
    """An annotation that cannot be taken in, and why."""

    uid: str
    """The name that the tab gave it."""
    message: str
    """What is wrong."""
    hint: str
    """What to do next."""


class LeaseSummary(TypedDict):
    """Items that one person has."""

    person: str
    """Who has them."""
    mine: bool
    """Whether it is the same person in another tab."""
    number: int
    """How many."""
    since: str
    """Since when (UTC, ISO 8601)."""
    heard: str
    """When their tab was last heard of (UTC, ISO 8601)."""


@dataclass(frozen=True, slots=True)
class QueueProgress:
    """How far the queue is."""

    open: int
    """Items that still need an annotation, without those this person passed on."""
    done: int
    """Items that need no further annotation (of everybody), plus those this person passed on."""
    total: int
    """All items."""
    changed: int
    """Annotated items whose label was changed."""
    kept: int
    """Annotated items whose label was confirmed."""
    unsure: int
    """Items that nobody could settle."""
    flagged: int
    """Items that are broken themselves."""
    conflict: int
    """Items on which annotators differ."""
    skipped: int
    """Items that this person passed on."""
    waiting: int
    """Open items that this person has annotated and somebody else has not."""
    elsewhere: list[LeaseSummary]
    """Who has the open items that are kept from this tab."""
    per_minute: float | None
    """Pace of the latest annotations; null when nobody annotates just now."""


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
