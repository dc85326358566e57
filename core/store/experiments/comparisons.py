"""Comparisons: the document of a champion against a challenger, each time it was asked for."""

from sqlmodel import Session, col, select

from core.store.tables import Comparison


def add(session: Session, new: Comparison) -> Comparison:
    """Store a comparison; one that says the same as the newest of this pair is not stored again."""
    newest = latest(session, new.model_id, new.challenger)
    if newest is not None and newest.champion == new.champion and newest.body == new.body:
        return newest
    session.add(new)
    session.flush()
    return new


def latest(session: Session, model_id: int, challenger: str | None = None) -> Comparison | None:
    """The newest comparison of a model, or of one challenger."""
    query = select(Comparison).where(Comparison.model_id == model_id)
    if challenger is not None:
        query = query.where(Comparison.challenger == challenger)
    return session.exec(query.order_by(col(Comparison.id).desc()).limit(1)).first()


def newest_challenger(session: Session, model_id: int) -> str | None:
    """The challenger of the newest comparison: the version that is promoted next, if any is."""
    query = select(Comparison.challenger).where(Comparison.model_id == model_id)
    return session.exec(query.order_by(col(Comparison.id).desc()).limit(1)).first()


def list_comparisons(session: Session, model_id: int) -> list[Comparison]:
    """All comparisons, oldest first."""
    mine = select(Comparison).where(Comparison.model_id == model_id)
    return list(session.exec(mine.order_by(col(Comparison.id))).all())
