"""Revisions: immutable sets of labels, found again by their content."""

from sqlmodel import Session, col, select

from core.store.tables import Revision


def find(session: Session, model_id: int, content_hash: str) -> Revision | None:
    """The revision with that content."""
    query = select(Revision).where(Revision.model_id == model_id, Revision.content_hash == content_hash)
    return session.exec(query).first()


def add(session: Session, new: Revision) -> Revision:
    """Store a revision under the next number; the same content again gives the stored one."""
    known = find(session, new.model_id, new.content_hash)
    if known is not None:
        return known
    newest = latest(session, new.model_id)
    new.number = newest.number + 1 if newest is not None else 1
    session.add(new)
    session.flush()
    return new


def get(session: Session, revision_id: int) -> Revision:
    """The revision of that id."""
    return session.get_one(Revision, revision_id)


def latest(session: Session, model_id: int) -> Revision | None:
    """The newest revision."""
    mine = select(Revision).where(Revision.model_id == model_id)
    return session.exec(mine.order_by(col(Revision.number).desc()).limit(1)).first()


def list_revisions(session: Session, model_id: int) -> list[Revision]:
    """All revisions, oldest first."""
    mine = select(Revision).where(Revision.model_id == model_id)
    return list(session.exec(mine.order_by(col(Revision.number))).all())
