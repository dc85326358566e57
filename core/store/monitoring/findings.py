"""The findings: the health document of every model, one row each."""

from datetime import datetime
from typing import Any

from sqlmodel import Session

from core.store.monitoring import headlines
from core.store.tables import Finding


def read(session: Session, model_id: int) -> dict[str, Any] | None:
    """The health document as it was computed last."""
    row = session.get(Finding, model_id)
    return None if row is None else row.body


def fingerprint(session: Session, model_id: int) -> str | None:
    """What the stored document was computed from; None where it has no headline, so that it is made anew."""
    row = session.get(Finding, model_id)
    return None if row is None or headlines.of_model(session, model_id) is None else row.fingerprint


def computation_time(session: Session, model_id: int) -> datetime | None:
    """When the document was computed; None before the first time."""
    row = session.get(Finding, model_id)
    return None if row is None else row.computed_at


def write(
    session: Session,
    model_id: int,
    fingerprint: str,
    body: dict[str, Any],
    moment: datetime,
    *,
    headline: dict[str, Any],
) -> None:
    """Store the document and its headline in place of those before."""
    session.merge(Finding(model_id=model_id, fingerprint=fingerprint, computed_at=moment, body=body))
    headlines.write(session, model_id, headline)
