"""Trainings that Caretaker began by itself: rows that train, compare, perhaps promote, and are done."""

from typing import Any

from sqlmodel import Session, col, select

from core.store import audit, models
from core.store.tables import AutomaticRun
from core.store.types import now

BEGAN, ENDED = "train by itself", "trained by itself"
"""Actions of the record."""
BY = "Caretaker"


def begin(session: Session, new: AutomaticRun, after: int | None) -> AutomaticRun | None:
    """Enter a run, unless there is one that who decided about it had not seen; two at once enter one.

    Args:
        session: of one transaction.
        new: the run.
        after: id of the newest run that was seen; None: there was none.
    """
    models.lock(session, new.model_id)
    latest = newest(session, new.model_id)
    unchanged = (latest.id if latest is not None else None) == after
    if not unchanged or (latest is not None and latest.state != "done"):
        return None
    session.add(new)
    session.flush()
    body = {"run": new.id, "occasion": new.occasion, "cause": new.cause, "labels": new.labels}
    audit.add(session, new.model_id, BY, BEGAN, {**body, "rule": new.rule})
    return new


def move(session: Session, run_id: int, before: str, state: str, **facts: Any) -> AutomaticRun:
    """Go on from one state to the next; where another process has done so already, it stays as it is."""
    row = session.get_one(AutomaticRun, run_id)
    if row.state != before:
        return row
    row.state = state
    for name, value in facts.items():
        setattr(row, name, value)
    if state == "done":
        row.ended_at = now()
        facts = {"outcome": row.outcome, "version": row.version, "verdict": row.verdict}
        body = {"run": row.id, "cause": row.cause, "message": row.message, "rule": row.rule, **facts}
        audit.add(session, row.model_id, BY, ENDED, body)
    session.add(row)
    return row


def get(session: Session, run_id: int) -> AutomaticRun:
    """The run of that id."""
    return session.get_one(AutomaticRun, run_id)


def newest(session: Session, model_id: int) -> AutomaticRun | None:
    """The newest run of a model, whatever became of it."""
    mine = select(AutomaticRun).where(AutomaticRun.model_id == model_id)
    return session.exec(mine.order_by(col(AutomaticRun.id).desc()).limit(1)).first()


def newest_with_version(session: Session, model_id: int) -> AutomaticRun | None:
    """The newest run of a model that is done and made a version."""
    mine = select(AutomaticRun).where(AutomaticRun.model_id == model_id, AutomaticRun.state == "done")
    some = mine.where(col(AutomaticRun.version).is_not(None))
    return session.exec(some.order_by(col(AutomaticRun.id).desc()).limit(1)).first()


def of_version(session: Session, model_id: int, version: str) -> AutomaticRun | None:
    """The run that made a version; None where a person began the training."""
    mine = select(AutomaticRun).where(AutomaticRun.model_id == model_id, AutomaticRun.version == version)
    return session.exec(mine.order_by(col(AutomaticRun.id)).limit(1)).first()


def list_open(session: Session) -> list[AutomaticRun]:
    """The runs of all models that are not done, oldest first."""
    rows = select(AutomaticRun).where(AutomaticRun.state != "done").order_by(col(AutomaticRun.id))
    return list(session.exec(rows).all())
