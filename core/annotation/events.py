"""Label events and their fold: what holds for a row is a function of the *set* of its events.

Order of arrival, repeats and late answers cannot change the result: the events of one person are ordered by
the person's own clock and the event's id; between people there is no order, only votes.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

Action = Literal["label", "skip", "unsure", "flag", "note", "undo", "adjudicate", "import"]
Display = Literal["none", "given", "model", "both"]
State = Literal["settled", "unsure", "conflict", "flagged"]

OPINIONS = frozenset({"label", "import", "unsure", "flag", "adjudicate"})
"""Actions that are an answer; a skip passes the item on and a note only says something about it."""

VOTES = frozenset({"label", "import"})
"""Labels that somebody chose without knowing those of others: an adjudication knows them."""


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that one person did to one row.

    Attributes:
        uid: made by the client, so that a repeated send is recognised.
        supersedes: uid of the event that an undo takes back.
        at: the client's clock (never later than the server's at arrival).
    """

    uid: str
    row_id: str
    person: str
    action: Action
    at: datetime
    label: str | None = None
    note: str | None = None
    supersedes: str | None = None


@dataclass(frozen=True, slots=True)
class EventRecord:
    """An event, and how it came about.

    Attributes:
        task_id: the item of the queue that it is about, if it is in the queue.
        shown: what was on display before: labels, or none of them.
        mode: how it was asked: "verify", "choose", "grid"; "import" of those that came as a file.
        ms: from seeing the item to the key; None = nobody measured it.
    """

    event: Event
    task_id: int | None = None
    shown: Display = "both"
    mode: str = "verify"
    ms: int | None = None


@dataclass(frozen=True, slots=True)
class Current:
    """What holds for a row now.

    Attributes:
        label: the settled label, None in every other state.
        votes: person -> label, or "unsure" / "flag" in the key `action`.
        version: number of events behind it.
    """

    row_id: str
    state: State
    label: str | None
    version: int
    updated_at: datetime
    votes: dict[str, dict[str, str | None]] = field(default_factory=dict)


def valid_events(events: Iterable[Event]) -> list[Event]:
    """Those that their person has not taken back, oldest first."""
    events = set(events)
    undone = {(event.person, event.supersedes) for event in events if event.action == "undo"}
    ordered = sorted(events, key=lambda event: (event.at, event.uid))
    return [event for event in ordered if (event.person, event.uid) not in undone]


def opinions(events: Iterable[Event]) -> dict[str, Event]:
    """The opinion of each person on one row: their newest answer that was not undone."""
    return {event.person: event for event in valid_events(events) if event.action in OPINIONS}


def votes(events: Iterable[Event]) -> dict[str, str]:
    """Person -> the label that they chose of one row, also of those who adjudicated it later.

    >>> from datetime import UTC, datetime
    >>> one = Event("u1", "r", "ann", "label", datetime(2024, 1, 1, tzinfo=UTC), label="9")
    >>> two = Event("u2", "r", "ann", "adjudicate", datetime(2024, 1, 2, tzinfo=UTC), label="4")
    >>> votes([one, two])
    {'ann': '9'}
    """
    by_person = opinions(event for event in events if event.action != "adjudicate")
    return {
        person: event.label
        for person, event in by_person.items()
        if event.action in VOTES and event.label is not None
    }


def is_same_opinion(one: Event, other: Event) -> bool:
    """Whether two events say the same of their rows: the same label, or the same action without one."""
    return one.label == other.label and (one.label is not None or one.action == other.action)


def is_repeat(event: Event, past: Iterable[Event]) -> bool:
    """Whether what an event says of a row is what its person says of it already; a note, what anybody wrote.

    >>> from datetime import UTC, datetime
    >>> one = Event("u1", "r", "ann", "label", datetime(2024, 1, 1, tzinfo=UTC), label="9")
    >>> two = Event("u2", "r", "ann", "import", datetime(2024, 1, 2, tzinfo=UTC), label="9")
    >>> is_repeat(two, [one]), is_repeat(two, [])
    (True, False)
    """
    valid = valid_events(past)
    if event.action == "note":
        return any(one.note == event.note for one in valid)
    own = [one for one in valid if one.person == event.person]
    if event.action == "skip":
        return any(one.action == "skip" for one in own)
    standing = opinions(own).get(event.person)
    return standing is not None and is_same_opinion(standing, event)


def fold(events: Iterable[Event], want: int = 1) -> Current | None:
    """What the events of one row amount to; None while fewer than `want` people have answered.

    An adjudication settles. Otherwise a flag stands until it is adjudicated, labels settle by strict majority
    and an even split is a conflict; "don't know" decides only when nobody gave a label.

    >>> from datetime import UTC, datetime
    >>> one = Event("u1", "r", "ann", "label", datetime(2024, 1, 1, tzinfo=UTC), label="9")
    >>> two = Event("u2", "r", "bob", "label", datetime(2024, 1, 1, tzinfo=UTC), label="4")
    >>> fold([one]).label, fold([one, two, one]).state
    ('9', 'conflict')
    """
    events = set(events)
    by_person = opinions(events)
    decided = _decide(list(by_person.values()), want)
    if decided is None:
        return None
    state, label = decided
    return Current(
        row_id=next(iter(events)).row_id,
        state=state,
        label=label,
        version=len(events),
        updated_at=max(event.at for event in events),
        votes={person: {"action": a.action, "label": a.label} for person, a in sorted(by_person.items())},
    )


def _decide(votes_cast: list[Event], want: int) -> tuple[State, str | None] | None:
    rulings = [vote for vote in votes_cast if vote.action == "adjudicate"]
    if rulings:
        return "settled", max(rulings, key=lambda event: (event.at, event.uid)).label
    imported = any(vote.action == "import" for vote in votes_cast)
    if not votes_cast or (len(votes_cast) < want and not imported):
        return None
    if any(vote.action == "flag" for vote in votes_cast):
        return "flagged", None
    votes = Counter(vote.label for vote in votes_cast if vote.label is not None).most_common(2)
    if not votes:
        return "unsure", None
    if len(votes) == 2 and votes[0][1] == votes[1][1]:  # noqa: PLR2004  (two leaders)
        return "conflict", None
    return "settled", votes[0][0]
