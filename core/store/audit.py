"""The audit trail: who did what, when. Only ever added to."""

from typing import Any

from sqlmodel import Session, col, select

from core.store.tables import Audit


def add(session: Session, model_id: int | None, person: str, action: str, body: dict[str, Any]) -> None:
    """Write one entry, in the transaction of what it tells about."""
    session.add(Audit(model_id=model_id, person=person, action=action, body=body))


def entries(session: Session, model_id: int, limit: int = 500) -> list[Audit]:
    """The newest entries of a model, newest first."""
    mine = select(Audit).where(Audit.model_id == model_id)
    return list(session.exec(mine.order_by(col(Audit.id).desc()).limit(limit)).all())
