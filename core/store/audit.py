"""The audit trail: who did what, when. Only ever added to."""

from collections.abc import Collection
from typing import Any

from sqlmodel import Session, col, select

from core.store.tables import Audit


def add(session: Session, model_id: int | None, person: str, action: str, body: dict[str, Any]) -> None:
    """Write one entry, in the transaction of what it tells about."""
    session.add(Audit(model_id=model_id, person=person, action=action, body=body))


def entries(
    session: Session, model_id: int, limit: int = 500, *, actions: Collection[str] | None = None
) -> list[Audit]:
    """The newest entries of a model, newest first; those of some actions if asked."""
    mine = select(Audit).where(Audit.model_id == model_id)
    if actions is not None:
        mine = mine.where(col(Audit.action).in_(actions))
    return list(session.exec(mine.order_by(col(Audit.id).desc()).limit(limit)).all())
