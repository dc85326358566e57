"""Revisions: immutable sets of labels, found again by their content."""

from collections.abc import Mapping

from sqlmodel import Session, col, select

from core.store import models
from core.store.members import insert_rows
from core.store.tables import Revision, RevisionLabel


def add(session: Session, new: Revision, labels_by_row: Mapping[str, str]) -> Revision:
    """Store a revision under the next number; the same content again gives the stored one.

    Args:
        session: a writing one.
        new: its number and its number of corrections are filled in.
        labels_by_row: row -> label, where it differs from the given one.
    """
    models.lock(session, new.model_id)
    same = select(Revision).where(
        Revision.model_id == new.model_id, Revision.content_hash == new.content_hash
    )
    known = session.exec(same).first()
    if known is not None:
        return known
    newest = latest(session, new.model_id)
    new.number = newest.number + 1 if newest is not None else 1
    new.corrected = len(labels_by_row)
    session.add(new)
    session.flush()
    rows = sorted((new.id, row_id, label) for row_id, label in labels_by_row.items())
    insert_rows(session, RevisionLabel, rows)
    return new


def corrections(session: Session, revision_id: int) -> dict[str, str]:
    """Row -> label, where the revision has another than the given one."""
    query = select(RevisionLabel.row_id, RevisionLabel.label).where(RevisionLabel.revision_id == revision_id)
    return dict(session.exec(query).all())


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
