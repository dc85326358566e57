"""Take answers in: event, projection and leases in one transaction."""

from collections.abc import Sequence

from sqlmodel import Session

from core.annotation.submissions import Submission
from core.store.annotation import claims, current, events, tasks
from core.store.annotation.events import NewEvent
from core.store.types import now


def take_in(
    session: Session, model_id: int, person: str, holder: str, answers: Sequence[Submission]
) -> set[str]:
    """Store the answers of one person that are not stored yet; gives the uids whose task is not known.

    The leases of answered items end, an item whose answer was taken back is leased again, and the other
    leases of this tab begin anew.
    """
    asked = tasks.of_ids(session, model_id, sorted({answer.task for answer in answers}), lock=True)
    known = [answer for answer in answers if answer.task in asked]
    arrived = now()
    new = [
        NewEvent(a.event(asked[a.task].row_id, person, arrived), a.task, a.display, a.mode, a.ms)
        for a in known
    ]
    stored = {event.uid for event in events.append(session, model_id, new)}
    fresh = [answer for answer in known if answer.uid in stored]
    current.project(session, model_id, sorted({asked[answer.task].row_id for answer in fresh}))
    last = {answer.task: answer.action for answer in fresh if answer.action != "note"}
    claims.finish(session, [asked[task] for task, action in last.items() if action != "undo"], person)
    claims.renew(session, person, holder, arrived)
    held = claims.leased_tasks(session, person, list(last))  # in any tab: a person has one lease on an item
    taken_back = [asked[task] for task, action in last.items() if action == "undo" and task not in held]
    claims.hold(session, taken_back, person, holder, arrived)
    return {answer.uid for answer in answers} - {answer.uid for answer in known}
