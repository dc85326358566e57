"""What answers have taught about a search: a projection of it and the events, written anew each time."""

from collections.abc import Mapping
from typing import Any

from sqlmodel import Session, col, func, select

from core.store.tables import Scan, ScanEstimate


def write(session: Session, scan_id: int, event_seq: int, document: Mapping[str, Any]) -> None:
    """Write what holds after the event with this number."""
    known = session.get(ScanEstimate, scan_id) or ScanEstimate(scan_id=scan_id, event_seq=event_seq)
    known.event_seq, known.document = event_seq, dict(document)
    session.add(known)


def of_scan(session: Session, scan: Scan) -> dict[str, Any]:
    """What was taught about a search; nothing before the first answer."""
    known = session.get(ScanEstimate, scan.id)
    return known.document if known else {}


def known_until(session: Session, model_id: int) -> int | None:
    """Number of the newest event that the newest search knows, 0 before the first; None without a search."""
    newest = session.exec(select(func.max(Scan.id)).where(col(Scan.model_id) == model_id)).one()
    if newest is None:
        return None
    known = session.exec(select(ScanEstimate.event_seq).where(ScanEstimate.scan_id == newest)).first()
    return known or 0
