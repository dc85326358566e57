"""The findings: the health document of every model, one row each."""

from datetime import datetime
from typing import Any

from sqlmodel import Session, col, delete, select

from core.store.monitoring import headlines
from core.store.sealed.documents import DamagedDocument
from core.store.tables import Finding, Headline


def read(session: Session, model_id: int) -> dict[str, Any] | None:
    """The health document as it was computed last; None where it is damaged, so that nobody sees it."""
    try:
        row = session.get(Finding, model_id)
    except DamagedDocument:
        return None
    return None if row is None else row.body


def is_damaged(session: Session, model_id: int) -> bool:
    """Whether the document, or its headline, is not what was written: it is to be computed anew."""
    try:
        session.get(Finding, model_id)
        session.get(Headline, model_id)
    except DamagedDocument:
        return True
    return False


def fingerprint(session: Session, model_id: int) -> str | None:
    """What the stored document was computed from; None where it, or its headline, is to be made anew."""
    body = read(session, model_id)
    row = None if body is None else session.get(Finding, model_id)
    return None if row is None or headlines.of_model(session, model_id) is None else row.fingerprint


def computation_time(session: Session, model_id: int) -> datetime | None:
    """When the document was computed; None before the first time."""
    return session.exec(select(Finding.computed_at).where(Finding.model_id == model_id)).first()


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
    session.exec(delete(Finding).where(col(Finding.model_id) == model_id))  # not read: it may be damaged
    session.add(Finding(model_id=model_id, fingerprint=fingerprint, computed_at=moment, body=body))
    headlines.write(session, model_id, headline)
