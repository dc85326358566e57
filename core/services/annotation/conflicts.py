"""Rows on which experts differ: who chose what, what that suggests, and how it is settled."""

from uuid import uuid4

from core.annotation.events import Current, Event, EventRecord
from core.annotation.rules import RULES
from core.annotation.submissions import label_of
from core.errors import LabelError
from core.services.annotation.experts import pseudonyms
from core.services.annotation.items import payload
from core.services.annotation.views import Conflict, ConflictVote, SuggestedLabel
from core.store import models
from core.store.annotation import current, estimates, events, suspects, tasks
from core.store.engine import reading, writing
from core.store.types import now
from core.store.workspace import Workspace

MOST = 200
WORDS = {"unsure": "does not know", "flag": "something else is wrong"}


def list_conflicts(ws: Workspace, name: str) -> list[str]:
    """The rows on which experts of a model differ, those that have waited longest first; 200 at most.

    Raises:
        DataError: there is no such model.
    """
    with reading(ws.engine) as session:
        return [now.row_id for now in current.conflicts(session, models.spec(session, name).id, MOST)]


def open_conflict(ws: Workspace, name: str, row_id: str, *, named: bool = False) -> Conflict:
    """One of them, with who chose what, by pseudonyms unless `named`.

    Raises:
        DataError: there is no such model.
        LabelError: nobody differs on the row any more.
    """
    with reading(ws.engine) as session:
        spec = models.spec(session, name)
        standing = _standing(current.of_rows(session, spec.id, [row_id]).get(row_id), row_id)
        scan = suspects.latest(session, spec.id)
        known = (estimates.of_scan(session, scan) if scan else {}).get("experts")
        people = events.people(session, spec.id)
    names = {person: person for person in people} if named else pseudonyms(name, people)
    suggestions: list[SuggestedLabel] = known["suggestions"] if known else []
    item = payload(ws, spec, [row_id])
    return Conflict(
        row_id=row_id,
        item=item[0] if item else None,
        votes=tuple(
            sorted(
                ConflictVote(names[person], vote["label"] or WORDS[str(vote["action"])], vote["label"])
                for person, vote in standing.votes.items()
            )
        ),
        suggestion=next((one for one in suggestions if one["row_id"] == row_id), None),
    )


def settle_conflict(ws: Workspace, name: str, row_id: str, label: str, reason: str, by: str) -> None:
    """Settle a row on which experts differ: an event, which says who did it and why.

    Raises:
        DataError: there is no such model.
        LabelError: the label is none of the model, the reason is missing, or nobody differs any more.
    """
    if not reason.strip():
        raise LabelError(
            "A conflict is settled with a reason.", "Say in a few words why this label is right."
        )
    with writing(ws.engine) as session:
        spec = models.spec(session, name)
        queued = tasks.of_rows(session, spec.id, [row_id], lock=True)
        _standing(current.of_rows(session, spec.id, [row_id]).get(row_id), row_id)
        event = Event(
            uid=str(uuid4()),
            row_id=row_id,
            person=by,
            action="adjudicate",
            at=now(),
            label=label_of(label, spec.classes),
            note=reason.strip()[: RULES.longest_note],
        )
        made = EventRecord(event, queued[0].id if queued else None, "model", "choose")
        events.append(session, spec.id, [made])
        current.project(session, spec.id, [row_id])


def _standing(known: Current | None, row_id: str) -> Current:
    if known is None or known.state != "conflict":
        raise LabelError(f"Nobody differs on row {row_id!r} any more.", "Go on with the next one.")
    return known
