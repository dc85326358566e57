"""Take answers in: event, projection and leases in one transaction."""

from collections.abc import Sequence

from sqlmodel import Session

from core.annotation.events import EventRecord
from core.annotation.submissions import Submission
from core.store.annotation import claims, current, events, tasks
from core.store.types import now


def take_in(
    session: Session, model_id: int, person: str, holder: str, submitted: Sequence[Submission]
) -> set[str]:
    """Store the answers of one person that are not stored yet; gives the uids whose task is not known.

    The leases of answered items end, an item whose answer was taken back is leased again, and the other
    leases of this tab begin anew.
    """
    by_id = tasks.of_ids(session, model_id, sorted({one.task for one in submitted}), lock=True)
    known = [one for one in submitted if one.task in by_id]
    moment = now()
    new = [
        EventRecord(a.event(by_id[a.task].row_id, person, moment), a.task, a.display, a.mode, a.ms)
        for a in known
    ]
    new_uids = {event.uid for event in events.append(session, model_id, new)}
    fresh = [one for one in known if one.uid in new_uids]
    current.project(session, model_id, sorted({by_id[one.task].row_id for one in fresh}))
    last = {one.task: one.action for one in fresh if one.action != "note"}
    claims.finish(session, [by_id[task] for task, action in last.items() if action != "undo"], person)
    claims.prolong(session, person, holder, moment, claims.LEASE - claims.FRESH)
    if undone := [task for task, action in last.items() if action == "undo"]:
        leased = claims.leased_tasks(session, person, undone)  # in any tab: a person has one lease on an item
        taken_back = [by_id[task] for task in undone if task not in leased]
        claims.hold(session, taken_back, person, holder, moment)
    return {one.uid for one in submitted} - {one.uid for one in known}
