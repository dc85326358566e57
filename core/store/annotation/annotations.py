"""Take answers in: event, projection and leases in one transaction."""

from collections.abc import Sequence
from datetime import datetime

from sqlmodel import Session

from core.annotation.events import EventRecord
from core.annotation.submissions import Submission
from core.errors import BusyError
from core.store.annotation import claims, current, events, tasks
from core.store.types import now


def take_in(
    session: Session, model_id: int, person: str, holder: str, submitted: Sequence[Submission]
) -> set[str]:
    """Store the answers of one person that are not stored yet; gives the uids whose task is not known.

    The leases of answered items end, an item whose answer was taken back is leased again, and the other
    leases of this tab begin anew. The numbers of the events, for which all who save wait, come last.

    Raises:
        BusyError: the same answer came twice at once, for different items.
    """
    by_id = tasks.lock(session, model_id, sorted({one.task for one in submitted}))
    known = [one for one in submitted if one.task in by_id]
    moment = now()
    new = [
        EventRecord(a.event(by_id[a.task].row_id, person, moment), a.task, a.display, a.mode, a.ms)
        for a in known
    ]
    new = events.unknown(session, new)
    new_uids = {record.event.uid for record in new}
    fresh = [one for one in known if one.uid in new_uids]
    touched = {one.task: by_id[one.task] for one in fresh}
    row_ids = sorted(task.row_id for task in touched.values())
    coming = [record.event for record in new]
    current.project_with(session, model_id, row_ids, coming, list(touched.values()))
    _renew(session, person, holder, fresh, moment)
    if len(events.append(session, model_id, new)) < len(new):
        raise BusyError("The same annotation came twice at once.", "Nothing was changed; send it again.")
    return {one.uid for one in submitted} - {one.uid for one in known}


def _renew(session: Session, person: str, holder: str, fresh: Sequence[Submission], at: datetime) -> None:
    """End the leases of what was answered, and begin the others anew."""
    last = {one.task: one.action for one in fresh if one.action != "note"}
    claims.finish(session, [task for task, action in last.items() if action != "undo"], person)
    claims.prolong(session, person, holder, at, claims.LEASE - claims.FRESH)
    if undone := [task for task, action in last.items() if action == "undo"]:
        leased = claims.leased_tasks(session, person, undone)  # in any tab: a person has one lease on an item
        claims.hold(session, [task for task in undone if task not in leased], person, holder, at)
