"""Versions that predict beside the champion: rows that run, then are decided, ended or lapsed."""

from typing import Any

from sqlmodel import Session, col, select

from core.store import audit
from core.store.experiments import deployments
from core.store.ingestion import batches
from core.store.tables import Deployment, Shadow
from core.store.types import now

ACTIONS = frozenset({"start shadow", "shadow decided", "shadow ended", "shadow lapsed"})
"""Actions of the record."""


def start(session: Session, model_id: int, role: str, *, champion: str, version: str, person: str) -> Shadow:
    """Let a version predict every delivery after the newest one; while it does, starting changes nothing."""
    running = find_running(session, model_id, role, version)
    if running is not None and running.champion == champion:
        return running
    row = Shadow(
        model_id=model_id,
        role=role,
        champion=champion,
        version=version,
        start_batch=batches.newest(session, model_id),
        started_by=person,
    )
    session.add(row)
    session.flush()
    _record(session, row, person, "start shadow", after_batch=row.start_batch)
    return row


def start_guard(session: Session, change: Deployment) -> None:
    """Let the version before guard a promotion; a rollback and a first champion have none."""
    if change.kind == "promote" and change.previous is not None:
        before, after = change.previous, change.version
        start(session, change.model_id, "guard", champion=after, version=before, person=change.person)


def find_running(session: Session, model_id: int, role: str, version: str) -> Shadow | None:
    """The shadow of that version that runs."""
    mine = select(Shadow).where(Shadow.model_id == model_id, Shadow.state == "running")
    return session.exec(mine.where(Shadow.role == role, Shadow.version == version)).first()


def list_shadows(session: Session, model_id: int) -> list[Shadow]:
    """All shadows of a model, oldest first."""
    return list(
        session.exec(select(Shadow).where(Shadow.model_id == model_id).order_by(col(Shadow.id))).all()
    )


def list_running(session: Session, model_id: int) -> list[Shadow]:
    """Those that predict what comes, oldest first."""
    return [row for row in list_shadows(session, model_id) if row.state == "running"]


def newest_guard(session: Session, model_id: int) -> Shadow | None:
    """The newest guard of a model, whatever became of it."""
    mine = select(Shadow).where(Shadow.model_id == model_id, Shadow.role == "guard")
    return session.exec(mine.order_by(col(Shadow.id).desc()).limit(1)).first()


def guard_of_champion(session: Session, model_id: int) -> Shadow | None:
    """The guard of the version in production, whatever became of it; None where it has none."""
    row, present = newest_guard(session, model_id), deployments.champion(session, model_id)
    return row if row is not None and present is not None and row.champion == present.version else None


def get(session: Session, shadow_id: int) -> Shadow:
    """The shadow of that id."""
    return session.get_one(Shadow, shadow_id)


def fix_basis(session: Session, shadow_id: int, basis: dict[str, Any]) -> Shadow:
    """Write down how rows are judged, once: a later call changes nothing."""
    row = get(session, shadow_id)
    if row.basis is None:
        row.basis = basis
        session.add(row)
    return row


def record_look(session: Session, shadow_id: int, looks: int, verdict: str, body: dict[str, Any]) -> Shadow:
    """Write down what the rows say by now; the first claim decides, and what has ended stays as it is."""
    row = get(session, shadow_id)
    if row.state != "running":
        return row
    row.looks, row.verdict, row.body = looks, verdict, body
    session.add(row)
    if verdict != "open":
        _close(session, row, "decided", "Caretaker", str(body["sentence"]))
    return row


def end(session: Session, row: Shadow, person: str, reason: str) -> Shadow:
    """End it by a person, who gives a reason; what has ended stays as it is."""
    return _close(session, row, "ended", person, reason)


def lapse(session: Session, row: Shadow, reason: str) -> Shadow:
    """End it because what it was started for is no more."""
    return _close(session, row, "lapsed", "Caretaker", reason)


def _close(session: Session, row: Shadow, state: str, person: str, reason: str) -> Shadow:
    if row.state == "running":
        row.state, row.ended_by, row.reason, row.ended_at = state, person, reason, now()
        session.add(row)
        _record(session, row, person, f"shadow {state}", reason=reason, verdict=row.verdict)
    return row


def _record(session: Session, row: Shadow, person: str, action: str, **more: Any) -> None:
    body = {"shadow": row.id, "role": row.role, "version": row.version, "champion": row.champion}
    audit.add(session, row.model_id, person, action, {**body, **more})
