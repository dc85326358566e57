"""Holdouts and their ledgers: rows kept apart for comparisons, and every look at them."""

from collections.abc import Mapping
from typing import Any

from sqlmodel import Session, col, func, select

from core.store import models
from core.store.members import insert_rows
from core.store.tables import Holdout, HoldoutLook, HoldoutRow
from core.training.comparison.holdout_budget import alpha


def latest(session: Session, model_id: int) -> Holdout | None:
    """The holdout in use."""
    mine = select(Holdout).where(Holdout.model_id == model_id)
    return session.exec(mine.order_by(col(Holdout.number).desc()).limit(1)).first()


def get(session: Session, holdout_id: int) -> Holdout:
    """The holdout of that id."""
    return session.get_one(Holdout, holdout_id)


def rows_apart(model_id: int) -> Any:
    """SQL: a SELECT of the keys of the holdout in use, as `row_id`; none when none was frozen yet."""
    number = select(func.max(Holdout.number)).where(Holdout.model_id == model_id).scalar_subquery()
    newest = select(Holdout.id).where(Holdout.model_id == model_id, Holdout.number == number)
    return select(HoldoutRow.row_id).where(HoldoutRow.holdout_id == newest.scalar_subquery())


def labels(session: Session, holdout_id: int) -> dict[str, str | float]:
    """Row -> its label at the moment of freezing, in the frozen order; a number for regression."""
    query = select(HoldoutRow.row_id, HoldoutRow.given_class, HoldoutRow.given_number)
    query = query.where(HoldoutRow.holdout_id == holdout_id).order_by(col(HoldoutRow.position))
    # On the connection: as objects of the session a million rows take twice as long.
    rows = session.connection().execute(query)
    return {row: number if label is None else label for row, label, number in rows}


def add(session: Session, new: Holdout, labels_by_row: Mapping[str, str | float]) -> Holdout:
    """Freeze a holdout under the next number; the same keys again give the stored one.

    Args:
        session: a writing one.
        new: its number and its number of rows are filled in.
        labels_by_row: row -> its label now, in the order to freeze.
    """
    models.lock(session, new.model_id)
    newest = latest(session, new.model_id)
    if newest is not None and newest.keys_hash == new.keys_hash:
        return newest
    new.number = newest.number + 1 if newest is not None else 1
    new.rows = len(labels_by_row)
    session.add(new)
    session.flush()
    rows = sorted(
        (new.id, row_id, position, *_class_or_number(label))
        for position, (row_id, label) in enumerate(labels_by_row.items())
    )
    insert_rows(session, HoldoutRow, rows)
    return new


def _class_or_number(label: str | float) -> tuple[str | None, float | None]:
    return (label, None) if isinstance(label, str) else (None, label)


def look(session: Session, holdout_id: int, challenger: str) -> HoldoutLook:
    """Enter a look at the holdout in the ledger; the same challenger again costs nothing."""
    models.lock(session, session.get_one(Holdout, holdout_id).model_id)
    entries = looks(session, holdout_id)
    for entry in entries:
        if entry.challenger == challenger:
            return entry
    number = len(entries) + 1
    entry = HoldoutLook(holdout_id=holdout_id, look=number, challenger=challenger, alpha=alpha(number))
    session.add(entry)
    session.flush()
    return entry


def looks(session: Session, holdout_id: int) -> list[HoldoutLook]:
    """The ledger of a holdout, first look first."""
    entries = select(HoldoutLook).where(HoldoutLook.holdout_id == holdout_id)
    return list(session.exec(entries.order_by(col(HoldoutLook.look))).all())


def list_holdouts(session: Session, model_id: int) -> list[Holdout]:
    """All holdouts of a model, oldest first."""
    mine = select(Holdout).where(Holdout.model_id == model_id)
    return list(session.exec(mine.order_by(col(Holdout.number))).all())
