"""The outbox: what deploy targets are told of deployments, written with the confirmation of each."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import uuid4

from sqlmodel import Session, col, select

from core.store import retries
from core.store.experiments import deployments
from core.store.tables import Announcement, Deployment
from core.store.types import now

AGAIN = "tell targets again"
ACTIONS = frozenset({"target live", "target failed", AGAIN})
"""Actions of the record."""


def announce(
    session: Session, deployment: Deployment, targets: Sequence[str], body: dict[str, Any]
) -> list[Announcement]:
    """Write what the targets are to be told of a deployment; what they were not told before is superseded.

    Done before, it changes nothing.
    """
    ours = col(Announcement.model_id) == deployment.model_id
    older = ours & (col(Announcement.deployment_id) != deployment.id)
    waiting = older & (col(Announcement.state) == "waiting")
    for row in session.exec(select(Announcement).where(waiting)).all():
        row.state, row.changed_at = "superseded", now()
        session.add(row)
    known = {row.target for row in of_deployment(session, deployment.id or 0)}
    new = [
        Announcement(
            uid=f"msg_{uuid4().hex}",
            model_id=deployment.model_id,
            deployment_id=deployment.id or 0,
            target=target,
            body=body,
        )
        for target in targets
        if target not in known
    ]
    session.add_all(new)
    session.flush()
    return new


def of_deployment(session: Session, deployment_id: int) -> list[Announcement]:
    """What was written to the targets about one deployment, by target."""
    about = select(Announcement).where(Announcement.deployment_id == deployment_id)
    return list(session.exec(about.order_by(col(Announcement.target))).all())


def due(session: Session, moment: datetime, model_id: int | None = None) -> list[Announcement]:
    """What waits and should be told by now, the longest first; of one model or of all."""
    return retries.due(session, Announcement, moment, **({} if model_id is None else {"model_id": model_id}))


def conclude(session: Session, uid: str, state: str, message: str, pauses: Sequence[float]) -> Announcement:
    """Write down what became of a try; what was superseded in the meantime stays so."""
    row = session.get_one(Announcement, uid)
    retries.note_try(row, state, message, pauses)
    session.add(row)
    return row


def again(session: Session, model_id: int) -> list[Announcement]:
    """Have what is not confirmed of the present deployment told now, with every try before it again."""
    present = deployments.champion(session, model_id)
    rows = of_deployment(session, present.id or 0) if present is not None else []
    open_rows = [row for row in rows if row.state in {"waiting", "failed"}]
    for row in open_rows:
        row.state, row.attempts, row.next_at, row.changed_at = "waiting", 0, now(), now()
        session.add(row)
    return open_rows
