"""Models that are being connected: what was said so far, kept until they are connected or discarded."""

from typing import Any

from sqlmodel import Session, col, select

from core.store.tables import Draft
from core.store.types import now


def add(session: Session, name: str, body: dict[str, Any], person: str) -> Draft:
    """A new draft under a name that no other draft has."""
    row = Draft(name=_free(session, name), body=body, person=person)
    session.add(row)
    session.flush()
    return row


def list_drafts(session: Session) -> list[Draft]:
    """All drafts, the one that was changed last first."""
    return list(session.exec(select(Draft).order_by(col(Draft.changed_at).desc())).all())


def read(session: Session, draft_id: int, *, to_change: bool = False) -> Draft | None:
    """The draft, or None when it was connected or discarded; `to_change` keeps others from it meanwhile."""
    return session.get(Draft, draft_id, with_for_update=to_change or None)


def change(session: Session, draft_id: int, body: dict[str, Any], name: str | None = None) -> None:
    """Replace these parts of the body; a draft that is gone stays gone."""
    row = session.get(Draft, draft_id, with_for_update=True)
    if row is None:
        return
    row.body = {**row.body, **body}
    if name is not None and name != row.name:
        row.name = _free(session, name)
    row.changed_at = now()
    session.add(row)


def remove(session: Session, draft_id: int) -> None:
    """Forget the draft; one that is gone already is fine too."""
    row = session.get(Draft, draft_id)
    if row is not None:
        session.delete(row)


def _free(session: Session, name: str) -> str:
    """The name, with a number behind it when another draft has it."""
    names = {row.name for row in session.exec(select(Draft)).all()}
    numbered = (f"{name} ({number})" for number in range(2, len(names) + 3))
    return name if name not in names else next(free for free in numbered if free not in names)
