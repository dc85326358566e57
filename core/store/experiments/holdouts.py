"""Holdouts and their ledgers: rows kept apart for comparisons, and every look at them."""

from sqlmodel import Session, col, select

from core.store.tables import Holdout, HoldoutLook
from core.training.comparison.holdout_budget import alpha


def latest(session: Session, model_id: int) -> Holdout | None:
    """The holdout in use."""
    mine = select(Holdout).where(Holdout.model_id == model_id)
    return session.exec(mine.order_by(col(Holdout.number).desc()).limit(1)).first()


def get(session: Session, holdout_id: int) -> Holdout:
    """The holdout of that id."""
    return session.get_one(Holdout, holdout_id)


def row_ids(session: Session, model_id: int) -> set[str]:
    """Keys of the holdout in use; empty when none was frozen yet."""
    holdout = latest(session, model_id)
    return set(holdout.row_ids) if holdout is not None else set()


def add(session: Session, new: Holdout) -> Holdout:
    """Freeze a holdout under the next number; the same keys again give the stored one."""
    newest = latest(session, new.model_id)
    if newest is not None and newest.keys_hash == new.keys_hash:
        return newest
    new.number = newest.number + 1 if newest is not None else 1
    session.add(new)
    session.flush()
    return new


def look(session: Session, holdout_id: int, challenger: str) -> HoldoutLook:
    """Enter a look at the holdout in the ledger; the same challenger again costs nothing."""
    entries = select(HoldoutLook).where(HoldoutLook.holdout_id == holdout_id)
    looks = session.exec(entries.order_by(col(HoldoutLook.look))).all()
    for entry in looks:
        if entry.challenger == challenger:
            return entry
    number = len(looks) + 1
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
