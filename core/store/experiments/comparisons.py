"""Comparisons: the document of a champion against a challenger, each time it was asked for."""

from typing import Any

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


def find(session: Session, comparison_id: int) -> Comparison | None:
    """The comparison of that id."""
    return session.get(Comparison, comparison_id)


def list_sentences(session: Session, model_id: int) -> list[Any]:
    """Of all comparisons, oldest first: created_at, champion, challenger, look, sentence, created_by.

    The documents themselves are long, and stay where they are.
    """
    body: Any = col(Comparison.body)
    columns = (Comparison.created_at, Comparison.champion, Comparison.challenger, Comparison.look)
    query: Any = select(*columns).add_columns(body["sentence"].as_string().label("sentence"))
    query = query.add_columns(col(Comparison.created_by)).where(Comparison.model_id == model_id)
    return list(session.execute(query.order_by(col(Comparison.id))).all())


def verdicts(session: Session, model_id: int) -> dict[int | None, str]:
    """Number of a comparison -> its verdict, for all of a model."""
    query = select(Comparison.id, Comparison.verdict).where(Comparison.model_id == model_id)
    return dict(session.exec(query).all())
