"""The findings: the health document of every model, one row each."""

from datetime import datetime
from typing import Any

from sqlmodel import Session

from core.store.tables import Finding


def read(session: Session, model_id: int) -> dict[str, Any] | None:
    """The health document as it was computed last."""
    row = session.get(Finding, model_id)
    return None if row is None else row.body


def fingerprint(session: Session, model_id: int) -> str | None:
    """What the stored document was computed from."""
    row = session.get(Finding, model_id)
    return None if row is None else row.fingerprint


def computation_time(session: Session, model_id: int) -> datetime | None:
    """When the document was computed; None before the first time."""
    row = session.get(Finding, model_id)
    return None if row is None else row.computed_at


def write(session: Session, model_id: int, fingerprint: str, body: dict[str, Any], moment: datetime) -> None:
    """Store the document in place of the one before."""
    session.merge(Finding(model_id=model_id, fingerprint=fingerprint, computed_at=moment, body=body))
